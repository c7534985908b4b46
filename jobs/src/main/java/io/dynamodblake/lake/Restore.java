package io.dynamodblake.lake;

import static org.apache.spark.sql.functions.xxhash64;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.Losses;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkLine;
import io.dynamodblake.spark.source.SparkFailures;
import io.dynamodblake.spark.write.ImportTableRequest;
import io.dynamodblake.spark.write.JsonDocuments;
import io.dynamodblake.spark.write.LakeFiles;
import io.dynamodblake.spark.write.WriteSessions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * The way back: a snapshot of a lake table in, files for {@code ImportTable} and the request for it
 * out. All rows are checked before any is written; either every one of them is an item that
 * DynamoDB takes, or there is no request. Driver only.
 */
public final class Restore {
  /** The request, beside the data files. */
  public static final String REQUEST = "import-table.json";

  /** The report, beside the data files. */
  public static final String REPORT = "restore-report.json";

  private static final String DATA = "data";

  private static final ImportTableRequest.Words REQUEST_OPTIONS =
      new ImportTableRequest.Words("--table", "--import-bucket", "--import-prefix", "--indexes");

  // 50,000 objects an import; the rest is room for retries that somebody copies along
  private static final int MOST_FILES = 40_000;
  // the service's advice for items below 1 KB
  private static final long MOST_ROWS_A_FILE = 4_000_000;
  private static final int FINDINGS_IN_MESSAGE = 5;

  private final SparkSession spark;
  private final RestoreOptions options;
  private final Configuration configuration;
  private final LakeFiles files;

  public Restore(SparkSession spark, RestoreOptions options) {
    this.spark = spark;
    this.options = options;
    this.configuration = spark.sessionState().newHadoopConf();
    this.files = new LakeFiles(configuration);
  }

