package io.dynamodblake.schema.entity;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.schema.DataRefusedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rules made from the facets of a model that NoSQL Workbench has exported. A facet has a name, what
 * its keys are called and some items as samples, but nothing that says which keys are of it. So the
 * patterns come from how the keys are called, where that looks like a template such as {@code
 * ORDER#<id>}, and else from what the samples have in common.
 */
final class WorkbenchModel {
  static final String TABLES = "DataModel";

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$?\\{([^{}]*)}|<([^<>]*)>");
  private static final int MOST_SAMPLES = 1000;

  private final List<String> notes = new ArrayList<>();
  private final JsonNode table;
  private final List<String> keys = new ArrayList<>();

  private WorkbenchModel(JsonNode table) {
    this.table = table;
  }

  /** A facet that can be told by its keys. */
  private record Facet(String name, Map<String, KeyPattern> patterns, JsonNode samples) {
    /** Bytes of text that a key must have: the more, the fewer keys fit. */
    int strictness() {
      return patterns.values().stream().mapToInt(KeyPattern::literalBytes).sum();
    }
  }

  static EntityFile read(JsonNode tree, String table) {
    List<JsonNode> tables = new ArrayList<>();
    for (JsonNode each : tree.path(TABLES)) {
      if (each.path("TableFacets").size() > 0) {
        tables.add(each);
      }
    }
    if (tables.isEmpty()) {
      throw refused(
          "no table of it has facets; add them in Workbench, or write the rules as inspect does with --entities-out");
    }
    List<JsonNode> named =
        tables.size() == 1
            ? tables
            : tables.stream()
                .filter(each -> each.path("TableName").asText().equals(table))
                .toList();
    if (named.size() != 1) {
      throw refused(
          "%s tables of it have facets, and none or several of them the name of this one; leave the others out"
              .formatted(tables.size()));
    }
    return new WorkbenchModel(named.get(0)).read();
  }

  private EntityFile read() {
    for (String member : List.of("PartitionKey", "SortKey")) {
      JsonNode name = table.path("KeyAttributes").path(member).path("AttributeName");
      if (name.isTextual()) {
        keys.add(name.textValue());
      }
    }
    if (keys.isEmpty()) {
      throw refused("\"KeyAttributes\" of the table names no partition key; export the model anew");
    }
    List<Facet> facets = new ArrayList<>();
    for (JsonNode each : table.path("TableFacets")) {
      facet(each).ifPresent(facets::add);
    }
    if (facets.isEmpty()) {
      throw refused(
          "none of its facets has sample items, or keys that are called like ORDER#<id>; add one of both in Workbench");
    }
    if (facets.size() > EntityRulesReader.MOST_ENTITIES) {
      throw refused(
          "more than %s facets; leave some out".formatted(EntityRulesReader.MOST_ENTITIES));
    }
    facets.sort(Comparator.comparing(Facet::strictness).reversed());
    notes.add(
        0,
        "The entities are the %s facets of a NoSQL Workbench model; their patterns are read from its samples and what it calls the keys"
            .formatted(facets.size()));
    Optional<String> marker = marker(facets);
    Map<String, String> namesAsWritten = new LinkedHashMap<>();
    List<Entity> entities = new ArrayList<>();
    for (Facet facet : facets) {
      List<EntityMatch> match = new ArrayList<>();
      marker.ifPresent(
          attribute ->
              match.add(EntityMatch.ofMarker(attribute, texts(facet.samples(), attribute))));
      match.add(EntityMatch.ofKeys(facet.patterns()));
      entities.add(new Entity(name(facet.name(), namesAsWritten), match, List.of(), List.of()));
    }
    String remainder =
        namesAsWritten.containsKey(EntityRules.REMAINDER) ? "remainder" : EntityRules.REMAINDER;
    EntityRules rules = new EntityRules(keys, entities, remainder);
    return new EntityFile(EntityRules.fromJson(rules.toJson()), notes); // checked as any other
  }

  private static String name(String written, Map<String, String> namesAsWritten) {
    String cleaned =
        EntityNames.clean(written)
            .orElseThrow(
                () ->
                    refused(
                        "facet '%s' has no name that a table in a lake can have; rename it"
                            .formatted(written)));
    String other = namesAsWritten.putIfAbsent(cleaned, written);
    if (other != null) {
      throw refused(
          "facets '%s' and '%s' both become %s; rename one of them"
              .formatted(other, written, cleaned));
    }
    return cleaned;
  }

  private Optional<Facet> facet(JsonNode node) {
    String name = node.path("FacetName").asText();
    Map<String, KeyPattern> patterns = new LinkedHashMap<>();
    Set<String> partsSoFar = new HashSet<>();
    for (int i = 0; i < keys.size(); i++) {
      String alias =
          node.path("KeyAttributeAlias")
              .path(i == 0 ? "PartitionKeyAlias" : "SortKeyAlias")
              .asText();
      Optional<KeyPattern> pattern =
          PLACEHOLDER.matcher(alias).find()
              ? Optional.of(template(name, alias, partsSoFar))
              : common(texts(node.path("TableData"), keys.get(i)))
                  .map(each -> named(each, alias, partsSoFar));
      if (pattern.isEmpty()) {
        break;
      }
      patterns.put(keys.get(i), pattern.get());
    }
    boolean told =
        patterns.size() == keys.size()
            && !patterns.values().stream().allMatch(KeyPattern::isAnything);
    if (!told) {
      notes.add(
          "Facet '%s' is left out: it has no sample items by which its keys could be told, and its keys are not called like ORDER#<id>"
              .formatted(name));
      return Optional.empty();
    }
    return Optional.of(new Facet(name, patterns, node.path("TableData")));
  }

  /** The pattern that a person wrote as the name of a key. */
  private static KeyPattern template(String facet, String alias, Set<String> partsSoFar) {
    StringBuilder pattern = new StringBuilder();
    Matcher matcher = PLACEHOLDER.matcher(alias);
    int end = 0;
    while (matcher.find()) {
      String part = matcher.group(1) == null ? matcher.group(2).strip() : matcher.group(1).strip();
      pattern.append(KeyPattern.escape(alias.substring(end, matcher.start())));
      pattern.append('{').append(partsSoFar.add(part) ? part : "").append('}');
      end = matcher.end();
    }
    pattern.append(KeyPattern.escape(alias.substring(end)));
    try {
      return KeyPattern.parse(pattern.toString());
    } catch (IllegalArgumentException e) {
      throw new DataRefusedException(
          "Cannot read entities: NoSQL Workbench model: what facet '%s' calls its keys: %s"
              .formatted(facet, e.getMessage()),
          e);
    }
  }

  /** Gives the only placeholder of a pattern the name of the key, where that is one. */
  private KeyPattern named(KeyPattern pattern, String alias, Set<String> partsSoFar) {
    boolean says = !alias.isBlank() && !keys.contains(alias) && !alias.matches(".*[{}].*");
    return says && pattern.names().size() == 1 && partsSoFar.add(alias.strip())
        ? KeyPattern.parse(pattern.text().replace("{}", "{" + alias.strip() + "}"))
        : pattern;
  }

  /** The distinct texts that samples have in an attribute; none of other types. */
  private static List<String> texts(JsonNode samples, String attribute) {
    Set<String> texts = new LinkedHashSet<>();
    int read = 0;
    for (JsonNode sample : samples) {
      JsonNode text = sample.path(attribute).path("S");
      if (++read > MOST_SAMPLES) {
        break;
      }
      if (text.isTextual() && !text.textValue().isEmpty()) {
        texts.add(text.textValue());
      }
    }
    return List.copyOf(texts);
  }

  /** What keys have in common: a pattern that all of them fit. */
  private static Optional<KeyPattern> common(List<String> texts) {
    if (texts.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(KeyShapes.common(texts.stream().map(WorkbenchModel::utf8).toList()));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** An attribute that tells the facets apart: every sample has it, and no two facets a value. */
  private static Optional<String> marker(List<Facet> facets) {
    for (String attribute : KnownMarkers.NAMES) {
      Set<String> values = new HashSet<>();
      boolean tells = true;
      for (Facet facet : facets) {
        int having = 0;
        for (JsonNode sample : facet.samples()) {
          having += sample.path(attribute).path("S").isTextual() ? 1 : 0;
        }
        List<String> ofFacet = texts(facet.samples(), attribute);
        tells &=
            having > 0
                && having == facet.samples().size()
                && ofFacet.stream().allMatch(values::add);
      }
      if (tells) {
        return Optional.of(attribute);
      }
    }
    return Optional.empty();
  }

  private static DataRefusedException refused(String reason) {
    return new DataRefusedException("Cannot read entities: NoSQL Workbench model: " + reason);
  }
}
