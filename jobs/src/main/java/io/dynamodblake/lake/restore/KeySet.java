package io.dynamodblake.lake.restore;

import java.io.Serializable;
import java.util.Arrays;

/** A few keys by their 128-bit hashes. */
final class KeySet implements Serializable {
  private static final long serialVersionUID = 1L;

  static final KeySet EMPTY = new KeySet(new long[0]);

  private final long[] highs; // sorted
  private final long[] lows;

  /**
   * @param hashes high and low by turns
   */
  KeySet(long[] hashes) {
    long[][] pairs = new long[hashes.length / 2][];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = new long[] {hashes[2 * i], hashes[2 * i + 1]};
    }
    Arrays.sort(pairs, (left, right) -> Long.compare(left[0], right[0]));
    highs = Arrays.stream(pairs).mapToLong(pair -> pair[0]).toArray();
    lows = Arrays.stream(pairs).mapToLong(pair -> pair[1]).toArray();
  }

  boolean contains(long high, long low) {
    if (highs.length == 0) {
      return false;
    }
    int i = Arrays.binarySearch(highs, high);
    if (i < 0) {
      return false;
    }
    while (i > 0 && highs[i - 1] == high) {
      i--;
    }
    for (; i < highs.length && highs[i] == high; i++) {
      if (lows[i] == low) {
        return true;
      }
    }
    return false;
  }

  int size() {
    return highs.length;
  }
}
