package io.dynamodblake.lake.write;

import io.dynamodblake.lake.changes.MergeCounts;
import java.util.ArrayList;
import java.util.List;

/** What changes and a table contradict each other about, in words. */
final class ChangeNotes {
  private ChangeNotes() {}

  /** Returns what a user may want to know. */
  static List<String> of(MergeCounts counts, OldImageCheck.Result compared) {
    List<String> contradictions = contradictions(counts, compared.different());
    List<String> notes = new ArrayList<>();
    if (!contradictions.isEmpty()) {
      notes.add(
          "The changes do not fit the table: %s; compare it with a full export"
              .formatted(String.join(", ", contradictions)));
    }
    return notes;
  }

  /** Returns each kind of contradiction that there is, with its number. */
  static List<String> contradictions(MergeCounts counts, long different) {
    List<String> found = new ArrayList<>();
    add(found, counts.unknownDeletes(), "deletes of keys that it has not");
    add(found, counts.unknownUpdates(), "updates of keys that it has not");
    add(found, counts.knownInserts(), "inserts of keys that it has");
    add(found, counts.breaks(), "changes of a key that do not follow each other");
    add(found, different, "rows that are not what the changes say they were");
    return found;
  }

  private static void add(List<String> found, long count, String what) {
    if (count > 0) {
      found.add("%,d %s".formatted(count, what));
    }
  }
}
