package io.dynamodblake.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** A column of BINARY, which is text or bytes, or of FIXED_LEN_BYTE_ARRAY, a wide decimal. */
final class BytesBuffer extends DictionaryBuffer<BytesDictionary> {
  private static final VarHandle LITTLE_INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int INITIAL_BYTES = 64;
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 16;

  private final boolean fixed;
  private final boolean text;
  private final int lengthBytes; // before each value of the page
  private final byte[] decimal; // of the column's length; where it is fixed

  private byte[] page = new byte[0]; // values in the plain encoding
  private int length;
  private final Bounds bounds; // of the plain values

  BytesBuffer(
      ColumnDescriptor descriptor, int pageBytes, PageCompressor compressor, MemoryGauge gauge) {
    super(descriptor, pageBytes, compressor, gauge);
    PrimitiveType type = descriptor.getPrimitiveType();
    this.fixed = type.getPrimitiveTypeName() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
    this.text = type.getLogicalTypeAnnotation() instanceof StringLogicalTypeAnnotation;
    this.lengthBytes = fixed ? 0 : Integer.BYTES;
    this.decimal = fixed ? new byte[type.getTypeLength()] : null;
    this.bounds = new Bounds(fixed);
    beginDictionary();
  }

  @Override
  BytesDictionary emptyDictionary() {
    return new BytesDictionary(!fixed, pageBytes, gauge);
  }

  @Override
  void addDecimal(int repetition, long unscaled) {
    addDecimal(repetition, BigInteger.valueOf(unscaled));
  }

  @Override
  void addDecimal(int repetition, BigInteger unscaled) {
    byte[] significant = unscaled.toByteArray();
    int padding = decimal.length - significant.length;
    Arrays.fill(decimal, 0, padding, (byte) (unscaled.signum() < 0 ? 0xff : 0));
    System.arraycopy(significant, 0, decimal, padding, significant.length);
    addBytes(repetition, decimal, 0, decimal.length);
  }

  @Override
  void addBytes(int repetition, byte[] bytes, int offset, int valueLength) {
    int unused = addStored(repetition, bytes, offset, valueLength);
  }

  /**
   * Adds bytes.
   *
   * @return their entry in the dictionary, or {@link Dictionary#REFUSED}
   */
  int addStored(int repetition, byte[] bytes, int offset, int valueLength) {
    addPresent(repetition);
    if (dictionary != null) {
      int entry = dictionary.find(bytes, offset, valueLength, looked++);
      if (entry != Dictionary.REFUSED) {
        addReference(entry);
        return entry;
      }
      abandonDictionary();
    }
    append(bytes, offset, valueLength);
    count++;
    return Dictionary.REFUSED;
  }

  private void append(byte[] bytes, int offset, int valueLength) {
    int end = Math.addExact(length, lengthBytes + valueLength);
    if (end > page.length) {
      growPage(end);
    }
    if (!fixed) {
      LITTLE_INT.set(page, length, valueLength);
    }
    int start = length + lengthBytes;
    System.arraycopy(bytes, offset, page, start, valueLength);
    length = end;
    bounds.widen(page, start, end);
  }

  private void growPage(int needed) {
    // a page ends with a row only, so that one row of very many values can make it very long; it
    // must not be copied for each of them then, either
    long wider =
        page.length < 2L * pageBytes
            ? Math.min(2L * page.length, 2L * pageBytes)
            : Math.min(page.length + page.length / 2L, LONGEST_ARRAY);
    int capacity = (int) Math.max(Math.max(needed, INITIAL_BYTES), wider);
    gauge.add(capacity - page.length);
    page = Arrays.copyOf(page, capacity);
  }

  @Override
  void spellOut(int[] references) {
    for (int i = 0; i < count; i++) {
      int start = dictionary.start(references[i]);
      append(dictionary.data(), start, dictionary.end(references[i]) - start);
    }
  }

  @Override
  int valueBytes() {
    return dictionary == null ? length : count * Integer.BYTES;
  }

  @Override
  void writePlain(PageCompressor compressor) {
    compressor.put(page, 0, length);
  }

  @Override
  void describe(Statistics<?> statistics) {
    byte[] bytes = page;
    if (dictionary != null) {
      bytes = dictionary.data();
      for (int entry : dictionary.distinct(references(), count)) {
        bounds.widen(bytes, dictionary.start(entry), dictionary.end(entry));
      }
    }
    statistics.updateStats(Binary.fromConstantByteArray(bounds.least(bytes, text)));
    statistics.updateStats(Binary.fromConstantByteArray(bounds.most(bytes, text)));
  }

  @Override
  void clearValues() {
    count = 0;
    length = 0;
    bounds.clear();
    if (page.length > 2 * pageBytes) { // a value of unusual size
      releaseValues();
    }
  }

  @Override
  void releaseValues() {
    gauge.add(-page.length);
    page = new byte[0];
  }
}
