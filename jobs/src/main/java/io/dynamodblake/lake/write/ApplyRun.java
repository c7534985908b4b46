package io.dynamodblake.lake.write;

import io.dynamodblake.conf.ApplyKeys;
import io.dynamodblake.ddl.AthenaDdl;
import io.dynamodblake.export.FileAccount;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.Ledger;
import io.dynamodblake.lake.LedgerEntry;
import io.dynamodblake.lake.PublishedSnapshot;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.lake.SnapshotFiles;
import io.dynamodblake.lake.changes.ChangeFeed;
import io.dynamodblake.lake.changes.ChangeMerge;
import io.dynamodblake.lake.changes.MergeCounts;
import io.dynamodblake.lake.changes.TableMerge;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.PlanOptions;
import io.dynamodblake.schema.TableSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.SparkSession;

/** One run that applies changes to a lake table, settles its accounts and publishes. */
final class ApplyRun extends SnapshotRun {
  // of change records, so that what a task sorts fits into memory, usually
  private static final long RECORDS_OF_TASK = 100_000;
  private static final int MOST_SORTING_TASKS = 10_000;

  private final ApplyOptions options;
  private final CurrentPointer table;
  private final ApplyInput input;
  private final HashKey hashKey;
  private final EntityChoice entities;
  private final List<ChangeMerge.Table> bases = new ArrayList<>();
  private final SnapshotTarget snapshot; // of any table: its session counts

  ApplyRun(
      SparkSession spark,
      ApplyOptions options,
      LakeTarget target,
      ApplyInput input,
      RunBook book,
      ReadProgress progress)
      throws IOException {
    super(
        spark,
        new Frame(
            target,
            target.lake().orElseThrow().names(),
            input.snapshotId(book.runId()),
            target.lake().orElseThrow().dataFormat(),
            CsvFiles.USUAL,
            name -> where(target.lake().orElseThrow().of(name).orElseThrow())),
        book,
        progress);
    this.snapshot = only().snapshot();
    this.options = options;
    this.table = target.lake().orElseThrow().together();
    this.input = input;
    this.hashKey = KeyedHashes.read(options.hashKey(), configuration);
    this.entities = EntityChoice.of(target.lake().orElseThrow());
    List<TableSchema> schemas = new ArrayList<>();
    for (TableRun one : tables) {
      LakeTarget own = one.target();
      LakeSnapshot base = LakeSnapshot.of(files, own.layout(), own.current().orElseThrow());
      schemas.add(base.schema());
      bases.add(new ChangeMerge.Table(base, base.base(spark)));
    }
    KeyedHashes.bind(schemas, hashKey, false);
  }

  private static IcebergTarget.Where where(CurrentPointer table) {
    return new IcebergTarget.Where(
        table.snapshot().iceberg().flatMap(IcebergVersion::table),
        table.facts().arn(),
        Optional.empty());
  }

  @Override
  RunReport writeAndPublish() throws IOException {
    phase("Reading changes", input.records());
    sortIn(input.records());
    try (ApplyInput reading = input) {
      return merge(
          reading.feeds(
              new ApplyInput.Reading(
                  snapshot.session(),
                  configuration,
                  hashKey,
                  progress,
                  book.runId(),
                  this::quarantine)));
    }
  }

  /** Few changes are not worth the many tasks that Spark sorts with unless it is told. */
  private void sortIn(long changes) {
    int cores = snapshot.session().sparkContext().defaultParallelism();
    long tasks = Math.max(cores, Math.min(MOST_SORTING_TASKS, changes / RECORDS_OF_TASK));
    snapshot.session().conf().set("spark.sql.shuffle.partitions", tasks);
  }

  private RunReport merge(List<ChangeFeed> feeds) throws IOException {
    List<KeyAttribute> keys =
        bases.stream()
            .map(one -> one.base().schema().keys())
            .filter(known -> !known.isEmpty())
            .findFirst()
            .orElse(List.of());
    if (keys.isEmpty()) {
      keys = WindowFeeds.keys(feeds, configuration);
    }
    ChangeMerge.Input changes =
        new ChangeMerge.Input(
            feeds,
            input.records(),
            keys,
            input.source(),
            comparesOldImages(),
            options.archive().keepExpired() || table.ledger().kept() > 0);
    try (ChangeMerge merge =
        ChangeMerge.of(
            snapshot.session(),
            changes,
            entities.rules(),
            bases,
            hashKey,
            () -> {
              settleChanges();
              phase("Finding rows", table.snapshot().rows());
            })) {
      input.check(merge.counts());
      return write(merge, keys);
    }
  }

  /** Old images of changes that the table has already are not its rows. */
  private boolean comparesOldImages() {
    return options.oldImages() != ApplyOptions.OldImages.NONE
        && input.source() != ChangeMerge.Source.OVERLAPPING_EVENTS;
  }

  private String quarantine() {
    String quarantine = layout.quarantine(book.runId());
    book.quarantine(quarantine);
    return quarantine;
  }

