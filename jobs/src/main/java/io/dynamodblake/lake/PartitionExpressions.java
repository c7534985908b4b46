package io.dynamodblake.lake;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.crc32;
import static org.apache.spark.sql.functions.date_format;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.PartitionColumn;
import io.dynamodblake.schema.PartitionField;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.type.ItemPath;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** Computes the partition columns of rows. */
public final class PartitionExpressions {
  /** The folder name that stands for null; readers cannot tell it from a value of that text. */
  static final String NULL_VALUE = "__HIVE_DEFAULT_PARTITION__";

  private PartitionExpressions() {}

  /**
   * The rows with their partition columns. A text that would read as null from its folder's name is
   * null in its column and kept in {@code ddb_rescued}.
   */
  public static Dataset<Row> addTo(Dataset<Row> rows, List<PartitionColumn> partitions) {
    Dataset<Row> result = rows;
    for (PartitionColumn partition : partitions) {
      if (partition.transform() != PartitionField.Transform.IDENTITY) {
        DataType type = rows.schema().apply(partition.source().name()).dataType();
        result = result.withColumn(partition.name(), derived(partition, type));
      } else if (partition.type().equals(LakeType.STRING)) {
        result = rescueAmbiguous(result, partition);
      }
    }
    return result;
  }

  /** Pattern of {@link java.time.format.DateTimeFormatter} of the values of a time transform. */
  static String pattern(PartitionField.Transform transform) {
    return switch (transform) {
      case YEAR -> "yyyy";
      case MONTH -> "yyyy-MM";
      case DAY -> "yyyy-MM-dd";
      case HOUR -> "yyyy-MM-dd-HH";
      case IDENTITY, BUCKET ->
          throw new IllegalArgumentException(transform.key() + " is no part of a time");
    };
  }

  private static Column derived(PartitionColumn partition, DataType sourceType) {
    Column value = column(partition.source().name());
    PartitionField.Transform transform = partition.transform();
    if (transform.isTime()) {
      return date_format(value, pattern(transform));
    }
    // CRC-32 of the text in UTF-8, or of the bytes: crc32(to_utf8(...)) of Athena computes the same
    Column bytes =
        sourceType instanceof BinaryType
            ? value
            : CsvRows.text(value, sourceType).cast(DataTypes.BinaryType);
    return crc32(bytes).mod(lit((long) partition.field().buckets())).cast(DataTypes.IntegerType);
  }

  private static Dataset<Row> rescueAmbiguous(Dataset<Row> rows, PartitionColumn partition) {
    Column value = column(partition.name());
    Column ambiguous = value.equalTo("").or(value.equalTo(NULL_VALUE));
    Column rescued = column(TableSchema.RESCUED);
    String path = ItemPath.ofAttribute(partition.source().attribute());
    Column kept = functions.map(lit(path), functions.concat(lit("{\"S\":\""), value, lit("\"}")));
    Column with = when(rescued.isNull(), kept).otherwise(functions.map_concat(rescued, kept));
    Column without = when(ambiguous, lit(null).cast(DataTypes.StringType)).otherwise(value);
    return rows.withColumn(
            TableSchema.RESCUED,
            described(when(ambiguous, with).otherwise(rescued), rows, TableSchema.RESCUED))
        .withColumn(partition.name(), described(without, rows, partition.name()));
  }

  /** The schema travels in the metadata of the columns, which an expression would lose. */
  private static Column described(Column column, Dataset<Row> rows, String name) {
    return column.as(name, rows.schema().apply(name).metadata());
  }

  public static Column column(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }
}
