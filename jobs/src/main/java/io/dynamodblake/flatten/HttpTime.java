package io.dynamodblake.flatten;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.YearMonth;

/**
 * Times by RFC 1123, as HTTP and JavaScript's {@code toUTCString} write them: {@code Tue, 03 Mar
 * 2026 10:11:12 GMT}. Other writers leave the day of the week, the zero of the day or the seconds
 * out, or have an offset such as {@code +0100}. A day of the week must be that of the date.
 */
final class HttpTime extends TimeText {
  private static final String DAYS = "MonTueWedThuFriSatSun";
  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
  private static final byte[] FORM =
      "Tue, 03 Mar 2026 10:11:12 GMT".getBytes(StandardCharsets.US_ASCII);
  private static final int MOST_OFFSET_HOURS = 18;
  private static final long SECONDS_A_DAY = 86_400;

  private final byte[] written = FORM.clone();
  private byte[] text;
  private int pos;
  private int end;
  private int number;
  private long epochMillis;

  @Override
  public IsoTime.Form readTime(byte[] bytes, int from, int to) {
    text = bytes;
    pos = from;
    end = to;
    int weekday = name(DAYS);
    if (weekday >= 0 && !(skip(',') && skip(' '))) {
      return IsoTime.Form.NONE;
    }
    int firstOfDay = pos;
    if (!digits(1, 2)) {
      return IsoTime.Form.NONE;
    }
    int day = number;
    boolean canonical = weekday >= 0 && pos - firstOfDay == 2;
    if (!skip(' ')) {
      return IsoTime.Form.NONE;
    }
    int month = name(MONTHS) + 1;
    if (month == 0 || !skip(' ') || !digits(4, 4) || number == 0) {
      return IsoTime.Form.NONE;
    }
    int year = number;
    if (day == 0 || day > YearMonth.of(year, month).lengthOfMonth()) {
      return IsoTime.Form.NONE;
    }
    LocalDate date = LocalDate.of(year, month, day);
    boolean otherDay = weekday >= 0 && date.getDayOfWeek().ordinal() != weekday;
    if (otherDay || !skip(' ') || !digits(2, 2) || number > 23) {
      return IsoTime.Form.NONE;
    }
    long seconds = date.toEpochDay() * SECONDS_A_DAY + number * 3_600L;
    if (!skip(':') || !digits(2, 2) || number > 59) {
      return IsoTime.Form.NONE;
    }
    seconds += number * 60L;
    if (skip(':')) {
      if (!digits(2, 2) || number > 59) {
        return IsoTime.Form.NONE;
      }
      seconds += number;
    } else {
      canonical = false;
    }
    if (!skip(' ')) {
      return IsoTime.Form.NONE;
    }
    int first = pos;
    if (!zone()) {
      return IsoTime.Form.NONE;
    }
    canonical &= end - first == 3 && text[first] == 'G';
    epochMillis = (seconds - number * 60L) * 1_000;
    if (isOutside(epochMillis)) {
      return IsoTime.Form.NONE;
    }
    return canonical ? IsoTime.Form.CANONICAL : IsoTime.Form.OTHER;
  }

  /** Leaves the minutes east of Greenwich in {@code number}. */
  private boolean zone() {
    String name = new String(text, pos, Math.min(end - pos, 6), StandardCharsets.ISO_8859_1);
    if (name.equals("GMT") || name.equals("UTC") || name.equals("UT") || name.equals("Z")) {
      number = 0;
      return true;
    }
    boolean negative = skip('-');
    if ((!negative && !skip('+')) || !digits(2, 2) || number > MOST_OFFSET_HOURS) {
      return false;
    }
    int hours = number;
    if (!digits(2, 2) || number > 59 || pos != end) {
      return false;
    }
    int minutes = hours * 60 + number;
    number = negative ? -minutes : minutes;
    return minutes <= MOST_OFFSET_HOURS * 60;
  }

  /** The index of the three letters in a text of such; -1, and nothing read, if it has none. */
  private int name(String names) {
    if (end - pos < 3) {
      return -1;
    }
    for (int i = 0; i < names.length(); i += 3) {
      if (text[pos] == names.charAt(i)
          && text[pos + 1] == names.charAt(i + 1)
          && text[pos + 2] == names.charAt(i + 2)) {
        pos += 3;
        return i / 3;
      }
    }
    return -1;
  }

  private boolean digits(int least, int most) {
    number = 0;
    int count = 0;
    while (count < most && pos < end && text[pos] >= '0' && text[pos] <= '9') {
      number = number * 10 + text[pos++] - '0';
      count++;
    }
    return count >= least;
  }

  private boolean skip(char letter) {
    if (pos < end && text[pos] == letter) {
      pos++;
      return true;
    }
    return false;
  }

  @Override
  public long epochMillis() {
    return epochMillis;
  }

  @Override
  public IsoTime.Form readDate(byte[] bytes, int from, int to) {
    return IsoTime.Form.NONE;
  }

  @Override
  public int epochDay() {
    return (int) Math.floorDiv(epochMillis, SECONDS_A_DAY * 1_000);
  }

  @Override
  boolean writeTime(long millis) {
    if (isOutside(millis) || millis % 1_000 != 0) {
      return false;
    }
    long seconds = millis / 1_000;
    LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(seconds, SECONDS_A_DAY));
    int second = (int) Math.floorMod(seconds, SECONDS_A_DAY);
    put(DAYS, date.getDayOfWeek().ordinal(), 0);
    put(date.getDayOfMonth(), 5, 2);
    put(MONTHS, date.getMonthValue() - 1, 8);
    put(date.getYear(), 12, 4);
    put(second / 3_600, 17, 2);
    put(second / 60 % 60, 20, 2);
    put(second % 60, 23, 2);
    return true;
  }

  private void put(String names, int index, int at) {
    for (int i = 0; i < 3; i++) {
      written[at + i] = (byte) names.charAt(3 * index + i);
    }
  }

  private void put(int value, int at, int digits) {
    int rest = value;
    for (int i = at + digits - 1; i >= at; i--) {
      written[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  @Override
  boolean writeDate(int day) {
    return false;
  }

  @Override
  byte[] bytes() {
    return written;
  }

  @Override
  int length() {
    return written.length;
  }
}
