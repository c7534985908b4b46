package io.dynamodblake.lake.write;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a {@link Maintain} is to take away.
 *
 * @param target folder of the lake table
 * @param keep how many snapshots stay whatever their age, the current one among them
 * @param olderThan how long ago a snapshot was replaced that goes, and how old reports and
 *     quarantined lines are that go
 * @param dryRun whether nothing is changed
 */
public record MaintainOptions(
    String target, OptionalLong keep, Optional<Duration> olderThan, boolean dryRun) {
  /** A query or a job that has begun with a snapshot is done by then. */
  public static final Duration LEAST_AGE = Duration.ofDays(1);

  public MaintainOptions {
    Objects.requireNonNull(target, "target is null");
    Objects.requireNonNull(keep, "keep is null");
    Objects.requireNonNull(olderThan, "olderThan is null");
  }

  /** Whether any snapshot may go. */
  boolean forgets() {
    return keep.isPresent() || olderThan.isPresent();
  }

  Duration age() {
    return olderThan.orElse(LEAST_AGE);
  }
}
