package io.dynamodblake.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.JsonDocuments;
import java.time.Instant;
import java.util.Optional;

/**
 * One thing that a lake table is made of: the full export that it began with, or a window of
 * changes that was applied to it.
 *
 * @param kind what it is
 * @param exportId last segment of the export's ARN, or a name made for what has none
 * @param from begin of the window, inclusive; empty for a full export
 * @param to end of the window, exclusive, or the instant of a full export; empty if nobody knows
 * @param view which images the change records have; empty for a full export
 * @param items items or change records that were read; -1 if nobody knows
 * @param fingerprint SHA-256 over the names, counts and checksums of the data files
 * @param runId the run that published it
 * @param publishedAt when that was
 * @param rows rows of the table after that run
 * @param changed what the run has changed in sum, at the last window that it applied; empty for all
 *     others
 */
public record LedgerEntry(
    Kind kind,
    String exportId,
    Optional<Instant> from,
    Optional<Instant> to,
    Optional<String> view,
    long items,
    String fingerprint,
    String runId,
    Instant publishedAt,
    long rows,
    Optional<Changed> changed) {

  /** What an entry can be. */
  public enum Kind {
    /** A full export. */
    FULL("full"),
    /** An incremental export. */
    WINDOW("window"),
    /** Change records that a stream gave, which have no window that anybody vouches for. */
    ARCHIVE("archive");

    private final String key;

    Kind(String key) {
      this.key = key;
    }

    /** Returns the word in the document. */
    public String key() {
      return key;
    }
  }

  /**
   * What a run has changed.
   *
   * @param inserted keys that the table has since and had not before
   * @param updated keys whose row was replaced
   * @param deleted keys that the table had and has not any more
   * @param unknown deletes of keys that the table had not
   * @param kept keys whose row stayed, although time to live has deleted the item
   */
  public record Changed(long inserted, long updated, long deleted, long unknown, long kept) {
    void putInto(ObjectNode node) {
      node.put("inserted", inserted);
      node.put("updated", updated);
      node.put("deleted", deleted);
      node.put("unknown", unknown);
      if (kept > 0) {
        node.put("kept", kept);
      }
    }

    static Optional<Changed> of(JsonNode node) {
      return node.isObject()
          ? Optional.of(
              new Changed(
                  node.path("inserted").asLong(),
                  node.path("updated").asLong(),
                  node.path("deleted").asLong(),
                  node.path("unknown").asLong(),
                  node.path("kept").asLong()))
          : Optional.empty();
    }
  }

  /** The entry of a snapshot that was made of one full export. */
  static LedgerEntry ofFull(PublishedSnapshot snapshot, long items) {
    return new LedgerEntry(
        Kind.FULL,
        snapshot.exportId(),
        Optional.empty(),
        snapshot.exportTime(),
        Optional.empty(),
        items,
        snapshot.exportFingerprint(),
        snapshot.runId(),
        snapshot.publishedAt(),
        snapshot.rows(),
        Optional.empty());
  }

  /** Adds what documents say of it. */
  public void putInto(ObjectNode node) {
    node.put("kind", kind.key());
    node.put("exportId", exportId);
    JsonDocuments.putInstant(node, "from", from);
    JsonDocuments.putInstant(node, "to", to);
    JsonDocuments.put(node, "view", view);
    if (items >= 0) {
      node.put("items", items);
    }
    node.put("fingerprint", fingerprint);
    node.put("runId", runId);
    node.put("publishedAt", publishedAt.toString());
    node.put("rows", rows);
    changed.ifPresent(counts -> counts.putInto(node.putObject("changed")));
  }

  static LedgerEntry of(JsonNode node, PointerText text) {
    return new LedgerEntry(
        kind(node, text),
        text.required(node, "exportId"),
        text.instant(node, "from"),
        text.instant(node, "to"),
        JsonDocuments.text(node, "view"),
        node.path("items").asLong(-1),
        text.required(node, "fingerprint"),
        text.required(node, "runId"),
        text.instant(node, "publishedAt")
            .orElseThrow(() -> text.unreadable("key 'publishedAt' is missing")),
        node.path("rows").asLong(),
        Changed.of(node.path("changed")));
  }

  private static Kind kind(JsonNode node, PointerText text) {
    String wanted = text.required(node, "kind");
    for (Kind kind : Kind.values()) {
      if (kind.key.equals(wanted)) {
        return kind;
      }
    }
    throw text.unreadable("unknown kind of ledger entry");
  }
}
