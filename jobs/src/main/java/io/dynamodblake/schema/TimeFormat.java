package io.dynamodblake.schema;

import java.io.Serializable;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.Temporal;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * How times or dates are written as text: a pattern of {@link DateTimeFormatter}, read strictly and
 * with English names whatever the machine is set to.
 *
 * @param pattern empty for {@link #NONE}
 * @param offset at which texts are that do not say theirs, and at which all are written, such as
 *     {@code +01:00}; {@code Z} for UTC
 */
public record TimeFormat(String pattern, String offset) implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final String UTC = ZoneOffset.UTC.getId();
  private static final int MOST_LETTERS = 100;

  /** No pattern; of all values that are not written by one. */
  public static final TimeFormat NONE = new TimeFormat("", UTC);

  /** Longer texts are not even looked at. */
  public static final int MOST_TEXT = 256;

  /** What they mean is not the same on every machine or in every year. */
  private static final String UNSTABLE = "YwWecFpBzvVg";

  private static final List<LocalDateTime> PROBES =
      List.of(
          LocalDateTime.of(2026, 11, 8, 3, 20, 45, 678_000_000),
          LocalDateTime.of(2026, 5, 4, 15, 20, 45, 678_000_000),
          LocalDateTime.of(2001, 2, 28, 0, 0),
          LocalDateTime.of(2096, 12, 31, 23, 59, 59));

  public TimeFormat {
    Objects.requireNonNull(pattern, "pattern is null");
    Objects.requireNonNull(offset, "offset is null");
  }

  /** Returns a pattern whose texts are UTC. */
  public static TimeFormat of(String pattern) {
    return new TimeFormat(pattern, UTC);
  }

  boolean isUtc() {
    return offset.equals(UTC);
  }

  /** Returns {@link #offset} as such. */
  public ZoneOffset zone() {
    return ZoneOffset.of(offset);
  }

  /**
   * Returns what reads and writes such texts; it writes only what has an offset, or dates.
   *
   * @throws IllegalArgumentException if it is no pattern
   */
  public DateTimeFormatter formatter() {
    return new DateTimeFormatterBuilder()
        .appendPattern(pattern)
        // yyyy is a year of an era, and nobody writes which
        .parseDefaulting(ChronoField.ERA, 1)
        .toFormatter(Locale.ENGLISH)
        .withResolverStyle(ResolverStyle.STRICT);
  }

  /**
   * Says why it cannot be used.
   *
   * @param dates whether it is for dates, without a time of day
   * @return a sentence without a point at its end; empty if it can be used
   */
  String defect(boolean dates) {
    String unstable = defectOfLetters();
    if (!unstable.isEmpty()) {
      return unstable;
    }
    ZoneOffset zone;
    try {
      zone = zone();
    } catch (DateTimeException e) {
      return "\"offset\" is no offset; write one such as +01:00, or leave it out for UTC";
    }
    DateTimeFormatter formatter;
    try {
      formatter = formatter();
    } catch (IllegalArgumentException e) {
      return "\"format\" is no pattern of Java's DateTimeFormatter (%s); write one such as dd.MM.uuuu HH:mm:ss, with other letters in single quotes"
          .formatted(e.getMessage());
    }
    for (LocalDateTime probe : PROBES) {
      String text;
      try {
        Temporal written = dates ? probe.toLocalDate() : probe.atOffset(zone);
        text = formatter.format(written);
      } catch (DateTimeException e) {
        return dates
            ? "\"format\" has more than a date, which is all that the type date holds; use the type timestamp, or a pattern such as dd.MM.uuuu"
            : "\"format\" cannot write a time; write a pattern such as dd.MM.uuuu HH:mm:ss";
      }
      if (text.length() > MOST_TEXT) {
        return "\"format\" makes texts of more than %s characters".formatted(MOST_TEXT);
      }
      String defect = defectOfText(formatter, text, probe);
      if (!defect.isEmpty()) {
        return defect;
      }
    }
    return "";
  }

  private static String defectOfText(
      DateTimeFormatter formatter, String text, LocalDateTime probe) {
    TemporalAccessor read;
    try {
      read = formatter.parse(text);
    } catch (DateTimeException e) {
      return "\"format\" does not read what it writes; put a separator between its parts";
    }
    LocalDate date = read.query(TemporalQueries.localDate());
    if (!probe.toLocalDate().equals(date)) {
      return "\"format\" does not say year, month and day; write a pattern with uuuu, MM and dd";
    }
    LocalTime time = read.query(TemporalQueries.localTime());
    boolean readable =
        time != null
            || at(formatter, date.atTime(1, 0)).equals(at(formatter, date.atTime(14, 30, 15, 1)));
    return readable
        ? ""
        : "\"format\" has a time of day that cannot be read; write HH for 0 to 23, or hh with a";
  }

  private static String at(DateTimeFormatter formatter, LocalDateTime time) {
    return formatter.format(time.atOffset(ZoneOffset.UTC));
  }

  private String defectOfLetters() {
    if (pattern.isEmpty() || pattern.length() > MOST_LETTERS) {
      return "\"format\" has no characters, or more than %s".formatted(MOST_LETTERS);
    }
    boolean quoted = false;
    for (int i = 0; i < pattern.length(); i++) {
      char letter = pattern.charAt(i);
      quoted ^= letter == '\'';
      if (!quoted && UNSTABLE.indexOf(letter) >= 0) {
        return switch (letter) {
          case 'Y' ->
              "Y in \"format\" is the year of a week, which is another one around New Year; write uuuu";
          case 'z', 'v', 'V' ->
              "%s in \"format\" is a zone by name, and what names mean changes; write xxx for an offset, or the name in single quotes with \"offset\""
                  .formatted(letter);
          default ->
              "%s in \"format\" does not mean the same everywhere; write a pattern with u, M, d, H, m, s, S and x"
                  .formatted(letter);
        };
      }
    }
    return "";
  }
}
