package io.dynamodblake.flatten;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.type.DynamoNumber;
import io.dynamodblake.type.ItemWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/**
 * A DynamoDB number read from its digits without loss and, for up to 18 digits (19 for integers),
 * without an object. The texts come from a tape, so their syntax is known to be right.
 */
final class NumberText {
  private static final int FAST_DIGITS = 18;
  private static final int MOST_LONG_DIGITS = 19;
  private static final long[] POWERS_OF_TEN = powersOfTen();

  /**
   * Doubles that are exactly a power of ten; a quotient or product of two exact doubles is rounded
   * once, so correctly.
   */
  private static final double[] EXACT_POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private static final long MOST_EXACT_LONG_IN_DOUBLE = 1L << 53;

  private byte[] text;
  private int start;
  private int end;

  private boolean fast;
  private long unscaled;
  private int scale;

  private long scaled;
  private boolean tooLarge;

  /** Reads the number of a node of descriptor N. */
  void read(ItemTape tape, int node) {
    text = tape.valueBytes(node);
    start = tape.valueStart(node);
    end = tape.valueEnd(node);
    if (tape.isShortNumber(node)) {
      fast = true;
      unscaled = tape.unscaled(node);
      scale = tape.scale(node);
    } else {
      fast = readFast();
    }
  }

  private boolean readFast() {
    int i = start;
    boolean negative = text[i] == '-';
    if (negative) {
      i++;
    }
    int length = end - i;
    if (length > MOST_LONG_DIGITS + 1) {
      return false;
    }
    long value = 0;
    int point = -1;
    int digits = 0;
    for (; i < end; i++) {
      byte next = text[i];
      if (next >= '0' && next <= '9') {
        if (++digits > FAST_DIGITS) {
          return point < 0 && i == end - 1 && readNineteenth(value, next - '0', negative);
        }
        value = value * 10 + (next - '0');
      } else if (next == '.' && point < 0) {
        point = i;
      } else {
        return false; // an exponent, or a plus sign
      }
    }
    unscaled = negative ? -value : value;
    scale = point < 0 ? 0 : end - 1 - point;
    return true;
  }

  private boolean readNineteenth(long eighteen, int last, boolean negative) {
    long limit = Long.MAX_VALUE / 10;
    if (eighteen > limit || (eighteen == limit && last > 7)) {
      return false; // Long.MIN_VALUE too is left to the exact path
    }
    long value = eighteen * 10 + last;
    unscaled = negative ? -value : value;
    scale = 0;
    return true;
  }

  private static long[] powersOfTen() {
    long[] powers = new long[FAST_DIGITS + 1];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = powers[i - 1] * 10;
    }
    return powers;
  }

  /** The exact value. */
  BigDecimal exact() {
    return fast
        ? BigDecimal.valueOf(unscaled, scale)
        : new BigDecimal(new String(text, start, end - start, StandardCharsets.ISO_8859_1));
  }

  /**
   * Whether the value times ten to that scale is an integer in the range of long; {@link #scaled}
   * then holds it.
   */
  boolean fitsLong(int targetScale) {
    if (!fast) {
      BigDecimal shifted = exact().movePointRight(targetScale).stripTrailingZeros();
      // DynamoDB's range bounds precision and scale, so this cannot run away
      if (shifted.scale() > 0 || shifted.precision() - shifted.scale() > MOST_LONG_DIGITS) {
        return false;
      }
      BigInteger integer = shifted.toBigIntegerExact();
      if (integer.bitLength() > 63) {
        return false;
      }
      scaled = integer.longValue();
      return true;
    }
    long value = unscaled;
    int shift = targetScale - scale;
    if (shift >= 0) {
      if (shift > FAST_DIGITS) {
        scaled = 0;
        return value == 0;
      }
      long high = Math.multiplyHigh(value, POWERS_OF_TEN[shift]);
      long low = value * POWERS_OF_TEN[shift];
      scaled = low;
      return (high == 0 && low >= 0) || (high == -1 && low < 0);
    }
    while (shift < 0) {
      if (value % 10 != 0) {
        return false;
      }
      value /= 10;
      shift++;
    }
    scaled = value;
    return true;
  }

  /** The value times ten to the scale last asked for and found to fit. */
  long scaled() {
    return scaled;
  }

  /**
   * Like {@link #fitsLong}, but drops digits behind the target scale, rounding down. Returns
   * whether none were dropped.
   */
  boolean floor(int targetScale) {
    tooLarge = false;
    if (fitsLong(targetScale)) {
      return true;
    }
    BigDecimal floored = exact().setScale(targetScale, RoundingMode.FLOOR);
    tooLarge = floored.precision() > FAST_DIGITS;
    scaled = tooLarge ? 0 : floored.unscaledValue().longValue();
    return false;
  }

  /**
   * Whether the last {@link #floor} that dropped digits went beyond 18 digits and has no {@link
   * #scaled}.
   */
  boolean tooLarge() {
    return tooLarge;
  }

  /** The nearest double. */
  double nearestDouble() {
    if (fast && scale < EXACT_POWERS.length && Math.abs(unscaled) <= MOST_EXACT_LONG_IN_DOUBLE) {
      return unscaled / EXACT_POWERS[scale];
    }
    return exact().doubleValue();
  }

  /**
   * Puts the one text of the value: DynamoDB's own digits nearly always, else what DynamoDB would
   * have written.
   */
  void putCanonical(ColumnSink sink, int ordinal) {
    if (isCanonical()) {
      sink.putBytes(ordinal, text, start, end - start);
    } else {
      byte[] canonical = DynamoNumber.canonical(exact()).getBytes(StandardCharsets.ISO_8859_1);
      sink.putBytes(ordinal, canonical, 0, canonical.length);
    }
  }

  /** Like {@link #putCanonical}, as the number of an item. */
  void writeCanonical(ItemWriter writer) {
    if (isCanonical()) {
      writer.number(text, start, end - start);
    } else {
      byte[] canonical = DynamoNumber.canonical(exact()).getBytes(StandardCharsets.ISO_8859_1);
      writer.number(canonical, 0, canonical.length);
    }
  }

  /**
   * Whether the text is the one that {@link DynamoNumber#canonical} would give: digits on both
   * sides of a point, if there is one, no needless zero on either side, no other sign than minus,
   * no exponent, no negative zero.
   */
  private boolean isCanonical() {
    int i = text[start] == '-' ? start + 1 : start;
    boolean zeroFirst = text[i] == '0';
    if (text[i] == '.' || (zeroFirst && i + 1 < end && text[i + 1] != '.')) {
      return false;
    }
    if (zeroFirst && i + 1 == end && i > start) {
      return false; // -0
    }
    boolean point = false;
    for (; i < end; i++) {
      byte next = text[i];
      if (next == '.') {
        point = true;
      } else if (next < '0' || next > '9') {
        return false;
      }
    }
    return !point || (text[end - 1] != '0' && text[end - 1] != '.');
  }
}
