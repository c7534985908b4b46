package io.dynamodblake.identity;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.type.Base64Bytes;
import io.dynamodblake.type.Descriptor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Bytes that are the same for two values exactly if DynamoDB takes them for equal: maps and sets
 * without order, numbers by value, binaries by their bytes, all else exact; and a digest of them.
 * Keeps its buffers from item to item. One a thread.
 */
public final class CanonicalItem {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  // to copy, in which order does not matter: that of most processors is the fastest
  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  // of a number
  private static final byte ZERO = 0;
  private static final byte LONG_DIGITS = 1;
  private static final byte POSITIVE_DIGITS = 2;
  private static final byte NEGATIVE_DIGITS = 3;
  private static final int MOST_LONG_DIGITS = 18;

  // where it stands, behind its descriptor
  private static final int NUMBER_KIND = 1;
  private static final int NUMBER_POWER = 2;
  private static final int NUMBER_DIGITS = 6;

  private static final int LONGEST_HEAD = 16; // of any value, before its content

  private static final int LONG_LENGTH = 0xff; // lengths from here on take four bytes more
  private static final int SHORT_COPY = 48; // bytes that are not worth a call

  private final MessageDigest sha;
  private final CRC32C crc = new CRC32C();
  private final byte[] secret;
  private final byte[] digested;
  private final NameOrder names = new NameOrder();

  private byte[] buffer = new byte[4096];
  private int size;
  private byte[] sorted = new byte[4096];

  // a stack: where the entries of the sets and unusual maps that are open begin and end
  private int[] starts = new int[64];
  private int[] ends = new int[64];
  private int segments;

  // a stack: the entries of the maps that are open, rank of the name and node
  private long[] entries = new long[64];
  private int entryCount;

  private long high;
  private long low;

  /** Digests are the same in every run. */
  public CanonicalItem() {
    this(new byte[0]);
  }

  /**
   * Digests that nobody can foresee.
   *
   * @param secret what they depend on besides the values
   */
  public CanonicalItem(byte[] secret) {
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
    this.secret = secret.clone();
    this.digested = new byte[sha.getDigestLength()];
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

  /** Reads some values, in the order given, for {@link #digest} and {@link #checksum}. */
  public void read(ItemTape tape, int... nodes) {
    begin();
    for (int node : nodes) {
      put(tape, node);
    }
  }

  /**
   * Returns a number that is the same for equal values, in every process; cheaper than a digest,
   * and easy to foresee.
   */
  public int checksum() {
    crc.reset();
    crc.update(buffer, 0, size);
    return (int) crc.getValue();
  }

  /** Returns the first 64 bits of the digest last taken. */
  public long high() {
    return high;
  }

  /** Returns the 64 bits that follow. */
  public long low() {
    return low;
  }

  /** The canonical bytes of one value, in an array of their own. */
  byte[] bytes(ItemTape tape, int node) {
    begin();
    put(tape, node);
    return Arrays.copyOf(buffer, size);
  }

  /** What was read last, from the start on; valid until more is read. */
  byte[] bytes() {
    return buffer;
  }

  /** How many bytes were read last. */
  int length() {
    return size;
  }

  /** Whether the number that was read last, alone, has no more digits than a long can hold. */
  boolean isShortNumber() {
    return buffer[NUMBER_KIND] == ZERO || buffer[NUMBER_KIND] == LONG_DIGITS;
  }

  /** The digits of that number, without zeros at its end. */
  long digits() {
    return buffer[NUMBER_KIND] == ZERO ? 0 : (long) LONG.get(buffer, NUMBER_DIGITS);
  }

  /** The power of ten that its digits are to be multiplied with. */
  int power() {
    return buffer[NUMBER_KIND] == ZERO ? 0 : (int) INT.get(buffer, NUMBER_POWER);
  }

  /** Returns the node of a top-level attribute, its name in UTF-8; -1 if there is none. */
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
    entryCount = 0;
  }

  /** Takes the digest of what was read last. */
  public void digest() {
    try {
      sha.update(secret);
      sha.update(buffer, 0, size);
      sha.digest(digested, 0, digested.length);
    } catch (DigestException e) {
      throw new IllegalStateException("A digest is as long as it says", e);
    }
    high = (long) LONG.get(digested, 0);
    low = (long) LONG.get(digested, Long.BYTES);
  }

