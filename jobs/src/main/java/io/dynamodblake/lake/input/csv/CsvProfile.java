package io.dynamodblake.lake.input.csv;

import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.NumberBounds;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.DynamoNumber;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * What the fields of one CSV column have in common, so that a type can be proposed. Takes in the
 * fields of all rows, in any order and in parts.
 */
final class CsvProfile implements Serializable {
  private static final long serialVersionUID = 1L;

  // no sign +, no leading zeros, no exponent: such texts are codes as often as numbers
  private static final Pattern PLAIN_NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?");

  private long values;
  private boolean onlyNumbers = true;
  private boolean onlyBooleans = true;
  private boolean endingZeros;
  private boolean zeroFractions;
  private int leastScale = Integer.MAX_VALUE;
  private int mostScale;
  private int mostIntegerDigits;
  private boolean onlyLong = true;

  /** Takes in a field that is not absent. */
  void observe(String text) {
    values++;
    onlyBooleans =
        onlyBooleans && (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false"));
    onlyNumbers = onlyNumbers && observeNumber(text);
  }

  private boolean observeNumber(String text) {
    if (text.length() > DynamoNumber.MOST_TEXT || !PLAIN_NUMBER.matcher(text).matches()) {
      return false;
    }
    BigDecimal number = new BigDecimal(text);
    boolean negativeZero = number.signum() == 0 && text.charAt(0) == '-';
    if (negativeZero || DynamoNumber.defect(number) != null) {
      return false;
    }
    int scale = number.scale();
    if (scale > 0 && text.endsWith("0")) {
      zeroFractions = zeroFractions || scale == 1;
      endingZeros = endingZeros || scale > 1;
    }
    leastScale = Math.min(leastScale, scale);
    mostScale = Math.max(mostScale, scale);
    mostIntegerDigits = Math.max(mostIntegerDigits, number.precision() - scale);
    onlyLong = onlyLong && scale == 0 && number.unscaledValue().bitLength() < Long.SIZE;
    return true;
  }

  /** Takes in what another one has. */
  void merge(CsvProfile other) {
    values += other.values;
    onlyNumbers = onlyNumbers && other.onlyNumbers;
    onlyBooleans = onlyBooleans && other.onlyBooleans;
    endingZeros = endingZeros || other.endingZeros;
    zeroFractions = zeroFractions || other.zeroFractions;
    leastScale = Math.min(leastScale, other.leastScale);
    mostScale = Math.max(mostScale, other.mostScale);
    mostIntegerDigits = Math.max(mostIntegerDigits, other.mostIntegerDigits);
    onlyLong = onlyLong && other.onlyLong;
  }

  /** The proposed way of the column: N, BOOL or S. */
  ValueMapping mapping() {
    if (values > 0 && onlyBooleans) {
      return ValueMapping.Scalar.of(Descriptor.BOOL, LakeType.BOOLEAN);
    }
    return values > 0 && isNumber() ? number() : text();
  }

  /**
   * Whether each text can be told from its number again: zeros end a fraction only where all
   * fractions are equally long, or as {@code .0} where there is always one. So {@code 10.50} and
   * {@code 7.00} are numbers, {@code 1.10} beside {@code 1.1} is not.
   */
  private boolean isNumber() {
    return onlyNumbers
        && (leastScale == mostScale || !endingZeros && (!zeroFractions || leastScale > 0));
  }

  /** N, whatever the texts look like; for keys that are declared so. */
  ValueMapping number() {
    boolean plain = values > 0 && onlyNumbers;
    LakeType type =
        plain
            ? new NumberBounds(onlyLong, mostIntegerDigits, mostScale).exactType()
            : LakeType.STRING;
    return ValueMapping.Scalar.of(Descriptor.N, type);
  }

  static ValueMapping text() {
    return ValueMapping.Scalar.of(Descriptor.S, LakeType.STRING);
  }
}
