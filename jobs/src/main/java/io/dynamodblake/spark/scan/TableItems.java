package io.dynamodblake.spark.scan;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.read.ExportItems;
import io.dynamodblake.spark.run.LiveReads;
import io.dynamodblake.spark.run.LookAhead;
import io.dynamodblake.type.Instants;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The items of a live table, read once by a parallel Scan and kept, compressed, on the local disks
 * of the executors: however often they are gone through, the table is asked once, and they are the
 * same. Only what an executor takes with it is read from the table again. Driver only.
 */
public final class TableItems implements AutoCloseable {
  private final JavaSparkContext context;
  private final TableReading reading;
  private JavaRDD<byte[]> pages; // null before they are read
  private Totals totals;

  /**
   * What was read.
   *
   * @param readUnits what the service says it has consumed
   */
  public record Totals(long items, double readUnits, Instant begin, Instant end) {}

  /**
   * @throws UsageException if Spark may run a task twice at a time, which would break the rate
   */
  public TableItems(SparkSession spark, TableReading reading) {
    this.context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.reading = reading;
    if (context.getConf().getBoolean("spark.speculation", false)) {
      throw new UsageException(
          "Cannot read a live table with spark.speculation: parts of it would be read twice and the cap not kept; set it to false");
    }
  }

  /** Returns when reading began, and before that the present. */
  public Instant beganAt() {
    return totals == null ? Instants.now() : totals.begin();
  }

  /**
   * Reads the table. Once.
   *
   * @throws io.dynamodblake.aws.AwsFailureException in what Spark throws, if the service refuses
   */
  public void read(ReadProgress progress) {
    if (pages != null) {
      throw new IllegalStateException("A table is read once");
    }
    Instant begin = Instants.now();
    String name = reading.table().table().name();
    long expected = reading.table().items();
    progress.phase("Reading table " + name, expected > 0 ? expected : -1);
    try (LiveReads reads = LiveReads.counting(context.sc(), progress)) {
      context.setJobDescription("Reading table " + name);
      pages =
          SegmentPages.read(context, reading, reads.counter(), Pages::new)
              .persist(StorageLevel.DISK_ONLY());
      double[] sums = {0, 0};
      for (double[] one : pages.mapPartitions(read -> List.of(sums(read)).iterator()).collect()) {
        for (int i = 0; i < sums.length; i++) {
          sums[i] += one[i];
        }
      }
      totals = new Totals((long) sums[0], sums[1], begin, Instant.now());
      progress.read(totals.items(), 0);
    } finally {
      context.setJobDescription(null);
    }
  }

  private static double[] sums(Iterator<byte[]> pages) {
    double[] sums = {0, 0};
    while (pages.hasNext()) {
      byte[] page = pages.next();
      sums[0] += ScannedPage.items(page);
      sums[1] += ScannedPage.readUnits(page);
    }
    return sums;
  }

  /** Returns what was read. */
  public Totals totals() {
    if (totals == null) {
      throw new IllegalStateException("A table is read before anything is known of it");
    }
    return totals;
  }

  /** Returns what was read, as whatever a function makes of it. */
  public <T> JavaRDD<T> items(ExportItems.Maker<T> maker) {
    if (totals == null) {
      throw new IllegalStateException("A table is read before its items are asked for");
    }
    String name = reading.table().table().name();
    return pages.mapPartitions(read -> new Items<T>(read, name, maker));
  }

  /** Frees the disks. */
  @Override
  public void close() {
    if (pages != null) {
      pages.unpersist(false);
    }
  }

  /** The pages of one task, compressed. */
  private static final class Pages extends LookAhead<byte[]> {
    private final SegmentPages pages;
    private final ScannedPage.Packer packer = new ScannedPage.Packer();

    Pages(SegmentPages pages) {
      this.pages = pages;
      TaskContext.get().addTaskCompletionListener((TaskCompletionListener) ended -> packer.close());
    }

    @Override
    protected boolean advance() {
      return pages.next();
    }

    @Override
    protected byte[] take() {
      return packer.pack(
          pages.lines().bytes(), pages.lines().length(), pages.items(), pages.readUnits());
    }
  }

  /** The items of some pages. */
  private static final class Items<T> extends LookAhead<T> {
    private final Iterator<byte[]> pages;
    private final String table;
    private final Function<ItemTape, T> function;
    private final ScannedPage.Lines lines = new ScannedPage.Lines();
    private final ItemScanner scanner = new ItemScanner();
    private final ItemTape tape = new ItemTape();
    private T item;

    Items(Iterator<byte[]> pages, String table, ExportItems.Maker<T> maker) {
      this.pages = pages;
      this.table = table;
      this.function = maker.get(() -> "an item of table " + table);
      TaskContext.get().addTaskCompletionListener((TaskCompletionListener) ended -> lines.close());
    }

    @Override
    protected boolean advance() {
      item = null;
      while (item == null) {
        if (lines.next()) {
          try {
            scanner.scan(lines.bytes(), lines.start(), lines.end(), tape);
          } catch (MalformedRecordException e) {
            throw new DataRefusedException(
                "Cannot read an item of table " + table + ": " + e.getMessage(), e);
          }
          item = function.apply(tape);
        } else if (pages.hasNext()) {
          lines.open(pages.next());
        } else {
          return false;
        }
      }
      return true;
    }

    @Override
    protected T take() {
      return item;
    }
  }
}
