package io.dynamodblake.flatten;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.type.Descriptor;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Bytes that are the same for two values exactly if DynamoDB takes them for equal: maps and sets
 * without order, numbers by value, binaries by their bytes, all else exact; and a digest of them.
 * Keeps its buffers from item to item. One a thread.
 */
public final class CanonicalItem {
  private static final int LONG_BYTES = 8;

  private final Base64Bytes base64 = new Base64Bytes();
  private final MessageDigest sha;

  private byte[] buffer = new byte[4096];
  private int size;
  private byte[] sorted = new byte[4096];

  // a stack: where the entries of the containers that are open begin and end
  private int[] starts = new int[64];
  private int[] ends = new int[64];
  private int segments;

  private long high;
  private long low;

  public CanonicalItem() {
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /** Takes the digest of a whole item. */
  public void digestItem(ItemTape tape) {
    begin();
    put(tape, tape.item());
    digest();
  }

  /**
   * Takes the digest of some attributes, in the order given.
   *
   * @param names in UTF-8
   * @return the place of the first name that the item lacks; -1 if it has them all
   */
  public int digestAttributes(ItemTape tape, byte[][] names) {
    begin();
    for (int i = 0; i < names.length; i++) {
      int node = attribute(tape, names[i]);
      if (node < 0) {
        return i;
      }
      put(tape, node);
    }
    digest();
    return -1;
  }

  /** The first 64 bits of the digest last taken. */
  public long high() {
    return high;
  }

  /** The 64 bits that follow. */
  public long low() {
    return low;
  }

  /** The canonical bytes of one value, in an array of their own. */
  byte[] bytes(ItemTape tape, int node) {
    begin();
    put(tape, node);
    return Arrays.copyOf(buffer, size);
  }

  /** The node of a top-level attribute, its name in UTF-8; -1 if there is none. */
  public static int attribute(ItemTape tape, byte[] name) {
    int child = tape.firstChild(tape.item());
    for (int i = tape.childCount(tape.item()); i > 0; i--, child = tape.next(child)) {
      if (tape.nameEquals(child, name)) {
        return child;
      }
    }
    return -1;
  }

  private void begin() {
    size = 0;
    segments = 0;
  }

  private void digest() {
    sha.update(buffer, 0, size);
    byte[] digest = sha.digest();
    high = toLong(digest, 0);
    low = toLong(digest, LONG_BYTES);
  }

  private static long toLong(byte[] bytes, int start) {
    long value = 0;
    for (int i = start; i < start + LONG_BYTES; i++) {
      value = value << 8 | bytes[i] & 0xff;
    }
    return value;
  }

  private void put(ItemTape tape, int node) {
    Descriptor descriptor = tape.descriptor(node);
    put((byte) descriptor.ordinal());
    switch (descriptor) {
      case S -> {
        int start = tape.valueStart(node);
        putBytes(tape.valueBytes(node), start, tape.valueEnd(node) - start);
      }
      case N -> putNumber(tape.valueBytes(node), tape.valueStart(node), tape.valueEnd(node));
      case B -> {
        int length =
            base64.decode(tape.valueBytes(node), tape.valueStart(node), tape.valueEnd(node));
        putBytes(base64.decoded(), 0, length);
      }
      case BOOL -> put((byte) (tape.bool(node) ? 1 : 0));
      case NULL -> {
        // the descriptor says it all
      }
      case L -> {
        int count = tape.childCount(node);
        putInt(count);
        int child = tape.firstChild(node);
        for (int i = count; i > 0; i--, child = tape.next(child)) {
          put(tape, child);
        }
      }
      case M, SS, NS, BS -> putUnordered(tape, node, descriptor == Descriptor.M);
    }
  }

  private void putUnordered(ItemTape tape, int container, boolean named) {
    int countAt = size;
    putInt(0);
    int first = segments;
    int child = tape.firstChild(container);
    for (int i = tape.childCount(container); i > 0; i--, child = tape.next(child)) {
      int start = size;
      if (named) {
        int name = tape.nameStart(child);
        putBytes(tape.nameBytes(child), name, tape.nameEnd(child) - name);
      }
      put(tape, child);
      push(start, size);
    }
    if (!rising(first)) {
      sort(first);
      gather(first);
    }
    int count = segments - first;
    segments = first;
    int end = size;
    size = countAt;
    putInt(count);
    size = end;
  }

  private void push(int start, int end) {
    if (segments == starts.length) {
      starts = Arrays.copyOf(starts, segments * 2);
      ends = Arrays.copyOf(ends, segments * 2);
    }
    starts[segments] = start;
    ends[segments++] = end;
  }

  private boolean rising(int first) {
    for (int i = first + 1; i < segments; i++) {
      if (compare(i - 1, i) >= 0) {
        return false;
      }
    }
    return true;
  }

  private int compare(int left, int right) {
    return Arrays.compareUnsigned(
        buffer, starts[left], ends[left], buffer, starts[right], ends[right]);
  }

  /** Heapsort: in place, and no worse for a hostile order. */
  private void sort(int first) {
    int count = segments - first;
    for (int root = count / 2 - 1; root >= 0; root--) {
      sink(first, root, count);
    }
    for (int end = count - 1; end > 0; end--) {
      swap(first, first + end);
      sink(first, 0, end);
    }
  }

  private void sink(int first, int start, int count) {
    int root = start;
    while (2 * root + 1 < count) {
      int child = 2 * root + 1;
      if (child + 1 < count && compare(first + child, first + child + 1) < 0) {
        child++;
      }
      if (compare(first + root, first + child) >= 0) {
        return;
      }
      swap(first + root, first + child);
      root = child;
    }
  }

  private void swap(int left, int right) {
    int start = starts[left];
    int end = ends[left];
    starts[left] = starts[right];
    ends[left] = ends[right];
    starts[right] = start;
    ends[right] = end;
  }

  /** Moves the sorted entries to their places; a member that a set has twice stands once. */
  private void gather(int first) {
    int begin = starts[first];
    for (int i = first + 1; i < segments; i++) {
      begin = Math.min(begin, starts[i]);
    }
    int length = 0;
    int kept = first;
    for (int i = first; i < segments; i++) {
      if (i > first && compare(i - 1, i) == 0) {
        continue;
      }
      int bytes = ends[i] - starts[i];
      if (sorted.length - length < bytes) {
        sorted = Arrays.copyOf(sorted, Math.max(sorted.length * 2, length + bytes));
      }
      System.arraycopy(buffer, starts[i], sorted, length, bytes);
      length += bytes;
      kept++;
    }
    System.arraycopy(sorted, 0, buffer, begin, length);
    size = begin + length;
    segments = kept;
  }

  /** Sign, exponent and significant digits; the tape's numbers are sound and in range. */
  private void putNumber(byte[] text, int start, int end) {
    int i = start;
    boolean negative = text[i] == '-';
    if (negative || text[i] == '+') {
      i++;
    }
    reserve(16 + end - start);
    int head = size;
    size += 6; // sign, exponent, number of digits
    int digits = size;
    int significant = digits; // behind the last digit that is not zero
    long exponent = 0; // of ten, for 0.ddd
    boolean point = false;
    for (; i < end && text[i] != 'e' && text[i] != 'E'; i++) {
      byte letter = text[i];
      if (letter == '.') {
        point = true;
        continue;
      }
      if (size == digits && letter == '0') {
        exponent -= point ? 1 : 0;
        continue;
      }
      buffer[size++] = letter;
      exponent += point ? 0 : 1;
      significant = letter == '0' ? significant : size;
    }
    if (i < end) {
      exponent += exponent(text, i + 1, end);
    }
    size = head;
    int count = significant - digits;
    if (count == 0) {
      put((byte) 0);
      return;
    }
    put((byte) (negative ? 1 : 2));
    putInt(Math.toIntExact(exponent));
    put((byte) count);
    size = significant;
  }

  private static long exponent(byte[] text, int start, int end) {
    int i = start;
    boolean negative = text[i] == '-';
    if (negative || text[i] == '+') {
      i++;
    }
    long value = 0;
    for (; i < end; i++) {
      // of a zero it may be anything
      value = Math.min(value * 10 + text[i] - '0', Integer.MAX_VALUE / 2);
    }
    return negative ? -value : value;
  }

  private void putBytes(byte[] bytes, int start, int length) {
    putInt(length);
    reserve(length);
    System.arraycopy(bytes, start, buffer, size, length);
    size += length;
  }

  private void putInt(int value) {
    reserve(4);
    buffer[size++] = (byte) (value >> 24);
    buffer[size++] = (byte) (value >> 16);
    buffer[size++] = (byte) (value >> 8);
    buffer[size++] = (byte) value;
  }

  private void put(byte value) {
    reserve(1);
    buffer[size++] = value;
  }

  private void reserve(int more) {
    if (buffer.length - size < more) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, Math.addExact(size, more)));
    }
  }
}
