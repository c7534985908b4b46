package io.dynamodblake.spark.source;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.spark.read.ReadPlan;
import java.util.OptionalLong;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.Statistics;
import org.apache.spark.sql.connector.read.SupportsReportStatistics;
import org.apache.spark.sql.types.StructType;

/** A fixed plan of what to read of an export. Driver only. */
final class ExportScan implements SupportsReportStatistics {
  private static final int ROW_OVERHEAD_BYTES = 8;
  // of DynamoDB JSON, which says S, N and every name again for each item
  private static final int USUAL_COMPRESSION = 8;

  private final SparkSession spark;
  private final ExportManifest manifest;
  private final ExportReadConf conf;
  private final RowPlan plan;

  ExportScan(SparkSession spark, ExportManifest manifest, ExportReadConf conf, RowPlan plan) {
    this.spark = spark;
    this.manifest = manifest;
    this.conf = conf;
    this.plan = plan;
  }

  @Override
  public StructType readSchema() {
    return plan.rowType();
  }

  @Override
  public String description() {
    return "dynamodb-export %s (%d data files, %s%s)"
        .formatted(
            manifest.exportId(),
            manifest.files().size(),
            plan.mode(),
            plan.limit() == ReadPlan.NO_LIMIT ? "" : ", limit " + plan.limit());
  }

  @Override
  public Batch toBatch() {
    return new ExportBatch(spark, manifest, conf, plan);
  }

  @Override
  public CustomMetric[] supportedCustomMetrics() {
    return ExportMetrics.all();
  }

  @Override
  public Statistics estimateStatistics() {
    OptionalLong rows =
        manifest.itemCount() >= 0 ? OptionalLong.of(manifest.itemCount()) : OptionalLong.empty();
    return new ExportStatistics(rows, sizeInBytes());
  }

  private OptionalLong sizeInBytes() {
    if (manifest.itemCount() >= 0) {
      long rowBytes = (long) plan.rowType().defaultSize() + ROW_OVERHEAD_BYTES;
      return OptionalLong.of(Math.max(1, saturatedProduct(manifest.itemCount(), rowBytes)));
    }
    long stored = 0;
    for (DataFile file : manifest.files()) {
      if (file.length() < 0) {
        return OptionalLong.empty();
      }
      stored += file.length();
    }
    return OptionalLong.of(Math.max(1, saturatedProduct(stored, USUAL_COMPRESSION)));
  }

  private static long saturatedProduct(long left, long right) {
    return left > Long.MAX_VALUE / right ? Long.MAX_VALUE : left * right;
  }

  private record ExportStatistics(OptionalLong numRows, OptionalLong sizeInBytes)
      implements Statistics {}
}
