package io.dynamodblake.schema;

import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a table schema would not hold of the data a profile describes. Texts that do not read as
 * timestamp or date are not foreseen: of texts the profile knows what all have in common, not how
 * many are what.
 *
 * @param rescues in the order of the columns, then by path
 * @param leftOut attributes without a column and the number of their values, NULL included; all of
 *     them are rescued
 * @param forgottenValues values of attributes that even the profile does not name; rescued too
 */
public record Forecast(
    List<Rescue> rescues, SortedMap<String, Long> leftOut, long forgottenValues) {
  public Forecast {
    rescues = List.copyOf(rescues);
    TreeMap<String, Long> copy = new TreeMap<>(ColumnNames.CODE_POINT_ORDER);
    copy.putAll(leftOut);
    leftOut = Collections.unmodifiableSortedMap(copy);
  }

  /** Returns how many values would be rescued, at most. */
  public long rescuedValues() {
    return rescues.stream().mapToLong(Rescue::total).sum()
        + leftOut.values().stream().mapToLong(Long::longValue).sum()
        + forgottenValues;
  }

  /** Returns the rescues of one column. */
  public List<Rescue> rescues(Column column) {
    return rescues.stream().filter(rescue -> rescue.column().equals(column.name())).toList();
  }

  /** Reckons what would be rescued if the profiled values were written with a schema. */
  public static Forecast of(Profile profile, TableSchema schema) {
    Set<String> held = new HashSet<>();
    schema.columns().forEach(column -> held.add(column.attribute()));
    SortedMap<String, ValueProfile> attributes = profile.attributes();
    TreeMap<String, Long> leftOut = new TreeMap<>(ColumnNames.CODE_POINT_ORDER);
    attributes.forEach(
        (attribute, values) -> {
          if (!held.contains(attribute)) {
            leftOut.put(attribute, values.total());
          }
        });
    List<Rescue> rescues = new ArrayList<>();
    for (Column column : schema.writtenColumns()) {
      ValueProfile values = Unnested.seen(attributes, column.origin()).orElse(null);
      // what is protected is never rescued
      if (values != null && column.protection() == Protection.NONE) {
        Counts counts = new Counts();
        counts.add(column.origin().joined("."), column.mapping(), values);
        counts.addTo(rescues, column.name());
      }
    }
    Counts outside = new Counts();
    Unnested.maps(schema.columns())
        .forEach(
            (map, keys) ->
                Unnested.seen(attributes, map)
                    .ifPresent(values -> outside.addMap(map.joined("."), keys, values)));
    outside.addTo(rescues, TableSchema.RESCUED);
    return new Forecast(rescues, leftOut, profile.forgottenAttributeValues());
  }

  /** What is rescued in one column, by path. */
  private static final class Counts {
    private final TreeMap<String, EnumMap<Descriptor, Long>> byPath =
        new TreeMap<>(ColumnNames.CODE_POINT_ORDER);
    private final Set<String> bounds = new HashSet<>();

    void addTo(List<Rescue> rescues, String column) {
      byPath.forEach(
          (path, count) -> rescues.add(new Rescue(column, path, count, !bounds.contains(path))));
    }

    /** An unnested map: what is no map there, and entries that no column holds. */
    void addMap(String path, Set<String> keys, ValueProfile values) {
      addOthers(path, Descriptor.M, values);
      values
          .fields()
          .ifPresent(
              fields -> {
                addOpen(path, fields);
                fields
                    .byName()
                    .forEach(
                        (key, entry) -> {
                          if (!keys.contains(key)) {
                            addAll(path + "." + key, entry);
                          }
                        });
              });
    }

    void add(String path, ValueMapping mapping, ValueProfile values) {
      if (mapping instanceof ValueMapping.DynamoJson) {
        return;
      }
      addOthers(path, mapping.descriptor(), values);
      addFitting(path, mapping, values);
    }

    private void addOthers(String path, Descriptor fitting, ValueProfile values) {
      for (Descriptor descriptor : Descriptor.values()) {
        if (descriptor != fitting && descriptor != Descriptor.NULL) {
          count(path, descriptor, values.count(descriptor));
        }
      }
    }

    private void addAll(String path, ValueProfile values) {
      for (Descriptor descriptor : Descriptor.values()) {
        count(path, descriptor, values.count(descriptor));
      }
    }

    private void addOpen(String path, MapProfile fields) {
      fields
          .open()
          .ifPresent(
              values -> {
                addOthers(path + ".*", Descriptor.NULL, values);
                bounds.add(path + ".*");
              });
    }

    /** The parts of those values that have the mapping's own descriptor. */
    private void addFitting(String path, ValueMapping mapping, ValueProfile values) {
      if (mapping instanceof ValueMapping.Scalar scalar) {
        addNumbers(path, scalar, values);
      } else if (mapping instanceof ValueMapping.Sequence sequence
          && values.count(sequence.descriptor()) > 0) {
        if (sequence.descriptor() == Descriptor.L) {
          values.element().ifPresent(element -> add(path + "[]", sequence.element(), element));
        } else if (sequence.element() instanceof ValueMapping.Scalar scalar) {
          // members of other kinds of sets are rescued with their set
          values.member().ifPresent(member -> addNumbers(path + "[]", scalar, member));
        }
      } else if (mapping instanceof ValueMapping.Struct struct && !struct.isText()) {
        values.fields().ifPresent(fields -> addFields(path, struct, fields));
      } else if (mapping instanceof ValueMapping.OpenMap map) {
        values.fields().ifPresent(fields -> addValues(path + ".*", map.value(), fields));
      }
    }

    private void addNumbers(String path, ValueMapping.Scalar scalar, ValueProfile values) {
      if (scalar.descriptor() != Descriptor.N || scalar.conversion() != Conversion.NONE) {
        return;
      }
      values
          .number()
          .filter(numbers -> !numbers.surelyFit(scalar.type()))
          .ifPresent(
              numbers -> {
                count(path, Descriptor.N, numbers.count());
                bounds.add(path);
              });
    }

    private void addFields(String path, ValueMapping.Struct struct, MapProfile fields) {
      addOpen(path, fields);
      Map<String, ValueMapping> known = new HashMap<>();
      struct.fields().forEach(field -> known.put(field.attribute(), field.mapping()));
      fields
          .byName()
          .forEach(
              (key, values) -> {
                String place = path + "." + key;
                if (known.containsKey(key)) {
                  add(place, known.get(key), values);
                } else {
                  addAll(place, values);
                }
              });
    }

    private void addValues(String path, ValueMapping value, MapProfile fields) {
      fields.open().ifPresent(values -> add(path, value, values));
      fields.byName().values().forEach(values -> add(path, value, values));
    }

    private void count(String path, Descriptor descriptor, long values) {
      if (values > 0) {
        byPath
            .computeIfAbsent(path, key -> new EnumMap<>(Descriptor.class))
            .merge(descriptor, values, Long::sum);
      }
    }
  }
}
