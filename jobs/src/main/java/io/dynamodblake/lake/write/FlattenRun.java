package io.dynamodblake.lake.write;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.ddl.AthenaDdl;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.LakeDdl;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.lake.PublishedSnapshot;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.lake.TableFacts;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.spark.read.BadRecordPolicy;
import io.dynamodblake.spark.read.ProfilePass;
import io.dynamodblake.spark.read.RunAccounts;
import io.dynamodblake.spark.read.RunItems;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.spark.run.Stopping;
import io.dynamodblake.spark.run.WriteSessions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run that writes a snapshot of an export, settles its accounts and publishes it. */
final class FlattenRun {
  private static final Logger LOG = LoggerFactory.getLogger(FlattenRun.class);

  // a task that sets aside more than this reads something that is no export
  private static final long MOST_BAD_RECORDS_OF_TASK = 1_000_000;

  /**
   * What is to be written where.
   *
   * @param schemaFile text of the schema file that the user gave
   * @param hashKey the key of columns that are hashed with one
   * @param exportFingerprint what makes two exports the same
   * @param planFingerprint what makes two plans the same
   */
  record Plan(
      ExportManifest export,
      LakeTarget target,
      Optional<String> schemaFile,
      HashKey hashKey,
      String exportFingerprint,
      String planFingerprint) {}

  private final SparkSession spark;
  private final FlattenOptions options;
  private final Plan plan;
  private final ExportManifest export;
  private final LakeLayout layout;
  private final RunBook book;
  private final ReadProgress progress;
  private final Configuration configuration;
  private final LakeFiles files;
  private final Publication publication;
  private final SnapshotTarget snapshot;

  FlattenRun(
      SparkSession spark, FlattenOptions options, Plan plan, RunBook book, ReadProgress progress)
      throws IOException {
    this.spark = spark;
    this.options = options;
    this.plan = plan;
    this.export = plan.export();
    this.layout = plan.target().layout();
    this.book = book;
    this.progress = progress;
    this.configuration = spark.sessionState().newHadoopConf();
    this.files = new LakeFiles(configuration);
    this.publication = new Publication(files, configuration, plan.target());
    String id = LakeTarget.snapshotId(export, plan.exportFingerprint(), book.runId());
    String place = layout.snapshot(id);
    this.snapshot =
        new FolderTarget(WriteSessions.forTarget(spark, place), files, id, place, options.format());
  }

  /**
   * Writes and publishes.
   *
   * @return the report of the run; that of an unchanged table, if another run has published the
   *     same meanwhile
   */
  RunReport publish() {
    book.snapshot(snapshot.id(), snapshot.place());
    claimTarget();
    try {
      return writeAndPublish();
    } catch (Exception e) {
      // not only what is declared: Scala throws checked exceptions without saying so
      RuntimeException reason = placed(SparkFailures.unwrapped(e));
      recordFailure(e, reason);
      throw reason;
    }
  }

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

  private RunReport writeAndPublish() throws IOException {
    HadoopObjectStore store = new HadoopObjectStore(configuration);
    FileSizing sizing =
        FileSizing.of(export, file -> store.length(file.path()), plan.target().current(), options);

    SchemaChoice choice = chooseSchema(sizing);
    TableSchema schema = KeyedHashes.bind(choice.schema(), plan.hashKey(), options.replace());
    book.schema(choice.source(), schema.writtenColumns().size(), choice.notes());
    Arrangement arrangement = Arrangement.of(options, schema);
    AthenaDdl.check(database(), options.table(), schema, arrangement.partitions());

    write(schema, arrangement, sizing);

    phase("Checking", -1);
    SnapshotTarget.Written written = snapshot.count(schema, arrangement);
    book.written(written.rows(), written.contents());
    book.displaced(
        PartitionExpressions.displaced(
            spark, written.contents(), options.format(), schema, arrangement.partitions()));
    book.notes(written.notes());
    settle(written.rows());
    refuseRescued();
    new KeyCheck(spark, options).check(snapshot.place(), schema, export, written.rows());

    phase("Publishing", -1);
    return publish(schema, arrangement, written);
  }

  private void phase(String name, long items) {
    book.phase(name);
    progress.phase(name, items);
  }

  private SchemaChoice chooseSchema(FileSizing sizing) {
    Optional<TableSchema> existing =
        plan.target().schemaText().map(text -> SchemaChoice.read(text, layout.schema(), options));
    if (plan.schemaFile().isPresent()) {
      // who replaces a snapshot may also contradict it: the table is created anew
      TableSchema wanted =
          SchemaChoice.read(plan.schemaFile().get(), options.schemaFile().orElseThrow(), options);
      return SchemaChoice.pinned(wanted, options.replace() ? Optional.empty() : existing, options);
    }
    phase("Reading types", export.itemCount());
    // too many bad lines are refused after the second pass, which sets them aside to be looked at
    BadRecordPolicy policy =
        options.onBadRecord() == OnBadRecord.FAIL
            ? BadRecordPolicy.FAIL
            : BadRecordPolicy.COUNT_ALL;
    ProfilePass pass =
        new ProfilePass(
            spark,
            configuration,
            options.read(),
            policy,
            ProfileLimits.DEFAULT,
            sizing.taskBytes());
    ProfilePass.Result seen = pass.run(export, progress);
    book.accounts(seen.accounts());
    FlattenOptions keyed = options.orKeys(export.keys().stream().map(KeyAttribute::parse).toList());
    try {
      return SchemaChoice.observed(seen.profile(), existing, keyed);
    } catch (DataRefusedException refused) {
      throw new KeylessItem(spark, configuration, options.read(), sizing.taskBytes())
          .located(refused, seen.profile(), keyed.keys(), export);
    }
  }

