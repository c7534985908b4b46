package io.dynamodblake.job;

import io.dynamodblake.aws.ScannedTable;
import io.dynamodblake.aws.TableCapacity;
import io.dynamodblake.conf.ScanKeys;
import io.dynamodblake.conf.UsageException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How fast a table may be read, as the user has said it.
 *
 * @param units a second; NaN if nothing was said, infinite for no limit
 * @param percent share of what the table has
 */
record ReadCap(double units, Optional<Long> percent) {
  private static final long USUAL_PERCENT = 25;
  private static final long USUAL_ON_DEMAND = 1000;

  /**
   * What the options say.
   *
   * @throws UsageException if they cannot be meant
   */
  static ReadCap asked(CommandRun run) {
    return new ReadCap(units(run), run.find(ScanKeys.MAX_RCU_PERCENT));
  }

  private static double units(CommandRun run) {
    Optional<String> text = run.find(ScanKeys.MAX_RCU);
    if (text.isEmpty()) {
      return Double.NaN;
    }
    if (text.get().toLowerCase(Locale.ROOT).equals("none")) {
      if (run.settings().isGiven(ScanKeys.MAX_RCU_PERCENT)) {
        throw new UsageException("Cannot use --max-rcu none with --max-rcu-percent");
      }
      return Double.POSITIVE_INFINITY;
    }
    try {
      long units = Long.parseLong(text.get().replace("_", ""));
      if (units >= 1) {
        return units;
      }
    } catch (NumberFormatException e) {
      throw bad(e);
    }
    throw bad(null);
  }

  private static UsageException bad(Throwable cause) {
    return new UsageException(
        "Cannot read --max-rcu: write a whole number of read units a second of at least 1, or none",
        cause);
  }

  /**
   * Read units a second for a table; infinite for no limit.
   *
   * @throws UsageException if a share is asked for and there is nothing to take it of
   */
  double of(ScannedTable table) {
    OptionalLong has = table.readUnits();
    if (percent.isPresent()) {
      if (has.isEmpty()) {
        throw new UsageException(
            "Cannot use --max-rcu-percent: table "
                + table.table().name()
                + " is on-demand and has no maximum to take a share of; give --max-rcu");
      }
      double share = has.getAsLong() * percent.get() / 100.0;
      return Double.isNaN(units) ? share : Math.min(share, units);
    }
    if (!Double.isNaN(units)) {
      return units;
    }
    return usual(table.capacity());
  }

  /** Read units a second where nothing is said: they leave most of the table to others. */
  static double usual(TableCapacity capacity) {
    OptionalLong has = capacity.readUnits();
    return has.isPresent() ? has.getAsLong() * USUAL_PERCENT / 100.0 : USUAL_ON_DEMAND;
  }
}
