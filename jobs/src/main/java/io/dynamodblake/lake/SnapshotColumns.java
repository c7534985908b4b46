package io.dynamodblake.lake;

import io.dynamodblake.schema.PartitionColumn;
import io.dynamodblake.schema.PartitionField;
import io.dynamodblake.spark.convert.SparkTypes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that readers of a snapshot see.
 *
 * @param all those of the schema, {@code ddb_rescued}, {@code ddb_nulls} and the derived partition
 *     columns
 * @param partitions names of the partition columns in the order of the folders
 */
public record SnapshotColumns(StructType all, List<String> partitions) {
  // as PartitionField names them: a number behind it where the name was taken
  private static final Pattern BUCKET =
      Pattern.compile(".*_" + PartitionField.Transform.BUCKET.key() + "(_\\d+)?");

  public SnapshotColumns {
    partitions = List.copyOf(partitions);
  }

  /**
   * The columns of a snapshot. How an earlier one was partitioned, its folders tell: what is no
   * column of the schema was derived, and is a number only if it is a bucket.
   */
  static SnapshotColumns of(LakeSnapshot snapshot, SnapshotContents contents) {
    StructType columns = SparkTypes.toStruct(snapshot.schema());
    List<String> names = new ArrayList<>();
    if (snapshot.iceberg().isPresent()) {
      return new SnapshotColumns(columns, names); // which hides what it partitions by
    }
    if (snapshot.isCurrent()) {
      for (PartitionColumn partition :
          PartitionField.resolve(
              snapshot.current().snapshot().partitionBy().stream()
                  .map(PartitionField::parse)
                  .toList(),
              snapshot.schema())) {
        names.add(partition.name());
        columns = with(columns, partition.name(), SparkTypes.dataType(partition.type()));
      }
    } else {
      for (String name : contents.partitionNames()) {
        names.add(name);
        boolean isBucket = BUCKET.matcher(name).matches();
        columns = with(columns, name, isBucket ? DataTypes.IntegerType : DataTypes.StringType);
      }
    }
    return new SnapshotColumns(columns, names);
  }

  private static StructType with(StructType columns, String name, DataType type) {
    return Arrays.asList(columns.fieldNames()).contains(name)
        ? columns
        : columns.add(name, type, true);
  }
}
