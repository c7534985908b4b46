package io.dynamodblake.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code schema.json}, as strictly as it is written. */
final class SchemaReader {
  private static final List<String> MEMBERS =
      List.of(
          "$schema", "format", "version", "table", "hashKey", "unnest", "keys", "columns",
          "derived");
  private static final List<String> UNNEST_MEMBERS = List.of("depth", "separator");
  private static final List<String> DERIVED_MEMBERS = List.of("name", "part", "of");
  private static final List<String> KEY_MEMBERS = List.of("attribute", "descriptor");

  private SchemaReader() {}

  static TableSchema schema(String json) {
    SchemaPart root = new SchemaPart(tree(json), "schema");
    if (!root.node().isObject() || !TableSchemaJson.FORMAT.equals(root.path("format").asText())) {
      throw root.refused(
          "\"format\" is not \"%s\"; use a schema.json that inspect or flatten wrote"
              .formatted(TableSchemaJson.FORMAT));
    }
    JsonNode version = root.path("version");
    if (!version.isInt() || version.intValue() != TableSchemaJson.VERSION) {
      throw root.refused(
          "\"version\" is not %s, the one this release reads; write the schema anew with it"
              .formatted(TableSchemaJson.VERSION));
    }
    root.checkMembers(MEMBERS);
    List<KeyAttribute> keys = keys(root);
    List<Column> columns = columns(root);
    String hashKey = root.has("hashKey") ? root.text("hashKey") : "";
    for (Column column : columns) {
      if (!column.inside().isEmpty()
          && keys.stream().anyMatch(key -> key.attribute().equals(column.attribute()))) {
        throw root.refused(
            "column '%s' is inside of a key, which is no map; leave \"inside\" out"
                .formatted(column.name()));
      }
    }
    return new TableSchema(
        root.text("table"), keys, columns, hashKey, derived(root, columns), unnesting(root));
  }

  private static Unnesting unnesting(SchemaPart root) {
    if (!root.has("unnest")) {
      return Unnesting.NONE;
    }
    SchemaPart part = new SchemaPart(root.path("unnest"), "unnest");
    if (!part.node().isObject()) {
      throw part.refused("not an object with depth and separator");
    }
    part.checkMembers(UNNEST_MEMBERS);
    JsonNode depth = part.path("depth");
    if (!depth.isInt() || depth.intValue() < 1) {
      throw part.refused(
          "\"depth\" is not a whole number of at least 1; leave unnest out if structs are to stay");
    }
    try {
      return new Unnesting(
          depth.intValue(),
          part.has("separator") ? part.text("separator") : Unnesting.DEFAULT_SEPARATOR);
    } catch (IllegalArgumentException e) {
      throw part.refused(e.getMessage(), e);
    }
  }

  private static List<DerivedColumn> derived(SchemaPart root, List<Column> columns) {
    Set<String> names = new HashSet<>(ColumnNames.RESERVED);
    columns.stream()
        .filter(column -> !column.dropped())
        .forEach(column -> names.add(column.name()));
    List<DerivedColumn> derived = new ArrayList<>();
    for (JsonNode node : root.path("derived")) {
      SchemaPart part = SchemaPart.listed(node, "derived column", derived.size(), "");
      part.checkMembers(DERIVED_MEMBERS);
      String name = part.name();
      if (!names.add(name)) {
        throw part.refused("the name occurs twice; rename one of them");
      }
      List<String> attributes = new ArrayList<>();
      part.path("of").forEach(attribute -> attributes.add(attribute.asText()));
      derived.add(new DerivedColumn(name, part.text("part"), attributes));
    }
    return derived;
  }

  private static JsonNode tree(String json) {
    try {
      return JsonDocuments.parseStrictly(json);
    } catch (JsonProcessingException e) {
      String place =
          e.getLocation() == null
              ? ""
              : " at line %s, column %s"
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      throw new DataRefusedException(
          "Cannot read schema: not JSON%s; %s".formatted(place, e.getOriginalMessage()), e);
    }
  }

  static Column column(String json) {
    try {
      return column(JsonDocuments.parseStrictly(json), 0);
    } catch (JsonProcessingException e) {
      throw new DataRefusedException(
          "Cannot read column of a schema: not JSON; " + e.getOriginalMessage(), e);
    }
  }

