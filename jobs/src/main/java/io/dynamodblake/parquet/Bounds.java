package io.dynamodblake.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The least and the greatest of some byte strings that stand in one array. */
final class Bounds {
  /** Longer bounds are shortened, never so that a value were outside. */
  static final int MOST_BYTES = 1_024;

  private static final VarHandle BIG_LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final byte[] LAST_CHARACTER = {(byte) 0xf4, (byte) 0x8f, (byte) 0xbf, (byte) 0xbf};

  private final boolean signed;
  private boolean empty = true;
  private int leastStart;
  private int leastEnd;
  private long leastHead;
  private int mostStart;
  private int mostEnd;
  private long mostHead;

  /**
   * @param signed whether the bytes are numbers of two's complement; else they are compared as
   *     unsigned
   */
  Bounds(boolean signed) {
    this.signed = signed;
  }

  void clear() {
    empty = true;
  }

  void widen(byte[] bytes, int start, int end) {
    long head = head(bytes, start, end);
    if (empty) {
      empty = false;
      setLeast(start, end, head);
      setMost(start, end, head);
      return;
    }
    if (head < leastHead
        || (head == leastHead && compare(bytes, start, end, leastStart, leastEnd) < 0)) {
      setLeast(start, end, head);
    } else if (head > mostHead
        || (head == mostHead && compare(bytes, start, end, mostStart, mostEnd) > 0)) {
      setMost(start, end, head);
    }
  }

  private void setLeast(int start, int end, long head) {
    leastStart = start;
    leastEnd = end;
    leastHead = head;
  }

  private void setMost(int start, int end, long head) {
    mostStart = start;
    mostEnd = end;
    mostHead = head;
  }

  /** The first eight bytes as a number of the same order, which nearly always decides. */
  private long head(byte[] bytes, int start, int end) {
    long head;
    if (end - start >= Long.BYTES) {
      head = (long) BIG_LONG.get(bytes, start);
    } else {
      head = 0;
      for (int i = 0; i < Long.BYTES; i++) {
        head = head << Byte.SIZE | (start + i < end ? bytes[start + i] & 0xff : 0);
      }
    }
    return signed ? head : head ^ Long.MIN_VALUE;
  }

  private static int compare(byte[] bytes, int start, int end, int otherStart, int otherEnd) {
    // of signed ones only after equal heads, where the sign is decided
    return Arrays.compareUnsigned(bytes, start, end, bytes, otherStart, otherEnd);
  }

  /** The least value, or what is less and shorter. */
  byte[] least(byte[] bytes, boolean text) {
    return Arrays.copyOfRange(bytes, leastStart, cut(bytes, leastStart, leastEnd, text));
  }

  /** The greatest value, or what is greater and shorter. */
  byte[] most(byte[] bytes, boolean text) {
    int cut = cut(bytes, mostStart, mostEnd, text);
    byte[] head = Arrays.copyOfRange(bytes, mostStart, cut);
    if (cut == mostEnd) {
      return head;
    }
    if (text) {
      byte[] bound = Arrays.copyOf(head, head.length + LAST_CHARACTER.length);
      System.arraycopy(LAST_CHARACTER, 0, bound, head.length, LAST_CHARACTER.length);
      if (Arrays.compareUnsigned(bound, 0, bound.length, bytes, mostStart, mostEnd) >= 0) {
        return bound;
      }
    } else {
      for (int i = head.length - 1; i >= 0; i--) {
        if (head[i] != (byte) 0xff) {
          head[i]++;
          return Arrays.copyOf(head, i + 1);
        }
      }
    }
    return Arrays.copyOfRange(bytes, mostStart, mostEnd);
  }

  /** Where to cut a long value; text only between characters. */
  private static int cut(byte[] bytes, int start, int end, boolean text) {
    if (end - start <= MOST_BYTES) {
      return end;
    }
    int cut = start + MOST_BYTES;
    while (text && cut > start && (bytes[cut] & 0xc0) == 0x80) {
      cut--;
    }
    return cut;
  }
}
