package io.dynamodblake.lake.restore;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.conf.RestoreKeys;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.document.RunId;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.Wholeness;
import io.dynamodblake.lake.input.RowFailures;
import io.dynamodblake.lake.input.RowInput;
import io.dynamodblake.lake.input.RowPlaces;
import io.dynamodblake.lake.items.Promise;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.run.LiveReads;
import io.dynamodblake.spark.run.RunJobs;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.spark.run.Stopping;
import io.dynamodblake.spark.run.WriteSessions;
import io.dynamodblake.spark.write.ImportFile;
import io.dynamodblake.spark.write.ImportFolder;
import io.dynamodblake.spark.write.ImportFormat;
import io.dynamodblake.spark.write.ImportTableRequest;
import io.dynamodblake.type.Instants;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.SparkSession;

/**
 * One restore from its rows to its files: finds what an earlier run has written, or checks all
 * rows, writes and counts. Driver only.
 */
final class RestoreRun {
  private static final int FINDINGS_IN_MESSAGE = 5;
  private static final long MOST_REPEATED_KEYS = 10_000_000;

  private final SparkSession spark;
  private final LakeFiles files;
  private final RestoreOptions options;
  private final RestoreFolder folder;
  private final RowInput input;
  private final List<KeyAttribute> keys;
  private final List<String> losses;
  private final Optional<KeptTable> table;
  private final ImportTableRequest request;
  private final ReadProgress progress;
  private final Instant startedAt = Instants.now();
  private final String runId = RunId.of(startedAt);
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

  RestoreRun(
      SparkSession spark,
      LakeFiles files,
      RestoreOptions options,
      RestoreFolder folder,
      RestoreSource source,
      ImportTableRequest request,
      ReadProgress progress)
      throws IOException {
    this.spark = spark;
    this.files = files;
    this.options = options;
    this.folder = folder;
    this.input = source.input();
    this.keys = source.keys();
    this.losses = source.losses();
    this.table = source.table();
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
        .add(RestoreSource.describe(keys))
        .add(folder.data())
        .add(options.toString())
        .add(request.table())
        .addAll(table.map(KeptTable::text).stream().toList())
        .addAll(
            RestoreSource.text(
                    files, options.indexesFile(), options.words().of(RestoreKeys.INDEXES))
                .stream()
                .toList())
        .hex();
  }

  /** Returns the account of an earlier run that has written the same, if it is all there. */
  Optional<RestoreReport> written() throws IOException {
    Optional<JsonNode> kept =
        folder
            .report()
            .filter(report -> is(report, "status", RestoreReport.Status.DONE.key()))
            .filter(report -> is(report, "fingerprint", fingerprint));
    if (kept.isEmpty() || !files.exists(folder.request())) {
      return Optional.empty();
    }
    JsonNode output = kept.get().path("output");
    List<FileStatus> stored = files.filesBelow(folder.data());
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
    JsonNode checks = kept.get().path("checks");
    quarantined = checks.path("quarantined").asLong();
    List<String> texts = new ArrayList<>();
    checks.path("findings").forEach(text -> texts.add(text.asText()));
    findings = List.copyOf(texts);
    return Optional.of(report(RestoreReport.Status.UNCHANGED));
  }

