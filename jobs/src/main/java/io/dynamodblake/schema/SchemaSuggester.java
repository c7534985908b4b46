package io.dynamodblake.schema;

import io.dynamodblake.type.Descriptor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Finds {@link Suggestions} in a profile. A type is suggested only where every value of the place
 * has the descriptor and comes back from the new type exactly.
 */
public final class SchemaSuggester {
  private static final int LEAST_KEYS_OF_DATA = 8;
  private static final List<String> PARTITION_KEYS = List.of("pk", "partitionkey", "hashkey");
  private static final List<String> SORT_KEYS = List.of("sk", "sortkey", "rangekey");

  private final TypeRules rules;
  private final Optional<Instant> exported;
  private final List<Suggestions.Retyped> retyped = new ArrayList<>();
  private final List<Suggestions.Noted> noted = new ArrayList<>();

  private SchemaSuggester(TypeRules rules, Optional<Instant> exported) {
    this.rules = rules;
    this.exported = exported;
  }

  /**
   * Looks for what could be otherwise.
   *
   * @param options as for {@link SchemaPlanner#plan}
   * @param exported when the export was made, if that is known
   */
  public static Suggestions of(Profile profile, PlanOptions options, Optional<Instant> exported) {
    List<KeyAttribute> keys = options.keys().isEmpty() ? keys(profile) : List.of();
    PlanOptions keyed = keys.isEmpty() ? options : options.withKeys(keys);
    TableSchema planned = SchemaPlanner.plan(profile, keyed).schema();
    SchemaSuggester suggester = new SchemaSuggester(keyed.rules(), exported);
    SortedMap<String, ValueProfile> attributes = profile.attributes();
    List<Column> columns = new ArrayList<>();
    for (Column column : planned.columns()) {
      Optional<ValueProfile> values = Unnested.seen(attributes, column.origin());
      boolean isKey = keyed.keys().stream().anyMatch(key -> column.isOf(key.attribute()));
      columns.add(
          values.isEmpty() || isKey
              ? column
              : column.as(
                  suggester.place(
                      name(column),
                      path(column),
                      column.mapping(),
                      values.get(),
                      1 + column.inside().size())));
    }
    TableSchema schema = planned.withColumns(columns);
    return new Suggestions(
        schema,
        suggester.retyped,
        suggester.noted,
        keys,
        LayoutSuggester.of(profile, schema, exported));
  }

  /** By which name people know the values of a column: the attribute's, or that of the last key. */
  static String name(Column column) {
    return column.origin().name(column.inside().size());
  }

  /** The place of a column as suggestions name it. */
  public static String path(Column column) {
    return column.inside().isEmpty() ? column.attribute() : column.path();
  }

  /** Keys whose names say that they are, both of them: one alone may be half a key. */
  private static List<KeyAttribute> keys(Profile profile) {
    List<KeyAttribute> candidates = profile.keyCandidates();
    Optional<KeyAttribute> partition = named(candidates, PARTITION_KEYS);
    Optional<KeyAttribute> sort = named(candidates, SORT_KEYS);
    return partition.isPresent() && sort.isPresent()
        ? List.of(partition.get(), sort.get())
        : List.of();
  }