  private void put(ItemTape tape, int node) {
    Descriptor descriptor = tape.descriptor(node);
    reserve(LONGEST_HEAD);
    buffer[size++] = (byte) descriptor.ordinal();
    switch (descriptor) {
      case S -> {
        int start = tape.valueStart(node);
        putBytes(tape.valueBytes(node), start, tape.valueEnd(node) - start);
      }
      case N -> {
        if (tape.isShortNumber(node)) {
          putNumber(tape.unscaled(node), -tape.scale(node));
        } else {
          putDigits(tape.valueBytes(node), tape.valueStart(node), tape.valueEnd(node));
        }
      }
      case B -> {
        int start = tape.valueStart(node);
        int length = tape.valueEnd(node) - start;
        putBytes(tape.valueBytes(node), start, length);
        Base64Bytes.clearUnusedBits(buffer, size - length, size);
      }
      case BOOL -> buffer[size++] = (byte) (tape.bool(node) ? 1 : 0);
      case NULL -> {
        // the descriptor says it all
      }
      case L -> {
        int count = tape.childCount(node);
        putLength(count);
        int child = tape.firstChild(node);
        for (int i = count; i > 0; i--, child = tape.next(child)) {
          put(tape, child);
        }
      }
      case M -> putMap(tape, node);
      case SS, NS, BS -> putUnordered(tape, node, false);
    }
  }

  /** Entries in the order of their names, which are seldom new ones. */
  private void putMap(ItemTape tape, int map) {
    int count = tape.childCount(map);
    int known = names.size();
    int first = entryCount;
    if (first + count > entries.length) {
      entries = Arrays.copyOf(entries, Math.max(first + count, 2 * entries.length));
    }
    int child = tape.firstChild(map);
    for (int i = first; i < first + count; i++, child = tape.next(child)) {
      int rank = names.rank(tape, child);
      if (rank < 0) {
        putUnordered(tape, map, true);
        return;
      }
      entries[i] = (long) rank << Integer.SIZE | child;
    }
    if (names.size() != known) {
      putMap(tape, map); // a new name has moved others
      return;
    }
    entryCount = first + count;
    Arrays.sort(entries, first, entryCount);
    putLength(count);
    for (int i = first; i < first + count; i++) {
      putEntry(tape, (int) entries[i]);
    }
    entryCount = first;
  }

  private void putEntry(ItemTape tape, int child) {
    int name = tape.nameStart(child);
    putBytes(tape.nameBytes(child), name, tape.nameEnd(child) - name);
    put(tape, child);
  }

  private void putUnordered(ItemTape tape, int container, boolean named) {
    int count = tape.childCount(container);
    int countAt = size;
    if (named) {
      putLength(count);
    } else {
      size += Integer.BYTES; // a member that stands there twice counts once
    }
    int first = segments;
    int child = tape.firstChild(container);
    for (int i = count; i > 0; i--, child = tape.next(child)) {
      int start = size;
      if (named) {
        putEntry(tape, child);
      } else {
        put(tape, child);
      }
      push(start, size);
    }
    if (!rising(first)) {
      sort(first);
      gather(first);
    }
    if (!named) {
      INT.set(buffer, countAt, segments - first);
    }
    segments = first;
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

  /** Of a number of up to 18 digits: the integer without zeros at its end, and the power of ten. */
  private void putNumber(long unscaled, int exponent) {
    if (unscaled == 0) {
      buffer[size++] = ZERO;
      return;
    }
    long digits = unscaled;
    int power = exponent;
    while ((digits & 1) == 0 && digits % 10 == 0) {
      digits /= 10;
      power++;
    }
    buffer[size] = LONG_DIGITS;
    INT.set(buffer, size + 1, power);
    LONG.set(buffer, size + 5, digits);
    size += 13;
  }

  /** Any number as it is written; the tape's are sound and in range. */
  private void putDigits(byte[] text, int start, int end) {
    int i = start;
    boolean negative = text[i] == '-';
    if (negative || text[i] == '+') {
      i++;
    }
    reserve(LONGEST_HEAD + end - start);
    int head = size;
    size += 6; // sign, power of ten, number of digits
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
    int count = significant - digits;
    size = head;
    if (count <= MOST_LONG_DIGITS) {
      long value = 0;
      for (int digit = digits; digit < significant; digit++) {
        value = value * 10 + buffer[digit] - '0';
      }
      putNumber(negative ? -value : value, count == 0 ? 0 : Math.toIntExact(exponent - count));
      return;
    }
    buffer[size] = negative ? NEGATIVE_DIGITS : POSITIVE_DIGITS;
    INT.set(buffer, size + 1, Math.toIntExact(exponent - count));
    buffer[size + 5] = (byte) count;
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
    reserve(LONGEST_HEAD + SHORT_COPY + length);
    putLength(length);
    if (length <= SHORT_COPY && bytes.length - start >= SHORT_COPY) {
      // a few bytes too many, which what follows overwrites
      for (int i = 0; i < length; i += Long.BYTES) {
        EIGHT_BYTES.set(buffer, size + i, (long) EIGHT_BYTES.get(bytes, start + i));
      }
    } else {
      System.arraycopy(bytes, start, buffer, size, length);
    }
    size += length;
  }

  private void putLength(int length) {
    if (length < LONG_LENGTH) {
      buffer[size++] = (byte) length;
    } else {
      buffer[size] = (byte) LONG_LENGTH;
      INT.set(buffer, size + 1, length);
      size += 5;
    }
  }

  private void reserve(int more) {
    if (buffer.length - size < more) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, Math.addExact(size, more)));
    }
  }
}
