package io.dynamodblake.schema;

import java.util.Optional;

/**
 * What decides the lake type of numbers: a lattice whose join holds every number that either side
 * holds.
 *
 * @param allLong every number is an integer in the range of a 64-bit integer
 * @param maxIntegerDigits most digits before the decimal point; 0 for numbers below 1
 * @param maxScale most digits after it, trailing zeros not counted
 */
public record NumberBounds(boolean allLong, int maxIntegerDigits, int maxScale) {

  /** The bounds of no number at all. */
  public static final NumberBounds NONE = new NumberBounds(true, 0, 0);

  private static final int SHORT_PRECISION = 18;

  /** Returns the bounds of the numbers of both. */
  public NumberBounds join(NumberBounds other) {
    return new NumberBounds(
        allLong && other.allLong,
        Math.max(maxIntegerDigits, other.maxIntegerDigits),
        Math.max(maxScale, other.maxScale));
  }

  /**
   * Returns the type for exact numbers: bigint, else the smaller of decimal(18,s) and
   * decimal(38,s), else string.
   */
  public LakeType exactType() {
    return allLong ? LakeType.BIGINT : exactDecimal().orElse(LakeType.STRING);
  }

  /** Returns decimal(18,s) or decimal(38,s) with the largest scale seen, if every number fits. */
  public Optional<LakeType> exactDecimal() {
    int digits = maxIntegerDigits + maxScale;
    if (digits > LakeType.MOST_PRECISION) {
      return Optional.empty();
    }
    return Optional.of(
        LakeType.decimal(
            digits <= SHORT_PRECISION ? SHORT_PRECISION : LakeType.MOST_PRECISION, maxScale));
  }

  /** Returns whether the type surely holds every such number exactly. */
  public boolean fit(LakeType type) {
    return switch (type.kind()) {
      case STRING -> true;
      case BIGINT -> allLong;
      // nine digits always fit; ten may or may not, and the bounds do not tell
      case INT -> allLong && maxIntegerDigits < 10;
      case DECIMAL ->
          maxScale <= type.scale() && maxIntegerDigits <= type.precision() - type.scale();
      case DOUBLE, BOOLEAN, BINARY, DATE, TIMESTAMP -> false;
    };
  }
}
