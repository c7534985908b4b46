package io.dynamodblake.job.inspect;

import io.dynamodblake.schema.NumberProfile;
import io.dynamodblake.schema.ValueProfile;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** Numbers that could be moments, and how moments are written. */
final class Moments {
  private static final BigDecimal FIRST_SECOND =
      BigDecimal.valueOf(Instant.parse("2000-01-01T00:00:00Z").getEpochSecond());
  private static final BigDecimal LAST_SECOND =
      BigDecimal.valueOf(Instant.parse("2100-01-01T00:00:00Z").getEpochSecond());
  private static final double MILLIS_A_DAY = 86_400_000;
  private static final double LARGEST_MILLIS = 2.5e14; // of the year 9892
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** What a number since the epoch counts. */
  enum Unit {
    SECONDS("seconds", 0),
    MILLISECONDS("milliseconds", 3),
    MICROSECONDS("microseconds", 6),
    NANOSECONDS("nanoseconds", 9);

    private final String plural;
    private final int digits;

    Unit(String plural, int digits) {
      this.plural = plural;
      this.digits = digits;
    }

    String words() {
      return plural + " since 1970";
    }

    /** Returns the milliseconds that so many of them are. */
    double millis(double number) {
      return number * Math.pow(10, 3.0 - digits);
    }
  }

  private Moments() {}

  /** Returns the unit in which all numbers are moments of this century, if they differ and are. */
  static Optional<Unit> ofNumbers(ValueProfile values) {
    Optional<NumberProfile> numbers = values.number().filter(number -> number.count() > 1);
    if (numbers.isEmpty() || numbers.get().bounds().maxScale() > 0) {
      return Optional.empty();
    }
    BigDecimal min = numbers.get().min();
    BigDecimal max = numbers.get().max();
    for (Unit unit : Unit.values()) {
      if (min.compareTo(FIRST_SECOND.scaleByPowerOfTen(unit.digits)) >= 0
          && max.compareTo(LAST_SECOND.scaleByPowerOfTen(unit.digits)) < 0
          && min.compareTo(max) < 0) {
        return Optional.of(unit);
      }
    }
    return Optional.empty();
  }

  /**
   * Writes a moment as finely as it matters where others are so far away.
   *
   * @param range milliseconds between the first and the last
   */
  static String words(double epochMillis, double range) {
    double within = Math.max(-LARGEST_MILLIS, Math.min(LARGEST_MILLIS, epochMillis));
    Instant moment = Instant.ofEpochMilli(Math.round(within));
    return (range < 3 * MILLIS_A_DAY ? SECOND : DAY).format(moment);
  }
}
