package io.dynamodblake.export;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds the ends of lines. */
final class LineFeeds {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long NEWLINES = 0x0a0a0a0a0a0a0a0aL;
  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private LineFeeds() {}

  /**
   * Position of the first line feed, or -1. Eight bytes at a time, as this looks at every byte of
   * an export.
   */
  static int find(byte[] bytes, int from, int to) {
    int i = from;
    // most of a line four words at a time
    while (i <= to - 4 * Long.BYTES
        && (mark(bytes, i)
                | mark(bytes, i + Long.BYTES)
                | mark(bytes, i + 2 * Long.BYTES)
                | mark(bytes, i + 3 * Long.BYTES))
            == 0) {
      i += 4 * Long.BYTES;
    }
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long found = mark(bytes, i);
      if (found != 0) {
        return i + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    for (; i < to; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** Marks the first line feed of eight bytes; behind it may be wrong marks. */
  private static long mark(byte[] bytes, int index) {
    long zeroes = (long) LONGS.get(bytes, index) ^ NEWLINES;
    return (zeroes - LOW_BITS) & ~zeroes & HIGH_BITS;
  }
}