  // ---- checks

  private void settleChanges() throws IOException {
    List<List<FileAccount>> read = input.settle();
    for (int i = 0; i < read.size(); i++) {
      book.accounts(i, read.get(i));
    }
    refuseBadRecords(options.onBadRecord(), options.maxBadRecords(), options.words());
  }

  private void refuseContradictions(MergeCounts counts, long different) {
    if (counts.contradictions() + different == 0) {
      return;
    }
    if (options.reverse()) {
      throw LastWindow.contradicted(input.exports().get(0), counts, different, layout.root());
    }
    if (options.strict()) {
      throw new DataRefusedException(
          "Cannot publish: the changes do not fit the table: %s, at %s; compare the lake table with a full export, and flatten that if they differ"
              .formatted(
                  String.join(", ", ChangeNotes.contradictions(counts, different)), layout.root()));
    }
  }

  // ---- writing

  private RunReport write(ChangeMerge merge, List<KeyAttribute> keys) throws IOException {
    MergeCounts counts = merge.counts();
    OldImageCheck.Result compared = compared(merge);
    refuseContradictions(counts, compared.different());
    book.notes(ChangeNotes.of(counts, compared));

    phase("Reading types", counts.images());
    List<TableChange> changes = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      changes.add(change(i, merge.table(i), keys));
    }
    tell(changes);
    input.archive(counts).ifPresent(book::archive);
    book.notes(input.notes(counts));
    book.changes(changes(counts, compared, changes));
    ChangeHistory kept = new ChangeHistory(this, history, options, table, input.windows(), hashKey);
    kept.check(FlattenOptions.databaseOr(database()), changes.get(0).schema());
    book.changed(changes);
    if (options.dryRun()) {
      return book.end(RunReport.Status.DRY_RUN);
    }
    boolean sameRows = changes.stream().allMatch(TableChange::isUntouched);
    // whether records were set aside, the report of the run tells that made the snapshot
    boolean news = book.quarantined() > 0 || kept.hasNews(counts.records());
    if (sameRows && !news) {
      return advance(counts, changes);
    }

    phase("Writing", counts.images());
    List<TableChange> written = new ArrayList<>();
    for (int i = 0; i < changes.size(); i++) {
      // of several tables one without a change stays as it is
      if (changes.size() == 1 || !changes.get(i).isUntouched()) {
        write(i, changes.get(i));
        written.add(changes.get(i));
      }
    }

    phase("Checking", -1);
    List<TableOutcome> outcomes = new ArrayList<>();
    for (TableChange one : changes) {
      outcomes.add(
          one.outcome(written.contains(one) ? Optional.of(counted(one)) : Optional.empty()));
    }
    book.written(outcomes, changes);
    book.lifetimes(lifetimes(outcomes, input.facts().time()));
    if (outcomes.size() == 1) {
      book.iceberg(snapshot.iceberg());
    }
    refuseNothingLeft(changes.stream().mapToLong(TableChange::rowsAfter).sum());
    UnaryOperator<Ledger> withHistory =
        kept.write(bases.get(0).base(), bases.get(0).contents(), changes.get(0).schema());

