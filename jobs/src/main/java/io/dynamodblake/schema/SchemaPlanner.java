package io.dynamodblake.schema;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * Proposes a table schema for the data that a {@link Profile} describes. The same profile gives the
 * same schema, however it was merged. Columns: the key attributes first, then the others by column
 * name.
 */
public final class SchemaPlanner {
  private static final int MOST_CANDIDATES = 5;

  /** Deeper values become DynamoDB JSON. DynamoDB itself stops here. */
  static final int MOST_DEPTH = 32;

  // Glue takes 131,072 characters; the rest is for names that evolve later
  private static final int MOST_TYPE_LENGTH = 100_000;

  private SchemaPlanner() {}

  /**
   * Proposes a schema that holds what was seen.
   *
   * @throws DataRefusedException if a given key attribute is missing in an item or has another
   *     descriptor there
   */
  public static Plan plan(Profile profile, PlanOptions options) {
    checkKeys(profile, options);
    SortedMap<String, ValueProfile> attributes = profile.attributes();
    Set<String> chosen = mostFrequent(attributes, options, Set.of(), options.maxColumns());
    Map<Origin, ValueMapping> places =
        places(chosen, attributes, options, options.maxColumns() - chosen.size());
    TableSchema schema =
        new TableSchema(
                options.table(), options.keys(), columns(places, options, ColumnNames.NOT_GIVEN))
            .withUnnesting(options.unnesting());
    return new Plan(schema, Forecast.of(profile, schema));
  }

  /** New columns in their order, under names that are not taken. */
  static List<Column> columns(
      Map<Origin, ValueMapping> places, PlanOptions options, Collection<String> taken) {
    Map<Origin, String> names =
        ColumnNames.assign(places.keySet(), options.unnesting().separator(), taken);
    List<Origin> ordered = new ArrayList<>();
    for (KeyAttribute key : options.keys()) {
      Origin origin = Origin.of(key.attribute());
      if (places.containsKey(origin)) {
        ordered.add(origin);
      }
    }
    Set<Origin> placed = new HashSet<>(ordered);
    places.keySet().stream()
        .filter(origin -> !placed.contains(origin))
        .sorted(Comparator.comparing(names::get))
        .forEach(ordered::add);
    return ordered.stream()
        .map(origin -> Column.of(names.get(origin), origin, places.get(origin)))
        .toList();
  }

  /**
   * What becomes of attributes: a column each, or one for each field of a struct where structs are
   * to be unnested and there is room; those that occur most often come first.
   *
   * @param room for more columns than there are attributes
   */
  static Map<Origin, ValueMapping> places(
      Set<String> chosen,
      SortedMap<String, ValueProfile> attributes,
      PlanOptions options,
      int room) {
    Map<Origin, ValueMapping> places = new LinkedHashMap<>();
    int left = room;
    for (String attribute : byFrequency(chosen, attributes)) {
      ValueMapping whole = mapping(attribute, attributes, options);
      Map<Origin, ValueMapping> parts = unnested(Origin.of(attribute), whole, options);
      if (parts.size() - 1 <= left) {
        places.putAll(parts);
        left -= parts.size() - 1;
      } else {
        places.put(Origin.of(attribute), bounded(whole));
      }
    }
    return places;
  }

  /** The columns of a place that has none yet. */
  static Map<Origin, ValueMapping> unnested(
      Origin origin, ValueMapping planned, PlanOptions options) {
    Map<Origin, ValueMapping> columns = Unnested.columns(origin, planned, options.unnesting());
    columns.replaceAll((place, mapping) -> bounded(mapping));
    return columns;
  }

  private static List<String> byFrequency(
      Collection<String> names, Map<String, ValueProfile> attributes) {
    Map<String, Long> totals = new HashMap<>();
    names.forEach(
        name -> totals.put(name, attributes.containsKey(name) ? attributes.get(name).total() : 0L));
    return names.stream()
        .sorted(
            Comparator.<String, Long>comparing(totals::get)
                .reversed()
                .thenComparing(ColumnNames.CODE_POINT_ORDER))
        .toList();
  }

  static void checkKeys(Profile profile, PlanOptions options) {
    for (KeyAttribute key : options.keys()) {
      long fitting = fitting(profile, key);
      if (fitting != profile.items()) {
        throw new DataRefusedException(
            "Cannot use attribute '"
                + key.attribute()
                + "' as key of type "
                + key.descriptor()
                + ": "
                + (profile.items() - fitting)
                + " of "
                + profile.items()
                + " items have no such value; "
                + candidates(profile)
                + "correct "
                + options.words().of(FlattenKeys.KEY)
                + " or leave it out");
      }
    }
  }

  /**
   * Returns the first of the key attributes that some items do not have, or have of another type.
   */
  public static Optional<KeyAttribute> unfitKey(Profile profile, List<KeyAttribute> keys) {
    return keys.stream().filter(key -> fitting(profile, key) != profile.items()).findFirst();
  }

  /** Returns how many items have the attribute, and of that type. */
  public static long fitting(Profile profile, KeyAttribute key) {
    return profile
        .attribute(key.attribute())
        .map(values -> values.count(key.descriptor()))
        .orElse(0L);
  }

