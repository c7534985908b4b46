package io.dynamodblake.spark.write;

import io.dynamodblake.spark.run.DefectCounts;
import java.io.Serializable;
import java.util.List;

/**
 * Rows that cannot be items, counted by kind, with the first place of each: of one task, or of
 * several together.
 */
final class RowFindings implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int ROW_BITS = 40;

  private final DefectCounts<Long> defects = new DefectCounts<>();

  /** Where a row came from: one of the partitions that were written, and its row there. */
  static long place(int partition, long row) {
    return (long) partition << ROW_BITS | row;
  }

  /** Counts a row that cannot be an item. */
  void defect(String defect, long place) {
    defects.add(defect, 1, place);
  }

  /** Counts rows of which one more has the same key; the first one counts as well. */
  void sameKey(boolean firstOfGroup, long firstPlace, long place) {
    long first = Math.min(firstPlace, place);
    defects.sameKey(firstOfGroup ? 1 : 0, firstOfGroup ? 2 : 1, first);
  }

  void addAll(RowFindings others) {
    defects.add(others.defects);
  }

  boolean isEmpty() {
    return defects.isEmpty();
  }

  long badRows() {
    return defects.items();
  }

  /** A line for each kind, most frequent first. */
  List<String> texts() {
    return defects.mostFrequentFirst().stream()
        .map(kind -> text(kind.getKey(), kind.getValue()))
        .toList();
  }

  private String text(String defect, DefectCounts.Count<Long> count) {
    boolean sameKey = defect.equals(DefectCounts.SAME_KEY);
    return "%s%s (%,d %s, first partition %d row %d)"
        .formatted(
            defect,
            sameKey ? ", %,d times".formatted(defects.repeatedKeys()) : "",
            count.items(),
            count.items() == 1 ? "row" : "rows",
            count.first() >>> ROW_BITS,
            (count.first() & ((1L << ROW_BITS) - 1)) + 1);
  }
}
