package io.dynamodblake.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Structs whose fields are columns of their own: taken apart, and found again. */
final class Unnested {
  private Unnested() {}

  /** What becomes of a mapping: its own column, or one for each field that is within reach. */
  static Map<Origin, ValueMapping> columns(
      Origin origin, ValueMapping mapping, Unnesting unnesting) {
    Map<Origin, ValueMapping> columns = new LinkedHashMap<>();
    add(origin, mapping, unnesting, columns);
    return columns;
  }

  private static void add(
      Origin origin, ValueMapping mapping, Unnesting unnesting, Map<Origin, ValueMapping> columns) {
    if (mapping instanceof ValueMapping.Struct struct
        && !struct.isText()
        && unnesting.reaches(origin)) {
      for (ValueMapping.Field field : struct.fields()) {
        add(origin.entry(field.attribute()), field.mapping(), unnesting, columns);
      }
    } else {
      columns.put(origin, mapping);
    }
  }

  /** What was seen at a place; empty if nothing was. */
  static Optional<ValueProfile> seen(Map<String, ValueProfile> attributes, Origin origin) {
    Optional<ValueProfile> values = Optional.ofNullable(attributes.get(origin.attribute()));
    for (String key : origin.inside()) {
      values =
          values
              .flatMap(ValueProfile::fields)
              .flatMap(fields -> Optional.ofNullable(fields.byName().get(key)));
    }
    return values;
  }

  /** The maps whose entries are columns, each with the keys that are one or lead to some. */
  static Map<Origin, Set<String>> maps(Collection<Column> columns) {
    Map<Origin, Set<String>> maps = new LinkedHashMap<>();
    for (Column column : columns) {
      List<Origin> around = column.origin().around();
      for (int depth = 0; depth < around.size(); depth++) {
        maps.computeIfAbsent(around.get(depth), map -> new LinkedHashSet<>())
            .add(column.inside().get(depth));
      }
    }
    return maps;
  }

  /** The struct that a map would be as a column. */
  static ValueMapping struct(
      Origin map, Map<Origin, Set<String>> maps, Map<Origin, ValueMapping> columns) {
    List<ValueMapping.Field> fields = new ArrayList<>();
    for (String key : maps.get(map)) {
      Origin entry = map.entry(key);
      ValueMapping own =
          maps.containsKey(entry) ? struct(entry, maps, columns) : columns.get(entry);
      fields.add(new ValueMapping.Field(key, key, own));
    }
    return new ValueMapping.Struct(fields);
  }

  /**
   * Finds values that two columns would hold.
   *
   * @return the one that holds all of a map of which another one holds a part
   */
  static Optional<Column> overlapping(List<Column> columns) {
    Set<Origin> maps = new HashSet<>();
    columns.forEach(column -> maps.addAll(column.origin().around()));
    return columns.stream().filter(column -> maps.contains(column.origin())).findFirst();
  }

  /** The columns that hold parts of a place. */
  static List<String> inside(List<Column> columns, Origin map) {
    List<String> names = new ArrayList<>();
    for (Column column : columns) {
      if (column.origin().around().contains(map)) {
        names.add(column.name());
      }
    }
    return names;
  }
}
