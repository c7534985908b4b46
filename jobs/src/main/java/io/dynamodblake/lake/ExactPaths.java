package io.dynamodblake.lake;

import org.apache.parquet.hadoop.ParquetInputFormat;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.DataSource;

/**
 * Reads what lies at a path, as it is. Spark would take a path with {@code *}, <code>[]</code> or
 * <code>{}</code> in it for a pattern, and read other folders; and it would take what it finds in a
 * Parquet file for what was written there, although every page has a checksum.
 */
public final class ExactPaths {
  private ExactPaths() {}

  /** Returns a reader of paths that are what they are. */
  public static DataFrameReader read(SparkSession session) {
    return session
        .read()
        .option(DataSource.GLOB_PATHS_KEY(), "false")
        .option(ParquetInputFormat.PAGE_VERIFY_CHECKSUM_ENABLED, "true");
  }
}