  private static Optional<KeyAttribute> named(List<KeyAttribute> candidates, List<String> names) {
    return candidates.stream()
        .filter(
            candidate ->
                names.contains(
                    candidate.attribute().toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "")))
        .findFirst();
  }

  /**
   * What a place could be.
   *
   * @param name by which people know the values: the attribute's, or that of a map key
   */
  private ValueMapping place(
      String name, String path, ValueMapping mapping, ValueProfile values, int depth) {
    if (mapping instanceof ValueMapping.Scalar scalar) {
      return scalar(name, path, scalar, values);
    }
    if (mapping instanceof ValueMapping.Sequence sequence) {
      return values
          .parts(sequence.descriptor())
          .map(
              part ->
                  (ValueMapping)
                      new ValueMapping.Sequence(
                          sequence.descriptor(),
                          place(name, path + "[]", sequence.element(), part, depth + 1)))
          .orElse(mapping);
    }
    if (mapping instanceof ValueMapping.Struct struct) {
      MapProfile fields = values.fields().orElseThrow();
      Optional<ValueMapping> map = ofData(path, fields, values, depth);
      return map.isPresent() ? map.get() : struct(path, struct, fields, depth);
    }
    if (mapping instanceof ValueMapping.OpenMap map) {
      return openMap(name, path, map, values, depth);
    }
    return mapping;
  }

  private ValueMapping struct(
      String path, ValueMapping.Struct struct, MapProfile profiles, int depth) {
    SortedMap<String, ValueProfile> values = profiles.byName();
    List<ValueMapping.Field> fields = new ArrayList<>();
    for (ValueMapping.Field field : struct.fields()) {
      String key = field.attribute();
      fields.add(
          new ValueMapping.Field(
              field.name(),
              key,
              place(key, path + "." + key, field.mapping(), values.get(key), depth + 1)));
    }
    return new ValueMapping.Struct(fields);
  }

  private ValueMapping openMap(
      String name, String path, ValueMapping.OpenMap map, ValueProfile values, int depth) {
    Optional<ValueProfile> open = values.fields().flatMap(MapProfile::open);
    if (open.isEmpty()) {
      return map;
    }
    noted.add(
        new Suggestions.Noted(
            path,
            values.count(Descriptor.M),
            "keys are data, more than %s of them: a map rather than a struct"
                .formatted(values.fields().orElseThrow().maxFields())));
    return new ValueMapping.OpenMap(place(name, path + ".*", map.value(), open.get(), depth + 1));
  }

  /** A map instead of a struct, where keys are made up: each has digits, and few are in a map. */
  private Optional<ValueMapping> ofData(
      String path, MapProfile fields, ValueProfile values, int depth) {
    SortedMap<String, ValueProfile> keys = fields.byName();
    boolean madeUp =
        keys.size() >= LEAST_KEYS_OF_DATA
            && fields.entries() * 2 <= keys.size() * values.count(Descriptor.M)
            && keys.keySet().stream().allMatch(key -> key.chars().anyMatch(Character::isDigit));
    if (!madeUp) {
      return Optional.empty();
    }
    ValueProfile merged = fields.merged();
    ValueMapping value = SchemaPlanner.agreed(merged, depth + 1);
    if (value instanceof ValueMapping.DynamoJson) {
      return Optional.empty();
    }
    ValueMapping map = rules.first(new ValueMapping.OpenMap(value));
    retyped.add(
        new Suggestions.Retyped(
            path,
            map,
            values.count(Descriptor.M),
            "its %s keys are data: each has digits in it, and few of them are in one map"
                .formatted(keys.size())));
    return Optional.of(map);
  }

  private ValueMapping scalar(
      String name, String path, ValueMapping.Scalar scalar, ValueProfile values) {
    if (values.kinds() != 1) {
      return scalar; // some would be rescued
    }
    return switch (scalar.descriptor()) {
      case S -> text(path, scalar, values);
      case N -> number(name, path, scalar, values);
      case B, BOOL, NULL, L, M, SS, NS, BS -> scalar;
    };
  }

  private ValueMapping text(String path, ValueMapping.Scalar scalar, ValueProfile values) {
    TextForms forms = values.textForms();
    long count = values.count(Descriptor.S);
    if (forms.words() == count) {
      noted.add(new Suggestions.Noted(path, count, "true and false as texts"));
      return scalar;
    }
    if (forms.times() != count) {
      return scalar;
    }
    Optional<ValueMapping.Scalar> time = forms.mapping();
    if (time.isEmpty()) {
      noted.add(
          new Suggestions.Noted(
              path,
              count,
              forms.defect() + ": no type gives all of them back without a copy in ddb_rescued"));
      return scalar;
    }
    String what = time.get().type().equals(LakeType.DATE) ? "dates" : "times";
    retyped.add(
        new Suggestions.Retyped(
            path,
            time.get(),
            count,
            forms.isLocal() && !what.equals("dates")
                ? "all are times without an offset, which are read as UTC"
                : "all are %s of one form".formatted(what)));
    return time.get();
  }

  private ValueMapping number(
      String name, String path, ValueMapping.Scalar scalar, ValueProfile values) {
    Optional<EpochNumbers.Moments> moments =
        values.number().flatMap(numbers -> EpochNumbers.of(name, numbers, exported));
    if (moments.isEmpty()) {
      return scalar;
    }
    long count = values.count(Descriptor.N);
    String why =
        moments.get().named()
            ? "all are within sane years, and the name says time"
            : "all are up to the time of the export, and not counted one by one";
    if (moments.get().mapping().isEmpty()) {
      noted.add(
          new Suggestions.Noted(
              path,
              count,
              "moments finer than a millisecond: no type gives all of them back without a copy in ddb_rescued"));
      return scalar;
    }
    ValueMapping.Scalar time = moments.get().mapping().get();
    retyped.add(new Suggestions.Retyped(path, time, count, why));
    return time;
  }

  /** Returns the first and the last moment of a column that is a time, if it is known. */
  static Optional<Map.Entry<Instant, Instant>> span(
      Column column, ValueProfile values, Optional<Instant> exported) {
    if (!(column.mapping() instanceof ValueMapping.Scalar scalar)
        || scalar.conversion() == Conversion.NONE) {
      return Optional.empty();
    }
    if (scalar.descriptor() == Descriptor.S) {
      TextForms forms = values.textForms();
      return forms.times() == 0
          ? Optional.empty()
          : Optional.of(
              Map.entry(
                  Instant.ofEpochMilli(forms.earliest()), Instant.ofEpochMilli(forms.latest())));
    }
    return values
        .number()
        .flatMap(numbers -> EpochNumbers.of(name(column), numbers, exported))
        .map(moments -> Map.entry(moments.first(), moments.last()));
  }
}
