package io.dynamodblake.schema;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.Words;
import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How the schema of a lake table changes from one snapshot to the next without breaking those who
 * read it: names and order stay, columns and struct fields are appended, numbers widen (int to
 * bigint to decimal to wider decimal), nothing else changes its type.
 */
public final class SchemaEvolution {
  private static final NumberBounds BIGINT_BOUNDS = new NumberBounds(true, 19, 0);
  private static final NumberBounds INT_BOUNDS = new NumberBounds(true, 10, 0);

  private static final int MOST_NAMED = 5;

  private SchemaEvolution() {}

  // ---- with what was observed

  /**
   * Returns the existing schema, widened and extended by what the data holds. What a user renamed,
   * retyped, dropped or protected in it stays so: int, double, timestamp and date are never
   * proposed by us, so they are a wish and stay. Data that would need another kind of type does not
   * change the column; it is rescued, and a note says so.
   *
   * @throws DataRefusedException if given keys are not those of the existing schema, or do not fit
   *     the data
   */
  public static Evolution evolve(TableSchema existing, Profile profile, PlanOptions options) {
    List<KeyAttribute> keys = keys(existing, options.keys(), options.words());
    PlanOptions planned = options.withKeys(keys).withUnnesting(existing.unnesting());
    SchemaPlanner.checkKeys(profile, planned);
    SortedMap<String, ValueProfile> attributes = profile.attributes();
    List<String> notes = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    Set<String> known = new HashSet<>();
    Set<String> taken = new HashSet<>(ColumnNames.NOT_GIVEN);
    existing.derived().forEach(column -> taken.add(column.name()));
    for (Column column : existing.columns()) {
      known.add(column.attribute());
      taken.add(column.name());
      ValueProfile values = Unnested.seen(attributes, column.origin()).orElse(null);
      ValueMapping mapping =
          values == null || column.dropped() || column.protection() != Protection.NONE
              ? column.mapping()
              : options
                  .rules()
                  .next(
                      column.mapping(),
                      widen(column.mapping(), values, profile.limits().maxFields(), 1));
      if (!mapping.equals(column.mapping())) {
        notes.add(change(column, mapping));
      }
      columns.add(column.as(mapping));
    }
    Set<String> added =
        SchemaPlanner.mostFrequent(
            attributes, planned, known, options.maxColumns() - columns.size());
    int room = options.maxColumns() - columns.size() - added.size();
    Map<Origin, ValueMapping> places = SchemaPlanner.places(added, attributes, planned, room);
    room -= places.size() - added.size();
    places.putAll(entries(existing.columns(), profile, planned, room));
    for (Column column : SchemaPlanner.columns(places, planned, taken)) {
      columns.add(column);
      notes.add("Column '" + column.name() + "' is new");
    }
    TableSchema schema =
        new TableSchema(
            existing.table(),
            keys,
            columns,
            existing.hashKey(),
            existing.derived(),
            existing.unnesting());
    Forecast forecast = Forecast.of(profile, schema);
    for (Rescue rescue : forecast.rescues()) {
      notes.add(
          (rescue.column().equals(TableSchema.RESCUED)
                  ? "The columns of an unnested map keep their types; "
                  : "Column '" + rescue.column() + "' keeps its type; ")
              + (rescue.exact() ? "" : "up to ")
              + (rescue.total() == 1 ? "1 value at " : rescue.total() + " values at ")
              + rescue.path()
              + (rescue.total() == 1 ? " goes to " : " go to ")
              + TableSchema.RESCUED);
    }
    notes.addAll(OutgrownStructs.notes(schema, attributes));
    if (!forecast.leftOut().isEmpty()) {
      notes.add(
          forecast.leftOut().size()
              + " attributes have no column, because the table has "
              + columns.size()
              + "; their values go to "
              + TableSchema.RESCUED);
    }
    return new Evolution(schema, forecast, notes);
  }

  /**
   * Columns for entries of unnested maps that have none, as long as there is room, and the keys of
   * the map are not open-ended.
   */
  private static Map<Origin, ValueMapping> entries(
      List<Column> existing, Profile profile, PlanOptions options, int room) {
    Map<Origin, ValueMapping> places = new LinkedHashMap<>();
    Unnested.maps(existing)
        .forEach(
            (map, keys) -> {
              SortedMap<String, ValueProfile> values =
                  Unnested.seen(profile.attributes(), map)
                      .flatMap(ValueProfile::fields)
                      .map(MapProfile::byName)
                      .orElseGet(TreeMap::new);
              values.keySet().stream()
                  .filter(key -> !keys.contains(key))
                  .limit(Math.max(0, profile.limits().maxFields() - keys.size()))
                  .forEach(
                      key -> {
                        Origin entry = map.entry(key);
                        ValueMapping planned =
                            options
                                .rules()
                                .first(
                                    SchemaPlanner.mapping(
                                        values.get(key), entry.inside().size() + 1));
                        Map<Origin, ValueMapping> parts =
                            SchemaPlanner.unnested(entry, planned, options);
                        if (places.size() + parts.size() <= room) {
                          places.putAll(parts);
                        }
                      });
            });
    return places;
  }

