package io.dynamodblake.type;

/** How many decimal digits a number has. */
public final class Digits {
  private static final long[] POWERS = powers();

  private Digits() {}

  private static long[] powers() {
    long[] powers = new long[19];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = powers[i - 1] * 10;
    }
    return powers;
  }

  /** Counts the digits of a number of 0 or more without leading zeros; 0 has none. */
  public static int count(long magnitude) {
    // 1233 / 4096 is a little more than the logarithm of 2 to the base 10
    int guess = (Long.SIZE - Long.numberOfLeadingZeros(magnitude)) * 1233 >>> 12;
    return magnitude < POWERS[guess] ? guess : guess + 1;
  }
}