    phase("Publishing", -1);
    input.keep();
    return publish(
        new Outcome(
            table.table(),
            database(),
            input.source(table.snapshot().exportFingerprint(), table.snapshot().planFingerprint()),
            input.facts(),
            published -> withHistory.apply(ledger(published, counts)),
            target.lake().orElseThrow().rules(),
            outcomes));
  }

  private Optional<String> database() {
    return options.database().or(() -> table.snapshot().database());
  }

  private OldImageCheck.Result compared(ChangeMerge merge) throws IOException {
    ApplyOptions.OldImages which =
        comparesOldImages() ? options.oldImages() : ApplyOptions.OldImages.NONE;
    long compared = 0;
    long different = 0;
    for (int i = 0; i < bases.size(); i++) {
      ChangeMerge.Table one = bases.get(i);
      OldImageCheck.Result result =
          new OldImageCheck(snapshot.session(), one.base(), one.contents(), merge.table(i))
              .compare(which);
      compared += result.compared();
      different += result.different();
    }
    return new OldImageCheck.Result(compared, different);
  }

  private TableChange change(int number, TableMerge merge, List<KeyAttribute> keys)
      throws IOException {
    TableRun run = tables.get(number);
    CurrentPointer current = run.target().current().orElseThrow();
    LakeSnapshot base = bases.get(number).base();
    SnapshotContents contents = bases.get(number).contents();
    SchemaChoice choice =
        images(merge)
            .schema(
                base.schema(),
                PlanOptions.of(current.table(), keys)
                    .withRules(SchemaChoice.rules(snapshot.format()))
                    .withWords(options.words()));
    TableSchema schema = entities.withParts(number, choice.schema());
    Arrangement arrangement = Arrangement.of(current.snapshot(), schema);
    AthenaDdl.check(
        FlattenOptions.databaseOr(database()), current.table(), schema, arrangement.partitions());
    FilePlan plan =
        FilePlan.of(
            base,
            contents,
            merge.removed(),
            arrangement,
            options.mergeMode(),
            contents.kept().isPresent()
                || FilePlan.isSameInFiles(snapshot.session(), base.schema(), schema),
            options.targetFileBytes(),
            configuration);
    return new TableChange(run, base, contents, merge, choice, schema, arrangement, plan);
  }

  private ImageItems images(TableMerge merge) {
    return new ImageItems(snapshot.session(), merge.images(), merge.counts().images());
  }

  private void tell(List<TableChange> changes) {
    book.schema(
        changes.get(0).choice().source(),
        changes.stream().mapToInt(one -> one.schema().writtenColumns().size()).sum(),
        changes.stream().flatMap(one -> one.run().notes(one.choice())).toList());
  }

  private void write(int number, TableChange change) throws IOException {
    SnapshotTarget own = change.run().snapshot();
    own.begin(
        change.schema(),
        change.arrangement(),
        IcebergLineage.summary(book.runId(), input.exports()));
    own.take(change.contents(), change.files(), change.merge());
    long items = change.merge().counts().images();
    if (items > 0 || change.files().isEmpty()) {
      FileSizing sizing = FileSizing.of(change.before(), items, options.targetFileBytes());
      images(change.merge())
          .write(own, change.schema(), entities, number, hashKey, change.arrangement(), sizing);
    }
  }

  private SnapshotTarget.Written counted(TableChange change) throws IOException {
    SnapshotTarget own = change.run().snapshot();
    SnapshotTarget.Written written = own.count(change.schema(), change.arrangement());
    Reconciliation.requireRows(change.rowsAfter(), written.rows(), own.place());
    requireCarried(change, written.files());
    return written;
  }

  /** A file of another table in the place of one that was carried has the same name and length. */
  private static void requireCarried(TableChange change, SnapshotFiles written) throws IOException {
    SnapshotContents contents = change.contents();
    Optional<SnapshotFiles> before =
        contents.kept().isPresent() ? Optional.empty() : change.base().publishedFiles();
    if (before.isPresent()) {
      List<String> names =
          change.files().carried().stream()
              .map(file -> contents.name(contents.files().get(file)))
              .toList();
      before.get().requireSame(names, written, change.base().id(), contents);
    }
  }

  private void refuseNothingLeft(long rows) {
    if (rows == 0 && table.snapshot().rows() > 0 && !options.allowEmpty()) {
      throw new DataRefusedException(
          "Cannot publish: the changes delete all %,d rows of the lake table, at %s; if the DynamoDB table really is empty, give %s"
              .formatted(
                  table.snapshot().rows(),
                  layout.root(),
                  options.words().of(ApplyKeys.ALLOW_EMPTY)));
    }
  }

  // ---- publication

  private Ledger ledger(PublishedSnapshot published, MergeCounts counts) {
    return input.ledger(
        table.ledger(),
        new ApplyInput.Published(
            book.runId(),
            published.publishedAt(),
            published.rows(),
            new LedgerEntry.Changed(
                counts.inserted(),
                counts.updated(),
                counts.deleted(),
                counts.unknownDeletes(),
                counts.kept())));
  }

  /** Nothing in the files changes; the table shows a later moment. */
  private RunReport advance(MergeCounts counts, List<TableChange> changes) throws IOException {
    phase("Publishing", -1);
    PublishedSnapshot same = table.snapshot();
    book.snapshot(same.id(), layout.root() + (tables.size() == 1 ? "/" + same.path() : ""));
    List<TableOutcome> outcomes =
        changes.stream().map(one -> one.outcome(Optional.empty())).toList();
    book.written(outcomes, changes);
    book.iceberg(same.iceberg());
    book.ddl(layout.athenaDdl());
    input.keep();
    return advance(input.facts(), ledger(same, counts));
  }

  private RunReport.Changes changes(
      MergeCounts counts, OldImageCheck.Result compared, List<TableChange> tables)
      throws IOException {
    return new RunReport.Changes(
        counts.records(),
        counts.keys(),
        counts.inserted(),
        counts.updated(),
        counts.deleted(),
        counts.unknownDeletes(),
        counts.unknownUpdates(),
        counts.knownInserts(),
        counts.breaks(),
        compared.compared(),
        compared.different(),
        table.snapshot().rows(),
        tables.stream().mapToLong(TableChange::rowsAfter).sum(),
        tables.stream()
            .mapToInt(one -> one.files().carried().size() + one.files().covered().size())
            .sum(),
        tables.stream().flatMap(one -> one.files().rewritten().stream()).mapToInt(List::size).sum(),
        tables.stream().mapToLong(one -> one.files().rewrittenBytes(one.contents())).sum(),
        options.reverse(),
        target.opened(files).wholeness());
  }
}
