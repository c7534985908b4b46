package io.dynamodblake.bench;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.write.Apply;
import io.dynamodblake.lake.write.ApplyOptions;
import io.dynamodblake.lake.write.FlattenOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code apply} of changes of 1 % of the items, all over the table and in a part of its files,
 * against a flatten of the whole and against DuckDB doing the same on the same Parquet.
 */
final class ApplyRow implements Row {
  private static final double MOST_OF_DUCKDB = 1.0;
  private static final double MOST_OF_FLATTEN = 1.0;
  private static final double MOST_OF_FLATTEN_FOR_FEW_FILES = 0.25;
  private static final double SHARE = 0.01;
  // of 16 data files and about as many in the lake
  private static final long FILE_BYTES = 4L << 20;
  private static final String FLATTEN = "flatten";
  private static final String EVERYWHERE = "apply";
  private static final String FEW_FILES = "apply, few files";
  private static final String DUCKDB = "DuckDB";

  @Override
  public Result measure(Workshop workshop) throws Exception {
    String table = workshop.arguments().shape().lowerCaseName();
    String key = workshop.schema().keys().get(0).attribute();
    Path all =
        new ChangesGenerator(table, key, SHARE, file -> true)
            .writeTo(Files.createDirectories(workshop.freshTarget()), workshop.generated());
    Path few =
        new ChangesGenerator(table, key, SHARE, file -> file == 0)
            .writeTo(Files.createDirectories(workshop.freshTarget()), workshop.generated());
    Path lake = workshop.freshTarget();
    Path fine = workshop.freshTarget();
    try (DuckFlatten duck = new DuckFlatten(workshop.schema())) {
      workshop.flattenPinned(lake);
      workshop.flattenPinned(fine, FILE_BYTES);
      Path parquet = Workshop.snapshot(lake);
      ResultCheck check = new ResultCheck(workshop.spark());
      Path ours = workshop.freshTarget();
      RunReport report = apply(workshop, lake, all, ours, FlattenOptions.DEFAULT_TARGET_FILE_BYTES);
      Path theirs = workshop.freshTarget();
      duck.apply(parquet, all, key, theirs);
      check.requireEqual(
          Path.of(URI.create(report.output().snapshotPath().orElseThrow())), theirs, DUCKDB);
      Directories.delete(ours);
      Directories.delete(theirs);
      Contest contest =
          workshop.contest(
              "apply",
              new Contest.Side(FLATTEN, workshop::flattenPinned),
              new Contest.Side(
                  EVERYWHERE,
                  target ->
                      apply(workshop, lake, all, target, FlattenOptions.DEFAULT_TARGET_FILE_BYTES)),
              new Contest.Side(FEW_FILES, target -> apply(workshop, fine, few, target, FILE_BYTES)),
              new Contest.Side(DUCKDB, target -> duck.apply(parquet, all, key, target)));
      List<Line> lines = new ArrayList<>();
      lines.add(
          contest.line(
              "apply of 1 % random changes, against DuckDB", EVERYWHERE, DUCKDB, MOST_OF_DUCKDB));
      lines.add(
          contest.line(
              "the same, against a flatten of the whole", EVERYWHERE, FLATTEN, MOST_OF_FLATTEN));
      lines.add(
          contest.line(
              "apply of changes in one of 16 files, against a flatten of the whole",
              FEW_FILES,
              FLATTEN,
              MOST_OF_FLATTEN_FOR_FEW_FILES));
      return Result.of(lines.toArray(new Line[0]));
    } finally {
      Directories.delete(lake);
      Directories.delete(fine);
      Directories.delete(all.getParent().getParent());
      Directories.delete(few.getParent().getParent());
    }
  }

  /** To a copy of the lake table, whose files are links. */
  private static RunReport apply(
      Workshop workshop, Path lake, Path changes, Path target, long fileBytes) throws IOException {
    try (Stream<Path> files = Files.walk(lake)) {
      for (Path file : files.toList()) {
        Path copy = target.resolve(lake.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else if (file.toString().endsWith(".parquet")) {
          Files.createLink(copy, file);
        } else {
          Files.copy(file, copy);
        }
      }
    }
    return new Apply(
            workshop.spark(),
            ApplyOptions.builder(List.of(changes.toString()), target.toString())
                .withTargetFileBytes(fileBytes)
                .build())
        .run(ReadProgress.NONE);
  }
}
