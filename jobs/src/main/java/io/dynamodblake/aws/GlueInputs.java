package io.dynamodblake.aws;

import io.dynamodblake.ddl.AthenaColumn;
import io.dynamodblake.ddl.GlueTable;
import io.dynamodblake.ddl.PartitionLayout;
import java.util.Map;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.PartitionInput;
import software.amazon.awssdk.services.glue.model.SerDeInfo;
import software.amazon.awssdk.services.glue.model.StorageDescriptor;
import software.amazon.awssdk.services.glue.model.TableInput;

/** Tables and partitions in the form in which Glue takes them. */
final class GlueInputs {
  private GlueInputs() {}

  /** The table with these properties, and without what Glue alone knows of it. */
  static TableInput.Builder table(GlueTable wanted, Map<String, String> parameters) {
    return TableInput.builder()
        .name(wanted.name())
        .description(wanted.comment())
        .tableType("EXTERNAL_TABLE")
        .parameters(parameters)
        .partitionKeys(wanted.partitionKeys().stream().map(GlueInputs::column).toList())
        .storageDescriptor(storage(wanted, wanted.location()));
  }

  /** One partition of the table, which has the columns of the table. */
  static PartitionInput partition(GlueTable wanted, PartitionLayout.Partition partition) {
    return PartitionInput.builder()
        .values(partition.values())
        .storageDescriptor(storage(wanted, partition.location()))
        .build();
  }

  private static StorageDescriptor storage(GlueTable wanted, String location) {
    StorageDescriptor.Builder storage =
        StorageDescriptor.builder()
            .columns(wanted.columns().stream().map(GlueInputs::column).toList())
            .location(location);
    if (wanted.inputFormat().isEmpty()) {
      return storage.build();
    }
    return storage
        .inputFormat(wanted.inputFormat())
        .outputFormat(wanted.outputFormat())
        .compressed(false)
        .numberOfBuckets(-1)
        .storedAsSubDirectories(false)
        .serdeInfo(
            SerDeInfo.builder()
                .serializationLibrary(wanted.serde())
                .parameters(wanted.serdeParameters())
                .build())
        .build();
  }

  private static Column column(AthenaColumn column) {
    return Column.builder()
        .name(column.name())
        .type(column.type())
        .comment(column.comment().isEmpty() ? null : column.comment())
        .build();
  }
}
