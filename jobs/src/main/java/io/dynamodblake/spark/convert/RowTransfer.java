package io.dynamodblake.spark.convert;

import io.dynamodblake.flatten.ColumnSink;
import java.math.BigDecimal;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Puts the values of Spark's rows into a {@link ColumnSink}, one row after the other. One a thread.
 */
public final class RowTransfer {
  private final Step[] steps;
  private final UnsafeRow row;
  private byte[] bytes = new byte[1 << 12];

  private RowTransfer(Step[] steps, int fields) {
    this.steps = steps;
    this.row = new UnsafeRow(fields);
  }

  /**
   * Makes one for the first columns of rows.
   *
   * @param columns that are put, in the order of the sink's
   * @param fields how many columns the rows have
   */
  public static RowTransfer of(StructType columns, int fields) {
    return new RowTransfer(steps(columns), fields);
  }

  private static Step[] steps(StructType struct) {
    StructField[] fields = struct.fields();
    Step[] steps = new Step[fields.length];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = step(fields[i].dataType());
    }
    return steps;
  }

  /** Puts a row. */
  public void put(InternalRow from, ColumnSink sink) {
    if (from instanceof UnsafeRow unsafe) {
      put(unsafe, sink);
    } else {
      putAll(steps, from, sink);
    }
  }

  private void put(UnsafeRow from, ColumnSink sink) {
    int size = from.getSizeInBytes();
    if (bytes.length < size) {
      bytes = new byte[Math.max(size, 2 * bytes.length)];
    }
    // a sort has its rows in longs, of which every text would have to be copied by itself
    from.writeToMemory(bytes, Platform.BYTE_ARRAY_OFFSET);
    row.pointTo(bytes, Platform.BYTE_ARRAY_OFFSET, size);
    // the row begins with a bit for each null: of thousands of columns most have one
    for (int first = 0; first < steps.length; first += Long.SIZE) {
      long present = ~Platform.getLong(bytes, Platform.BYTE_ARRAY_OFFSET + first / Byte.SIZE);
      int left = steps.length - first;
      if (left < Long.SIZE) {
        present &= (1L << left) - 1;
      }
      for (; present != 0; present &= present - 1) {
        int ordinal = first + Long.numberOfTrailingZeros(present);
        steps[ordinal].put(row, ordinal, sink);
      }
    }
  }

  private static void putAll(Step[] steps, SpecializedGetters from, ColumnSink sink) {
    for (int i = 0; i < steps.length; i++) {
      if (!from.isNullAt(i)) {
        steps[i].put(from, i, sink);
      }
    }
  }

  private static void putElements(Step step, ArrayData from, ColumnSink sink) {
    for (int i = 0; i < from.numElements(); i++) {
      if (!from.isNullAt(i)) {
        step.put(from, i, sink);
      }
    }
  }

  /** Puts a value that is not null at the ordinal that it comes from. */
  @FunctionalInterface
  private interface Step {
    void put(SpecializedGetters from, int ordinal, ColumnSink sink);
  }

  private static Step step(DataType type) {
    if (type instanceof StringType) {
      return RowTransfer::putText;
    }
    if (type instanceof BinaryType) {
      return (from, ordinal, sink) -> {
        byte[] value = from.getBinary(ordinal);
        sink.putBytes(ordinal, value, 0, value.length);
      };
    }
    if (type instanceof BooleanType) {
      return (from, ordinal, sink) -> sink.putBoolean(ordinal, from.getBoolean(ordinal));
    }
    if (type instanceof IntegerType || type instanceof DateType) {
      return (from, ordinal, sink) -> sink.putInt(ordinal, from.getInt(ordinal));
    }
    if (type instanceof LongType || type instanceof TimestampType) {
      return (from, ordinal, sink) -> sink.putLong(ordinal, from.getLong(ordinal));
    }
    if (type instanceof DoubleType) {
      return (from, ordinal, sink) -> sink.putDouble(ordinal, from.getDouble(ordinal));
    }
    if (type instanceof DecimalType decimal) {
      return decimal(decimal.precision(), decimal.scale());
    }
    if (type instanceof StructType struct) {
      Step[] fields = steps(struct);
      return (from, ordinal, sink) -> {
        putAll(fields, from.getStruct(ordinal, fields.length), sink.beginStruct(ordinal));
        sink.endStruct(ordinal);
      };
    }
    if (type instanceof ArrayType array) {
      Step element = step(array.elementType());
      return (from, ordinal, sink) -> {
        ArrayData elements = from.getArray(ordinal);
        putElements(element, elements, sink.beginArray(ordinal, elements.numElements()));
        sink.endArray(ordinal);
      };
    }
    if (type instanceof MapType map) {
      Step key = step(map.keyType());
      Step value = step(map.valueType());
      return (from, ordinal, sink) -> {
        MapData entries = from.getMap(ordinal);
        putElements(key, entries.keyArray(), sink.beginMapKeys(ordinal, entries.numElements()));
        putElements(value, entries.valueArray(), sink.beginMapValues(ordinal));
        sink.endMap(ordinal);
      };
    }
    throw new IllegalArgumentException("No column of a lake table is " + type.simpleString());
  }

  private static Step decimal(int precision, int scale) {
    if (precision <= Decimal.MAX_LONG_DIGITS()) {
      return (from, ordinal, sink) ->
          sink.putDecimal(
              ordinal,
              from.getDecimal(ordinal, precision, scale).toUnscaledLong(),
              precision,
              scale);
    }
    return (from, ordinal, sink) -> {
      BigDecimal value = from.getDecimal(ordinal, precision, scale).toJavaBigDecimal();
      sink.putDecimal(ordinal, value, precision, scale);
    };
  }

  private static void putText(SpecializedGetters from, int ordinal, ColumnSink sink) {
    UTF8String text = from.getUTF8String(ordinal);
    if (text.getBaseObject() instanceof byte[] base) {
      int offset = (int) (text.getBaseOffset() - Platform.BYTE_ARRAY_OFFSET);
      sink.putBytes(ordinal, base, offset, text.numBytes());
    } else {
      sink.putBytes(ordinal, text.getBytes(), 0, text.numBytes());
    }
  }
}
