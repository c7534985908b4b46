package io.dynamodblake.bench;

import io.dynamodblake.schema.Conversion;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.type.Descriptor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.TableAlreadyExistsException;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What somebody writes who knows Spark well and has no dynamodb-lake: the DynamoDB JSON is read
 * with a complete nested schema, so that nothing is inferred, and flattened with column expressions
 * to the columns and types of a {@link TableSchema}. Values that do not fit become null and NULL is
 * not told from absent, which spares Spark work that we do.
 */
final class SparkFlatten {
  private final SparkSession spark;
  private final TableSchema schema;

  SparkFlatten(SparkSession spark, TableSchema schema) {
    this.spark = spark;
    this.schema = schema;
  }

  void write(Path export, Path target) {
    rows(export).write().option("compression", "zstd").parquet(target.toString());
  }

  /** Makes a table of Iceberg in a folder, as its documentation shows. */
  void writeIceberg(Path export, Path target) throws TableAlreadyExistsException {
    String catalog = "spark.sql.catalog.bench_" + target.getFileName().toString().replace('-', '_');
    spark.conf().set(catalog, "org.apache.iceberg.spark.SparkCatalog");
    spark.conf().set(catalog + ".type", "hadoop");
    spark.conf().set(catalog + ".warehouse", target.toUri().toString());
    rows(export)
        .writeTo(catalog.substring("spark.sql.catalog.".length()) + ".db.orders")
        .tableProperty("write.parquet.compression-codec", "zstd")
        .create();
  }

  /** Finds the schema of the JSON in all lines, as Spark does where none is given. */
  StructType infer(Path export) {
    return spark.read().json(export.resolve("data").toString()).schema();
  }

  private Dataset<Row> rows(Path export) {
    Dataset<Row> lines = spark.read().schema(lineSchema()).json(export.resolve("data").toString());
    List<Column> columns = new ArrayList<>();
    for (io.dynamodblake.schema.Column column : schema.writtenColumns()) {
      Column value = functions.col("Item").getField(column.attribute());
      columns.add(lakeValue(column.mapping(), value).as(column.name()));
    }
    return lines.select(columns.toArray(new Column[0]));
  }

  // ---- how the JSON looks

  private StructType lineSchema() {
    List<StructField> attributes = new ArrayList<>();
    for (io.dynamodblake.schema.Column column : schema.writtenColumns()) {
      attributes.add(field(column.attribute(), attributeValue(column.mapping())));
    }
    return new StructType(new StructField[] {field("Item", struct(attributes))});
  }

  private static DataType attributeValue(ValueMapping mapping) {
    return struct(List.of(field(mapping.descriptor().name(), content(mapping))));
  }

  private static DataType content(ValueMapping mapping) {
    if (mapping instanceof ValueMapping.Struct map) {
      return struct(
          map.fields().stream()
              .map(field -> field(field.attribute(), attributeValue(field.mapping())))
              .toList());
    }
    if (mapping instanceof ValueMapping.Sequence sequence) {
      return new ArrayType(
          sequence.descriptor() == Descriptor.L
              ? attributeValue(sequence.element())
              : DataTypes.StringType,
          true);
    }
    return mapping.descriptor() == Descriptor.BOOL ? DataTypes.BooleanType : DataTypes.StringType;
  }

  private static StructField field(String name, DataType type) {
    return DataTypes.createStructField(name, type, true);
  }

  private static StructType struct(List<StructField> fields) {
    return DataTypes.createStructType(fields);
  }

  // ---- how it becomes columns

  private static Column lakeValue(ValueMapping mapping, Column attributeValue) {
    Column content = attributeValue.getField(mapping.descriptor().name());
    if (mapping instanceof ValueMapping.Struct map) {
      Column[] fields =
          map.fields().stream()
              .map(
                  field ->
                      lakeValue(field.mapping(), content.getField(field.attribute()))
                          .as(field.name()))
              .toArray(Column[]::new);
      return functions.when(content.isNotNull(), functions.struct(fields));
    }
    if (mapping instanceof ValueMapping.Sequence sequence) {
      return sequence.descriptor() == Descriptor.L
          ? functions.transform(content, element -> lakeValue(sequence.element(), element))
          : content;
    }
    if (mapping instanceof ValueMapping.Scalar scalar) {
      return lakeScalar(scalar, content);
    }
    throw new IllegalArgumentException("No expression for " + mapping);
  }

  private static Column lakeScalar(ValueMapping.Scalar scalar, Column content) {
    if (scalar.conversion() == Conversion.EPOCH_MILLIS) {
      return functions.timestamp_millis(content.cast(DataTypes.LongType));
    }
    return switch (scalar.descriptor()) {
      case N -> content.cast(scalar.type().sql());
      case B -> functions.unbase64(content);
      default -> content;
    };
  }
}
