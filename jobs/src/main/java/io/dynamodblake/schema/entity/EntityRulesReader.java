package io.dynamodblake.schema.entity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.PartitionField;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code entities.json}, strictly: what it does not know, nobody would obey. */
final class EntityRulesReader {
  static final String ROOT = "file";

  /** Longest document in characters, of which thousands of patterns are a part. */
  static final int MOST_DOCUMENT = 16 << 20;

  /** Longest text in it, in characters: longer than the longest key and attribute name. */
  static final int MOST_TEXT = 64 << 10;

  static final int MOST_ENTITIES = 1000;
  private static final int MOST_KEYS = 2;
  private static final int MOST_MATCHES = 100;
  private static final int MOST_VALUES = 10_000;
  private static final int MOST_COLUMNS = 100;

  private static final List<String> MEMBERS =
      List.of("format", "formatVersion", "keys", "entities", "remainder");
  private static final List<String> ENTITY_MEMBERS =
      List.of("name", "match", "partitionBy", "sortBy");
  private static final List<String> MATCH_MEMBERS = List.of("attribute", "values", "keys");

  private final Map<String, String> namesAsWritten = new LinkedHashMap<>(); // by cleaned name
  private final Set<String> keys = new HashSet<>();

  private EntityRulesReader() {}

  /** Reads a text as JSON, and no more of it than a person would write. */
  static JsonNode tree(String json) {
    if (json.length() > MOST_DOCUMENT) {
      throw new DataRefusedException(
          "Cannot read entities: the file has more than %s characters; leave some entities or values out"
              .formatted(MOST_DOCUMENT));
    }
    try {
      return JsonDocuments.parseStrictly(json);
    } catch (JsonProcessingException e) {
      String place =
          e.getLocation() == null
              ? ""
              : " at line %s, column %s"
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      throw new DataRefusedException(
          "Cannot read entities: not JSON%s; %s".formatted(place, e.getOriginalMessage()), e);
    }
  }

  static EntityRules read(String json) {
    return read(tree(json));
  }

  static EntityRules read(JsonNode tree) {
    return new EntityRulesReader().rules(new RulesPart(tree, ROOT));
  }

  private EntityRules rules(RulesPart root) {
    if (!root.node().isObject() || !EntityRulesWriter.ENVELOPE.isOf(root.node())) {
      throw root.refused(
          "\"format\" is not \"%s\"; use a file that inspect wrote, or a NoSQL Workbench model"
              .formatted(EntityRulesWriter.ENVELOPE.format()));
    }
    if (EntityRulesWriter.ENVELOPE.isOlderThan(root.node())) {
      throw root.refused(
          "\"formatVersion\" is above %s, the one this release reads; use the release that wrote it"
              .formatted(EntityRulesWriter.ENVELOPE.version()));
    }
    root.checkMembers(MEMBERS);
    List<String> keyNames = root.texts("keys", MOST_KEYS);
    for (String key : keyNames) {
      if (!keys.add(key)) {
        throw root.refused("\"keys\" has the same attribute twice; remove one of them");
      }
    }
    List<Entity> entities = new ArrayList<>();
    for (RulesPart part : root.list("entities", "entity", MOST_ENTITIES)) {
      entities.add(entity(part));
    }
    String remainder =
        name(root, root.has("remainder") ? root.text("remainder") : EntityRules.REMAINDER);
    return new EntityRules(keyNames, entities, remainder);
  }

