package io.dynamodblake.lake;

import io.dynamodblake.ddl.TableFormat;
import io.dynamodblake.schema.PartitionColumn;
import io.dynamodblake.schema.TableSchema;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sources.BaseRelation;

/**
 * How the rows of a snapshot are kept: whoever opens, counts or describes a snapshot goes through
 * it. Driver only.
 */
public interface SnapshotStore {
  /**
   * Returns the store of snapshots whose rows are kept in a format.
   *
   * @param csv how CSV was written; empty of other formats, and where nobody has said
   */
  static SnapshotStore of(OutputFormat format, Optional<CsvDialect> csv) {
    return new FolderStore(format, csv.orElse(CsvDialect.USUAL));
  }

  /** Returns what a catalog has to know of the files. */
  TableFormat tableFormat();

  /**
   * Looks at the files of a snapshot that was just written, and counts the rows in them.
   *
   * @param times is shown the footers on the way
   * @return name, length and rows of each; rows of a file are missing where only reading all of
   *     them tells
   */
  SnapshotFiles files(SparkSession spark, SnapshotContents contents, ImplausibleTimes times)
      throws IOException;

  /**
   * Returns the number of rows of all files of a snapshot that was just written, by the files
   * themselves.
   *
   * @param times is shown what has to be read for it
   */
  long rows(
      SparkSession spark,
      SnapshotContents contents,
      SnapshotFiles files,
      TableSchema schema,
      List<PartitionColumn> partitions,
      ImplausibleTimes times);

  /**
   * Opens the rows of a snapshot, with the columns of the schema, {@code ddb_rescued}, {@code
   * ddb_nulls} and the derived partition columns.
   *
   * @param contents its files, which are not listed again: Spark would ask a store for each folder
   */
  Dataset<Row> open(
      SparkSession spark,
      SnapshotContents contents,
      TableSchema schema,
      List<PartitionColumn> partitions);

  /**
   * Returns the same rows as a relation that Spark's planner knows how to read well.
   *
   * @param contents all that is to be read
   * @param settings Hadoop's, for this use alone
   */
  BaseRelation relation(
      SparkSession spark,
      SnapshotContents contents,
      SnapshotColumns columns,
      Map<String, String> settings);
}
