package io.dynamodblake.flatten;

import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.DynamoNumber;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/** The leaves of the encoder tree, each the inverse of its twin in {@link ScalarDecoders}. */
final class ScalarEncoders {
  private static final int MOST_COMPACT_PRECISION = 18;

  private ScalarEncoders() {}

  static ValueEncoder of(ValueMapping.Scalar scalar) {
    LakeType type = scalar.type();
    Descriptor descriptor = scalar.descriptor();
    if (descriptor == Descriptor.NULL) {
      return new Nothing();
    }
    return switch (type.kind()) {
      case STRING -> descriptor == Descriptor.N ? new Digits() : new Text();
      case BIGINT -> new Bigint();
      case INT -> new Int();
      case DOUBLE -> new NearestDouble();
      case BOOLEAN -> new Bool();
      case BINARY -> new Binary();
      case DATE -> new Date(TimeText.of(scalar));
      case TIMESTAMP ->
          descriptor == Descriptor.N
              ? new EpochTime(ScalarDecoders.millisScale(scalar.conversion()))
              : new TextTime(TimeText.of(scalar));
      case DECIMAL ->
          type.precision() <= MOST_COMPACT_PRECISION
              ? new CompactDecimal(type.precision(), type.scale())
              : new WideDecimal(type.precision(), type.scale());
    };
  }

  /** What the lake holds of a hashed or masked column: its text. */
  static ValueEncoder ofProtected() {
    return new Text();
  }

  private static final class Nothing extends ValueEncoder {
    @Override
    void encodeValue(ColumnSource source, int ordinal, Overlay told, Encoding encoding)
        throws ItemDefectException {
      throw encoding.defect("a value is there where the schema knows NULL alone");
    }
  }

  private static final class Text extends ValueEncoder {
    @Override
    void encodeValue(ColumnSource source, int ordinal, Overlay told, Encoding encoding)
        throws ItemDefectException {
      ByteSlice slice = encoding.slice();
      source.textAt(ordinal, slice);
      encoding.writer().text(slice.bytes(), slice.offset(), slice.length());
    }
  }

  private static final class Bool extends ValueEncoder {
    @Override
    void encodeValue(ColumnSource source, int ordinal, Overlay told, Encoding encoding) {
      encoding.writer().bool(source.booleanAt(ordinal));
    }
  }

  private static final class Binary extends ValueEncoder {
    @Override
    void encodeValue(ColumnSource source, int ordinal, Overlay told, Encoding encoding) {
      ByteSlice slice = encoding.slice();
      source.binaryAt(ordinal, slice);
      encoding.writer().binary(slice.bytes(), slice.offset(), slice.length());
    }
  }

  private static final class Bigint extends ValueEncoder {
    @Override
    void encodeValue(ColumnSource source, int ordinal, Overlay told, Encoding encoding) {
      encoding.digits().write(source.longAt(ordinal), 0, encoding.writer());
    }
  }

  private static final class Int extends ValueEncoder {
    @Override
    void encodeValue(ColumnSource source, int ordinal, Overlay told, Encoding encoding) {
      encoding.digits().write(source.intAt(ordinal), 0, encoding.writer());
    }
  }

  private static final class CompactDecimal extends ValueEncoder {
    private final int precision;
    private final int scale;

    CompactDecimal(int precision, int scale) {
      this.precision = precision;
      this.scale = scale;
    }

    @Override
    void encodeValue(ColumnSource source, int ordinal, Overlay told, Encoding encoding) {
      long unscaled = source.unscaledAt(ordinal, precision, scale);
      encoding.digits().write(unscaled, scale, encoding.writer());
    }
  }

  private static final class WideDecimal extends ValueEncoder {
    private final int precision;
    private final int scale;

    WideDecimal(int precision, int scale) {
      this.precision = precision;
      this.scale = scale;
    }

    @Override
    void encodeValue(ColumnSource source, int ordinal, Overlay told, Encoding encoding)
        throws ItemDefectException {
      writeNumber(source.decimalAt(ordinal, precision, scale), encoding);
    }
  }

  /** The shortest digits that give that double again. */
  private static final class NearestDouble extends ValueEncoder {
    @Override
    void encodeValue(ColumnSource source, int ordinal, Overlay told, Encoding encoding)
        throws ItemDefectException {
      double value = source.doubleAt(ordinal);
      if (!Double.isFinite(value)) {
        throw encoding.defect("a double is NaN or infinite, which DynamoDB does not have");
      }
      writeNumber(BigDecimal.valueOf(value), encoding);
    }
  }

  /** Digits kept as text. */
  private static final class Digits extends ValueEncoder {
    @Override
    void encodeValue(ColumnSource source, int ordinal, Overlay told, Encoding encoding)
        throws ItemDefectException {
      ByteSlice slice = encoding.slice();
      source.textAt(ordinal, slice);
      if (slice.length() > DynamoNumber.MOST_TEXT) {
        throw encoding.defect("a text is no number");
      }
      String text =
          new String(slice.bytes(), slice.offset(), slice.length(), StandardCharsets.ISO_8859_1);
      BigDecimal number;
      try {
        number = new BigDecimal(text);
      } catch (NumberFormatException | ArithmeticException e) {
        throw encoding.defect("a text is no number");
      }
      writeNumber(number, encoding);
    }
  }

  private static void writeNumber(BigDecimal number, Encoding encoding) throws ItemDefectException {
    String defect = DynamoNumber.defect(number);
    if (defect != null) {
      throw encoding.defect("a number is outside what DynamoDB can hold");
    }
    byte[] digits = DynamoNumber.canonical(number).getBytes(StandardCharsets.ISO_8859_1);
    encoding.writer().number(digits, 0, digits.length);
  }

  private static long wholeMillis(long micros, Encoding encoding) throws ItemDefectException {
    if (micros % 1_000 != 0) {
      throw encoding.defect("a timestamp is finer than milliseconds");
    }
    return micros / 1_000;
  }

  private static final class EpochTime extends ValueEncoder {
    private final int scale;

    EpochTime(int scale) {
      this.scale = scale;
    }

    @Override
    void encodeValue(ColumnSource source, int ordinal, Overlay told, Encoding encoding)
        throws ItemDefectException {
      long millis = wholeMillis(source.longAt(ordinal), encoding);
      if (scale < 0) {
        encoding.digits().write(millis * 1_000, 0, encoding.writer());
      } else {
        encoding.digits().write(millis, scale, encoding.writer());
      }
    }
  }

  private static final class TextTime extends ValueEncoder {
    private final TimeText text;

    TextTime(TimeText text) {
      this.text = text;
    }

    @Override
    void encodeValue(ColumnSource source, int ordinal, Overlay told, Encoding encoding)
        throws ItemDefectException {
      long millis = wholeMillis(source.longAt(ordinal), encoding);
      if (!text.writeTime(millis)) {
        throw encoding.defect(
            TimeText.isOutside(millis)
                ? "a timestamp is outside the years 0001 to 9999"
                : "a timestamp has more than its form of text can say");
      }
      encoding.writer().text(text.bytes(), 0, text.length());
    }
  }

  private static final class Date extends ValueEncoder {
    private final TimeText text;

    Date(TimeText text) {
      this.text = text;
    }

    @Override
    void encodeValue(ColumnSource source, int ordinal, Overlay told, Encoding encoding)
        throws ItemDefectException {
      if (!text.writeDate(source.intAt(ordinal))) {
        throw encoding.defect(
            "a date is outside the years 0001 to 9999, or of what its form can say");
      }
      encoding.writer().text(text.bytes(), 0, text.length());
    }
  }
}
