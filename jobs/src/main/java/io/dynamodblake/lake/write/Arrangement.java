package io.dynamodblake.lake.write;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.lake.PublishedSnapshot;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.PartitionColumn;
import io.dynamodblake.schema.PartitionField;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkTypes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * In which folders and in which order rows lie.
 *
 * @param partitions partition columns, outermost folder first
 * @param sortColumns names of the columns that rows of a file are sorted by
 */
record Arrangement(List<PartitionColumn> partitions, List<String> sortColumns) {
  Arrangement {
    partitions = List.copyOf(partitions);
    sortColumns = List.copyOf(sortColumns);
  }

  /**
   * What the options mean for a schema.
   *
   * @throws UsageException if a column is not there, or cannot be partitioned or sorted by
   */
  static Arrangement of(FlattenOptions options, TableSchema schema) {
    return new Arrangement(
        PartitionField.resolve(
            options.partitionBy().stream().map(SchemaChoice::parse).toList(), schema),
        sortColumns(options.sortBy(), schema));
  }

  /** Whether rows stay in the files and the order in which they were read. */
  boolean isAsRead() {
    return partitions.isEmpty() && sortColumns.isEmpty();
  }

  /** The columns that stand in the files, and not in the names of their folders. */
  StructType columnsOfFiles(StructType columns) {
    StructType inFiles = new StructType();
    for (StructField column : columns.fields()) {
      if (partitions.stream().noneMatch(partition -> partition.name().equals(column.name()))) {
        inFiles = inFiles.add(column);
      }
    }
    return inFiles;
  }

  /** What was said of a snapshot when it was published. */
  static Arrangement of(PublishedSnapshot published, TableSchema schema) {
    return new Arrangement(
        PartitionField.resolve(
            published.partitionBy().stream().map(PartitionField::parse).toList(), schema),
        published.sortBy());
  }

  private static List<String> sortColumns(List<String> sortBy, TableSchema schema) {
    List<String> names = new ArrayList<>();
    for (String wanted : sortBy) {
      Column column =
          schema
              .findWithDerived(wanted)
              .filter(found -> !found.dropped())
              .orElseThrow(
                  () ->
                      new UsageException(
                          "Cannot sort by '%s': there is %s"
                              .formatted(wanted, schema.noSuchColumn(wanted))));
      if (holdsMap(SparkTypes.dataType(column))) {
        throw new UsageException(
            "Cannot sort by '%s': maps have no order; sort by another column".formatted(wanted));
      }
      names.add(column.name());
    }
    return names;
  }

  private static boolean holdsMap(DataType type) {
    if (type instanceof StructType struct) {
      return Arrays.stream(struct.fields()).anyMatch(field -> holdsMap(field.dataType()));
    }
    return type instanceof MapType
        || (type instanceof ArrayType array && holdsMap(array.elementType()));
  }
}
