package io.dynamodblake.bench;

import io.dynamodblake.bench.Arguments.Other;
import io.dynamodblake.conf.ExportSourceKeys;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.compare.Comparison;
import io.dynamodblake.lake.compare.ComparisonOptions;
import io.dynamodblake.lake.compare.ComparisonReport;
import io.dynamodblake.lake.items.Side;
import io.dynamodblake.lake.restore.Restore;
import io.dynamodblake.lake.restore.RestoreOptions;
import io.dynamodblake.spark.write.ImportCompression;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The way back: Parquet to import files, against what others make JSON lines of the same Parquet
 * with ({@link JsonLines} says what they leave out), and whether the export and those files hold
 * the same items.
 */
final class RestoreRow implements Row {
  private static final double MOST_OF_SPARK = 0.6;
  private static final double MOST_OF_DUCKDB = 1.0;
  private static final double MOST_OF_FLATTEN_TO_COMPARE = 1.2;
  private static final String FLATTEN = "flatten";
  private static final String RESTORE = "restore";
  private static final String RESTORE_ZSTD = "restore, zstd";
  private static final String SPARK = "Spark";
  private static final String DUCKDB = "DuckDB";
  private static final String DUCKDB_SHUFFLED = "DuckDB, shuffled";
  private static final String COMPARE = "compare";

  @Override
  public Result measure(Workshop workshop) throws Exception {
    Path lake = workshop.freshTarget();
    Path restored = workshop.freshTarget();
    try (DuckLines duck = new DuckLines()) {
      workshop.flattenPinned(lake);
      restore(workshop, lake, restored, ImportCompression.GZIP);
      Path parquet = Workshop.snapshot(lake);
      JsonLines lines = new JsonLines(workshop.spark(), parquet);
      int files = Directories.dataFiles(restored.resolve("data")).size();
      List<Contest.Side> sides =
          new ArrayList<>(
              List.of(
                  new Contest.Side(FLATTEN, workshop::flattenPinned),
                  new Contest.Side(
                      RESTORE, target -> restore(workshop, lake, target, ImportCompression.GZIP)),
                  new Contest.Side(
                      RESTORE_ZSTD,
                      target -> restore(workshop, lake, target, ImportCompression.ZSTD))));
      List<Contest.Side> others = new ArrayList<>();
      Set<Other> wanted = workshop.arguments().others();
      if (wanted.contains(Other.SPARK)) {
        others.add(new Contest.Side(SPARK, target -> lines.write(target, files)));
      }
      if (wanted.contains(Other.DUCKDB)) {
        others.add(new Contest.Side(DUCKDB, target -> duck.write(parquet, target, false)));
        others.add(new Contest.Side(DUCKDB_SHUFFLED, target -> duck.write(parquet, target, true)));
      }
      for (Contest.Side other : others) {
        Path target = workshop.freshTarget();
        other.work().run(target);
        lines.requireSameKeys(workshop.schema(), target, other.name());
        Directories.delete(target);
      }
      sides.addAll(others);
      sides.add(new Contest.Side(COMPARE, target -> compare(workshop, restored)));
      return Result.of(
          lines(
              workshop.contest("restore and compare", sides.toArray(new Contest.Side[0])), wanted));
    } finally {
      Directories.delete(lake);
      Directories.delete(restored);
    }
  }

  private static Line[] lines(Contest contest, Set<Other> others) {
    List<Line> lines = new ArrayList<>();
    if (others.contains(Other.SPARK)) {
      lines.add(
          contest.line(
              "restore (Parquet to DynamoDB JSON, gzip), against Spark writing the rows as JSON lines, shuffled, gzip",
              RESTORE,
              SPARK,
              MOST_OF_SPARK));
    }
    if (others.contains(Other.DUCKDB)) {
      lines.add(
          contest.line(
              "restore, against DuckDB writing the rows as JSON lines, gzip, in their order",
              RESTORE,
              DUCKDB,
              MOST_OF_DUCKDB));
      lines.add(
          contest.line(
              "restore, against the same in random order",
              RESTORE,
              DUCKDB_SHUFFLED,
              MOST_OF_DUCKDB));
    }
    lines.add(contest.line("restore, against flatten", RESTORE, FLATTEN));
    lines.add(contest.line("restore with zstd, against flatten", RESTORE_ZSTD, FLATTEN));
    lines.add(
        contest.line(
            "compare (export with restored files), against flatten",
            COMPARE,
            FLATTEN,
            MOST_OF_FLATTEN_TO_COMPARE));
    return lines.toArray(new Line[0]);
  }

  private static void restore(
      Workshop workshop, Path lake, Path target, ImportCompression compression) {
    new Restore(
            workshop.spark(),
            RestoreOptions.builder(lake.toString(), target.toString(), "benchmark")
                .inBucket(Optional.of("acme-import"))
                .compressedAs(compression)
                .build())
        .run(ReadProgress.NONE);
  }

  /** Also proves that all items came back. */
  private static void compare(Workshop workshop, Path restored) {
    ComparisonReport report =
        new Comparison(
                workshop.spark(),
                new ComparisonOptions(
                    side(workshop.export()),
                    side(restored),
                    workshop.schema().keys(),
                    0,
                    false,
                    ReadOptions.defaults(),
                    ExportSourceKeys.MAX_PARTITION_BYTES.defaultValue().orElseThrow()))
            .run(ReadProgress.NONE);
    if (report.equalItems() != workshop.arguments().items()) {
      throw new IllegalStateException(
          "Of " + workshop.arguments().items() + " items came back " + report.equalItems());
    }
  }

  private static Side side(Path path) {
    return new Side(path.toString(), Optional.empty());
  }
}
