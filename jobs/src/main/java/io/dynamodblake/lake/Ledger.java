package io.dynamodblake.lake;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the snapshot that readers see is made of: a full export, and then the changes that were
 * applied to it, in their order; and the history of the table, if it has one. It is part of what is
 * published, so that nothing is applied twice or to the wrong state. The moment that the table
 * shows is {@link TableFacts#time}.
 *
 * @param history what inputs have put into the history, in their order; it goes on where a full
 *     export begins the other one anew
 * @param historyTable where Iceberg keeps the history, with exactly the rows of those inputs; empty
 *     if it lies in folders of files, or there is none
 */
public record Ledger(
    List<LedgerEntry> entries, List<HistoryPart> history, Optional<IcebergVersion> historyTable) {
  public Ledger {
    entries = List.copyOf(entries);
    history = List.copyOf(history);
  }

  /** A ledger of a table without history. */
  public Ledger(List<LedgerEntry> entries) {
    this(entries, List.of(), Optional.empty());
  }

  /** Returns the ledger of a table that was made of one full export. */
  public static Ledger begin(PublishedSnapshot snapshot, long items) {
    return new Ledger(List.of(LedgerEntry.ofFull(snapshot, items)));
  }

  /** Returns the ledger with more changes. */
  public Ledger and(List<LedgerEntry> applied) {
    List<LedgerEntry> all = new ArrayList<>(entries);
    all.addAll(applied);
    return new Ledger(all, history, historyTable);
  }

  /** Returns the ledger without the last changes. */
  public Ledger withoutLast() {
    LedgerEntry last = last();
    return new Ledger(
        entries.subList(0, entries.size() - 1),
        history.stream()
            .filter(
                part ->
                    !part.exportId().equals(last.exportId())
                        || !part.exportFingerprint().equals(last.fingerprint()))
            .toList(),
        historyTable);
  }

  /** Returns the ledger with another history. */
  public Ledger withHistory(List<HistoryPart> parts, Optional<IcebergVersion> keptBy) {
    return new Ledger(entries, parts, keptBy);
  }

  /** Returns the entry of an export; empty if the table is not made of it. */
  public Optional<LedgerEntry> find(String exportId, String fingerprint) {
    return entries.stream()
        .filter(entry -> entry.exportId().equals(exportId))
        .filter(entry -> entry.fingerprint().equals(fingerprint))
        .findFirst();
  }

  /** Returns how many rows stayed although time to live had deleted their items, summed by run. */
  public long kept() {
    return entries.stream()
        .flatMap(entry -> entry.changed().stream())
        .mapToLong(LedgerEntry.Changed::kept)
        .sum();
  }

  /** Returns what it is made of as a text on one line, for catalogs. */
  public String toJson() {
    ArrayNode made = JsonNodeFactory.instance.arrayNode();
    entries.forEach(entry -> entry.putInto(made.addObject()));
    return made.toString();
  }

  /** Returns what was published last; a ledger is never empty. */
  public LedgerEntry last() {
    return entries.get(entries.size() - 1);
  }
}
