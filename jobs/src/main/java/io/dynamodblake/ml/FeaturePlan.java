package io.dynamodblake.ml;

import io.dynamodblake.conf.Suggestion;
import io.dynamodblake.conf.TrainingKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.functions;

/**
 * Which features a table has, by its schema alone, and why other places are none. A struct's fields
 * become columns, {@code a.b} is {@code a__b}; of a list or set its length is {@code a__len}, of a
 * map with open keys its size {@code a__size} and the keys that were asked for {@code a__key}.
 *
 * @param features in the order of the schema
 * @param unused places that are no features
 * @param chosen whether the user has named each of them
 */
record FeaturePlan(List<Feature> features, List<Unused> unused, boolean chosen) {
  private static final String JOINT = "__";
  private static final String KEY = "key of the table";

  /**
   * A place that is no feature.
   *
   * @param name what it would be called
   * @param from the place in the lake table
   * @param reason why it is none
   */
  record Unused(String name, String from, String reason) {}

  /** Makes the plan. */
  static FeaturePlan of(TableSchema schema, TrainingOptions options, boolean agesKnown) {
    return new Maker(schema, options, agesKnown).plan();
  }

  /** Collects places. */
  private static final class Maker {
    private final TableSchema schema;
    private final TrainingOptions options;
    private final boolean agesKnown;
    private final Map<String, Feature> features = new LinkedHashMap<>();
    private final List<Unused> unused = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Set<String> mapKeysLeft;

    Maker(TableSchema schema, TrainingOptions options, boolean agesKnown) {
      this.schema = schema;
      this.options = options;
      this.agesKnown = agesKnown;
      this.mapKeysLeft = new LinkedHashSet<>(options.columns().mapKeys());
    }

    FeaturePlan plan() {
      schema.writtenColumns().forEach(column -> add(LakePlace.of(column), column.name()));
      schema.columns().stream()
          .filter(Column::dropped)
          .forEach(
              column -> unused.add(new Unused(column.name(), column.name(), "not in the lake")));
      if (!mapKeysLeft.isEmpty()) {
        throw new UsageException(
            "Cannot use %s '%s': there is no map with open keys of that name; inspect shows which maps are"
                .formatted(
                    TrainingOptions.WORDS.of(TrainingKeys.MAP_KEYS),
                    mapKeysLeft.iterator().next()));
      }
      excludeLabel();
      exclude();
      carry();
      return choose();
    }

    private void add(LakePlace place, String name) {
      if (place.isProtected()) {
        unused.add(
            new Unused(name, place.path(), "protected: " + place.column().protection().key()));
      } else if (place.mapping() instanceof ValueMapping.Struct struct) {
        struct.fields().forEach(field -> add(place.field(field), name + JOINT + field.name()));
      } else if (place.mapping() instanceof ValueMapping.Sequence) {
        org.apache.spark.sql.Column length =
            functions.when(place.value().isNotNull(), functions.size(place.value()));
        feature(name + "__len", place, "length", Feature.Kind.INTEGER, length.cast("bigint"));
      } else if (place.mapping() instanceof ValueMapping.OpenMap map) {
        org.apache.spark.sql.Column size =
            functions.when(place.value().isNotNull(), functions.size(place.value()));
        feature(name + "__size", place, "size", Feature.Kind.INTEGER, size.cast("bigint"));
        mapKeys(place, name, map);
      } else if (place.mapping() instanceof ValueMapping.Scalar scalar) {
        scalar(place, name, scalar);
      } else {
        unused.add(
            new Unused(name, place.path(), "values of several types, kept as DynamoDB JSON"));
      }
    }

    private void mapKeys(LakePlace place, String name, ValueMapping.OpenMap map) {
      String prefix = place.path() + ".";
      for (String wanted : List.copyOf(mapKeysLeft)) {
        if (wanted.startsWith(prefix)) {
          mapKeysLeft.remove(wanted);
          String key = wanted.substring(prefix.length());
          String cleaned = key.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
          add(
              new LakePlace(
                  place.column(),
                  wanted,
                  map.value(),
                  functions.element_at(place.value(), functions.lit(key))),
              name + JOINT + cleaned);
        }
      }
    }

    private void scalar(LakePlace place, String name, ValueMapping.Scalar scalar) {
      String type = scalar.type().sql();
      org.apache.spark.sql.Column value = place.value();
      if (isKey(place)) {
        unused.add(new Unused(name, place.path(), KEY));
      }
      switch (scalar.type().kind()) {
        case BIGINT, INT -> feature(name, place, type, Feature.Kind.INTEGER, value.cast("bigint"));
        case DOUBLE -> feature(name, place, type, Feature.Kind.DOUBLE, value);
        case DECIMAL -> feature(name, place, type, Feature.Kind.DECIMAL, value);
        case BOOLEAN -> feature(name, place, type, Feature.Kind.FLAG, value);
        case DATE, TIMESTAMP -> {
          if (agesKnown) {
            feature(name + "__age", place, type, Feature.Kind.AGE, place.micros());
          } else {
            unused.add(new Unused(name, place.path(), "a time, and nobody knows the row's own"));
          }
        }
        case BINARY -> unused.add(new Unused(name, place.path(), "binary"));
        case STRING -> {
          if (scalar.descriptor() == Descriptor.NULL) {
            unused.add(new Unused(name, place.path(), "only ever NULL"));
          } else {
            feature(
                name,
                place,
                type,
                scalar.descriptor() == Descriptor.N ? Feature.Kind.DIGITS : Feature.Kind.CATEGORY,
                value);
          }
        }
      }
    }

