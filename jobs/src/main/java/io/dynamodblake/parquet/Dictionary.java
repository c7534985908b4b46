package io.dynamodblake.parquet;

import java.util.Arrays;

/**
 * The distinct values of a column so far. What is worth one is judged on the way: a column that
 * hardly repeats itself costs a hash table and gains nothing.
 */
abstract class Dictionary {
  /** What {@link #find} answers for a value that the dictionary neither has nor takes. */
  static final int REFUSED = -1;

  private static final int MOST_ENTRIES = 1 << 16;
  private static final int FIRST_LOOK = 1_024;
  private static final double FIRST_SHARE = 0.9;
  private static final int SECOND_LOOK = 16_384;
  private static final double SECOND_SHARE = 0.6;
  private static final int INITIAL_SLOTS = 16;

  private final MemoryGauge gauge;
  private final int mostBytes;
  private int[] slots = new int[0]; // entry plus one, zero for none
  private int size;
  private long bytes;

  Dictionary(int mostBytes, MemoryGauge gauge) {
    this.mostBytes = mostBytes;
    this.gauge = gauge;
  }

  final MemoryGauge gauge() {
    return gauge;
  }

  final int size() {
    return size;
  }

  /**
   * Whether another entry is worth it.
   *
   * @param seen values that were looked up so far
   */
  final boolean takes(long seen, int entryBytes) {
    if (size == MOST_ENTRIES || bytes + entryBytes > mostBytes) {
      return false;
    }
    return !(seen >= FIRST_LOOK && size > seen * FIRST_SHARE)
        && !(seen >= SECOND_LOOK && size > seen * SECOND_SHARE);
  }

  /** The slot where the search for a hash begins. */
  final int slot(int hash) {
    return hash & (slots.length - 1);
  }

  final int following(int slot) {
    return (slot + 1) & (slots.length - 1);
  }

  /** The entry in a slot, or -1. */
  final int entryAt(int slot) {
    return slots[slot] - 1;
  }

  /** Makes sure that there are slots, at least one of them empty. */
  final void prepare() {
    if (2 * size >= slots.length) {
      int before = slots.length;
      int[] wider = new int[Math.max(INITIAL_SLOTS, before * 2)];
      gauge.add((long) Integer.BYTES * (wider.length - before));
      slots = wider;
      for (int entry = 0; entry < size; entry++) {
        int slot = slot(hashOf(entry));
        while (slots[slot] != 0) {
          slot = following(slot);
        }
        slots[slot] = entry + 1;
      }
    }
  }

  abstract int hashOf(int entry);

  /** Takes an empty slot for the next entry. */
  final int occupy(int slot, int entryBytes) {
    slots[slot] = size + 1;
    bytes += entryBytes;
    return size++;
  }

  /** Writes all entries in Parquet's plain encoding. */
  abstract void writePlain(PageCompressor page);

  /** Gives its memory back; it must not be used any more. */
  void release() {
    gauge.add((long) -Integer.BYTES * slots.length);
    slots = new int[0];
  }

  /** The entries that are referred to, each once. */
  final int[] distinct(int[] references, int count) {
    boolean[] seen = new boolean[size];
    int[] found = new int[Math.min(size, count)];
    int distinct = 0;
    for (int i = 0; i < count; i++) {
      int entry = references[i];
      if (!seen[entry]) {
        seen[entry] = true;
        found[distinct++] = entry;
      }
    }
    return Arrays.copyOf(found, distinct);
  }
}
