package io.dynamodblake.spark.source;

import io.dynamodblake.export.ExportManifest;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.MetadataColumn;
import org.apache.spark.sql.connector.catalog.SupportsMetadataColumns;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** One export as a table of Spark's. Driver only. */
final class ExportTable implements SupportsRead, SupportsMetadataColumns {
  private final SparkSession spark;
  private final ExportManifest manifest;
  private final ExportReadConf conf;
  private final RowPlanner rows;
  private final StructType columns;

  /**
   * @param rows what they are made of
   * @param columns those of the schema and whatever else a row has, in order
   */
  ExportTable(
      SparkSession spark,
      ExportManifest manifest,
      ExportReadConf conf,
      RowPlanner rows,
      StructType columns) {
    this.spark = spark;
    this.manifest = manifest;
    this.conf = conf;
    this.rows = rows;
    this.columns = columns;
  }

  @Override
  public String name() {
    return ExportTableProvider.SHORT_NAME + " " + manifest.root();
  }

  @Override
  @SuppressWarnings("deprecation") // deprecated, but abstract; columns() is made from it
  public StructType schema() {
    return columns;
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(TableCapability.BATCH_READ);
  }

  @Override
  public MetadataColumn[] metadataColumns() {
    return SourceColumns.ALL.toArray(MetadataColumn[]::new);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return new ExportScanBuilder(spark, manifest, conf, rows, columns);
  }
}
