package io.dynamodblake.spark.source;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.util.SerializableConfiguration;

/** Makes the reader of each task. Shipped to executors. */
final class ExportReaderFactory implements PartitionReaderFactory {
  private static final long serialVersionUID = 1L;

  private final RowPlan plan;
  private final Broadcast<SerializableConfiguration> configuration;

  ExportReaderFactory(RowPlan plan, Broadcast<SerializableConfiguration> configuration) {
    this.plan = plan;
    this.configuration = configuration;
  }

  @Override
  public PartitionReader<InternalRow> createReader(InputPartition partition) {
    ExportInputPartition share = (ExportInputPartition) partition;
    Configuration settings = configuration.value().value();
    return plan.open(settings, share.files());
  }
}
