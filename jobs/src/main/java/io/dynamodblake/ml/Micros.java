package io.dynamodblake.ml;

import java.time.Duration;

/** Spans of time as Spark has them inside: microseconds. */
final class Micros {
  static final long OF_SECOND = 1_000_000;

  private Micros() {}

  static long of(Duration span) {
    return span.toSeconds() * OF_SECOND + span.toNanosPart() / 1000;
  }
}
