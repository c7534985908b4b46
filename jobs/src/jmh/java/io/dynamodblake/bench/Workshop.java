package io.dynamodblake.bench;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.PlainLocalFileSystem;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.write.Flatten;
import io.dynamodblake.lake.write.FlattenOptions;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/** Generated data, a Spark session on two cores, and a place for what is written. */
final class Workshop implements AutoCloseable {
  /** Threads of every side. */
  static final int THREADS = 2;

  private static final double BYTES_PER_GIGABYTE = 1e9;

  private final Arguments arguments;
  private final Path work;
  private final GeneratedExport export;
  private final Path schemaFile;
  private final SparkSession spark;
  private int targets;

  private Workshop(Arguments arguments, Path work) throws IOException, InterruptedException {
    this.arguments = arguments;
    this.work = work;
    this.export = new OrdersGenerator(arguments.shape(), arguments.items()).writeTo(work);
    this.schemaFile = work.resolve("schema.json");
    Files.writeString(schemaFile, TableSchemaJson.toJson(arguments.shape().schema()));
    this.spark = session(work);
  }

  static Workshop open(Arguments arguments) throws IOException, InterruptedException {
    Path work =
        arguments.directory().resolve(arguments.shape().lowerCaseName() + "-" + arguments.items());
    return new Workshop(arguments, work);
  }

  private static SparkSession session(Path work) {
    SparkSession spark =
        SparkSession.builder()
            .master("local[" + THREADS + "]")
            .appName("benchmark")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "localhost")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MILLIS")
            // DuckDB does not say in its files that a timestamp is an instant
            .config("spark.sql.parquet.inferTimestampNTZ.enabled", false)
            // as flatten writes: without checksum files beside the data
            .config("spark.hadoop.fs.file.impl", PlainLocalFileSystem.class.getName())
            .config("spark.hadoop.fs.file.impl.disable.cache", true)
            .config("spark.local.dir", work.resolve("spark").toString())
            .config("spark.sql.warehouse.dir", work.resolve("warehouse").toUri().toString())
            .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    return spark;
  }

  Arguments arguments() {
    return arguments;
  }

  SparkSession spark() {
    return spark;
  }

  TableSchema schema() {
    return arguments.shape().schema();
  }

  /** The folder of the generated export. */
  Path export() {
    return export.folder();
  }

  /** The generated export. */
  GeneratedExport generated() {
    return export;
  }

  /** Data that only one row needs. */
  GeneratedExport generate(Shape shape, long items) throws IOException, InterruptedException {
    return new OrdersGenerator(shape, items)
        .writeTo(arguments.directory().resolve(shape.lowerCaseName() + "-" + items));
  }

  /** An export of as many items, which are the same in however many files. */
  GeneratedExport generateInFiles(int files) throws IOException, InterruptedException {
    Shape shape = arguments.shape();
    double[] weights = new double[files];
    Arrays.fill(weights, 1);
    return new OrdersGenerator(shape, arguments.items(), weights)
        .withItemsByNumber()
        .writeTo(
            arguments
                .directory()
                .resolve(
                    shape.lowerCaseName() + "-" + arguments.items() + "-in-" + files + "-files"));
  }

  /** An export like the generated one, in which the very last item has one more attribute. */
  GeneratedExport surprising() throws IOException, InterruptedException {
    Shape shape = arguments.shape();
    return new OrdersGenerator(shape, arguments.items())
        .withSurprise()
        .writeTo(
            arguments
                .directory()
                .resolve(shape.lowerCaseName() + "-" + arguments.items() + "-surprising"));
  }

  /** A path where nothing is yet. */
  Path freshTarget() {
    return work.resolve("run-" + ProcessHandle.current().pid() + "-" + ++targets);
  }

  /** Runs a contest with as many rounds as the user wants. */
  Contest contest(String what, Contest.Side... sides) throws Exception {
    return Contest.run(
        this, what, arguments.pairs(), arguments.warmUps(), Stream.of(sides).toList());
  }

  /** All of flatten: finding, checking, decoding, writing, counting, publishing. */
  void flattenPinned(Path target) {
    flattenPinned(target, FlattenOptions.DEFAULT_TARGET_FILE_BYTES);
  }

  /** The same into files of another size. */
  void flattenPinned(Path target, long fileBytes) {
    flatten(export(), target, Optional.of(schemaFile), fileBytes, OutputFormat.PARQUET);
  }

  /** The same into a table of Iceberg. */
  void flattenIceberg(Path target) {
    flatten(
        export(),
        target,
        Optional.of(schemaFile),
        FlattenOptions.DEFAULT_TARGET_FILE_BYTES,
        OutputFormat.ICEBERG);
  }

  /** The same without a schema. */
  void flattenObserved(Path target) {
    flattenObserved(export(), target);
  }

  /** The same of another export. */
  void flattenObserved(Path other, Path target) {
    flatten(
        other,
        target,
        Optional.empty(),
        FlattenOptions.DEFAULT_TARGET_FILE_BYTES,
        OutputFormat.PARQUET);
  }

  /** All of flatten of another export. */
  void flattenPinnedFrom(Path other, Path target) {
    flatten(
        other,
        target,
        Optional.of(schemaFile),
        FlattenOptions.DEFAULT_TARGET_FILE_BYTES,
        OutputFormat.PARQUET);
  }

  /** All of flatten with another schema. */
  void flattenPinned(Path target, Path schema) {
    flatten(
        export(),
        target,
        Optional.of(schema),
        FlattenOptions.DEFAULT_TARGET_FILE_BYTES,
        OutputFormat.PARQUET);
  }

  /** All of flatten to folders, or to files whose rows are sorted. */
  void flattenArranged(Path target, List<String> partitions, List<String> order) {
    FlattenOptions.Builder options =
        options(export(), target)
            .partitionedBy(partitions)
            .sortedBy(order)
            .withSchemaFile(schemaFile.toString());
    new Flatten(spark, options.build()).run(ReadProgress.NONE);
  }

  private void flatten(
      Path from, Path target, Optional<Path> schema, long fileBytes, OutputFormat format) {
    FlattenOptions.Builder options =
        options(from, target).as(format).withTargetFileBytes(fileBytes);
    schema.ifPresent(file -> options.withSchemaFile(file.toString()));
    new Flatten(spark, options.build()).run(ReadProgress.NONE);
  }

  private FlattenOptions.Builder options(Path from, Path target) {
    return FlattenOptions.builder(
        from.toString(), target.toString(), arguments.shape().lowerCaseName());
  }

  /** The folder of Parquet in a lake table. */
  static Path snapshot(Path lakeTable) throws IOException {
    try (Stream<Path> children = Files.list(lakeTable)) {
      return children
          .filter(child -> child.getFileName().toString().startsWith("snapshot="))
          .findFirst()
          .orElseThrow();
    }
  }

  double jsonGigabytes() {
    return export.jsonBytes() / BYTES_PER_GIGABYTE;
  }

  String describeData() throws IOException {
    return String.format(
        Locale.ROOT,
        "%,d `%s` items, %.0f MB of JSON, %.1f MB of gz in %d files.",
        arguments.items(),
        arguments.shape().lowerCaseName(),
        export.jsonBytes() / 1e6,
        Directories.bytes(export().resolve("data")) / 1e6,
        Directories.dataFiles(export().resolve("data")).size());
  }

  @Override
  public void close() {
    spark.stop();
  }
}
