package io.dynamodblake.lake.write;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.ddl.AthenaDdl;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.HistoryTable;
import io.dynamodblake.lake.IcebergName;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.LakeDdl;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.Ledger;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.PublishedSnapshot;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.lake.TableFacts;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.spark.run.RunJobs;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.spark.run.Stopping;
import io.dynamodblake.spark.run.WriteSessions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run that makes a snapshot and publishes it, or leaves what readers see as it was and nothing
 * behind. What goes into the snapshot is for those who extend it. Driver only.
 */
abstract class SnapshotRun {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotRun.class);

  final SparkSession spark;
  final LakeTarget target;
  final LakeLayout layout;
  final RunBook book;
  final ReadProgress progress;
  final Configuration configuration;
  final LakeFiles files;
  final SnapshotTarget snapshot;
  final HistoryWriting history;
  private final Publication publication;

  /**
   * @param snapshotId a name that no other run gives
   * @param iceberg where the table is, of a snapshot that Iceberg keeps
   */
  SnapshotRun(
      SparkSession spark,
      LakeTarget target,
      RunBook book,
      ReadProgress progress,
      String snapshotId,
      OutputFormat format,
      IcebergTarget.Where iceberg)
      throws IOException {
    this.spark = spark;
    this.target = target;
    this.layout = target.layout();
    this.book = book;
    this.progress = progress;
    this.configuration = spark.sessionState().newHadoopConf();
    this.files = new LakeFiles(configuration);
    this.publication = new Publication(files, configuration, target);
    this.snapshot =
        format == OutputFormat.ICEBERG
            ? new IcebergTarget(spark, files, target, snapshotId, iceberg)
            : folder(snapshotId, format);
    this.history = new HistoryWriting(history(format, iceberg), book.runId(), snapshotId);
  }

  private SnapshotTarget folder(String snapshotId, OutputFormat format) throws IOException {
    String place = layout.snapshot(snapshotId);
    return new FolderTarget(
        WriteSessions.forTarget(spark, place), files, snapshotId, place, format);
  }

  /** A history goes on as it was begun, whatever the table itself has become since. */
  private HistoryTarget history(OutputFormat format, IcebergTarget.Where iceberg)
      throws IOException {
    Optional<Ledger> ledger =
        target.current().map(CurrentPointer::ledger).filter(one -> !one.history().isEmpty());
    Optional<IcebergVersion> known = ledger.flatMap(Ledger::historyTable);
    boolean byIceberg = ledger.isPresent() ? known.isPresent() : format == OutputFormat.ICEBERG;
    return byIceberg
        ? new IcebergHistory(
            spark,
            snapshot.session(),
            layout.ofHistory(),
            known,
            known
                .map(IcebergVersion::table)
                .orElseGet(() -> iceberg.name().map(IcebergName::ofHistory)))
        : new FolderHistory(spark, files, layout);
  }

  /**
   * What a snapshot was made of.
   *
   * @param exportFingerprint what makes two inputs the same
   * @param planFingerprint what makes two plans the same
   */
  record Source(
      String exportId,
      Optional<String> exportArn,
      Optional<Instant> exportTime,
      String exportFingerprint,
      String planFingerprint) {}

  /**
   * What there is to publish.
   *
   * @param database of the statements, if they should name one
   * @param partitionBy partition fields as the user wrote them
   * @param facts what is known of the table now
   * @param ledger what the snapshot is made of, once it is known as what it is published
   */
  record Outcome(
      String table,
      Optional<String> database,
      Source source,
      TableSchema schema,
      List<String> partitionBy,
      Arrangement arrangement,
      SnapshotTarget.Written written,
      TableFacts facts,
      Function<PublishedSnapshot, Ledger> ledger) {}

  /**
   * Writes and publishes.
   *
   * @return the report of the run; that of an unchanged table, if another run has published the
   *     same meanwhile
   */
  final RunReport publish() {
    book.snapshot(snapshot.id(), snapshot.place());
    claimTarget();
    try {
      return RunJobs.during(spark, this::writeAndPublish);
    } catch (Exception e) {
      // not only what is declared: Scala throws checked exceptions without saying so
      RuntimeException reason = placed(SparkFailures.unwrapped(e));
      recordFailure(e, reason);
      throw reason;
    }
  }

  /** Finds out what {@link #publish} would do, and writes nothing. */
  final RunReport dryRun() {
    try {
      return RunJobs.during(spark, this::writeAndPublish);
    } catch (Exception e) {
      // not only what is declared: Scala throws checked exceptions without saying so
      throw SparkFailures.unwrapped(e);
    }
  }

  /** Writes the snapshot, checks it, and ends with {@link #publish(Outcome)}. */
  abstract RunReport writeAndPublish() throws IOException;

  /** A file system says what it lacks, such as space, but not what for. */
  private RuntimeException placed(RuntimeException reason) {
    return reason instanceof UncheckedIOException failure
        ? new UncheckedIOException(
            "Cannot make snapshot " + snapshot.place() + ": " + reason.getMessage(),
            failure.getCause())
        : reason;
  }

  /**
   * The first thing written: it marks the folder as ours, and tells early if it cannot be written.
   */
  private void claimTarget() {
    try {
      files.replace(layout.runReport(book.runId()), book.report().toJson());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot write lake table: %s, at %s; check that the folder can be written"
              .formatted(LakeFiles.reason(e), layout.root()),
          e);
    }
  }

  final void phase(String name, long items) {
    book.phase(name);
    progress.phase(name, items);
  }

  /**
   * Refuses more lines set aside than may be, after all of them were.
   *
   * @param most how many may be
   * @param words how whoever asks writes options
   */
  final void refuseBadRecords(OnBadRecord onBadRecord, long most, Words words) {
    long bad = book.quarantined();
    if (bad > most && onBadRecord == OnBadRecord.QUARANTINE) {
      throw new DataRefusedException(
          "Cannot publish: %d bad records and at most %d are allowed, set aside with file, line and reason in %s; look at them, then allow more with %s"
              .formatted(
                  bad,
                  most,
                  layout.quarantine(book.runId()),
                  words.of(FlattenKeys.MAX_BAD_RECORDS)));
    }
  }

  /** Lets readers see the snapshot. */
  final RunReport publish(Outcome outcome) throws IOException {
    String schemaJson = TableSchemaJson.toJson(outcome.schema());
    String filesJson = outcome.written().files().toJson(snapshot.id());
    PublishedSnapshot published = published(outcome, schemaJson, filesJson);
    Ledger ledger = outcome.ledger().apply(published);
    String database = FlattenOptions.databaseOr(outcome.database());
    publication.place(
        new Publication.Documents(
            schemaJson,
            filesJson,
            statements(outcome, published, database)
                + HistoryTable.statements(
                        outcome.table(), database, outcome.schema(), layout, ledger)
                    .map(statements -> "\n" + statements)
                    .orElse("")),
        snapshot.place());
    book.ddl(layout.athenaDdl());
    RunReport report = book.end(RunReport.Status.PUBLISHED);
    files.replace(layout.runReport(book.runId()), report.toJson());

    CurrentPointer next = publication.next(outcome.table(), outcome.facts(), ledger, published);
    if (published.iceberg().isPresent()) {
      // whoever finds the table ahead of the pointer completes this run by it
      files.replace(LakeLayout.snapshotPointer(snapshot.place()), next.toJson());
      // readers of the table must not see what the pointer will not name
      Optional<CurrentPointer> earlier = publication.overtaking();
      if (earlier.isPresent()) {
        return overtaken(earlier.get(), outcome.source());
      }
      publication.begin();
      if (!snapshot.release(IcebergLineage.properties(layout, outcome, ledger, published))) {
        publication.lost();
        return overtaken(
            Takeover.winner(spark, files, configuration, target, published.iceberg().get()),
            outcome.source());
      }
    }
    Optional<CurrentPointer> winner = publication.publish(next);
    if (winner.isPresent() && published.iceberg().isPresent()) {
      publication.begin();
      throw new IOException(
          "Readers of the table of Iceberg see snapshot '%s', while the pointer was replaced by another run, at %s; run again"
              .formatted(snapshot.id(), layout.current()));
    }
    if (winner.isPresent()) {
      return overtaken(winner.get(), outcome.source());
    }
    history.release();
    Leftovers.clean(files, layout, Instant.now());
    return report;
  }

  private String statements(Outcome outcome, PublishedSnapshot published, String database) {
    if (published.iceberg().isPresent()) {
      return LakeDdl.ofIceberg(published.iceberg().get(), layout);
    }
    SnapshotContents contents = outcome.written().contents();
    return AthenaDdl.script(
        LakeDdl.define(
            outcome.table(),
            published,
            database,
            outcome.schema(),
            outcome.arrangement().partitions(),
            contents));
  }

  /** Lets readers see that what they see is of another moment; no file has changed. */
  final RunReport advance(TableFacts facts, Ledger ledger) throws IOException {
    RunReport report = book.end(RunReport.Status.PUBLISHED);
    files.replace(layout.runReport(book.runId()), report.toJson());
    Optional<CurrentPointer> winner = publication.advance(facts, ledger);
    if (winner.isPresent()) {
      throw overtakenBy(winner.get().snapshot());
    }
    return report;
  }

  private ExportFormatException overtakenBy(PublishedSnapshot other) {
    return new ExportFormatException(
        "Cannot publish: run %s has published snapshot '%s' meanwhile, which readers see, at %s; nothing was changed, run again"
            .formatted(other.runId(), other.id(), layout.root()));
  }

  private String relative(String place) {
    return place.substring(layout.root().length() + 1);
  }

  private PublishedSnapshot published(Outcome outcome, String schemaJson, String filesJson) {
    Source source = outcome.source();
    return new PublishedSnapshot(
        snapshot.id(),
        relative(snapshot.place()),
        source.exportId(),
        source.exportArn(),
        source.exportFingerprint(),
        source.exportTime(),
        Publication.fingerprint(schemaJson),
        source.planFingerprint(),
        snapshot.format(),
        outcome.partitionBy(),
        outcome.arrangement().sortColumns(),
        outcome.database(),
        outcome.written().rows(),
        outcome.written().contents().files().size(),
        outcome.written().contents().bytes(),
        Optional.of(Publication.fingerprint(filesJson)),
        snapshot.iceberg(),
        book.runId(),
        Instant.now().truncatedTo(ChronoUnit.MILLIS));
  }

  /**
   * Somebody else has published since this run began. If that was the same, as when a scheduler
   * starts a job twice, the table is as it should be.
   */
  private RunReport overtaken(CurrentPointer winner, Source source) throws IOException {
    PublishedSnapshot other = winner.snapshot();
    boolean same =
        other.exportFingerprint().equals(source.exportFingerprint())
            && other.planFingerprint().equals(source.planFingerprint());
    if (!same) {
      throw overtakenBy(other);
    }
    discard();
    RunReport report = book.unchanged(other, layout);
    files.replace(layout.runReport(book.runId()), report.toJson());
    return report;
  }

  /** Says in the lake what went wrong. What fails here must not hide the reason. */
  private void recordFailure(Exception failure, RuntimeException reason) {
    RunReport report =
        Stopping.reason(failure).map(book::stop).orElseGet(() -> book.fail(describe(reason)));
    Stopping.afterwards(
        reason, () -> files.replace(layout.runReport(book.runId()), report.toJson()));
    // if nobody knows whether it was published, the snapshot must stay
    if (!publication.mayBeVisible()) {
      Stopping.afterwards(reason, this::discard);
    }
  }

  private void discard() {
    try {
      snapshot.discard();
      history.discard();
    } catch (IOException | RuntimeException e) {
      LOG.warn("Cannot delete unpublished snapshot {}", snapshot.place(), e);
    }
  }

  /** Texts that this project or a file system wrote hold no values of items; others may. */
  private static String describe(RuntimeException reason) {
    boolean known =
        reason instanceof ExportFormatException
            || reason instanceof DataRefusedException
            || reason instanceof UsageException
            || reason instanceof UncheckedIOException;
    return known && reason.getMessage() != null ? reason.getMessage() : reason.getClass().getName();
  }
}
