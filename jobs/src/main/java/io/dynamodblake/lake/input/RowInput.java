package io.dynamodblake.lake.input;

import io.dynamodblake.conf.RunKeys;
import io.dynamodblake.conf.Words;
import io.dynamodblake.lake.TableFacts;
import io.dynamodblake.lake.Wholeness;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.BatchColumns;
import io.dynamodblake.spark.convert.RowColumns;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** What a restore reads: rows, which items they stand for, and where each lies. Driver only. */
public interface RowInput {
  /** How many columns {@link #rows} has at the end where places are wanted. */
  int PLACE_COLUMNS = 3;

  /**
   * Returns what it is, for people: without a path, such as {@code snapshot
   * 01731900000000-0a1b2c3d}.
   */
  String name();

  /** Returns the whole path of the folder or file that is read. */
  String path();

  /** Returns what the columns stand for, and the keys as far as they are known. */
  TableSchema schema();

  /**
   * Returns the schema to be shown to the user, and to be edited for another run; empty where the
   * data has brought it along.
   */
  default Optional<TableSchema> proposed() {
    return Optional.empty();
  }

  /**
   * Returns what the rows are read from: this, or where they are of several tables those, each with
   * columns of its own.
   */
  default List<? extends RowInput> parts() {
    return List.of(this);
  }

  /** Whether items can have attributes that are no columns, from {@code ddb_rescued}. */
  default boolean hasRescued() {
    return false;
  }

  /** Returns how the rows are read; for tasks. */
  default RowColumns.Maker sources() {
    return BatchColumns::new;
  }

  /** Returns what of the items is not as it was in the table they come from; named to the user. */
  List<String> losses();

  /**
   * Returns the rows: written columns of the schema in their order, {@code ddb_rescued}, {@code
   * ddb_nulls}, as {@link io.dynamodblake.flatten.ItemEncoder} takes them from {@link #sources}.
   *
   * <p>With places there are {@value #PLACE_COLUMNS} more, the last ones: string, path of the row's
   * file as {@link #places} knows it, may be null; bigint, its row there counted from 0, null where
   * nobody knows; string, why the row cannot be an item, found while it was read, null if nothing
   * was found.
   *
   * @param session in which they are read; its settings count
   */
  Dataset<Row> rows(SparkSession session, boolean withPlaces);

  /** Returns the files of the rows. */
  RowPlaces places() throws IOException;

  /** Whether they are the whole table that they come from, but for the condition. */
  default Wholeness wholeness() throws IOException {
    return Wholeness.WHOLE;
  }

  /** Returns the folders of the exports that the rows come from, as far as they are known. */
  default List<String> exports() throws IOException {
    return List.of();
  }

  /** Returns what is known of the table that the rows are of, and the moment that they show. */
  default TableFacts facts() throws IOException {
    return TableFacts.UNKNOWN;
  }

  /** Returns the snapshot of a lake table that the rows are; empty if they are no such. */
  default Optional<String> snapshot() {
    return Optional.empty();
  }

  /** Returns the name of the DynamoDB table that the rows come from, where that is known. */
  default Optional<String> table() throws IOException {
    return Optional.empty();
  }

  /** Returns the condition that the rows were chosen by; empty if they are all that there are. */
  Optional<String> where();

  /** Returns what to do where a row cannot be computed: the last words of a message. */
  default String wayOut() {
    return where().isPresent()
        ? "a condition for every row has functions like try_cast and try_to_number"
        : "look at the files with " + Words.RESTORE.of(RunKeys.STACKTRACE);
  }

  /** Returns how many rows there are without the condition, where files themselves say it. */
  OptionalLong allRows() throws IOException;

  /** Returns the stored bytes of what is read, about; 0 if nobody knows. */
  long bytes() throws IOException;

  /**
   * Returns a text that is the same for two inputs that have the same rows, and another one
   * otherwise.
   */
  String fingerprint() throws IOException;
}
