package io.dynamodblake.parquet;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * How a value of a file's column becomes one of a wider column, exactly: integers and decimals as
 * tables widen them, in whatever form of Parquet they are stored, and milliseconds to microseconds.
 */
abstract class Widening {
  /** Leaves values as they are. */
  static final Widening NONE =
      new Widening() {
        @Override
        void widen(DecodedValues values) {
          // nothing to be done
        }
      };

  private static final int MOST_DIGITS_OF_INT = 10;
  private static final int MOST_DIGITS_OF_LONG = 19;
  private static final long MICROS_A_MILLI = 1_000;

  /**
   * Makes values wider, in their place.
   *
   * @throws RuntimeException of any kind if a value is not of the type it should be
   */
  abstract void widen(DecodedValues values);

  /** How values of one type become values of another; empty if they do not. */
  static Optional<Widening> of(PrimitiveType from, PrimitiveType to) {
    LogicalTypeAnnotation meant = from.getLogicalTypeAnnotation();
    LogicalTypeAnnotation wanted = to.getLogicalTypeAnnotation();
    if (!isOfTables(to)) {
      return Optional.empty();
    }
    if (from.getPrimitiveTypeName() == to.getPrimitiveTypeName()
        && from.getTypeLength() == to.getTypeLength()
        && Objects.equals(meant, wanted)) {
      return Optional.of(NONE);
    }
    if (meant instanceof TimestampLogicalTypeAnnotation fine
        && wanted instanceof TimestampLogicalTypeAnnotation finer) {
      boolean widens =
          fine.getUnit() == TimeUnit.MILLIS
              && finer.getUnit() == TimeUnit.MICROS
              && fine.isAdjustedToUTC() == finer.isAdjustedToUTC();
      return widens ? Optional.of(new ToMicros()) : Optional.empty();
    }
    return number(from).flatMap(number -> number(to).flatMap(wider -> of(number, wider)));
  }

  private static boolean isOfTables(PrimitiveType type) {
    LogicalTypeAnnotation meant = type.getLogicalTypeAnnotation();
    return switch (type.getPrimitiveTypeName()) {
      case DOUBLE, BOOLEAN -> meant == null;
      case BINARY -> meant == null || meant instanceof StringLogicalTypeAnnotation;
      case FIXED_LEN_BYTE_ARRAY -> meant instanceof DecimalLogicalTypeAnnotation;
      case INT32 -> meant instanceof DateLogicalTypeAnnotation || number(type).isPresent();
      case INT64 ->
          meant instanceof TimestampLogicalTypeAnnotation timestamp
                  && timestamp.getUnit() != TimeUnit.NANOS
              || number(type).isPresent();
      case FLOAT, INT96 -> false;
    };
  }

  /**
   * An exact number.
   *
   * @param whole digits before the point
   * @param scale digits after it
   */
  private record Number(boolean decimal, int whole, int scale, PrimitiveType type) {}

  private static Optional<Number> number(PrimitiveType type) {
    PrimitiveTypeName stored = type.getPrimitiveTypeName();
    LogicalTypeAnnotation meant = type.getLogicalTypeAnnotation();
    if (meant instanceof DecimalLogicalTypeAnnotation decimal) {
      int whole = decimal.getPrecision() - decimal.getScale();
      return Optional.of(new Number(true, whole, decimal.getScale(), type));
    }
    boolean integer =
        meant == null || meant instanceof IntLogicalTypeAnnotation bits && bits.isSigned();
    if (integer && stored == PrimitiveTypeName.INT32) {
      return Optional.of(new Number(false, MOST_DIGITS_OF_INT, 0, type));
    }
    if (integer && stored == PrimitiveTypeName.INT64) {
      return Optional.of(new Number(false, MOST_DIGITS_OF_LONG, 0, type));
    }
    return Optional.empty();
  }

  private static Optional<Widening> of(Number from, Number to) {
    if (to.whole() < from.whole() || to.scale() < from.scale() || from.decimal() && !to.decimal()) {
      return Optional.empty();
    }
    int digits = to.scale() - from.scale();
    boolean fromBytes = isBytes(from.type());
    boolean toBytes = isBytes(to.type());
    if (!fromBytes && !toBytes) {
      return Optional.of(new LongToLong(digits));
    }
    int length = to.type().getTypeLength();
    if (!fromBytes) {
      return Optional.of(new LongToBytes(digits, length));
    }
    return Optional.of(toBytes ? new BytesToBytes(digits, length) : new BytesToLong(digits));
  }

  private static boolean isBytes(PrimitiveType type) {
    return type.getPrimitiveTypeName() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY
        || type.getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
  }

  private static void putFixed(DecodedValues values, int index, BigInteger number, int length) {
    byte[] significant = number.toByteArray();
    byte[] fixed = new byte[length];
    int padding = length - significant.length;
    Arrays.fill(fixed, 0, padding, (byte) (number.signum() < 0 ? 0xff : 0));
    System.arraycopy(significant, 0, fixed, padding, significant.length);
    values.append(index, fixed);
  }

  private static final class ToMicros extends Widening {
    @Override
    void widen(DecodedValues values) {
      for (int i = 0; i < values.count(); i++) {
        values.numbers[i] = Math.multiplyExact(values.numbers[i], MICROS_A_MILLI);
      }
    }
  }

  private static final class LongToLong extends Widening {
    private final long factor;

    LongToLong(int digits) {
      this.factor = BigInteger.TEN.pow(digits).longValueExact();
    }

    @Override
    void widen(DecodedValues values) {
      for (int i = 0; i < values.count(); i++) {
        values.numbers[i] = Math.multiplyExact(values.numbers[i], factor);
      }
    }
  }

  private static final class LongToBytes extends Widening {
    private final BigInteger factor;
    private final int length;

    LongToBytes(int digits, int length) {
      this.factor = BigInteger.TEN.pow(digits);
      this.length = length;
    }

    @Override
    void widen(DecodedValues values) {
      int count = values.count();
      values.beginBytes(count, new byte[Math.multiplyExact(count, length)]);
      for (int i = 0; i < count; i++) {
        putFixed(values, i, BigInteger.valueOf(values.numbers[i]).multiply(factor), length);
      }
    }
  }

  private static final class BytesToBytes extends Widening {
    private final BigInteger factor;
    private final int length;

    BytesToBytes(int digits, int length) {
      this.factor = BigInteger.TEN.pow(digits);
      this.length = length;
    }

    @Override
    void widen(DecodedValues values) {
      int count = values.count();
      byte[] narrow = values.bytes;
      values.beginBytes(count, new byte[Math.multiplyExact(count, length)]);
      for (int i = 0; i < count; i++) {
        int start = values.starts[i];
        BigInteger number = new BigInteger(narrow, start, values.ends[i] - start);
        putFixed(values, i, number.multiply(factor), length);
      }
    }
  }

  private static final class BytesToLong extends Widening {
    private final BigInteger factor;

    BytesToLong(int digits) {
      this.factor = BigInteger.TEN.pow(digits);
    }

    @Override
    void widen(DecodedValues values) {
      int count = values.count();
      values.beginNumbers(count);
      for (int i = 0; i < count; i++) {
        int start = values.starts[i];
        BigInteger number = new BigInteger(values.bytes, start, values.ends[i] - start);
        values.numbers[i] = number.multiply(factor).longValueExact();
      }
    }
  }
}
