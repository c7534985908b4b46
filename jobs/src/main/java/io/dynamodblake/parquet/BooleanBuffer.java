package io.dynamodblake.parquet;

import java.util.Arrays;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.statistics.Statistics;

/** A column of BOOLEAN, a bit each. */
final class BooleanBuffer extends ColumnBuffer {
  private static final int INITIAL_BYTES = 8;

  private byte[] bits = new byte[0];
  private int count;
  private int trues;

  BooleanBuffer(
      ColumnDescriptor descriptor, int pageBytes, PageCompressor compressor, MemoryGauge gauge) {
    super(descriptor, pageBytes, compressor, gauge);
  }

  @Override
  void addBoolean(int repetition, boolean value) {
    addPresent(repetition);
    int place = count >>> 3;
    if (place == bits.length) {
      int capacity = Math.max(INITIAL_BYTES, 2 * bits.length);
      gauge.add(capacity - bits.length);
      bits = Arrays.copyOf(bits, capacity);
    }
    if (value) {
      bits[place] |= (byte) (1 << (count & 7));
      trues++;
    }
    count++;
  }

  @Override
  int valueBytes() {
    return count >>> 3;
  }

  @Override
  Dictionary dictionary() {
    return null;
  }

  @Override
  Dictionary chunkDictionary() {
    return null;
  }

  @Override
  int[] references() {
    throw new IllegalStateException("Booleans have no dictionary");
  }

  @Override
  int valueCount() {
    return count;
  }

  @Override
  void writePlain(PageCompressor page) {
    page.put(bits, 0, (count + 7) >>> 3);
  }

  @Override
  void describe(Statistics<?> statistics) {
    if (trues > 0) {
      statistics.updateStats(true);
    }
    if (trues < count) {
      statistics.updateStats(false);
    }
  }

  @Override
  void clearValues() {
    Arrays.fill(bits, 0, (count + 7) >>> 3, (byte) 0);
    count = 0;
    trues = 0;
  }

  @Override
  void release() {
    gauge.add(-bits.length);
    bits = new byte[0];
  }
}
