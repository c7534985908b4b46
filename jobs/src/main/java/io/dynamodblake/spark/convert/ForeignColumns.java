package io.dynamodblake.spark.convert;

import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.ColumnNames;
import io.dynamodblake.schema.Conversion;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.Losses;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.ItemPath;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.CharType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import org.apache.spark.sql.types.VarcharType;

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
   * The columns as {@link io.dynamodblake.flatten.ItemEncoder#forSchema} takes them for {@link
   * #newSource}; the keys, as far as schema file or metadata know them.
   */
  public TableSchema schema() {
    return schema;
  }

  /** The same as {@link #schema}, with names that can stand in a schema file. */
  public TableSchema proposed() {
    Map<String, String> legalNames =
        ColumnNames.ofColumns(schema.columns().stream().map(Column::attribute).toList());
    List<Column> legal =
        schema.columns().stream()
            .map(
                column ->
                    Column.of(
                        legalNames.get(column.attribute()),
                        column.attribute(),
                        legal(column.mapping())))
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
      return new ValueMapping.Struct(
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
   * Columns that by their metadata do not hold what the DynamoDB table held, and why: dropped,
   * hashed, masked, double by choice.
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

  /** What a place in a row becomes, and how it is read. */
  private record Resolved(ValueMapping mapping, ForeignPlace place) {}

  private static final class Builder {
    private final StructType rows;
    private final Optional<TableSchema> file;
    private final List<Column> columns = new ArrayList<>();
    private final List<ForeignPlace> places = new ArrayList<>();
    private final List<String> losses = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private final Map<String, String> columnOfAttribute = new LinkedHashMap<>();
    private final Set<String> names = new HashSet<>();
    private TableSchema frame;
    private int rescuedOrdinal = ForeignPlace.NOWHERE;
    private int nullsOrdinal = ForeignPlace.NOWHERE;
    private String attribute; // of the column that is looked at

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
      attribute = told == null ? field.name() : told.attribute();
      Protection protection = told == null ? Protection.NONE : told.protection();
      boolean plainlyTold =
          told != null && SparkTypes.sameType(SparkTypes.dataType(told), field.dataType());
      Resolved resolved;
      if (plainlyTold && (described != null || protection != Protection.NONE)) {
        resolved = new Resolved(told.mapping(), ForeignPlace.plain(ordinal));
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
        resolved = resolve(mapping, field.dataType(), field.name(), ordinal, wanted.isPresent());
      }
      if (resolved == null) {
        return;
      }
      String other = columnOfAttribute.putIfAbsent(attribute, field.name());
      if (other != null) {
        refused.add(
            "%s and %s are both attribute %s"
                .formatted(other, field.name(), ItemPath.ofAttribute(attribute)));
        return;
      }
      columns.add(
          new Column(uniqueName(field.name()), attribute, resolved.mapping(), protection, false));
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

    /**
     * What a place becomes; null if it cannot, with the reason in {@link #refused}.
     *
     * @param wanted what schema file or metadata say; null if they do not know the place
     * @param strict whether it is refused where the type contradicts that, or taken by its type
     */
    private Resolved resolve(
        ValueMapping wanted, DataType type, String path, int ordinal, boolean strict) {
      DataType stored = type instanceof UserDefinedType<?> own ? own.sqlType() : type;
      if (wanted == null) {
        return byType(null, stored, path, ordinal, strict);
      }
      boolean fits = fits(wanted, stored);
      if (!fits && strict) {
        refused.add(
            "%s is %s, of which no %s can be made as the schema file says"
                .formatted(path, type.sql(), wanted.descriptor()));
        return null;
      }
      if (!fits) {
        return byType(null, stored, path, ordinal, false);
      }
      if (wanted instanceof ValueMapping.Scalar scalar && keepsWanted(scalar, stored)) {
        LakeType lakeType = isText(stored) ? LakeType.STRING : scalar.type();
        Conversion conversion =
            lakeType.equals(scalar.type()) ? scalar.conversion() : Conversion.NONE;
        return new Resolved(
            new ValueMapping.Scalar(scalar.descriptor(), lakeType, conversion),
            ForeignPlace.plain(ordinal));
      }
      if (wanted instanceof ValueMapping.DynamoJson) {
        return new Resolved(wanted, ForeignPlace.plain(ordinal));
      }
      return byType(wanted, stored, path, ordinal, strict);
    }

    private static boolean fits(ValueMapping wanted, DataType type) {
      if (wanted instanceof ValueMapping.DynamoJson) {
        return isText(type);
      }
      if (wanted instanceof ValueMapping.Sequence) {
        return type instanceof ArrayType;
      }
      if (wanted instanceof ValueMapping.OpenMap) {
        return type instanceof MapType;
      }
      if (wanted instanceof ValueMapping.Struct) {
        return type instanceof StructType;
      }
      return switch (wanted.descriptor()) {
        case S -> isText(type) || isTime(type) || type.equals(DataTypes.DateType);
        case N ->
            isNumber(type)
                || isText(type)
                || wanted instanceof ValueMapping.Scalar scalar
                    && scalar.type().equals(LakeType.TIMESTAMP)
                    && isTime(type);
        case B -> type.equals(DataTypes.BinaryType);
        case BOOL -> type.equals(DataTypes.BooleanType);
        default -> isText(type);
      };
    }

    /** Whether the schema says more of a scalar than its type does. */
    private static boolean keepsWanted(ValueMapping.Scalar wanted, DataType type) {
      return switch (wanted.descriptor()) {
        case N -> isText(type) || isTime(type);
        case S -> isTime(type) && wanted.conversion() == Conversion.ISO_8601_MILLIS;
        case NULL -> true;
        default -> false;
      };
    }

    private static boolean isText(DataType type) {
      return type.equals(DataTypes.StringType)
          || type instanceof CharType
          || type instanceof VarcharType;
    }

    private static boolean isTime(DataType type) {
      return type.equals(DataTypes.TimestampType) || type.equals(DataTypes.TimestampNTZType);
    }

    private static boolean isNumber(DataType type) {
      return type instanceof org.apache.spark.sql.types.NumericType;
    }

    private Resolved byType(
        ValueMapping wanted, DataType type, String path, int ordinal, boolean strict) {
      if (type instanceof StructType struct) {
        return struct((ValueMapping.Struct) wanted, struct, path, ordinal, strict);
      }
      if (type instanceof ArrayType array) {
        ValueMapping.Sequence sequence = (ValueMapping.Sequence) wanted;
        Resolved element =
            resolve(
                sequence == null ? null : sequence.element(),
                array.elementType(),
                path + ".element",
                ForeignPlace.ELEMENT,
                strict);
        return element == null
            ? null
            : new Resolved(
                new ValueMapping.Sequence(
                    sequence == null ? Descriptor.L : descriptor(sequence, element.mapping()),
                    element.mapping()),
                ForeignPlace.of(ordinal, element.place()));
      }
      if (type instanceof MapType map) {
        if (!isText(map.keyType())) {
          refused.add(
              "%s is a map with keys of type %s, and DynamoDB's are text; cast them to string"
                  .formatted(path, map.keyType().sql()));
          return null;
        }
        Resolved value =
            resolve(
                wanted == null ? null : ((ValueMapping.OpenMap) wanted).value(),
                map.valueType(),
                path + ".value",
                ForeignPlace.ELEMENT,
                strict);
        return value == null
            ? null
            : new Resolved(
                new ValueMapping.OpenMap(value.mapping()),
                ForeignPlace.ofMap(ordinal, value.place(), attribute));
      }
      return scalar(type, path, ordinal);
    }

    /** A set stays a set if its members were cast to another type that sets have. */
    private static Descriptor descriptor(ValueMapping.Sequence wanted, ValueMapping element) {
      if (!wanted.descriptor().isSet()) {
        return Descriptor.L;
      }
      return switch (element.descriptor()) {
        case S -> Descriptor.SS;
        case N -> Descriptor.NS;
        case B -> Descriptor.BS;
        default -> Descriptor.L;
      };
    }

    private Resolved struct(
        ValueMapping.Struct wanted, StructType struct, String path, int ordinal, boolean strict) {
      if (struct.isEmpty()) {
        refused.add("%s is a struct without fields; drop it".formatted(path));
        return null;
      }
      Set<ValueMapping.Field> used = new HashSet<>();
      Map<String, String> fieldOfAttribute = new LinkedHashMap<>();
      List<ValueMapping.Field> fields = new ArrayList<>();
      List<ForeignPlace> fieldPlaces = new ArrayList<>();
      int refusedBefore = refused.size();
      for (int i = 0; i < struct.length(); i++) {
        StructField field = struct.fields()[i];
        Optional<ValueMapping.Field> told =
            wanted == null ? Optional.empty() : find(wanted, field.name());
        told.ifPresent(used::add);
        String name = told.map(ValueMapping.Field::attribute).orElse(field.name());
        String fieldPath = path + "." + field.name();
        String other = fieldOfAttribute.putIfAbsent(name, fieldPath);
        if (other != null) {
          refused.add("%s and %s have one name".formatted(other, fieldPath));
          continue;
        }
        Resolved resolved =
            resolve(
                told.map(ValueMapping.Field::mapping).orElse(null),
                field.dataType(),
                fieldPath,
                i,
                strict);
        if (resolved != null) {
          fields.add(new ValueMapping.Field(field.name(), name, resolved.mapping()));
          fieldPlaces.add(resolved.place());
        }
      }
      if (wanted != null && strict) {
        String missing =
            wanted.fields().stream()
                .filter(field -> !used.contains(field))
                .map(field -> path + "." + field.name())
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
          refused.add(
              "the schema file has %s, which the data has not; correct the name or take it out"
                  .formatted(missing));
        }
      }
      return refused.size() > refusedBefore
          ? null
          : new Resolved(
              new ValueMapping.Struct(fields),
              ForeignPlace.ofStruct(ordinal, struct.length(), fieldPlaces));
    }

    private static Optional<ValueMapping.Field> find(ValueMapping.Struct struct, String name) {
      Optional<ValueMapping.Field> exact =
          struct.fields().stream().filter(field -> field.attribute().equals(name)).findFirst();
      return exact.isPresent()
          ? exact
          : struct.fields().stream()
              .filter(field -> field.name().equalsIgnoreCase(name))
              .findFirst();
    }

    private Resolved scalar(DataType type, String path, int ordinal) {
      if (isText(type)) {
        return plain(Descriptor.S, LakeType.STRING, ordinal);
      }
      if (type.equals(DataTypes.LongType)) {
        return plain(Descriptor.N, LakeType.BIGINT, ordinal);
      }
      if (type.equals(DataTypes.IntegerType)) {
        return plain(Descriptor.N, LakeType.INT, ordinal);
      }
      if (type.equals(DataTypes.ShortType)) {
        return read(Descriptor.N, LakeType.INT, ordinal, ForeignPlace.Kind.SHORT);
      }
      if (type.equals(DataTypes.ByteType)) {
        return read(Descriptor.N, LakeType.INT, ordinal, ForeignPlace.Kind.BYTE);
      }
      if (type instanceof DecimalType decimal && decimal.scale() >= 0) {
        return plain(Descriptor.N, LakeType.decimal(decimal.precision(), decimal.scale()), ordinal);
      }
      if (type.equals(DataTypes.DoubleType)) {
        return plain(Descriptor.N, LakeType.DOUBLE, ordinal);
      }
      if (type.equals(DataTypes.FloatType)) {
        return read(Descriptor.N, LakeType.DOUBLE, ordinal, ForeignPlace.Kind.FLOAT);
      }
      if (type.equals(DataTypes.BooleanType)) {
        return plain(Descriptor.BOOL, LakeType.BOOLEAN, ordinal);
      }
      if (type.equals(DataTypes.BinaryType)) {
        return plain(Descriptor.B, LakeType.BINARY, ordinal);
      }
      if (type.equals(DataTypes.DateType)) {
        return new Resolved(
            new ValueMapping.Scalar(Descriptor.S, LakeType.DATE, Conversion.ISO_8601),
            ForeignPlace.plain(ordinal));
      }
      if (isTime(type)) {
        ForeignPlace.Kind kind =
            type.equals(DataTypes.TimestampType)
                ? ForeignPlace.Kind.INSTANT
                : ForeignPlace.Kind.CLOCK;
        return read(Descriptor.S, LakeType.STRING, ordinal, kind);
      }
      refused.add(
          "%s is %s, which DynamoDB has no type for; cast or drop it"
              .formatted(path, type.sql().toLowerCase(Locale.ROOT)));
      return null;
    }

    private static Resolved plain(Descriptor descriptor, LakeType type, int ordinal) {
      return new Resolved(ValueMapping.Scalar.of(descriptor, type), ForeignPlace.plain(ordinal));
    }

    private Resolved read(
        Descriptor descriptor, LakeType type, int ordinal, ForeignPlace.Kind kind) {
      return new Resolved(
          ValueMapping.Scalar.of(descriptor, type), ForeignPlace.read(ordinal, kind, attribute));
    }
  }
}
