package io.dynamodblake.lake.write;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.ddl.AthenaDdl;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.FileAccount;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.lake.HistoryPart;
import io.dynamodblake.lake.HistoryTable;
import io.dynamodblake.lake.LakePointer;
import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.Ledger;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.TableFacts;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.schema.TableSchema;
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
import org.apache.spark.api.java.JavaRDD;
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

    List<TablePlan> plans = written(sizing);

    phase("Checking", -1);
    List<TableOutcome> outcomes = new ArrayList<>();
    for (TablePlan plan : plans) {
      outcomes.add(plan.outcome(plan.run().snapshot().count(plan.schema(), plan.arrangement())));
    }
    check(outcomes);

    UnaryOperator<Ledger> withHistory =
        keepsHistory() ? history(outcomes.get(0), sizing) : ledger -> ledger;

    phase("Publishing", -1);
    return publish(outcomes, withHistory);
  }

  // ---- columns

  private void tell(List<TablePlan> plans) {
    book.notes(plan.entities().notes());
    boolean same = plans.stream().map(one -> one.choice().source()).distinct().count() == 1;
    book.schema(
        same ? plans.get(0).choice().source() : "evolved",
        plans.stream().mapToInt(one -> one.schema().writtenColumns().size()).sum(),
        plans.stream().flatMap(one -> one.run().notes(one.choice())).toList());
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

  // ---- data files

  /** Writes all items, and returns as what. */
  private List<TablePlan> written(FileSizing sizing) throws IOException {
    TableColumns columns = new TableColumns(spark, configuration, options, plan, tables, sizing);
    if (plan.schemaFile().isPresent()) {
      List<TablePlan> pinned = columns.pinned();
      decide(pinned);
      write("Writing", pinned, sizing);
      return pinned;
    }
    if (columns.mayBeGuessed()) {
      phase("Reading types", -1);
      Optional<TableColumns.Guess> guess = columns.guess();
      if (guess.isPresent()) {
        return writtenByGuess(guess.get(), columns, sizing);
      }
    }
    phase("Reading types", export.itemCount());
    ProfilePass.Result seen = columns.pass().run(export, progress);
    book.accounts(0, seen.accounts());
    List<TablePlan> plans = columns.observed(seen.profiles());
    decide(plans);
    write("Writing", plans, sizing);
    return plans;
  }

  /**
   * Writes all items as it is guessed that they are, and looks at each of them meanwhile. Where the
   * guess was wrong, nothing of that stays, and they are written again.
   */
  private List<TablePlan> writtenByGuess(
      TableColumns.Guess guess, TableColumns columns, FileSizing sizing) throws IOException {
    List<TablePlan> plans = new ArrayList<>();
    begin(guess.plans());
    phase("Writing", export.itemCount());
    boolean holds =
        write(
            guess.plans(),
            sizing,
            Optional.of(
                seen -> {
                  plans.addAll(columns.observed(seen));
                  decide(plans);
                  return guess.holds(plans);
                }));
    if (!holds) {
      for (TablePlan wrong : guess.plans()) {
        wrong.run().snapshot().discard();
      }
      book.notes(List.of(guess.mistake(plans)));
      write("Writing again", plans, sizing);
    }
    return plans;
  }

  /** Tells what the tables become, and refuses what cannot be. */
  private void decide(List<TablePlan> plans) {
    tell(plans);
    if (keepsHistory()) {
      requireHistory(plans.get(0).schema());
    }
  }

  private void begin(List<TablePlan> plans) throws IOException {
    for (TablePlan plan : plans) {
      plan.run()
          .snapshot()
          .begin(
              plan.schema(),
              plan.arrangement(),
              IcebergLineage.summary(book.runId(), List.of(export)));
    }
  }

  private void write(String phase, List<TablePlan> plans, FileSizing sizing) throws IOException {
    begin(plans);
    phase(phase, export.itemCount());
    write(plans, sizing, Optional.empty());
  }

  /**
   * Writes all items.
   *
   * @param verdict whether that may stay, where they are to be observed
   * @return what it was
   */
  private boolean write(
      List<TablePlan> plans, FileSizing sizing, Optional<ItemFiles.Verdict> verdict)
      throws IOException {
    TablePlan first = plans.get(0);
    SnapshotTarget snapshot = first.run().snapshot();
    SparkSession session = snapshot.session();
    session.sparkContext().setJobDescription("Writing snapshot " + snapshot.id());
    try (RunAccounts accounts = RunAccounts.open(session, export, progress, plan.hashKey())) {
      RunItems items = items(first.schema(), accounts);
      if (TableColumns.areItems(plans)) {
        TableItems all = new TableItems(this, plans);
        ItemFiles.Source source = ItemFiles.Source.of(items, plan.entities().rules());
        JavaRDD<byte[]> shares =
            RunItems.shares(
                session, session.sessionState().newHadoopConf(), export, sizing.taskBytes());
        if (verdict.isEmpty()) {
          all.write(source, shares, sizing);
        } else if (!all.writeObserving(
            source,
            shares,
            sizing,
            ProfileLimits.DEFAULT,
            seen -> {
              book.accounts(0, unrescued(accounts.files()));
              return verdict.get().holds(seen);
            })) {
          return false;
        }
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
    return true;
  }

  /** What was read, by whoever does not know yet what does not fit. */
  private static List<FileAccount> unrescued(List<FileAccount> accounts) {
    return accounts.stream().map(account -> account.withRescued(Map.of())).toList();
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
            .flatMap(outcome -> TableColumns.existing(outcome.run(), options).stream())
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
