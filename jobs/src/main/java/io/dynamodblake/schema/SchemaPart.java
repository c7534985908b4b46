package io.dynamodblake.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.type.Descriptor;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * A part of a {@code schema.json} that is being read.
 *
 * @param place how messages call it, such as {@code field 'a' of column 'b'}
 */
record SchemaPart(JsonNode node, String place) {
  private static final List<String> OF_SOME_TYPES =
      List.of("from", "format", "offset", "element", "fields", "value");

  /**
   * One of a list of parts. It is called by its name, or by its number if it has none.
   *
   * @param kind such as {@code column}
   * @param index from 0
   * @param rest what follows the name in messages; empty for nothing
   * @throws DataRefusedException if it is not an object
   */
  static SchemaPart listed(JsonNode node, String kind, int index, String rest) {
    SchemaPart numbered = new SchemaPart(node, kind + " " + (index + 1) + rest);
    if (!node.isObject()) {
      throw numbered.refused("not an object");
    }
    return node.path("name").isTextual()
        ? new SchemaPart(node, kind + " '" + node.get("name").textValue() + "'" + rest)
        : numbered;
  }

  boolean has(String member) {
    return node.has(member);
  }

  JsonNode path(String member) {
    return node.path(member);
  }

  String text(String member) {
    JsonNode value = node.path(member);
    if (!value.isTextual()) {
      throw refused(
          "\"%s\" is %s; write \"%s\": \"...\""
              .formatted(member, value.isMissingNode() ? "missing" : "not a text", member));
    }
    return value.textValue();
  }

  /** The name of a column or field, which becomes one in Parquet and Athena. */
  String name() {
    String name = text("name");
    if (!ColumnNames.isLegal(name)) {
      throw refused(
          "the name is not made of a-z, 0-9 and _ alone, does not start with a letter or _, or is longer than %s; use such as %s"
              .formatted(ColumnNames.MOST_LENGTH, ColumnNames.clean(name)));
    }
    return name;
  }

  Descriptor descriptor() {
    String tag = text("descriptor");
    return Descriptor.ofTag(tag)
        .orElseThrow(
            () ->
                refused(
                    "unknown descriptor \"%s\"; one of %s"
                        .formatted(tag, Arrays.toString(Descriptor.values()))));
  }

  /** Refuses members that nobody would read. */
  void checkMembers(List<String> known) {
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        throw refused(
            name.equals("drop") || name.equals("protect")
                ? "\"%s\" is for whole columns only; put it on the column".formatted(name)
                : "unknown member \"%s\"; known are %s".formatted(name, String.join(", ", known)));
      }
    }
  }

  /**
   * Refuses the members that belong to another type.
   *
   * @param members those that belong to this type
   */
  void checkOnly(String... members) {
    for (String other : OF_SOME_TYPES) {
      if (node.has(other) && !List.of(members).contains(other)) {
        throw refused(
            "\"%s\" does not go with type %s; remove it or change the type"
                .formatted(other, node.path("type").asText()));
      }
    }
  }

  DataRefusedException refused(String reason) {
    return new DataRefusedException(message(reason));
  }

  DataRefusedException refused(String reason, Throwable cause) {
    return new DataRefusedException(message(reason), cause);
  }

  private String message(String reason) {
    return "Cannot read schema: " + place + ": " + reason;
  }
}
