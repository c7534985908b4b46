package io.dynamodblake.schema;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Sizes of whole items in bytes, as DynamoDB counts them: smallest, largest, sum, and a histogram
 * by powers of two.
 */
public final class ItemSizeProfile {
  /** Number of classes of the histogram; the last one also takes everything larger. */
  public static final int CLASSES = 32;

  private LengthProfile lengths = new LengthProfile();
  private final long[] histogram = new long[CLASSES];

  void observe(long size) {
    lengths.observe(size);
    int log2 = Long.SIZE - 1 - Long.numberOfLeadingZeros(Math.max(1, size));
    histogram[Math.min(CLASSES - 1, log2)]++;
  }

  void merge(ItemSizeProfile other) {
    lengths.merge(other.lengths);
    for (int i = 0; i < CLASSES; i++) {
      histogram[i] += other.histogram[i];
    }
  }

  /** Returns the size of the smallest item. */
  public long min() {
    return lengths.min();
  }

  /** Returns the size of the largest item. */
  public long max() {
    return lengths.max();
  }

  /** Returns the size of all items together. */
  public long sum() {
    return lengths.sum();
  }

  /**
   * Returns how many items have a size from 2<sup>log2</sup> to below 2<sup>log2+1</sup>; 0 counts
   * as 1.
   */
  public long histogram(int log2) {
    return histogram[log2];
  }

  void write(DataOutput out) throws IOException {
    lengths.write(out);
    for (long count : histogram) {
      VarInts.write(out, count);
    }
  }

  static ItemSizeProfile read(DataInput in) throws IOException {
    ItemSizeProfile profile = new ItemSizeProfile();
    profile.lengths = LengthProfile.read(in);
    for (int i = 0; i < CLASSES; i++) {
      profile.histogram[i] = VarInts.read(in);
    }
    return profile;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ItemSizeProfile that
        && lengths.equals(that.lengths)
        && Arrays.equals(histogram, that.histogram);
  }

  @Override
  public int hashCode() {
    return lengths.hashCode();
  }
}
