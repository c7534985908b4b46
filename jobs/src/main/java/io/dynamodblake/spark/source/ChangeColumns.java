package io.dynamodblake.spark.source;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.ColumnNames;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.read.ChangeDecoder;
import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of change records: what happened and when, the key, and the item after and before,
 * each a struct of all its columns.
 *
 * @param keys columns of the key attributes
 * @param newImage columns of the item after the change; none if nobody wants it
 * @param oldImage columns of the item before the change; none if nobody wants it
 */
record ChangeColumns(TableSchema keys, TableSchema newImage, TableSchema oldImage) {
  private static final List<String> OWN =
      List.of(ChangeDecoder.OPERATION, ChangeDecoder.TIME, ChangeDecoder.NEW, ChangeDecoder.OLD);

  /**
   * Returns all columns of changes whose items have a schema.
   *
   * @param keys of the records; where the schema has no column for one, it gets one of its own
   */
  static StructType toStruct(TableSchema schema, List<KeyAttribute> keys) {
    List<StructField> fields = new ArrayList<>();
    fields.add(field(ChangeDecoder.OPERATION, DataTypes.StringType));
    fields.add(field(ChangeDecoder.TIME, DataTypes.TimestampType));
    for (StructField key : keyFields(schema, keys)) {
      if (OWN.contains(key.name().toLowerCase(Locale.ROOT))) {
        throw new UsageException(
            "Cannot read changes: the key has a column '%s', which is the name of a column of changes; give it another name in a schema.json, by the option schema"
                .formatted(key.name()));
      }
      fields.add(key);
    }
    StructType image = SparkTypes.toStruct(schema);
    fields.add(field(ChangeDecoder.NEW, image));
    fields.add(field(ChangeDecoder.OLD, image));
    return new StructType(fields.toArray(StructField[]::new));
  }

  private static StructField field(String name, DataType type) {
    return DataTypes.createStructField(name, type, true);
  }

  private static List<StructField> keyFields(TableSchema schema, List<KeyAttribute> keys) {
    List<Column> columns = keys.stream().map(key -> column(schema, key)).toList();
    StructType struct = SparkTypes.toStruct(new TableSchema(schema.table(), keys, columns));
    List<StructField> fields = new ArrayList<>();
    for (StructField field : struct.fields()) {
      if (!field.name().equals(TableSchema.RESCUED) && !field.name().equals(TableSchema.NULLS)) {
        fields.add(field);
      }
    }
    return fields;
  }

  private static Column column(TableSchema schema, KeyAttribute key) {
    return schema.writtenColumns().stream()
        .filter(column -> column.attribute().equals(key.attribute()))
        .findFirst()
        .orElseGet(
            () -> {
              LakeType type = key.descriptor() == Descriptor.B ? LakeType.BINARY : LakeType.STRING;
              return Column.of(
                  ColumnNames.clean(key.attribute()),
                  key.attribute(),
                  ValueMapping.Scalar.of(key.descriptor(), type));
            });
  }

  /**
   * Returns the columns that a struct has: one of {@link #toStruct}, or of a schema that a user
   * wrote.
   *
   * @param table name of the table where the struct does not tell
   * @param corruptColumn name of a column that is none of the record's
   */
  static ChangeColumns of(String table, StructType struct, String corruptColumn) {
    TableSchema newImage = none(table);
    TableSchema oldImage = none(table);
    List<StructField> keys = new ArrayList<>();
    for (StructField field : struct.fields()) {
      switch (field.name().toLowerCase(Locale.ROOT)) {
        case ChangeDecoder.OPERATION -> requireType(field, DataTypes.StringType);
        case ChangeDecoder.TIME -> requireType(field, DataTypes.TimestampType);
        case ChangeDecoder.NEW -> newImage = SparkTypes.fromStruct(table, image(field));
        case ChangeDecoder.OLD -> oldImage = SparkTypes.fromStruct(table, image(field));
        default -> {
          if (!field.name().equals(corruptColumn)) {
            keys.add(field);
          }
        }
      }
    }
    StructType keyStruct = new StructType(keys.toArray(StructField[]::new));
    return new ChangeColumns(SparkTypes.fromStruct(table, keyStruct), newImage, oldImage);
  }

  private static TableSchema none(String table) {
    return new TableSchema(table, List.of(), List.of());
  }

  private static StructType image(StructField field) {
    if (field.dataType() instanceof StructType struct) {
      return struct;
    }
    throw new UsageException(
        "Cannot use the schema: column '%s' must be a struct of the item's columns, not %s"
            .formatted(field.name(), field.dataType().sql()));
  }

  private static void requireType(StructField field, DataType type) {
    if (!field.dataType().equals(type)) {
      throw new UsageException(
          "Cannot use the schema: column '%s' must be %s, not %s"
              .formatted(field.name(), type.sql(), field.dataType().sql()));
    }
  }
}
