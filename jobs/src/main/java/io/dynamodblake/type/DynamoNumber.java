package io.dynamodblake.type;

import java.math.BigDecimal;

/**
 * The rules of DynamoDB numbers: up to 38 significant digits, magnitude from 1E-130 to
 * 9.99...E+125, and zero. Source: DynamoDB Developer Guide, "Supported data types and naming
 * rules".
 */
public final class DynamoNumber {
  public static final int MOST_DIGITS = 38;

  /** Exponent of the first significant digit of the largest number, and of the smallest. */
  public static final int MOST_EXPONENT = 125;

  public static final int MIN_EXPONENT = -130;

  /**
   * Longer number texts are refused unread; the longest sensible one is a sign, "0.", 130 zeros and
   * 38 digits.
   */
  public static final int MOST_TEXT = 1024;

  private DynamoNumber() {}

  /**
   * Whether DynamoDB can hold the number.
   *
   * @return null if it can, else why not, without the number
   */
  public static String defect(BigDecimal number) {
    if (number.signum() == 0) {
      return null;
    }
    BigDecimal stripped = number.stripTrailingZeros();
    if (stripped.precision() > MOST_DIGITS) {
      return stripped.precision() + " significant digits, more than 38";
    }
    // as long, so that absurd scales do not overflow
    long exponent = (long) stripped.precision() - 1 - stripped.scale();
    if (exponent > MOST_EXPONENT || exponent < MIN_EXPONENT) {
      return "magnitude 1E" + exponent + ", outside 1E-130 to 1E+125";
    }
    return null;
  }

  /**
   * Returns the one text of a number's value: no exponent, no needless zeros, no negative zero;
   * what DynamoDB itself returns.
   *
   * @param number within DynamoDB's range
   */
  public static String canonical(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }
}