  /** The first thing written: it tells early if the folder cannot be written. */
  private void claimTarget() {
    try {
      keep(RestoreReport.Status.RUNNING);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot restore: %s, at %s; check that the folder can be written"
              .formatted(LakeFiles.reason(e), folder.root()),
          e);
    }
  }

  private static boolean is(JsonNode node, String key, String value) {
    return JsonDocuments.text(node, key).equals(Optional.of(value));
  }

  /**
   * Checks all rows, writes them and the request, and keeps the account of that in the folder.
   *
   * @throws DataRefusedException if rows are no items, share a key, or none is left
   */
  RestoreReport write() throws IOException {
    claimTarget();
    try {
      return RunJobs.during(spark, this::checkAndWrite);
    } catch (Exception e) {
      // not only what is declared: Scala throws checked exceptions without saying so
      RuntimeException reason =
          FullDisk.of(e, folder.root(), localFolders())
              .map(RuntimeException.class::cast)
              .orElseGet(() -> RowFailures.explained(e, input));
      recordFailure(e, reason);
      throw reason;
    } finally {
      spark.sparkContext().setJobDescription(null);
    }
  }

  private RestoreReport checkAndWrite() throws IOException {
    try (LiveReads live = LiveReads.counting(spark.sparkContext(), progress)) {
      SparkSession session = WriteSessions.forTarget(spark, folder.data());
      allRows = input.allRows();
      places = input.places();
      PackJob job = check(session, plan(live), live);
      count(session, writeFiles(session, job, live), live);
      if (table.isPresent()) {
        files.replace(folder.settings(), table.get().text());
      }
      files.replace(folder.request(), request.toJson());
      return keep(RestoreReport.Status.DONE);
    }
  }

  private String localFolders() {
    return spark
        .sparkContext()
        .getConf()
        .get("spark.local.dir", System.getProperty("java.io.tmpdir"));
  }

  private PackPlan plan(LiveReads live) throws IOException {
    return new PackPlan(
        input.schema(),
        input.sources(),
        keys,
        options.format(),
        request.header(),
        options.compression(),
        places,
        PackSizes.of(input.bytes(), allRows, options.targetFileBytes()),
        new SecureRandom().nextLong(),
        quarantining(),
        KeySet.EMPTY,
        live.counter());
  }

  private boolean quarantining() {
    return options.onInvalid() == OnBadRecord.QUARANTINE;
  }

  /** Reads and checks all rows; what the job has packed afterwards is to be written. */
  private PackJob check(SparkSession session, PackPlan plan, LiveReads live) throws IOException {
    live.phase("Checking", allRows.orElse(-1));
    session.sparkContext().setJobDescription("Checking " + input.name());
    PackJob job = new PackJob(session, input, plan);
    long most = quarantining() ? options.maxInvalid() : 0;
    found = job.check((int) Math.min(MOST_REPEATED_KEYS, most / 2));
    rows = found.rows();
    quarantined = found.badRows();
    findings = found.texts(places);
    requireAllRows();
    requireSomeRow();
    if (quarantined > most) {
      throw refused(
          quarantining()
              ? ", which is more than may be set aside; allow more with "
                  + options.words().of(RestoreKeys.MAX_INVALID)
                  + ", or correct them where they come from"
              : ", correct them where they come from, or set them aside with "
                  + options.words().of(RestoreKeys.ON_INVALID, "quarantine"));
    }
    if (quarantined > 0 && quarantined == rows) {
      // an import of nothing ends well, with a table of nothing
      throw refused(
          ", because nothing would be left to import; correct them where they come from, or see whether these are the keys of the table");
    }
    if (found.repeatedKeyCount() > 0) {
      job = checkAgain(session, plan.withoutKeys(found.repeatedKeys()), live);
    }
    if (found.items() != rows - quarantined || found.keysFound() != rows - quarantined) {
      throw changed();
    }
    return job;
  }

  /** Items that share their key are known only when all were seen, and packed with the others. */
  private PackJob checkAgain(SparkSession session, PackPlan plan, LiveReads live) {
    live.phase("Setting aside items of the same key", -1);
    PackJob job = new PackJob(session, input, plan);
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
    Promise promise = new Promise("the files hold", allRows.orElse(-1), "rows");
    boolean fewerAreMeant = input.where().isPresent() && rows <= promise.count();
    if (!fewerAreMeant && !promise.isKept(rows)) {
      throw promise.broken("restore", rows, ", in " + input.path());
    }
  }

  private void requireSomeRow() {
    if (rows == 0 && input.where().isPresent() && allRows.orElse(1) > 0) {
      throw new DataRefusedException(
          "Cannot restore: no row meets the condition of %s, in %s; nothing was written, because an import of nothing ends well, with an empty table; correct the condition, which no row meets that compares with NULL"
              .formatted(options.words().of(RestoreKeys.WHERE), input.path()));
    }
  }

  private DataRefusedException refused(String wayOut) {
    return new DataRefusedException(
        "Cannot restore: %d of %d rows %s items that DynamoDB takes: %s; nothing was written%s"
            .formatted(
                quarantined,
                rows,
                options.format() == ImportFormat.CSV ? "cannot be written as" : "are no",
                some(findings),
                wayOut));
  }

  private List<PackJob.Written> writeFiles(SparkSession session, PackJob job, LiveReads live)
      throws IOException {
    live.phase("Writing", -1);
    session.sparkContext().setJobDescription("Writing import files of " + input.name());
    if (quarantined > 0) {
      long setAside = job.writeSetAside(folder.quarantine());
      if (setAside != quarantined) {
        throw changed();
      }
    }
    return job.write(
        folder.data(), PackSizes.files(found, options.compression(), options.targetFileBytes()));
  }

  /** Compares what lies in the folder with what was checked. */
  private void count(SparkSession session, List<PackJob.Written> written, LiveReads live)
      throws IOException {
    live.phase("Counting", -1);
    session.sparkContext().setJobDescription("Counting items of " + input.name());
    List<ImportFile> all = written.stream().flatMap(task -> task.files().stream()).toList();
    items = all.stream().mapToLong(ImportFile::lines).sum();
    if (items + quarantined != rows
        || written.stream().mapToLong(PackJob.Written::sumHigh).sum() != found.sumHigh()
        || written.stream().mapToLong(PackJob.Written::sumLow).sum() != found.sumLow()) {
      throw new DataRefusedException(
          "Cannot restore: %d items were checked but %d or others were written, in %s; run again"
              .formatted(found.items(), items, folder.data()));
    }
    ImportFolder.verify(session, session.sessionState().newHadoopConf(), folder.data(), all);
    fileCount = all.size();
    bytes = all.stream().mapToLong(ImportFile::length).sum();
  }

  /** Says in the folder what went wrong. What fails here must not hide the reason. */
  private void recordFailure(Exception failure, RuntimeException reason) {
    Optional<String> stopped = Stopping.reason(failure);
    error = stopped.or(() -> Optional.of(SparkFailures.text(reason)));
    Stopping.afterwards(
        reason,
        () -> {
          folder.deleteFiles();
          keep(stopped.isPresent() ? RestoreReport.Status.STOPPED : RestoreReport.Status.FAILED);
        });
  }

  private RestoreReport keep(RestoreReport.Status status) throws IOException {
    RestoreReport report = report(status);
    files.replace(folder.reportPath(), report.toJson());
    return report;
  }

  private RestoreReport report(RestoreReport.Status status) {
    boolean finished =
        status == RestoreReport.Status.DONE || status == RestoreReport.Status.UNCHANGED;
    return new RestoreReport(
        runId,
        status,
        input.path(),
        input.name(),
        input.proposed().map(RestoreRun::columns).orElse(List.of()),
        input.where(),
        wholeness,
        allRows,
        rows,
        KeyAttribute.texts(keys),
        losses,
        findings,
        finished ? quarantined : 0,
        finished && quarantined > 0 ? Optional.of(folder.quarantine()) : Optional.empty(),
        fingerprint,
        folder.data(),
        options.format().key(),
        options.compression().key(),
        fileCount,
        bytes,
        items,
        request.table(),
        table.map(KeptTable::notes).orElse(List.of()),
        request.hasBucket()
            ? Optional.of("s3://%s/%s".formatted(request.bucket(), request.prefix()))
            : Optional.empty(),
        finished ? Optional.of(folder.request()) : Optional.empty(),
        startedAt,
        status == RestoreReport.Status.RUNNING ? Optional.empty() : Optional.of(Instants.now()),
        error);
  }

  private static List<String> columns(TableSchema schema) {
    return schema.writtenColumns().stream()
        .map(
            column ->
                "%s: %s from %s"
                    .formatted(
                        column.inside().isEmpty() ? column.attribute() : column.path(),
                        column.mapping().descriptor(),
                        SparkTypes.dataType(column).sql().toLowerCase(Locale.ROOT)))
        .toList();
  }

  private static String some(List<String> texts) {
    int shown = Math.min(FINDINGS_IN_MESSAGE, texts.size());
    return String.join("; ", texts.subList(0, shown))
        + (shown < texts.size()
            ? "; and %d more kinds, in the report".formatted(texts.size() - shown)
            : "");
  }
}
