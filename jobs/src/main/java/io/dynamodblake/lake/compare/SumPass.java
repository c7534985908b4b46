package io.dynamodblake.lake.compare;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.spark.read.ExportItems;
import io.dynamodblake.spark.run.LiveReads;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;

/**
 * The first pass: adds up digests of items where they are read, in buckets by their keys. Nothing
 * is shuffled. Driver only.
 */
final class SumPass {
  /** Results of tasks, some megabytes, that the driver adds up without a stage before it. */
  private static final int MOST_FOR_DRIVER = 64;

  private SumPass() {}

  /**
   * Reads both sides.
   *
   * @param secret so that nobody can make sums agree
   */
  static BucketSums of(
      SparkSession session, Sides sides, int buckets, byte[] secret, ReadProgress progress)
      throws IOException {
    try (LiveReads reads = LiveReads.counting(session.sparkContext(), progress)) {
      LiveReads.Counter counter = reads.counter();
      JavaRDD<long[]> sums =
          sides
              .<long[]>items(keys -> new Adders(keys, buckets, secret, counter))
              .mapPartitions(
                  soFar -> {
                    long[] last = new BucketSums(buckets).toLongs();
                    while (soFar.hasNext()) {
                      last = soFar.next();
                    }
                    return List.of(last).iterator();
                  });
      session.sparkContext().setJobDescription("Adding up items");
      // what tasks return, and not accumulators: a task that runs twice counts once
      return sums.getNumPartitions() == 0
          ? new BucketSums(buckets)
          : new BucketSums(
              sums.treeReduce(
                  (left, right) -> new BucketSums(left).add(new BucketSums(right)).toLongs(),
                  sums.getNumPartitions() <= MOST_FOR_DRIVER ? 1 : 2));
    } finally {
      session.sparkContext().setJobDescription(null);
    }
  }

  /** Makes what adds up in one task. Every item comes by here first, so it is refused here. */
  private record Adders(SideKeys keys, int buckets, byte[] secret, LiveReads.Counter counter)
      implements ExportItems.Maker<long[]> {
    private static final long serialVersionUID = 1L;

    @Override
    public Function<ItemTape, long[]> get() {
      return get(() -> "");
    }

    @Override
    public Function<ItemTape, long[]> get(Supplier<String> place) {
      return new Adder(keys, buckets, secret, counter, place);
    }
  }

  /** The sums of one task so far, the same array for each item. */
  private static final class Adder implements Function<ItemTape, long[]> {
    private final boolean toA;
    private final LiveReads.Counter counter;
    private final SideKeys.Bucketing bucketing;
    private final BucketSums sums;

    Adder(
        SideKeys keys,
        int buckets,
        byte[] secret,
        LiveReads.Counter counter,
        Supplier<String> place) {
      this.toA = keys.isA();
      this.counter = counter;
      this.bucketing = keys.bucketing(secret, buckets, place);
      this.sums = new BucketSums(buckets);
    }

    @Override
    public long[] apply(ItemTape tape) {
      counter.item();
      int bucket = bucketing.readItem(tape);
      if (toA) {
        sums.addToA(bucket, bucketing.high(), bucketing.low());
      } else {
        sums.addToB(bucket, bucketing.high(), bucketing.low());
      }
      return sums.toLongs();
    }
  }
}
