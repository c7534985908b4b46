package io.dynamodblake.job.inspect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.Terminal;
import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.Lake;
import io.dynamodblake.lake.LedgerEntry;
import io.dynamodblake.lake.PublishedSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a lake table is made of, or several that are published together, as the pointer says:
 * nothing of the data is read.
 */
public record LakeInspection(Lake lake) {
  private static final int MOST_ROWS = 20;
  private static final Envelope ENVELOPE = new Envelope("lake-inspection", 1);

  private CurrentPointer current() {
    return isOfSeveral() ? lake.pointer().together() : lake.one().current();
  }

  private boolean isOfSeveral() {
    return lake.isOfEntities() && !lake.isPart();
  }

  private String root() {
    return isOfSeveral() ? lake.layout().root() : lake.one().layout().root();
  }

  /**
   * Returns the document, described in {@code docs/documents.md}.
   *
   * @param against what is different from others; empty if nobody asked
   */
  public String toJson(Optional<Against> against) {
    CurrentPointer current = current();
    PublishedSnapshot snapshot = current.snapshot();
    ObjectNode tree = ENVELOPE.begin();
    tree.put("root", root());
    tree.put("table", current.table());
    JsonDocuments.put(tree, "tableArn", current.facts().arn());
    JsonDocuments.put(tree, "tableId", current.facts().id());
    JsonDocuments.putInstant(tree, "tableTime", current.facts().time());
    tree.put("snapshotId", snapshot.id());
    tree.put("dataFormat", snapshot.dataFormat().key());
    snapshot.iceberg().ifPresent(version -> version.putInto(tree));
    tree.put("rows", snapshot.rows());
    tree.put("files", snapshot.files());
    tree.put("bytes", snapshot.bytes());
    tree.put("publishedAt", snapshot.publishedAt().toString());
    tree.put("earlierSnapshots", current.earlier().size());
    if (isOfSeveral()) {
      ArrayNode tables = tree.putArray("entities");
      for (Lake.Table table : lake.tables()) {
        PublishedSnapshot own = table.current().snapshot();
        ObjectNode node = tables.addObject();
        node.put("name", table.name());
        node.put("table", table.current().table());
        node.put("rows", own.rows());
        node.put("files", own.files());
        node.put("bytes", own.bytes());
        node.put("snapshotId", own.id());
      }
    }
    ArrayNode ledger = tree.putArray("ledger");
    current.ledger().entries().forEach(entry -> entry.putInto(ledger.addObject()));
    against.ifPresent(found -> AgainstJson.put(tree.putObject("against"), found));
    return JsonDocuments.printAnswer(tree) + "\n";
  }

  /**
   * Returns what is shown of it.
   *
   * @param now the present, for the age of the data
   * @param all whether all of the ledger is shown, however long it is
   */
  public List<String> lines(Terminal terminal, Instant now, boolean all) {
    List<String> lines = new ArrayList<>();
    CurrentPointer current = current();
    PublishedSnapshot snapshot = current.snapshot();
    lines.add(
        terminal.bold(
            TextTable.printable(
                "lake table %s%s"
                    .formatted(
                        current.table(),
                        current.facts().arn().map(arn -> " of " + arn).orElse("")))));
    lines.add(TextTable.printable(root()));
    lines.add(
        "%s in %s, %s of %s"
            .formatted(
                Quantities.count(snapshot.rows(), "row"),
                Quantities.count(snapshot.files(), "file"),
                Quantities.bytes(snapshot.bytes()),
                snapshot.dataFormat().key()));
    lines.add(
        "snapshot %s, published %s, %s"
            .formatted(
                TextTable.printable(snapshot.id()),
                snapshot.publishedAt(),
                isOfSeveral()
                    ? "of " + Quantities.count(lake.tables().size(), "table")
                    : current.earlier().isEmpty()
                        ? "the first one"
                        : Quantities.count(current.earlier().size(), "snapshot") + " before it"));
    snapshot
        .iceberg()
        .ifPresent(
            version ->
                lines.add(
                    TextTable.printable(
                        "kept by Iceberg %s, as its snapshot %d"
                            .formatted(
                                version
                                    .table()
                                    .map(name -> "as " + name)
                                    .orElse("in this folder, without a catalog"),
                                version.snapshotId()))));
    lines.add(
        terminal.bold("Shows")
            + "  "
            + current
                .facts()
                .time()
                .map(time -> time + ", " + age(Duration.between(time, now)))
                .orElse("a moment that nobody knows, so no changes can be applied"));
    if (current.ledger().kept() > 0) {
      lines.add("keeps rows of items that time to live has deleted, so it is no copy of the table");
    }
    lines.add("");
    if (isOfSeveral()) {
      lines.addAll(tables(terminal));
      lines.add("");
    } else if (lake.isPart()) {
      lines.add(
          TextTable.printable(
              "One of %d tables that are published together; all items are in %s"
                  .formatted(lake.pointer().members().size(), lake.layout().root())));
      lines.add("");
    }
    lines.addAll(ledger(current, terminal, all));
    return lines;
  }

