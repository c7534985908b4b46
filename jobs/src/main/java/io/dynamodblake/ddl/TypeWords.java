package io.dynamodblake.ddl;

import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.DerivedColumn;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.PartitionColumn;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import java.util.ArrayList;
import java.util.List;

/** How an engine writes the types of a lake table. */
interface TypeWords {
  /** A column or field and its type. */
  record Named(String name, String type) {}

  String scalar(LakeType type);

  String list(String element);

  /** A map whose keys are text. */
  String map(String value);

  String struct(List<Named> fields);

  /** Returns the type of a column; text if it is protected. */
  default String of(Column column) {
    return column.protection() == Protection.NONE ? of(column.mapping()) : scalar(LakeType.STRING);
  }

  /** Returns the type of what stands at a place. */
  default String of(ValueMapping mapping) {
    if (mapping instanceof ValueMapping.Scalar scalar) {
      return scalar(scalar.type());
    }
    if (mapping instanceof ValueMapping.Sequence sequence) {
      return list(of(sequence.element()));
    }
    if (mapping instanceof ValueMapping.Struct struct) {
      return struct(
          struct.fields().stream()
              .map(field -> new Named(field.name(), of(field.mapping())))
              .toList());
    }
    if (mapping instanceof ValueMapping.OpenMap map) {
      return map(of(map.value()));
    }
    if (mapping instanceof ValueMapping.DynamoJson) {
      return scalar(LakeType.STRING);
    }
    throw new IllegalStateException("Unknown mapping " + mapping.getClass().getName());
  }

  /** Returns the columns that stand in the data files of a table, in their order. */
  default List<Named> inFiles(TableDefinition table) {
    List<Named> columns = new ArrayList<>();
    for (Column column : table.schema().writtenColumns()) {
      if (!table.isPartitionColumn(column.name())) {
        columns.add(new Named(column.name(), of(column)));
      }
    }
    String text = scalar(LakeType.STRING);
    columns.add(new Named(TableSchema.RESCUED, map(text)));
    columns.add(new Named(TableSchema.NULLS, list(text)));
    for (DerivedColumn column : table.schema().derived()) {
      if (!table.isPartitionColumn(column.name())) {
        columns.add(new Named(column.name(), text));
      }
    }
    return columns;
  }

  /** Returns the columns that stand in the paths of a table, in their order. */
  default List<Named> inPaths(TableDefinition table) {
    List<Named> columns = new ArrayList<>();
    for (PartitionColumn column : table.partitionColumns()) {
      columns.add(new Named(column.name(), scalar(column.type())));
    }
    return columns;
  }

  /** Returns all columns of a table, those of its paths last. */
  default List<Named> columns(TableDefinition table) {
    List<Named> columns = new ArrayList<>(inFiles(table));
    columns.addAll(inPaths(table));
    return columns;
  }
}
