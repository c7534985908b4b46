package io.dynamodblake.schema;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How often numbers of which size occurred, in at most {@link #MAX_BINS} bins, whatever their
 * range: few different numbers are counted one by one, and many in bins as narrow as fit.
 *
 * <p>Bins are equal parts of the doubles in their order, so that they are as wide as the numbers in
 * them are large: a billion beside a thousand costs one bin. Their width is the smallest power of
 * two by which no more than the limit have something in them. That depends on the set of numbers
 * alone, so histograms of the same numbers are equal however they were merged. Not safe for use by
 * several threads.
 */
public final class Histogram {
  /** Most bins that have something in them. */
  public static final int MAX_BINS = 128;

  private static final int FIRST_SLOTS = 16;
  private static final int RANGE_SHIFT = 50; // four bins from a power of two to the next
  private static final long MIX = 0x9E3779B97F4A7C15L;

  private int shift;
  private int bins;
  private long[] keys = new long[FIRST_SLOTS]; // open addressing, at most half full
  private long[] counts = new long[FIRST_SLOTS]; // 0 where a slot is free
  private int last; // slot of the number before: neighbours are often alike
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;

  /**
   * A range with how many numbers lie in it.
   *
   * @param from the smallest number that lies in it
   * @param below the smallest that does not any more; {@code from} itself where the bin is one
   *     number
   */
  public record Bin(double from, double below, long count) {}

  /** Takes in a number, which is not NaN. */
  public void observe(double number) {
    min = Math.min(min, number);
    max = Math.max(max, number);
    long key = ordered(number) >> shift;
    if (keys[last] == key && counts[last] > 0) {
      counts[last]++;
    } else {
      add(key, 1);
    }
  }

  /** Adds everything the other one has seen. */
  public void merge(Histogram other) {
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
    if (other.shift > shift) {
      coarsen(other.shift);
    }
    for (int i = 0; i < other.keys.length; i++) {
      if (other.counts[i] > 0) {
        add(other.keys[i] >> shift - other.shift, other.counts[i]); // the width may have grown
      }
    }
  }

  private void add(long key, long count) {
    int slot = slot(keys, counts, key);
    if (counts[slot] == 0) {
      if ((bins + 1) * 2 > keys.length) {
        rebuild(keys.length * 2, 0);
        slot = slot(keys, counts, key);
      }
      keys[slot] = key;
      bins++;
    }
    counts[slot] += count;
    last = slot;
    while (bins > MAX_BINS) {
      coarsen(shift + 1);
    }
  }

  private static int slot(long[] keys, long[] counts, long key) {
    int mask = keys.length - 1;
    int slot = (int) (key * MIX >>> Integer.SIZE) & mask;
    while (counts[slot] > 0 && keys[slot] != key) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private void coarsen(int wider) {
    rebuild(keys.length, wider - shift);
    shift = wider;
  }

  private void rebuild(int slots, int step) {
    long[] newKeys = new long[slots];
    long[] newCounts = new long[slots];
    int newBins = 0;
    for (int i = 0; i < keys.length; i++) {
      if (counts[i] > 0) {
        long key = keys[i] >> step;
        int slot = slot(newKeys, newCounts, key);
        newBins += newCounts[slot] == 0 ? 1 : 0;
        newKeys[slot] = key;
        newCounts[slot] += counts[i];
      }
    }
    keys = newKeys;
    counts = newCounts;
    bins = newBins;
    last = 0;
  }

  /** Returns whether each bin is one number: there are no more than the limit of them. */
  public boolean isExact() {
    return shift == 0;
  }

  /** Returns the same numbers in at most so many bins. */
  public Histogram atMost(int mostBins) {
    Histogram coarser = new Histogram();
    coarser.merge(this);
    while (coarser.bins > mostBins) {
      coarser.coarsen(coarser.shift + 1);
    }
    return coarser;
  }

  /**
   * Returns how many numbers of this and of another one lie in each of some ranges, in which either
   * has one.
   *
   * @param mostRanges how many ranges there are at most
   * @return the counts of this one, then those of the other
   */
  public long[][] beside(Histogram other, int mostRanges) {
    Histogram both = with(other).atMost(mostRanges);
    Histogram own = asWideAs(both);
    Histogram others = other.asWideAs(both);
    long[] keys = both.sortedKeys();
    long[][] counts = new long[2][keys.length];
    for (int i = 0; i < keys.length; i++) {
      counts[0][i] = own.counts[slot(own.keys, own.counts, keys[i])];
      counts[1][i] = others.counts[slot(others.keys, others.counts, keys[i])];
    }
    return counts;
  }

  private Histogram asWideAs(Histogram wider) {
    Histogram same = atMost(MAX_BINS);
    same.coarsen(wider.shift);
    return same;
  }

  /** Returns the numbers of both. */
  public Histogram with(Histogram other) {
    Histogram both = atMost(MAX_BINS);
    both.merge(other);
    return both;
  }

  /** Returns the same numbers in ranges, four from each power of two to the next. */
  public Histogram ranges() {
    Histogram coarser = atMost(MAX_BINS);
    if (coarser.shift < RANGE_SHIFT) {
      coarser.coarsen(RANGE_SHIFT);
    }
    return coarser;
  }

  /** Returns how many bins have something in them. */
  public int size() {
    return bins;
  }

  /** Returns how many numbers were observed. */
  public long count() {
    return Arrays.stream(counts).sum();
  }

  /** Returns the bins that have something in them, smallest numbers first. */
  public List<Bin> bins() {
    List<Bin> sorted = new ArrayList<>(bins);
    for (long key : sortedKeys()) {
      double from = number(key << shift);
      sorted.add(
          new Bin(
              from, isExact() ? from : number(key + 1 << shift), counts[slot(keys, counts, key)]));
    }
    return sorted;
  }

  /** Returns the smallest number; positive infinity where there is none. */
  public double min() {
    return min;
  }

  /** Returns the largest number; negative infinity where there is none. */
  public double max() {
    return max;
  }

  /**
   * Returns the number below which this share of the numbers lies, as nearly as the bins tell; 0
   * where there are none.
   */
  public double quantile(double share) {
    double rest = share * count();
    for (Bin bin : bins()) {
      if (rest <= bin.count()) {
        double from = Math.max(bin.from(), min);
        return from + (Math.min(bin.below(), max) - from) * rest / bin.count();
      }
      rest -= bin.count();
    }
    return Math.max(max, 0);
  }

  private long[] sortedKeys() {
    long[] sorted = new long[bins];
    int size = 0;
    for (int i = 0; i < keys.length; i++) {
      if (counts[i] > 0) {
        sorted[size++] = keys[i];
      }
    }
    Arrays.sort(sorted);
    return sorted;
  }

  /** The place of a double among all of them: a whole number in the same order. */
  private static long ordered(double number) {
    return turned(Double.doubleToRawLongBits(number + 0.0)); // no negative zero
  }

  private static double number(long ordered) {
    return Double.longBitsToDouble(turned(ordered));
  }

  private static long turned(long bits) {
    return bits ^ bits >> Long.SIZE - 1 & Long.MAX_VALUE;
  }

  void write(DataOutput out) throws IOException {
    VarInts.write(out, shift);
    VarInts.write(out, bins);
    out.writeDouble(min);
    out.writeDouble(max);
    long before = 0;
    for (long key : sortedKeys()) {
      VarInts.write(out, key - before); // but for the first, which may be negative and is long then
      VarInts.write(out, counts[slot(keys, counts, key)]);
      before = key;
    }
  }

  static Histogram read(DataInput in) throws IOException {
    Histogram histogram = new Histogram();
    histogram.shift = (int) VarInts.read(in);
    long size = VarInts.read(in);
    histogram.min = in.readDouble();
    histogram.max = in.readDouble();
    long key = 0;
    for (long i = size; i > 0; i--) {
      key += VarInts.read(in);
      histogram.add(key, VarInts.read(in));
    }
    return histogram;
  }

  /** Compares by content: histograms of the same numbers are equal, however they were merged. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Histogram that
        && shift == that.shift
        && min == that.min
        && max == that.max
        && bins().equals(that.bins());
  }

  @Override
  public int hashCode() {
    return bins().hashCode();
  }
}
