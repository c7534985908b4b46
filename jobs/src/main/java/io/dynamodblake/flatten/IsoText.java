package io.dynamodblake.flatten;

import java.time.LocalDate;

/**
 * Dates and times as ISO 8601 text in the canonical form that {@link IsoTime} reads back, in a
 * buffer that is kept.
 */
public final class IsoText {
  private static final long MILLIS_A_DAY = 86_400_000;
  private static final long MICROS_A_DAY = 86_400_000_000L;
  private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();
  private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();

  private final byte[] bytes = new byte["2026-11-18T03:20:00.123456Z".length()];
  private int length;

  public byte[] bytes() {
    return bytes;
  }

  public int length() {
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
    int millis = (int) Math.floorMod(epochMillis, MILLIS_A_DAY);
    if (!formatSeconds(Math.floorDiv(epochMillis, MILLIS_A_DAY), millis / 1_000)) {
      return false;
    }
    if (threeDigits || millis % 1_000 != 0) {
      bytes[length++] = '.';
      put(millis % 1_000, 3);
    }
    bytes[length++] = 'Z';
    return true;
  }

  /**
   * Formats microseconds since the epoch with no, three or six digits of fraction, whatever they
   * need; false if the year has not four digits.
   *
   * @param utc whether it is an instant and gets a {@code Z}; otherwise it is the time of a clock
   *     somewhere
   */
  public boolean formatMicros(long epochMicros, boolean utc) {
    long secondOfDay = Math.floorMod(epochMicros, MICROS_A_DAY) / 1_000_000;
    if (!formatSeconds(Math.floorDiv(epochMicros, MICROS_A_DAY), (int) secondOfDay)) {
      return false;
    }
    int micros = (int) Math.floorMod(epochMicros, 1_000_000L);
    if (micros != 0) {
      bytes[length++] = '.';
      if (micros % 1_000 == 0) {
        put(micros / 1_000, 3);
      } else {
        put(micros, 6);
      }
    }
    if (utc) {
      bytes[length++] = 'Z';
    }
    return true;
  }

  private boolean formatSeconds(long epochDay, int secondOfDay) {
    if (!formatDate(epochDay)) {
      return false;
    }
    bytes[length++] = 'T';
    put(secondOfDay / 3_600, 2);
    bytes[length++] = ':';
    put(secondOfDay / 60 % 60, 2);
    bytes[length++] = ':';
    put(secondOfDay % 60, 2);
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
