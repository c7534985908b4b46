package io.dynamodblake.bench;

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
import java.util.Optional;

/**
 * The way back against the way there: Parquet to import files, and whether the export and those
 * files hold the same items.
 */
final class RestoreRow implements Row {
  private static final double MOST_OF_FLATTEN = 1.0;
  private static final double MOST_OF_FLATTEN_TO_COMPARE = 1.5;
  private static final String FLATTEN = "flatten";
  private static final String RESTORE = "restore";
  private static final String RESTORE_ZSTD = "restore, zstd";
  private static final String COMPARE = "compare";

  @Override
  public Result measure(Workshop workshop) throws Exception {
    Path lake = workshop.freshTarget();
    Path restored = workshop.freshTarget();
    try {
      workshop.flattenPinned(lake);
      restore(workshop, lake, restored, ImportCompression.GZIP);
      Contest contest =
          workshop.contest(
              "restore and compare",
              new Contest.Side(FLATTEN, workshop::flattenPinned),
              new Contest.Side(
                  RESTORE, target -> restore(workshop, lake, target, ImportCompression.GZIP)),
              new Contest.Side(
                  RESTORE_ZSTD, target -> restore(workshop, lake, target, ImportCompression.ZSTD)),
              new Contest.Side(COMPARE, target -> compare(workshop, restored)));
      return Result.of(
          contest.line(
              "restore (Parquet to DynamoDB JSON, gzip), against flatten",
              RESTORE,
              FLATTEN,
              MOST_OF_FLATTEN),
          contest.line("the same with zstd", RESTORE_ZSTD, FLATTEN),
          contest.line(
              "compare (export with restored files), against flatten",
              COMPARE,
              FLATTEN,
              MOST_OF_FLATTEN_TO_COMPARE));
    } finally {
      Directories.delete(lake);
      Directories.delete(restored);
    }
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
