package io.dynamodblake.lake.restore;

import io.dynamodblake.spark.write.PackedLines;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Collects the lines of some thousand items and packs them in another order, so that items whose
 * keys are neighbours do not stay together. The order is random and the same when a task runs
 * again.
 */
final class LineWindow {
  /** Bytes of the lines that are mixed with one another. */
  static final int MOST_BYTES = 8 << 20;

  private static final int FIRST_BYTES = 1 << 16;
  private static final int FIRST_LINES = 1 << 8;

  private final PackedLines.Packer packer;
  private final int packBytes;
  private long random;

  private byte[] bytes = new byte[FIRST_BYTES];
  private int size;
  private int[] starts = new int[FIRST_LINES + 1];
  private long[] highs = new long[FIRST_LINES];
  private long[] lows = new long[FIRST_LINES];
  private int lines;
  private byte[] pack;

  /**
   * @param packBytes bytes of lines that are packed together, about
   * @param seed anything; another one gives another order
   */
  LineWindow(PackedLines.Packer packer, int packBytes, long seed) {
    this.packer = packer;
    this.packBytes = packBytes;
    this.pack = new byte[packBytes];
    this.random = seed * 0x9E3779B97F4A7C15L | 1;
  }

  /** Whether there is room for a line; an empty window has room for any. */
  boolean hasRoom(int length) {
    return lines == 0 || size + (long) length <= MOST_BYTES;
  }

  /** Adds a line with its line feed, and the hash of its key. */
  void add(byte[] line, int length, long high, long low) {
    if (bytes.length - size < length) {
      long wanted = Math.max(size + (long) length, Math.min(2L * bytes.length, MOST_BYTES));
      bytes = Arrays.copyOf(bytes, Math.toIntExact(wanted));
    }
    if (lines == highs.length) {
      highs = Arrays.copyOf(highs, 2 * lines);
      lows = Arrays.copyOf(lows, 2 * lines);
      starts = Arrays.copyOf(starts, 2 * lines + 1);
    }
    System.arraycopy(line, 0, bytes, size, length);
    highs[lines] = high;
    lows[lines] = low;
    size += length;
    starts[++lines] = size;
  }

  int lines() {
    return lines;
  }

  /** Packs all lines and forgets them. */
  void pack(Consumer<byte[]> packed) {
    int[] order = new int[lines];
    int filled = 0;
    int count = 0;
    long sumHigh = 0;
    long sumLow = 0;
    for (int i = 0; i < lines; i++) {
      order[i] = i;
    }
    for (int left = lines; left > 0; left--) {
      int chosen = below(left);
      int line = order[chosen];
      order[chosen] = order[left - 1];
      int length = starts[line + 1] - starts[line];
      if (count > 0 && filled + length > packBytes) {
        packed.accept(packer.pack(pack, filled, count, sumHigh, sumLow));
        filled = 0;
        count = 0;
        sumHigh = 0;
        sumLow = 0;
      }
      if (pack.length - filled < length) {
        pack = Arrays.copyOf(pack, filled + length);
      }
      System.arraycopy(bytes, starts[line], pack, filled, length);
      filled += length;
      count++;
      sumHigh += highs[line];
      sumLow += lows[line];
    }
    if (count > 0) {
      packed.accept(packer.pack(pack, filled, count, sumHigh, sumLow));
    }
    lines = 0;
    size = 0;
  }

  /**
   * A number from 0 to below the limit; xorshift, of which nothing is asked but to look unsorted.
   */
  private int below(int limit) {
    random ^= random << 13;
    random ^= random >>> 7;
    random ^= random << 17;
    return (int) ((random >>> 33) * limit >>> 31);
  }
}
