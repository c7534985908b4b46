package io.dynamodblake.spark.convert;

import io.dynamodblake.flatten.ColumnSink;
import java.math.BigDecimal;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeWriter;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.Platform;

/**
 * One node of the tree of writers: what rows and arrays have in common. The tree is built once per
 * schema; all its nodes write into one buffer, each nested value behind what was written before it.
 */
abstract sealed class UnsafeSink implements ColumnSink permits UnsafeRowSink, UnsafeArraySink {
  private static final int KEY_ARRAY_SIZE_BYTES = 8;

  private final UnsafeWriter writer;

  /** Position in the buffer where the present row or array starts. */
  private int start;

  UnsafeSink(UnsafeWriter writer) {
    this.writer = writer;
  }

  /** The writers below one ordinal; null for scalars. */
  static final class Nested {
    private final UnsafeRowSink struct;
    private final UnsafeArraySink array; // of a map: its keys
    private final UnsafeArraySink mapValues;

    private Nested(UnsafeRowSink struct, UnsafeArraySink array, UnsafeArraySink mapValues) {
      this.struct = struct;
      this.array = array;
      this.mapValues = mapValues;
    }

    static Nested of(UnsafeWriter parent, DataType type) {
      if (type instanceof StructType) {
        return new Nested(UnsafeRowSink.nested(parent, (StructType) type), null, null);
      }
      if (type instanceof ArrayType) {
        DataType element = ((ArrayType) type).elementType();
        return new Nested(null, UnsafeArraySink.of(parent, element), null);
      }
      if (type instanceof MapType) {
        MapType map = (MapType) type;
        return new Nested(
            null,
            UnsafeArraySink.of(parent, map.keyType()),
            UnsafeArraySink.of(parent, map.valueType()));
      }
      return null;
    }
  }

  /** The writers below an ordinal that holds a struct, array or map. */
  abstract Nested nested(int ordinal);

  /** Notes that a value of at most eight bytes stands at that ordinal. */
  abstract void present(int ordinal);

  /**
   * Notes that a value stands at that ordinal and its bytes behind the fixed part; called before
   * they are written.
   */
  abstract void presentBehind(int ordinal);

  final void startHere() {
    start = writer.cursor();
  }

  final int start() {
    return start;
  }

  @Override
  public final void putNull(int ordinal) {
    // what is not present when the row or array ends becomes null
  }

  @Override
  public final void putBoolean(int ordinal, boolean value) {
    present(ordinal);
    writer.write(ordinal, value);
  }

  @Override
  public final void putInt(int ordinal, int value) {
    present(ordinal);
    writer.write(ordinal, value);
  }

  @Override
  public final void putLong(int ordinal, long value) {
    present(ordinal);
    writer.write(ordinal, value);
  }

  @Override
  public final void putDouble(int ordinal, double value) {
    present(ordinal);
    writer.write(ordinal, value);
  }

  @Override
  public final void putDecimal(int ordinal, long unscaled, int precision, int scale) {
    if (precision <= Decimal.MAX_LONG_DIGITS()) {
      present(ordinal);
      writer.write(ordinal, unscaled); // this is how Spark stores a decimal that fits a long
    } else {
      putDecimal(ordinal, BigDecimal.valueOf(unscaled, scale), precision, scale);
    }
  }

  @Override
  public final void putDecimal(int ordinal, BigDecimal value, int precision, int scale) {
    if (precision <= Decimal.MAX_LONG_DIGITS()) {
      present(ordinal);
      writer.write(ordinal, value.unscaledValue().longValueExact());
    } else {
      presentBehind(ordinal);
      writer.write(ordinal, Decimal.apply(value, precision, scale), precision, scale);
    }
  }

  @Override
  public final void putBytes(int ordinal, byte[] bytes, int offset, int length) {
    presentBehind(ordinal);
    writer.write(ordinal, bytes, offset, length);
  }

  @Override
  public final ColumnSink beginStruct(int ordinal) {
    presentBehind(ordinal);
    UnsafeRowSink struct = nested(ordinal).struct;
    struct.begin();
    return struct;
  }

  @Override
  public final void endStruct(int ordinal) {
    UnsafeRowSink struct = nested(ordinal).struct;
    struct.finish();
    writer.setOffsetAndSizeFromPreviousCursor(ordinal, ((UnsafeSink) struct).start);
  }

  @Override
  public final ColumnSink beginArray(int ordinal, int size) {
    presentBehind(ordinal);
    UnsafeArraySink array = nested(ordinal).array;
    array.begin(size);
    return array;
  }

  @Override
  public final void endArray(int ordinal) {
    UnsafeArraySink array = nested(ordinal).array;
    array.finish();
    writer.setOffsetAndSizeFromPreviousCursor(ordinal, ((UnsafeSink) array).start);
  }

  @Override
  public final ColumnSink beginMapKeys(int ordinal, int size) {
    presentBehind(ordinal);
    // a map is the size of its key array in eight bytes, the key array, the value array
    writer.grow(KEY_ARRAY_SIZE_BYTES);
    writer.increaseCursor(KEY_ARRAY_SIZE_BYTES);
    UnsafeArraySink keys = nested(ordinal).array;
    keys.begin(size);
    return keys;
  }

  @Override
  public final ColumnSink beginMapValues(int ordinal) {
    Nested map = nested(ordinal);
    map.array.finish();
    int keysStart = ((UnsafeSink) map.array).start;
    Platform.putLong(
        writer.getBuffer(),
        (long) keysStart - KEY_ARRAY_SIZE_BYTES,
        (long) writer.cursor() - keysStart);
    map.mapValues.begin(map.array.size());
    return map.mapValues;
  }

  @Override
  public final void endMap(int ordinal) {
    Nested map = nested(ordinal);
    map.mapValues.finish();
    int keysStart = ((UnsafeSink) map.array).start;
    writer.setOffsetAndSizeFromPreviousCursor(ordinal, keysStart - KEY_ARRAY_SIZE_BYTES);
  }

  /** Whether Spark keeps values of that type behind the fixed part of a row. */
  static boolean isBehind(DataType type) {
    if (type instanceof DecimalType) {
      return isWide(type);
    }
    return type.equals(org.apache.spark.sql.types.DataTypes.StringType)
        || type.equals(org.apache.spark.sql.types.DataTypes.BinaryType)
        || type instanceof StructType
        || type instanceof ArrayType
        || type instanceof MapType;
  }

  static boolean isWide(DataType type) {
    return type instanceof DecimalType
        && ((DecimalType) type).precision() > Decimal.MAX_LONG_DIGITS();
  }
}
