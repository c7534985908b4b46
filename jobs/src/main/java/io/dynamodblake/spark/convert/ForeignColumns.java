package io.dynamodblake.spark.convert;

import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.ColumnNames;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.Losses;
import io.dynamodblake.schema.Origin;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.schema.ValueMapping;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Which items the rows of any DataFrame stand for: for every column the attribute and how its
 * values become attribute values. Made on the driver, used by tasks.
 *
 * <p>The first of these that is there decides for a column: the schema file; the metadata that
 * {@code dynamodb-export} and lake tables give their columns; its type. By its type a column is the
 * attribute of its own name, exactly: string S; the numbers, also float and double, N; boolean
 * BOOL; binary B; date and timestamps ISO 8601 text in S, instants in UTC with a {@code Z}, {@code
 * timestamp_ntz} without; array L; struct and {@code map<string,...>} M. Sets, and timestamps as
 * numbers, are only where schema file or metadata say so. Null is absent. {@code ddb_rescued} and
 * {@code ddb_nulls} are no attributes but say what {@link io.dynamodblake.flatten.ItemEncoder} says
 * of them.
 */
public final class ForeignColumns implements Serializable {
  private static final long serialVersionUID = 1L;

  private final TableSchema schema;
  private final ArrayList<String> losses;
  private final ForeignPlace[] places;
  private final boolean rescued;

  private ForeignColumns(
      TableSchema schema, List<String> losses, List<ForeignPlace> places, boolean rescued) {
    this.schema = schema;
    this.losses = new ArrayList<>(losses);
    this.places = places.toArray(ForeignPlace[]::new);
    this.rescued = rescued;
  }

  /**
   * Finds out what rows of this type stand for.
   *
   * @param table name of the table where nothing else tells
   * @param file the schema file; what it says goes before everything else, and its columns must all
   *     be there
   * @throws IllegalArgumentException naming every column that cannot become an attribute, and why;
   *     or two columns of one attribute
   */
  public static ForeignColumns of(String table, StructType rows, Optional<TableSchema> file) {
    return new Builder(rows, file).build(table);
  }

  /**
   * Returns the columns as {@link io.dynamodblake.flatten.ItemEncoder#forSchema} takes them for
   * {@link #newSource}; the keys, as far as schema file or metadata know them.
   */
  public TableSchema schema() {
    return schema;
  }

  /** Returns the same as {@link #schema}, with names that can stand in a schema file. */
  public TableSchema proposed() {
    Map<Origin, String> legalNames =
        ColumnNames.ofOrigins(schema.columns().stream().map(Column::origin).toList());
    List<Column> legal =
        schema.columns().stream()
            .map(
                column ->
                    Column.of(
                        legalNames.get(column.origin()), column.origin(), legal(column.mapping())))
            .toList();
    return new TableSchema(schema.table(), schema.keys(), legal);
  }

  private static ValueMapping legal(ValueMapping mapping) {
    if (mapping instanceof ValueMapping.Sequence sequence) {
      return new ValueMapping.Sequence(sequence.descriptor(), legal(sequence.element()));
    }
    if (mapping instanceof ValueMapping.OpenMap map) {
      return new ValueMapping.OpenMap(legal(map.value()));
    }
    if (mapping instanceof ValueMapping.Struct struct) {
      Map<String, String> legalNames =
          ColumnNames.ofFields(
              struct.fields().stream().map(ValueMapping.Field::attribute).toList());
      return struct.with(
          struct.fields().stream()
              .map(
                  field ->
                      new ValueMapping.Field(
                          legalNames.get(field.attribute()),
                          field.attribute(),
                          legal(field.mapping())))
              .toList());
    }
    return mapping;
  }

  /**
   * Returns the columns that by their metadata do not hold what the DynamoDB table held, and why:
   * dropped, hashed, masked, double by choice.
   */
  public List<String> losses() {
    return List.copyOf(losses);
  }

  /** Whether there is a column {@code ddb_rescued}, by which items have attributes of any name. */
  public boolean hasRescued() {
    return rescued;
  }

  /** Reads rows of this type. One a thread. */
  public ForeignSource newSource() {
    return new ForeignSource(places);
  }

  private static final class Builder {
    private final StructType rows;
    private final Optional<TableSchema> file;
    private final List<Column> columns = new ArrayList<>();
    private final List<ForeignPlace> places = new ArrayList<>();
    private final List<String> losses = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private final Map<Origin, String> columnOfOrigin = new LinkedHashMap<>();
    private final Set<String> names = new HashSet<>();
    private TableSchema frame;
    private int rescuedOrdinal = ForeignPlace.NOWHERE;
    private int nullsOrdinal = ForeignPlace.NOWHERE;

    Builder(StructType rows, Optional<TableSchema> file) {
      this.rows = rows;
      this.file = file;
    }

