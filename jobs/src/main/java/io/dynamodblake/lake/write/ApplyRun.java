package io.dynamodblake.lake.write;

import io.dynamodblake.conf.ApplyKeys;
import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.ddl.AthenaDdl;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.FileAccount;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.export.Window;
import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.Ledger;
import io.dynamodblake.lake.LedgerEntry;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.PublishedSnapshot;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.lake.SnapshotFiles;
import io.dynamodblake.lake.TableFacts;
import io.dynamodblake.lake.changes.ChangeFeed;
import io.dynamodblake.lake.changes.ChangeMerge;
import io.dynamodblake.lake.changes.MergeCounts;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.read.RunAccounts;
import io.dynamodblake.spark.read.RunChanges;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** One run that applies windows of changes to a lake table, settles its accounts and publishes. */
final class ApplyRun extends SnapshotRun {
  private static final long TASK_BYTES = 64L << 20;
  private static final long MOST_BAD_RECORDS_OF_TASK = 1_000_000;
  // of change records, so that what a task sorts fits into memory, usually
  private static final long RECORDS_OF_TASK = 100_000;
  private static final int MOST_SORTING_TASKS = 10_000;

  private final ApplyOptions options;
  private final CurrentPointer table;
  private final List<ExportManifest> windows;
  private final HashKey hashKey;
  private final LakeSnapshot base;
  private final SnapshotContents contents;

  ApplyRun(
      SparkSession spark,
      ApplyOptions options,
      LakeTarget target,
      Chain chain,
      RunBook book,
      ReadProgress progress)
      throws IOException {
    super(
        spark,
        target,
        book,
        progress,
        LakeTarget.snapshotId(last(chain), LakeTarget.fingerprint(last(chain)), book.runId()),
        OutputFormat.PARQUET);
    this.options = options;
    this.table = target.current().orElseThrow();
    this.windows = chain.windows();
    this.hashKey = KeyedHashes.read(options.hashKey(), configuration);
    this.base = LakeSnapshot.of(files, layout, table);
    KeyedHashes.bind(base.schema(), hashKey, false);
    this.contents = base.contents();
  }

  private static ExportManifest last(Chain chain) {
    return chain.windows().get(chain.windows().size() - 1);
  }

  @Override
  RunReport writeAndPublish() throws IOException {
    long changes = windows.stream().mapToLong(ExportManifest::itemCount).sum();
    phase("Reading changes", changes);
    sortIn(changes);
    List<RunAccounts> accounts = new ArrayList<>();
    try {
      PartProgress parts = new PartProgress(progress);
      for (ExportManifest window : windows) {
        accounts.add(RunAccounts.open(snapshot.session(), window, parts.part(), hashKey));
      }
      return merge(accounts, changes);
    } finally {
      accounts.forEach(RunAccounts::close);
    }
  }

  /** Few changes are not worth the many tasks that Spark sorts with unless it is told. */
  private void sortIn(long changes) {
    int cores = snapshot.session().sparkContext().defaultParallelism();
    long tasks = Math.max(cores, Math.min(MOST_SORTING_TASKS, changes / RECORDS_OF_TASK));
    snapshot.session().conf().set("spark.sql.shuffle.partitions", tasks);
  }

  private RunReport merge(List<RunAccounts> accounts, long changes) throws IOException {
    List<ChangeFeed> feeds = new ArrayList<>();
    for (int i = 0; i < windows.size(); i++) {
      feeds.add(feed(windows.get(i), records(accounts.get(i), i), i));
    }
    List<KeyAttribute> keys = base.schema().keys();
    if (keys.isEmpty()) {
      keys = WindowFeeds.keys(feeds, configuration);
    }
    ChangeMerge.Input input =
        new ChangeMerge.Input(
            feeds, changes, keys, true, options.oldImages() != ApplyOptions.OldImages.NONE);
    try (ChangeMerge merge =
        ChangeMerge.of(
            snapshot.session(),
            input,
            base,
            contents,
            hashKey,
            () -> {
              settleChanges(accounts);
              phase("Finding rows", table.snapshot().rows());
            })) {
      refuseRepeated(merge.counts());
      return write(merge, keys);
    }
  }

  private ChangeFeed feed(ExportManifest window, RunChanges records, int number)
      throws IOException {
    return WindowFeeds.of(
        RunChanges.shares(snapshot.session(), configuration, window, TASK_BYTES), records, number);
  }

  private RunChanges records(RunAccounts accounts, int number) {
    return switch (options.onBadRecord()) {
      case FAIL -> RunChanges.failing(accounts, options.read());
      case QUARANTINE ->
          RunChanges.settingAside(
              accounts,
              options.read(),
              quarantine() + "/" + number,
              Math.max(options.maxBadRecords(), MOST_BAD_RECORDS_OF_TASK));
    };
  }

  private String quarantine() {
    String quarantine = layout.quarantine(book.runId());
    book.quarantine(quarantine);
    return quarantine;
  }

  // ---- checks

  private void settleChanges(List<RunAccounts> accounts) {
    for (int i = 0; i < windows.size(); i++) {
      List<FileAccount> read = accounts.get(i).files();
      book.accounts(i, read);
      ExportManifest window = windows.get(i);
      Reconciliation reconciliation =
          new Reconciliation(
              window.files(),
              read,
              Reconciliation.promised(window.itemCount(), options.read().verify()),
              window.root());
      reconciliation.requireFiles();
      reconciliation.requirePromised(options.words());
    }
    long bad = book.quarantined();
    if (bad > options.maxBadRecords() && options.onBadRecord() == OnBadRecord.QUARANTINE) {
      throw new DataRefusedException(
          "Cannot publish: %d bad records and at most %d are allowed, set aside with file, line and reason in %s; look at them, then allow more with %s"
              .formatted(
                  bad,
                  options.maxBadRecords(),
                  layout.quarantine(book.runId()),
                  options.words().of(FlattenKeys.MAX_BAD_RECORDS)));
    }
  }

