package io.dynamodblake.bench;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.Flatten;
import io.dynamodblake.lake.FlattenOptions;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.sql.SparkSession;

/**
 * {@code flatten} against Spark's own JSON reader, on the same generated export, in one process: to
 * the same columns of zstd Parquet, with equal results, on two cores and a heap of 1 GiB. Run it
 * with
 *
 * <pre>{@code
 * bin/benchmark
 * bin/benchmark --shape wide --items 100000 --pairs 7
 * }</pre>
 *
 * It prints the table that docs/performance.md keeps, and fails if the results differ. {@code
 * --only ours} or {@code --only spark} runs one side alone, for a profiler.
 */
public final class FlattenBenchmark {
  private static final int WARM_UPS = 2;

  private final Arguments arguments;
  private final SparkSession spark;
  private final Path work;
  private final Path export;
  private final Path schemaFile;
  private final SparkFlatten sparkFlatten;
  private int runs;

  private FlattenBenchmark(Arguments arguments, SparkSession spark, Path work, Path export)
      throws IOException {
    this.arguments = arguments;
    this.spark = spark;
    this.work = work;
    this.export = export;
    TableSchema schema = arguments.shape().schema();
    this.schemaFile = work.resolve("schema.json");
    Files.writeString(schemaFile, TableSchemaJson.toJson(schema));
    this.sparkFlatten = new SparkFlatten(spark, schema);
  }

  private record Arguments(Shape shape, long items, int pairs, String only, Path directory) {
    static Arguments of(String[] words) {
      Shape shape = Shape.ORDERS;
      long items = 1_000_000;
      int pairs = 5;
      String only = "";
      Path directory = Path.of("target", "benchmark");
      for (int i = 0; i < words.length; i += 2) {
        String value = i + 1 < words.length ? words[i + 1] : "";
        switch (words[i]) {
          case "--shape" -> shape = Shape.of(value);
          case "--items" -> items = Long.parseLong(value);
          case "--pairs" -> pairs = Integer.parseInt(value);
          case "--only" -> only = value;
          case "--directory" -> directory = Path.of(value);
          default -> throw new IllegalArgumentException("Unknown option " + words[i]);
        }
      }
      return new Arguments(shape, items, pairs, only, directory.toAbsolutePath());
    }
  }

  public static void main(String[] words) throws Exception {
    Arguments arguments = Arguments.of(words);
    Path work =
        arguments.directory().resolve(arguments.shape().lowerCaseName() + "-" + arguments.items());
    Path export = new OrdersGenerator(arguments.shape(), arguments.items()).writeTo(work);
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("benchmark")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "localhost")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MILLIS")
            // as flatten writes: without checksum files beside the data
            .config("spark.hadoop.fs.file.impl", RawLocalFileSystem.class.getName())
            .config("spark.hadoop.fs.file.impl.disable.cache", true)
            .config("spark.local.dir", work.resolve("spark").toString())
            .config("spark.sql.warehouse.dir", work.resolve("warehouse").toUri().toString())
            .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    try {
      new FlattenBenchmark(arguments, spark, work, export).run();
    } finally {
      spark.stop();
    }
  }

  private void run() throws Exception {
    switch (arguments.only()) {
      case "" -> compare();
      case "ours" -> repeat(() -> flatten(Optional.of(schemaFile)));
      case "spark" -> repeat(() -> delete(sparkWrite()));
      default -> throw new IllegalArgumentException("--only takes ours or spark");
    }
  }

  private void repeat(Timing.Work side) throws Exception {
    for (int i = 0; i < WARM_UPS + arguments.pairs(); i++) {
      System.err.println(Timing.Cost.of(side));
    }
  }

  private void compare() throws Exception {
    Path ours = lakeTable(Optional.of(schemaFile));
    Path theirs = sparkWrite();
    new ResultCheck(spark).requireEqual(snapshot(ours), theirs);
    String sizes =
        String.format(
            Locale.ROOT,
            "Parquet: ours %,d bytes in %d files, Spark's %,d bytes in %d files",
            bytes(snapshot(ours)),
            files(snapshot(ours)),
            bytes(theirs),
            files(theirs));
    delete(ours);
    delete(theirs);

    List<Timing> timings = new ArrayList<>();
    timings.add(
        Timing.ofPairs(
            "flatten, schema pinned",
            arguments.pairs(),
            WARM_UPS,
            () -> flatten(Optional.of(schemaFile)),
            () -> delete(sparkWrite())));
    timings.add(
        Timing.ofPairs(
            "flatten, schema from the data",
            Math.max(1, arguments.pairs() / 2),
            1,
            () -> flatten(Optional.empty()),
            () -> {
              sparkFlatten.infer(export);
              delete(sparkWrite());
            }));

    StringBuilder table = new StringBuilder(Timing.header());
    timings.forEach(timing -> table.append(timing.rows()));
    System.out.println(Machine.description());
    System.out.printf(
        Locale.ROOT,
        "%,d %s items, %,d bytes of gz in %d files; local[2]; %s%n%n",
        arguments.items(),
        arguments.shape().lowerCaseName(),
        bytes(export.resolve("data")),
        files(export.resolve("data")),
        sizes);
    System.out.println(table);
  }

  // ---- the two sides

  private void flatten(Optional<Path> schema) throws Exception {
    delete(lakeTable(schema));
  }

  private Path lakeTable(Optional<Path> schema) throws Exception {
    Path target = nextTarget("ours");
    FlattenOptions.Builder options =
        FlattenOptions.builder(
            export.toString(), target.toString(), arguments.shape().lowerCaseName());
    schema.ifPresent(file -> options.withSchemaFile(file.toString()));
    new Flatten(spark, options.build()).run(ReadProgress.NONE);
    return target;
  }

  private Path sparkWrite() {
    Path target = nextTarget("spark");
    sparkFlatten.write(export, target);
    return target;
  }

  private Path nextTarget(String side) {
    return work.resolve(side + "-" + ProcessHandle.current().pid() + "-" + ++runs);
  }

  // ---- files

  private static Path snapshot(Path lakeTable) throws IOException {
    try (Stream<Path> children = Files.list(lakeTable)) {
      return children
          .filter(child -> child.getFileName().toString().startsWith("snapshot="))
          .findFirst()
          .orElseThrow();
    }
  }

  private static long bytes(Path directory) throws IOException {
    long sum = 0;
    for (Path file : dataFiles(directory)) {
      sum += Files.size(file);
    }
    return sum;
  }

  private static long files(Path directory) throws IOException {
    return dataFiles(directory).size();
  }

  private static List<Path> dataFiles(Path directory) throws IOException {
    try (Stream<Path> tree = Files.walk(directory)) {
      return tree.filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .filter(file -> !file.getFileName().toString().startsWith("_"))
          .toList();
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
