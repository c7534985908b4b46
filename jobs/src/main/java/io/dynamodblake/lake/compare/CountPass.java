package io.dynamodblake.lake.compare;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.identity.CanonicalItem;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.spark.run.KeySort;
import io.dynamodblake.spark.run.LiveReads;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;

/**
 * The second pass: brings digests of key and item, 33 bytes an item, together in the order of both,
 * and counts them as they stream by. Driver only.
 */
final class CountPass {
  private static final int ITEM_ORDINAL = 2;
  private static final int SIDE_ORDINAL = 4;
  private static final KeySort DIGESTS =
      new KeySort(
          KeySort.KEY
              .add("i1", DataTypes.LongType, false)
              .add("i2", DataTypes.LongType, false)
              .add("a", DataTypes.BooleanType, false),
          4);

  private CountPass() {}

  /**
   * Reads both sides.
   *
   * @param differing the buckets to look at
   * @param buckets how many there are
   * @param secret the one of the first pass, with which it has chosen the buckets
   * @param show how many keys that differ are to be named
   * @param filter gets the keys that differ
   */
  static Tally of(
      SparkSession session,
      Sides sides,
      BitSet differing,
      int buckets,
      byte[] secret,
      int show,
      KeyFilter filter,
      ReadProgress progress)
      throws IOException {
    long[] wanted = differing.cardinality() == buckets ? null : differing.toLongArray();
    int words = filter.toLongs().length;
    try (LiveReads reads = LiveReads.counting(session.sparkContext(), progress)) {
      LiveReads.Counter counter = reads.counter();
      JavaRDD<InternalRow> rows =
          sides.items(keys -> () -> new Digests(keys, wanted, buckets, secret, counter));
      session.sparkContext().setJobDescription("Comparing items");
      JavaRDD<long[][]> found =
          DIGESTS
              .sort(session, rows)
              .mapPartitions(
                  sorted ->
                      List.<long[][]>of(
                              new Tally(show, new KeyFilter(new long[words]))
                                  .of(sorted, ITEM_ORDINAL, SIDE_ORDINAL)
                                  .toArrays())
                          .iterator());
      // filters are large, and the driver should not have one of each task
      long[][] all =
          found.treeReduce(
              (left, right) -> Tally.of(show, left).plus(Tally.of(show, right)).toArrays());
      return Tally.of(show, all);
    } finally {
      session.sparkContext().setJobDescription(null);
    }
  }

  /**
   * Digests of key and item, if it is in one of some buckets; the row is valid until the next item.
   */
  private static final class Digests implements Function<ItemTape, InternalRow> {
    private final boolean keyed;
    private final BitSet wanted; // null for all
    private final LiveReads.Counter counter;
    private final SideKeys.Reader keys;
    private final SideKeys.Bucketing bucketing;
    private final CanonicalItem canonical = new CanonicalItem();
    private final GenericInternalRow row = new GenericInternalRow(DIGESTS.type().length());

    Digests(SideKeys keys, long[] wanted, int buckets, byte[] secret, LiveReads.Counter counter) {
      this.keyed = !keys.keys().isEmpty();
      this.wanted = wanted == null ? null : BitSet.valueOf(wanted);
      this.counter = counter;
      this.keys = keys.reader();
      this.bucketing = keys.bucketing(secret, buckets);
      row.update(SIDE_ORDINAL, keys.isA());
    }

    @Override
    public InternalRow apply(ItemTape tape) {
      counter.item();
      if (wanted != null && !wanted.get(bucketing.readKey(tape))) {
        return null;
      }
      canonical.digestItem(tape);
      row.update(ITEM_ORDINAL, canonical.high());
      row.update(ITEM_ORDINAL + 1, canonical.low());
      if (keyed) {
        keys.digest(canonical, tape);
      }
      row.update(0, canonical.high());
      row.update(1, canonical.low());
      return row;
    }
  }
}
