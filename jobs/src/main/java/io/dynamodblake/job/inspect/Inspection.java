package io.dynamodblake.job.inspect;

import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.Forecast;
import io.dynamodblake.schema.MapProfile;
import io.dynamodblake.schema.Plan;
import io.dynamodblake.schema.PlanOptions;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.Rescue;
import io.dynamodblake.schema.SchemaSuggester;
import io.dynamodblake.schema.Suggestions;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.schema.ValueProfile;
import io.dynamodblake.schema.entity.EntityProposal;
import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * What {@code inspect} found out about an export; the same for every form in which it is shown.
 *
 * @param storedBytes compressed bytes of the data files, or -1 if not known
 * @param verification {@code md5}, {@code counts} or {@code none}
 * @param entities kinds of items that it seems to hold
 */
public record Inspection(
    ExportManifest export,
    long storedBytes,
    String verification,
    Profile profile,
    Plan plan,
    EntityProposal entities) {

  /**
   * One place in the items: an attribute, a map key, the elements of a list, the members of a set.
   *
   * @param attribute that it is in, or is
   * @param depth 0 for attributes
   * @param label as it is shown, such as {@code city} or {@code [ ]}
   * @param path attribute, then {@code .key}, {@code .*} for any key of an open map, {@code []} for
   *     elements and members
   * @param parents how many values it could have been in
   * @param name column or field name, if it gets one of its own
   * @param type what it becomes in the lake; empty if it only exists as part of a DynamoDB JSON
   *     text or is left out
   */
  record Place(
      String attribute,
      int depth,
      String label,
      String path,
      ValueProfile values,
      long parents,
      Optional<String> name,
      Optional<ValueMapping> type) {

    /** True for what stands in a list or set, where a share of items makes no sense. */
    boolean isElement() {
      return path.endsWith("[]");
    }

    /** Descriptors seen, most frequent first, NULL last. */
    List<Descriptor> descriptors() {
      List<Descriptor> seen = new ArrayList<>();
      for (Descriptor descriptor : Descriptor.values()) {
        if (values.count(descriptor) > 0 && descriptor != Descriptor.NULL) {
          seen.add(descriptor);
        }
      }
      seen.sort((left, right) -> Long.compare(values.count(right), values.count(left)));
      if (values.count(Descriptor.NULL) > 0) {
        seen.add(Descriptor.NULL);
      }
      return seen;
    }
  }

  /** What could be otherwise; done by nobody unasked. */
  public Suggestions suggestions() {
    return SchemaSuggester.of(
        profile, PlanOptions.of(plan.schema().table(), plan.schema().keys()), export.exportTime());
  }

  /**
   * All places in document order, attributes in that of their columns, then those without a column.
   */
  List<Place> places() {
    return places(profile, plan);
  }

  /** All places of a profile, as {@link #places()}. */
  static List<Place> places(Profile profile, Plan plan) {
    List<Place> places = new ArrayList<>();
    SortedMap<String, ValueProfile> attributes = profile.attributes();
    for (Column column : plan.schema().columns()) {
      ValueProfile values = attributes.get(column.attribute());
      if (values != null) {
        add(
            places,
            column.attribute(),
            0,
            column.attribute(),
            column.attribute(),
            values,
            profile.items(),
            Optional.of(column.name()),
            Optional.of(column.mapping()));
      }
    }
    Set<String> withColumn = new HashSet<>();
    plan.schema().columns().forEach(column -> withColumn.add(column.attribute()));
    attributes.forEach(
        (attribute, values) -> {
          if (!withColumn.contains(attribute)) {
            add(
                places,
                attribute,
                0,
                attribute,
                attribute,
                values,
                profile.items(),
                Optional.empty(),
                Optional.empty());
          }
        });
    return places;
  }

  private static void add(
      List<Place> places,
      String attribute,
      int depth,
      String label,
      String path,
      ValueProfile values,
      long parents,
      Optional<String> name,
      Optional<ValueMapping> type) {
    places.add(new Place(attribute, depth, label, path, values, parents, name, type));
    values
        .fields()
        .ifPresent(fields -> addFields(places, attribute, depth + 1, path, values, fields, type));
    Optional<ValueMapping> element =
        type.filter(ValueMapping.Sequence.class::isInstance)
            .map(mapping -> ((ValueMapping.Sequence) mapping).element());
    values
        .element()
        .filter(elements -> elements.total() > 0)
        .ifPresent(
            elements ->
                add(
                    places,
                    attribute,
                    depth + 1,
                    "[ ]",
                    path + "[]",
                    elements,
                    elements.total(),
                    Optional.empty(),
                    values.dominant().filter(Descriptor.L::equals).flatMap(list -> element)));
    values
        .member()
        .filter(members -> members.total() > 0)
        .ifPresent(
            members ->
                add(
                    places,
                    attribute,
                    depth + 1,
                    "{ }",
                    path + "[]",
                    members,
                    members.total(),
                    Optional.empty(),
                    values.dominant().filter(Descriptor::isSet).flatMap(set -> element)));
  }

  private static void addFields(
      List<Place> places,
      String attribute,
      int depth,
      String path,
      ValueProfile values,
      MapProfile fields,
      Optional<ValueMapping> type) {
    long maps = values.count(Descriptor.M);
    if (fields.isOpen()) {
      Optional<ValueMapping> value =
          type.filter(ValueMapping.OpenMap.class::isInstance)
              .map(mapping -> ((ValueMapping.OpenMap) mapping).value());
      fields
          .open()
          .ifPresent(
              any ->
                  add(
                      places,
                      attribute,
                      depth,
                      "(any key)",
                      path + ".*",
                      any,
                      any.total(),
                      Optional.empty(),
                      value));
      return;
    }
    Optional<ValueMapping.Struct> struct =
        type.filter(ValueMapping.Struct.class::isInstance).map(ValueMapping.Struct.class::cast);
    for (Map.Entry<String, ValueProfile> entry : fields.byName().entrySet()) {
      Optional<ValueMapping.Field> field =
          struct.flatMap(
              known ->
                  known.fields().stream()
                      .filter(each -> each.attribute().equals(entry.getKey()))
                      .findFirst());
      add(
          places,
          attribute,
          depth,
          entry.getKey(),
          path + "." + entry.getKey(),
          entry.getValue(),
          maps,
          field.map(ValueMapping.Field::name),
          field.map(ValueMapping.Field::mapping));
    }
  }

  /** What would be rescued, in words, such as {@code 19 of S}; empty if nothing. */
  Optional<String> rescued(Place place) {
    if (place.depth() == 0 && place.type().isEmpty()) {
      return Optional.of("all");
    }
    return plan.forecast().rescues().stream()
        .filter(rescue -> rescue.path().equals(place.path()))
        .findFirst()
        .map(Inspection::words);
  }

  static String words(Rescue rescue) {
    List<String> parts = new ArrayList<>();
    rescue
        .values()
        .forEach((descriptor, count) -> parts.add(Quantities.count(count) + " " + descriptor));
    return (rescue.exact() ? "" : "up to ") + String.join(", ", parts);
  }

  Forecast forecast() {
    return plan.forecast();
  }

  /** Returns the type in short: what is inside a struct or array has places of its own. */
  public static String shortType(ValueMapping mapping) {
    if (mapping instanceof ValueMapping.Scalar scalar) {
      return scalar.type().sql();
    }
    if (mapping instanceof ValueMapping.Sequence sequence) {
      return "array<" + shortType(sequence.element()) + ">";
    }
    if (mapping instanceof ValueMapping.OpenMap map) {
      return "map<string," + shortType(map.value()) + ">";
    }
    if (mapping instanceof ValueMapping.Struct) {
      return "struct";
    }
    return "json string";
  }
}
