package io.dynamodblake.schema;

import io.dynamodblake.type.Digits;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Facts about N values, all exact. Numbers of up to 19 digits are taken in without allocation; only
 * those with more, or with an exponent, go through {@link BigDecimal}.
 */
public final class NumberProfile {
  private static final int MOST_LONG_DIGITS = 19;
  private static final int MOST_LONG_SCALE = 18;
  private static final long EXACT_DOUBLE = 1L << 53;
  private static final long[] POWERS = powers();
  private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);

  private long count;
  private boolean allLong = true;
  private boolean allThousands = true;
  private int maxIntegerDigits;
  private int maxScale;
  private int maxSignificantDigits;

  // Smallest and largest: unscaled and scale in canonical form, or big where that does not do
  private long minUnscaled;
  private int minScale;
  private BigDecimal minBig;
  private long maxUnscaled;
  private int maxUnscaledScale;
  private BigDecimal maxBig;

  // the bounds as doubles, for the fast path
  private double surelyAboveMin = Double.POSITIVE_INFINITY;
  private double surelyBelowMax = Double.NEGATIVE_INFINITY;

  /** Takes in a number that has been checked: sign, digits, point, digits, exponent, in ASCII. */
  public void observe(byte[] ascii, int start, int end) {
    int position = start;
    boolean negative = ascii[start] == '-';
    if (negative || ascii[start] == '+') {
      position++;
    }
    long unscaled = 0;
    int scale = 0;
    int digits = 0;
    boolean fraction = false;
    for (; position < end; position++) {
      int character = ascii[position];
      if (character >= '0' && character <= '9') {
        int digit = character - '0';
        if (++digits >= MOST_LONG_DIGITS
            && (digits > MOST_LONG_DIGITS || unscaled > (Long.MAX_VALUE - digit) / 10)) {
          observeSlowly(ascii, start, end);
          return;
        }
        unscaled = unscaled * 10 + digit;
        if (fraction) {
          scale++;
        }
      } else if (character == '.') {
        fraction = true;
      } else {
        observeSlowly(ascii, start, end);
        return;
      }
    }
    if (scale > MOST_LONG_SCALE) {
      observeSlowly(ascii, start, end);
      return;
    }
    observe(negative ? -unscaled : unscaled, scale);
  }

  /**
   * Takes in {@code written} times ten to the minus {@code writtenScale}.
   *
   * @param written more than {@link Long#MIN_VALUE}
   * @param writtenScale 0 to 18
   */
  public void observe(long written, int writtenScale) {
    long unscaled = written;
    int scale = writtenScale;
    while (scale > 0 && unscaled % 10 == 0) {
      unscaled /= 10;
      scale--;
    }
    observe(unscaled, scale, Math.abs(unscaled));
  }

  private void observe(long unscaled, int scale, long magnitude) {
    if (allThousands && (scale > 0 || unscaled % 1_000 != 0)) {
      allThousands = false;
    }
    int precision = Digits.count(magnitude);
    maxIntegerDigits = Math.max(maxIntegerDigits, precision - scale);
    if (scale > 0) {
      allLong = false;
      maxScale = Math.max(maxScale, scale);
    }
    if (precision > maxSignificantDigits) {
      long rest = magnitude;
      int significant = precision;
      while (rest % 10 == 0) {
        rest /= 10;
        significant--;
      }
      maxSignificantDigits = Math.max(maxSignificantDigits, significant);
    }
    if (count++ == 0) {
      minUnscaled = unscaled;
      minScale = scale;
      maxUnscaled = unscaled;
      maxUnscaledScale = scale;
      rangeChanged();
    } else if (!isSurelyWithin(unscaled, scale)) {
      widen(unscaled, scale);
    }
  }

  /** Fast path: most numbers are neither the smallest nor the largest, and doubles show it. */
  private boolean isSurelyWithin(long unscaled, int scale) {
    if (Math.abs(unscaled) > EXACT_DOUBLE) {
      return false;
    }
    // quotients of exact doubles are correctly rounded, so never in the wrong order
    double number = (double) unscaled / POWERS[scale];
    return number > surelyAboveMin && number < surelyBelowMax;
  }

  private void widen(long unscaled, int scale) {
    if (compare(unscaled, scale, minUnscaled, minScale, minBig) < 0) {
      minUnscaled = unscaled;
      minScale = scale;
      minBig = null;
      rangeChanged();
    } else if (compare(unscaled, scale, maxUnscaled, maxUnscaledScale, maxBig) > 0) {
      maxUnscaled = unscaled;
      maxUnscaledScale = scale;
      maxBig = null;
      rangeChanged();
    }
  }

  private void rangeChanged() {
    // nothing is within a bound that is no exact double
    surelyAboveMin =
        minBig == null && Math.abs(minUnscaled) <= EXACT_DOUBLE
            ? (double) minUnscaled / POWERS[minScale]
            : Double.POSITIVE_INFINITY;
    surelyBelowMax =
        maxBig == null && Math.abs(maxUnscaled) <= EXACT_DOUBLE
            ? (double) maxUnscaled / POWERS[maxUnscaledScale]
            : Double.NEGATIVE_INFINITY;
  }

  private void observeSlowly(byte[] ascii, int start, int end) {
    String text = new String(ascii, start, end - start, StandardCharsets.US_ASCII);
    observe(new BigDecimal(text));
  }

  private void observe(BigDecimal number) {
    BigDecimal stripped = number.stripTrailingZeros();
    BigDecimal plain = stripped.scale() < 0 && fitsLong(stripped) ? stripped.setScale(0) : stripped;
    if (isShort(plain)) {
      long unscaled = plain.unscaledValue().longValue();
      if (unscaled != Long.MIN_VALUE) {
        observe(unscaled, plain.scale(), Math.abs(unscaled));
        return;
      }
    }
    int integerDigits = Math.max(0, plain.precision() - plain.scale());
    maxIntegerDigits = Math.max(maxIntegerDigits, integerDigits);
    maxScale = Math.max(maxScale, plain.scale());
    maxSignificantDigits = Math.max(maxSignificantDigits, stripped.precision());
    allLong = allLong && plain.scale() <= 0 && fitsLong(plain);
    allThousands = false;
    boolean first = count++ == 0;
    if (first || plain.compareTo(min()) < 0) {
      setMin(plain);
    }
    if (first || plain.compareTo(max()) > 0) {
      setMax(plain);
    }
  }

  private static boolean fitsLong(BigDecimal integer) {
    if (integer.precision() - integer.scale() > MOST_LONG_DIGITS) {
      return false;
    }
    BigInteger value = integer.toBigInteger();
    return value.compareTo(MIN_LONG) >= 0 && value.compareTo(MAX_LONG) <= 0;
  }

  private static boolean isShort(BigDecimal number) {
    return number.scale() >= 0
        && number.scale() <= MOST_LONG_SCALE
        && number.unscaledValue().bitLength() <= Long.SIZE - 1;
  }

  private void setMin(BigDecimal number) {
    boolean isShort = isShort(number);
    minBig = isShort ? null : number;
    minUnscaled = isShort ? number.unscaledValue().longValue() : 0;
    minScale = isShort ? number.scale() : 0;
    rangeChanged();
  }

  private void setMax(BigDecimal number) {
    boolean isShort = isShort(number);
    maxBig = isShort ? null : number;
    maxUnscaled = isShort ? number.unscaledValue().longValue() : 0;
    maxUnscaledScale = isShort ? number.scale() : 0;
    rangeChanged();
  }

  private static int compare(long unscaled, int scale, long other, int otherScale, BigDecimal big) {
    if (big == null) {
      if (scale == otherScale) {
        return Long.compare(unscaled, other);
      }
      if (Math.abs(unscaled) <= EXACT_DOUBLE && Math.abs(other) <= EXACT_DOUBLE) {
        // both quotients are of exact doubles, so correctly rounded, so never in the wrong order
        double left = (double) unscaled / POWERS[scale];
        double right = (double) other / POWERS[otherScale];
        if (left != right) {
          return left < right ? -1 : 1;
        }
      }
    }
    return BigDecimal.valueOf(unscaled, scale)
        .compareTo(big != null ? big : BigDecimal.valueOf(other, otherScale));
  }

  private static long[] powers() {
    long[] powers = new long[MOST_LONG_SCALE + 1];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = powers[i - 1] * 10;
    }
    return powers;
  }

  /** Adds everything the other one has seen. */
  public void merge(NumberProfile other) {
    if (other.count == 0) {
      return;
    }
    if (count == 0 || other.min().compareTo(min()) < 0) {
      setMin(other.min());
    }
    if (count == 0 || other.max().compareTo(max()) > 0) {
      setMax(other.max());
    }
    count += other.count;
    allLong = allLong && other.allLong;
    allThousands = allThousands && other.allThousands;
    maxIntegerDigits = Math.max(maxIntegerDigits, other.maxIntegerDigits);
    maxScale = Math.max(maxScale, other.maxScale);
    maxSignificantDigits = Math.max(maxSignificantDigits, other.maxSignificantDigits);
  }

  /** Returns how many numbers were observed. */
  public long count() {
    return count;
  }

  /** Returns what a type has to hold to hold all of them. */
  public NumberBounds bounds() {
    return new NumberBounds(allLong, maxIntegerDigits, maxScale);
  }

  /** Whether every number is one of thousands, and not beyond 64 bits. */
  boolean allThousands() {
    return allThousands;
  }

  /** Whether every number fits the type; for double, which rounds, nothing is out of range. */
  boolean surelyFit(LakeType type) {
    return switch (type.kind()) {
      case INT ->
          allLong
              && min().longValue() >= Integer.MIN_VALUE
              && max().longValue() <= Integer.MAX_VALUE;
      case DOUBLE -> true;
      case STRING, BIGINT, DECIMAL, BOOLEAN, BINARY, DATE, TIMESTAMP -> bounds().fit(type);
    };
  }

  /** Returns the most digits that a number has between the first and the last that is not zero. */
  public int maxSignificantDigits() {
    return maxSignificantDigits;
  }

  /**
   * Returns the smallest number, without trailing zeros after the point; 0 when there is none. A
   * customer value: not for logs.
   */
  public BigDecimal min() {
    return minBig != null ? minBig : BigDecimal.valueOf(minUnscaled, minScale);
  }

  /** Returns the largest number, as {@link #min()}. */
  public BigDecimal max() {
    return maxBig != null ? maxBig : BigDecimal.valueOf(maxUnscaled, maxUnscaledScale);
  }

  void write(DataOutput out) throws IOException {
    VarInts.write(out, count);
    out.writeBoolean(allLong);
    out.writeBoolean(allThousands);
    VarInts.write(out, maxIntegerDigits);
    VarInts.write(out, maxScale);
    VarInts.write(out, maxSignificantDigits);
    out.writeUTF(min().toString());
    out.writeUTF(max().toString());
  }

  static NumberProfile read(DataInput in) throws IOException {
    NumberProfile profile = new NumberProfile();
    profile.count = VarInts.read(in);
    profile.allLong = in.readBoolean();
    profile.allThousands = in.readBoolean();
    profile.maxIntegerDigits = (int) VarInts.read(in);
    profile.maxScale = (int) VarInts.read(in);
    profile.maxSignificantDigits = (int) VarInts.read(in);
    profile.setMin(new BigDecimal(in.readUTF()));
    profile.setMax(new BigDecimal(in.readUTF()));
    return profile;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NumberProfile that
        && count == that.count
        && maxSignificantDigits == that.maxSignificantDigits
        && allThousands == that.allThousands
        && bounds().equals(that.bounds())
        && min().equals(that.min())
        && max().equals(that.max());
  }

  @Override
  public int hashCode() {
    return Objects.hash(count, maxIntegerDigits, maxScale);
  }
}
