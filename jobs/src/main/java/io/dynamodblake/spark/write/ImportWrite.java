package io.dynamodblake.spark.write;

import io.dynamodblake.conf.ImportSourceKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.document.RunId;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.spark.convert.ForeignColumns;
import io.dynamodblake.spark.convert.SparkLine;
import io.dynamodblake.spark.run.FileJob;
import io.dynamodblake.spark.run.RunJobs;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.spark.run.Stopping;
import io.dynamodblake.spark.run.WriteSessions;
import io.dynamodblake.type.Instants;
import io.dynamodblake.type.ItemPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/**
 * One write of {@code dynamodb-import}: a DataFrame in, import files out, in one pass over its
 * rows. Nothing is committed unless every row is an item that DynamoDB takes. Driver only.
 */
final class ImportWrite {
  private static final Words WORDS = Words.IMPORT_SOURCE;

  // the service's advice for items below 1 KB
  private static final long MOST_LINES_A_FILE = 4_000_000;
  private static final int FINDINGS_IN_MESSAGE = 5;

  private final SparkSession spark;
  private final ImportWriteConf conf;
  private final HadoopObjectStore store;
  private final LakeFiles files;
  private final Configuration configuration;
  private final ForeignColumns columns;
  private final List<KeyAttribute> keys;
  private final ImportTarget target;
  private final Optional<ImportTableRequest> request;
  private final Instant startedAt = Instants.now();
  private final String runId = RunId.of(startedAt);

  private long rows;
  private List<String> findings = List.of();
  private List<ImportFile> written = List.of();

  private ImportWrite(SparkSession user, ImportWriteConf conf, StructType type) throws IOException {
    this.conf = conf;
    this.spark = SparkLine.cloned(user);
    conf.fileSystemSettings().forEach((key, value) -> spark.conf().set(key, value));
    this.configuration = spark.sessionState().newHadoopConf();
    this.store = new HadoopObjectStore(configuration);
    this.files = new LakeFiles(configuration);
    this.target = new ImportTarget(files, store.qualify(conf.path()));
    this.columns = columns(type);
    this.keys = conf.keys().isEmpty() ? columns.schema().keys() : conf.keys();
    requireKeyColumns();
    requireNoLosses();
    this.request = request();
  }