  private static List<KeyAttribute> keys(
      TableSchema existing, List<KeyAttribute> given, Words words) {
    if (existing.keys().isEmpty() || given.isEmpty() || existing.keys().equals(given)) {
      return existing.keys().isEmpty() ? given : existing.keys();
    }
    throw new DataRefusedException(
        "Cannot change the keys of table "
            + existing.table()
            + " from "
            + text(existing.keys())
            + " to "
            + text(given)
            + "; leave "
            + words.of(FlattenKeys.KEY)
            + " out, or flatten into another folder");
  }

  private static String text(List<KeyAttribute> keys) {
    return String.join(",", KeyAttribute.texts(keys));
  }

  private static String change(Column column, ValueMapping mapping) {
    if (column.mapping() instanceof ValueMapping.Scalar old
        && mapping instanceof ValueMapping.Scalar wider
        && !old.type().equals(wider.type())) {
      return "Column '"
          + column.name()
          + "' widens from "
          + old.type().sql()
          + " to "
          + wider.type().sql();
    }
    if (column.mapping().descriptor() == Descriptor.NULL) {
      return "Column '"
          + column.name()
          + "', so far only NULL, stays string and now holds "
          + (mapping instanceof ValueMapping.DynamoJson ? "DynamoDB JSON" : mapping.descriptor());
    }
    return "Column '" + column.name() + "' gets new or wider fields inside";
  }

  private static ValueMapping widen(
      ValueMapping existing, ValueProfile values, int maxFields, int depth) {
    Optional<Descriptor> dominant = values.dominant();
    if (dominant.isEmpty()) {
      return existing;
    }
    if (existing instanceof ValueMapping.Scalar scalar) {
      return scalar.descriptor() == Descriptor.NULL
          ? firstValues(dominant.get())
          : scalar.withType(widenNumber(scalar, values));
    }
    if (existing instanceof ValueMapping.Sequence sequence) {
      // a set's element must keep its descriptor, and other sets' members are not in it
      return values
          .parts(sequence.descriptor())
          .map(
              part ->
                  (ValueMapping)
                      new ValueMapping.Sequence(
                          sequence.descriptor(),
                          widen(sequence.element(), part, maxFields, depth + 1)))
          .orElse(existing);
    }
    if (existing instanceof ValueMapping.Struct struct) {
      // what is inside of texts was not looked at
      return struct.isText()
          ? struct
          : values
              .fields()
              .map(fields -> (ValueMapping) widen(struct, fields, maxFields, depth))
              .orElse(existing);
    }
    if (existing instanceof ValueMapping.OpenMap map) {
      return values
          .fields()
          .map(fields -> (ValueMapping) widen(map, fields, maxFields, depth))
          .orElse(existing);
    }
    return existing; // DynamoJson holds everything
  }

  /** A column that was NULL only is a string column, and stays one whatever comes. */
  private static ValueMapping firstValues(Descriptor descriptor) {
    return descriptor == Descriptor.S || descriptor == Descriptor.N
        ? ValueMapping.Scalar.of(descriptor, LakeType.STRING)
        : new ValueMapping.DynamoJson(descriptor);
  }

  private static LakeType widenNumber(ValueMapping.Scalar scalar, ValueProfile values) {
    LakeType type = scalar.type();
    boolean mayWiden =
        scalar.descriptor() == Descriptor.N
            && (type.kind() == LakeType.Kind.BIGINT || type.kind() == LakeType.Kind.DECIMAL);
    Optional<NumberBounds> seen = values.number().map(NumberProfile::bounds);
    return mayWiden && seen.isPresent() && !seen.get().fit(type)
        ? bounds(type).join(seen.get()).exactDecimal().orElse(type)
        : type;
  }

  private static NumberBounds bounds(LakeType type) {
    return switch (type.kind()) {
      case INT -> INT_BOUNDS;
      case BIGINT -> BIGINT_BOUNDS;
      case DECIMAL -> new NumberBounds(false, type.precision() - type.scale(), type.scale());
      case STRING, DOUBLE, BOOLEAN, BINARY, DATE, TIMESTAMP ->
          throw new IllegalArgumentException("Not exact numbers: " + type.sql());
    };
  }

