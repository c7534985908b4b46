package io.dynamodblake.flatten;

import java.time.LocalDate;

/**
 * Dates and times as ISO 8601 text in the canonical form that {@link IsoTime} reads back, in a
 * buffer that is kept.
 */
final class IsoText {
  private static final long MILLIS_A_DAY = 86_400_000;
  private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();
  private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();

  private final byte[] bytes = new byte["2026-11-18T03:20:00.123Z".length()];
  private int length;

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Formats a day since the epoch; false if its year has not four digits. */
  boolean formatDate(long epochDay) {
    if (epochDay < FIRST_DAY || epochDay > LAST_DAY) {
      return false;
    }
    LocalDate date = LocalDate.ofEpochDay(epochDay);
    length = 0;
    put(date.getYear(), 4);
    bytes[length++] = '-';
    put(date.getMonthValue(), 2);
    bytes[length++] = '-';
    put(date.getDayOfMonth(), 2);
    return true;
  }

  /**
   * Formats milliseconds since the epoch; false if the year has not four digits.
   *
   * @param threeDigits whether a fraction of zero is written too
   */
  boolean formatTime(long epochMillis, boolean threeDigits) {
    if (!formatDate(Math.floorDiv(epochMillis, MILLIS_A_DAY))) {
      return false;
    }
    int millis = (int) Math.floorMod(epochMillis, MILLIS_A_DAY);
    bytes[length++] = 'T';
    put(millis / 3_600_000, 2);
    bytes[length++] = ':';
    put(millis / 60_000 % 60, 2);
    bytes[length++] = ':';
    put(millis / 1_000 % 60, 2);
    if (threeDigits || millis % 1_000 != 0) {
      bytes[length++] = '.';
      put(millis % 1_000, 3);
    }
    bytes[length++] = 'Z';
    return true;
  }

  private void put(int number, int digits) {
    int rest = number;
    for (int i = length + digits - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += digits;
  }
}
