package io.dynamodblake.flatten;

import io.dynamodblake.schema.TimeFormat;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Arrays;

/**
 * Times and dates in a pattern of {@link DateTimeFormatter}. What a column can give back is found
 * by writing what was read, so that nothing depends on what the letters of a pattern mean.
 */
final class PatternTime extends TimeText {
  private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();
  private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();
  private static final int NANOS_A_MILLI = 1_000_000;

  private final DateTimeFormatter formatter;
  private final ZoneOffset zone;
  private long epochMillis;
  private int epochDay;
  private byte[] text = new byte[0];

  PatternTime(TimeFormat format) {
    formatter = format.formatter();
    zone = format.zone();
  }

  @Override
  public IsoTime.Form readTime(byte[] bytes, int from, int to) {
    if (!parseTime(bytes, from, to)) {
      return IsoTime.Form.NONE;
    }
    return format(epochMillis) && isText(bytes, from, to)
        ? IsoTime.Form.CANONICAL
        : IsoTime.Form.OTHER;
  }

  @Override
  public long epochMillis() {
    return epochMillis;
  }

  @Override
  public IsoTime.Form readDate(byte[] bytes, int from, int to) {
    if (!parseDate(bytes, from, to)) {
      return IsoTime.Form.NONE;
    }
    return formatDay(epochDay) && isText(bytes, from, to)
        ? IsoTime.Form.CANONICAL
        : IsoTime.Form.OTHER;
  }

  @Override
  public int epochDay() {
    return epochDay;
  }

  @Override
  boolean writeTime(long millis) {
    return !isOutside(millis)
        && format(millis)
        && parseTime(text, 0, text.length)
        && epochMillis == millis;
  }

  @Override
  boolean writeDate(int day) {
    return day >= FIRST_DAY
        && day <= LAST_DAY
        && formatDay(day)
        && parseDate(text, 0, text.length)
        && epochDay == day;
  }

  @Override
  byte[] bytes() {
    return text;
  }

  @Override
  int length() {
    return text.length;
  }

  private boolean parseTime(byte[] bytes, int from, int to) {
    TemporalAccessor parsed = parse(bytes, from, to);
    if (parsed == null) {
      return false;
    }
    if (parsed.isSupported(ChronoField.INSTANT_SECONDS)) {
      epochMillis =
          parsed.getLong(ChronoField.INSTANT_SECONDS) * 1_000
              + parsed.get(ChronoField.NANO_OF_SECOND) / NANOS_A_MILLI;
    } else {
      LocalDate date = parsed.query(TemporalQueries.localDate());
      if (date == null) {
        return false;
      }
      LocalTime time = parsed.query(TemporalQueries.localTime());
      LocalTime known = time == null ? LocalTime.MIDNIGHT : time;
      epochMillis =
          date.atTime(known).toEpochSecond(zone) * 1_000 + known.getNano() / NANOS_A_MILLI;
    }
    return !isOutside(epochMillis);
  }

  private boolean parseDate(byte[] bytes, int from, int to) {
    TemporalAccessor parsed = parse(bytes, from, to);
    LocalDate date = parsed == null ? null : parsed.query(TemporalQueries.localDate());
    if (date == null || date.toEpochDay() < FIRST_DAY || date.toEpochDay() > LAST_DAY) {
      return false;
    }
    epochDay = (int) date.toEpochDay();
    return true;
  }

  private TemporalAccessor parse(byte[] bytes, int from, int to) {
    if (to - from > TimeFormat.MOST_TEXT) {
      return null;
    }
    try {
      return formatter.parse(new String(bytes, from, to - from, StandardCharsets.UTF_8));
    } catch (DateTimeException e) {
      return null; // is no such text, which is an answer
    }
  }

  private boolean format(long millis) {
    try {
      text = utf8(formatter.format(Instant.ofEpochMilli(millis).atOffset(zone)));
      return true;
    } catch (DateTimeException e) {
      return false; // a year with more digits than the pattern has
    }
  }

  private boolean formatDay(int day) {
    try {
      text = utf8(formatter.format(LocalDate.ofEpochDay(day)));
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private boolean isText(byte[] bytes, int from, int to) {
    return Arrays.equals(text, 0, text.length, bytes, from, to);
  }
}
