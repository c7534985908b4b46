package io.dynamodblake.spark.source;

import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.spark.read.ReadPlan;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.SupportsPushDownLimit;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.types.StructType;

/**
 * Takes in what Spark would like to leave out, then fixes the scan; the only mutable stage. Driver
 * only.
 *
 * <ul>
 *   <li>Columns and struct fields that are not read are not decoded.
 *   <li>Aggregates are left to Spark, {@code count(*)} too: what a manifest says is compared with
 *       the lines, and never believed.
 *   <li>A limit lets each task stop early, which leaves the files it was in unverified. Spark still
 *       cuts the result.
 *   <li>Filters are left to Spark: an export has nothing by which lines could be skipped.
 * </ul>
 */
final class ExportScanBuilder implements SupportsPushDownRequiredColumns, SupportsPushDownLimit {
  private final SparkSession spark;
  private final ExportManifest manifest;
  private final ExportReadConf conf;
  private final RowPlanner rows;

  private StructType required;
  private int limit = ReadPlan.NO_LIMIT;

  /**
   * @param rows what they are made of
   * @param whole all columns of the table in order
   */
  ExportScanBuilder(
      SparkSession spark,
      ExportManifest manifest,
      ExportReadConf conf,
      RowPlanner rows,
      StructType whole) {
    this.spark = spark;
    this.manifest = manifest;
    this.conf = conf;
    this.rows = rows;
    this.required = whole;
  }

  @Override
  public void pruneColumns(StructType requiredSchema) {
    required = requiredSchema;
  }

  @Override
  public boolean pushLimit(int newLimit) {
    limit = newLimit;
    return true;
  }

  @Override
  public boolean isPartiallyPushed() {
    return true; // each task stops there; all of them together may still give more
  }

  @Override
  public Scan build() {
    RowPlan plan = rows.plan(required, limit);
    return new ExportScan(spark, manifest, conf, plan);
  }
}
