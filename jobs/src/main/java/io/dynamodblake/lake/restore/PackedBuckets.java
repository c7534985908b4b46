package io.dynamodblake.lake.restore;

import io.dynamodblake.spark.convert.ScalaCollections;
import io.dynamodblake.spark.run.LookAhead;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.Dependency;
import org.apache.spark.NarrowDependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.Tuple2;
import scala.reflect.ClassTag$;

/**
 * Some partitions of a shuffle, several of them in one task, one behind the other: so that a file
 * can be written of many buckets, and the partitions of one kind read without the others.
 */
final class PackedBuckets extends RDD<byte[]> {
  private static final long serialVersionUID = 1L;

  private final transient RDD<Tuple2<Integer, byte[]>> shuffled; // driver only
  private final transient int[] bounds;

  /**
   * @param bounds the first partition of each task, rising, and behind them the end of the last one
   */
  PackedBuckets(RDD<Tuple2<Integer, byte[]>> shuffled, int... bounds) {
    super(
        shuffled.sparkContext(),
        ScalaCollections.seq(List.<Dependency<?>>of(new Ranges(shuffled, bounds.clone()))),
        ClassTag$.MODULE$.apply(byte[].class));
    this.shuffled = shuffled;
    this.bounds = bounds.clone();
  }

  /** Divides partitions evenly. */
  static PackedBuckets evenly(
      RDD<Tuple2<Integer, byte[]>> shuffled, int first, int count, int tasks) {
    int[] bounds = new int[tasks + 1];
    for (int i = 0; i <= tasks; i++) {
      bounds[i] = first + (int) ((long) count * i / tasks);
    }
    return new PackedBuckets(shuffled, bounds);
  }

  private record Range(int index, Partition[] parents) implements Partition {
    private static final long serialVersionUID = 1L;

    @Override
    public int hashCode() {
      return index;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Range range && range.index == index;
    }
  }

  @Override
  public Partition[] getPartitions() {
    Partition[] all = shuffled.partitions();
    Partition[] ranges = new Partition[bounds.length - 1];
    for (int i = 0; i < ranges.length; i++) {
      ranges[i] = new Range(i, Arrays.copyOfRange(all, bounds[i], bounds[i + 1]));
    }
    return ranges;
  }

  @Override
  public scala.collection.Iterator<byte[]> compute(Partition split, TaskContext context) {
    RDD<Tuple2<Integer, byte[]>> parent = firstParent(ClassTag$.MODULE$.apply(Tuple2.class));
    Iterator<Partition> parents = Arrays.asList(((Range) split).parents()).iterator();
    return ScalaCollections.iterator(new Chain(parent, parents, context));
  }

  private static final class Chain extends LookAhead<byte[]> {
    private final RDD<Tuple2<Integer, byte[]>> shuffled;
    private final Iterator<Partition> partitions;
    private final TaskContext context;
    private scala.collection.Iterator<Tuple2<Integer, byte[]>> records;

    Chain(
        RDD<Tuple2<Integer, byte[]>> shuffled,
        Iterator<Partition> partitions,
        TaskContext context) {
      this.shuffled = shuffled;
      this.partitions = partitions;
      this.context = context;
    }

    @Override
    protected boolean advance() {
      while (records == null || !records.hasNext()) {
        if (!partitions.hasNext()) {
          return false;
        }
        records = shuffled.iterator(partitions.next(), context);
      }
      return true;
    }

    @Override
    protected byte[] take() {
      return records.next()._2();
    }
  }

  private static final class Ranges extends NarrowDependency<Tuple2<Integer, byte[]>>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    private final int[] bounds;

    Ranges(RDD<Tuple2<Integer, byte[]>> shuffled, int[] bounds) {
      super(shuffled);
      this.bounds = bounds;
    }

    @Override
    public scala.collection.immutable.List<Object> getParents(int partition) {
      List<Object> parents = new ArrayList<>();
      for (int parent = bounds[partition]; parent < bounds[partition + 1]; parent++) {
        parents.add(parent);
      }
      return ScalaCollections.seq(parents).toList();
    }
  }
}
