package io.dynamodblake.lake.iceberg;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.lake.HistoryTable;
import io.dynamodblake.parquet.FieldIds;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.PartitionColumn;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.UpdatePartitionSpec;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Term;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A table of Iceberg as a lake table wants it: columns, what identifies a row, partitions and
 * order.
 *
 * @param struct the columns
 * @param identifiers names of the columns that identify a row; no row may lack one
 * @param partitions as the Parquet kind has them; Iceberg hides the derived columns
 * @param sortColumns names of the columns that the rows of a file are sorted by
 * @param exact names of the columns whose bounds are kept whole, so that files can be told by them
 */
public record TableShape(
    StructType struct,
    Set<String> identifiers,
    List<PartitionColumn> partitions,
    List<String> sortColumns,
    List<String> exact) {

  /** Returns the shape of a lake table. */
  public static TableShape of(
      TableSchema schema, List<PartitionColumn> partitions, List<String> sortColumns) {
    return new TableShape(
        SparkTypes.toStruct(schema), identifiers(schema), partitions, sortColumns, List.of());
  }

  /** Returns the shape of the history of a lake table: a key may come again and again. */
  public static TableShape ofHistory(TableSchema schema) {
    return new TableShape(
        HistoryTable.columns(schema),
        Set.of(),
        List.of(HistoryTable.day()),
        List.of(),
        List.of(HistoryTable.RUN));
  }

  /** Returns the columns, numbered as Iceberg numbers those of a new table. */
  Schema columns() {
    Schema plain = SparkSchemaUtil.convert(struct);
    Set<String> required = identifiers;
    List<Types.NestedField> fields = new ArrayList<>();
    Set<Integer> ids = new HashSet<>();
    for (Types.NestedField field : plain.columns()) {
      boolean identifies = required.contains(field.name());
      fields.add(identifies ? field.asRequired() : field);
      if (identifies) {
        ids.add(field.fieldId());
      }
    }
    return new Schema(fields, ids);
  }

  /**
   * The columns of the key, if each of its values surely has a place in them: texts and bytes have.
   * A number may come that does not fit a column that was made for others, and Iceberg changes few
   * types, so that such a key stays optional.
   */
  private static Set<String> identifiers(TableSchema schema) {
    Set<String> names = new HashSet<>();
    for (KeyAttribute key : schema.keys()) {
      Optional<Column> column =
          schema.writtenColumns().stream().filter(one -> one.isOf(key.attribute())).findFirst();
      boolean holdsAll =
          column.filter(one -> key.descriptor() == Descriptor.S && isText(one)).isPresent()
              || column.filter(one -> key.descriptor() == Descriptor.B).isPresent();
      if (!holdsAll) {
        return Set.of();
      }
      names.add(column.get().name());
    }
    return names;
  }

  private static boolean isText(Column column) {
    return SparkTypes.dataType(column).equals(DataTypes.StringType);
  }

  // ---- a new table

  /** Properties of its own. */
  Map<String, String> properties() {
    return exact.stream()
        .collect(
            Collectors.toMap(
                name -> TableProperties.METRICS_MODE_COLUMN_CONF_PREFIX + name, name -> "full"));
  }

  PartitionSpec spec(Schema columns) {
    PartitionSpec.Builder spec = PartitionSpec.builderFor(columns);
    try {
      for (PartitionColumn partition : partitions) {
        String source = partition.source().name();
        switch (partition.transform()) {
          case IDENTITY -> spec.identity(source);
          case YEAR -> spec.year(source, partition.name());
          case MONTH -> spec.month(source, partition.name());
          case DAY -> spec.day(source, partition.name());
          case HOUR -> spec.hour(source, partition.name());
          case BUCKET -> spec.bucket(source, partition.field().buckets(), partition.name());
        }
      }
      return spec.build();
    } catch (IllegalArgumentException | ValidationException e) {
      throw refused("partition", e);
    }
  }

  SortOrder order(Schema columns) {
    SortOrder.Builder order = SortOrder.builderFor(columns);
    try {
      sortColumns.forEach(order::asc);
      return order.build();
    } catch (IllegalArgumentException | ValidationException e) {
      throw refused("sort", e);
    }
  }

  private static UsageException refused(String what, Exception reason) {
    return new UsageException(
        "Cannot %s the table of Iceberg so: %s; choose another column"
            .formatted(what, reason.getMessage()),
        reason);
  }

  // ---- a table that is there

  /**
   * Brings a table to this shape, by Iceberg's rules: columns come and widen, and readers of
   * earlier snapshots see what they saw. Those that go stay for now, because readers see the
   * columns of the table at once, and what is added again under a name is another column, empty in
   * files of before.
   *
   * @return the names of the columns that are to go with the snapshot
   * @throws DataRefusedException if a column would have to become what Iceberg cannot make of it
   */
  List<String> evolve(Table table) {
    List<String> surplus = evolveColumns(table);
    evolveSpec(table);
    SortOrder order = order(table.schema());
    if (!order.sameOrder(table.sortOrder())) {
      org.apache.iceberg.ReplaceSortOrder replace = table.replaceSortOrder();
      sortColumns.forEach(replace::asc);
      replace.commit();
    }
    return surplus;
  }

  private List<String> evolveColumns(Table table) {
    Schema wanted = columns();
    List<String> surplus =
        table.schema().columns().stream()
            .map(Types.NestedField::name)
            .filter(name -> wanted.findField(name) == null)
            .toList();
    try {
      update(table, wanted, surplus).apply(); // tells early what will not go
      UpdateSchema update = update(table, wanted, List.of());
      if (!update.apply().sameSchema(table.schema())) {
        update.commit();
      }
      return surplus;
    } catch (IllegalArgumentException | ValidationException e) {
      throw new DataRefusedException(
          "Cannot evolve the table of Iceberg: %s, which its rules do not allow, at %s; keep the type in schema.json, so that such values go to %s, or flatten into another folder"
              .formatted(e.getMessage(), table.location(), TableSchema.RESCUED),
          e);
    }
  }

  private static UpdateSchema update(Table table, Schema wanted, List<String> surplus) {
    UpdateSchema update = table.updateSchema();
    surplus.forEach(update::deleteColumn);
    update.unionByNameWith(asFarAsRequired(wanted, table.schema()));
    String before = null;
    for (Types.NestedField column : wanted.columns()) {
      if (table.schema().findField(column.name()) == null && before != null) {
        update.moveAfter(column.name(), before);
      }
      before = column.name();
    }
    return update;
  }

  /** A column that some rows may lack cannot be required any more. */
  private static Schema asFarAsRequired(Schema wanted, Schema existing) {
    List<Types.NestedField> fields = new ArrayList<>();
    for (Types.NestedField field : wanted.columns()) {
      Types.NestedField known = existing.findField(field.name());
      boolean required = known != null && known.isRequired();
      fields.add(required ? field.asRequired() : field.asOptional());
    }
    return new Schema(fields);
  }

  private void evolveSpec(Table table) {
    PartitionSpec wanted = spec(table.schema());
    if (wanted.compatibleWith(table.spec())) {
      return;
    }
    Set<String> before = new HashSet<>();
    table.spec().fields().forEach(field -> before.add(described(field)));
    Set<String> after = new HashSet<>();
    wanted.fields().forEach(field -> after.add(described(field)));
    UpdatePartitionSpec update = table.updateSpec();
    for (PartitionField field : table.spec().fields()) {
      if (!after.contains(described(field)) && !field.transform().isVoid()) {
        update.removeField(field.name());
      }
    }
    for (int i = 0; i < wanted.fields().size(); i++) {
      if (!before.contains(described(wanted.fields().get(i)))) {
        PartitionColumn partition = partitions.get(i);
        update.addField(partition.name(), term(partition));
      }
    }
    update.commit();
  }

  private static String described(PartitionField field) {
    return field.sourceId() + " " + field.transform();
  }

  private static Term term(PartitionColumn partition) {
    String source = partition.source().name();
    return switch (partition.transform()) {
      case IDENTITY -> Expressions.ref(source);
      case YEAR -> Expressions.year(source);
      case MONTH -> Expressions.month(source);
      case DAY -> Expressions.day(source);
      case HOUR -> Expressions.hour(source);
      case BUCKET -> Expressions.bucket(source, partition.field().buckets());
    };
  }

  /**
   * Whether columns that are there now had the same names and types in all schemas that a table
   * ever had, so that they are read by their names in files of any age.
   */
  static boolean neverChanged(Schema now, Collection<Schema> all) {
    Map<Integer, Types.NestedField> fields = TypeUtil.indexById(now.asStruct());
    for (Schema schema : all) {
      for (Types.NestedField before : TypeUtil.indexById(schema.asStruct()).values()) {
        Types.NestedField field = fields.get(before.fieldId());
        if (field != null
            && (!field.name().equals(before.name())
                || field.type().isPrimitiveType() && !field.type().equals(before.type()))) {
          return false;
        }
      }
    }
    // a name that was given again stands for another column in older files
    Set<String> names = new HashSet<>();
    Map<String, Integer> ids = TypeUtil.indexByName(now.asStruct());
    for (Schema schema : all) {
      TypeUtil.indexByName(schema.asStruct())
          .forEach(
              (name, id) -> {
                if (ids.containsKey(name) && !ids.get(name).equals(id)) {
                  names.add(name);
                }
              });
    }
    return names.isEmpty();
  }

  // ---- numbers of columns

  /** Returns the numbers that files carry, by which Iceberg knows their columns. */
  static FieldIds ids(Schema schema) {
    Map<List<String>, Integer> ids = new HashMap<>();
    add(schema.asStruct(), List.of(), ids);
    return new FieldIds(ids);
  }

  private static void add(Type type, List<String> path, Map<List<String>, Integer> ids) {
    if (type.isStructType()) {
      for (Types.NestedField field : type.asStructType().fields()) {
        put(field, and(path, field.name()), ids);
      }
    } else if (type.isListType()) {
      Types.NestedField element = type.asListType().fields().get(0);
      put(element, and(path, FieldIds.LIST, FieldIds.ELEMENT), ids);
    } else if (type.isMapType()) {
      List<Types.NestedField> fields = type.asMapType().fields();
      put(fields.get(0), and(path, FieldIds.MAP, FieldIds.KEY), ids);
      put(fields.get(1), and(path, FieldIds.MAP, FieldIds.VALUE), ids);
    }
  }

  private static void put(
      Types.NestedField field, List<String> path, Map<List<String>, Integer> ids) {
    ids.put(path, field.fieldId());
    add(field.type(), path, ids);
  }

  private static List<String> and(List<String> path, String... steps) {
    List<String> longer = new ArrayList<>(path);
    longer.addAll(List.of(steps));
    return List.copyOf(longer);
  }
}
