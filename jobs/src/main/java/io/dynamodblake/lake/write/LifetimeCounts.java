package io.dynamodblake.lake.write;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;

import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.schema.Lifetime;
import java.time.Instant;
import java.util.OptionalLong;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * How many rows of a table stand for items that are no more for their application. They are kept,
 * because the DynamoDB table has them, and counted.
 *
 * @param softDeleted marked as deleted; empty if no column tells
 * @param expired whose time was over at the moment that the table shows; empty if no column tells,
 *     or nobody knows the moment
 */
record LifetimeCounts(OptionalLong softDeleted, OptionalLong expired) {
  static final LifetimeCounts NONE = new LifetimeCounts(OptionalLong.empty(), OptionalLong.empty());

  /**
   * Counts; reads the columns that tell, and nothing where there are none.
   *
   * @param moment that the table shows
   */
  static LifetimeCounts of(SparkSession spark, TableOutcome outcome, Instant moment) {
    Lifetime lifetime = Lifetime.of(outcome.schema());
    if (lifetime.isEmpty() || outcome.written().isEmpty()) {
      return NONE;
    }
    long now = moment.getEpochSecond();
    Column deleted =
        lifetime
            .deleted()
            .map(column -> PartitionExpressions.column(column.name()))
            .orElse(lit(false));
    Column expired =
        lifetime
            .expiry()
            .map(column -> PartitionExpressions.column(column.name()).cast("decimal(38,9)"))
            .map(time -> time.leq(now).and(time.gt(now - Lifetime.MOST_SECONDS_OVER)))
            .orElse(lit(false));
    Row counted =
        outcome
            .run()
            .snapshot()
            .rows(spark, outcome.written().orElseThrow(), outcome.schema(), outcome.arrangement())
            .select(deleted.as("deleted"), expired.as("expired"))
            .agg(count_if(col("deleted")), count_if(col("expired")))
            .first();
    return new LifetimeCounts(
        lifetime.deleted().isPresent() ? OptionalLong.of(counted.getLong(0)) : OptionalLong.empty(),
        lifetime.expiry().isPresent() ? OptionalLong.of(counted.getLong(1)) : OptionalLong.empty());
  }
}
