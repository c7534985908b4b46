package io.dynamodblake.lake.write;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.ddl.AthenaDdl;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.lake.HistoryPart;
import io.dynamodblake.lake.HistoryTable;
import io.dynamodblake.lake.LakePointer;
import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.Ledger;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.TableFacts;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.Unnesting;
import io.dynamodblake.spark.read.BadRecordPolicy;
import io.dynamodblake.spark.read.ProfilePass;
import io.dynamodblake.spark.read.RunAccounts;
import io.dynamodblake.spark.read.RunItems;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
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
   * @param entities the tables into which items are taken apart
   * @param iceberg where a table is, by its name, if Iceberg is to keep it
   */
  record Plan(
      ExportManifest export,
      LakeTarget target,
      Optional<String> schemaFile,
      HashKey hashKey,
      String exportFingerprint,
      String planFingerprint,
      EntityChoice entities,
      Function<String, IcebergTarget.Where> iceberg) {}

  private final FlattenOptions options;
  private final Plan plan;
  private final ExportManifest export;

  FlattenRun(
      SparkSession spark, FlattenOptions options, Plan plan, RunBook book, ReadProgress progress)
      throws IOException {
    super(
        spark,
        new Frame(
            plan.target(),
            plan.entities().tables(),
            LakeTarget.snapshotId(plan.export(), plan.exportFingerprint(), book.runId()),
            options.format(),
            options.csv(),
            plan.iceberg()),
        book,
        progress);
    this.options = options;
    this.plan = plan;
    this.export = plan.export();
  }

  @Override
  RunReport writeAndPublish() throws IOException {
    HadoopObjectStore store = new HadoopObjectStore(configuration);
    FileSizing sizing =
        FileSizing.of(
            export,
            file -> store.length(file.path()),
            target.lake().map(LakePointer::together),
            options);

    List<TablePlan> plans = plans(sizing);
    tell(plans);
    boolean keepsHistory = keepsHistory();
    if (keepsHistory) {
      requireHistory(plans.get(0).schema());
    }

    for (TablePlan plan : plans) {
      plan.run()
          .snapshot()
          .begin(
              plan.schema(),
              plan.arrangement(),
              IcebergLineage.summary(book.runId(), List.of(export)));
    }
    write(plans, sizing);

    phase("Checking", -1);
    List<TableOutcome> outcomes = new ArrayList<>();
    for (TablePlan plan : plans) {
      outcomes.add(plan.outcome(plan.run().snapshot().count(plan.schema(), plan.arrangement())));
    }
    check(outcomes);

    UnaryOperator<Ledger> withHistory =
        keepsHistory ? history(outcomes.get(0), sizing) : ledger -> ledger;

    phase("Publishing", -1);
    return publish(outcomes, withHistory);
  }

  // ---- columns

  /** Decides what each table is to be, before anything is written. */
  private List<TablePlan> plans(FileSizing sizing) throws IOException {
    List<SchemaChoice> choices = chooseSchemas(sizing);
    List<TableSchema> schemas =
        KeyedHashes.bind(
            choices.stream().map(SchemaChoice::schema).toList(), plan.hashKey(), options.replace());
    List<TablePlan> plans = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      TableSchema schema = plan.entities().withParts(i, schemas.get(i));
      FlattenOptions own =
          plan.entities().fitting(i, options, plan.entities().options(i, options), schema);
      Arrangement arrangement = Arrangement.of(own, schema);
      if (options.format() != OutputFormat.ICEBERG) {
        // Athena finds a table of Iceberg in its catalog, without a statement
        AthenaDdl.check(
            FlattenOptions.databaseOr(options.database()),
            own.table(),
            schema,
            arrangement.partitions());
      }
      plans.add(
          new TablePlan(tables.get(i), choices.get(i), schema, own.partitionBy(), arrangement));
    }
    return plans;
  }

  private void tell(List<TablePlan> plans) {
    book.notes(plan.entities().notes());
    boolean same = plans.stream().map(one -> one.choice().source()).distinct().count() == 1;
    book.schema(
        same ? plans.get(0).choice().source() : "evolved",
        plans.stream().mapToInt(one -> one.schema().writtenColumns().size()).sum(),
        plans.stream().flatMap(one -> one.run().notes(one.choice())).toList());
  }

  private Optional<TableSchema> existingSchema(TableRun table, FlattenOptions own) {
    return table
        .target()
        .schemaText()
        .map(text -> SchemaChoice.read(text, table.target().layout().schema(), own));
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

  private UnaryOperator<Ledger> history(TableOutcome outcome, FileSizing sizing)
      throws IOException {
    TableSchema schema = outcome.schema();
    SnapshotTarget.Written written = outcome.written().orElseThrow();
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
            session -> only().snapshot().rows(session, written, schema, outcome.arrangement()),
            schema,
            export.exportTime().orElseThrow(),
            new HistoryWriting.Origin(export.exportId(), plan.exportFingerprint()),
            written.rows(),
            sizing)
        .ifPresent(parts::add);
    return history.finish(before, parts);
  }

  private List<SchemaChoice> chooseSchemas(FileSizing sizing) {
    if (plan.schemaFile().isPresent()) {
      // who replaces a snapshot may also contradict it: the table is created anew
      TableSchema wanted =
          SchemaChoice.read(plan.schemaFile().get(), options.schemaFile().orElseThrow(), options);
      boolean anew = options.replace() && options.format() != OutputFormat.ICEBERG;
      Optional<TableSchema> existing = anew ? Optional.empty() : existingSchema(only(), options);
      return List.of(SchemaChoice.pinned(wanted, existing, options));
    }
    phase("Reading types", export.itemCount());
    ProfilePass pass = pass(spark, configuration, options, keys(), sizing.taskBytes());
    pass = plan.entities().rules().map(pass::ofKinds).orElse(pass);
    ProfilePass.Result seen = pass.run(export, progress);
    book.accounts(0, seen.accounts());
    List<SchemaChoice> choices = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      choices.add(observed(tables.get(i), seen.profiles().get(i), i, sizing));
    }
    return choices;
  }

  /**
   * A pass over all items before they are written.
   *
   * @param keys attributes that each item has to have
   */
  static ProfilePass pass(
      SparkSession spark,
      Configuration configuration,
      FlattenOptions options,
      List<KeyAttribute> keys,
      long taskBytes) {
    boolean fails = options.onBadRecord() == OnBadRecord.FAIL;
    // too many bad lines are refused after the last pass, which sets them aside to be looked at; so
    // is an item without its key, which is none
    return new ProfilePass(
            spark,
            configuration,
            options.read(),
            fails ? BadRecordPolicy.FAIL : BadRecordPolicy.COUNT_ALL,
            ProfileLimits.DEFAULT,
            taskBytes)
        .requiring(fails ? List.of() : keys);
  }

  /** The attributes that each item has to have. */
  private List<KeyAttribute> keys() {
    return tables.stream()
        .flatMap(table -> existingSchema(table, options).stream())
        .map(TableSchema::keys)
        .filter(known -> !known.isEmpty())
        .findFirst()
        .orElseGet(() -> options.orKeysOf(export).keys());
  }

  /** A table for a kind of items that is new is made as those that are there. */
  private Optional<Unnesting> unnestingOfOthers() {
    return tables.stream()
        .flatMap(table -> existingSchema(table, options).stream())
        .map(TableSchema::unnesting)
        .filter(unnesting -> !unnesting.isNone())
        .findFirst();
  }

  private SchemaChoice observed(TableRun table, Profile profile, int number, FileSizing sizing) {
    FlattenOptions own = plan.entities().options(number, options).orKeysOf(export);
    Optional<TableSchema> existing = existingSchema(table, own);
    if (existing.isEmpty()) {
      own = own.orUnnesting(unnestingOfOthers());
    }
    try {
      return SchemaChoice.observed(profile, existing, own, export.exportTime());
    } catch (DataRefusedException refused) {
      throw new KeylessItem(spark, configuration, options.read(), sizing.taskBytes())
          .located(refused, profile, own.keys(), export);
    }
  }

  // ---- data files

  private void write(List<TablePlan> plans, FileSizing sizing) throws IOException {
    phase("Writing", export.itemCount());
    TablePlan first = plans.get(0);
    SnapshotTarget snapshot = first.run().snapshot();
    SparkSession session = snapshot.session();
    session.sparkContext().setJobDescription("Writing snapshot " + snapshot.id());
    try (RunAccounts accounts = RunAccounts.open(session, export, progress, plan.hashKey())) {
      RunItems items = items(first.schema(), accounts);
      if (plans.size() > 1 || snapshot.takesItems(first.arrangement())) {
        new TableItems(this, plans)
            .write(
                ItemFiles.Source.of(items, plan.entities().rules()),
                RunItems.shares(
                    session, session.sessionState().newHadoopConf(), export, sizing.taskBytes()),
                sizing);
      } else {
        OptionalInt most = options.csv().most();
        Dataset<Row> rows =
            most.isPresent()
                ? items.rowsOfFewTasks(session, export, most.getAsInt())
                : items.rows(session, export, sizing.taskBytes());
        snapshot.write(rows, first.arrangement(), sizing);
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

  private void check(List<TableOutcome> outcomes) throws IOException {
    List<SnapshotTarget.Written> written =
        outcomes.stream().map(one -> one.written().orElseThrow()).toList();
    book.written(written);
    if (outcomes.size() == 1) {
      book.iceberg(only().snapshot().iceberg());
    }
    for (TableOutcome outcome : outcomes) {
      List<String> notes = outcome.written().orElseThrow().notes();
      book.notes(notes.stream().map(note -> outcome.run().named(": ", note)).toList());
    }
    book.displaced(displaced(outcomes));
    book.tables(outcomes);
    book.lifetimes(lifetimes(outcomes, export.exportTime()));
    settle(written.stream().mapToLong(SnapshotTarget.Written::rows).sum());
    refuseRescued();
    boolean keyed =
        outcomes.stream()
            .flatMap(outcome -> existingSchema(outcome.run(), options).stream())
            .anyMatch(before -> !before.keys().isEmpty());
    new KeyCheck(spark, options, keyed).check(outcomes, export);
  }

  private Map<String, Long> displaced(List<TableOutcome> outcomes) {
    Map<String, Long> all = new TreeMap<>();
    if (options.format() == OutputFormat.ICEBERG) {
      return all;
    }
    for (TableOutcome outcome : outcomes) {
      PartitionExpressions.displaced(
              spark,
              outcome.written().orElseThrow().contents(),
              options.format(),
              options.csv().dialect(),
              outcome.schema(),
              outcome.arrangement().partitions())
          .forEach((column, count) -> all.put(outcome.run().named(".", column), count));
    }
    return all;
  }

  private void settle(long rows) {
    Reconciliation reconciliation =
        new Reconciliation(
            export.files(),
            book.accounts(0),
            Reconciliation.promised(export.itemCount(), options.read().verify()),
            export.root());
    reconciliation.settle(reconciliation.items(), rows, place(), options.words());
    long before = target.lake().map(LakePointer::rows).orElse(0L);
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

  private RunReport publish(List<TableOutcome> outcomes, UnaryOperator<Ledger> withHistory)
      throws IOException {
    Source source =
        new Source(
            export.exportId(),
            export.exportArn(),
            export.exportTime(),
            plan.exportFingerprint(),
            plan.planFingerprint());
    TableFacts known = target.lake().map(LakePointer::facts).orElse(TableFacts.UNKNOWN);
    long rows = outcomes.stream().mapToLong(one -> one.written().orElseThrow().rows()).sum();
    long items = rows + book.quarantined();
    return publish(
        new Outcome(
            options.table(),
            options.database(),
            source,
            known.with(export),
            published -> withHistory.apply(Ledger.begin(published, items)),
            plan.entities().text(),
            outcomes));
  }
}
