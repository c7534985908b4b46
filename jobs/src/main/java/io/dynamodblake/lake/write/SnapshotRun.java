package io.dynamodblake.lake.write;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.ddl.AthenaDdl;
import io.dynamodblake.ddl.LiveView;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.EntityReference;
import io.dynamodblake.lake.HistoryTable;
import io.dynamodblake.lake.IcebergName;
import io.dynamodblake.lake.LakeDdl;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LakePointer;
import io.dynamodblake.lake.Ledger;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.PublishedSnapshot;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.TableFacts;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.spark.run.RunJobs;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.spark.run.Stopping;
import io.dynamodblake.spark.run.WriteSessions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
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
  final List<TableRun> tables;
  final HistoryWriting history;
  private final String snapshotId;
  private final Function<String, Optional<IcebergName>> iceberg;
  private final Publication publication;

  /**
   * What makes a run.
   *
   * @param names of the tables that it writes, as their folders are named; one empty name for a
   *     table that is published alone
   * @param snapshotId a name that no other run gives
   * @param csv how it writes CSV
   * @param iceberg where a table is, by its name, of snapshots that Iceberg keeps
   */
  record Frame(
      LakeTarget target,
      List<String> names,
      String snapshotId,
      OutputFormat format,
      CsvFiles csv,
      Function<String, IcebergTarget.Where> iceberg) {}

  SnapshotRun(SparkSession spark, Frame frame, RunBook book, ReadProgress progress)
      throws IOException {
    LakeTarget target = frame.target();
    this.spark = spark;
    this.target = target;
    this.layout = target.layout();
    this.book = book;
    this.progress = progress;
    this.configuration = spark.sessionState().newHadoopConf();
    this.files = new LakeFiles(configuration);
    this.publication = new Publication(files, configuration, target);
    this.snapshotId = frame.snapshotId();
    this.iceberg = name -> frame.iceberg().apply(name).name();
    SparkSession session = WriteSessions.forTarget(spark, layout.root());
    List<TableRun> all = new ArrayList<>();
    for (String name : frame.names()) {
      LakeTarget table = target.table(files, name);
      all.add(new TableRun(name, table, snapshot(session, table, frame, name)));
    }
    this.tables = List.copyOf(all);
    this.history =
        new HistoryWriting(
            HistoryTarget.of(spark, files, only(), frame.format(), iceberg),
            book.runId(),
            snapshotId);
  }

  private SnapshotTarget snapshot(SparkSession session, LakeTarget table, Frame frame, String name)
      throws IOException {
    if (frame.format() == OutputFormat.ICEBERG) {
      return new IcebergTarget(
          spark, session, files, table, snapshotId, frame.iceberg().apply(name));
    }
    String place = table.layout().snapshot(snapshotId);
    return new FolderTarget(session, files, snapshotId, place, frame.format(), frame.csv());
  }

  /** Returns the table of a run that writes one. */
  final TableRun only() {
    return tables.get(0);
  }

  /** Where the run writes, for messages. */
  final String place() {
    return tables.size() == 1 ? only().snapshot().place() : layout.root();
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
   * @param table name of the lake table
   * @param database of the statements, if they should name one
   * @param facts what is known of the DynamoDB table now
   * @param ledger what the tables are made of, once they are known as what they are published
   * @param rules by which items go into tables; empty for one table
   * @param tables what becomes of each
   */
  record Outcome(
      String table,
      Optional<String> database,
      Source source,
      TableFacts facts,
      Function<PublishedSnapshot, Ledger> ledger,
      Optional<String> rules,
      List<TableOutcome> tables) {}

  /**
   * Writes and publishes.
   *
   * @return the report of the run; that of an unchanged table, if another run has published the
   *     same meanwhile
   */
  final RunReport publish() {
    book.snapshot(snapshotId, place());
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
            "Cannot make snapshot " + place() + ": " + reason.getMessage(), failure.getCause())
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

  /**
   * Counts rows of several tables that stand for items that are no more; of one nobody tells.
   *
   * @param moment that the tables show, if anybody knows
   */
  final List<LifetimeCounts> lifetimes(List<TableOutcome> outcomes, Optional<Instant> moment) {
    return outcomes.stream()
        .map(
            outcome ->
                outcomes.size() == 1 || moment.isEmpty()
                    ? LifetimeCounts.NONE
                    : LifetimeCounts.of(spark, outcome, moment.get()))
        .toList();
  }

  /** Lets readers see the snapshots of all tables, or none of them. */
  final RunReport publish(Outcome outcome) throws IOException {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    List<LakePointer.Member> members = new ArrayList<>();
    for (TableOutcome table : outcome.tables()) {
      members.add(
          new LakePointer.Member(
              table.run().name(),
              table.published(outcome.source(), outcome.database(), book.runId(), now),
              List.of()));
    }
    LakePointer unled =
        new LakePointer(
            outcome.table(),
            outcome.facts(),
            new Ledger(List.of()),
            made(outcome.source(), now),
            outcome.rules(),
            members);
    Ledger ledger = outcome.ledger().apply(unled.together().snapshot());
    LakePointer next = unled.at(outcome.facts(), ledger);
    for (TableOutcome table : outcome.tables()) {
      place(outcome, table, next);
    }
    book.ddl(layout.athenaDdl());
    RunReport report = book.end(RunReport.Status.PUBLISHED);
    files.replace(layout.runReport(book.runId()), report.toJson());
    return publish(outcome, next, report);
  }

  private LakePointer.Made made(Source source, Instant now) {
    return new LakePointer.Made(
        snapshotId,
        source.exportId(),
        source.exportArn(),
        source.exportFingerprint(),
        source.exportTime(),
        source.planFingerprint(),
        book.runId(),
        now);
  }

  /** Puts the documents of a table where they belong; no reader looks for them yet. */
  private void place(Outcome outcome, TableOutcome table, LakePointer next) throws IOException {
    LakeLayout own = table.run().target().layout();
    if (own.isEntity()) {
      files.replace(own.reference(), new EntityReference(table.run().name()).toJson());
    }
    if (table.written().isEmpty()) {
      return;
    }
    SnapshotTarget.Written written = table.written().get();
    CurrentPointer current = next.of(table.run().name()).orElseThrow();
    String database = FlattenOptions.databaseOr(outcome.database());
    publication.place(
        new Publication.Documents(
            TableSchemaJson.toJson(table.schema()),
            written.files().toJson(snapshotId),
            statements(own, current, table, written, database)
                + HistoryTable.statements(
                        current.table(), database, table.schema(), layout, next.ledger())
                    .map(statements -> "\n" + statements)
                    .orElse("")),
        table.run().snapshot().place());
  }

  private RunReport publish(Outcome outcome, LakePointer next, RunReport report)
      throws IOException {
    boolean released = next.dataFormat() == OutputFormat.ICEBERG;
    if (released) {
      Optional<RunReport> overtaken = release(outcome, next);
      if (overtaken.isPresent()) {
        return overtaken.get();
      }
    }
    Optional<LakePointer> winner = publication.publish(next);
    if (winner.isPresent() && released) {
      publication.begin();
      throw new IOException(
          "Readers of the table of Iceberg see snapshot '%s', while the pointer was replaced by another run, at %s; run again"
              .formatted(snapshotId, layout.current()));
    }
    if (winner.isPresent()) {
      return overtaken(winner.get(), outcome.source());
    }
    history.release();
    Leftovers.clean(files, layout, Instant.now());
    for (TableRun table : tables) {
      if (table.target().layout().isEntity()) {
        Leftovers.clean(files, table.target().layout(), Instant.now());
      }
    }
    return report;
  }

  /** Lets readers of tables of Iceberg see what the pointer is about to name. */
  private Optional<RunReport> release(Outcome outcome, LakePointer next) throws IOException {
    // whoever finds a table ahead of the pointer completes this run by it
    String intended = next.after(target.lake()).toJson();
    List<TableOutcome> written =
        outcome.tables().stream().filter(table -> table.written().isPresent()).toList();
    for (TableOutcome table : written) {
      files.replace(LakeLayout.snapshotPointer(table.run().snapshot().place()), intended);
    }
    // readers of a table must not see what the pointer will not name
    Optional<LakePointer> earlier = publication.overtaking();
    if (earlier.isPresent()) {
      return Optional.of(overtaken(earlier.get(), outcome.source()));
    }
    boolean any = false;
    for (TableOutcome table : written) {
      publication.begin();
      CurrentPointer current = next.of(table.run().name()).orElseThrow();
      boolean released =
          table
              .run()
              .snapshot()
              .release(
                  IcebergLineage.properties(
                      table.run().target().layout(), current, current.snapshot()));
      if (!released && any) {
        throw new IOException(
            "Readers of some tables of Iceberg see snapshot '%s', while others have published in '%s' meanwhile, at %s; run again"
                .formatted(snapshotId, table.run().name(), layout.root()));
      }
      if (!released) {
        publication.lost();
        return Optional.of(
            overtaken(
                Takeover.winner(spark, files, configuration, target, iceberg), outcome.source()));
      }
      any = true;
    }
    return Optional.empty();
  }

  private String statements(
      LakeLayout own,
      CurrentPointer current,
      TableOutcome table,
      SnapshotTarget.Written written,
      String database) {
    PublishedSnapshot published = current.snapshot();
    if (published.iceberg().isPresent()) {
      return LakeDdl.ofIceberg(published.iceberg().get(), own);
    }
    String statements =
        AthenaDdl.script(
            LakeDdl.define(
                current.table(),
                published,
                database,
                table.schema(),
                table.arrangement().partitions(),
                written.contents()));
    return own.isEntity()
        ? statements + LiveView.script(database, current.table(), table.schema()).orElse("")
        : statements;
  }

  /** Lets readers see that what they see is of another moment; no file has changed. */
  final RunReport advance(TableFacts facts, Ledger ledger) throws IOException {
    RunReport report = book.end(RunReport.Status.PUBLISHED);
    files.replace(layout.runReport(book.runId()), report.toJson());
    Optional<LakePointer> winner = publication.advance(facts, ledger);
    if (winner.isPresent()) {
      throw overtakenBy(winner.get().made());
    }
    return report;
  }

  private ExportFormatException overtakenBy(LakePointer.Made other) {
    return new ExportFormatException(
        "Cannot publish: run %s has published snapshot '%s' meanwhile, which readers see, at %s; nothing was changed, run again"
            .formatted(other.runId(), other.id(), layout.root()));
  }

  /**
   * Somebody else has published since this run began. If that was the same, as when a scheduler
   * starts a job twice, the table is as it should be.
   */
  private RunReport overtaken(LakePointer winner, Source source) throws IOException {
    LakePointer.Made other = winner.made();
    boolean same =
        other.exportFingerprint().equals(source.exportFingerprint())
            && other.planFingerprint().equals(source.planFingerprint());
    if (!same) {
      throw overtakenBy(other);
    }
    discard();
    RunReport report = book.unchanged(winner, layout);
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
    for (TableRun table : tables) {
      discard(table.snapshot()::discard, table.snapshot().place());
    }
    discard(history::discard, layout.history());
  }

  private interface Discarding {
    void run() throws IOException;
  }

  private static void discard(Discarding what, String place) {
    try {
      what.run();
    } catch (IOException | RuntimeException e) {
      LOG.warn("Cannot delete unpublished snapshot {}", place, e);
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
