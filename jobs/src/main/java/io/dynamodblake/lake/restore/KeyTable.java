package io.dynamodblake.lake.restore;

import io.dynamodblake.lake.input.RowPlaces;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys of one partition by their 128-bit hashes, each with the first place it was seen at;
 * finds those that come more than once. 24 bytes a slot and no object a key.
 *
 * <p>Elsewhere rows are sorted by their keys ({@link io.dynamodblake.spark.run.KeySort}), which
 * needs no memory for them. Here the lines of items travel by hundreds, compressed, and in an order
 * that has to do with nothing, so their keys come apart from them, to be looked at once: a table of
 * them needs neither a second shuffle nor a sort. {@link Restore} takes as many partitions as keep
 * it small.
 */
final class KeyTable {
  private static final int LONGS = 3;
  private static final int FIRST_SLOTS = 1 << 12;
  // beside the place, which is not negative: the key has been seen again
  private static final long AGAIN = Long.MIN_VALUE;
  private static final long FREE = -1 ^ AGAIN;

  private final int mostHashes;
  private final List<long[]> again = new ArrayList<>();
  private long[] slots = new long[FIRST_SLOTS * LONGS];
  private int used;
  private long keys;
  private long rows;
  private long first = Long.MAX_VALUE;

  /**
   * @param mostHashes how many {@link #hashes} to keep at most
   */
  KeyTable(int mostHashes) {
    this.mostHashes = mostHashes;
    free(slots);
  }

  private static void free(long[] slots) {
    for (int i = LONGS - 1; i < slots.length; i += LONGS) {
      slots[i] = FREE;
    }
  }

  /**
   * Adds the key of one row.
   *
   * @param place of the row, as {@link RowPlaces} has it
   */
  void add(long high, long low, long place) {
    int slot = slot(slots, high, low);
    long seen = slots[slot + 2];
    if (seen == FREE) {
      put(slot, high, low, place);
      return;
    }
    long before = seen & ~AGAIN;
    first = Math.min(first, Math.min(before, place));
    if (seen >= 0) {
      keys++;
      rows += 2;
      if (again.size() < mostHashes) {
        again.add(new long[] {high, low});
      }
    } else {
      rows++;
    }
    slots[slot + 2] = Math.min(before, place) | AGAIN;
  }

  private void put(int slot, long high, long low, long place) {
    slots[slot] = high;
    slots[slot + 1] = low;
    slots[slot + 2] = place;
    used++;
    if (used * (long) LONGS * 3 > slots.length * 2L) {
      grow();
    }
  }

  private void grow() {
    long[] larger = new long[Math.multiplyExact(slots.length, 2)];
    free(larger);
    for (int i = 0; i < slots.length; i += LONGS) {
      if (slots[i + 2] != FREE) {
        System.arraycopy(slots, i, larger, slot(larger, slots[i], slots[i + 1]), LONGS);
      }
    }
    slots = larger;
  }

  /** Where the key is, or the free place for it. */
  private static int slot(long[] slots, long high, long low) {
    int mask = slots.length / LONGS - 1;
    // the upper half has chosen the partition, so that there is little difference left in it
    int i = (int) (low ^ low >>> 32) & mask;
    while (slots[i * LONGS + 2] != FREE
        && (slots[i * LONGS] != high || slots[i * LONGS + 1] != low)) {
      i = i + 1 & mask;
    }
    return i * LONGS;
  }

  /** How many keys come more than once. */
  long keys() {
    return keys;
  }

  /** How many rows have them. */
  long rows() {
    return rows;
  }

  /** The place of the first of those rows; {@link Long#MAX_VALUE} if there is none. */
  long first() {
    return first;
  }

  /** Hashes of keys that come more than once, high and low by turns. */
  long[] hashes() {
    long[] hashes = new long[2 * again.size()];
    for (int i = 0; i < again.size(); i++) {
      hashes[2 * i] = again.get(i)[0];
      hashes[2 * i + 1] = again.get(i)[1];
    }
    return hashes;
  }
}
