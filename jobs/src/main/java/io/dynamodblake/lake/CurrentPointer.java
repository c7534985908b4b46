package io.dynamodblake.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.schema.DataRefusedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code current.json}: the published snapshot of a lake table. It is replaced whole, in one step
 * and last, so it always points at a complete snapshot.
 *
 * @param table name of the lake table
 * @param facts what is known of the DynamoDB table
 * @param ledger what that snapshot is made of
 * @param snapshot what readers see
 * @param earlier the snapshots published before, oldest first; their folders may be deleted
 */
public record CurrentPointer(
    String table,
    TableFacts facts,
    Ledger ledger,
    PublishedSnapshot snapshot,
    List<EarlierSnapshot> earlier) {
  static final Envelope ENVELOPE = new Envelope("current", 2);

  // what the first version says of the table stands where this one says it, too
  private static final int FIRST_FORMAT_VERSION = 1;
  private static final long UNKNOWN = -1;
  private static final String HISTORY_TABLE = "historyTable";

  public CurrentPointer {
    earlier = List.copyOf(earlier);
  }

  /** Returns the pointer after another snapshot of the same table was published. */
  public CurrentPointer next(TableFacts nextFacts, Ledger nextLedger, PublishedSnapshot next) {
    return new CurrentPointer(
        table,
        nextFacts,
        nextLedger,
        next,
        Stream.concat(earlier.stream(), Stream.of(snapshot.asEarlier())).toList());
  }

  /** Whether a snapshot of that name is or once was what readers see. */
  public boolean wasPublished(String id) {
    return snapshot.id().equals(id) || earlier(id).isPresent();
  }

  /** Returns what is remembered of a snapshot that was published before the current one. */
  public Optional<EarlierSnapshot> earlier(String id) {
    return earlier.stream().filter(snapshot -> snapshot.id().equals(id)).findFirst();
  }

  /** Returns the names of all snapshots that were ever published, the current one last. */
  public List<String> ids() {
    return Stream.concat(earlier.stream().map(EarlierSnapshot::id), Stream.of(snapshot.id()))
        .toList();
  }

  /**
   * The id of the snapshot that somebody means.
   *
   * @param wanted an id, or the id of an export
   * @return the last snapshot of that export, if there is one; else what was given
   */
  String idOf(String wanted) {
    if (wasPublished(wanted)) {
      return wanted;
    }
    return ids().stream()
        .filter(id -> id.startsWith(wanted + "."))
        .reduce((earlier, later) -> later)
        .orElse(wanted);
  }

  /**
   * The last snapshot that was published at or before an instant; empty if there was none, or if
   * nobody knows when, as of those of the first format version.
   */
  Optional<String> idAt(Instant instant) {
    return Stream.concat(earlier.stream(), Stream.of(snapshot.asEarlier()))
        .filter(one -> one.publishedAt().filter(time -> !time.isAfter(instant)).isPresent())
        .reduce((before, after) -> after)
        .map(EarlierSnapshot::id);
  }

  /** When a snapshot was published; empty if it was not, or nobody knows any more. */
  Optional<Instant> publishedAt(String id) {
    return snapshot.id().equals(id)
        ? Optional.of(snapshot.publishedAt())
        : earlier(id).flatMap(EarlierSnapshot::publishedAt);
  }

  /** The first time of publishing that is known. */
  Instant firstPublishedAt() {
    return earlier.stream()
        .flatMap(one -> one.publishedAt().stream())
        .findFirst()
        .orElse(snapshot.publishedAt());
  }

  /** Returns the document as it stands in the lake. */
  public String toJson() {
    ObjectNode tree = ENVELOPE.begin();
    tree.put("table", table);
    facts.putInto(tree);
    snapshot.putInto(tree);
    putLedger(tree, ledger);
    ArrayNode before = tree.putArray("earlier");
    earlier.forEach(one -> one.putInto(before.addObject()));
    return JsonDocuments.print(tree);
  }

  /**
   * Reads {@link #toJson()} back, and the documents of earlier versions.
   *
   * @param place where the text comes from, for messages
   * @throws DataRefusedException if the text is not such a document, or one of a later version
   */
  public static CurrentPointer fromJson(String json, String place) {
    PointerText text = new PointerText(place);
    JsonNode tree =
        JsonDocuments.parseObject(json)
            .filter(ENVELOPE::isOf)
            .orElseThrow(() -> text.unreadable("not a whole document of dynamodb-lake"));
    int version = tree.path("formatVersion").asInt(0);
    if (version < FIRST_FORMAT_VERSION) {
      throw text.unreadable("its format version is missing");
    }
    if (version > ENVELOPE.version()) {
      throw text.newer(version, ENVELOPE.version());
    }
    List<EarlierSnapshot> earlier = new ArrayList<>();
    tree.path("earlier").forEach(one -> earlier.add(EarlierSnapshot.of(one, text)));
    PublishedSnapshot snapshot = PublishedSnapshot.of(tree, text);
    return new CurrentPointer(
        text.required(tree, "table"),
        TableFacts.of(tree, text, snapshot.exportTime()),
        ledger(tree, snapshot, text),
        snapshot,
        earlier);
  }

  /** Before there were ledgers, each snapshot was made of one full export. */
  private static Ledger ledger(JsonNode tree, PublishedSnapshot snapshot, PointerText text) {
    Ledger read = ledger(tree, text);
    return read.entries().isEmpty()
        ? Ledger.begin(snapshot, UNKNOWN).withHistory(read.history(), read.historyTable())
        : read;
  }

  static Ledger ledger(JsonNode tree, PointerText text) {
    List<LedgerEntry> entries = new ArrayList<>();
    tree.path("ledger").forEach(entry -> entries.add(LedgerEntry.of(entry, text)));
    List<HistoryPart> history = new ArrayList<>();
    tree.path("history").forEach(part -> history.add(HistoryPart.of(part, text)));
    return new Ledger(entries).withHistory(history, IcebergVersion.of(tree, HISTORY_TABLE, text));
  }

  static void putLedger(ObjectNode tree, Ledger ledger) {
    ArrayNode made = tree.putArray("ledger");
    ledger.entries().forEach(entry -> entry.putInto(made.addObject()));
    if (!ledger.history().isEmpty()) {
      ArrayNode history = tree.putArray("history");
      ledger.history().forEach(part -> part.putInto(history.addObject()));
    }
    ledger.historyTable().ifPresent(version -> version.putInto(tree, HISTORY_TABLE));
  }
}
