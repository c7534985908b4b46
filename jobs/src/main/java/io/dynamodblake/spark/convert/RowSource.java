package io.dynamodblake.spark.convert;

import io.dynamodblake.flatten.ByteSlice;
import io.dynamodblake.flatten.ColumnSource;
import java.math.BigDecimal;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/** Reads column values from Spark's internal rows, structs and arrays; texts are not copied. */
public final class RowSource implements RowColumns, ColumnSource {
  private SpecializedGetters values;
  private int size;

  private RowSource(SpecializedGetters values, int size) {
    this.values = values;
    this.size = size;
  }

  /** The values of a struct or array. */
  static RowSource of(SpecializedGetters values, int size) {
    return new RowSource(values, size);
  }

  /** Makes a source for rows, to be pointed at each of them. */
  public static RowSource forRows() {
    return new RowSource(null, 0);
  }

  @Override
  public void row(InternalRow row) {
    point(row, row.numFields());
  }

  @Override
  public ColumnSource columns() {
    return this;
  }

  void point(SpecializedGetters newValues, int newSize) {
    values = newValues;
    size = newSize;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public boolean isNull(int ordinal) {
    return values.isNullAt(ordinal);
  }

  @Override
  public boolean booleanAt(int ordinal) {
    return values.getBoolean(ordinal);
  }

  @Override
  public int intAt(int ordinal) {
    return values.getInt(ordinal);
  }

  @Override
  public long longAt(int ordinal) {
    return values.getLong(ordinal);
  }

  @Override
  public double doubleAt(int ordinal) {
    return values.getDouble(ordinal);
  }

  @Override
  public long unscaledAt(int ordinal, int precision, int scale) {
    return values.getDecimal(ordinal, precision, scale).toUnscaledLong();
  }

  @Override
  public BigDecimal decimalAt(int ordinal, int precision, int scale) {
    return values.getDecimal(ordinal, precision, scale).toJavaBigDecimal();
  }

  @Override
  public void textAt(int ordinal, ByteSlice into) {
    point(into, values.getUTF8String(ordinal));
  }

  /** Points at the bytes of a text, where they lie if that is an array. */
  static void point(ByteSlice into, UTF8String text) {
    if (text.getBaseObject() instanceof byte[] bytes) {
      int offset = (int) (text.getBaseOffset() - Platform.BYTE_ARRAY_OFFSET);
      into.set(bytes, offset, text.numBytes());
    } else {
      into.set(text.getBytes(), 0, text.numBytes());
    }
  }

  @Override
  public void binaryAt(int ordinal, ByteSlice into) {
    byte[] bytes = values.getBinary(ordinal);
    into.set(bytes, 0, bytes.length);
  }

  @Override
  public ColumnSource structAt(int ordinal, int fields) {
    return new RowSource(values.getStruct(ordinal, fields), fields);
  }

  @Override
  public ColumnSource arrayAt(int ordinal) {
    return of(values.getArray(ordinal));
  }

  @Override
  public ColumnSource mapKeysAt(int ordinal) {
    return of(values.getMap(ordinal).keyArray());
  }

  @Override
  public ColumnSource mapValuesAt(int ordinal) {
    return of(values.getMap(ordinal).valueArray());
  }

  private static RowSource of(ArrayData array) {
    return new RowSource(array, array.numElements());
  }
}