  private void refuseRepeated(MergeCounts counts) {
    if (counts.repeated() > 0) {
      throw new ExportFormatException(
          "Cannot apply changes: %,d records are of a key that their export has already, and an export has one for each key, in %s; it is no export of a window as DynamoDB writes it: export again"
              .formatted(counts.repeated(), windows.get(0).root()));
    }
  }

  private void refuseContradictions(MergeCounts counts, long different) {
    if (options.strict() && counts.contradictions() + different > 0) {
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
        new OldImageCheck(snapshot.session(), base, contents, merge).compare(options.oldImages());
    refuseContradictions(counts, compared.different());
    book.notes(ChangeNotes.of(counts, compared));

    phase("Reading types", counts.images());
    ImageItems images = new ImageItems(snapshot.session(), merge.images());
    SchemaChoice choice = images.schema(base.schema(), keys, options, table.table());
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
            FilePlan.isSameInFiles(snapshot.session(), base.schema(), schema),
            options.targetFileBytes(),
            configuration);
    book.changes(
        changes(
            counts,
            compared,
            plan,
            table.snapshot().rows() - counts.removedRows() + counts.images()));
    if (options.dryRun()) {
      return book.end(RunReport.Status.DRY_RUN);
    }
    if (plan.isUntouched(contents) && counts.images() == 0) {
      return advance(counts);
    }

    phase("Writing", counts.images());
    new Carrying(snapshot.session(), contents).carry(plan.carried(), snapshot.place());
    new Rewriting(snapshot.session(), contents, merge)
        .write(plan.rewritten(), schema, arrangement, snapshot.place());
    if (counts.images() > 0 || plan.isEmpty()) {
      FileSizing sizing =
          FileSizing.of(table.snapshot(), counts.images(), options.targetFileBytes());
      images.write(snapshot, schema, hashKey, arrangement, sizing);
    }

    phase("Checking", -1);
    SnapshotTarget.Written written = snapshot.count(schema, arrangement);
    book.written(written.rows(), written.contents());
    long expected = table.snapshot().rows() - counts.removedRows() + counts.images();
    Reconciliation.requireRows(expected, written.rows(), snapshot.place());
    requireCarried(plan, written.files());
    refuseNothingLeft(written.rows());

    phase("Publishing", -1);
    return publish(
        new Outcome(
            table.table(),
            database,
            source(),
            schema,
            table.snapshot().partitionBy(),
            arrangement,
            written,
            facts(),
            published -> ledger(published, counts)));
  }

  /** A file of another table in the place of one that was carried has the same name and length. */
  private void requireCarried(FilePlan plan, SnapshotFiles written) throws IOException {
    Optional<SnapshotFiles> before = base.publishedFiles();
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

  private Source source() {
    ExportManifest last = windows.get(windows.size() - 1);
    Fingerprint fingerprint = new Fingerprint().add(table.snapshot().exportFingerprint());
    windows.forEach(window -> fingerprint.add(LakeTarget.fingerprint(window)));
    return new Source(
        last.exportId(),
        last.exportArn(),
        Optional.of(Chain.window(last).to()),
        fingerprint.hex(),
        table.snapshot().planFingerprint());
  }

  private TableFacts facts() {
    ExportManifest last = windows.get(windows.size() - 1);
    return new TableFacts(
        last.tableArn().or(() -> table.facts().arn()),
        last.tableId().or(() -> table.facts().id()),
        Optional.of(Chain.window(last).to()));
  }

  private Ledger ledger(PublishedSnapshot published, MergeCounts counts) {
    List<LedgerEntry> entries = new ArrayList<>();
    for (int i = 0; i < windows.size(); i++) {
      ExportManifest export = windows.get(i);
      Window window = Chain.window(export);
      boolean last = i == windows.size() - 1;
      entries.add(
          new LedgerEntry(
              LedgerEntry.Kind.WINDOW,
              export.exportId(),
              Optional.of(window.from()),
              Optional.of(window.to()),
              Optional.of(window.view().name()),
              export.itemCount(),
              LakeTarget.fingerprint(export),
              book.runId(),
              published.publishedAt(),
              published.rows(),
              last
                  ? Optional.of(
                      new LedgerEntry.Changed(
                          counts.inserted(),
                          counts.updated(),
                          counts.deleted(),
                          counts.unknownDeletes()))
                  : Optional.empty()));
    }
    return table.ledger().and(entries);
  }

  /** Nothing in the files changes; the table shows a later moment. */
  private RunReport advance(MergeCounts counts) throws IOException {
    phase("Publishing", -1);
    PublishedSnapshot same = table.snapshot();
    book.snapshot(same.id(), layout.snapshot(same.id()));
    book.written(same.rows(), contents);
    book.ddl(layout.athenaDdl());
    return advance(facts(), ledger(same, counts));
  }

  private RunReport.Changes changes(
      MergeCounts counts, OldImageCheck.Result compared, FilePlan plan, long rowsAfter) {
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
        plan.carried().size(),
        plan.rewritten().stream().mapToInt(List::size).sum(),
        plan.rewrittenBytes(contents));
  }
}