  private static String candidates(Profile profile) {
    List<String> names =
        profile.keyCandidates().stream().limit(MOST_CANDIDATES).map(KeyAttribute::text).toList();
    return names.isEmpty() ? "" : "every item has " + String.join(", ", names) + "; ";
  }

  /** The attributes that get a column: keys, then the most frequent, then the first by name. */
  static Set<String> mostFrequent(
      SortedMap<String, ValueProfile> attributes,
      PlanOptions options,
      Set<String> without,
      int count) {
    Set<String> chosen = new TreeSet<>(ColumnNames.CODE_POINT_ORDER);
    options.keys().forEach(key -> chosen.add(key.attribute()));
    chosen.removeAll(without);
    byFrequency(attributes.keySet(), attributes).stream()
        .filter(attribute -> !chosen.contains(attribute) && !without.contains(attribute))
        .limit(Math.max(0, count - chosen.size()))
        .toList()
        .forEach(chosen::add);
    return chosen;
  }

  static List<String> byName(Collection<String> keys, Map<String, String> names) {
    return keys.stream().sorted(Comparator.comparing(names::get)).toList();
  }

  /** The mapping of an attribute, however long its type is. */
  private static ValueMapping mapping(
      String attribute, SortedMap<String, ValueProfile> attributes, PlanOptions options) {
    ValueProfile values = attributes.get(attribute);
    if (values == null) {
      // an export without items has keys all the same
      Descriptor descriptor =
          options.keys().stream()
              .filter(key -> key.attribute().equals(attribute))
              .findFirst()
              .orElseThrow()
              .descriptor();
      return scalar(descriptor, NumberBounds.NONE);
    }
    return options.rules().first(mapping(values, 1));
  }

  private static ValueMapping bounded(ValueMapping mapping) {
    return typeLength(mapping) > MOST_TYPE_LENGTH
        ? new ValueMapping.DynamoJson(mapping.descriptor())
        : mapping;
  }

  /** The mapping of the dominant descriptor's values. */
  static ValueMapping mapping(ValueProfile values, int depth) {
    Descriptor descriptor = values.dominant().orElse(Descriptor.NULL);
    return switch (descriptor) {
      case S, N, B, BOOL, NULL -> scalar(descriptor, bounds(values));
      case SS, NS, BS ->
          new ValueMapping.Sequence(
              descriptor,
              scalar(
                  descriptor.member(),
                  values.member().map(SchemaPlanner::bounds).orElse(NumberBounds.NONE)));
      case L ->
          new ValueMapping.Sequence(
              Descriptor.L, agreed(values.element().orElseThrow(), depth + 1));
      case M -> map(values.fields().orElseThrow(), depth + 1);
    };
  }

  private static NumberBounds bounds(ValueProfile values) {
    return values.number().map(NumberProfile::bounds).orElse(NumberBounds.NONE);
  }

  private static ValueMapping.Scalar scalar(Descriptor descriptor, NumberBounds bounds) {
    return switch (descriptor) {
      case S, NULL -> ValueMapping.Scalar.of(descriptor, LakeType.STRING);
      case N -> ValueMapping.Scalar.of(descriptor, bounds.exactType());
      case B -> ValueMapping.Scalar.of(descriptor, LakeType.BINARY);
      case BOOL -> ValueMapping.Scalar.of(descriptor, LakeType.BOOLEAN);
      case L, M, SS, NS, BS ->
          throw new IllegalArgumentException("Not a scalar descriptor: " + descriptor);
    };
  }

  /** Values that must be of one kind to be typed: list elements and values of open maps. */
  static ValueMapping agreed(ValueProfile values, int depth) {
    // nothing but NULL, or nothing at all, is not yet a kind
    return values.kinds() == 1 && depth <= MOST_DEPTH
        ? mapping(values, depth)
        : new ValueMapping.DynamoJson(values.dominant().orElse(Descriptor.NULL));
  }

  private static ValueMapping map(MapProfile map, int depth) {
    if (map.isOpen()) {
      return new ValueMapping.OpenMap(agreed(map.open().orElseThrow(), depth));
    }
    if (map.size() == 0 || depth > MOST_DEPTH) {
      return new ValueMapping.OpenMap(new ValueMapping.DynamoJson(Descriptor.NULL));
    }
    SortedMap<String, ValueProfile> values = map.byName();
    Map<String, String> names = ColumnNames.ofFields(values.keySet());
    List<ValueMapping.Field> fields = new ArrayList<>();
    for (String key : byName(values.keySet(), names)) {
      fields.add(new ValueMapping.Field(names.get(key), key, mapping(values.get(key), depth)));
    }
    return new ValueMapping.Struct(fields);
  }

  /** Length of the type as Athena and Glue write it, about. */
  static int typeLength(ValueMapping mapping) {
    if (mapping instanceof ValueMapping.Scalar scalar) {
      return scalar.type().sql().length();
    }
    if (mapping instanceof ValueMapping.Sequence sequence) {
      return "array<>".length() + typeLength(sequence.element());
    }
    if (mapping instanceof ValueMapping.OpenMap map) {
      return "map<string,>".length() + typeLength(map.value());
    }
    if (mapping instanceof ValueMapping.Struct struct) {
      return struct.fields().stream()
          .mapToInt(field -> field.name().length() + 2 + typeLength(field.mapping()))
          .reduce("struct<>".length(), Integer::sum);
    }
    return "string".length();
  }
}
