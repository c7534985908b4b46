package io.dynamodblake.lake.restore;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.conf.RestoreKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.Wholeness;
import io.dynamodblake.lake.input.CatalogInput;
import io.dynamodblake.lake.input.ForeignInput;
import io.dynamodblake.lake.input.LakeInput;
import io.dynamodblake.lake.input.RowFailures;
import io.dynamodblake.lake.input.RowInput;
import io.dynamodblake.lake.input.RowPlaces;
import io.dynamodblake.lake.input.csv.CsvInput;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.Losses;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.spark.convert.SparkLine;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.run.LiveReads;
import io.dynamodblake.spark.run.WriteSessions;
import io.dynamodblake.spark.write.ImportCompression;
import io.dynamodblake.spark.write.ImportFile;
import io.dynamodblake.spark.write.ImportFolder;
import io.dynamodblake.spark.write.ImportFormat;
import io.dynamodblake.spark.write.ImportLayout;
import io.dynamodblake.spark.write.ImportTableRequest;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.SparkSession;

/**
 * The way back: a snapshot of a lake table in, files for {@code ImportTable} and the request for it
 * out. All rows are checked before any is written; either every one of them is an item that
 * DynamoDB takes, or there is no request. Driver only.
 */
public final class Restore {
  private static final String QUARANTINE = "quarantine";

  // the service's advice for items below 1 KB
  private static final long MOST_ROWS_OF_FILE = 4_000_000;
  private static final int FINDINGS_IN_MESSAGE = 5;
  private static final long MOST_REPEATED_KEYS = 10_000_000;

  // a table of 24 to 36 MB in each task that looks for keys that come more than once
  private static final long KEYS_OF_PARTITION = 500_000;
  private static final long MOST_KEY_PARTITIONS = 4_000;
  // where nobody knows how many rows there are
  private static final long LEAST_BYTES_OF_ROW = 64;

  // A file is written of some buckets, which get packs of lines by turns, so that what one task has
  // read comes in several places of it. Import files may be larger than Parquet.
  private static final long BUCKETS_OF_FILE = 16;
  private static final long LEAST_BUCKETS = 32;
  // 50,000 objects an import at most; each bucket costs a few bytes for each task that reads
  private static final long MOST_BUCKETS = 16_384;
  private static final long MOST_GROWTH = 3;
  private static final long UNKNOWN_BYTES = 1L << 40;
  // what is packed for zstd is compressed only when it is written
  private static final long RATIO_OF_ZSTD = 4;

