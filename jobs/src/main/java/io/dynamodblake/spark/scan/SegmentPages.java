package io.dynamodblake.spark.scan;

import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.ScanOrder;
import io.dynamodblake.aws.TableScan;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.spark.run.LiveReads;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The pages of the segments of a live table that one task reads, one segment after the other. Only
 * a page is held. Has a client of its own, which ends with the task. One a thread.
 */
final class SegmentPages {
  private final Share share;
  private final int[] segments;
  private final TableScan scan;
  private final JsonItemWriter lines = new JsonItemWriter();
  private int begun; // segments
  private TableScan.Pages pages; // null before the first one
  private double told; // read units of the segment, up to the page before
  private int items;
  private double readUnits;

  /** Makes of the pages of a task what it returns. */
  @FunctionalInterface
  interface Maker<T> extends Serializable {
    Iterator<T> make(SegmentPages pages);
  }

  /** What travels to the tasks. */
  private record Share(
      AwsSettings settings,
      String userAgent,
      ScanOrder order,
      int segments,
      double unitsPerSecond,
      LiveReads.Counter counter)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  private SegmentPages(Share share, int[] segments) {
    this.share = share;
    this.segments = segments;
    AwsClients clients = new AwsClients(share.settings(), share.userAgent());
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) ended -> clients.close());
    this.scan = new TableScan(clients, Pauses.REAL);
  }

  /**
   * Deals the segments of a table to tasks, which read them within the cap that they share. Nothing
   * is read before the result is asked for, and again each time that it is. Driver only.
   *
   * @param counter gets the items of each page as it is read
   */
  static <T> JavaRDD<T> read(
      JavaSparkContext context, TableReading reading, LiveReads.Counter counter, Maker<T> maker) {
    int slots = ScanShares.slots(context);
    // a table that was filled within the last six hours may say that it is empty
    int all =
        Math.max(
            ScanShares.tasks(slots, reading.unitsPerSecond()),
            ScanShares.segments(reading.table().bytes(), slots));
    List<int[]> shares =
        ScanShares.deal(IntStream.range(0, all).boxed().toList(), slots, reading.unitsPerSecond());
    Share share =
        new Share(
            reading.settings(),
            reading.userAgent(),
            reading.order(),
            all,
            reading.unitsPerSecond() / shares.size(),
            counter);
    return context
        .parallelize(shares, shares.size())
        .mapPartitions(
            own ->
                own.hasNext()
                    ? maker.make(new SegmentPages(share, own.next()))
                    : List.<T>of().iterator());
  }

  /**
   * Reads the next page; it may be empty.
   *
   * @return false if there is none
   * @throws io.dynamodblake.aws.AwsFailureException if the service refuses
   * @throws TaskKilledException if the task is not wanted any more
   */
  boolean next() {
    while (true) {
      if (TaskContext.get().isInterrupted()) {
        throw new TaskKilledException("the scan was given up");
      }
      lines.reset();
      items = pages == null ? -1 : pages.next(lines);
      if (items >= 0) {
        double units = pages.totals().readUnits();
        readUnits = units - told;
        told = units;
        share.counter().items(items);
        return true;
      }
      if (begun == segments.length) {
        return false;
      }
      pages =
          scan.pages(share.order(), segments[begun++], share.segments(), share.unitsPerSecond());
      told = 0;
    }
  }

  /** The items of the page, each with a line feed; nothing if there is no page. */
  JsonItemWriter lines() {
    return lines;
  }

  /** How many items the page has. */
  int items() {
    return items;
  }

  /** What the service says the page has consumed. */
  double readUnits() {
    return readUnits;
  }
}
