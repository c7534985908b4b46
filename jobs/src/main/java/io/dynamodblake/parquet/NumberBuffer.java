package io.dynamodblake.parquet;

import java.math.BigInteger;
import java.util.Arrays;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** A column of INT32, INT64 or DOUBLE. Doubles are kept by their bits. */
final class NumberBuffer extends DictionaryBuffer<LongDictionary> {
  private static final long MICROS_A_MILLI = 1_000;
  private static final int INITIAL_VALUES = 16;

  private final PrimitiveTypeName type;
  private final int width;
  private final boolean millis;

  private long[] values = new long[0];

  NumberBuffer(
      ColumnDescriptor descriptor, int pageBytes, PageCompressor compressor, MemoryGauge gauge) {
    super(descriptor, pageBytes, compressor, gauge);
    this.type = descriptor.getPrimitiveType().getPrimitiveTypeName();
    this.width = type == PrimitiveTypeName.INT32 ? Integer.BYTES : Long.BYTES;
    this.millis =
        descriptor.getPrimitiveType().getLogicalTypeAnnotation()
                instanceof TimestampLogicalTypeAnnotation timestamp
            && timestamp.getUnit() == TimeUnit.MILLIS;
    beginDictionary();
  }

  @Override
  LongDictionary emptyDictionary() {
    return new LongDictionary(width, pageBytes, gauge);
  }

  @Override
  void addLong(int repetition, long value) {
    addPresent(repetition);
    add(millis ? Math.floorDiv(value, MICROS_A_MILLI) : value);
  }

  @Override
  void addDouble(int repetition, double value) {
    addPresent(repetition);
    add(Double.doubleToRawLongBits(value));
  }

  @Override
  void addDecimal(int repetition, long unscaled) {
    addPresent(repetition);
    add(unscaled);
  }

  @Override
  void addDecimal(int repetition, BigInteger unscaled) {
    addDecimal(repetition, unscaled.longValueExact());
  }

  /**
   * Adds a number as the file has it; doubles by their bits.
   *
   * @return its entry in the dictionary, or {@link Dictionary#REFUSED}
   */
  int addStored(int repetition, long stored) {
    addPresent(repetition);
    return add(stored);
  }

  /** Adds numbers of rows, one each, as the file has them, in a column where nothing repeats. */
  void addStored(long[] stored, int from, int rows) {
    int end = from + rows;
    int next = from;
    while (next < end && dictionary != null) {
      int unused = addStored(0, stored[next++]);
    }
    while (next < end) {
      int now = addPresentRows(end - next, width);
      if (count + now > values.length) {
        growValues(count + now);
      }
      System.arraycopy(stored, next, values, count, now);
      count += now;
      next += now;
    }
  }

  private int add(long value) {
    if (dictionary != null) {
      int entry = dictionary.find(value, looked++);
      if (entry != Dictionary.REFUSED) {
        addReference(entry);
        return entry;
      }
      abandonDictionary();
    }
    if (count == values.length) {
      growValues(count + 1);
    }
    values[count++] = value;
    return Dictionary.REFUSED;
  }

  private void growValues(int needed) {
    int capacity = Math.max(Math.max(needed, INITIAL_VALUES), 2 * values.length);
    gauge.add((long) Long.BYTES * (capacity - values.length));
    values = Arrays.copyOf(values, capacity);
  }

  @Override
  void spellOut(int[] references) {
    growValues(count);
    for (int i = 0; i < count; i++) {
      values[i] = dictionary.value(references[i]);
    }
  }

  @Override
  int valueBytes() {
    return count * (dictionary == null ? width : Integer.BYTES);
  }

  @Override
  void writePlain(PageCompressor page) {
    writePlain(values, count, width, page);
  }

  static void writePlain(long[] values, int count, int width, PageCompressor page) {
    page.ensure(Math.multiplyExact(count, width));
    if (width == Integer.BYTES) {
      for (int i = 0; i < count; i++) {
        page.putInt((int) values[i]);
      }
    } else {
      for (int i = 0; i < count; i++) {
        page.putLong(values[i]);
      }
    }
  }

  @Override
  void describe(Statistics<?> statistics) {
    long[] described = values;
    int length = count;
    if (dictionary != null) {
      int[] entries = dictionary.distinct(references(), count);
      length = entries.length;
      described = new long[length];
      for (int i = 0; i < length; i++) {
        described[i] = dictionary.value(entries[i]);
      }
    }
    if (type == PrimitiveTypeName.DOUBLE) {
      describeDoubles(described, length, statistics);
      return;
    }
    long least = described[0];
    long most = described[0];
    for (int i = 1; i < length; i++) {
      least = Math.min(least, described[i]);
      most = Math.max(most, described[i]);
    }
    if (type == PrimitiveTypeName.INT32) {
      statistics.updateStats((int) least);
      statistics.updateStats((int) most);
    } else {
      statistics.updateStats(least);
      statistics.updateStats(most);
    }
  }

  private static void describeDoubles(long[] bits, int length, Statistics<?> statistics) {
    double least = Double.longBitsToDouble(bits[0]);
    double most = least;
    for (int i = 1; i < length; i++) {
      double value = Double.longBitsToDouble(bits[i]);
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    statistics.updateStats(least);
    statistics.updateStats(most);
  }

  @Override
  void clearValues() {
    count = 0;
  }

  @Override
  void releaseValues() {
    gauge.add((long) -Long.BYTES * values.length);
    values = new long[0];
  }
}
