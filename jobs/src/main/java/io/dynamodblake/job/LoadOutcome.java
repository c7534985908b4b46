package io.dynamodblake.job;

import io.dynamodblake.aws.LoadTarget;
import io.dynamodblake.aws.WriteBatches;
import io.dynamodblake.lake.load.LeftAlone;
import io.dynamodblake.lake.load.LoadCensus;
import io.dynamodblake.lake.load.LoadInput;
import io.dynamodblake.lake.load.LoadedItems;
import java.time.Duration;
import java.util.Optional;

/**
 * What a load does, or would do in a dry run.
 *
 * @param census what the table holds beside the input, if that is to be deleted
 * @param rate write units a second
 * @param done what was done; empty if it was not
 */
record LoadOutcome(
    LoadTarget target,
    LoadInput input,
    Optional<LoadCensus> census,
    long rate,
    Prices prices,
    Optional<Done> done) {
  /** What was done. */
  record Done(LoadedItems puts, WriteBatches.Totals deletes, Duration took) {
    /** Of puts and deletes together. */
    WriteBatches.Totals totals() {
      return puts.now().plus(deletes);
    }
  }

  /** The same when it is done. */
  LoadOutcome with(Done end) {
    return new LoadOutcome(target, input, census, rate, prices, Optional.of(end));
  }

  /** How many items of the table are not in the input, if they are to be deleted. */
  long surplus() {
    return census.map(LoadCensus::surplus).orElse(0L);
  }

  /** What it takes at least: what a delete takes depends on the size of its item. */
  long writeUnits() {
    return input.writeUnits() + surplus();
  }

  /** What was looked at and left alone. */
  LeftAlone left() {
    return done.map(end -> end.puts().left()).orElse(LeftAlone.NONE);
  }

  /** How long it took, or will take at least. */
  Duration time() {
    return done.map(Done::took).orElseGet(this::atLeast);
  }

  private Duration atLeast() {
    return Duration.ofMillis((long) Math.ceil(1000.0 * writeUnits() / rate));
  }

  /** What was consumed costs, or would be; 0 if the capacity is paid anyway. */
  double cost() {
    if (!target.onDemand()) {
      return 0;
    }
    double written =
        done.map(end -> end.totals().writeUnits()).orElseGet(() -> (double) writeUnits());
    double read = census.map(LoadCensus::readUnits).orElse(0.0) + left().readUnits();
    boolean infrequent = target.capacity().infrequentAccess();
    return prices.writes(written, infrequent) + prices.reads(read, infrequent);
  }
}
