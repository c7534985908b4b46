package io.dynamodblake.schema.entity;

import io.dynamodblake.type.NameHash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The texts of an attribute that may be a marker, as long as there are few: which shapes and
 * attributes the items of each have.
 */
final class MarkerValues {
  private static final int MOST_OF_KNOWN = 500;
  private static final int MOST_OF_OTHERS = 200;
  private static final int LONGEST_OF_KNOWN = 255;
  private static final int LONGEST_OF_OTHERS = 64;

  private final boolean known;
  private byte[][] texts = new byte[8][];
  private int size;
  private int[] slots = new int[16]; // number + 1, open addressing
  private PairTable cells = new PairTable(); // by number of the text and of the group
  private boolean closed;

  MarkerValues(boolean known) {
    this.known = known;
  }

  /** Returns the number of a text; -1 if there are too many of them. */
  int number(byte[] bytes, int start, int end) {
    if (closed) {
      return -1;
    }
    int slot = NameHash.of(bytes, start, end) & slots.length - 1;
    while (slots[slot] != 0) {
      byte[] text = texts[slots[slot] - 1];
      if (Arrays.equals(bytes, start, end, text, 0, text.length)) {
        return slots[slot] - 1;
      }
      slot = slot + 1 & slots.length - 1;
    }
    boolean tooLong = end - start > (known ? LONGEST_OF_KNOWN : LONGEST_OF_OTHERS);
    if (tooLong || size == (known ? MOST_OF_KNOWN : MOST_OF_OTHERS)) {
      close();
      return -1;
    }
    return add(Arrays.copyOfRange(bytes, start, end), slot);
  }

  private int add(byte[] text, int slot) {
    if (size == texts.length) {
      texts = Arrays.copyOf(texts, size * 2);
    }
    texts[size] = text;
    slots[slot] = ++size;
    if (size * 2 > slots.length) {
      slots = new int[slots.length * 2];
      for (int i = 0; i < size; i++) {
        int free = NameHash.of(texts[i], 0, texts[i].length) & slots.length - 1;
        while (slots[free] != 0) {
          free = free + 1 & slots.length - 1;
        }
        slots[free] = i + 1;
      }
    }
    return size - 1;
  }

  /** Is no marker: has too many values, or too long ones. */
  void close() {
    closed = true;
    texts = new byte[0][];
    slots = new int[1];
    size = 0;
    cells = new PairTable();
  }

  boolean isClosed() {
    return closed;
  }

  boolean isKnown() {
    return known;
  }

  int size() {
    return size;
  }

  byte[] bytes(int number) {
    return texts[number];
  }

  String text(int number) {
    return new String(texts[number], StandardCharsets.UTF_8);
  }

  PairTable cells() {
    return cells;
  }

  void cells(PairTable newCells) {
    cells = newCells;
  }
}
