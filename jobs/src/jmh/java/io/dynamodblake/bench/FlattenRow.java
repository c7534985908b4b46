package io.dynamodblake.bench;

import io.dynamodblake.bench.Arguments.Other;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * flatten with a pinned schema, against DuckDB and against Spark's JSON reader with SQL on top, to
 * the same columns of zstd Parquet.
 */
final class FlattenRow implements Row {
  private static final double MOST_OF_DUCKDB = 0.38;
  private static final double MOST_OF_SPARK = 0.25;
  private static final String OURS = "dynamodb-lake";
  private static final String DUCKDB = "DuckDB";
  private static final String SPARK = "Spark";

  @Override
  public Result measure(Workshop workshop) throws Exception {
    Set<Other> others = workshop.arguments().others();
    SparkFlatten spark = new SparkFlatten(workshop.spark(), workshop.schema());
    try (DuckFlatten duck = new DuckFlatten(workshop.schema())) {
      Contest.Side ours = new Contest.Side(OURS, workshop::flattenPinned);
      Contest.Side byDuck =
          new Contest.Side(DUCKDB, target -> duck.write(workshop.export(), target));
      Contest.Side bySpark =
          new Contest.Side(SPARK, target -> spark.write(workshop.export(), target));
      if (!workshop.arguments().only().isEmpty()) {
        return repeat(workshop, List.of(ours, byDuck, bySpark));
      }
      List<Contest.Side> sides = new ArrayList<>(List.of(ours));
      if (others.contains(Other.DUCKDB)) {
        sides.add(byDuck);
      }
      if (others.contains(Other.SPARK)) {
        sides.add(bySpark);
      }
      List<String> remarks = new ArrayList<>();
      remarks.add(check(workshop, sides));
      Contest contest = workshop.contest("flatten", sides.toArray(new Contest.Side[0]));
      List<Line> lines = new ArrayList<>();
      if (others.contains(Other.DUCKDB)) {
        lines.add(
            contest.line("flatten, schema pinned, against DuckDB", OURS, DUCKDB, MOST_OF_DUCKDB));
      }
      if (others.contains(Other.SPARK)) {
        lines.add(
            contest.line(
                "flatten, schema pinned, against Spark's JSON reader and SQL",
                OURS,
                SPARK,
                MOST_OF_SPARK));
      }
      remarks.add(cost(workshop, contest, sides));
      return new Result(lines, remarks);
    }
  }

  /** One side alone, for a profiler. */
  private static Result repeat(Workshop workshop, List<Contest.Side> sides) throws Exception {
    String name = workshop.arguments().only().equals("ours") ? OURS : workshop.arguments().only();
    Contest.Side side =
        sides.stream()
            .filter(each -> each.name().equalsIgnoreCase(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("--only takes ours, duckdb or spark"));
    Contest contest = workshop.contest("flatten", side);
    return Result.of(contest.line("flatten, schema pinned, alone", side.name(), side.name()));
  }

  private static String check(Workshop workshop, List<Contest.Side> sides) throws Exception {
    ResultCheck check = new ResultCheck(workshop.spark());
    Path ours = workshop.freshTarget();
    sides.get(0).work().run(ours);
    Path snapshot = Workshop.snapshot(ours);
    StringBuilder sizes = new StringBuilder("Results are equal. Parquet: " + size(OURS, snapshot));
    for (Contest.Side side : sides.subList(1, sides.size())) {
      Path theirs = workshop.freshTarget();
      side.work().run(theirs);
      check.requireEqual(snapshot, theirs, side.name());
      sizes.append("; ").append(size(side.name(), theirs));
      Directories.delete(theirs);
    }
    Directories.delete(ours);
    return sizes.append('.').toString();
  }

  private static String size(String side, Path parquet) throws IOException {
    return String.format(
        Locale.ROOT,
        "%s %.1f MB in %d",
        side,
        Directories.bytes(parquet) / 1e6,
        Directories.dataFiles(parquet).size());
  }

  private static String cost(Workshop workshop, Contest contest, List<Contest.Side> sides) {
    Prices prices = workshop.arguments().prices();
    List<String> costs = new ArrayList<>();
    for (Contest.Side side : sides) {
      double perGigabyte = contest.processorSeconds(side.name()) / workshop.jsonGigabytes();
      String cost = String.format(Locale.ROOT, "%s %.1f s", side.name(), perGigabyte);
      if (!side.name().equals(DUCKDB)) { // which does not run there
        cost += String.format(Locale.ROOT, " and %.2f USD", prices.terabyte(perGigabyte));
      }
      costs.add(cost);
    }
    return "Processor seconds for a GB of JSON, and US dollars for a TB of it on EMR Serverless ("
        + prices.describe()
        + "): "
        + String.join("; ", costs)
        + ".";
  }
}
