package io.dynamodblake.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds structs whose maps have more keys now than a struct has fields. A struct stays one, because
 * queries read its fields, so that new keys are rescued in every run until somebody edits the
 * schema.
 */
final class OutgrownStructs {
  private final List<String> notes = new ArrayList<>();

  private OutgrownStructs() {}

  /**
   * One sentence for each, with the edit that ends it.
   *
   * @param attributes what was seen, by attribute
   */
  static List<String> notes(TableSchema schema, Map<String, ValueProfile> attributes) {
    OutgrownStructs found = new OutgrownStructs();
    for (Column column : schema.writtenColumns()) {
      ValueProfile values = Unnested.seen(attributes, column.origin()).orElse(null);
      if (values != null && column.protection() == Protection.NONE) {
        found.look("column '" + column.name() + "'", column.mapping(), values, 1);
      }
    }
    Unnested.maps(schema.columns())
        .forEach(
            (map, keys) ->
                Unnested.seen(attributes, map)
                    .flatMap(ValueProfile::fields)
                    .ifPresent(fields -> found.look(map, keys, fields)));
    return found.notes;
  }

  private void look(String place, ValueMapping mapping, ValueProfile values, int depth) {
    if (mapping instanceof ValueMapping.Struct struct && !struct.isText()) {
      values.fields().ifPresent(fields -> look(place, struct, fields, depth));
    } else if (mapping instanceof ValueMapping.Sequence sequence) {
      values
          .element()
          .ifPresent(
              element -> look("element of " + place, sequence.element(), element, depth + 1));
    } else if (mapping instanceof ValueMapping.OpenMap map) {
      values
          .fields()
          .flatMap(MapProfile::open)
          .ifPresent(value -> look("value of " + place, map.value(), value, depth + 1));
    }
  }

  private void look(String place, ValueMapping.Struct struct, MapProfile fields, int depth) {
    if (isOutgrown(struct, fields)) {
      ValueMapping.OpenMap map =
          new ValueMapping.OpenMap(SchemaPlanner.agreed(fields.merged(), depth + 1));
      notes.add(
          "The map of "
              + place
              + " has more than "
              + fields.maxFields()
              + " keys, so new ones have no field and are rescued in every run; to end that, replace"
              + " \"type\": \"struct\" and its \"fields\" by "
              + members(map)
              + " in the table's _dynamodb/schema.json: the next run writes a map, and queries use"
              + " element_at instead of a dot");
      return;
    }
    Map<String, ValueProfile> values = fields.byName();
    for (ValueMapping.Field field : struct.fields()) {
      ValueProfile seen = values.get(field.attribute());
      if (seen != null) {
        look("field '" + field.name() + "' of " + place, field.mapping(), seen, depth + 1);
      }
    }
  }

  private void look(Origin map, Set<String> keys, MapProfile fields) {
    boolean full = keys.size() >= fields.maxFields() && !keys.containsAll(fields.byName().keySet());
    if (fields.isOpen() || full) {
      notes.add(
          "The unnested map "
              + map.path()
              + " has more than "
              + fields.maxFields()
              + " keys, so new ones have no column and are rescued in every run; to end that, flatten"
              + " into another folder without unnesting, or with a schema.json in which one column of"
              + " type map holds the map");
    }
  }

  private static boolean isOutgrown(ValueMapping.Struct struct, MapProfile fields) {
    Set<String> known =
        struct.fields().stream().map(ValueMapping.Field::attribute).collect(Collectors.toSet());
    return fields.isOpen() || !known.containsAll(fields.byName().keySet());
  }

  /** What to write, without the braces and the descriptor, which stays. */
  private static String members(ValueMapping.OpenMap map) {
    return "\"type\": \"map\", \"value\": " + TableSchemaJson.mappingToJson(map.value());
  }
}
