package io.dynamodblake.spark.read;

import io.dynamodblake.export.DataFileReader;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.RecordFormat;
import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.run.LookAhead;
import java.io.IOException;
import java.io.Serializable;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;

/**
 * All items of an export as whatever a function makes of their tapes, without columns in between.
 * Every data file is verified as it is read; a line that is no item fails the job.
 */
public final class ExportItems {
  private ExportItems() {}

  /** Makes the function of one task; the function answers null for an item that is left out. */
  public interface Maker<T> extends Supplier<Function<ItemTape, T>>, Serializable {
    /**
     * Makes the same, for a function that wants to say where an item is.
     *
     * @param place of the item that the function has got
     */
    default Function<ItemTape, T> get(Supplier<String> place) {
      return get();
    }
  }

  /**
   * Returns the items of an export, one partition a task.
   *
   * @param taskBytes stored bytes that one task should read
   * @throws IOException if the store fails
   */
  public static <T> JavaRDD<T> of(
      SparkSession spark,
      Configuration configuration,
      ExportManifest manifest,
      ReadOptions options,
      long taskBytes,
      Maker<T> maker)
      throws IOException {
    HadoopConfiguration settings = new HadoopConfiguration(configuration);
    RecordFormat format = manifest.recordFormat();
    return FileShares.of(spark, configuration, manifest, taskBytes)
        .mapPartitions(
            share ->
                new Items<T>(
                    new ItemCursor(
                        settings.connect(),
                        FileShares.files(share),
                        format,
                        options,
                        null,
                        new Refusal()),
                    maker));
  }

  private static final class Items<T> extends LookAhead<T> {
    private final ItemCursor cursor;
    private final Function<ItemTape, T> function;
    private T item;

    Items(ItemCursor cursor, Maker<T> maker) {
      this.cursor = cursor;
      this.function = maker.get(cursor::place);
      closeWithTask(cursor);
    }

    @Override
    protected boolean advance() throws IOException {
      item = null;
      while (item == null && cursor.advance()) {
        item = made();
      }
      return item != null;
    }

    private T made() throws IOException {
      try {
        return function.apply(cursor.tape());
      } catch (DataRefusedException refused) {
        throw cursor.unlessDamaged(refused);
      }
    }

    @Override
    protected T take() {
      return item;
    }
  }

  private static final class Refusal implements RecordCursor.Listener {
    @Override
    public boolean badRecord(DataFileReader line, String reason) {
      throw new DataRefusedException(
          "Cannot read item: " + BadRecords.describe(line, reason) + "; export again");
    }

    @Override
    public void fileEnded(DataFileReader file, long items, long bad, long falseNulls) {
      // the reader has verified the file, and items are counted by whoever gets them
    }

    @Override
    public void moved(RecordCursor cursor) {
      // whoever gets the items sees them come
    }
  }
}
