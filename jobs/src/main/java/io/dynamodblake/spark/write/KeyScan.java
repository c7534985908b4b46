package io.dynamodblake.spark.write;

import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.ScanOrder;
import io.dynamodblake.aws.ScannedTable;
import io.dynamodblake.aws.TableScan;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.spark.source.LiveReads;
import io.dynamodblake.spark.source.ScanShares;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.DoubleAccumulator;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Reads the keys of all items of a live table by parallel Scan, within a cap that all tasks share.
 * Driver only.
 *
 * @param settings with the region
 * @param userAgent what the service's logs call us
 * @param name of the table, or its ARN, as the user has it
 * @param keyAttributes partition key and then sort key
 * @param unitsPerSecond most read units a second of all tasks; infinite for no limit
 */
public record KeyScan(
    AwsSettings settings,
    String userAgent,
    ScannedTable table,
    String name,
    List<String> keyAttributes,
    double unitsPerSecond) {
  private static final byte LINE_FEED = '\n';

  public KeyScan {
    keyAttributes = List.copyOf(keyAttributes);
  }

  /**
   * The keys, each as a line of DynamoDB JSON without its line feed. Nothing is read before the
   * lines are asked for, and again each time that they are.
   *
   * @param readUnits gets what the service says was consumed, also by tasks that failed
   */
  public JavaRDD<byte[]> lines(
      JavaSparkContext context, LiveReads.Counter counter, DoubleAccumulator readUnits) {
    int slots = ScanShares.slots(context);
    int segments = ScanShares.segments(table.bytes(), slots);
    List<Integer> all = new ArrayList<>();
    for (int segment = 0; segment < segments; segment++) {
      all.add(segment);
    }
    List<int[]> shares = ScanShares.deal(all, slots, unitsPerSecond);
    ScanOrder order = ScanOrder.ofKeys(name, keyAttributes);
    Task task =
        new Task(
            settings,
            userAgent,
            order,
            segments,
            unitsPerSecond / shares.size(),
            counter,
            readUnits);
    return context.parallelize(shares, shares.size()).mapPartitions(own -> new Lines(task, own));
  }

  /** What each task knows. */
  private record Task(
      AwsSettings settings,
      String userAgent,
      ScanOrder order,
      int segments,
      double unitsPerSecond,
      LiveReads.Counter counter,
      DoubleAccumulator readUnits)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** The lines of one task, of which only a page is held. */
  private static final class Lines implements Iterator<byte[]> {
    private final Task task;
    private final Iterator<int[]> shares;
    private final AwsClients clients;
    private final TableScan scan;
    private final JsonItemWriter writer = new JsonItemWriter();
    private final Deque<Integer> segments = new ArrayDeque<>();
    private TableScan.Pages pages;
    private double told;
    private int begin;

    Lines(Task task, Iterator<int[]> shares) {
      this.task = task;
      this.shares = shares;
      this.clients = new AwsClients(task.settings(), task.userAgent());
      TaskContext.get()
          .addTaskCompletionListener((TaskCompletionListener) ended -> clients.close());
      this.scan = new TableScan(clients, Pauses.REAL);
    }

    @Override
    public boolean hasNext() {
      while (begin == writer.length()) {
        if (!nextPage()) {
          return false;
        }
      }
      return true;
    }

    private boolean nextPage() {
      if (TaskContext.get().isInterrupted()) {
        throw new TaskKilledException("the scan was given up");
      }
      writer.reset();
      begin = 0;
      if (pages != null) {
        int items = pages.next(writer);
        double units = pages.totals().readUnits();
        task.readUnits().add(units - told);
        told = units;
        if (items >= 0) {
          task.counter().items(items);
          return true;
        }
      }
      while (segments.isEmpty() && shares.hasNext()) {
        Arrays.stream(shares.next()).forEach(segments::add);
      }
      if (segments.isEmpty()) {
        pages = null;
        return false;
      }
      pages = scan.pages(task.order(), segments.poll(), task.segments(), task.unitsPerSecond());
      told = 0;
      return true;
    }

    @Override
    public byte[] next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      int end = begin;
      // strings have none: the writer escapes them
      while (writer.bytes()[end] != LINE_FEED) {
        end++;
      }
      byte[] line = Arrays.copyOfRange(writer.bytes(), begin, end);
      begin = end + 1;
      return line;
    }
  }
}
