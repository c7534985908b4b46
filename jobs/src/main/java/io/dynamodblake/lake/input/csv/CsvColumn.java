package io.dynamodblake.lake.input.csv;

import io.dynamodblake.flatten.IsoTime;
import io.dynamodblake.flatten.TimeText;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.Conversion;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.DynamoNumber;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * How the texts of one CSV column become column values. Exact: what has no place in the column's
 * type is refused, never rounded.
 *
 * @param column what the schema says of it
 * @param carrier the same column as the rows hold it: text where the type would not keep all of it
 * @param position its index in the line
 */
record CsvColumn(Column column, Column carrier, int position) implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * The way of a column.
   *
   * @throws IllegalArgumentException saying why no text can be such a value
   */
  static CsvColumn of(Column column, int position) {
    if (column.mapping() instanceof ValueMapping.DynamoJson) {
      return new CsvColumn(column, column, position);
    }
    if (!(column.mapping() instanceof ValueMapping.Scalar scalar)) {
      throw new IllegalArgumentException(
          column.mapping().descriptor()
              + " is no value of a CSV field; give it \"type\": \"dynamodb-json\" if the fields hold"
              + " DynamoDB JSON");
    }
    LakeType.Kind kind = scalar.type().kind();
    if (scalar.descriptor() == Descriptor.N && kind == LakeType.Kind.TIMESTAMP) {
      throw new IllegalArgumentException(
          "a timestamp from N is no value of a CSV field; give it \"type\": \"string\" or"
              + " \"bigint\" if the fields hold the number");
    }
    boolean asText =
        kind == LakeType.Kind.TIMESTAMP
            || kind == LakeType.Kind.DOUBLE
            || TimeText.isSpecial(scalar.conversion());
    Column carrier =
        asText
            ? column.as(
                new ValueMapping.Scalar(scalar.descriptor(), LakeType.STRING, Conversion.NONE))
            : column;
    return new CsvColumn(column, carrier, position);
  }

  /** Turns texts into values for Spark's rows. One a thread. */
  static final class Reader {
    private final CsvColumn way;
    private final IsoTime time = new IsoTime();
    private final TimeText special; // null for what is ISO 8601

    Reader(CsvColumn way) {
      this.way = way;
      this.special =
          way.column.mapping() instanceof ValueMapping.Scalar scalar
                  && TimeText.isSpecial(scalar.conversion())
              ? TimeText.of(scalar)
              : null;
    }

    /**
     * The value.
     *
     * @throws IllegalArgumentException saying what the text is not, without the text
     */
    Object value(String text) {
      if (!(way.column.mapping() instanceof ValueMapping.Scalar scalar)) {
        return UTF8String.fromString(text);
      }
      return switch (scalar.type().kind()) {
        case STRING -> {
          if (scalar.descriptor() == Descriptor.N) {
            number(text);
          }
          yield UTF8String.fromString(text);
        }
        case BIGINT -> whole(text, Long.MIN_VALUE, Long.MAX_VALUE).longValue();
        case INT -> whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE).intValue();
        case DOUBLE -> {
          number(text);
          yield UTF8String.fromString(text);
        }
        case DECIMAL -> decimal(text, scalar.type());
        case BOOLEAN -> bool(text);
        case BINARY -> binary(text);
        case DATE -> special == null ? date(text) : special(text, scalar.type());
        case TIMESTAMP -> special == null ? timestamp(text) : special(text, scalar.type());
      };
    }

    private IllegalArgumentException no(String what) {
      return new IllegalArgumentException(
          "a field is no %s, in attribute %s".formatted(what, way.column.path()));
    }

    private BigDecimal number(String text) {
      if (text.length() > DynamoNumber.MOST_TEXT) {
        throw no("number");
      }
      BigDecimal number;
      try {
        number = new BigDecimal(text);
      } catch (NumberFormatException e) {
        throw no("number");
      }
      if (DynamoNumber.defect(number) != null) {
        throw no("number that DynamoDB can hold");
      }
      return number;
    }

    private BigDecimal whole(String text, long least, long most) {
      BigDecimal number = number(text);
      boolean fits =
          number.stripTrailingZeros().scale() <= 0
              && number.compareTo(BigDecimal.valueOf(least)) >= 0
              && number.compareTo(BigDecimal.valueOf(most)) <= 0;
      if (!fits) {
        throw no(((ValueMapping.Scalar) way.column.mapping()).type().sql());
      }
      return number;
    }

    private Decimal decimal(String text, LakeType type) {
      BigDecimal number = number(text);
      try {
        BigDecimal scaled = number.setScale(type.scale(), RoundingMode.UNNECESSARY);
        if (scaled.precision() <= type.precision()) {
          return Decimal.apply(scaled, type.precision(), type.scale());
        }
      } catch (ArithmeticException e) {
        throw no(type.sql());
      }
      throw no(type.sql());
    }

    private boolean bool(String text) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "true" -> true;
        case "false" -> false;
        default -> throw no("boolean (true or false)");
      };
    }

    private byte[] binary(String text) {
      try {
        return Base64.getDecoder().decode(text);
      } catch (IllegalArgumentException e) {
        throw no("base64");
      }
    }

    private int date(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      if (!time.readDate(bytes, 0, bytes.length)) {
        throw no("date");
      }
      return time.epochDay();
    }

    /** As for other times, the item gets the text. */
    private UTF8String special(String text, LakeType type) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      IsoTime.Form form =
          type.equals(LakeType.DATE)
              ? special.readDate(bytes, 0, bytes.length)
              : special.readTime(bytes, 0, bytes.length);
      if (form == IsoTime.Form.NONE) {
        throw no("%s in the form that the schema says".formatted(type.sql()));
      }
      return UTF8String.fromBytes(bytes);
    }

    /** The item gets the text, in whatever form it has. */
    private UTF8String timestamp(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      if (time.readTime(bytes, 0, bytes.length, false) == IsoTime.Form.NONE) {
        throw no("timestamp");
      }
      return UTF8String.fromBytes(bytes);
    }
  }
}
