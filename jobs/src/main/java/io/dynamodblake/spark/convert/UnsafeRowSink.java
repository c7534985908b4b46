package io.dynamodblake.spark.convert;

import java.util.Arrays;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeRowWriter;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeWriter;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.Platform;

/**
 * Writes column values straight into Spark's binary row format, without an object per value:
 *
 * <pre>{@code
 * UnsafeRowSink sink = UnsafeRowSink.forSchema(schema);
 * sink.begin();
 * decoder.decode(tape, sink);
 * UnsafeRow row = sink.row(); // valid until the next begin
 * }</pre>
 *
 * Nested rows are byte for byte what Spark's own projection would write, in whatever order their
 * fields arrive: Spark compares structs as bytes when it groups by them. Not safe for use by
 * several threads.
 */
public final class UnsafeRowSink extends UnsafeSink {
  private static final int WIDE_DECIMAL_BYTES = 16;
  private static final int INITIAL_BYTES_PER_FIELD = 32;

  private final UnsafeRowWriter writer;
  private final int fieldCount;
  private final boolean canonical;
  private final Nested[] nested;
  private final int[] behind; // ordinals of fields whose bytes stand behind the fixed part
  private final DecimalType[] wideDecimals; // by ordinal, null for other types
  private final int fixedBytes;

  private final long[] present;
  private int presentCount;
  private int lastBehind;
  private boolean outOfOrder;
  private byte[] scratch = new byte[0];

  private UnsafeRowSink(UnsafeRowWriter writer, StructType type, boolean canonical) {
    super(writer);
    StructField[] fields = type.fields();
    this.writer = writer;
    this.fieldCount = fields.length;
    this.canonical = canonical;
    this.nested = new Nested[fieldCount];
    this.wideDecimals = new DecimalType[fieldCount];
    this.present = new long[(fieldCount + 63) >>> 6];
    this.fixedBytes = UnsafeRow.calculateBitSetWidthInBytes(fieldCount) + 8 * fieldCount;
    int[] behindOrdinals = new int[fieldCount];
    int behindCount = 0;
    for (int ordinal = 0; ordinal < fieldCount; ordinal++) {
      DataType fieldType = fields[ordinal].dataType();
      nested[ordinal] = Nested.of(writer, fieldType);
      if (isWide(fieldType)) {
        wideDecimals[ordinal] = (DecimalType) fieldType;
      }
      if (isBehind(fieldType)) {
        behindOrdinals[behindCount++] = ordinal;
      }
    }
    this.behind = Arrays.copyOf(behindOrdinals, behindCount);
  }

  /** Makes a sink for rows of that type; every field may be null. */
  public static UnsafeRowSink forSchema(StructType type) {
    int fields = type.size();
    UnsafeRowWriter writer = new UnsafeRowWriter(fields, fields * INITIAL_BYTES_PER_FIELD);
    // Spark never compares whole rows as bytes, so the top level need not be canonical
    return new UnsafeRowSink(writer, type, false);
  }

  static UnsafeRowSink nested(UnsafeWriter parent, StructType type) {
    return new UnsafeRowSink(new UnsafeRowWriter(parent, type.size()), type, true);
  }

  /** Forgets the present row and starts the next. */
  public void begin() {
    if (canonical) {
      startHere();
      writer.resetRowWriter();
    } else {
      writer.reset();
      writer.zeroOutNullBytes();
    }
    Arrays.fill(present, 0L);
    presentCount = 0;
    lastBehind = -1;
    outOfOrder = false;
  }

  /** Returns the finished row; the same object each time, valid until the next {@link #begin()}. */
  public UnsafeRow row() {
    finish();
    return writer.getRow();
  }

  void finish() {
    if (presentCount < fieldCount) {
      setMissingNull();
    }
    if (canonical && outOfOrder) {
      restoreOrder();
    }
  }

  private void setMissingNull() {
    for (int word = 0; word < present.length; word++) {
      long missing = ~present[word];
      while (missing != 0) {
        int ordinal = (word << 6) + Long.numberOfTrailingZeros(missing);
        if (ordinal >= fieldCount) {
          break;
        }
        missing &= missing - 1;
        if (canonical && wideDecimals[ordinal] != null) {
          // Spark keeps room for a wide decimal that is null
          presentBehind(ordinal);
          DecimalType type = wideDecimals[ordinal];
          writer.write(ordinal, (Decimal) null, type.precision(), type.scale());
        } else {
          writer.setNullAt(ordinal);
        }
      }
    }
    presentCount = fieldCount;
  }

  /** Moves the bytes behind the fixed part into the order of their fields. */
  private void restoreOrder() {
    byte[] buffer = writer.getBuffer();
    int behindStart = start() + fixedBytes;
    int behindBytes = writer.cursor() - behindStart;
    if (scratch.length < behindBytes) {
      scratch = new byte[Math.max(behindBytes, 2 * scratch.length)];
    }
    Platform.copyMemory(buffer, behindStart, scratch, Platform.BYTE_ARRAY_OFFSET, behindBytes);
    int to = behindStart;
    for (int ordinal : behind) {
      boolean wideDecimal = wideDecimals[ordinal] != null;
      if (writer.isNullAt(ordinal) && !wideDecimal) {
        continue;
      }
      long field = writer.getFieldOffset(ordinal);
      long offsetAndSize = Platform.getLong(buffer, field);
      int offset = (int) (offsetAndSize >>> 32);
      int size = (int) offsetAndSize;
      int bytes = wideDecimal ? WIDE_DECIMAL_BYTES : (size + 7) & ~7;
      long from = (long) Platform.BYTE_ARRAY_OFFSET + offset - fixedBytes;
      Platform.copyMemory(scratch, from, buffer, to, bytes);
      Platform.putLong(buffer, field, ((long) (to - start()) << 32) | size);
      to += bytes;
    }
  }

  @Override
  Nested nested(int ordinal) {
    return nested[ordinal];
  }

  @Override
  void present(int ordinal) {
    presentCount++;
    present[ordinal >>> 6] |= 1L << ordinal;
  }

  @Override
  void presentBehind(int ordinal) {
    present(ordinal);
    if (ordinal < lastBehind) {
      outOfOrder = true;
    }
    lastBehind = ordinal;
  }
}
