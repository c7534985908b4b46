package io.dynamodblake.lake.compare;

import java.util.BitSet;

/**
 * What two multisets of items add up to, bucket by bucket: how many items each side has, and the
 * 128-bit digests of A's items less those of B's. A bucket whose items are not equal has another
 * sum than zero, but for one chance in 2^128, as long as whoever made the items could not know the
 * digests. Adding is the same in any order, and an item that occurs twice counts twice.
 */
final class BucketSums {
  private static final int IN_A = 0;
  private static final int IN_B = 1;
  private static final int HIGH = 2;
  private static final int LOW = 3;
  private static final int LONGS = 4;

  private final long[] longs;

  /**
   * @param buckets a power of two
   */
  BucketSums(int buckets) {
    this(new long[buckets * LONGS]);
  }

  /** Sums as {@link #toLongs} tells them. */
  BucketSums(long[] longs) {
    this.longs = longs;
  }

  /** The sums as an array, which every serializer knows; it goes on changing. */
  long[] toLongs() {
    return longs;
  }

  int buckets() {
    return longs.length / LONGS;
  }

  /** Adds an item of A, by the digest of the whole. */
  void addToA(int bucket, long high, long low) {
    int at = bucket * LONGS;
    longs[at + IN_A]++;
    add(at, high, low);
  }

  /** Adds an item of B. */
  void addToB(int bucket, long high, long low) {
    int at = bucket * LONGS;
    longs[at + IN_B]++;
    add(at, low == 0 ? -high : ~high, -low);
  }

  private void add(int at, long high, long low) {
    long sum = longs[at + LOW] + low;
    longs[at + LOW] = sum;
    longs[at + HIGH] += high + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0);
  }

  /** Adds what other items have added up to. */
  BucketSums add(BucketSums others) {
    for (int at = 0; at < longs.length; at += LONGS) {
      longs[at + IN_A] += others.longs[at + IN_A];
      longs[at + IN_B] += others.longs[at + IN_B];
      add(at, others.longs[at + HIGH], others.longs[at + LOW]);
    }
    return this;
  }

  /** The buckets whose items are not the same on both sides. */
  BitSet differing() {
    BitSet differing = new BitSet(buckets());
    for (int bucket = 0; bucket < buckets(); bucket++) {
      int at = bucket * LONGS;
      differing.set(
          bucket,
          longs[at + IN_A] != longs[at + IN_B] || (longs[at + HIGH] | longs[at + LOW]) != 0);
    }
    return differing;
  }

  /** Items of A in some buckets. */
  long inA(BitSet buckets) {
    return count(buckets, IN_A);
  }

  /** Items of B in some buckets. */
  long inB(BitSet buckets) {
    return count(buckets, IN_B);
  }

  private long count(BitSet buckets, int side) {
    return buckets.stream().mapToLong(bucket -> longs[bucket * LONGS + side]).sum();
  }
}
