package io.dynamodblake.lake.write;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.ddl.AthenaDdl;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.HistoryPart;
import io.dynamodblake.lake.HistoryTable;
import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.Ledger;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.TableFacts;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.read.BadRecordPolicy;
import io.dynamodblake.spark.read.ProfilePass;
import io.dynamodblake.spark.read.RunAccounts;
import io.dynamodblake.spark.read.RunItems;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/** One run that writes a snapshot of an export, settles its accounts and publishes it. */
final class FlattenRun extends SnapshotRun {
  // a task that sets aside more than this reads something that is no export
  private static final long MOST_BAD_RECORDS_OF_TASK = 1_000_000;

  /**
   * What is to be written where.
   *
   * @param schemaFile text of the schema file that the user gave
   * @param hashKey the key of columns that are hashed with one
   * @param exportFingerprint what makes two exports the same
   * @param planFingerprint what makes two plans the same
   * @param iceberg where the table is, if Iceberg is to keep it
   */
  record Plan(
      ExportManifest export,
      LakeTarget target,
      Optional<String> schemaFile,
      HashKey hashKey,
      String exportFingerprint,
      String planFingerprint,
      IcebergTarget.Where iceberg) {}

  private final FlattenOptions options;
  private final Plan plan;
  private final ExportManifest export;

  FlattenRun(
      SparkSession spark, FlattenOptions options, Plan plan, RunBook book, ReadProgress progress)
      throws IOException {
    super(
        spark,
        plan.target(),
        book,
        progress,
        LakeTarget.snapshotId(plan.export(), plan.exportFingerprint(), book.runId()),
        options.format(),
        plan.iceberg());
    this.options = options;
    this.plan = plan;
    this.export = plan.export();
  }

  @Override
  RunReport writeAndPublish() throws IOException {
    HadoopObjectStore store = new HadoopObjectStore(configuration);
    FileSizing sizing =
        FileSizing.of(export, file -> store.length(file.path()), target.current(), options);

    SchemaChoice choice = chooseSchema(sizing);
    TableSchema schema = KeyedHashes.bind(choice.schema(), plan.hashKey(), options.replace());
    book.schema(choice.source(), schema.writtenColumns().size(), choice.notes());
    Arrangement arrangement = Arrangement.of(options, schema);
    if (options.format() != OutputFormat.ICEBERG) {
      // Athena finds a table of Iceberg in its catalog, without a statement
      AthenaDdl.check(
          FlattenOptions.databaseOr(options.database()),
          options.table(),
          schema,
          arrangement.partitions());
    }

    boolean keepsHistory = keepsHistory();
    if (keepsHistory) {
      requireHistory(schema);
    }

    snapshot.begin(schema, arrangement, IcebergLineage.summary(book.runId(), List.of(export)));
    write(schema, arrangement, sizing);

    phase("Checking", -1);
    SnapshotTarget.Written written = snapshot.count(schema, arrangement);
    book.written(written.rows(), written.contents());
    book.iceberg(snapshot.iceberg());
    if (options.format() != OutputFormat.ICEBERG) {
      book.displaced(
          PartitionExpressions.displaced(
              spark, written.contents(), options.format(), schema, arrangement.partitions()));
    }
    book.notes(written.notes());
    settle(written.rows());
    refuseRescued();
    boolean keyed = existingSchema().filter(before -> !before.keys().isEmpty()).isPresent();
    new KeyCheck(spark, options, keyed).check(snapshot, written, schema, arrangement, export);

    UnaryOperator<Ledger> withHistory =
        keepsHistory ? history(schema, arrangement, written, sizing) : ledger -> ledger;

    phase("Publishing", -1);
    return publish(schema, arrangement, written, withHistory);
  }

  private Optional<TableSchema> existingSchema() {
    return target.schemaText().map(text -> SchemaChoice.read(text, layout.schema(), options));
  }

  // ---- history

  private boolean keepsHistory() {
    return options.history()
        || target.current().filter(now -> !now.ledger().history().isEmpty()).isPresent();
  }

  private void requireHistory(TableSchema schema) {
    if (options.format() == OutputFormat.CSV) {
      throw new UsageException(
          "Cannot keep a history of a lake table as %s; flatten as %s"
              .formatted(
                  options.format().key(),
                  options.words().of(FlattenKeys.FORMAT, OutputFormat.PARQUET.key())));
    }
    if (export.exportTime().isEmpty()) {
      throw new UsageException(
          "Cannot keep a history: nobody knows which moment the export shows, because it has no manifests, in %s; flatten the export with its manifests"
              .formatted(export.root()));
    }
    AthenaDdl.script(
        HistoryTable.checked(
            options.table(), FlattenOptions.databaseOr(options.database()), schema, layout));
  }