  private static ValueMapping.Struct widen(
      ValueMapping.Struct struct, MapProfile observed, int maxFields, int depth) {
    SortedMap<String, ValueProfile> values = observed.byName();
    List<ValueMapping.Field> fields = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    Collection<String> added = new TreeSet<>(ColumnNames.CODE_POINT_ORDER);
    added.addAll(values.keySet());
    for (ValueMapping.Field field : struct.fields()) {
      ValueProfile profile = values.get(field.attribute());
      ValueMapping mapping =
          profile == null ? field.mapping() : widen(field.mapping(), profile, maxFields, depth + 1);
      fields.add(new ValueMapping.Field(field.name(), field.attribute(), mapping));
      taken.add(field.name());
      added.remove(field.attribute());
    }
    // beyond that the keys are open-ended, and a struct cannot become a map
    int room = Math.max(0, maxFields - fields.size());
    List<String> chosen = added.stream().limit(room).toList();
    Map<String, String> names = ColumnNames.assign(chosen, taken);
    for (String key : SchemaPlanner.byName(chosen, names)) {
      fields.add(
          new ValueMapping.Field(
              names.get(key), key, SchemaPlanner.mapping(values.get(key), depth + 1)));
    }
    return struct.with(fields);
  }

  private static ValueMapping.OpenMap widen(
      ValueMapping.OpenMap map, MapProfile observed, int maxFields, int depth) {
    ValueMapping value = map.value();
    for (ValueProfile values : observed.byName().values()) {
      value = widen(value, values, maxFields, depth + 1);
    }
    if (observed.isOpen()) {
      value = widen(value, observed.open().orElseThrow(), maxFields, depth + 1);
    }
    return new ValueMapping.OpenMap(value);
  }

  // ---- with a schema that the user gives

  /**
   * Returns the schema a user wants for the next snapshot of an existing table, with the columns
   * and fields it does not mention, in the existing order. Dropping a column, taking that back,
   * masking a string and changing how a timestamp is read are fine.
   *
   * @throws DataRefusedException if a column is renamed, narrowed or changes its kind, with the way
   *     out
   */
  public static TableSchema pin(TableSchema existing, TableSchema wanted) {
    List<KeyAttribute> keys = keys(existing, wanted.keys(), Words.FLATTEN);
    List<Column> columns = new ArrayList<>();
    Set<Origin> known = new HashSet<>();
    for (Column old : existing.columns()) {
      known.add(old.origin());
      Optional<Column> pinned =
          wanted.columns().stream()
              .filter(column -> column.origin().equals(old.origin()))
              .findFirst();
      columns.add(pinned.map(column -> pin(old, column)).orElse(old));
    }
    wanted.columns().stream()
        .filter(column -> !known.contains(column.origin()))
        .forEach(columns::add);
    requireNoOverlap(columns);
    Set<String> names = new HashSet<>();
    for (Column column : columns) {
      if (!column.dropped() && !names.add(column.name())) {
        throw new DataRefusedException(
            "Cannot evolve column '"
                + column.name()
                + "': the table has a column of that name for another"
                + " attribute; give the new one another name");
      }
    }
    return new TableSchema(
        existing.table(),
        keys,
        columns,
        existing.hashKey(),
        existing.derived(),
        wanted.unnesting().isNone() ? existing.unnesting() : wanted.unnesting());
  }

  private static void requireNoOverlap(List<Column> columns) {
    Optional<Column> all = Unnested.overlapping(columns);
    if (all.isPresent()) {
      List<String> parts = Unnested.inside(columns, all.get().origin());
      throw new DataRefusedException(
          "Cannot evolve column '%s': it holds a whole map of which the columns %s hold parts, and one of both is in the table; keep what the table has in the schema, or flatten into another folder"
              .formatted(
                  all.get().name(),
                  String.join(", ", parts.subList(0, Math.min(MOST_NAMED, parts.size())))));
    }
  }

  private static Column pin(Column old, Column wanted) {
    if (old.dropped() || wanted.dropped()) {
      return wanted;
    }
    String place = "column '" + old.name() + "'";
    if (!old.name().equals(wanted.name())) {
      throw refused(place, "its name", old.name(), wanted.name());
    }
    boolean wasText = old.protection() != Protection.NONE || isText(old.mapping());
    boolean isText = wanted.protection() != Protection.NONE || isText(wanted.mapping());
    if (old.protection() != Protection.NONE || wanted.protection() != Protection.NONE) {
      if (wasText != isText) {
        throw refused(
            place,
            "its type",
            wasText ? "string" : describe(old.mapping()),
            isText ? "string" : describe(wanted.mapping()));
      }
      return wanted;
    }
    return wanted.as(pin(old.mapping(), wanted.mapping(), place));
  }

