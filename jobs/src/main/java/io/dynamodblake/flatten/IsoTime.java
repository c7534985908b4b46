package io.dynamodblake.flatten;

import io.dynamodblake.schema.TextForms;
import java.time.YearMonth;

/**
 * Dates and times in ISO 8601 text, read from bytes: {@code 2026-11-18}, {@code 2026-11-18T03:20Z},
 * {@code 2026-11-18 03:20:00.123456+01:00}. Years have four digits, 0001 to 9999. Without an offset
 * the time is UTC.
 */
public final class IsoTime {
  private static final int DATE_LENGTH = "2026-11-18".length();
  private static final long MILLIS_A_SECOND = 1_000;
  private static final int MOST_FRACTION = 9;
  private static final int DAYS_BEFORE_EPOCH = 719_468; // from March of the year 0
  private static final int MOST_OFFSET_MINUTES = 18 * 60;

  /**
   * What a text was: not a time, a time in exactly the asked form, or a time that needs its text to
   * come back exactly.
   */
  public enum Form {
    NONE,
    CANONICAL,
    OTHER
  }

  private byte[] text;
  private int pos;
  private int end;
  private int number;

  private long epochMillis;
  private int epochDay;
  private int offsetMinutes;
  private int shape;

  /** Returns the milliseconds since the epoch of the last time read; finer digits dropped. */
  public long epochMillis() {
    return epochMillis;
  }

  /** Returns the days since the epoch of the last date read. */
  public int epochDay() {
    return epochDay;
  }

  /** Returns how the last time read is written, in the constants of {@link TextForms}. */
  int shape() {
    return shape;
  }

  /** Returns the offset of the last time read, in minutes east of Greenwich. */
  int offsetMinutes() {
    return offsetMinutes;
  }

  /** Reads a date, which has no other form than the canonical one. */
  public boolean readDate(byte[] bytes, int from, int to) {
    begin(bytes, from, to);
    return readDay() && pos == end;
  }

  /**
   * Reads a time, or a date as its midnight.
   *
   * @param threeDigits whether the canonical form always has three fractional digits; otherwise
   *     none where they are zero
   */
  public Form readTime(byte[] bytes, int from, int to, boolean threeDigits) {
    begin(bytes, from, to);
    if (!readDay()) {
      return Form.NONE;
    }
    long secondsOfDay = 0;
    int millis = 0;
    int fractionDigits = 0;
    boolean canonical = false;
    offsetMinutes = 0;
    shape = TextForms.DATE;
    if (pos < end) {
      byte separator = text[pos++];
      if ((separator != 'T' && separator != ' ') || !readTwo(23) || !skip(':')) {
        return Form.NONE;
      }
      shape = separator == 'T' ? TextForms.LETTER_T : TextForms.BLANK;
      secondsOfDay = number * 3600L;
      if (!readTwo(59)) {
        return Form.NONE;
      }
      secondsOfDay += number * 60L;
      shape |= pos < end && text[pos] == ':' ? TextForms.SECONDS : TextForms.NO_SECONDS;
      if (skip(':')) {
        if (!readTwo(59)) {
          return Form.NONE;
        }
        secondsOfDay += number;
        canonical = separator == 'T';
        if (skip('.')) {
          int first = pos;
          while (pos < end && isDigit(text[pos])) {
            int place = pos++ - first;
            if (place < 3) {
              millis = millis * 10 + text[pos - 1] - '0';
            } else if (text[pos - 1] != '0') {
              shape |= TextForms.FINER;
            }
          }
          fractionDigits = pos - first;
          if (fractionDigits == 0 || fractionDigits > MOST_FRACTION) {
            return Form.NONE;
          }
          for (int i = fractionDigits; i < 3; i++) {
            millis *= 10;
          }
        }
      }
      shape |= TextForms.FRACTION << fractionDigits;
      shape |= fractionDigits == 3 && millis == 0 ? TextForms.ZERO_MILLIS : 0;
      boolean zulu = skip('Z');
      canonical &= zulu;
      if (zulu || pos == end) {
        shape |= zulu ? TextForms.ZULU : TextForms.NO_OFFSET;
      } else {
        int first = pos;
        if (!readOffset()) {
          return Form.NONE;
        }
        offsetMinutes = number;
        shape |= offsetShape(first);
      }
      if (pos != end) {
        return Form.NONE;
      }
    }
    long seconds = epochDay * 86_400L + secondsOfDay - offsetMinutes * 60L;
    epochMillis = seconds * MILLIS_A_SECOND + millis;
    boolean fractionCanonical =
        threeDigits ? fractionDigits == 3 : fractionDigits == (millis == 0 ? 0 : 3);
    return canonical && fractionCanonical ? Form.CANONICAL : Form.OTHER;
  }

  private void begin(byte[] bytes, int from, int to) {
    text = bytes;
    pos = from;
    end = to;
  }

  private boolean readDay() {
    if (end - pos < DATE_LENGTH || !readDigits(4)) {
      return false;
    }
    int year = number;
    if (year == 0 || !skip('-') || !readTwo(12)) {
      return false;
    }
    int month = number;
    if (month == 0 || !skip('-') || !readTwo(31) || number == 0) {
      return false;
    }
    if (number > 28 && number > YearMonth.of(year, month).lengthOfMonth()) {
      return false;
    }
    epochDay = epochDay(year, month, number);
    return true;
  }

  /** As {@link java.time.LocalDate#toEpochDay} says, without an object; years from 1. */
  private static int epochDay(int year, int month, int day) {
    // years that begin in March, so that the leap day is their last
    int marchYear = month > 2 ? year : year - 1;
    int marchMonth = month > 2 ? month - 3 : month + 9;
    int dayOfYear = (153 * marchMonth + 2) / 5 + day - 1;
    int leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400;
    return 365 * marchYear + leapDays + dayOfYear - DAYS_BEFORE_EPOCH;
  }

  private boolean readOffset() {
    byte sign = text[pos++];
    if ((sign != '+' && sign != '-') || !readTwo(18)) {
      return false;
    }
    int minutes = number * 60;
    skip(':');
    if (pos < end) {
      if (!readTwo(59)) {
        return false;
      }
      minutes += number;
    }
    number = sign == '-' ? -minutes : minutes;
    return minutes <= MOST_OFFSET_MINUTES;
  }

  private int offsetShape(int first) {
    int written =
        switch (end - first) {
          case 6 -> TextForms.OFFSET_COLON;
          case 5 -> TextForms.OFFSET_DIGITS;
          case 3 -> TextForms.OFFSET_HOURS;
          default -> TextForms.OFFSET_HOURS | TextForms.OFFSET_COLON; // +01: is neither
        };
    return number == 0 && text[first] == '-' ? written | TextForms.NEGATIVE_ZERO : written;
  }

  private boolean readTwo(int largest) {
    return readDigits(2) && number <= largest;
  }

  private boolean readDigits(int count) {
    if (end - pos < count) {
      return false;
    }
    number = 0;
    for (int i = 0; i < count; i++) {
      byte digit = text[pos++];
      if (!isDigit(digit)) {
        return false;
      }
      number = number * 10 + digit - '0';
    }
    return true;
  }

  private boolean skip(char letter) {
    if (pos < end && text[pos] == letter) {
      pos++;
      return true;
    }
    return false;
  }

  private static boolean isDigit(byte letter) {
    return letter >= '0' && letter <= '9';
  }
}
