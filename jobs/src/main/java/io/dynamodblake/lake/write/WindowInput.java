package io.dynamodblake.lake.write;

import io.dynamodblake.conf.ApplyKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.FileAccount;
import io.dynamodblake.export.Window;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.lake.Ledger;
import io.dynamodblake.lake.LedgerEntry;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.TableFacts;
import io.dynamodblake.lake.changes.ChangeFeed;
import io.dynamodblake.lake.changes.ChangeMerge;
import io.dynamodblake.lake.changes.MergeCounts;
import io.dynamodblake.spark.read.RunAccounts;
import io.dynamodblake.spark.read.RunChanges;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Windows of changes that have manifests: incremental exports, or runs of our own archive of a
 * stream. Each file is held to what the manifest says of it.
 */
final class WindowInput implements ApplyInput {
  static final long TASK_BYTES = 64L << 20;
  static final long MOST_BAD_RECORDS_OF_TASK = 1_000_000;

  private final Chain chain;
  private final CurrentPointer table;
  private final ApplyOptions options;
  private final List<ExportManifest> windows;
  private final List<RunAccounts> accounts = new ArrayList<>();
  private PartProgress parts; // once there is something to read

  /**
   * @param chain of at least one window
   * @param table that they continue
   */
  WindowInput(Chain chain, CurrentPointer table, ApplyOptions options) {
    this.chain = chain;
    this.table = table;
    this.options = options;
    this.windows = chain.windows();
    if (options.archive().keepExpired() && source() == ChangeMerge.Source.WINDOWS) {
      throw new UsageException(
          "Cannot use %s with exports by DynamoDB: they do not say which deletes are of what had expired; leave it out, or give the archive of a stream"
              .formatted(options.words().of(ApplyKeys.TTL_DELETES, "keep")));
    }
  }

  @Override
  public List<ExportManifest> exports() {
    return windows;
  }

  @Override
  public List<ExportManifest> windows() {
    return windows;
  }

  @Override
  public String snapshotId(String runId) {
    return options.reverse()
        ? LastWindow.snapshotId(table, runId)
        : ApplyInput.super.snapshotId(runId);
  }

  @Override
  public Ledger ledger(Ledger before, Published published) {
    return options.reverse() ? before.withoutLast() : ApplyInput.super.ledger(before, published);
  }

  @Override
  public List<String> notes() {
    return chain.notes();
  }

  @Override
  public long records() {
    return windows.stream().mapToLong(ExportManifest::itemCount).sum();
  }

  @Override
  public ChangeMerge.Source source() {
    return chain.source(table);
  }

  @Override
  public List<ChangeFeed> feeds(Reading reading) throws IOException {
    parts = new PartProgress(reading.progress());
    List<ChangeFeed> feeds = new ArrayList<>();
    for (int i = 0; i < windows.size(); i++) {
      ExportManifest window = windows.get(i);
      RunAccounts books =
          RunAccounts.open(reading.session(), window, parts.part(), reading.hashKey());
      accounts.add(books);
      ChangeFeed feed =
          WindowFeeds.of(
              RunChanges.shares(reading.session(), reading.configuration(), window, TASK_BYTES),
              records(books, i, reading.quarantine()),
              i,
              options.archive().keepExpired());
      feeds.add(options.reverse() ? feed.reversed() : feed);
    }
    return feeds;
  }

  private RunChanges records(RunAccounts books, int number, Quarantine quarantine) {
    return switch (options.onBadRecord()) {
      case FAIL -> RunChanges.failing(books, options.read());
      case QUARANTINE ->
          RunChanges.settingAside(
              books,
              options.read(),
              quarantine.folder() + "/" + number,
              Math.max(options.maxBadRecords(), MOST_BAD_RECORDS_OF_TASK));
    };
  }

  @Override
  public List<List<FileAccount>> settle() {
    parts.end();
    List<List<FileAccount>> read = new ArrayList<>();
    for (int i = 0; i < windows.size(); i++) {
      List<FileAccount> files = accounts.get(i).files();
      read.add(files);
      ExportManifest window = windows.get(i);
      Reconciliation reconciliation =
          new Reconciliation(
              window.files(),
              files,
              Reconciliation.promised(window.itemCount(), options.read().verify()),
              window.root());
      reconciliation.requireFiles();
      reconciliation.requirePromised(options.words());
    }
    return read;
  }

  @Override
  public void check(MergeCounts counts) {
    if (counts.repeated() > 0 && source() == ChangeMerge.Source.WINDOWS) {
      throw new ExportFormatException(
          "Cannot apply changes: %,d records are of a key that their export has already, and an export has one for each key, in %s; it is no export of a window as DynamoDB writes it: export again"
              .formatted(counts.repeated(), windows.get(0).root()));
    }
  }

  @Override
  public Optional<RunReport.Archive> archive(MergeCounts counts) {
    if (source() == ChangeMerge.Source.WINDOWS) {
      return Optional.empty();
    }
    return Optional.of(
        new RunReport.Archive(
            "dynamodb-lake stream",
            windows.stream().mapToInt(window -> window.files().size()).sum(),
            0,
            Optional.of(Chain.window(windows.get(0)).from()),
            Optional.of(Chain.window(last()).to()),
            counts.repeated(),
            0,
            0,
            counts.passedOver(),
            counts.kept(),
            counts.ties(),
            counts.lossy(),
            new TreeMap<>()));
  }

  private ExportManifest last() {
    return windows.get(windows.size() - 1);
  }

  @Override
  public SnapshotRun.Source source(String earlierFingerprint, String planFingerprint) {
    if (options.reverse()) {
      return LastWindow.source(table, windows.get(0));
    }
    Fingerprint fingerprint = new Fingerprint().add(earlierFingerprint);
    windows.forEach(window -> fingerprint.add(LakeTarget.fingerprint(window)));
    return new SnapshotRun.Source(
        last().exportId(),
        last().exportArn(),
        Optional.of(Chain.window(last()).to()),
        fingerprint.hex(),
        planFingerprint);
  }

  @Override
  public TableFacts facts() {
    if (options.reverse()) {
      return new TableFacts(
          table.facts().arn(),
          table.facts().id(),
          Optional.of(Chain.window(windows.get(0)).from()));
    }
    return new TableFacts(
        last().tableArn().or(() -> table.facts().arn()),
        last().tableId().or(() -> table.facts().id()),
        Optional.of(Chain.window(last()).to()));
  }

  @Override
  public List<LedgerEntry> entries(Published published) {
    List<LedgerEntry> entries = new ArrayList<>();
    for (int i = 0; i < windows.size(); i++) {
      ExportManifest export = windows.get(i);
      Window window = Chain.window(export);
      entries.add(
          new LedgerEntry(
              window.compacted() ? LedgerEntry.Kind.WINDOW : LedgerEntry.Kind.ARCHIVE,
              export.exportId(),
              Optional.of(window.from()),
              Optional.of(window.to()),
              Optional.of(window.view().name()),
              export.itemCount(),
              LakeTarget.fingerprint(export),
              published.runId(),
              published.at(),
              published.rows(),
              i == windows.size() - 1 ? Optional.of(published.changed()) : Optional.empty()));
    }
    return entries;
  }

  @Override
  public void close() {
    accounts.forEach(RunAccounts::close);
  }
}
