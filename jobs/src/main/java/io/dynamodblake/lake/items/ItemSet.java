package io.dynamodblake.lake.items;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.TableFacts;
import io.dynamodblake.lake.Wholeness;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.read.ExportItems;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;

/**
 * Items wherever they lie: an export, import files, the rows of a lake table, or a live table.
 * Driver only.
 */
public sealed interface ItemSet extends AutoCloseable
    permits ItemsOfExport, ItemsOfLake, ItemsOfTable {
  /** The action of messages that may speak of live tables. */
  String COMPARE = "compare";

  /** Returns what it is, for people: without a path. */
  String kind();

  /** Reads what can be read only once; before anything is asked of its items. */
  default void read(ReadProgress progress) {}

  /**
   * Returns the number of items that its manifest or its footers promise, or that were read once;
   * -1 if nothing does.
   */
  long promised() throws IOException;

  /**
   * Whether they are all items of the table that they come from.
   *
   * @param items how many there are
   */
  Wholeness wholeness(long items) throws IOException;

  /**
   * Refuses what is not all: other items than were promised, or than the report of whoever has
   * written them says.
   *
   * @param action what messages say cannot be done, such as {@code compare}
   * @param claim how messages speak of what was promised, such as {@code A should have}
   * @param promised how many there should be; -1 if nobody knows
   * @param items how many were read
   * @throws DataRefusedException if there were others, or the writing did not come to its end
   */
  default void requireAll(String action, String claim, long promised, long items)
      throws IOException {
    Promise promise = new Promise(claim, promised, "items");
    if (!promise.isKept(items)) {
      throw promise.broken(action, items, "");
    }
    requireWritten(action, items);
  }

  /**
   * Refuses what cannot be all that was written, by the report of whoever has written it.
   *
   * @param items how many were read
   * @throws DataRefusedException if there were others, or the writing did not come to its end
   */
  default void requireWritten(String action, long items) throws IOException {}

  /** Returns what is known of the table that they are of, and the moment at which they are. */
  TableFacts facts() throws IOException;

  /** Returns the snapshot of a lake table that they are; empty if they are no such. */
  default Optional<String> snapshot() {
    return Optional.empty();
  }

  /** Returns the keys of the table, if it is known there; empty otherwise. */
  List<KeyAttribute> keys();

  /** Returns what does not come back as it was, each with the reason. */
  default List<String> losses() {
    return List.of();
  }

  /** Returns why an attribute does not come back as it was; empty if it does. */
  default Optional<String> lossOf(String attribute) {
    return Optional.empty();
  }

  /** Returns what does not come back as it was, and is told. */
  List<String> notes();

  /**
   * Returns the items as whatever a function makes of them; nothing is read before it is asked for.
   */
  <T> JavaRDD<T> items(ExportItems.Maker<T> maker) throws IOException;

  @Override
  default void close() {}

  /**
   * Finds out what lies at a path, unless the side is a live table.
   *
   * @param action what messages say cannot be done, such as {@code compare}
   * @throws UsageException if it is nothing that holds items
   * @throws io.dynamodblake.export.ExportFormatException if it is no export either, or a damaged
   *     one
   */
  static ItemSet open(
      SparkSession spark, String action, Side side, ReadOptions options, long taskBytes)
      throws IOException {
    return ItemPlaces.open(spark, action, side, options, taskBytes);
  }
}
