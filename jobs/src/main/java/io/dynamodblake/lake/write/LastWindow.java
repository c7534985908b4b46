package io.dynamodblake.lake.write;

import io.dynamodblake.conf.ApplyKeys;
import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.document.RunId;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.Window;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.lake.Ledger;
import io.dynamodblake.lake.LedgerEntry;
import io.dynamodblake.lake.changes.MergeCounts;
import io.dynamodblake.schema.DataRefusedException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The window that a lake table is made of last, which alone can be undone: what came before it is
 * known by its old images, what came before an earlier one is not. Afterwards the table is as if it
 * had never been applied, but for columns that came with it, which stay and are empty.
 */
final class LastWindow {
  private static final Words APPLY = Words.ofCommand("apply");
  private static final String ACTION = "Cannot undo changes: ";

  private LastWindow() {}

  /**
   * Refuses a table whose last entry is no window.
   *
   * @throws ExportFormatException if there is none to be undone
   */
  static void requireOne(Ledger ledger, String place) {
    LedgerEntry last = ledger.last();
    if (last.kind() != LedgerEntry.Kind.WINDOW) {
      throw new ExportFormatException(
          "%s%s, at %s; only an incremental export that was applied can be undone"
              .formatted(
                  ACTION,
                  last.kind() == LedgerEntry.Kind.FULL
                      ? "none was applied since the full export " + last.exportId()
                      : "what was applied last is an archive of a stream, " + last.exportId(),
                  place));
    }
  }

  /**
   * Returns the window to be undone.
   *
   * @param table of which a window was applied last
   * @throws UsageException if something else was given than one export
   * @throws ExportFormatException if it is not the one that was applied last, or does not say what
   *     was before
   */
  static Chain of(CurrentPointer table, List<Chain.Given> given, String place) {
    LedgerEntry last = table.ledger().last();
    if (given.size() != 1) {
      throw new UsageException(
          "%sthere are %d exports in what is given, and one at a time can be undone; give %s, which was applied last"
              .formatted(ACTION, given.size(), last.exportId()));
    }
    ExportManifest export = given.get(0).export();
    if (!export.exportId().equals(last.exportId())) {
      throw new ExportFormatException(
          "%sexport %s was not applied last, that was %s with the window %s to %s, at %s; undo that one%s"
              .formatted(
                  ACTION,
                  export.exportId(),
                  last.exportId(),
                  text(last.from()),
                  text(last.to()),
                  place,
                  isIn(table.ledger(), export) ? " first" : ""));
    }
    if (!LakeTarget.fingerprint(export).equals(last.fingerprint())) {
      throw new ExportFormatException(
          "%sexport %s has other data files than when it was applied, in %s; give the export as it was then"
              .formatted(ACTION, export.exportId(), export.root()));
    }
    if (Chain.window(export).view() != Window.View.NEW_AND_OLD_IMAGES) {
      throw new ExportFormatException(
          "%sexport %s has new images alone, so nobody knows what was before, in %s; export the same window with old images, or flatten a full export of %s with %s"
              .formatted(
                  ACTION,
                  export.exportId(),
                  export.root(),
                  text(last.from()),
                  Words.FLATTEN.of(FlattenKeys.REPLACE)));
    }
    return new Chain(List.of(export), 0, List.of());
  }

  private static boolean isIn(Ledger ledger, ExportManifest export) {
    return ledger.find(export.exportId(), LakeTarget.fingerprint(export)).isPresent();
  }

  private static String text(Optional<Instant> time) {
    return time.map(Object::toString).orElse("an unknown time");
  }

  /** Returns the name of the snapshot: that of what it is made of then. */
  static String snapshotId(CurrentPointer table, String runId) {
    String name = before(table).exportId().replaceAll("[^A-Za-z0-9._-]", "_");
    return name + "." + RunId.randomPart(runId);
  }

  private static LedgerEntry before(CurrentPointer table) {
    return table.ledger().withoutLast().last();
  }

  /** Returns what the snapshot is made of then. */
  static SnapshotRun.Source source(CurrentPointer table, ExportManifest undone) {
    LedgerEntry before = before(table);
    String fingerprint =
        before.kind() == LedgerEntry.Kind.FULL
            ? before.fingerprint()
            : new Fingerprint()
                .add(table.snapshot().exportFingerprint())
                .add(APPLY.of(ApplyKeys.REVERSE))
                .add(LakeTarget.fingerprint(undone))
                .hex();
    return new SnapshotRun.Source(
        before.exportId(),
        Optional.empty(),
        Optional.of(Chain.window(undone).from()),
        fingerprint,
        table.snapshot().planFingerprint());
  }

  /** What is thrown where the table is not what the window says it was left as. */
  static DataRefusedException contradicted(
      ExportManifest export, MergeCounts counts, long different, String place) {
    String found =
        List.of(
                count(counts.unknownDeletes() + counts.unknownUpdates(), "keys", "are missing"),
                count(counts.knownInserts(), "keys", "are there that it deleted"),
                count(different, "rows", "are not what it left"))
            .stream()
            .filter(text -> !text.isEmpty())
            .collect(Collectors.joining(", "));
    return new DataRefusedException(
        "%sthe lake table is not as export %s left it: %s, at %s; compare the lake table with a full export, and flatten that if they differ"
            .formatted(ACTION, export.exportId(), found, place));
  }

  private static String count(long count, String what, String are) {
    return count == 0 ? "" : "%,d %s %s".formatted(count, what, are);
  }
}
