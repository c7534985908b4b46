package io.dynamodblake.json;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Optional;

/**
 * The time of a change, of which each path writes another unit: seconds, milliseconds or
 * microseconds since 1970, or text. What the record says of the unit counts; where it says nothing,
 * the size of the number tells.
 */
public final class StreamTime {
  static final int MOST_TEXT = 64;

  private static final BigDecimal LEAST_MILLIS = new BigDecimal("1e11");
  private static final BigDecimal LEAST_MICROS = new BigDecimal("1e14");
  private static final BigDecimal MOST_MICROS = new BigDecimal("4e18");
  private static final int MILLIS_DIGITS = 3;
  private static final int MICROS_DIGITS = 6;
  private static final int MOST_EXPONENT = 30;

  private BigDecimal number;
  private String precision;
  private Instant instant;

  /** Takes the time as it stands in the record; false if it is none. */
  public boolean text(String text) {
    if (text.length() > MOST_TEXT) {
      return false;
    }
    try {
      if (text.indexOf('T') > 0) {
        instant = OffsetDateTime.parse(text).toInstant();
      } else {
        number = new BigDecimal(text);
      }
    } catch (NumberFormatException | DateTimeException e) {
      return false;
    }
    return number == null || number.signum() >= 0 && Math.abs(number.scale()) <= MOST_EXPONENT;
  }

  /** Takes the unit, if the record says it. */
  public void precision(String word) {
    precision = word == null ? null : word.toUpperCase(Locale.ROOT);
  }

  /** Returns microseconds since 1970; empty if the record has no time, or one in no unit. */
  public Optional<Long> micros() {
    if (instant != null) {
      return Optional.of(
          Math.addExact(
              Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1000));
    }
    if (number == null) {
      return Optional.empty();
    }
    BigDecimal micros = number.scaleByPowerOfTen(digits());
    return micros.compareTo(MOST_MICROS) > 0 ? Optional.empty() : Optional.of(micros.longValue());
  }

  private int digits() {
    if ("MICROSECOND".equals(precision)) {
      return 0;
    }
    if ("MILLISECOND".equals(precision)) {
      return MICROS_DIGITS - MILLIS_DIGITS;
    }
    if (number.compareTo(LEAST_MILLIS) < 0) {
      return MICROS_DIGITS;
    }
    return number.compareTo(LEAST_MICROS) < 0 ? MICROS_DIGITS - MILLIS_DIGITS : 0;
  }
}
