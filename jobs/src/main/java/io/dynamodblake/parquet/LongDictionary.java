package io.dynamodblake.parquet;

import java.util.Arrays;

/** Distinct numbers of four or eight bytes. */
final class LongDictionary extends Dictionary {
  private static final long MIX = 0x9e3779b97f4a7c15L;

  private final int width;
  private long[] values = new long[0];

  LongDictionary(int width, int mostBytes, MemoryGauge gauge) {
    super(mostBytes, gauge);
    this.width = width;
  }

  /** The entry of a value, which is made if need be, or {@link #REFUSED}. */
  int find(long value, long seen) {
    prepare();
    int slot = slot(hash(value));
    int entry = entryAt(slot);
    while (entry >= 0) {
      if (values[entry] == value) {
        return entry;
      }
      slot = following(slot);
      entry = entryAt(slot);
    }
    if (!takes(seen, width)) {
      return REFUSED;
    }
    if (size() == values.length) {
      int capacity = Math.max(8, 2 * values.length);
      gauge().add((long) Long.BYTES * (capacity - values.length));
      values = Arrays.copyOf(values, capacity);
    }
    values[size()] = value;
    return occupy(slot, width);
  }

  long value(int entry) {
    return values[entry];
  }

  private static int hash(long value) {
    long mixed = value * MIX;
    return (int) (mixed >>> 32) ^ (int) (mixed >>> 52);
  }

  @Override
  int hashOf(int entry) {
    return hash(values[entry]);
  }

  @Override
  void writePlain(PageCompressor page) {
    NumberBuffer.writePlain(values, size(), width, page);
  }

  @Override
  void release() {
    super.release();
    gauge().add((long) -Long.BYTES * values.length);
    values = new long[0];
  }
}
