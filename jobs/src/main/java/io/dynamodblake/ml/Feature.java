package io.dynamodblake.ml;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * One value of a row that a model learns from.
 *
 * @param name its column in the training set
 * @param source the column of the lake table that it comes from
 * @param from how it is written there, such as {@code shipto.country}
 * @param lakeType type of the value there
 * @param image the value as long as rows are brought together
 */
record Feature(String name, String source, String from, String lakeType, Kind kind, Column image) {

  /** What becomes of a value. */
  enum Kind {
    /** A whole number. */
    INTEGER("integer", DataTypes.LongType),
    /** A number that is binary already. */
    DOUBLE("number", DataTypes.DoubleType),
    /** An exact number, which becomes a double. */
    DECIMAL("number", DataTypes.DoubleType),
    /** A number of more digits than any type has, which is text in the lake. */
    DIGITS("number", DataTypes.DoubleType),
    /** A moment, which becomes the seconds from then to the time of the row. */
    AGE("seconds", DataTypes.DoubleType),
    /** True or false. */
    FLAG("boolean", DataTypes.BooleanType),
    /** A text. */
    CATEGORY("category", DataTypes.StringType);

    private final String word;
    private final DataType type;

    Kind(String word, DataType type) {
      this.word = word;
      this.type = type;
    }

    /** Returns the word of {@code schema.json}. */
    String word() {
      return word;
    }

    /** Returns the type of the column that is written. */
    DataType type() {
      return type;
    }

    boolean isNumber() {
      return this != FLAG && this != CATEGORY;
    }

    /** Whether the double that is written need not be the number that the lake has. */
    boolean isExact() {
      return this == DECIMAL || this == DIGITS;
    }
  }

  /**
   * Returns the value as it is written, without an encoding.
   *
   * @param value as rows were brought together
   */
  Column written(Column value) {
    return switch (kind) {
      case DECIMAL -> value.cast(DataTypes.DoubleType);
      // what is no number is no digits of DynamoDB's
      case DIGITS -> functions.udf(Numbers.DIGITS_TO_DOUBLE, DataTypes.DoubleType).apply(value);
      default -> value;
    };
  }
}