  private Entity entity(RulesPart numbered) {
    numbered.checkObject("{\"name\": \"order\", \"match\": [ ... ]}");
    String written = numbered.text("name");
    RulesPart part = new RulesPart(numbered.node(), "entity '" + written + "'");
    part.checkMembers(ENTITY_MEMBERS);
    List<EntityMatch> matches = new ArrayList<>();
    for (RulesPart each : part.list("match", "match", MOST_MATCHES)) {
      matches.add(match(each));
    }
    if (matches.isEmpty()) {
      throw part.refused(
          "\"match\" is missing or empty, so no item would be of this kind; write"
              + " [{\"attribute\": \"...\", \"values\": [\"...\"]}] or [{\"keys\": {\"...\": \"...#{id}\"}}]");
    }
    List<String> partitionBy = part.texts("partitionBy", MOST_COLUMNS);
    for (String each : partitionBy) {
      try {
        PartitionField.parse(each);
      } catch (IllegalArgumentException e) {
        throw part.refused("\"partitionBy\": " + e.getMessage(), e);
      }
    }
    return new Entity(
        name(part, written), matches, partitionBy, part.texts("sortBy", MOST_COLUMNS));
  }

  /** The cleaned name, which nobody has had yet. */
  private String name(RulesPart part, String written) {
    String cleaned =
        EntityNames.clean(written)
            .orElseThrow(
                () ->
                    part.refused(
                        "the name '%s' cannot be that of a table in a lake; choose another, of a-z, 0-9 and _"
                            .formatted(written)));
    String other = namesAsWritten.putIfAbsent(cleaned, written);
    if (other != null) {
      throw part.refused(
          "the names '%s' and '%s' both become %s; rename one of them"
              .formatted(other, written, cleaned));
    }
    return cleaned;
  }

  private EntityMatch match(RulesPart part) {
    part.checkObject("{\"attribute\": \"...\", \"values\": [\"...\"]}");
    part.checkMembers(MATCH_MEMBERS);
    if (part.has("attribute") != part.has("values")) {
      throw part.refused("\"attribute\" and \"values\" go together; write both, or \"keys\" alone");
    }
    Optional<Marker> marker =
        part.has("attribute")
            ? Optional.of(new Marker(part.text("attribute"), values(part)))
            : Optional.empty();
    Map<String, KeyPattern> patterns = part.has("keys") ? patterns(part) : Map.of();
    if (marker.isEmpty() && patterns.isEmpty()) {
      throw part.refused(
          "it says nothing; write \"attribute\" and \"values\", or \"keys\" with a pattern");
    }
    EntityMatch match = new EntityMatch(marker, patterns);
    List<String> parts = match.parts();
    Set<String> distinct = new HashSet<>();
    for (String name : parts) {
      if (!distinct.add(name)) {
        throw part.refused(
            "two keys have a placeholder called %s; give one of them another name, or none: {}"
                .formatted(name));
      }
    }
    return match;
  }

  private static List<String> values(RulesPart part) {
    List<String> values = part.texts("values", MOST_VALUES);
    if (values.isEmpty()) {
      throw part.refused("\"values\" is empty; write the texts that the attribute has");
    }
    for (String value : values) {
      try {
        KeyPattern.bytes(value);
      } catch (CharacterCodingException e) {
        throw part.refused(
            "\"values\" holds half of a surrogate pair, which no item can; write the whole character",
            e);
      }
    }
    return values.stream().distinct().toList();
  }

  private Map<String, KeyPattern> patterns(RulesPart part) {
    JsonNode nodes = part.node().path("keys");
    if (!nodes.isObject() || nodes.isEmpty()) {
      throw part.refused(
          "\"keys\" is not an object with patterns; write \"keys\": {\"PK\": \"ORDER#{order_id}\"}");
    }
    Map<String, KeyPattern> patterns = new LinkedHashMap<>();
    for (Iterator<String> names = nodes.fieldNames(); names.hasNext(); ) {
      String attribute = names.next();
      RulesPart place = new RulesPart(nodes, "\"keys\" of " + part.place());
      if (!keys.contains(attribute)) {
        throw place.refused(
            "%s is not one of the table's keys; name it in the \"keys\" of the file, if it is one"
                .formatted(attribute));
      }
      String text = place.text(attribute);
      try {
        patterns.put(attribute, KeyPattern.parse(text));
      } catch (IllegalArgumentException e) {
        throw place.refused("pattern of %s: %s".formatted(attribute, e.getMessage()), e);
      }
    }
    return patterns;
  }
}
