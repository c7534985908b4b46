package io.dynamodblake.spark.convert;

import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.Conversion;
import io.dynamodblake.schema.DerivedColumn;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.Origin;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * {@link TableSchema} to Spark's {@link StructType} and back. Everything is nullable. Each field
 * carries its column of {@code schema.json} as metadata under {@value #METADATA_KEY}, which Spark
 * also writes into Parquet footers, so that the way back is exact; {@code ddb_rescued} carries what
 * belongs to no field: table name, keys, dropped columns.
 */
public final class SparkTypes {
  /** Key of the field metadata that holds the column as JSON. */
  public static final String METADATA_KEY = "dynamodb";

  // by this a column is known that repeats a part of a key
  private static final String DERIVED_KEY = "dynamodb.derived";

  /** Type of {@code ddb_rescued}: paths of values, and each as DynamoDB JSON. */
  public static final DataType RESCUED_TYPE =
      DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType, true);

  static final DataType NULLS_TYPE = DataTypes.createArrayType(DataTypes.StringType, true);

  private SparkTypes() {}

  /** Returns the written columns in order, then {@code ddb_rescued} and {@code ddb_nulls}. */
  public static StructType toStruct(TableSchema schema) {
    List<StructField> fields = new ArrayList<>();
    for (Column column : schema.writtenColumns()) {
      fields.add(field(column.name(), dataType(column), TableSchemaJson.columnToJson(column)));
    }
    List<Column> dropped = schema.columns().stream().filter(Column::dropped).toList();
    TableSchema frame =
        new TableSchema(schema.table(), schema.keys(), dropped).withUnnesting(schema.unnesting());
    fields.add(field(TableSchema.RESCUED, RESCUED_TYPE, TableSchemaJson.toJson(frame)));
    fields.add(new StructField(TableSchema.NULLS, NULLS_TYPE, true, Metadata.empty()));
    for (DerivedColumn column : schema.derived()) {
      fields.add(derived(column));
    }
    return new StructType(fields.toArray(StructField[]::new));
  }

  private static StructField derived(DerivedColumn column) {
    Metadata metadata = new MetadataBuilder().putString(DERIVED_KEY, column.part()).build();
    return new StructField(column.name(), DataTypes.StringType, true, metadata);
  }

  private static StructField field(String name, DataType type, String json) {
    Metadata metadata = new MetadataBuilder().putString(METADATA_KEY, json).build();
    return new StructField(name, type, true, metadata);
  }

  /** Returns the type of a column as it is written: string for protected ones. */
  public static DataType dataType(Column column) {
    return column.protection() == Protection.NONE
        ? dataType(column.mapping())
        : DataTypes.StringType;
  }

  public static DataType dataType(ValueMapping mapping) {
    if (mapping instanceof ValueMapping.Scalar scalar) {
      return dataType(scalar.type());
    }
    if (mapping instanceof ValueMapping.Sequence sequence) {
      return DataTypes.createArrayType(dataType(sequence.element()), true);
    }
    if (mapping instanceof ValueMapping.OpenMap map) {
      return DataTypes.createMapType(DataTypes.StringType, dataType(map.value()), true);
    }
    if (mapping instanceof ValueMapping.Struct struct) {
      return DataTypes.createStructType(
          struct.fields().stream()
              .map(
                  field ->
                      DataTypes.createStructField(field.name(), dataType(field.mapping()), true))
              .toList());
    }
    return DataTypes.StringType; // DynamoJson
  }

  public static DataType dataType(LakeType type) {
    return switch (type.kind()) {
      case STRING -> DataTypes.StringType;
      case BIGINT -> DataTypes.LongType;
      case INT -> DataTypes.IntegerType;
      case DOUBLE -> DataTypes.DoubleType;
      case BOOLEAN -> DataTypes.BooleanType;
      case BINARY -> DataTypes.BinaryType;
      case DATE -> DataTypes.DateType;
      case TIMESTAMP -> DataTypes.TimestampType;
      case DECIMAL -> DataTypes.createDecimalType(type.precision(), type.scale());
    };
  }

  /**
   * Returns the table schema of a struct: exactly what {@link #toStruct} was given where the
   * metadata is there. A field without it, such as in a schema that a user wrote, stands for the
   * attribute of its own name: string reads S; int, bigint, double and decimal read N; boolean
   * BOOL; binary B; timestamp and date ISO-8601 text in S; array reads L, struct and {@code
   * map<string,T>} read M. Fields named {@code ddb_rescued} and {@code ddb_nulls} are no columns.
   *
   * @param table name of the table where the metadata does not tell
   * @throws IllegalArgumentException if a field has a type that no column has
   */
  public static TableSchema fromStruct(String table, StructType struct) {
    TableSchema frame = new TableSchema(table, List.of(), List.of());
    List<Column> columns = new ArrayList<>();
    for (StructField field : struct.fields()) {
      boolean described = field.metadata().contains(METADATA_KEY);
      if (field.name().equalsIgnoreCase(TableSchema.RESCUED)) {
        requireType(field, RESCUED_TYPE);
        if (described) {
          frame = TableSchemaJson.fromJson(field.metadata().getString(METADATA_KEY));
        }
      } else if (field.name().equalsIgnoreCase(TableSchema.NULLS)) {
        requireType(field, NULLS_TYPE);
      } else if (!field.metadata().contains(DERIVED_KEY)) {
        columns.add(
            described ? describedColumn(field) : plainColumn(field, Origin.of(field.name())));
      }
    }
    columns.addAll(frame.columns());
    return new TableSchema(frame.table(), frame.keys(), columns).withUnnesting(frame.unnesting());
  }

  /**
   * A field may have been renamed or cast since it was described; then the field is what the user
   * wants.
   */
  private static Column describedColumn(StructField field) {
    Column column = TableSchemaJson.columnFromJson(field.metadata().getString(METADATA_KEY));
    if (!sameType(dataType(column), field.dataType())) {
      return plainColumn(field, column.origin());
    }
    return column.named(field.name());
  }

  private static Column plainColumn(StructField field, Origin origin) {
    return Column.of(field.name(), origin, mapping(field.dataType(), field.name()));
  }

  private static void requireType(StructField field, DataType type) {
    if (!sameType(field.dataType(), type)) {
      throw new IllegalArgumentException(
          "Cannot use the schema: column '%s' must be %s, not %s"
              .formatted(field.name(), type.sql(), field.dataType().sql()));
    }
  }

  /** Whether two types differ in nullability at most. */
  static boolean sameType(DataType left, DataType right) {
    return left.catalogString().equals(right.catalogString());
  }

  /**
   * Returns the same type with everything in it nullable, as every value of an item may be absent.
   */
  public static StructType nullable(StructType type) {
    StructField[] fields = type.fields().clone();
    for (int i = 0; i < fields.length; i++) {
      StructField field = fields[i];
      fields[i] = new StructField(field.name(), nullable(field.dataType()), true, field.metadata());
    }
    return new StructType(fields);
  }

  private static DataType nullable(DataType type) {
    if (type instanceof StructType struct) {
      return nullable(struct);
    }
    if (type instanceof ArrayType array) {
      return DataTypes.createArrayType(nullable(array.elementType()), true);
    }
    if (type instanceof MapType map) {
      return DataTypes.createMapType(map.keyType(), nullable(map.valueType()), true);
    }
    return type;
  }

  private static ValueMapping mapping(DataType type, String place) {
    if (type instanceof StructType struct) {
      if (struct.isEmpty()) {
        throw new IllegalArgumentException(
            "Cannot use the schema: struct without fields at '%s'; name at least one"
                .formatted(place));
      }
      List<ValueMapping.Field> fields = new ArrayList<>();
      for (StructField field : struct.fields()) {
        ValueMapping mapping = mapping(field.dataType(), place + "." + field.name());
        fields.add(new ValueMapping.Field(field.name(), field.name(), mapping));
      }
      return new ValueMapping.Struct(fields);
    }
    if (type instanceof ArrayType array) {
      ValueMapping element = mapping(array.elementType(), place + ".element");
      return new ValueMapping.Sequence(Descriptor.L, element);
    }
    if (type instanceof MapType map && map.keyType().equals(DataTypes.StringType)) {
      return new ValueMapping.OpenMap(mapping(map.valueType(), place + ".value"));
    }
    return scalar(type, place);
  }

  private static ValueMapping scalar(DataType type, String place) {
    if (type.equals(DataTypes.StringType)) {
      return ValueMapping.Scalar.of(Descriptor.S, LakeType.STRING);
    }
    if (type.equals(DataTypes.LongType)) {
      return ValueMapping.Scalar.of(Descriptor.N, LakeType.BIGINT);
    }
    if (type.equals(DataTypes.IntegerType)) {
      return ValueMapping.Scalar.of(Descriptor.N, LakeType.INT);
    }
    if (type.equals(DataTypes.DoubleType)) {
      return ValueMapping.Scalar.of(Descriptor.N, LakeType.DOUBLE);
    }
    if (type instanceof DecimalType decimal && decimal.scale() >= 0) {
      LakeType lakeType = LakeType.decimal(decimal.precision(), decimal.scale());
      return ValueMapping.Scalar.of(Descriptor.N, lakeType);
    }
    if (type.equals(DataTypes.BooleanType)) {
      return ValueMapping.Scalar.of(Descriptor.BOOL, LakeType.BOOLEAN);
    }
    if (type.equals(DataTypes.BinaryType)) {
      return ValueMapping.Scalar.of(Descriptor.B, LakeType.BINARY);
    }
    if (type.equals(DataTypes.TimestampType)) {
      return new ValueMapping.Scalar(Descriptor.S, LakeType.TIMESTAMP, Conversion.ISO_8601);
    }
    if (type.equals(DataTypes.DateType)) {
      return new ValueMapping.Scalar(Descriptor.S, LakeType.DATE, Conversion.ISO_8601);
    }
    throw new IllegalArgumentException(
        ("Cannot use the schema: type %s at '%s'; use string, bigint, int, double, decimal, boolean,"
                + " binary, timestamp, date, array, struct or map<string,...>")
            .formatted(type.sql(), place));
  }
}
