package io.dynamodblake.spark.convert;

import java.util.Arrays;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeArrayWriter;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeWriter;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.IntegerType;

/**
 * Writes the elements of one array, or the keys or values of one map, into the buffer of its row.
 */
final class UnsafeArraySink extends UnsafeSink {
  private final UnsafeArrayWriter writer;
  private final int elementBytes;
  private final Nested element;

  private int size;
  private int presentCount;
  private long[] present = new long[1];

  private UnsafeArraySink(UnsafeArrayWriter writer, int elementBytes, Nested element) {
    super(writer);
    this.writer = writer;
    this.elementBytes = elementBytes;
    this.element = element;
  }

  static UnsafeArraySink of(UnsafeWriter parent, DataType element) {
    int elementBytes = elementBytes(element);
    UnsafeArrayWriter writer = new UnsafeArrayWriter(parent, elementBytes);
    return new UnsafeArraySink(writer, elementBytes, Nested.of(writer, element));
  }

  /** Bytes of one element in the fixed part of an array; unlike in rows, small ones are packed. */
  private static int elementBytes(DataType element) {
    if (element instanceof BooleanType) {
      return 1;
    }
    if (element instanceof IntegerType || element instanceof DateType) {
      return 4;
    }
    return 8;
  }

  void begin(int elements) {
    startHere();
    writer.initialize(elements);
    int words = (elements + 63) >>> 6;
    if (words > present.length) {
      present = new long[Math.max(words, present.length * 2)];
    } else {
      Arrays.fill(present, 0, words, 0L);
    }
    size = elements;
    presentCount = 0;
  }

  int size() {
    return size;
  }

  void finish() {
    if (presentCount == size) {
      return;
    }
    for (int ordinal = 0; ordinal < size; ordinal++) {
      if ((present[ordinal >>> 6] & (1L << ordinal)) == 0) {
        setNull(ordinal);
      }
    }
  }

  private void setNull(int ordinal) {
    if (elementBytes == 8) {
      writer.setNull8Bytes(ordinal);
    } else if (elementBytes == 4) {
      writer.setNull4Bytes(ordinal);
    } else {
      writer.setNull1Bytes(ordinal);
    }
  }

  @Override
  Nested nested(int ordinal) {
    return element;
  }

  @Override
  void present(int ordinal) {
    presentCount++;
    present[ordinal >>> 6] |= 1L << ordinal;
  }

  @Override
  void presentBehind(int ordinal) {
    present(ordinal);
  }
}
