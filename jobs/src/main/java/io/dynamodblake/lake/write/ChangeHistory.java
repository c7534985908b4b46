package io.dynamodblake.lake.write;

import io.dynamodblake.ddl.AthenaDdl;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.FileAccount;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.export.Window;
import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.HistoryPart;
import io.dynamodblake.lake.HistoryTable;
import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.Ledger;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.lake.changes.ChangeFeed;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.read.RunAccounts;
import io.dynamodblake.spark.read.RunChanges;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.SparkSession;

/**
 * What windows of changes add to the history of a lake table, if it keeps one. The records are read
 * again for it, because a merge keeps nothing of those between the first and the last of a key.
 * Driver only.
 */
record ChangeHistory(
    SnapshotRun run,
    HistoryWriting writing,
    ApplyOptions options,
    CurrentPointer table,
    List<ExportManifest> windows,
    HashKey hashKey) {

  private boolean isKept() {
    return options.history() || !before().isEmpty();
  }

  private List<HistoryPart> before() {
    return table.ledger().history();
  }

  /** Refuses what cannot have a history, before anything is written. */
  void check(String database, TableSchema schema) {
    if (isKept()) {
      AthenaDdl.script(HistoryTable.checked(table.table(), database, schema, run.layout));
    }
  }

  /**
   * Whether there is something to be added.
   *
   * @param records change records of all windows
   */
  boolean hasNews(long records) {
    return isKept() && (options.reverse() ? leaves() : records > 0 || before().isEmpty());
  }

  /** Whether rows have to leave a table that Iceberg keeps; folders leave with the pointer. */
  private boolean leaves() {
    return table.ledger().historyTable().isPresent()
        && published(before()).size() < before().size();
  }

  /**
   * Writes it.
   *
   * @param base the snapshot before
   * @param contents its files
   * @param schema of the next one
   * @return the ledger with all of the history that belongs to what is published
   */
  UnaryOperator<Ledger> write(LakeSnapshot base, SnapshotContents contents, TableSchema schema)
      throws IOException {
    if (!isKept()) {
      return ledger -> ledger;
    }
    run.phase("Writing history", -1);
    List<HistoryPart> parts = new ArrayList<>(before());
    if (parts.isEmpty() && !options.reverse()) {
      long rows = table.snapshot().rows();
      writing
          .base(
              session -> base.placed(session, contents).rows(),
              base.schema(),
              table.facts().time().orElseThrow(),
              new HistoryWriting.Origin(
                  table.snapshot().id(), table.snapshot().exportFingerprint()),
              rows,
              sizing(rows))
          .ifPresent(parts::add);
    }
    parts = new ArrayList<>(writing.widened(parts, base.schema(), schema));
    for (int i = 0; i < windows.size() && !options.reverse(); i++) {
      changes(windows.get(i), i, schema, parts);
    }
    return writing.finish(before(), published(parts));
  }

  private void changes(
      ExportManifest export, int number, TableSchema schema, List<HistoryPart> parts)
      throws IOException {
    SparkSession session = run.only().snapshot().session();
    Window window = Chain.window(export);
    long records = run.book.accounts(number).stream().mapToLong(FileAccount::items).sum();
    try (RunAccounts again = RunAccounts.open(session, export, ReadProgress.NONE, hashKey)) {
      // what is no change was told, counted and set aside when the records were read before
      RunChanges changes = RunChanges.settingAside(again, options.read(), "", Long.MAX_VALUE);
      ChangeFeed feed =
          WindowFeeds.of(
              RunChanges.shares(session, run.configuration, export, WindowInput.TASK_BYTES),
              changes,
              number,
              options.archive().keepExpired());
      writing
          .changes(
              feed,
              schema,
              hashKey,
              window.from(),
              window.to(),
              new HistoryWriting.Origin(export.exportId(), LakeTarget.fingerprint(export)),
              records,
              sizing(records))
          .ifPresent(parts::add);
    }
  }

  private FileSizing sizing(long rows) {
    return FileSizing.of(table.snapshot(), rows, options.targetFileBytes());
  }

  /**
   * Returns the history that belongs to what is published: without the window that is undone.
   *
   * @param parts as {@link #write} returned them
   */
  private List<HistoryPart> published(List<HistoryPart> parts) {
    if (!options.reverse()) {
      return parts;
    }
    ExportManifest undone = windows.get(0);
    String fingerprint = LakeTarget.fingerprint(undone);
    return parts.stream()
        .filter(
            part ->
                !part.exportId().equals(undone.exportId())
                    || !part.exportFingerprint().equals(fingerprint))
        .toList();
  }
}
