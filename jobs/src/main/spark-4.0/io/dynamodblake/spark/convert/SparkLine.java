package io.dynamodblake.spark.convert;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/**
 * What the lines of Spark name differently; this one is for Spark 4.0. Each line has a class of
 * this name under {@code src/main}, with the same methods.
 */
public final class SparkLine {
  private SparkLine() {}

  /** A session with the settings, views and functions of another, which keeps its own. */
  public static SparkSession cloned(SparkSession session) {
    return classic(session).cloneSession();
  }

  /** A dataset of rows that are already as Spark holds them inside. */
  public static Dataset<Row> dataset(
      SparkSession session, JavaRDD<InternalRow> rows, StructType schema) {
    return classic(session).internalCreateDataFrame(rows.rdd(), schema, false);
  }

  /** Spark Connect's sessions have no RDDs, and jobs of this project never run in one. */
  private static org.apache.spark.sql.classic.SparkSession classic(SparkSession session) {
    return (org.apache.spark.sql.classic.SparkSession) session;
  }
}