  private String database() {
    return options.database().or(FlattenKeys.DATABASE::defaultValue).orElseThrow();
  }

  // ---- data files

  private void write(TableSchema schema, Arrangement arrangement, FileSizing sizing)
      throws IOException {
    phase("Writing", export.itemCount());
    SparkSession session = snapshot.session();
    session.sparkContext().setJobDescription("Writing snapshot " + snapshot.id());
    try (RunAccounts accounts = RunAccounts.open(session, export, progress, plan.hashKey())) {
      if (snapshot.takesItems(arrangement)) {
        snapshot.write(new ItemFiles.Source(export, items(schema, accounts)), sizing);
      } else {
        RunItems items = items(schema, accounts);
        snapshot.write(items.rows(session, export, sizing.taskBytes()), arrangement, sizing);
      }
      book.accounts(accounts.files());
    } finally {
      session.sparkContext().setJobDescription(null);
    }
    refuseBadRecords();
  }

  private RunItems items(TableSchema schema, RunAccounts accounts) {
    return switch (options.onBadRecord()) {
      case FAIL -> RunItems.failing(accounts, schema, options.read());
      case QUARANTINE ->
          RunItems.settingAside(
              accounts, schema, options.read(), quarantine(), mostBadRecordsOfTask());
    };
  }

  private String quarantine() {
    String quarantine = layout.quarantine(book.runId());
    book.quarantine(quarantine);
    return quarantine;
  }

  private long mostBadRecordsOfTask() {
    return Math.max(options.maxBadRecords(), MOST_BAD_RECORDS_OF_TASK);
  }

  // ---- checks

  private void refuseBadRecords() {
    long bad = book.quarantined();
    if (bad > options.maxBadRecords() && options.onBadRecord() == OnBadRecord.QUARANTINE) {
      throw new DataRefusedException(
          "Cannot publish: "
              + bad
              + " bad records and at most "
              + options.maxBadRecords()
              + " are allowed, set aside with file, line and reason in "
              + layout.quarantine(book.runId())
              + "; look at them, then allow more with "
              + options.words().of(FlattenKeys.MAX_BAD_RECORDS));
    }
  }

  private void settle(long rows) {
    Reconciliation reconciliation =
        new Reconciliation(
            export.files(),
            book.accounts(),
            Reconciliation.promised(export.itemCount(), options.read().verify()),
            export.root());
    reconciliation.settle(reconciliation.items(), rows, snapshot.place(), options.words());
    long before = plan.target().current().map(current -> current.snapshot().rows()).orElse(0L);
    reconciliation.refuseNothingLeft(rows, before, options.allowEmpty(), options.words());
  }

  private void refuseRescued() {
    Map<String, Long> rescued = book.report().counts().rescuedByColumn();
    if (options.strict() && !rescued.isEmpty()) {
      String columns =
          rescued.entrySet().stream()
              .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
              .collect(Collectors.joining(", "));
      throw new DataRefusedException(
          "Cannot publish: values do not fit their column: "
              + columns
              + "; widen the columns in schema.json, partition by columns whose values can name a folder, or drop "
              + options.words().of(FlattenKeys.STRICT));
    }
  }

  // ---- publication

  private RunReport publish(
      TableSchema schema, Arrangement arrangement, SnapshotTarget.Written written)
      throws IOException {
    String schemaJson = TableSchemaJson.toJson(schema);
    String filesJson = written.files().toJson(snapshot.id());
    PublishedSnapshot published = published(schemaJson, filesJson, written);
    SnapshotContents contents = written.contents();
    publication.place(
        new Publication.Documents(
            schemaJson,
            filesJson,
            AthenaDdl.script(
                LakeDdl.define(
                    options.table(),
                    published,
                    database(),
                    schema,
                    arrangement.partitions(),
                    contents))),
        snapshot.place());
    book.ddl(layout.athenaDdl());
    RunReport report = book.end(RunReport.Status.PUBLISHED);
    files.replace(layout.runReport(book.runId()), report.toJson());

    TableFacts facts =
        plan.target().current().map(CurrentPointer::facts).orElse(TableFacts.UNKNOWN).with(export);
    Optional<CurrentPointer> winner = publication.publish(options.table(), facts, published);
    if (winner.isPresent()) {
      return overtaken(winner.get());
    }
    Leftovers.clean(files, layout, Instant.now());
    return report;
  }

  private PublishedSnapshot published(
      String schemaJson, String filesJson, SnapshotTarget.Written written) {
    return new PublishedSnapshot(
        snapshot.id(),
        LakeLayout.snapshotFolder(snapshot.id()),
        export.exportId(),
        export.exportArn(),
        plan.exportFingerprint(),
        export.exportTime(),
        Publication.fingerprint(schemaJson),
        plan.planFingerprint(),
        options.format(),
        options.partitionBy(),
        written.rows(),
        written.contents().files().size(),
        written.contents().bytes(),
        Optional.of(Publication.fingerprint(filesJson)),
        book.runId(),
        Instant.now().truncatedTo(ChronoUnit.MILLIS));
  }

  /**
   * Somebody else has published since this run began. If that was the same, as when a scheduler
   * starts a job twice, the table is as it should be.
   */
  private RunReport overtaken(CurrentPointer winner) throws IOException {
    PublishedSnapshot other = winner.snapshot();
    boolean same =
        other.exportFingerprint().equals(plan.exportFingerprint())
            && other.planFingerprint().equals(plan.planFingerprint());
    if (!same) {
      throw new ExportFormatException(
          "Cannot publish: run %s has published snapshot '%s' meanwhile, which readers see, at %s; nothing was changed, run again"
              .formatted(other.runId(), other.id(), layout.root()));
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