  private List<String> tables(Terminal terminal) {
    TextTable shown =
        new TextTable(
            List.of("ENTITY", "TABLE", "ROWS", "FILES", "SIZE"),
            List.of(
                TextTable.Column.FLEXIBLE,
                TextTable.Column.FLEXIBLE,
                TextTable.Column.RIGHT,
                TextTable.Column.RIGHT,
                TextTable.Column.RIGHT));
    for (Lake.Table table : lake.tables()) {
      PublishedSnapshot own = table.current().snapshot();
      shown.add(
          table.name(),
          table.current().table(),
          Quantities.count(own.rows()),
          Quantities.count(own.files()),
          Quantities.bytes(own.bytes()));
    }
    return shown.lines(terminal.width(), terminal::bold);
  }

  private static String age(Duration age) {
    if (age.isNegative()) {
      return "which is yet to come";
    }
    if (age.toHours() >= 48) {
      return age.toDays() + " days ago";
    }
    return age.toMinutes() >= 120 ? age.toHours() + " hours ago" : age.toMinutes() + " minutes ago";
  }

  private static List<String> ledger(CurrentPointer current, Terminal terminal, boolean all) {
    TextTable table =
        new TextTable(
            List.of("MADE OF", "EXPORT", "TO", "READ", "NEW", "CHANGED", "GONE", "ROWS"),
            List.of(
                TextTable.Column.FLEXIBLE,
                TextTable.Column.FLEXIBLE,
                TextTable.Column.FLEXIBLE,
                TextTable.Column.RIGHT,
                TextTable.Column.RIGHT,
                TextTable.Column.RIGHT,
                TextTable.Column.RIGHT,
                TextTable.Column.RIGHT));
    List<LedgerEntry> entries = current.ledger().entries();
    int hidden = all ? 0 : Math.max(0, entries.size() - MOST_ROWS);
    for (int i = 0; i < entries.size(); i++) {
      LedgerEntry entry = entries.get(i);
      if (i > 0 && i <= hidden) {
        continue; // the begin is always shown
      }
      table.add(
          entry.kind().key(),
          entry.exportId(),
          entry.to().map(Instant::toString).orElse(""),
          entry.items() < 0 ? "" : Quantities.count(entry.items()),
          entry.changed().map(changed -> Quantities.count(changed.inserted())).orElse(""),
          entry.changed().map(changed -> Quantities.count(changed.updated())).orElse(""),
          entry.changed().map(changed -> Quantities.count(changed.deleted())).orElse(""),
          isLastOfRun(entries, i) ? Quantities.count(entry.rows()) : "");
    }
    List<String> lines = new ArrayList<>(table.lines(terminal.width(), terminal::bold));
    if (hidden > 0) {
      lines.add(
          "… without "
              + Quantities.count(hidden, "window")
              + " behind the first entry; --all shows them");
    }
    lines.add(
        terminal.dim(
            "READ: items or records. NEW, CHANGED, GONE: rows, at the last of windows that were applied at once."));
    return lines;
  }

  private static boolean isLastOfRun(List<LedgerEntry> entries, int index) {
    return index == entries.size() - 1
        || !entries.get(index + 1).runId().equals(entries.get(index).runId());
  }
}
