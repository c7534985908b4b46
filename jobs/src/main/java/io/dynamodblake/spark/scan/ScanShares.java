package io.dynamodblake.spark.scan;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Into how many segments a table is divided for a scan, and how they are dealt out to tasks. Each
 * task reads its segments one after the other with its share of the cap, so however many of the
 * tasks run at a time, together they never read more than the cap.
 */
public final class ScanShares {
  private static final long SEGMENT_BYTES = 256L << 20;
  private static final long SMALL_TABLE = 64L << 20;
  private static final int MOST_SEGMENTS = 100_000;
  // where Spark may take as many executors as it likes
  private static final int DYNAMIC_SLOTS = 64;

  private ScanShares() {}

  /** Returns how many segments a table of this size has if nobody says. */
  public static int segments(long tableBytes, int slots) {
    long bySize = Math.min(MOST_SEGMENTS, tableBytes / SEGMENT_BYTES + 1);
    return (int) (tableBytes > SMALL_TABLE ? Math.max(bySize, slots) : bySize);
  }

  /** Returns how many tasks may run at a time, also when executors are still to come. */
  public static int slots(JavaSparkContext context) {
    SparkConf conf = context.getConf();
    int now = Math.max(1, context.defaultParallelism());
    if (!conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
      return now;
    }
    int most = conf.getInt("spark.dynamicAllocation.maxExecutors", Integer.MAX_VALUE);
    long cores = (long) most * conf.getInt("spark.executor.cores", 1);
    return most == Integer.MAX_VALUE
        ? Math.max(now, DYNAMIC_SLOTS)
        : (int) Math.max(now, Math.min(cores, MOST_SEGMENTS));
  }

  /**
   * How many tasks are of use.
   *
   * @param slots how many can run at a time
   * @param unitsPerSecond read units a second of all tasks; infinite for no limit
   */
  static int tasks(int slots, double unitsPerSecond) {
    // a task with less than a read unit a second would mostly wait
    return (int) Math.max(1, Math.min(slots, Math.floor(unitsPerSecond)));
  }

  /**
   * Deals.
   *
   * @param segments those to be read
   * @param slots how many tasks can run at a time
   * @param unitsPerSecond read units a second of all tasks; infinite for no limit
   * @return the segments of each task; as many tasks as there are elements
   */
  public static List<int[]> deal(List<Integer> segments, int slots, double unitsPerSecond) {
    int tasks = Math.max(1, Math.min(segments.size(), tasks(slots, unitsPerSecond)));
    List<List<Integer>> hands = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      hands.add(new ArrayList<>());
    }
    for (int i = 0; i < segments.size(); i++) {
      hands.get(i % tasks).add(segments.get(i));
    }
    return hands.stream().map(hand -> hand.stream().mapToInt(Integer::intValue).toArray()).toList();
  }
}
