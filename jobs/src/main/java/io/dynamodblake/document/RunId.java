package io.dynamodblake.document;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;

/** Names of runs, which sort by time and are file names. */
public final class RunId {
  private static final DateTimeFormatter RUN_TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private RunId() {}

  /**
   * Makes the id of a run from the time of its start and a random part, such as {@code
   * 20261118T032000Z-1a2b3c4d}.
   */
  public static String of(Instant startedAt) {
    return RUN_TIME.format(startedAt) + "-" + "%08x".formatted(new SecureRandom().nextInt());
  }

  /** Returns the part of a run's id that no other run of that second has. */
  public static String randomPart(String runId) {
    return runId.substring(runId.indexOf('-') + 1);
  }

  /**
   * Returns when a run started.
   *
   * @return empty if the text is no run's id
   */
  public static Optional<Instant> startedAt(String runId) {
    try {
      return Optional.of(RUN_TIME.parse(runId.split("-", 2)[0], Instant::from));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