  /**
   * Writes all rows.
   *
   * @throws UsageException if options, columns or the folder do not allow it; nothing was done then
   * @throws DataRefusedException if rows are no items, or share a key; nothing was written then
   * @throws UncheckedIOException if a file system fails
   */
  static void run(SparkSession user, ImportWriteConf conf, SaveMode mode, Dataset<Row> data) {
    try {
      conf.check();
      ImportWrite write = new ImportWrite(user, conf, data.schema());
      if (write.target.claim(mode)) {
        write.write(data);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private ForeignColumns columns(StructType type) throws IOException {
    Optional<TableSchema> file = Optional.empty();
    if (conf.schemaPath().isPresent()) {
      String path = conf.schemaPath().get();
      String text =
          files
              .read(store.qualify(path))
              .orElseThrow(
                  () ->
                      new UsageException(
                          "Cannot read %s: there is no file %s"
                              .formatted(WORDS.of(ImportSourceKeys.SCHEMA), path)));
      file = Optional.of(TableSchemaJson.fromJson(text));
    }
    try {
      return ForeignColumns.of(conf.table().orElse("import"), type, file);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  private void requireKeyColumns() {
    for (KeyAttribute key : keys) {
      Optional<Column> column =
          columns.schema().columns().stream()
              .filter(candidate -> candidate.attribute().equals(key.attribute()))
              .findFirst();
      String name = ItemPath.ofAttribute(key.attribute());
      if (column.isEmpty() && !columns.hasRescued()) {
        throw new UsageException(
            "Cannot write without key attribute %s: no column stands for it; add it, or correct %s"
                .formatted(name, WORDS.of(ImportSourceKeys.KEY)));
      }
      if (column.isPresent()
          && !columns.hasRescued()
          && column.get().mapping().descriptor() != key.descriptor()) {
        throw new UsageException(
            "Cannot write key attribute %s as %s: its column makes %s of it; cast the column, or correct %s"
                .formatted(
                    name,
                    key.descriptor(),
                    column.get().mapping().descriptor(),
                    WORDS.of(ImportSourceKeys.KEY)));
      }
    }
  }

  private void requireNoLosses() {
    if (!columns.losses().isEmpty() && !conf.allowLoss()) {
      throw new UsageException(
          "Cannot write exactly what the table held: "
              + String.join(", ", columns.losses())
              + "; read it again without that, or give "
              + WORDS.of(ImportSourceKeys.ALLOW_LOSS));
    }
  }

  private Optional<ImportTableRequest> request() throws IOException {
    if (conf.table().isEmpty()) {
      if (conf.bucket().isPresent()
          || conf.prefix().isPresent()
          || conf.indexesPath().isPresent()) {
        throw new UsageException(
            "Cannot make the import request: it needs a name for the new table; give %s, or leave %s, %s and %s out"
                .formatted(
                    WORDS.of(ImportSourceKeys.TABLE),
                    WORDS.of(ImportSourceKeys.IMPORT_BUCKET),
                    WORDS.of(ImportSourceKeys.IMPORT_PREFIX),
                    WORDS.of(ImportSourceKeys.INDEXES)));
      }
      return Optional.empty();
    }
    if (keys.isEmpty()) {
      throw new UsageException(
          "Cannot make the import request: neither columns nor schema file know the key attributes;"
              + " give "
              + WORDS.of(ImportSourceKeys.KEY)
              + ", such as pk:S,sk:N");
    }
    Optional<String> indexes = Optional.empty();
    if (conf.indexesPath().isPresent()) {
      String path = conf.indexesPath().get();
      indexes = files.read(store.qualify(path));
      if (indexes.isEmpty()) {
        throw new UsageException(
            "Cannot read %s: there is no file %s"
                .formatted(WORDS.of(ImportSourceKeys.INDEXES), path));
      }
    }
    return Optional.of(
        ImportTableRequest.of(
            new ImportTableRequest.Wishes(
                conf.table(),
                conf.bucket(),
                conf.prefix(),
                indexes,
                WORDS.of(ImportSourceKeys.INDEXES),
                WORDS),
            keys,
            conf.format(),
            conf.compression(),
            target.data()));
  }

  private void write(Dataset<Row> data) throws IOException {
    target.begin(report(ImportReport.Status.RUNNING, Optional.empty()));
    try {
      SparkSession session = WriteSessions.forTarget(spark, target.data());
      written = RunJobs.during(session, () -> writeFiles(session, data));
      target.deleteBefore();
      ImportFolder.verify(session, configuration, target.data(), written);
      if (request.isPresent()) {
        files.replace(target.requestPath(), request.get().toJson());
      }
      target.keep(report(ImportReport.Status.DONE, Optional.empty()));
    } catch (Exception e) {
      // not only what is declared: Scala throws checked exceptions without saying so
      RuntimeException reason = SparkFailures.unwrapped(e);
      recordFailure(e, reason);
      throw reason;
    }
  }

  private List<ImportFile> writeFiles(SparkSession session, Dataset<Row> data) throws IOException {
    SecureRandom random = new SecureRandom();
    ImportLines lines =
        new ImportLines(
            columns,
            keys,
            conf.format(),
            conf.compression(),
            conf.fileBytes(),
            MOST_LINES_A_FILE,
            random.nextLong(),
            random.nextLong());
    JavaRDD<InternalRow> encoded =
        data.queryExecution().toRdd().toJavaRDD().mapPartitionsWithIndex(lines::encode, true);
    // partitions of about the size of a file, as far as Spark can know it from what it shuffles
    session.conf().set("spark.sql.adaptive.advisoryPartitionSizeInBytes", conf.fileBytes());
    session.conf().set("spark.sql.adaptive.coalescePartitions.parallelismFirst", "false");
    List<ImportFile> all = new ArrayList<>();
    FileJob.run(
            session,
            ImportLines.SHUFFLED.sort(session, encoded),
            target.data(),
            ImportLines.Written.class,
            lines::write,
            this::requireItems)
        .forEach(task -> all.addAll(List.of(task.files())));
    return all;
  }

  /** Stops the commit unless all rows are items. */
  private void requireItems(List<ImportLines.Written> tasks) {
    RowFindings found = new RowFindings();
    tasks.forEach(task -> found.addAll(task.findings()));
    rows = tasks.stream().mapToLong(ImportLines.Written::rows).sum();
    findings = found.texts();
    if (!found.isEmpty()) {
      int shown = Math.min(FINDINGS_IN_MESSAGE, findings.size());
      String more =
          shown < findings.size() ? "; and " + (findings.size() - shown) + " more kinds" : "";
      throw new DataRefusedException(
          "Cannot write: %d of %d rows are no items that DynamoDB takes: %s%s; nothing was written, correct or filter the rows"
              .formatted(
                  found.badRows(), rows, String.join("; ", findings.subList(0, shown)), more));
    }
  }

  /** Says in the folder what went wrong. What fails here must not hide the reason. */
  private void recordFailure(Exception failure, RuntimeException reason) {
    Optional<String> stopped = Stopping.reason(failure);
    ImportReport.Status status =
        stopped.isPresent() ? ImportReport.Status.STOPPED : ImportReport.Status.FAILED;
    String text = stopped.orElseGet(() -> SparkFailures.text(reason));
    written = List.of();
    Stopping.afterwards(reason, () -> target.restore(report(status, Optional.of(text))));
  }

  private ImportReport report(ImportReport.Status status, Optional<String> error) {
    return new ImportReport(
        runId,
        status,
        KeyAttribute.texts(keys),
        columns.losses(),
        findings,
        target.data(),
        conf.format(),
        conf.compression(),
        rows,
        written.size(),
        written.stream().mapToLong(ImportFile::length).sum(),
        status == ImportReport.Status.DONE
            ? request.map(made -> target.requestPath())
            : Optional.empty(),
        startedAt,
        status == ImportReport.Status.RUNNING ? Optional.empty() : Optional.of(Instants.now()),
        error);
  }
}
