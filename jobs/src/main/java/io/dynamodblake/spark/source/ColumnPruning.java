package io.dynamodblake.spark.source;

import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.spark.convert.SparkTypes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Leaves only what a query reads. Where it reads {@code ddb_rescued} or {@code ddb_nulls} the
 * schema stays whole, because these are about all attributes, read or not.
 *
 * @param schema what to decode
 * @param rowType the rows that come out of it
 */
record ColumnPruning(TableSchema schema, StructType rowType) {

  /** Prunes to the columns, and struct fields within them, that are required. */
  static ColumnPruning of(TableSchema schema, StructType required) {
    List<String> names = List.of(required.fieldNames());
    if (names.contains(TableSchema.RESCUED) || names.contains(TableSchema.NULLS)) {
      return new ColumnPruning(schema, withWholeStructs(schema, required));
    }
    Map<String, Column> byName = new HashMap<>();
    schema.writtenColumns().forEach(column -> byName.put(column.name(), column));
    List<Column> columns = new ArrayList<>();
    for (StructField field : required.fields()) {
      Column column = byName.get(field.name());
      if (column != null) {
        columns.add(pruned(column, field.dataType()));
      }
    }
    return new ColumnPruning(new TableSchema(schema.table(), schema.keys(), columns), required);
  }

  private static StructType withWholeStructs(TableSchema schema, StructType required) {
    Map<String, DataType> whole = new HashMap<>();
    schema
        .writtenColumns()
        .forEach(column -> whole.put(column.name(), SparkTypes.dataType(column)));
    StructField[] fields = required.fields().clone();
    for (int i = 0; i < fields.length; i++) {
      StructField field = fields[i];
      DataType type = whole.getOrDefault(field.name(), field.dataType());
      fields[i] = new StructField(field.name(), type, field.nullable(), field.metadata());
    }
    return new StructType(fields);
  }

  private static Column pruned(Column column, DataType required) {
    if (column.protection() != Protection.NONE) {
      return column;
    }
    return column.as(pruned(column.mapping(), required));
  }

  private static ValueMapping pruned(ValueMapping mapping, DataType required) {
    if (mapping instanceof ValueMapping.Struct struct) {
      List<ValueMapping.Field> fields = new ArrayList<>();
      for (StructField wanted : ((StructType) required).fields()) {
        for (ValueMapping.Field field : struct.fields()) {
          if (field.name().equals(wanted.name())) {
            ValueMapping inner = pruned(field.mapping(), wanted.dataType());
            fields.add(new ValueMapping.Field(field.name(), field.attribute(), inner));
          }
        }
      }
      return struct.with(fields);
    }
    if (mapping instanceof ValueMapping.Sequence sequence) {
      DataType element = ((ArrayType) required).elementType();
      return new ValueMapping.Sequence(sequence.descriptor(), pruned(sequence.element(), element));
    }
    if (mapping instanceof ValueMapping.OpenMap map) {
      return new ValueMapping.OpenMap(pruned(map.value(), ((MapType) required).valueType()));
    }
    return mapping;
  }
}
