package io.dynamodblake.spark.write;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Rows that cannot be items, counted by kind, with the first place of each: of one task, or of
 * several together.
 */
final class RowFindings implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int MOST_KINDS = 100;
  private static final String OTHERS = "other defects";
  private static final String SAME_KEY = "several items have the same key";
  private static final int ROW_BITS = 40;

  /**
   * @param groups keys that stand several times; 0 for other defects
   */
  private record Kind(long rows, long first, long groups) implements Serializable {
    private static final long serialVersionUID = 1L;

    Kind plus(Kind other) {
      return new Kind(rows + other.rows, Math.min(first, other.first), groups + other.groups);
    }
  }

  private final TreeMap<String, Kind> kinds = new TreeMap<>();

  /** Where a row came from: one of the partitions that were written, and its row there. */
  static long place(int partition, long row) {
    return (long) partition << ROW_BITS | row;
  }

  /** Counts a row that cannot be an item. */
  void defect(String defect, long place) {
    add(defect, new Kind(1, place, 0));
  }

  /** Counts rows of which one more has the same key; the first one counts as well. */
  void sameKey(boolean firstOfGroup, long firstPlace, long place) {
    add(
        SAME_KEY,
        new Kind(firstOfGroup ? 2 : 1, Math.min(firstPlace, place), firstOfGroup ? 1 : 0));
  }

  void addAll(RowFindings others) {
    others.kinds.forEach(this::add);
  }

  private void add(String defect, Kind kind) {
    boolean room = kinds.size() < MOST_KINDS || kinds.containsKey(defect);
    kinds.merge(room ? defect : OTHERS, kind, Kind::plus);
  }

  boolean isEmpty() {
    return kinds.isEmpty();
  }

  long badRows() {
    return kinds.values().stream().mapToLong(Kind::rows).sum();
  }

  /** A line for each kind, most frequent first. */
  List<String> texts() {
    List<String> texts = new ArrayList<>();
    kinds.entrySet().stream()
        .sorted(Comparator.comparingLong(entry -> -entry.getValue().rows()))
        .forEach(entry -> texts.add(text(entry.getKey(), entry.getValue())));
    return texts;
  }

  private static String text(String defect, Kind kind) {
    return "%s%s (%,d %s, first partition %d row %d)"
        .formatted(
            defect,
            kind.groups() == 0 ? "" : ", %,d times".formatted(kind.groups()),
            kind.rows(),
            kind.rows() == 1 ? "row" : "rows",
            kind.first() >>> ROW_BITS,
            (kind.first() & ((1L << ROW_BITS) - 1)) + 1);
  }
}
