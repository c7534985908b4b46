package io.dynamodblake.lake;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.crc32;
import static org.apache.spark.sql.functions.date_format;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.PartitionColumn;
import io.dynamodblake.schema.PartitionField;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.run.ListedParquet;
import io.dynamodblake.type.Descriptor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Computes the partition columns of rows. */
public final class PartitionExpressions {
  /** The folder name that stands for null; readers cannot tell it from a value of that text. */
  static final String NULL_VALUE = "__HIVE_DEFAULT_PARTITION__";

  private PartitionExpressions() {}

  /**
   * Returns the rows with their partition columns. A text that no folder can be named after, or
   * that would read as null from its folder's name, is null in its column and kept in {@code
   * ddb_rescued}.
   *
   * @param folder of the snapshot, whole path
   */
  public static Dataset<Row> addTo(
      Dataset<Row> rows, List<PartitionColumn> partitions, String folder) {
    FolderNames names = FolderNames.below(folder, partitions);
    Dataset<Row> result = rows;
    for (PartitionColumn partition : partitions) {
      if (partition.transform() != PartitionField.Transform.IDENTITY) {
        DataType type = rows.schema().apply(partition.source().name()).dataType();
        result = result.withColumn(partition.name(), derived(partition, type));
      } else if (isText(partition)) {
        result = rescueUnnameable(result, partition, names);
      }
    }
    return result;
  }

  /** Whether the values of a partition column are texts that stand in the path as they are. */
  static boolean isText(PartitionColumn partition) {
    return partition.transform() == PartitionField.Transform.IDENTITY
        && partition.type().equals(LakeType.STRING);
  }

  /**
   * Returns how many values {@link #addTo} has put into {@code ddb_rescued}, by column; columns
   * without any are left out. Reads the files of the default partitions, if there are any.
   *
   * @param csv how CSV was written
   * @param schema of the lake table
   */
  public static Map<String, Long> displaced(
      SparkSession session,
      SnapshotContents contents,
      OutputFormat format,
      CsvDialect csv,
      TableSchema schema,
      List<PartitionColumn> partitions) {
    List<PartitionColumn> texts =
        partitions.stream()
            .filter(PartitionExpressions::isText)
            .filter(partition -> hasDefault(contents, partition.name()))
            .toList();
    if (texts.isEmpty()) {
      return Map.of();
    }
    Dataset<Row> rows = rescued(session, contents, format, csv, schema, partitions);
    Column[] counts =
        texts.stream()
            .map(partition -> sum(when(isDisplaced(partition), 1L).otherwise(0L)))
            .toArray(Column[]::new);
    Row counted = rows.agg(counts[0], Arrays.copyOfRange(counts, 1, counts.length)).first();
    Map<String, Long> displaced = new TreeMap<>();
    for (int i = 0; i < texts.size(); i++) {
      if (!counted.isNullAt(i) && counted.getLong(i) > 0) {
        displaced.put(texts.get(i).name(), counted.getLong(i));
      }
    }
    return displaced;
  }

  private static boolean hasDefault(SnapshotContents contents, String name) {
    String step = ExternalCatalogUtils.getPartitionPathString(name, null);
    return contents.partitions().values().stream()
        .anyMatch(path -> List.of(path.split("/")).contains(step));
  }

  /** The partition columns as texts, and {@code ddb_rescued} as a map. */
  private static Dataset<Row> rescued(
      SparkSession session,
      SnapshotContents contents,
      OutputFormat format,
      CsvDialect csv,
      TableSchema schema,
      List<PartitionColumn> partitions) {
    StructType names = new StructType();
    for (PartitionColumn partition : partitions) {
      names = names.add(partition.name(), DataTypes.StringType);
    }
    MapType map = DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType);
    return switch (format) {
      case PARQUET ->
          session.baseRelationToDataFrame(
              ListedParquet.relation(
                  session,
                  contents.folder(),
                  contents.files(),
                  names.add(TableSchema.RESCUED, map),
                  List.of(names.fieldNames()),
                  Map.of()));
      case CSV -> {
        StructType columns = CsvRows.fileSchema(SparkTypes.toStruct(schema), partitions);
        for (StructField name : names.fields()) {
          columns = columns.add(name);
        }
        yield CsvRows.read(session, contents.folder(), columns, csv, Map.of())
            .withColumn(TableSchema.RESCUED, from_json(column(TableSchema.RESCUED), map, Map.of()));
      }
      case ICEBERG -> throw new IllegalStateException("Iceberg names no folders after values");
    };
  }

  /** A decoder rescues values of other descriptors only, so that one of its own came from here. */
  private static Column isDisplaced(PartitionColumn partition) {
    String path = partition.source().path();
    return column(partition.name())
        .isNull()
        .and(
            element_at(column(TableSchema.RESCUED), path)
                .startsWith("{\"" + descriptor(partition) + "\":"));
  }

  private static Descriptor descriptor(PartitionColumn partition) {
    return ((ValueMapping.Scalar) partition.source().mapping()).descriptor();
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

  private static Dataset<Row> rescueUnnameable(
      Dataset<Row> rows, PartitionColumn partition, FolderNames names) {
    Column value = column(partition.name());
    Column unnameable =
        value.isNotNull().and(functions.not(names.canName(partition.name(), value)));
    Column rescued = column(TableSchema.RESCUED);
    String path = partition.source().path();
    // by Spark's own writer of JSON, because the text may be anything
    Column kept =
        functions.map(lit(path), to_json(functions.struct(value.as(descriptor(partition).name()))));
    Column with = when(rescued.isNull(), kept).otherwise(functions.map_concat(rescued, kept));
    Column without = when(unnameable, lit(null).cast(DataTypes.StringType)).otherwise(value);
    return rows.withColumn(
            TableSchema.RESCUED,
            described(when(unnameable, with).otherwise(rescued), rows, TableSchema.RESCUED))
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