    ForeignColumns build(String table) {
      Set<Column> used = new HashSet<>();
      for (int i = 0; i < rows.length(); i++) {
        StructField field = rows.fields()[i];
        if (field.name().equalsIgnoreCase(TableSchema.RESCUED)) {
          rescuedOrdinal = special(field, SparkTypes.RESCUED_TYPE, rescuedOrdinal, i);
          if (field.metadata().contains(SparkTypes.METADATA_KEY)) {
            frame = TableSchemaJson.fromJson(field.metadata().getString(SparkTypes.METADATA_KEY));
          }
        } else if (field.name().equalsIgnoreCase(TableSchema.NULLS)) {
          nullsOrdinal = special(field, SparkTypes.NULLS_TYPE, nullsOrdinal, i);
        } else {
          add(field, i, used);
        }
      }
      file.ifPresent(schema -> requireAll(schema, used));
      if (file.isEmpty() && frame != null) {
        losses.addAll(Losses.of(frame));
      }
      if (!refused.isEmpty()) {
        throw new IllegalArgumentException(
            "Cannot make attributes of all columns: " + String.join("; ", refused));
      }
      ForeignPlace rescued = ForeignPlace.plain(rescuedOrdinal);
      places.add(rescued);
      places.add(ForeignPlace.plain(nullsOrdinal));
      TableSchema schema = new TableSchema(tableName(table), keys(), columns);
      return new ForeignColumns(schema, losses, places, rescuedOrdinal != ForeignPlace.NOWHERE);
    }

    private String tableName(String table) {
      return file.map(TableSchema::table).orElse(frame == null ? table : frame.table());
    }

    private List<KeyAttribute> keys() {
      List<KeyAttribute> told = file.map(TableSchema::keys).orElse(List.of());
      return told.isEmpty() && frame != null ? frame.keys() : told;
    }

    private int special(StructField field, DataType type, int before, int ordinal) {
      if (!SparkTypes.sameType(field.dataType(), type)) {
        refused.add(
            "%s must be %s, not %s".formatted(field.name(), type.sql(), field.dataType().sql()));
      }
      if (before != ForeignPlace.NOWHERE) {
        refused.add("%s is there twice".formatted(field.name()));
      }
      return ordinal;
    }

    private void add(StructField field, int ordinal, Set<Column> used) {
      Optional<Column> wanted = file.flatMap(schema -> schema.find(field.name()));
      Column described = null;
      if (wanted.isPresent()) {
        used.add(wanted.get());
        if (wanted.get().dropped()) {
          return;
        }
      } else if (field.metadata().contains(SparkTypes.METADATA_KEY)) {
        described =
            TableSchemaJson.columnFromJson(field.metadata().getString(SparkTypes.METADATA_KEY));
      }
      Column told = wanted.orElse(described);
      Origin origin = told == null ? Origin.of(field.name()) : told.origin();
      Protection protection = told == null ? Protection.NONE : told.protection();
      boolean plainlyTold =
          told != null && SparkTypes.sameType(SparkTypes.dataType(told), field.dataType());
      ForeignTypes.Resolved resolved;
      if (plainlyTold && (described != null || protection != Protection.NONE)) {
        resolved = new ForeignTypes.Resolved(told.mapping(), ForeignPlace.plain(ordinal));
        Losses.reason(told).ifPresent(reason -> losses.add(field.name() + " (" + reason + ")"));
      } else if (wanted.isPresent() && protection != Protection.NONE) {
        refused.add(
            "%s is to be protected by the schema file, which is for flatten and not done here; take"
                    .formatted(field.name())
                + " protect out");
        return;
      } else {
        protection = Protection.NONE;
        ValueMapping mapping =
            told == null || told.protection() != Protection.NONE ? null : told.mapping();
        resolved =
            new ForeignTypes(origin.attribute(), refused)
                .resolve(mapping, field.dataType(), field.name(), ordinal, wanted.isPresent());
      }
      if (resolved == null) {
        return;
      }
      String other = columnOfOrigin.putIfAbsent(origin, field.name());
      if (other != null) {
        refused.add(
            "%s and %s are both attribute %s".formatted(other, field.name(), origin.path()));
        return;
      }
      columns.add(
          new Column(
              uniqueName(field.name()),
              origin.attribute(),
              origin.inside(),
              resolved.mapping(),
              protection,
              false));
      places.add(resolved.place());
    }

    /** Spark tells columns apart by case if it is asked to, and so does DynamoDB. */
    private String uniqueName(String name) {
      String unique = name;
      for (int i = 2; !names.add(unique.toLowerCase(Locale.ROOT)); i++) {
        unique = name + "_" + i;
      }
      return unique;
    }

    private void requireAll(TableSchema schema, Set<Column> used) {
      List<String> missing =
          schema.writtenColumns().stream()
              .filter(column -> !used.contains(column))
              .map(Column::name)
              .toList();
      if (!missing.isEmpty()) {
        refused.add(
            "the schema file has %s, which the data has not; correct the name or take it out"
                .formatted(String.join(", ", missing)));
      }
    }
  }
}
