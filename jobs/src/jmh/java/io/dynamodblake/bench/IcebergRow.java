package io.dynamodblake.bench;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTable;
import io.dynamodblake.lake.write.Apply;
import io.dynamodblake.lake.write.ApplyOptions;
import io.dynamodblake.lake.write.FlattenOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.functions;

/**
 * Tables of Iceberg: a flatten into one against the Parquet kind and against what somebody writes
 * with Spark alone, changes of 1 % random items in both ways of merging, and what readers pay for
 * them afterwards.
 */
final class IcebergRow implements Row {
  private static final double MOST_OF_PARQUET = 1.10;
  private static final double MOST_OF_SPARK = 0.30;
  private static final double SHARE = 0.01;
  private static final String ICEBERG = "Iceberg";
  private static final String PARQUET = "Parquet";
  private static final String SPARK = "Spark";
  private static final String COPIED = "apply, copy-on-write";
  private static final String MERGED = "apply, merge-on-read";
  private static final String READ_BEFORE = "read, as flattened";
  private static final String READ_COPIED = "read, after copy-on-write";
  private static final String READ_MERGED = "read, after merge-on-read";

  @Override
  public Result measure(Workshop workshop) throws Exception {
    List<Line> lines = new ArrayList<>(flattens(workshop));
    lines.addAll(changes(workshop));
    return Result.of(lines.toArray(new Line[0]));
  }

  private static List<Line> flattens(Workshop workshop) throws Exception {
    SparkFlatten spark = new SparkFlatten(workshop.spark(), workshop.schema());
    Path ours = workshop.freshTarget();
    Path theirs = workshop.freshTarget();
    workshop.flattenPinned(ours);
    workshop.flattenIceberg(theirs);
    requireEqual(workshop, ours, theirs);
    Directories.delete(ours);
    Directories.delete(theirs);
    Contest contest =
        workshop.contest(
            "flatten to Iceberg",
            new Contest.Side(ICEBERG, workshop::flattenIceberg),
            new Contest.Side(PARQUET, workshop::flattenPinned),
            new Contest.Side(SPARK, target -> spark.writeIceberg(workshop.export(), target)));
    return List.of(
        contest.line(
            "flatten to Iceberg, schema pinned, against the Parquet kind",
            ICEBERG,
            PARQUET,
            MOST_OF_PARQUET),
        contest.line(
            "the same, against Spark's JSON reader and writeTo", ICEBERG, SPARK, MOST_OF_SPARK));
  }

  private static List<Line> changes(Workshop workshop) throws Exception {
    String key = workshop.schema().keys().get(0).attribute();
    String table = workshop.arguments().shape().lowerCaseName();
    Path all =
        new ChangesGenerator(table, key, SHARE, file -> true)
            .writeTo(Files.createDirectories(workshop.freshTarget()), workshop.generated());
    Path copied = workshop.freshTarget();
    Path merged = workshop.freshTarget();
    Path untouched = workshop.freshTarget();
    try {
      workshop.flattenIceberg(copied);
      workshop.flattenIceberg(merged);
      workshop.flattenIceberg(untouched);
      Begin ofCopied = Begin.of(workshop, copied);
      Begin ofMerged = Begin.of(workshop, merged);
      Contest contest =
          workshop.contest(
              "apply to Iceberg",
              new Contest.Side("flatten", workshop::flattenIceberg),
              new Contest.Side(
                  COPIED, target -> ofCopied.apply(all, ApplyOptions.MergeMode.COPY_ON_WRITE)),
              new Contest.Side(
                  MERGED, target -> ofMerged.apply(all, ApplyOptions.MergeMode.MERGE_ON_READ)));
      requireEqual(workshop, copied, merged);
      Contest readers =
          workshop.contest(
              "read Iceberg",
              new Contest.Side(READ_BEFORE, target -> read(workshop, untouched)),
              new Contest.Side(READ_COPIED, target -> read(workshop, copied)),
              new Contest.Side(READ_MERGED, target -> read(workshop, merged)));
      return List.of(
          contest.line(
              "apply of 1 % random changes to Iceberg, copy-on-write, against a flatten of the whole",
              COPIED, "flatten"),
          contest.line("the same, merge-on-read", MERGED, "flatten"),
          contest.line("merge-on-read against copy-on-write", MERGED, COPIED),
          readers.line("reading all columns after copy-on-write", READ_COPIED, READ_BEFORE),
          readers.line("reading all columns after merge-on-read", READ_MERGED, READ_BEFORE));
    } finally {
      Directories.delete(copied);
      Directories.delete(merged);
      Directories.delete(untouched);
      Directories.delete(all.getParent().getParent());
    }
  }

  /** A lake table as it is before changes, so that they can be applied again and again. */
  private record Begin(Workshop workshop, Path lake, long snapshot, String pointer) {
    static Begin of(Workshop workshop, Path lake) throws IOException {
      return new Begin(
          workshop,
          lake,
          LakeTable.open(workshop.spark(), lake.toString()).iceberg().orElseThrow().snapshotId(),
          Files.readString(pointer(lake)));
    }

    private static Path pointer(Path lake) {
      return lake.resolve("_dynamodb/current.json");
    }

    void apply(Path changes, ApplyOptions.MergeMode mode) throws IOException {
      Files.writeString(pointer(lake), pointer);
      new HadoopTables(workshop.spark().sessionState().newHadoopConf())
          .load(lake.toUri().toString())
          .manageSnapshots()
          .setCurrentSnapshot(snapshot)
          .commit();
      new Apply(
              workshop.spark(),
              ApplyOptions.builder(List.of(changes.toString()), lake.toString())
                  .merging(mode)
                  .withTargetFileBytes(FlattenOptions.DEFAULT_TARGET_FILE_BYTES)
                  .build())
          .run(ReadProgress.NONE);
    }
  }

  private static void read(Workshop workshop, Path lake) {
    Dataset<org.apache.spark.sql.Row> rows =
        LakeTable.open(workshop.spark(), lake.toString()).rows();
    org.apache.spark.sql.Column[] columns =
        workshop.schema().writtenColumns().stream()
            .map(column -> functions.count(functions.col(column.name())))
            .toArray(org.apache.spark.sql.Column[]::new);
    rows.agg(functions.count(functions.lit(1)), columns).collectAsList();
  }

  private static void requireEqual(Workshop workshop, Path one, Path other) {
    Dataset<org.apache.spark.sql.Row> left = hashed(workshop, one);
    Dataset<org.apache.spark.sql.Row> right = hashed(workshop, other);
    if (left.except(right).count() + right.except(left).count() > 0) {
      throw new IllegalStateException("The lake tables hold other rows");
    }
  }

  private static Dataset<org.apache.spark.sql.Row> hashed(Workshop workshop, Path lake) {
    org.apache.spark.sql.Column[] columns =
        workshop.schema().writtenColumns().stream()
            .map(column -> functions.col(column.name()).cast("string"))
            .toArray(org.apache.spark.sql.Column[]::new);
    return LakeTable.open(workshop.spark(), lake.toString())
        .rows()
        .select(functions.xxhash64(columns));
  }
}