  private static List<KeyAttribute> keys(SchemaPart root) {
    JsonNode nodes = root.path("keys");
    if (!nodes.isMissingNode() && !nodes.isArray()) {
      throw root.refused("\"keys\" is not a list; write one object for each key or leave it out");
    }
    List<KeyAttribute> keys = new ArrayList<>();
    for (JsonNode node : nodes) {
      keys.add(key(new SchemaPart(node, "key " + (keys.size() + 1))));
    }
    if (keys.size() > 2) {
      throw root.refused("more than two keys; a table has a partition key and at most a sort key");
    }
    return keys;
  }

  private static KeyAttribute key(SchemaPart part) {
    if (!part.node().isObject()) {
      throw part.refused("not an object with attribute and descriptor");
    }
    part.checkMembers(KEY_MEMBERS);
    Descriptor descriptor = part.descriptor();
    if (!isKeyOrHash(descriptor)) {
      throw part.refused("keys are S, N or B, not " + descriptor);
    }
    return new KeyAttribute(part.text("attribute"), descriptor);
  }

  private static List<Column> columns(SchemaPart root) {
    JsonNode nodes = root.path("columns");
    if (!nodes.isArray()) {
      throw root.refused("\"columns\" is not a list; write one object for each column");
    }
    List<Column> columns = new ArrayList<>();
    for (JsonNode node : nodes) {
      columns.add(column(node, columns.size()));
    }
    Set<String> names = new HashSet<>();
    Set<Origin> origins = new HashSet<>();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      SchemaPart place = SchemaPart.listed(nodes.get(i), "column", i, "");
      if (!column.dropped() && !names.add(column.name())) {
        throw place.refused("the name occurs twice; rename one of them");
      }
      if (!origins.add(column.origin())) {
        throw place.refused("another column has the same attribute; remove one of them");
      }
    }
    Optional<Column> all = Unnested.overlapping(columns);
    if (all.isPresent()) {
      throw root.refused(
          "column '%s' holds a whole map of which column '%s' holds a part; remove one of them"
              .formatted(all.get().name(), Unnested.inside(columns, all.get().origin()).get(0)));
    }
    return columns;
  }

  private static Column column(JsonNode node, int index) {
    SchemaPart part = SchemaPart.listed(node, "column", index, "");
    part.checkMembers(MappingReader.membersWith("name", "attribute", "inside", "drop", "protect"));
    String name = part.name();
    if (ColumnNames.RESERVED.contains(name)) {
      throw part.refused("the name is reserved; choose another, such as " + name + "_2");
    }
    if (part.has("drop") && !part.path("drop").isBoolean()) {
      throw part.refused("\"drop\" is neither true nor false");
    }
    ValueMapping mapping = MappingReader.read(part);
    return new Column(
        name,
        part.text("attribute"),
        inside(part),
        mapping,
        protection(part, mapping.descriptor()),
        part.path("drop").booleanValue());
  }

  private static List<String> inside(SchemaPart part) {
    if (!part.has("inside")) {
      return List.of();
    }
    List<String> keys = new ArrayList<>();
    JsonNode nodes = part.path("inside");
    for (JsonNode node : nodes) {
      if (!node.isTextual()) {
        throw part.refused("a key in \"inside\" is not a text");
      }
      keys.add(node.textValue());
    }
    if (!nodes.isArray() || keys.isEmpty() || keys.size() >= Unnesting.MOST_DEPTH) {
      throw part.refused(
          "\"inside\" is not a list of 1 to %s keys; write such as [\"city\"], or leave it out for the whole attribute"
              .formatted(Unnesting.MOST_DEPTH - 1));
    }
    return keys;
  }

  private static Protection protection(SchemaPart part, Descriptor descriptor) {
    if (!part.has("protect")) {
      return Protection.NONE;
    }
    String word = part.text("protect");
    if (word.equals("mask")) {
      return Protection.MASK;
    }
    boolean plain = word.equals(Protection.HASH.key());
    if (!plain && !word.equals(Protection.HASH_HMAC.key())) {
      throw part.refused(
          "\"protect\" is \"%s\"; write hash, hash-hmac or mask, or leave it out".formatted(word));
    }
    if (!isKeyOrHash(descriptor)) {
      throw part.refused(
          "only S, N and B can be hashed, not %s; use \"protect\": \"mask\" or \"drop\": true"
              .formatted(descriptor));
    }
    return plain ? Protection.HASH : Protection.HASH_HMAC;
  }

  /** Whether values of a descriptor can be keys, and be hashed. */
  private static boolean isKeyOrHash(Descriptor descriptor) {
    return descriptor == Descriptor.S || descriptor == Descriptor.N || descriptor == Descriptor.B;
  }
}
