package io.dynamodblake.export;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The key attributes that a manifest names in {@code tableKeySchema}: as {@code KeySchema} of
 * DynamoDB's own API, types beside the names or in {@code attributeDefinitions}, in capitals or
 * not. DynamoDB's own manifests say nothing of keys.
 */
final class ManifestTableKeys {
  static final String FIELD = "tableKeySchema";
  private static final List<String> DEFINITIONS =
      List.of("attributeDefinitions", "tableAttributeDefinitions");
  private static final int MOST_KEYS = 2;

  private ManifestTableKeys() {}

  /**
   * Keys such as {@code pk:S}, the partition key first; empty if the manifest has none, or none
   * that can be used, which is noted.
   */
  static List<String> of(JsonNode summary, List<String> notes) {
    JsonNode schema = summary.path(FIELD);
    if (schema.isMissingNode() || schema.isNull()) {
      return List.of();
    }
    Map<String, Descriptor> types = new HashMap<>();
    for (String field : DEFINITIONS) {
      for (JsonNode definition : field(summary, field)) {
        type(definition).ifPresent(type -> types.put(name(definition), type));
      }
    }
    List<String> keys = new ArrayList<>();
    boolean sortKeyFirst = false;
    for (JsonNode element : schema) {
      String name = name(element);
      Optional<Descriptor> type =
          type(element)
              .or(() -> Optional.ofNullable(types.get(name)))
              .filter(ManifestTableKeys::ofKey);
      if (name.isEmpty() || type.isEmpty()) {
        notes.add(
            "The manifest's "
                + FIELD
                + " does not say name and type (S, N or B) of each key and was passed over");
        return List.of();
      }
      sortKeyFirst |=
          keys.isEmpty() && field(element, "keyType").asText().equalsIgnoreCase("RANGE");
      keys.add(name + ":" + type.get());
    }
    if (keys.isEmpty() || keys.size() > MOST_KEYS) {
      notes.add("The manifest's " + FIELD + " does not name one or two keys and was passed over");
      return List.of();
    }
    if (sortKeyFirst) {
      Collections.reverse(keys);
    }
    return keys;
  }

  private static boolean ofKey(Descriptor type) {
    return type == Descriptor.S || type == Descriptor.N || type == Descriptor.B;
  }

  private static String name(JsonNode element) {
    return field(element, "attributeName").asText();
  }

  private static Optional<Descriptor> type(JsonNode element) {
    return Descriptor.ofTag(field(element, "attributeType").asText());
  }

  /** A field as SDKs write it, or as the API does. */
  private static JsonNode field(JsonNode node, String name) {
    JsonNode field = node.path(name);
    return field.isMissingNode()
        ? node.path(Character.toUpperCase(name.charAt(0)) + name.substring(1))
        : field;
  }
}
