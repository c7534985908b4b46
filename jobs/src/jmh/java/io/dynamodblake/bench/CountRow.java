package io.dynamodblake.bench;

import io.dynamodblake.spark.convert.SparkTypes;
import java.util.Locale;
import org.apache.spark.sql.Dataset;

/** {@code count(*)} through the data source, which verifies each line, against reading all. */
final class CountRow implements Row {
  private static final double MOST_OF_ALL = 0.75;

  @Override
  public Result measure(Workshop workshop) throws Exception {
    long items = workshop.arguments().items();
    Contest contest =
        workshop.contest(
            "count",
            new Contest.Side("count", target -> count(workshop, items)),
            new Contest.Side("all", target -> read(workshop)));
    return Result.of(
        contest.line(
            String.format(
                Locale.ROOT,
                "`count(*)` of %,d items, against reading all columns (no write)",
                items),
            "count",
            "all",
            MOST_OF_ALL));
  }

  private static void count(Workshop workshop, long wanted) {
    long counted = rows(workshop).count();
    if (counted != wanted) {
      throw new IllegalStateException("Counted " + counted + " items of " + wanted);
    }
  }

  private static void read(Workshop workshop) {
    rows(workshop).write().format("noop").mode("overwrite").save();
  }

  private static Dataset<org.apache.spark.sql.Row> rows(Workshop workshop) {
    return workshop
        .spark()
        .read()
        .format("dynamodb-export")
        .schema(SparkTypes.toStruct(workshop.schema()))
        .load(workshop.export().toString());
  }
}
