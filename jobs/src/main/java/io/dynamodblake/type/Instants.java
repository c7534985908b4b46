package io.dynamodblake.type;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as the documents of this project have them, and as Spark and change records do. */
public final class Instants {
  private Instants() {}

  /** Returns the present to the millisecond, so that it is written with three digits or none. */
  public static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  /** Returns a time in microseconds since 1970. */
  public static long toMicros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  /** Reads {@link #toMicros} back. */
  public static Instant ofMicros(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
