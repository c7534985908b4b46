package io.dynamodblake.bench;

import java.nio.file.Path;
import java.util.List;

/**
 * flatten to folders by day, and with the rows of each file sorted, with a pinned schema, against
 * DuckDB with the same. DuckDB sorts all rows together, into one file; we sort those of each task.
 * It checks no checksums and no counts and has neither {@code ddb_rescued} nor {@code ddb_nulls}.
 */
final class SortedRow implements Row {
  private static final double MOST_OF_DUCKDB = 0.8;
  private static final String TIME = "createdAt";
  private static final List<String> ORDER = List.of("customerId", TIME);
  private static final String PARTITIONED = "partitioned";
  private static final String SORTED = "sorted";
  private static final String PLAIN = "as read";
  private static final String DUCKDB_PARTITIONED = "DuckDB, partitioned";
  private static final String DUCKDB_SORTED = "DuckDB, sorted";

  @Override
  public Result measure(Workshop workshop) throws Exception {
    try (DuckFlatten duck = new DuckFlatten(workshop.schema())) {
      Contest.Side partitioned =
          new Contest.Side(
              PARTITIONED,
              target -> workshop.flattenArranged(target, List.of("day(" + TIME + ")"), List.of()));
      Contest.Side byDuckPartitioned =
          new Contest.Side(
              DUCKDB_PARTITIONED, target -> duck.writePartitioned(workshop.export(), target, TIME));
      Contest.Side sorted =
          new Contest.Side(SORTED, target -> workshop.flattenArranged(target, List.of(), ORDER));
      Contest.Side byDuckSorted =
          new Contest.Side(
              DUCKDB_SORTED, target -> duck.writeSorted(workshop.export(), target, ORDER));
      check(workshop, partitioned, byDuckPartitioned);
      check(workshop, sorted, byDuckSorted);
      Contest contest =
          workshop.contest(
              "sorted",
              new Contest.Side(PLAIN, workshop::flattenPinned),
              partitioned,
              byDuckPartitioned,
              sorted,
              byDuckSorted);
      return Result.of(
          contest.line(
              "flatten, `--partition-by \"day(%s)\"`, against DuckDB with `PARTITION_BY`"
                  .formatted(TIME),
              PARTITIONED,
              DUCKDB_PARTITIONED,
              MOST_OF_DUCKDB),
          contest.line(
              "flatten, `--sort-by %s`, against DuckDB with `ORDER BY`"
                  .formatted(String.join(",", ORDER)),
              SORTED,
              DUCKDB_SORTED,
              MOST_OF_DUCKDB),
          contest.line("partitioned, against our own as read", PARTITIONED, PLAIN),
          contest.line("sorted, against our own as read", SORTED, PLAIN));
    }
  }

  private static void check(Workshop workshop, Contest.Side ours, Contest.Side theirs)
      throws Exception {
    Path our = workshop.freshTarget();
    Path their = workshop.freshTarget();
    ours.work().run(our);
    theirs.work().run(their);
    new ResultCheck(workshop.spark()).requireEqual(Workshop.snapshot(our), their, "DuckDB");
    Directories.delete(our);
    Directories.delete(their);
  }
}
