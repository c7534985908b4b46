package io.dynamodblake.lake.write;

import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.lake.SnapshotFiles;
import io.dynamodblake.schema.TableSchema;
import java.io.IOException;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A snapshot in the making: what kind of store it is kept in is known here only. Driver only.
 *
 * <p>A run makes one, writes it, counts it by what was really written, and then either publishes it
 * or takes it away.
 */
interface SnapshotTarget {
  /** Returns the name of the snapshot, which no other run has. */
  String id();

  /** Returns where its rows are. */
  String place();

  /** Returns the format of its data files. */
  OutputFormat format();

  /** Returns the session that writes there: rows for it have to be its own. */
  SparkSession session();

  /** Whether items can be written without being made rows before. */
  boolean takesItems(Arrangement arrangement);

  /**
   * Writes items.
   *
   * @param shares one partition for each task
   */
  void write(ItemFiles.Source items, JavaRDD<byte[]> shares, FileSizing sizing) throws IOException;

  /** Writes rows. */
  void write(Dataset<Row> rows, Arrangement arrangement, FileSizing sizing) throws IOException;

  /** Counts what was written, by the files themselves. */
  Written count(TableSchema schema, Arrangement arrangement) throws IOException;

  /** Takes away what was written. Never called once readers may see it. */
  void discard() throws IOException;

  /**
   * What a snapshot holds.
   *
   * @param rows counted in what was written
   * @param notes what is strange about it, in sentences without values
   */
  record Written(SnapshotContents contents, SnapshotFiles files, long rows, List<String> notes) {}
}
