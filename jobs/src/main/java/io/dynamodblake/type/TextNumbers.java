package io.dynamodblake.type;

import java.util.Arrays;

/**
 * Numbers for texts in UTF-8, from 0 in the order in which they were added. To find one allocates
 * nothing. Not safe for use by several threads.
 */
public final class TextNumbers {
  /** Number of no text. */
  public static final int NONE = -1;

  private byte[][] texts = new byte[8][];
  private int size;
  private int[] slots = new int[16]; // number + 1, open addressing

  /** Returns the number of a text; {@link #NONE} if it was not added. */
  public int find(byte[] bytes, int start, int end) {
    return find(bytes, start, end, NameHash.of(bytes, start, end));
  }

  /**
   * Returns the number of a text; {@link #NONE} if it was not added.
   *
   * @param hash of the text, as {@link NameHash} computes it
   */
  public int find(byte[] bytes, int start, int end, int hash) {
    int slot = hash & slots.length - 1;
    while (slots[slot] != 0) {
      byte[] text = texts[slots[slot] - 1];
      if (Arrays.equals(bytes, start, end, text, 0, text.length)) {
        return slots[slot] - 1;
      }
      slot = slot + 1 & slots.length - 1;
    }
    return NONE;
  }

  /** Adds a text that was not added, which is kept as it is, and returns its number. */
  public int add(byte[] text) {
    if (size == texts.length) {
      texts = Arrays.copyOf(texts, size * 2);
    }
    texts[size++] = text;
    if (size * 2 > slots.length) {
      slots = new int[slots.length * 2];
      for (int number = 0; number < size; number++) {
        link(number);
      }
    } else {
      link(size - 1);
    }
    return size - 1;
  }

  private void link(int number) {
    byte[] text = texts[number];
    int slot = NameHash.of(text, 0, text.length) & slots.length - 1;
    while (slots[slot] != 0) {
      slot = slot + 1 & slots.length - 1;
    }
    slots[slot] = number + 1;
  }

  /** Returns the text of a number, which nobody may change. */
  public byte[] text(int number) {
    return texts[number];
  }

  /** Returns how many texts there are. */
  public int size() {
    return size;
  }
}
