package io.dynamodblake.job;

import io.dynamodblake.aws.LoadTarget;
import io.dynamodblake.aws.TableCapacity;
import io.dynamodblake.conf.LoadKeys;
import io.dynamodblake.conf.UsageException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How fast a table may be written, as the user has said it.
 *
 * @param units a second
 * @param percent share of what the table has
 */
record WriteCap(Optional<Long> units, Optional<Long> percent) {
  private static final long ON_DEMAND_UNITS = 1_000;
  private static final long MOST_PERCENT = 100;

  /**
   * What the options say.
   *
   * @throws UsageException if they cannot be meant
   */
  static WriteCap asked(CommandRun run) {
    Optional<Long> percent = run.find(LoadKeys.MAX_WCU_PERCENT);
    if (percent.filter(share -> share > MOST_PERCENT).isPresent()) {
      throw new UsageException("Cannot use --max-wcu-percent: at most 100");
    }
    return new WriteCap(run.find(LoadKeys.MAX_WCU), percent);
  }

  /**
   * Write units a second for a table.
   *
   * @throws UsageException if a share is asked for and there is nothing to take it of
   */
  long of(LoadTarget target) {
    if (percent.isEmpty()) {
      return units.orElseGet(() -> usual(target.capacity()));
    }
    OptionalLong capacity = target.writeUnits();
    if (capacity.isEmpty()) {
      throw new UsageException(
          "Cannot use --max-wcu-percent: table %s is on demand and has no maximum, so there is nothing to take a share of; use --max-wcu"
              .formatted(target.table().name()));
    }
    long share = share(capacity.getAsLong(), percent.get());
    return units.isPresent() ? Math.min(units.get(), share) : share;
  }

  /** Write units a second where nothing is said: they leave half of the table to others. */
  static long usual(TableCapacity capacity) {
    if (capacity.writeUnits().isEmpty()) {
      return ON_DEMAND_UNITS;
    }
    long half = share(capacity.writeUnits().getAsLong(), MOST_PERCENT / 2);
    return capacity.onDemand() ? Math.min(ON_DEMAND_UNITS, half) : half;
  }

  private static long share(long capacity, long percent) {
    return Math.max(1, capacity * percent / MOST_PERCENT);
  }
}
