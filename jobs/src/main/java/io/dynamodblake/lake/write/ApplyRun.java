package io.dynamodblake.lake.write;

import io.dynamodblake.conf.ApplyKeys;
import io.dynamodblake.ddl.AthenaDdl;
import io.dynamodblake.export.FileAccount;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.HistoryPart;
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
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.PlanOptions;
import io.dynamodblake.schema.TableSchema;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
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
  private final LakeSnapshot base;
  private final SnapshotContents contents;
  private final SnapshotTarget snapshot;

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
            name -> where(target.current().orElseThrow())),
        book,
        progress);
    this.snapshot = only().snapshot();
    this.options = options;
    this.table = target.current().orElseThrow();
    this.input = input;
    this.hashKey = KeyedHashes.read(options.hashKey(), configuration);
    this.base = LakeSnapshot.of(files, layout, table);
    KeyedHashes.bind(base.schema(), hashKey, false);
    this.contents = base.base(spark);
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
    List<KeyAttribute> keys = base.schema().keys();
    if (keys.isEmpty()) {
      keys = WindowFeeds.keys(feeds, configuration);
    }
    ChangeMerge.Input changes =
        new ChangeMerge.Input(feeds, input.records(), keys, input.source(), comparesOldImages());
    try (ChangeMerge merge =
        ChangeMerge.of(
            snapshot.session(),
            changes,
            base,
            contents,
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
    OldImageCheck.Result compared =
        new OldImageCheck(snapshot.session(), base, contents, merge)
            .compare(comparesOldImages() ? options.oldImages() : ApplyOptions.OldImages.NONE);
    refuseContradictions(counts, compared.different());
    book.notes(ChangeNotes.of(counts, compared));

    phase("Reading types", counts.images());
    ImageItems images = new ImageItems(snapshot.session(), merge.images());
    SchemaChoice choice =
        images.schema(
            base.schema(),
            PlanOptions.of(table.table(), keys)
                .withRules(SchemaChoice.rules(snapshot.format()))
                .withWords(options.words()));
    TableSchema schema = choice.schema();
    book.schema(choice.source(), schema.writtenColumns().size(), choice.notes());
    Arrangement arrangement = Arrangement.of(table.snapshot(), schema);
    Optional<String> database = options.database().or(() -> table.snapshot().database());
    AthenaDdl.check(
        FlattenOptions.databaseOr(database), table.table(), schema, arrangement.partitions());

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
    input.archive(counts).ifPresent(book::archive);
    book.notes(input.notes(counts));
    long rows = table.snapshot().rows() - counts.removedRows() + counts.images();
    book.changes(changes(counts, compared, plan, rows));
    ChangeHistory kept = new ChangeHistory(this, history, options, table, input.windows(), hashKey);
    kept.check(FlattenOptions.databaseOr(database), schema);
    if (options.dryRun()) {
      return book.end(RunReport.Status.DRY_RUN);
    }
    boolean sameRows = plan.isUntouched(contents) && counts.images() == 0;
    // whether records were set aside, the report of the run tells that made the snapshot
    if (sameRows && book.quarantined() == 0 && !kept.hasNews(counts.records())) {
      return advance(counts);
    }

    phase("Writing", counts.images());
    snapshot.begin(schema, arrangement, IcebergLineage.summary(book.runId(), input.exports()));
    snapshot.take(contents, plan, merge);
    if (counts.images() > 0 || plan.isEmpty()) {
      FileSizing sizing =
          FileSizing.of(table.snapshot(), counts.images(), options.targetFileBytes());
      images.write(snapshot, schema, hashKey, arrangement, sizing);
    }

    phase("Checking", -1);
    SnapshotTarget.Written written = snapshot.count(schema, arrangement);
    book.written(written.rows(), written.contents());
    book.iceberg(snapshot.iceberg());
    Reconciliation.requireRows(rows, written.rows(), snapshot.place());
    requireCarried(plan, written.files());
    refuseNothingLeft(written.rows());
    List<HistoryPart> parts = kept.write(base, contents, schema);

    phase("Publishing", -1);
    input.keep();
    return publish(
        new Outcome(
            table.table(),
            database,
            input.source(table.snapshot().exportFingerprint(), table.snapshot().planFingerprint()),
            input.facts(),
            published -> ledger(published, counts).withHistory(kept.published(parts)),
            Optional.empty(),
            List.of(
                new TableOutcome(
                    only(),
                    schema,
                    table.snapshot().partitionBy(),
                    arrangement,
                    Optional.of(written)))));
  }

  /** A file of another table in the place of one that was carried has the same name and length. */
  private void requireCarried(FilePlan plan, SnapshotFiles written) throws IOException {
    Optional<SnapshotFiles> before =
        contents.kept().isPresent() ? Optional.empty() : base.publishedFiles();
    if (before.isPresent()) {
      List<String> names =
          plan.carried().stream().map(file -> contents.name(contents.files().get(file))).toList();
      before.get().requireSame(names, written, base.id(), contents);
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
                counts.inserted(), counts.updated(), counts.deleted(), counts.unknownDeletes())));
  }

  /** Nothing in the files changes; the table shows a later moment. */
  private RunReport advance(MergeCounts counts) throws IOException {
    phase("Publishing", -1);
    PublishedSnapshot same = table.snapshot();
    book.snapshot(same.id(), layout.root() + "/" + same.path());
    book.written(same.rows(), contents);
    book.iceberg(same.iceberg());
    book.ddl(layout.athenaDdl());
    input.keep();
    return advance(input.facts(), ledger(same, counts));
  }

  private RunReport.Changes changes(
      MergeCounts counts, OldImageCheck.Result compared, FilePlan plan, long rowsAfter)
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
        rowsAfter,
        plan.carried().size() + plan.covered().size(),
        plan.rewritten().stream().mapToInt(List::size).sum(),
        plan.rewrittenBytes(contents),
        options.reverse(),
        base.wholeness());
  }
}
