package io.dynamodblake.ml;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as Spark has them inside: microseconds since 1970. */
final class Micros {
  static final long OF_SECOND = 1_000_000;

  private Micros() {}

  static long of(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  static long of(Duration span) {
    return span.toSeconds() * OF_SECOND + span.toNanosPart() / 1000;
  }

  static Instant toInstant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
