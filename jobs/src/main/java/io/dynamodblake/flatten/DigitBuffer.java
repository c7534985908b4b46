package io.dynamodblake.flatten;

import io.dynamodblake.type.ItemWriter;

/**
 * Makes the canonical digits of numbers from longs, without an object: no exponent, no needless
 * zeros.
 */
final class DigitBuffer {
  // a sign, a point, a zero before it, 19 digits or 38 behind it
  private static final int CAPACITY = 64;

  private final byte[] digits = new byte[CAPACITY];

  /** Writes {@code unscaled} times ten to the minus {@code scale}, which is at most 38. */
  void write(long unscaled, int scale, ItemWriter writer) {
    long rest = unscaled;
    int places = scale;
    while (places > 0 && rest % 10 == 0) {
      rest /= 10;
      places--;
      if (rest == 0) {
        places = 0;
      }
    }
    int start = CAPACITY;
    int written = 0;
    // negative numbers as they are: the most negative long has no positive twin
    do {
      if (written == places && places > 0) {
        digits[--start] = '.';
      }
      digits[--start] = (byte) ('0' + Math.abs(rest % 10));
      rest /= 10;
      written++;
    } while (rest != 0 || written <= places);
    if (unscaled < 0) {
      digits[--start] = '-';
    }
    writer.number(digits, start, CAPACITY - start);
  }
}
