package io.dynamodblake.ml;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * How often the texts of a column occur in each split. Where there are more different ones than it
 * may keep, it knows about how many. The same for the same rows, in whatever order.
 */
final class Vocabulary implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Longer texts are never categories. */
  static final int LONGEST = 256;

  private static final int SMALLEST_HASHES = 1024;

  private final int classes;
  private final int mostValues;
  private final long[] present = new long[SplitRule.NAMES.size()];
  private final long[] tooLong = new long[SplitRule.NAMES.size()];
  private int shortest = Integer.MAX_VALUE;
  private int longest;
  private Map<String, Cells> values = new HashMap<>(); // null where there are too many

  // of train, as unsigned numbers; how close they lie says how many there are
  private final TreeSet<Long> hashes = new TreeSet<>();

  Vocabulary(int classes, int mostValues) {
    this.classes = classes;
    this.mostValues = mostValues;
  }

  void add(String text, int split, int ofClass) {
    present[split]++;
    shortest = Math.min(shortest, text.length());
    longest = Math.max(longest, text.length());
    if (split == SplitRule.TRAIN) {
      hash(hash(text));
    }
    if (text.length() > LONGEST) {
      tooLong[split]++;
    } else if (values != null) {
      values.computeIfAbsent(text, any -> Cells.empty(classes)).add(split, ofClass);
      dropIfMany();
    }
  }

  Vocabulary add(Vocabulary other) {
    for (int split = 0; split < present.length; split++) {
      present[split] += other.present[split];
      tooLong[split] += other.tooLong[split];
    }
    shortest = Math.min(shortest, other.shortest);
    longest = Math.max(longest, other.longest);
    other.hashes.forEach(this::hash);
    if (values != null && other.values != null) {
      other.values.forEach((value, cells) -> values.merge(value, cells, Cells::add));
      dropIfMany();
    } else {
      values = null;
    }
    return this;
  }

  private void dropIfMany() {
    if (values.size() > mostValues) {
      values = null;
    }
  }

  private void hash(long hash) {
    if (hashes.size() < SMALLEST_HASHES) {
      hashes.add(hash);
    } else if (hash < hashes.last() && hashes.add(hash)) {
      hashes.pollLast();
    }
  }

  /** 63 bits of a hash that is the same in every run. */
  private static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    // the low bits of such a hash are good and the high ones are not
    hash = (hash ^ hash >>> 32) * 0x9e3779b97f4a7c15L;
    hash = (hash ^ hash >>> 29) * 0xbf58476d1ce4e5b9L;
    return (hash ^ hash >>> 32) >>> 1;
  }

  long present(int split) {
    return present[split];
  }

  long tooLong(int split) {
    return tooLong[split];
  }

  int shortest() {
    return longest == 0 && shortest == Integer.MAX_VALUE ? 0 : shortest;
  }

  int longest() {
    return longest;
  }

  /** Whether every different text was counted by itself. */
  boolean isExact() {
    return values != null;
  }

  Map<String, Cells> values() {
    return values;
  }

  /** Returns how many different texts there are in train, to within some percent. */
  long distinct() {
    if (hashes.size() < SMALLEST_HASHES) {
      return hashes.size();
    }
    return Math.round((SMALLEST_HASHES - 1) / ((hashes.last() + 1.0) / Long.MAX_VALUE));
  }
}
