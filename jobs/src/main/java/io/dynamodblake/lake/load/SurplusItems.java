package io.dynamodblake.lake.load;

import io.dynamodblake.aws.AwsFailureException;
import io.dynamodblake.aws.WriteBatches;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.items.ItemKeys;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.run.LiveReads;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.spark.scan.KeyScan;
import java.io.IOException;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.util.DoubleAccumulator;

/**
 * The items of a table that are not among those to be loaded: found by bringing the hashes of all
 * keys together in their order, so that no task holds more than two of them. Items that others put
 * into the table later are not among them. Driver only.
 *
 * <p>The keys are kept where they were found, in the executors, and never looked for again: a
 * second look would also find what others have put into the table since. If an executor is lost, so
 * are its keys, and Spark fails.
 */
public final class SurplusItems implements AutoCloseable {
  private final CheckedItems checked;
  private final JavaRDD<byte[]> found;
  private final LoadCensus census;

  private SurplusItems(CheckedItems checked, JavaRDD<byte[]> found, LoadCensus census) {
    this.checked = checked;
    this.found = found;
    this.census = census;
  }

  /**
   * Reads the keys of the table, and those of the items that were checked, and compares them.
   *
   * @param keyScan of the table
   * @throws AwsFailureException if the service refuses
   * @throws DataRefusedException if the input has changed since it was checked
   */
  public static SurplusItems find(CheckedItems checked, KeyScan keyScan, ReadProgress progress) {
    long items = checked.input().items();
    progress.phase("Comparing keys", items + keyScan.reading().table().items());
    SparkContext spark = checked.spark().sparkContext();
    DoubleAccumulator readUnits = spark.doubleAccumulator();
    try (LiveReads reads = LiveReads.counting(spark, progress)) {
      JavaRDD<byte[]> found = found(checked, keyScan, reads.counter(), readUnits);
      spark.setJobDescription("Comparing keys with table " + checked.target().table().name());
      found.rdd().localCheckpoint();
      SurplusKeys.Counts counts =
          found.filter(packet -> !SurplusKeys.isKey(packet)).collect().stream()
              .map(SurplusKeys::counts)
              .reduce(SurplusKeys.Counts.NONE, SurplusKeys.Counts::plus);
      LoadCensus census =
          new LoadCensus(counts.source(), counts.table(), counts.common(), readUnits.value());
      SurplusItems surplus = new SurplusItems(checked, found, census);
      if (census.sourceItems() != items) {
        surplus.close();
        throw LoadFindings.changed();
      }
      return surplus;
    } catch (Exception e) {
      // not only what is declared: Scala throws checked exceptions without saying so
      throw SparkFailures.unwrapped(e);
    } finally {
      spark.setJobDescription(null);
    }
  }

  /** Keys of the table alone, and counts; nothing is read before they are asked for. */
  private static JavaRDD<byte[]> found(
      CheckedItems checked, KeyScan keyScan, LiveReads.Counter counter, DoubleAccumulator readUnits)
      throws IOException {
    ItemKeys keys = checked.keys();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(checked.spark().sparkContext());
    JavaRDD<InternalRow> source = checked.set().items(SurplusKeys.ofSource(keys, counter));
    JavaRDD<InternalRow> table =
        keyScan
            .lines(context, counter, readUnits)
            .mapPartitions(lines -> SurplusKeys.ofTable(keys, lines));
    return SurplusKeys.SORT
        .sort(checked.spark(), source.union(table))
        .mapPartitions(SurplusKeys::merge);
  }

  /** Returns what the table holds in comparison to the items that are to be loaded. */
  public LoadCensus census() {
    return census;
  }

  /**
   * Deletes them.
   *
   * @throws AwsFailureException if the service refuses, or did not acknowledge every item, or what
   *     to delete was lost with an executor
   */
  public WriteBatches.Totals delete(TableWriting writing, ReadProgress progress) {
    long items = census.surplus();
    if (items == 0) {
      return WriteBatches.Totals.NONE;
    }
    SparkContext spark = checked.spark().sparkContext();
    String table = checked.target().table().name();
    int tasks = (int) Math.min(writing.tasks(spark.defaultParallelism()), items);
    ItemKeys keys = checked.keys();
    progress.phase("Deleting", items);
    try (LiveReads reads = LiveReads.counting(spark, progress)) {
      LiveReads.Counter counter = reads.counter();
      spark.setJobDescription("Deleting items of table " + table);
      WriteBatches.Totals all =
          writing
              .write(
                  found.filter(SurplusKeys::isKey).map(SurplusKeys::key).repartition(tasks),
                  checked.target().indexes(),
                  (lines, batches, clients) -> {
                    BatchLines deletes = new BatchLines(keys, batches);
                    while (lines.hasNext()) {
                      deletes.delete(lines.next());
                      counter.item();
                    }
                    return new Written(batches.finish(), LeftAlone.NONE);
                  })
              .totals();
      progress.read(all.items(), 0);
      if (all.items() != items) {
        throw new AwsFailureException(
            "Cannot delete: %,d items were to be deleted but %,d were acknowledged by table %s"
                .formatted(items, all.items(), table));
      }
      return all;
    } catch (Exception e) {
      if (lostCheckpoint(e)) {
        throw new AwsFailureException(
            "Cannot delete: an executor was lost, and with it the keys of items to be deleted", e);
      }
      throw SparkFailures.unwrapped(e);
    } finally {
      spark.setJobDescription(null);
    }
  }

  private static boolean lostCheckpoint(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null && cause.getMessage().contains("Checkpoint block")) {
        return true;
      }
    }
    return false;
  }

  /** Forgets what was found in the table. */
  @Override
  public void close() {
    found.unpersist(false);
  }
}
