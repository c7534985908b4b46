package io.dynamodblake.spark.source;

import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.FilePacker;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.util.SerializableConfiguration;

/** Packs the data files of an export into tasks. Driver only. */
final class ExportBatch implements Batch {
  private final SparkSession spark;
  private final ExportManifest manifest;
  private final ExportReadConf conf;
  private final RowPlan plan;

  private InputPartition[] lazyPartitions; // Spark asks more than once, and lengths cost requests

  ExportBatch(SparkSession spark, ExportManifest manifest, ExportReadConf conf, RowPlan plan) {
    this.spark = spark;
    this.manifest = manifest;
    this.conf = conf;
    this.plan = plan;
  }

  @Override
  public synchronized InputPartition[] planInputPartitions() {
    if (lazyPartitions == null) {
      HadoopObjectStore store = new HadoopObjectStore(conf.hadoopConfiguration());
      try {
        lazyPartitions =
            FilePacker.pack(
                    manifest.files(),
                    file -> store.length(file.path()),
                    conf.maxPartitionBytes(),
                    conf.parallelism())
                .tasks()
                .stream()
                .map(ExportInputPartition::new)
                .toArray(InputPartition[]::new);
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot plan the read of " + manifest.root(), e);
      }
    }
    return lazyPartitions;
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    Configuration settings = conf.hadoopConfiguration();
    // Spark's own wrapper, because broadcasts may go through Kryo and Spark has taught Kryo that
    // one
    Broadcast<SerializableConfiguration> broadcast =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .broadcast(new SerializableConfiguration(settings));
    return new ExportReaderFactory(plan, broadcast);
  }

  /**
   * Two batches read the same rows if they have the same manifest in hand; Spark then may read
   * once.
   */
  @Override
  @SuppressWarnings(
      "ReferenceEquality") // a manifest may have a million files, and is read once a table
  public boolean equals(Object other) {
    return other instanceof ExportBatch batch
        && manifest == batch.manifest
        && plan.equals(batch.plan);
  }

  @Override
  public int hashCode() {
    return 31 * System.identityHashCode(manifest) + plan.hashCode();
  }
}