  // the larger the better to compress; a file should be of many, so that all get about the same
  // size
  private static final long MOST_PACK_BYTES = 256 << 10;
  private static final long LEAST_PACK_BYTES = 4 << 10;
  private static final long LEAST_PACKS_OF_FILE = 16;

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
      progress.phase("Looking at the data", -1);
      RowInput input = input(false);
      List<KeyAttribute> keys = keys(input);
      List<String> losses = losses(input, keys);
      String root = new LakeLayout(files.qualify(options.target())).root();
      ImportTableRequest request =
          ImportTableRequest.of(
                  new ImportTableRequest.Wishes(
                      options.table(),
                      options.bucket(),
                      options.prefix(),
                      indexesText(),
                      options.words()),
                  keys,
                  options.format(),
                  options.compression(),
                  root + "/" + ImportLayout.DATA)
              .withColumnsOf(input.schema(), options.words());
      Run run = new Run(input, keys, losses, root, request, progress);
      Optional<RestoreReport> before = run.written();
      if (before.isPresent()) {
        return before.get();
      }
      clearTarget(root);
      return run.write();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /**
   * The schema that the data would be restored with, to be edited and given to another run. Writes
   * nothing.
   *
   * @throws UsageException if the data brings its schema along
   */
  public TableSchema propose(ReadProgress progress) {
    try {
      progress.phase("Looking at the data", -1);
      RowInput input = input(true);
      TableSchema proposed =
          input
              .proposed()
              .orElseThrow(
                  () ->
                      new UsageException(
                          "Cannot propose a schema: a lake table has its own; leave %s out"
                              .formatted(options.words().of(RestoreKeys.SCHEMA_OUT))));
      return options.keys().isEmpty() ? proposed : withKeys(proposed, keys(input));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private static TableSchema withKeys(TableSchema proposed, List<KeyAttribute> keys) {
    for (KeyAttribute key : keys) {
      for (Column column : proposed.columns()) {
        Descriptor descriptor = column.mapping().descriptor();
        if (column.attribute().equals(key.attribute()) && descriptor != key.descriptor()) {
          throw new UsageException(
              "Cannot propose a schema: key attribute '%s' is %s by the type of its column, not %s; give --key %s:%s, or change the column's type where the data comes from"
                  .formatted(
                      key.attribute(), descriptor, key.descriptor(), key.attribute(), descriptor));
        }
      }
    }
    return new TableSchema(proposed.table(), keys, proposed.columns());
  }

  private RowInput input(boolean proposing) throws IOException {
    SparkSession session = SparkLine.cloned(spark);
    WriteSessions.SETTINGS_OF_VALUES.forEach((key, value) -> session.conf().set(key, value));
    return switch (options.source()) {
      case FOLDER -> folder(session, proposing);
      case CSV -> CsvInput.open(session, options.input(), givenSchema());
      case TABLE -> table(session, proposing);
    };
  }

  private RowInput table(SparkSession session, boolean proposing) throws IOException {
    if (!proposing && options.schemaFile().isEmpty()) {
      // a table made of a lake table has lost what was a set
      throw new UsageException(
          "Cannot restore: table "
              + options.path()
              + " does not say which attributes its columns are; give "
              + options.words().of(RestoreKeys.SCHEMA)
              + " with a schema file, which "
              + options.words().of(RestoreKeys.SCHEMA_OUT)
              + " proposes");
    }
    return CatalogInput.open(session, options.input(), givenSchema());
  }

  private RowInput folder(SparkSession session, boolean proposing) throws IOException {
    String root = files.qualify(options.path());
    boolean lake = files.exists(new LakeLayout(root).current());
    if (lake && options.schemaFile().isPresent()) {
      throw new UsageException(
          "Cannot restore with %1$s: a lake table has its own; leave %1$s out"
              .formatted(options.words().of(RestoreKeys.SCHEMA)));
    }
    boolean foreign = proposing || options.schemaFile().isPresent();
    if (!lake && options.snapshot().isEmpty() && foreign) {
      return ForeignInput.open(session, options.input(), givenSchema());
    }
    if (!lake && options.snapshot().isEmpty() && files.exists(root)) {
      throw new UsageException(
          "Cannot restore: this is no lake table, "
              + root
              + "; give the folder that flatten wrote to, for other Parquet or ORC %s with a schema file, which %s proposes, for CSV %s, for a table of a catalog %s"
                  .formatted(
                      options.words().of(RestoreKeys.SCHEMA),
                      options.words().of(RestoreKeys.SCHEMA_OUT),
                      options.words().of(RestoreKeys.FROM_CSV),
                      options.words().of(RestoreKeys.FROM_TABLE)));
    }
    LakeSnapshot snapshot = LakeSnapshot.open(files, options.path(), options.snapshot());
    return LakeInput.of(session, snapshot, options.where(), options.words());
  }

  private Optional<TableSchema> givenSchema() throws IOException {
    if (options.schemaFile().isEmpty()) {
      return Optional.empty();
    }
    String path = options.schemaFile().get();
    String text =
        files
            .read(path)
            .orElseThrow(
                () ->
                    new UsageException(
                        "Cannot read %s: there is no file %s"
                            .formatted(options.words().of(RestoreKeys.SCHEMA), path)));
    return Optional.of(TableSchemaJson.fromJson(text));
  }

  private List<KeyAttribute> keys(RowInput input) {
    List<KeyAttribute> known = input.schema().keys();
    if (options.keys().isEmpty() && known.isEmpty()) {
      throw new UsageException(
          "Cannot restore: "
              + input.name()
              + " does not know the key attributes, and a table needs them; give them with "
              + options.words().of(RestoreKeys.KEY)
              + ", such as "
              + options.words().of(RestoreKeys.KEY, "pk:S,sk:N"));
    }
    if (!options.keys().isEmpty() && !known.isEmpty() && !known.equals(options.keys())) {
      throw new UsageException(
          "Cannot restore with another "
              + options.words().of(RestoreKeys.KEY)
              + " than that of "
              + input.name()
              + ", "
              + describe(known)
              + "; leave "
              + options.words().of(RestoreKeys.KEY)
              + " out");
    }
    List<KeyAttribute> keys = options.keys().isEmpty() ? known : options.keys();
    if (!input.hasRescued()) {
      Set<String> attributes =
          input.schema().writtenColumns().stream()
              .map(Column::attribute)
              .collect(Collectors.toCollection(LinkedHashSet::new));
      for (KeyAttribute key : keys) {
        if (!attributes.contains(key.attribute())) {
          throw new UsageException(
              "Cannot restore: key attribute '"
                  + key.attribute()
                  + "' is none of the columns, which are "
                  + String.join(", ", attributes));
        }
      }
    }
    return keys;
  }

  private static List<String> columns(TableSchema schema) {
    return schema.writtenColumns().stream()
        .map(
            column ->
                column.attribute()
                    + ": "
                    + column.mapping().descriptor()
                    + " from "
                    + SparkTypes.dataType(column).sql().toLowerCase(Locale.ROOT))
        .toList();
  }

  private static String describe(List<KeyAttribute> keys) {
    return keys.stream()
        .map(key -> key.attribute() + ":" + key.descriptor())
        .collect(Collectors.joining(","));
  }

  private List<String> losses(RowInput input, List<KeyAttribute> keys) {
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
              + "; flatten the export again without that, or give "
              + options.words().of(RestoreKeys.ALLOW_LOSS));
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
                () ->
                    new UsageException(
                        "Cannot read %s: there is no file %s"
                            .formatted(options.words().of(RestoreKeys.INDEXES), path))));
  }

  /** Takes a folder that is empty, or that a restore has left which did not come to its end. */
  private void clearTarget(String root) throws IOException {
    List<String> names =
        files.childNames(root).stream().filter(name -> !name.startsWith(".")).toList();
    if (names.isEmpty()) {
      return;
    }
    boolean unfinished =
        kept(root)
                .flatMap(report -> JsonDocuments.text(report, "status"))
                .filter(status -> !status.equals(RestoreReport.Status.DONE.key()))
                .isPresent()
            && List.of(
                    ImportLayout.RESTORE_REPORT,
                    ImportLayout.DATA,
                    QUARANTINE,
                    ImportLayout.REQUEST)
                .containsAll(names);
    if (!unfinished) {
      throw new UsageException(
          "Cannot restore: the folder is not empty, at "
              + root
              + "; an import reads everything below a prefix, so choose a new folder");
    }
    files.deleteFolder(root + "/" + ImportLayout.REQUEST);
    files.deleteFolder(root + "/" + ImportLayout.DATA);
    files.deleteFolder(root + "/" + QUARANTINE);
  }

  /** The report that a restore has kept in the folder. */
  private Optional<JsonNode> kept(String root) throws IOException {
    return files
        .read(root + "/" + ImportLayout.RESTORE_REPORT)
        .flatMap(JsonDocuments::parseObject)
        .filter(
            node -> JsonDocuments.text(node, "format").equals(Optional.of(RestoreReport.FORMAT)));
  }

  /** One run that writes. */
  private final class Run {
    private final RowInput input;
    private final List<KeyAttribute> keys;
    private final List<String> losses;
    private final String root;
    private final String data;
    private final ImportTableRequest request;
    private final ReadProgress progress;
    private final Instant startedAt = now();
    private final String fingerprint;
    private final Wholeness wholeness;

    private OptionalLong allRows = OptionalLong.empty();
    private RowPlaces places;
    private long rows;
    private ItemFindings found;
    private List<String> findings = List.of();
    private long quarantined;
    private int fileCount;
    private long bytes;
    private long items;
    private Optional<String> error = Optional.empty();

    Run(
        RowInput input,
        List<KeyAttribute> keys,
        List<String> losses,
        String root,
        ImportTableRequest request,
        ReadProgress progress)
        throws IOException {
      this.input = input;
      this.keys = keys;
      this.losses = losses;
      this.root = root;
      this.data = root + "/" + ImportLayout.DATA;
      this.request = request;
      this.progress = progress;
      this.fingerprint = fingerprint();
      this.wholeness = input.wholeness();
    }

    /** Of all that the files and the request depend on. */
    private String fingerprint() throws IOException {
      return new Fingerprint()
          .add(input.fingerprint())
          .add(TableSchemaJson.toJson(input.schema()))
          .add(describe(keys))
          .add(data)
          .add(options.toString())
          .addAll(indexesText().stream().toList())
          .hex();
    }

    /** What an earlier run of the same kind has written, if it is all there. */
    Optional<RestoreReport> written() throws IOException {
      Optional<JsonNode> kept =
          kept(root)
              .filter(report -> is(report, "status", RestoreReport.Status.DONE.key()))
              .filter(report -> is(report, "fingerprint", fingerprint));
      if (kept.isEmpty() || !files.exists(root + "/" + ImportLayout.REQUEST)) {
        return Optional.empty();
      }
      JsonNode output = kept.get().path("output");
      List<FileStatus> stored = files.filesBelow(data);
      fileCount = output.path("files").asInt();
      bytes = output.path("bytes").asLong();
      if (stored.size() != fileCount
          || stored.stream().mapToLong(FileStatus::getLen).sum() != bytes) {
        return Optional.empty();
      }
      items = output.path("items").asLong();
      JsonNode read = kept.get().path("input");
      rows = read.path("rows").asLong();
      if (read.has("allRows")) {
        allRows = OptionalLong.of(read.path("allRows").asLong());
      }
      quarantined = kept.get().path("checks").path("quarantined").asLong();
      List<String> texts = new ArrayList<>();
      kept.get().path("checks").path("findings").forEach(text -> texts.add(text.asText()));
      findings = List.copyOf(texts);
      return Optional.of(report(RestoreReport.Status.UNCHANGED));
    }

    private boolean is(JsonNode node, String key, String value) {
      return JsonDocuments.text(node, key).equals(Optional.of(value));
    }

    RestoreReport write() throws IOException {
      keep(RestoreReport.Status.RUNNING);
      try (LiveReads live = LiveReads.counting(spark.sparkContext(), progress)) {
        SparkSession session = WriteSessions.forTarget(spark, data);
        allRows = input.allRows();
        places = input.places();
        PackJob job = check(session, plan(live));
        count(session, writeFiles(session, job));
        files.replace(root + "/" + ImportLayout.REQUEST, request.toJson());
        return keep(RestoreReport.Status.DONE);
      } catch (Exception e) {
        // not only what is declared: Scala throws checked exceptions without saying so
        RuntimeException reason = RowFailures.explained(e, input);
        recordFailure(reason);
        throw reason;
      } finally {
        spark.sparkContext().setJobDescription(null);
      }
    }

    private PackPlan plan(LiveReads live) throws IOException {
      long expectedRows = allRows.orElse(input.bytes() / LEAST_BYTES_OF_ROW);
      long keyPartitions = ceilDiv(expectedRows, KEYS_OF_PARTITION);
      long expectedBytes = input.bytes() > 0 ? input.bytes() * MOST_GROWTH : UNKNOWN_BYTES;
      long buckets = BUCKETS_OF_FILE * ceilDiv(expectedBytes, options.targetFileBytes());
      long packBytes = options.targetFileBytes() / LEAST_PACKS_OF_FILE;
      return new PackPlan(
          input.schema(),
          input.sources(),
          keys,
          options.format(),
          request.header(),
          options.compression(),
          places,
          (int) between(1, keyPartitions, MOST_KEY_PARTITIONS),
          (int) between(LEAST_BUCKETS, buckets, MOST_BUCKETS),
          (int) between(LEAST_PACK_BYTES, packBytes, MOST_PACK_BYTES),
          new SecureRandom().nextLong(),
          quarantining(),
          KeySet.EMPTY,
          live.counter());
    }

    private boolean quarantining() {
      return options.onInvalid() == OnBadRecord.QUARANTINE;
    }

    /** Reads and checks all rows; what the job has packed afterwards is to be written. */
    private PackJob check(SparkSession session, PackPlan plan) throws IOException {
      progress.phase("Checking", allRows.orElse(-1));
      session.sparkContext().setJobDescription("Checking " + input.name());
      PackJob job = new PackJob(session, input.rows(session, true), plan);
      long most = quarantining() ? options.maxInvalid() : 0;
      found = job.check((int) Math.min(MOST_REPEATED_KEYS, most / 2));
      rows = found.rows();
      quarantined = found.badRows();
      findings = found.texts(places);
      requireAllRows();
      if (quarantined > most) {
        refuse();
      }
      if (found.repeatedKeyCount() > 0) {
        job = checkAgain(session, plan.withoutKeys(found.repeatedKeys()));
      }
      if (found.items() != rows - quarantined || found.keysFound() != rows - quarantined) {
        throw changed();
      }
      return job;
    }

    /** Items that share their key are known only when all were seen, and packed with the others. */
    private PackJob checkAgain(SparkSession session, PackPlan plan) {
      progress.phase("Setting aside items of the same key", -1);
      PackJob job = new PackJob(session, input.rows(session, true), plan);
      found = job.check(0);
      if (found.repeatedKeyCount() > 0 || found.rows() != rows || found.badRows() != quarantined) {
        throw changed();
      }
      return job;
    }

    private DataRefusedException changed() {
      return new DataRefusedException(
          "Cannot restore: the data changed while it was read, in %s; run again"
              .formatted(input.path()));
    }

    private void requireAllRows() {
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
    }

    private void refuse() {
      String wayOut =
          quarantining()
              ? ", which is more than may be set aside; allow more with "
                  + options.words().of(RestoreKeys.MAX_INVALID)
                  + ", or correct them where they come from"
              : ", correct them where they come from, or set them aside with "
                  + options.words().of(RestoreKeys.ON_INVALID, "quarantine");
      throw new DataRefusedException(
          "Cannot restore: %d of %d rows %s items that DynamoDB takes: %s; nothing was written%s"
              .formatted(
                  quarantined,
                  rows,
                  options.format() == ImportFormat.CSV ? "cannot be written as" : "are no",
                  some(findings),
                  wayOut));
    }

    private List<PackJob.Written> writeFiles(SparkSession session, PackJob job) throws IOException {
      progress.phase("Writing", -1);
      session.sparkContext().setJobDescription("Writing import files of " + input.name());
      if (quarantined > 0) {
        long setAside = job.writeSetAside(quarantine());
        if (setAside != quarantined) {
          throw changed();
        }
      }
      long stored =
          options.compression() == ImportCompression.ZSTD
              ? found.packedBytes() / RATIO_OF_ZSTD
              : found.packedBytes();
      long bySize = ceilDiv(stored, options.targetFileBytes());
      long byRows = ceilDiv(found.items(), MOST_ROWS_OF_FILE);
      return job.write(data, (int) between(1, Math.max(bySize, byRows), MOST_BUCKETS));
    }

    private String quarantine() {
      return root + "/" + QUARANTINE;
    }

    /** Compares what lies in the folder with what was checked. */
    private void count(SparkSession session, List<PackJob.Written> written) throws IOException {
      progress.phase("Counting", -1);
      session.sparkContext().setJobDescription("Counting items of " + input.name());
      List<ImportFile> all = written.stream().flatMap(task -> task.files().stream()).toList();
      items = all.stream().mapToLong(ImportFile::lines).sum();
      if (items + quarantined != rows
          || written.stream().mapToLong(PackJob.Written::sumHigh).sum() != found.sumHigh()
          || written.stream().mapToLong(PackJob.Written::sumLow).sum() != found.sumLow()) {
        throw new DataRefusedException(
            "Cannot restore: %d items were checked but %d or others were written, in %s; run again"
                .formatted(found.items(), items, data));
      }
      ImportFolder.verify(session, session.sessionState().newHadoopConf(), data, all);
      fileCount = all.size();
      bytes = all.stream().mapToLong(ImportFile::length).sum();
    }

    private long between(long least, long value, long most) {
      return Math.max(least, Math.min(value, most));
    }

    private long ceilDiv(long whole, long part) {
      return (whole + part - 1) / part;
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
        files.deleteFolder(quarantine());
        keep(RestoreReport.Status.FAILED);
      } catch (IOException | RuntimeException e) {
        reason.addSuppressed(e);
      }
    }

    private RestoreReport keep(RestoreReport.Status status) throws IOException {
      RestoreReport report = report(status);
      files.replace(root + "/" + ImportLayout.RESTORE_REPORT, report.toJson());
      return report;
    }

    private RestoreReport report(RestoreReport.Status status) {
      boolean finished =
          status == RestoreReport.Status.DONE || status == RestoreReport.Status.UNCHANGED;
      return new RestoreReport(
          status,
          input.path(),
          input.name(),
          input.proposed().map(Restore::columns).orElse(List.of()),
          input.where(),
          wholeness,
          allRows,
          rows,
          keys.stream().map(key -> key.attribute() + ":" + key.descriptor()).toList(),
          losses,
          findings,
          finished ? quarantined : 0,
          finished && quarantined > 0 ? Optional.of(quarantine()) : Optional.empty(),
          fingerprint,
          data,
          options.format().key(),
          options.compression().key(),
          fileCount,
          bytes,
          items,
          finished ? Optional.of(root + "/" + ImportLayout.REQUEST) : Optional.empty(),
          startedAt,
          status == RestoreReport.Status.RUNNING ? Optional.empty() : Optional.of(now()),
          error);
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
