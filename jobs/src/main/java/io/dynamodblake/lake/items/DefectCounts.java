package io.dynamodblake.lake.items;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How often each kind of defect was found, and where first. Made by tasks for what they see, and
 * added up.
 *
 * @param <P> a place
 */
public final class DefectCounts<P extends Comparable<P> & Serializable> implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int MOST_KINDS = 100;
  private static final String OTHERS = "other defects";

  /** How often a defect was found, and the least place. */
  public record Count<P extends Comparable<P> & Serializable>(long items, P first)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    Count<P> plus(Count<P> other) {
      return new Count<>(
          items + other.items, first.compareTo(other.first) <= 0 ? first : other.first);
    }
  }

  private final TreeMap<String, Count<P>> counts = new TreeMap<>();
  private final Set<String> kept;

  /**
   * Counts up to 100 kinds by themselves, the rest together.
   *
   * @param kept kinds that are counted by themselves even if there are as many others
   */
  public DefectCounts(String... kept) {
    this.kept = Set.of(kept);
  }

  public void add(String defect, long items, P place) {
    add(defect, new Count<>(items, place));
  }

  /** Adds what another task found. */
  public void add(DefectCounts<P> other) {
    other.counts.forEach(this::add);
  }

  private void add(String defect, Count<P> count) {
    boolean byItself =
        counts.containsKey(defect) || counts.size() < MOST_KINDS || kept.contains(defect);
    counts.merge(byItself ? defect : OTHERS, count, Count::plus);
  }

  /** Items with a defect. */
  public long items() {
    return counts.values().stream().mapToLong(Count::items).sum();
  }

  /** Each kind, the most frequent first. */
  public List<Map.Entry<String, Count<P>>> mostFrequentFirst() {
    return counts.entrySet().stream()
        .sorted(
            Map.Entry.comparingByValue(
                Comparator.comparingLong((Count<P> count) -> -count.items())))
        .toList();
  }
}
