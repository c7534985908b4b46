package io.dynamodblake.type;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as the documents of this project have them. */
public final class Instants {
  private Instants() {}

  /** Returns the present to the millisecond, so that it is written with three digits or none. */
  public static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }
}
