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
 * @param upkeep whether files of a table of Iceberg are put together, too, and orphans looked for
 */
public record MaintainOptions(
    String target,
    OptionalLong keep,
    Optional<Duration> olderThan,
    boolean dryRun,
    boolean upkeep) {
  /** A query or a job that has begun with a snapshot is done by then. */
  public static final Duration LEAST_AGE = Duration.ofDays(1);

  public MaintainOptions {
    Objects.requireNonNull(target, "target is null");
    Objects.requireNonNull(keep, "keep is null");
    Objects.requireNonNull(olderThan, "olderThan is null");
  }

  /**
   * After a snapshot was published: the older ones go, and what costs more waits for its own run.
   */
  public static MaintainOptions afterPublishing(String target, long keep) {
    return new MaintainOptions(target, OptionalLong.of(keep), Optional.empty(), false, false);
  }

  /** Whether any snapshot may go. */
  boolean forgets() {
    return keep.isPresent() || olderThan.isPresent();
  }

  Duration age() {
    return olderThan.orElse(LEAST_AGE);
  }
}
