package io.dynamodblake.spark.run;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How often each kind of defect was found, and where first, items that share their key among them.
 * Made by tasks for what they see, and added up. Up to 100 kinds are counted by themselves, the
 * rest together.
 *
 * @param <P> a place
 */
public final class DefectCounts<P extends Comparable<P> & Serializable> implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The defect of items that share their key; counted by itself, however many others there are. */
  public static final String SAME_KEY = "several items have the same key";

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
  private long repeatedKeys;

  /**
   * Counts items of one kind of defect.
   *
   * @param place of the first of them
   */
  public void add(String defect, long items, P place) {
    add(defect, new Count<>(items, place));
  }

  /**
   * Counts items that share their keys.
   *
   * @param keys how many keys come more than once; 0 for more items of a key that was counted
   * @param items how many items have them
   * @param place of the first of them
   */
  public void sameKey(long keys, long items, P place) {
    repeatedKeys += keys;
    add(SAME_KEY, items, place);
  }

  /** Adds what another task found. */
  public void add(DefectCounts<P> other) {
    other.counts.forEach(this::add);
    repeatedKeys += other.repeatedKeys;
  }

  private void add(String defect, Count<P> count) {
    boolean byItself =
        counts.containsKey(defect) || counts.size() < MOST_KINDS || defect.equals(SAME_KEY);
    counts.merge(byItself ? defect : OTHERS, count, Count::plus);
  }

  /** Returns how many items have a defect. */
  public long items() {
    return counts.values().stream().mapToLong(Count::items).sum();
  }

  /** Returns how many keys come more than once. */
  public long repeatedKeys() {
    return repeatedKeys;
  }

  /** Whether nothing was found. */
  public boolean isEmpty() {
    return counts.isEmpty();
  }

  /** Returns each kind of defect, the most frequent first. */
  public List<Map.Entry<String, Count<P>>> mostFrequentFirst() {
    return counts.entrySet().stream()
        .sorted(
            Map.Entry.comparingByValue(
                Comparator.comparingLong((Count<P> count) -> -count.items())))
        .toList();
  }
}
