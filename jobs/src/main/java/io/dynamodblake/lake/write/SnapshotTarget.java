package io.dynamodblake.lake.write;

import io.dynamodblake.lake.CsvDialect;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.lake.SnapshotFiles;
import io.dynamodblake.lake.changes.TableMerge;
import io.dynamodblake.schema.TableSchema;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A snapshot in the making: what kind of store it is kept in is known here only. Driver only.
 *
 * <p>A run makes one, begins it, writes it, counts it by what was really written, and then either
 * publishes it or takes it away.
 */
interface SnapshotTarget {
  /** Returns the name of the snapshot, which no other run has. */
  String id();

  /** Returns the folder of its documents; of folders of files also where its rows are. */
  String place();

  /** Returns the format of its data files. */
  OutputFormat format();

  /** Returns the session that writes there: rows for it have to be its own. */
  SparkSession session();

  /** Whether items can be written without being made rows before. */
  boolean takesItems(Arrangement arrangement);

  /**
   * Makes everything ready for rows of a schema; called before anything is written.
   *
   * @param lineage what the snapshot is made of, for stores that keep it
   */
  void begin(TableSchema schema, Arrangement arrangement, Map<String, String> lineage)
      throws IOException;

  /**
   * Returns where items go that are written as they are read.
   *
   * @param sizing how long files are to be
   */
  ItemFiles.Destination destination(FileSizing sizing);

  /** Writes rows. */
  void write(Dataset<Row> rows, Arrangement arrangement, FileSizing sizing) throws IOException;

  /**
   * Takes files of the snapshot before into this one, without the rows that go.
   *
   * @param contents of the snapshot before
   * @param plan what becomes of each of its files
   * @param merge knows which rows go
   */
  void take(SnapshotContents contents, FilePlan plan, TableMerge merge) throws IOException;

  /** Counts what was written, by the files themselves. */
  Written count(TableSchema schema, Arrangement arrangement) throws IOException;

  /** Returns the rows that were written and counted, as a session reads them. */
  Dataset<Row> rows(
      SparkSession reader, Written written, TableSchema schema, Arrangement arrangement);

  /**
   * Returns the rows of one of its files.
   *
   * @param file its number in the order of the contents
   */
  Dataset<Row> rowsOf(SparkSession reader, int file, Written written, TableSchema schema);

  /** Returns how it writes CSV; empty of other formats. */
  Optional<CsvDialect> csv();

  /** Returns where Iceberg keeps it, once it was counted; empty for folders of files. */
  Optional<IcebergVersion> iceberg();

  /**
   * Lets readers of the store itself see it, where that is not done by the pointer of the lake
   * table, which is replaced then.
   *
   * @return false if others have published there since the run began
   * @throws IOException if nobody knows whether readers see it
   */
  boolean release(Map<String, String> properties) throws IOException;

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