  private static boolean isText(ValueMapping mapping) {
    return mapping instanceof ValueMapping.DynamoJson
        || mapping instanceof ValueMapping.Scalar scalar && scalar.type().equals(LakeType.STRING);
  }

  private static ValueMapping pin(ValueMapping old, ValueMapping wanted, String place) {
    if (old.equals(wanted)
        || old.descriptor() == Descriptor.NULL && isText(old) && isText(wanted)) {
      return wanted;
    }
    if (old instanceof ValueMapping.Scalar from && wanted instanceof ValueMapping.Scalar to) {
      if (from.type().equals(to.type()) || holds(to.type(), from.type())) {
        return wanted;
      }
    } else if (old instanceof ValueMapping.Sequence from
        && wanted instanceof ValueMapping.Sequence to) {
      return new ValueMapping.Sequence(
          to.descriptor(), pin(from.element(), to.element(), "element of " + place));
    } else if (old instanceof ValueMapping.OpenMap from
        && wanted instanceof ValueMapping.OpenMap to) {
      return new ValueMapping.OpenMap(pin(from.value(), to.value(), "value of " + place));
    } else if (old instanceof ValueMapping.Struct from
        && wanted instanceof ValueMapping.Struct to) {
      return pin(from, to, place);
    } else if (old instanceof ValueMapping.DynamoJson
        && wanted instanceof ValueMapping.DynamoJson) {
      return wanted;
    }
    throw refused(place, "its type", describe(old), describe(wanted));
  }

  private static ValueMapping pin(
      ValueMapping.Struct old, ValueMapping.Struct wanted, String place) {
    List<ValueMapping.Field> fields = new ArrayList<>();
    Set<String> known = new HashSet<>();
    for (ValueMapping.Field field : old.fields()) {
      known.add(field.attribute());
      Optional<ValueMapping.Field> pinned =
          wanted.fields().stream()
              .filter(other -> other.attribute().equals(field.attribute()))
              .findFirst();
      if (pinned.isEmpty()) {
        fields.add(field);
        continue;
      }
      String fieldPlace = "field '" + field.name() + "' of " + place;
      if (!pinned.get().name().equals(field.name())) {
        throw refused(fieldPlace, "its name", field.name(), pinned.get().name());
      }
      fields.add(
          new ValueMapping.Field(
              field.name(),
              field.attribute(),
              pin(field.mapping(), pinned.get().mapping(), fieldPlace)));
    }
    wanted.fields().stream()
        .filter(field -> !known.contains(field.attribute()))
        .forEach(fields::add);
    Set<String> names = new HashSet<>();
    for (ValueMapping.Field field : fields) {
      if (!names.add(field.name())) {
        throw new DataRefusedException(
            "Cannot evolve field '"
                + field.name()
                + "' of "
                + place
                + ": the struct has a field of that name for another attribute; give the new one another name");
      }
    }
    return wanted.with(fields);
  }

  /** Whether a type of exact numbers has every number of another one. */
  static boolean holds(LakeType wider, LakeType type) {
    boolean number =
        type.kind() == LakeType.Kind.INT
            || type.kind() == LakeType.Kind.BIGINT
            || type.kind() == LakeType.Kind.DECIMAL;
    boolean widerNumber =
        wider.kind() == LakeType.Kind.BIGINT || wider.kind() == LakeType.Kind.DECIMAL;
    return number && widerNumber && bounds(type).fit(wider);
  }

  private static String describe(ValueMapping mapping) {
    if (mapping instanceof ValueMapping.Scalar scalar) {
      return scalar.type().sql();
    }
    if (mapping instanceof ValueMapping.Sequence) {
      return "array";
    }
    if (mapping instanceof ValueMapping.Struct struct) {
      return struct.isText() ? "json" : "struct";
    }
    return mapping instanceof ValueMapping.OpenMap ? "map" : "dynamodb-json";
  }

  private static DataRefusedException refused(
      String place, String what, String old, String wanted) {
    return new DataRefusedException(
        "Cannot evolve "
            + place
            + ": "
            + what
            + " would change from "
            + old
            + " to "
            + wanted
            + ", which breaks the queries that read the table; keep "
            + old
            + " in the schema, or flatten into another folder");
  }
}
