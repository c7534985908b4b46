package io.dynamodblake.ml;

import java.io.Serializable;
import java.util.Arrays;

/**
 * How often something occurs: in train by the class of the label, in validation and in test.
 *
 * @param counts one for each class, then validation and test
 */
record Cells(long[] counts) implements Serializable {
  private static final long serialVersionUID = 1L;

  static Cells empty(int classes) {
    return new Cells(new long[classes + 2]);
  }

  void add(int split, int ofClass) {
    counts[place(split, ofClass)]++;
  }

  /** Adds those of another. */
  Cells add(Cells other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
    return this;
  }

  private int place(int split, int ofClass) {
    return split == SplitRule.TRAIN ? ofClass : classes() + split - 1;
  }

  int classes() {
    return counts.length - 2;
  }

  /** Returns how often in a split. */
  long in(int split) {
    return split == SplitRule.TRAIN
        ? Arrays.stream(counts, 0, classes()).sum()
        : counts[classes() + split - 1];
  }

  /** Returns how often in train with a class. */
  long ofClass(int number) {
    return counts[number];
  }
}
