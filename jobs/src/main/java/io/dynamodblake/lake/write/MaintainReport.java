package io.dynamodblake.lake.write;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The account of what a lake table was rid of, or would be.
 *
 * @param root the table's folder
 * @param snapshot the current one
 * @param kept names of the snapshots that stay before it, in the order in which they were published
 * @param forgotten names of those that go
 * @param gone what goes, by reason
 * @param iceberg what was done for a table of Iceberg; empty for folders of files
 */
public record MaintainReport(
    String runId,
    boolean dryRun,
    Instant startedAt,
    Instant finishedAt,
    String root,
    String table,
    String snapshot,
    List<String> kept,
    List<String> forgotten,
    List<Gone> gone,
    Optional<Upkeep> iceberg) {
  private static final Envelope ENVELOPE = new Envelope("maintain-report", 1);

  public MaintainReport {
    kept = List.copyOf(kept);
    forgotten = List.copyOf(forgotten);
    gone = List.copyOf(gone);
  }

  /**
   * What goes for one reason.
   *
   * @param reason a word, such as {@code snapshots}
   * @param count how many of them, such as folders
   */
  public record Gone(String reason, long count, long files, long bytes) {}

  /**
   * What was done for the tables of Iceberg that keep the rows and the history.
   *
   * @param rewritten files that others took the place of
   * @param written those
   * @param expired snapshots of Iceberg that are no more
   * @param orphans files that no snapshot names
   * @param leftTo the service that does this by itself, so that nothing was done
   */
  public record Upkeep(
      long rewritten, long written, long expired, long orphans, Optional<String> leftTo) {
    /** What was done for both of two tables. */
    Upkeep and(Upkeep other) {
      return new Upkeep(
          rewritten + other.rewritten,
          written + other.written,
          expired + other.expired,
          orphans + other.orphans,
          leftTo.or(other::leftTo));
    }
  }

  /** Returns how many bytes go. */
  public long bytes() {
    return gone.stream().mapToLong(Gone::bytes).sum();
  }

  /** Returns how many files go. */
  public long files() {
    return gone.stream().mapToLong(Gone::files).sum();
  }

  /** Returns the document. */
  public String toJson() {
    ObjectNode tree =
        ENVELOPE.begin(
            new Envelope.Run(
                runId,
                "maintain",
                dryRun ? "dry-run" : "done",
                Optional.empty(),
                startedAt,
                Optional.of(finishedAt)));
    tree.put("root", root);
    tree.put("table", table);
    tree.put("snapshotId", snapshot);
    kept.forEach(tree.putArray("kept")::add);
    forgotten.forEach(tree.putArray("forgotten")::add);
    ArrayNode reasons = tree.putArray("gone");
    for (Gone one : gone) {
      ObjectNode node = reasons.addObject();
      node.put("reason", one.reason());
      node.put("count", one.count());
      node.put("files", one.files());
      node.put("bytes", one.bytes());
    }
    tree.put("files", files());
    tree.put("bytes", bytes());
    iceberg.ifPresent(
        done -> {
          ObjectNode node = tree.putObject("iceberg");
          node.put("rewritten", done.rewritten());
          node.put("written", done.written());
          node.put("expired", done.expired());
          node.put("orphans", done.orphans());
          JsonDocuments.put(node, "leftTo", done.leftTo());
        });
    return JsonDocuments.print(tree);
  }
}