  private UnaryOperator<Ledger> history(
      TableSchema schema,
      Arrangement arrangement,
      SnapshotTarget.Written written,
      FileSizing sizing)
      throws IOException {
    phase("Writing history", written.rows());
    List<HistoryPart> before =
        target.current().map(current -> current.ledger().history()).orElse(List.of());
    List<HistoryPart> parts = new ArrayList<>();
    if (options.replace()) {
      history.mayBeginAnew();
    }
    if (!before.isEmpty()) {
      TableSchema was = LakeSnapshot.of(files, layout, target.current().orElseThrow()).schema();
      parts.addAll(history.widened(before, was, schema));
    }
    history
        .base(
            session -> snapshot.rows(session, written, schema, arrangement),
            schema,
            export.exportTime().orElseThrow(),
            new HistoryWriting.Origin(export.exportId(), plan.exportFingerprint()),
            written.rows(),
            sizing)
        .ifPresent(parts::add);
    return history.finish(before, parts);
  }

  private SchemaChoice chooseSchema(FileSizing sizing) {
    Optional<TableSchema> existing = existingSchema();
    if (plan.schemaFile().isPresent()) {
      // who replaces a snapshot may also contradict it: the table is created anew
      TableSchema wanted =
          SchemaChoice.read(plan.schemaFile().get(), options.schemaFile().orElseThrow(), options);
      boolean anew = options.replace() && options.format() != OutputFormat.ICEBERG;
      return SchemaChoice.pinned(wanted, anew ? Optional.empty() : existing, options);
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
    FlattenOptions keyed = options.orKeys(export.keys().stream().map(KeyAttribute::parse).toList());
    if (options.onBadRecord() == OnBadRecord.QUARANTINE) {
      // an item without its key is none, and set aside as one
      pass =
          pass.requiring(
              existing.map(TableSchema::keys).filter(keys -> !keys.isEmpty()).orElse(keyed.keys()));
    }
    ProfilePass.Result seen = pass.run(export, progress);
    book.accounts(0, seen.accounts());
    try {
      return SchemaChoice.observed(seen.profile(), existing, keyed);
    } catch (DataRefusedException refused) {
      throw new KeylessItem(spark, configuration, options.read(), sizing.taskBytes())
          .located(refused, seen.profile(), keyed.keys(), export);
    }
  }

  // ---- data files

  private void write(TableSchema schema, Arrangement arrangement, FileSizing sizing)
      throws IOException {
    phase("Writing", export.itemCount());
    SparkSession session = snapshot.session();
    session.sparkContext().setJobDescription("Writing snapshot " + snapshot.id());
    try (RunAccounts accounts = RunAccounts.open(session, export, progress, plan.hashKey())) {
      if (snapshot.takesItems(arrangement)) {
        snapshot.write(
            ItemFiles.Source.of(items(schema, accounts)),
            RunItems.shares(
                session, session.sessionState().newHadoopConf(), export, sizing.taskBytes()),
            sizing);
      } else {
        RunItems items = items(schema, accounts);
        snapshot.write(items.rows(session, export, sizing.taskBytes()), arrangement, sizing);
      }
      book.accounts(0, accounts.files());
    } finally {
      session.sparkContext().setJobDescription(null);
    }
    refuseBadRecords(options.onBadRecord(), options.maxBadRecords(), options.words());
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

  private void settle(long rows) {
    Reconciliation reconciliation =
        new Reconciliation(
            export.files(),
            book.accounts(0),
            Reconciliation.promised(export.itemCount(), options.read().verify()),
            export.root());
    reconciliation.settle(reconciliation.items(), rows, snapshot.place(), options.words());
    long before = target.current().map(current -> current.snapshot().rows()).orElse(0L);
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
      TableSchema schema,
      Arrangement arrangement,
      SnapshotTarget.Written written,
      UnaryOperator<Ledger> withHistory)
      throws IOException {
    Source source =
        new Source(
            export.exportId(),
            export.exportArn(),
            export.exportTime(),
            plan.exportFingerprint(),
            plan.planFingerprint());
    TableFacts known = target.current().map(CurrentPointer::facts).orElse(TableFacts.UNKNOWN);
    long items = written.rows() + book.quarantined();
    return publish(
        new Outcome(
            options.table(),
            options.database(),
            source,
            schema,
            options.partitionBy(),
            arrangement,
            written,
            known.with(export),
            published -> withHistory.apply(Ledger.begin(published, items))));
  }
}