  /**
   * Runs the job.
   *
   * @return the report, which is also kept in the target folder
   * @throws UsageException if the options contradict the lake table or the folder, or columns
   *     cannot be restored and that is not allowed
   * @throws DataRefusedException if rows are no items, or share a key
   * @throws UncheckedIOException if a file system fails
   */
  public RestoreReport run(ReadProgress progress) {
    try {
      progress.phase("Looking at the lake table", -1);
      RestoreInput input = input();
      List<KeyAttribute> keys = keys(input.schema());
      List<String> losses = losses(input, keys);
      String root = new LakeLayout(files.qualify(options.target())).root();
      ImportTableRequest request =
          ImportTableRequest.of(
              new ImportTableRequest.Wishes(
                  options.table(),
                  options.bucket(),
                  options.prefix(),
                  indexesText(),
                  REQUEST_OPTIONS),
              keys,
              options.format(),
              options.compression(),
              root + "/" + DATA);
      clearTarget(root);
      return new Run(input, keys, losses, root, request, progress).write();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private RestoreInput input() throws IOException {
    LakeSnapshot snapshot = LakeSnapshot.open(files, options.source(), options.snapshot());
    SparkSession session = SparkLine.cloned(spark);
    WriteSessions.SETTINGS_OF_VALUES.forEach((key, value) -> session.conf().set(key, value));
    return LakeInput.of(session, snapshot, options.where());
  }

  private List<KeyAttribute> keys(TableSchema schema) {
    if (options.keys().isEmpty()) {
      if (schema.keys().isEmpty()) {
        throw new UsageException(
            "Cannot restore: the lake table does not know the key attributes, and a table needs"
                + " them; give them with --key, such as --key pk:S,sk:N");
      }
      return schema.keys();
    }
    if (!schema.keys().isEmpty() && !schema.keys().equals(options.keys())) {
      throw new UsageException(
          "Cannot restore with another --key than the lake table's own, "
              + describe(schema.keys())
              + "; leave --key out");
    }
    return options.keys();
  }

  private static String describe(List<KeyAttribute> keys) {
    return keys.stream()
        .map(key -> key.attribute() + ":" + key.descriptor())
        .collect(Collectors.joining(","));
  }

  private List<String> losses(RestoreInput input, List<KeyAttribute> keys) {
    for (KeyAttribute key : keys) {
      Optional<Column> column =
          input.schema().columns().stream()
              .filter(candidate -> candidate.attribute().equals(key.attribute()))
              .findFirst();
      Optional<String> reason = column.flatMap(Losses::reason);
      if (reason.isPresent()) {
        throw new UsageException(
            "Cannot restore: key attribute '"
                + key.attribute()
                + "' is not in the lake as it was ("
                + reason.get()
                + "); flatten the export again without that");
      }
    }
    List<String> losses = input.losses();
    if (!losses.isEmpty() && !options.allowLoss()) {
      throw new UsageException(
          "Cannot restore exactly: "
              + String.join(", ", losses)
              + "; flatten the export again without that, or give --allow-loss");
    }
    return losses;
  }

  private Optional<String> indexesText() throws IOException {
    if (options.indexesFile().isEmpty()) {
      return Optional.empty();
    }
    String path = options.indexesFile().get();
    return Optional.of(
        files
            .read(path)
            .orElseThrow(
                () -> new UsageException("Cannot read --indexes: there is no file " + path)));
  }

  /** Takes a folder that is empty, or that a restore has left which did not come to its end. */
  private void clearTarget(String root) throws IOException {
    List<String> names =
        files.childNames(root).stream().filter(name -> !name.startsWith(".")).toList();
    if (names.isEmpty()) {
      return;
    }
    Optional<String> status =
        files
            .read(root + "/" + REPORT)
            .flatMap(JsonDocuments::parseObject)
            .filter(
                node ->
                    JsonDocuments.text(node, "format").equals(Optional.of(RestoreReport.FORMAT)))
            .flatMap((JsonNode node) -> JsonDocuments.text(node, "status"));
    boolean unfinished =
        status.isPresent()
            && !status.get().equals(RestoreReport.Status.DONE.key())
            && List.of(REPORT, DATA).containsAll(names);
    if (!unfinished) {
      throw new UsageException(
          "Cannot restore: the folder is not empty, at "
              + root
              + "; an import reads everything below a prefix, so choose a new folder");
    }
    files.deleteFolder(root + "/" + DATA);
  }

  /** One run that writes. */
  private final class Run {
    private final RestoreInput input;
    private final List<KeyAttribute> keys;
    private final List<String> losses;
    private final String root;
    private final String data;
    private final ImportTableRequest request;
    private final ReadProgress progress;
    private final Instant startedAt = now();

    private OptionalLong allRows = OptionalLong.empty();
    private long rows;
    private List<String> findings = List.of();
    private SnapshotContents written;
    private long items;
    private Optional<String> error = Optional.empty();

    Run(
        RestoreInput input,
        List<KeyAttribute> keys,
        List<String> losses,
        String root,
        ImportTableRequest request,
        ReadProgress progress) {
      this.input = input;
      this.keys = keys;
      this.losses = losses;
      this.root = root;
      this.data = root + "/" + DATA;
      this.request = request;
      this.progress = progress;
      this.written = new SnapshotContents(data, List.of(), new TreeMap<>());
    }

    RestoreReport write() throws IOException {
      keep(RestoreReport.Status.RUNNING);
      try {
        SparkSession session = WriteSessions.forTarget(spark, data);
        session
            .conf()
            .set("spark.sql.sources.commitProtocolClass", ImportCommitProtocol.class.getName());
        session.conf().set(ImportCommitProtocol.EXTENSION, options.format().extension());
        allRows = input.allRows();
        check(session);
        writeLines(session);
        count(session);
        files.replace(root + "/" + REQUEST, request.toJson());
        return keep(RestoreReport.Status.DONE);
      } catch (Exception e) {
        // not only what is declared: Scala throws checked exceptions without saying so
        RuntimeException reason = SparkFailures.unwrapped(e);
        recordFailure(reason);
        throw reason;
      }
    }

    private void check(SparkSession session) throws IOException {
      progress.phase("Checking", -1);
      session.sparkContext().setJobDescription("Checking " + input.name());
      RowPlaces places = input.places();
      ItemFindings found =
          ItemFindings.of(
              ItemRows.checked(session, input.rows(session, true), input.schema(), keys, places),
              places);
      rows = found.rows();
      boolean complete =
          allRows.isEmpty()
              || (input.where().isPresent()
                  ? rows <= allRows.getAsLong()
                  : rows == allRows.getAsLong());
      if (!complete) {
        throw new DataRefusedException(
            "Cannot restore: the files hold %d rows but %d were read, in %s; run again"
                .formatted(allRows.getAsLong(), rows, input.path()));
      }
      findings = found.defects().stream().map(ItemFindings.Finding::text).toList();
      if (!findings.isEmpty()) {
        throw new DataRefusedException(
            "Cannot restore: %d of %d rows are no items that DynamoDB takes: %s; nothing was written,"
                    .formatted(found.badRows(), rows, some(findings))
                + " correct the items in the source table and export again");
      }
    }

    private void writeLines(SparkSession session) throws IOException {
      progress.phase("Writing", -1);
      session.sparkContext().setJobDescription("Writing import files of " + input.name());
      Dataset<Row> lines =
          ItemRows.lines(session, input.rows(session, false), input.schema(), options.format());
      // A hash of the whole line has nothing to do with the key, so that neither the files nor the
      // order in them follow it and no partition of the new table runs hot; and unlike a random
      // number it is the same when a task runs again.
      org.apache.spark.sql.Column shuffled = xxhash64(PartitionExpressions.column(ItemRows.LINE));
      lines
          .repartition(fileCount(), shuffled)
          .sortWithinPartitions(shuffled)
          .write()
          .mode(SaveMode.Append)
          .option("compression", options.compression().sparkCodec())
          .option("lineSep", "\n")
          .text(data);
      session.sparkContext().setJobDescription(null);
    }

    private int fileCount() throws IOException {
      long bySize = ceilDiv(input.bytes(), options.targetFileBytes());
      long byRows = ceilDiv(rows, MOST_ROWS_A_FILE);
      return (int) Math.max(1, Math.min(MOST_FILES, Math.max(bySize, byRows)));
    }

    private long ceilDiv(long whole, long part) {
      return (whole + part - 1) / part;
    }

    private void count(SparkSession session) throws IOException {
      progress.phase("Counting", -1);
      written = SnapshotContents.list(files, data);
      items = ImportFiles.lines(session, configuration, written.files(), options.compression());
      if (items != rows) {
        throw new DataRefusedException(
            "Cannot restore: %d rows were read but the written files hold %d items, in %s; run again, one run at a time"
                .formatted(rows, items, data));
      }
    }

    /** Says in the folder what went wrong. What fails here must not hide the reason. */
    private void recordFailure(RuntimeException reason) {
      boolean known =
          reason instanceof DataRefusedException
              || reason instanceof UsageException
              || reason instanceof UncheckedIOException;
      error =
          Optional.of(
              known && reason.getMessage() != null
                  ? reason.getMessage()
                  : reason.getClass().getName());
      try {
        files.deleteFolder(data);
        keep(RestoreReport.Status.FAILED);
      } catch (IOException | RuntimeException e) {
        reason.addSuppressed(e);
      }
    }

    private RestoreReport keep(RestoreReport.Status status) throws IOException {
      RestoreReport report =
          new RestoreReport(
              status,
              input.path(),
              input.name(),
              input.where(),
              allRows,
              rows,
              keys.stream().map(key -> key.attribute() + ":" + key.descriptor()).toList(),
              losses,
              findings,
              data,
              options.format().key(),
              options.compression().key(),
              written.files().size(),
              written.bytes(),
              items,
              status == RestoreReport.Status.DONE
                  ? Optional.of(root + "/" + REQUEST)
                  : Optional.empty(),
              startedAt,
              status == RestoreReport.Status.RUNNING ? Optional.empty() : Optional.of(now()),
              error);
      files.replace(root + "/" + REPORT, report.toJson());
      return report;
    }

    private Instant now() {
      return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private String some(List<String> texts) {
      int shown = Math.min(FINDINGS_IN_MESSAGE, texts.size());
      return String.join("; ", texts.subList(0, shown))
          + (shown < texts.size()
              ? "; and " + (texts.size() - shown) + " more kinds, in the report"
              : "");
    }
  }
}
