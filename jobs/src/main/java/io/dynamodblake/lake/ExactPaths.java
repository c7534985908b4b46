package io.dynamodblake.lake;

import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.DataSource;

/**
 * Reads what lies at a path. Spark would take a path with {@code *}, <code>[]</code> or <code>{}
 * </code> in it for a pattern, and read other folders.
 */
final class ExactPaths {
  private ExactPaths() {}

  /** A reader of paths that are what they are. */
  static DataFrameReader read(SparkSession session) {
    return session.read().option(DataSource.GLOB_PATHS_KEY(), "false");
  }
}
