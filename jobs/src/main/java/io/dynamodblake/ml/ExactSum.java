package io.dynamodblake.ml;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A sum of doubles without rounding, so that it does not depend on their order, nor on how rows are
 * shared between tasks. Not safe for use by several threads.
 */
final class ExactSum implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int BITS = 32;
  private static final long MASK = (1L << BITS) - 1;

  /** The lowest bit of the smallest double. */
  private static final int LOWEST = 1074;

  private static final int FRACTION_BITS = 52;
  private static final int LIMBS = (LOWEST + Double.MAX_EXPONENT + 64) / BITS + 2;

  // additions until the carries of a limb could run over
  private static final int MOST_ADDITIONS = 1 << 29;

  private final long[] limbs = new long[LIMBS];
  private int additions;

  void add(double number) {
    if (number == 0) {
      return;
    }
    long bits = Double.doubleToRawLongBits(number);
    int exponent = (int) (bits >>> FRACTION_BITS) & 0x7ff;
    long fraction = bits & (1L << FRACTION_BITS) - 1;
    if (exponent > 0) {
      fraction |= 1L << FRACTION_BITS;
      exponent--;
    }
    int limb = exponent / BITS;
    int shift = exponent % BITS;
    long low = (fraction & MASK) << shift;
    long high = (fraction >>> BITS) << shift;
    int sign = bits < 0 ? -1 : 1;
    limbs[limb] += sign * (low & MASK);
    limbs[limb + 1] += sign * ((low >>> BITS) + (high & MASK));
    limbs[limb + 2] += sign * (high >>> BITS);
    count();
  }

  /** Adds the square of a number, without rounding where doubles can hold its two halves. */
  void addProduct(double a, double b) {
    double product = a * b;
    add(product);
    add(Math.fma(a, b, -product));
  }

  void add(ExactSum other) {
    other.normalize();
    normalize();
    for (int i = 0; i < LIMBS; i++) {
      limbs[i] += other.limbs[i];
    }
    additions = 1;
  }

  private void count() {
    if (++additions >= MOST_ADDITIONS) {
      normalize();
    }
  }

  private void normalize() {
    long carry = 0;
    for (int i = 0; i < LIMBS - 1; i++) {
      long sum = limbs[i] + carry;
      limbs[i] = sum & MASK;
      carry = sum >> BITS;
    }
    limbs[LIMBS - 1] += carry;
    additions = 0;
  }

  /** Returns the sum itself. */
  BigDecimal value() {
    BigInteger sum = BigInteger.ZERO;
    for (int i = LIMBS - 1; i >= 0; i--) {
      sum = sum.shiftLeft(BITS).add(BigInteger.valueOf(limbs[i]));
    }
    return sum.signum() == 0
        ? BigDecimal.ZERO
        : new BigDecimal(sum).divide(new BigDecimal(BigInteger.ONE.shiftLeft(LOWEST)));
  }
}
