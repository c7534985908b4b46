package io.dynamodblake.ml;

import io.dynamodblake.type.DynamoNumber;
import java.math.BigDecimal;
import java.math.MathContext;
import org.apache.spark.sql.api.java.UDF1;

/** Numbers of the lake as texts and as doubles. */
final class Numbers {
  static final UDF1<String, Double> DIGITS_TO_DOUBLE =
      digits -> digits == null ? null : new BigDecimal(digits).doubleValue();

  /** The one text of a number, from a text; null for what is no number. */
  static final UDF1<String, String> CANONICAL = Numbers::canonical;

  private Numbers() {}

  private static String canonical(String digits) {
    if (digits == null || digits.length() > DynamoNumber.MOST_TEXT) {
      return null;
    }
    try {
      BigDecimal number = new BigDecimal(digits.strip());
      return DynamoNumber.defect(number) == null ? DynamoNumber.canonical(number) : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** By how much of itself a number changes where it becomes a double. */
  static double relativeError(BigDecimal exact) {
    if (exact.signum() == 0) {
      return 0;
    }
    double nearest = exact.doubleValue();
    if (Double.isInfinite(nearest)) {
      return 1;
    }
    return new BigDecimal(nearest)
        .subtract(exact)
        .abs()
        .divide(exact.abs(), MathContext.DECIMAL64)
        .doubleValue();
  }
}