    private void feature(
        String wanted,
        LakePlace place,
        String type,
        Feature.Kind kind,
        org.apache.spark.sql.Column image) {
      String name = wanted;
      for (int number = 2; !names.add(name); number++) {
        name = wanted + "_" + number;
      }
      features.put(name, new Feature(name, place.column().name(), place.path(), type, kind, image));
    }

    private boolean isKey(LakePlace place) {
      return schema.keys().stream().map(KeyAttribute::attribute).anyMatch(place.column()::isOf);
    }

    /** The label in whatever form it would come in again. */
    private void excludeLabel() {
      String label = options.labels().column();
      List<Feature> same =
          features.values().stream()
              .filter(
                  feature ->
                      options.labels().place().isPresent()
                          ? feature.name().equalsIgnoreCase(label)
                              || feature.source().equalsIgnoreCase(label)
                          : isLabel(feature))
              .toList();
      for (Feature feature : same) {
        if (options.columns().features().contains(feature.name())) {
          throw new UsageException(
              "Cannot use the feature '%s': it is the label itself; take it out of %s"
                  .formatted(feature.name(), TrainingOptions.WORDS.of(TrainingKeys.FEATURES)));
        }
        remove(feature, "the label");
      }
    }

    private boolean isLabel(Feature feature) {
      LakePlace label =
          LakePlace.find(
              schema, options.labels().column(), TrainingOptions.WORDS.of(TrainingKeys.LABEL));
      return feature.from().equals(label.path());
    }

    private void exclude() {
      for (String name : options.columns().exclude()) {
        List<Feature> found =
            features.values().stream()
                .filter(
                    feature ->
                        feature.name().equals(name)
                            || feature.source().equals(name)
                            || feature.from().equals(name))
                .toList();
        boolean known =
            !found.isEmpty()
                || unused.stream()
                    .anyMatch(place -> place.name().equals(name) || place.from().equals(name));
        if (!known) {
          throw noSuch(TrainingOptions.WORDS.of(TrainingKeys.EXCLUDE), name);
        }
        found.forEach(feature -> remove(feature, "excluded"));
      }
    }

    /** What rows are found again by is not learned from. */
    private void carry() {
      for (String wanted : options.columns().carried()) {
        features.values().stream()
            .filter(
                feature ->
                    feature.from().equals(wanted)
                        && !options.columns().features().contains(feature.name()))
            .toList()
            .forEach(feature -> remove(feature, "carried"));
      }
    }

    private FeaturePlan choose() {
      List<String> wanted = options.columns().features();
      if (wanted.isEmpty()) {
        // keys are remembered, not learned from
        features.values().stream()
            .filter(
                feature ->
                    unused.stream()
                        .anyMatch(
                            place ->
                                place.name().equals(feature.name()) && place.reason().equals(KEY)))
            .toList()
            .forEach(feature -> features.remove(feature.name()));
        return new FeaturePlan(List.copyOf(features.values()), List.copyOf(unused), false);
      }
      unused.removeIf(place -> wanted.contains(place.name()) && features.containsKey(place.name()));
      List<Feature> chosen = new ArrayList<>();
      for (String name : wanted) {
        Feature feature = features.remove(name);
        if (feature == null) {
          throw noSuch(TrainingOptions.WORDS.of(TrainingKeys.FEATURES), name);
        }
        chosen.add(feature);
      }
      features
          .values()
          .forEach(
              feature -> {
                if (unused.stream().noneMatch(place -> place.name().equals(feature.name()))) {
                  unused.add(new Unused(feature.name(), feature.from(), "not chosen"));
                }
              });
      return new FeaturePlan(List.copyOf(chosen), List.copyOf(unused), true);
    }

    private UsageException noSuch(String option, String name) {
      String reason =
          unused.stream()
              .filter(place -> place.name().equals(name) || place.from().equals(name))
              .findFirst()
              .map(place -> "it is no feature: " + place.reason())
              .orElseGet(
                  () ->
                      "there is no such feature"
                          + Suggestion.nearest(
                                  name,
                                  Stream.concat(
                                          features.keySet().stream(),
                                          unused.stream().map(Unused::name))
                                      .toList())
                              .map("; did you mean '%s'?"::formatted)
                              .orElse("; a struct's field a.b is a__b, a list's length a__len"));
      return new UsageException("Cannot use %s '%s': %s".formatted(option, name, reason));
    }

    private void remove(Feature feature, String reason) {
      features.remove(feature.name());
      if (unused.stream().noneMatch(place -> place.name().equals(feature.name()))) {
        unused.add(new Unused(feature.name(), feature.from(), reason));
      }
    }
  }
}
