package io.dynamodblake.schema.entity;

import java.util.Arrays;

/** How many items of some set have which attributes, by the numbers of their names. */
final class AttributeCounts {
  private long items;
  private long[] counts = new long[0];

  void add(int[] attributes, int size, int known) {
    items++;
    if (counts.length < known) {
      counts = Arrays.copyOf(counts, known);
    }
    for (int i = 0; i < size; i++) {
      counts[attributes[i]]++;
    }
  }

  void add(AttributeCounts other) {
    add(other, 1);
  }

  void subtract(AttributeCounts other) {
    add(other, -1);
  }

  private void add(AttributeCounts other, int sign) {
    items += sign * other.items;
    if (counts.length < other.counts.length) {
      counts = Arrays.copyOf(counts, other.counts.length);
    }
    for (int i = 0; i < other.counts.length; i++) {
      counts[i] += sign * other.counts[i];
    }
  }

  void put(int attribute, long count) {
    if (counts.length <= attribute) {
      counts = Arrays.copyOf(counts, attribute + 1);
    }
    counts[attribute] += count;
  }

  void items(long count) {
    items += count;
  }

  long items() {
    return items;
  }

  long count(int attribute) {
    return attribute < counts.length ? counts[attribute] : 0;
  }

  /** The number behind the last attribute that may have a count. */
  int end() {
    return counts.length;
  }

  /**
   * How alike the items are: of the attributes that two of them have between them, how many both
   * have, over all pairs. It is Jaccard's measure with both sums taken over the pairs first, which
   * needs no more than these counts.
   *
   * @return 0 to 1; 1 for fewer than two items
   */
  double similarity() {
    double pairs = (double) items * (items - 1);
    double both = 0;
    double either = 0;
    for (int i = EntityProfile.FIRST_ATTRIBUTE; i < counts.length; i++) {
      double with = counts[i];
      double without = items - with;
      both += with * (with - 1);
      either += pairs - without * (without - 1);
    }
    return items < 2 || either <= 0 ? 1 : both / either;
  }
}
