package io.dynamodblake.schema;

import io.dynamodblake.type.Descriptor;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether numbers are moments. All of them have to lie within sane years, which only one unit can
 * make of them, and either the name says that they are moments, or they are spread as moments are:
 * up to the time of the export, and not one next to the other as numbers are that somebody counts.
 */
final class EpochNumbers {
  private static final Instant FIRST = Instant.parse("1990-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("2100-01-01T00:00:00Z");

  // of what has no telling name
  private static final Instant FIRST_UNNAMED = Instant.parse("2000-01-01T00:00:00Z");
  private static final Duration BEFORE_EXPORT = Duration.ofDays(366);
  private static final Duration AFTER_EXPORT = Duration.ofDays(1);
  private static final Duration LEAST_SPREAD = Duration.ofDays(1);
  private static final long LEAST_VALUES = 10;
  private static final long SECONDS_A_VALUE = 60;

  private EpochNumbers() {}

  /** Numbers of a unit since 1970. */
  private enum Unit {
    SECONDS(Conversion.EPOCH_SECONDS, 3),
    MILLIS(Conversion.EPOCH_MILLIS, 0),
    MICROS(Conversion.EPOCH_MICROS, -3);

    private final Conversion conversion;
    private final int millisScale;

    Unit(Conversion conversion, int millisScale) {
      this.conversion = conversion;
      this.millisScale = millisScale;
    }

    private Instant moment(BigDecimal number) {
      return Instant.ofEpochMilli(number.movePointRight(millisScale).longValue());
    }

    /** Whether numbers from one to another are within sane years. */
    private boolean isSane(BigDecimal min, BigDecimal max) {
      BigDecimal first = BigDecimal.valueOf(FIRST.toEpochMilli()).movePointLeft(millisScale);
      BigDecimal last = BigDecimal.valueOf(LAST.toEpochMilli()).movePointLeft(millisScale);
      return min.compareTo(first) >= 0 && max.compareTo(last) < 0;
    }
  }

  /**
   * Moments that numbers are.
   *
   * @param mapping which makes them again from a column; empty if that cannot be said of all
   * @param named whether the name says so
   */
  record Moments(
      Optional<ValueMapping.Scalar> mapping, Instant first, Instant last, boolean named) {}

  /**
   * Looks at the numbers of an attribute.
   *
   * @param exported when the export was made, if that is known
   */
  static Optional<Moments> of(String name, NumberProfile numbers, Optional<Instant> exported) {
    TimeNames.Hint hint = TimeNames.of(name);
    if (numbers.count() == 0 || hint == TimeNames.Hint.NO_TIME) {
      return Optional.empty();
    }
    for (Unit unit : Unit.values()) {
      if (unit.isSane(numbers.min(), numbers.max())) {
        Instant first = unit.moment(numbers.min());
        Instant last = unit.moment(numbers.max());
        boolean named = hint == TimeNames.Hint.TIME;
        return named
                || exported.isPresent() && isSpread(numbers.count(), first, last, exported.get())
            ? Optional.of(new Moments(mapping(unit, numbers), first, last, named))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static boolean isSpread(long count, Instant first, Instant last, Instant exported) {
    Duration spread = Duration.between(first, last);
    return count >= LEAST_VALUES
        && !first.isBefore(FIRST_UNNAMED)
        && !last.isAfter(exported.plus(AFTER_EXPORT))
        && !last.isBefore(exported.minus(BEFORE_EXPORT))
        && spread.compareTo(LEAST_SPREAD) >= 0
        && spread.toSeconds() / count >= SECONDS_A_VALUE;
  }

  private static Optional<ValueMapping.Scalar> mapping(Unit unit, NumberProfile numbers) {
    boolean exact =
        switch (unit) {
          case SECONDS -> numbers.bounds().maxScale() <= 3;
          case MILLIS -> numbers.bounds().maxScale() == 0;
          case MICROS -> numbers.allThousands();
        };
    return exact
        ? Optional.of(new ValueMapping.Scalar(Descriptor.N, LakeType.TIMESTAMP, unit.conversion))
        : Optional.empty();
  }
}
