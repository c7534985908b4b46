package io.dynamodblake.flatten;

import io.dynamodblake.type.ItemWriter;

/**
 * Makes the canonical digits of numbers from longs, without an object: no exponent, no needless
 * zeros.
 */
final class DigitBuffer {
  // a sign, a point, a zero before it, 19 digits or 38 behind it
  private static final int CAPACITY = 64;
  private static final int ROOM_BEHIND = 32; // so that writers can copy eight bytes at a time
  private static final byte[] PAIRS = pairs();

  private final byte[] digits = new byte[CAPACITY + ROOM_BEHIND];

  /** The digits of 0 to 99, two by two. */
  private static byte[] pairs() {
    byte[] pairs = new byte[200];
    for (int i = 0; i < 100; i++) {
      pairs[2 * i] = (byte) ('0' + i / 10);
      pairs[2 * i + 1] = (byte) ('0' + i % 10);
    }
    return pairs;
  }

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
    if (places == 0 && unscaled > 0) {
      writeWhole(rest, writer);
      return;
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

  /** Two digits with one division. */
  private void writeWhole(long positive, ItemWriter writer) {
    long rest = positive;
    int start = CAPACITY;
    while (rest >= 10) {
      long hundreds = rest / 100;
      int pair = 2 * (int) (rest - hundreds * 100);
      start -= 2;
      digits[start] = PAIRS[pair];
      digits[start + 1] = PAIRS[pair + 1];
      rest = hundreds;
    }
    if (rest > 0) {
      digits[--start] = (byte) ('0' + rest);
    }
    writer.number(digits, start, CAPACITY - start);
  }
}
