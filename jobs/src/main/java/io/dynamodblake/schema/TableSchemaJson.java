package io.dynamodblake.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * {@code schema.json}: a {@link TableSchema} as text for people to read and edit. Writing is
 * stable; reading is strict and says what is wrong with which column and how to put it right.
 */
public final class TableSchemaJson {
  /** The {@code format} member. */
  public static final String FORMAT = "dynamodb-lake-schema";

  /** The {@code version} member; a higher one is refused. */
  public static final int VERSION = 1;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final List<String> TOP_MEMBERS =
      List.of("format", "version", "table", "hashKey", "keys", "columns");
  private static final List<String> KEY_MEMBERS = List.of("attribute", "descriptor");
  private static final List<String> VALUE_MEMBERS =
      List.of("descriptor", "type", "from", "element", "fields", "value");
  private static final String ARRAY = "array";
  private static final String STRUCT = "struct";
  private static final String MAP = "map";
  private static final String DYNAMO_JSON = "dynamodb-json";

  private TableSchemaJson() {}

  // ---- writing

  public static String toJson(TableSchema schema) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("format", FORMAT);
    root.put("version", VERSION);
    root.put("table", schema.table());
    if (!schema.hashKey().isEmpty()) {
      root.put("hashKey", schema.hashKey());
    }
    ArrayNode keys = root.putArray("keys");
    for (KeyAttribute key : schema.keys()) {
      keys.addObject().put("attribute", key.attribute()).put("descriptor", key.descriptor().name());
    }
    ArrayNode columns = root.putArray("columns");
    for (Column column : schema.columns()) {
      put(columns.addObject(), column);
    }
    StringBuilder text = new StringBuilder();
    print(root, "", text);
    return text.append('\n').toString();
  }

  /** One column as it stands in a schema, on one line, for places that hold columns one by one. */
  public static String columnToJson(Column column) {
    ObjectNode node = MAPPER.createObjectNode();
    put(node, column);
    return node.toString();
  }

  /** How values are mapped as it stands in a schema, on one line. */
  static String mappingToJson(ValueMapping mapping) {
    ObjectNode node = MAPPER.createObjectNode();
    put(node, mapping);
    return node.toString();
  }

  private static void put(ObjectNode node, Column column) {
    node.put("name", column.name());
    node.put("attribute", column.attribute());
    if (column.protection() != Protection.NONE) {
      node.put("protect", column.protection().key());
    }
    if (column.dropped()) {
      node.put("drop", true);
    }
    put(node, column.mapping());
  }

  private static void put(ObjectNode node, ValueMapping mapping) {
    node.put("descriptor", mapping.descriptor().name());
    if (mapping instanceof ValueMapping.Scalar scalar) {
      node.put("type", scalar.type().sql());
      if (scalar.conversion() != Conversion.NONE) {
        node.put("from", scalar.conversion().key());
      }
    } else if (mapping instanceof ValueMapping.Sequence sequence) {
      node.put("type", ARRAY);
      put(node.putObject("element"), sequence.element());
    } else if (mapping instanceof ValueMapping.Struct struct) {
      node.put("type", STRUCT);
      ArrayNode fields = node.putArray("fields");
      for (ValueMapping.Field field : struct.fields()) {
        ObjectNode fieldNode = fields.addObject();
        fieldNode.put("name", field.name());
        fieldNode.put("attribute", field.attribute());
        put(fieldNode, field.mapping());
      }
    } else if (mapping instanceof ValueMapping.OpenMap map) {
      node.put("type", MAP);
      put(node.putObject("value"), map.value());
    } else {
      node.put("type", DYNAMO_JSON);
    }
  }

  /** One line for what has no array inside, so that most columns are one line each. */
  private static void print(JsonNode node, String indent, StringBuilder text) {
    String inner = indent + "  ";
    if (node.isArray() && !node.isEmpty()) {
      text.append("[\n");
      for (int i = 0; i < node.size(); i++) {
        text.append(inner);
        print(node.get(i), inner, text);
        text.append(i + 1 < node.size() ? ",\n" : "\n");
      }
      text.append(indent).append(']');
    } else if (node.isObject()) {
      boolean flat = node.findValue("fields") == null && !node.has("columns");
      text.append(flat ? "{" : "{\n");
      Iterator<Map.Entry<String, JsonNode>> members = node.fields();
      while (members.hasNext()) {
        Map.Entry<String, JsonNode> member = members.next();
        text.append(flat ? "" : inner).append('"').append(member.getKey()).append("\": ");
        print(member.getValue(), inner, text);
        text.append(members.hasNext() ? flat ? ", " : ",\n" : flat ? "" : "\n");
      }
      text.append(flat ? "}" : indent + "}");
    } else {
      text.append(node);
    }
  }

  // ---- reading

  /**
   * Reads a schema.
   *
   * @throws DataRefusedException if it is not a schema or contradicts itself; the message names the
   *     column and the way out
   */
  public static TableSchema fromJson(String json) {
    JsonNode root;
    try {
      root = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      String place =
          e.getLocation() == null
              ? ""
              : " at line "
                  + e.getLocation().getLineNr()
                  + ", column "
                  + e.getLocation().getColumnNr();
      throw new DataRefusedException(
          "Cannot read schema: not JSON" + place + "; " + e.getOriginalMessage(), e);
    }
    if (!root.isObject() || !FORMAT.equals(root.path("format").asText())) {
      throw refused(
          "schema",
          "\"format\" is not \"" + FORMAT + "\"; use a schema.json that inspect or flatten wrote");
    }
    if (!root.path("version").isInt() || root.path("version").intValue() != VERSION) {
      throw refused(
          "schema",
          "\"version\" is not "
              + VERSION
              + ", the one this release reads; write the schema anew with it");
    }
    checkMembers(root, TOP_MEMBERS, "schema");
    List<KeyAttribute> keys = keys(root.path("keys"));
    JsonNode columns = root.path("columns");
    if (!columns.isArray()) {
      throw refused("schema", "\"columns\" is not a list; write one object for each column");
    }
    List<Column> read = new ArrayList<>();
    for (JsonNode node : columns) {
      read.add(column(node, read.size()));
    }
    checkColumns(read);
    String hashKey = root.has("hashKey") ? text(root, "hashKey", "schema") : "";
    return new TableSchema(text(root, "table", "schema"), keys, read, hashKey);
  }

  /**
   * Reads {@link #columnToJson} back.
   *
   * @throws DataRefusedException if it is not a column
   */
  public static Column columnFromJson(String json) {
    try {
      return column(MAPPER.readTree(json), 0);
    } catch (JsonProcessingException e) {
      throw new DataRefusedException(
          "Cannot read column of a schema: not JSON; " + e.getOriginalMessage(), e);
    }
  }

  private static List<KeyAttribute> keys(JsonNode nodes) {
    if (!nodes.isMissingNode() && !nodes.isArray()) {
      throw refused(
          "schema", "\"keys\" is not a list; write one object for each key or leave it out");
    }
    List<KeyAttribute> keys = new ArrayList<>();
    for (JsonNode node : nodes) {
      String place = "key " + (keys.size() + 1);
      if (!node.isObject()) {
        throw refused(place, "not an object with attribute and descriptor");
      }
      checkMembers(node, KEY_MEMBERS, place);
      Descriptor descriptor = descriptor(node, place);
      if (descriptor != Descriptor.S && descriptor != Descriptor.N && descriptor != Descriptor.B) {
        throw refused(place, "keys are S, N or B, not " + descriptor);
      }
      keys.add(new KeyAttribute(text(node, "attribute", place), descriptor));
    }
    if (keys.size() > 2) {
      throw refused(
          "schema", "more than two keys; a table has a partition key and at most a sort key");
    }
    return keys;
  }

  private static Column column(JsonNode node, int index) {
    String place = "column " + (index + 1);
    if (!node.isObject()) {
      throw refused(place, "not an object");
    }
    if (node.path("name").isTextual()) {
      place = "column '" + node.get("name").textValue() + "'";
    }
    checkMembers(node, members("name", "attribute", "drop", "protect"), place);
    String name = name(node, place);
    if (ColumnNames.RESERVED.contains(name)) {
      throw refused(place, "the name is reserved; choose another, such as " + name + "_2");
    }
    boolean dropped = node.path("drop").asBoolean(false);
    if (node.has("drop") && !node.get("drop").isBoolean()) {
      throw refused(place, "\"drop\" is neither true nor false");
    }
    ValueMapping mapping = mapping(node, place);
    return new Column(
        name, text(node, "attribute", place), mapping, protection(node, mapping, place), dropped);
  }

  private static Protection protection(JsonNode node, ValueMapping mapping, String place) {
    if (!node.has("protect")) {
      return Protection.NONE;
    }
    String word = text(node, "protect", place);
    if (word.equals("mask")) {
      return Protection.MASK;
    }
    if (!word.equals(Protection.HASH.key()) && !word.equals(Protection.HASH_HMAC.key())) {
      throw refused(
          place, "\"protect\" is \"" + word + "\"; write hash, hash-hmac or mask, or leave it out");
    }
    Descriptor descriptor = mapping.descriptor();
    if (descriptor != Descriptor.S && descriptor != Descriptor.N && descriptor != Descriptor.B) {
      throw refused(
          place,
          "only S, N and B can be hashed, not "
              + descriptor
              + "; use \"protect\": \"mask\" or \"drop\": true");
    }
    return word.equals(Protection.HASH.key()) ? Protection.HASH : Protection.HASH_HMAC;
  }

  private static ValueMapping mapping(JsonNode node, String place) {
    Descriptor descriptor = descriptor(node, place);
    String type = text(node, "type", place);
    switch (type) {
      case ARRAY -> {
        only(node, place, "element");
        return array(node, descriptor, place);
      }
      case STRUCT -> {
        only(node, place, "fields");
        requireMap(descriptor, type, place);
        return struct(node.path("fields"), place);
      }
      case MAP -> {
        only(node, place, "value");
        requireMap(descriptor, type, place);
        return new ValueMapping.OpenMap(part(node, "value", place));
      }
      case DYNAMO_JSON -> {
        only(node, place, null);
        return new ValueMapping.DynamoJson(descriptor);
      }
      default -> {
        only(node, place, "from");
        return scalar(node, descriptor, type, place);
      }
    }
  }

  private static void requireMap(Descriptor descriptor, String type, String place) {
    if (descriptor != Descriptor.M) {
      throw refused(
          place,
          type
              + " takes values of descriptor M, not "
              + descriptor
              + "; use "
              + allowed(descriptor));
    }
  }

  private static ValueMapping array(JsonNode node, Descriptor descriptor, String place) {
    if (descriptor != Descriptor.L && !descriptor.isSet()) {
      throw refused(
          place,
          "array takes values of descriptor L, SS, NS or BS, not "
              + descriptor
              + "; use "
              + allowed(descriptor));
    }
    ValueMapping element = part(node, "element", place);
    boolean fits =
        descriptor == Descriptor.L
            || element instanceof ValueMapping.Scalar
                && element.descriptor() == descriptor.member();
    if (!fits) {
      throw refused(
          place,
          "members of "
              + descriptor
              + " are "
              + descriptor.member()
              + "; give the element that descriptor and a scalar type");
    }
    return new ValueMapping.Sequence(descriptor, element);
  }

  private static ValueMapping part(JsonNode node, String member, String place) {
    JsonNode part = node.path(member);
    String partPlace = member + " of " + place;
    if (!part.isObject()) {
      throw refused(
          place,
          "\""
              + member
              + "\" is not an object; write {\"descriptor\": \"S\", \"type\": \"string\"} or the like");
    }
    checkMembers(part, VALUE_MEMBERS, partPlace);
    return mapping(part, partPlace);
  }

  private static ValueMapping struct(JsonNode nodes, String place) {
    if (!nodes.isArray() || nodes.isEmpty()) {
      throw refused(
          place,
          "a struct needs \"fields\", at least one; for a map of unknown keys use \"type\": \"map\"");
    }
    List<ValueMapping.Field> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Set<String> attributes = new HashSet<>();
    for (JsonNode node : nodes) {
      String fieldPlace = "field " + (fields.size() + 1) + " of " + place;
      if (!node.isObject()) {
        throw refused(fieldPlace, "not an object");
      }
      if (node.path("name").isTextual()) {
        fieldPlace = "field '" + node.get("name").textValue() + "' of " + place;
      }
      checkMembers(node, members("name", "attribute"), fieldPlace);
      ValueMapping.Field field =
          new ValueMapping.Field(
              name(node, fieldPlace),
              text(node, "attribute", fieldPlace),
              mapping(node, fieldPlace));
      if (!names.add(field.name())) {
        throw refused(fieldPlace, "the name occurs twice in its struct; rename one of them");
      }
      if (!attributes.add(field.attribute())) {
        throw refused(fieldPlace, "another field has the same attribute; remove one of them");
      }
      fields.add(field);
    }
    return new ValueMapping.Struct(fields);
  }

  private static ValueMapping scalar(
      JsonNode node, Descriptor descriptor, String typeText, String place) {
    LakeType type;
    try {
      type = LakeType.parse(typeText);
    } catch (IllegalArgumentException e) {
      String others =
          typeText.startsWith("decimal") ? "" : ", array, struct, map or " + DYNAMO_JSON;
      throw new DataRefusedException(
          "Cannot read schema: " + place + ": " + e.getMessage() + others, e);
    }
    if (!scalarTypes(descriptor).contains(type.kind())) {
      throw refused(
          place,
          "values of descriptor "
              + descriptor
              + " cannot become "
              + type.sql()
              + "; use "
              + allowed(descriptor));
    }
    return new ValueMapping.Scalar(descriptor, type, conversion(node, descriptor, type, place));
  }

  private static Conversion conversion(
      JsonNode node, Descriptor descriptor, LakeType type, String place) {
    List<Conversion> allowed = conversions(descriptor, type);
    String words = String.join(" or ", allowed.stream().map(Conversion::key).toList());
    if (!node.has("from")) {
      if (allowed.isEmpty()) {
        return Conversion.NONE;
      }
      if (descriptor == Descriptor.S) {
        return Conversion.ISO_8601;
      }
      throw refused(place, type.sql() + " from " + descriptor + " needs \"from\": " + words);
    }
    String word = text(node, "from", place);
    if (allowed.isEmpty()) {
      throw refused(
          place,
          "\"from\" is for timestamp and date, not "
              + type.sql()
              + "; remove it or change the type");
    }
    return allowed.stream()
        .filter(conversion -> conversion.key().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                refused(
                    place,
                    "\"from\" is \""
                        + word
                        + "\"; "
                        + type.sql()
                        + " from "
                        + descriptor
                        + " takes "
                        + words));
  }

  private static List<Conversion> conversions(Descriptor descriptor, LakeType type) {
    if (type.kind() == LakeType.Kind.DATE) {
      return List.of(Conversion.ISO_8601);
    }
    if (type.kind() != LakeType.Kind.TIMESTAMP) {
      return List.of();
    }
    return descriptor == Descriptor.S
        ? List.of(Conversion.ISO_8601, Conversion.ISO_8601_MILLIS)
        : List.of(Conversion.EPOCH_SECONDS, Conversion.EPOCH_MILLIS);
  }

  private static List<LakeType.Kind> scalarTypes(Descriptor descriptor) {
    return switch (descriptor) {
      case S -> List.of(LakeType.Kind.STRING, LakeType.Kind.TIMESTAMP, LakeType.Kind.DATE);
      case N ->
          List.of(
              LakeType.Kind.BIGINT,
              LakeType.Kind.INT,
              LakeType.Kind.DECIMAL,
              LakeType.Kind.DOUBLE,
              LakeType.Kind.STRING,
              LakeType.Kind.TIMESTAMP);
      case B -> List.of(LakeType.Kind.BINARY);
      case BOOL -> List.of(LakeType.Kind.BOOLEAN);
      case NULL -> List.of(LakeType.Kind.STRING);
      case L, M, SS, NS, BS -> List.of();
    };
  }

  private static String allowed(Descriptor descriptor) {
    return switch (descriptor) {
      case L, SS, NS, BS -> "array or " + DYNAMO_JSON;
      case M -> "struct, map or " + DYNAMO_JSON;
      case S, N, B, BOOL, NULL ->
          String.join(
                  ", ",
                  scalarTypes(descriptor).stream()
                      .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                      .toList())
              + " or "
              + DYNAMO_JSON;
    };
  }

  private static void checkColumns(List<Column> columns) {
    Set<String> names = new HashSet<>();
    Set<String> attributes = new HashSet<>();
    for (Column column : columns) {
      String place = "column '" + column.name() + "'";
      if (!column.dropped() && !names.add(column.name())) {
        throw refused(place, "the name occurs twice; rename one of them");
      }
      if (!attributes.add(column.attribute())) {
        throw refused(place, "another column has the same attribute; remove one of them");
      }
    }
  }

  private static String name(JsonNode node, String place) {
    String name = text(node, "name", place);
    if (!ColumnNames.isLegal(name)) {
      throw refused(
          place,
          "the name is not made of a-z, 0-9 and _ alone, does not start with a letter or _, or is longer than "
              + ColumnNames.MAX_LENGTH
              + "; use such as "
              + ColumnNames.clean(name));
    }
    return name;
  }

  private static Descriptor descriptor(JsonNode node, String place) {
    String tag = text(node, "descriptor", place);
    return Descriptor.ofTag(tag)
        .orElseThrow(
            () ->
                refused(
                    place,
                    "unknown descriptor \""
                        + tag
                        + "\"; one of "
                        + Arrays.toString(Descriptor.values())));
  }

  private static String text(JsonNode node, String member, String place) {
    JsonNode value = node.path(member);
    if (!value.isTextual()) {
      throw refused(
          place,
          "\""
              + member
              + "\" is "
              + (value.isMissingNode() ? "missing" : "not a text")
              + "; write \""
              + member
              + "\": \"...\"");
    }
    return value.textValue();
  }

  private static List<String> members(String... first) {
    List<String> members = new ArrayList<>(List.of(first));
    members.addAll(VALUE_MEMBERS);
    return members;
  }

  private static void checkMembers(JsonNode node, List<String> known, String place) {
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        String reason =
            name.equals("drop") || name.equals("protect")
                ? "\"" + name + "\" is for whole columns only; put it on the column"
                : "unknown member \"" + name + "\"; known are " + String.join(", ", known);
        throw refused(place, reason);
      }
    }
  }

  /** Refuses the members that belong to another type. */
  private static void only(JsonNode node, String place, String member) {
    for (String other : List.of("from", "element", "fields", "value")) {
      if (node.has(other) && !other.equals(member)) {
        throw refused(
            place,
            "\""
                + other
                + "\" does not go with type "
                + node.path("type").asText()
                + "; remove it or change the type");
      }
    }
  }

  private static DataRefusedException refused(String place, String reason) {
    return new DataRefusedException("Cannot read schema: " + place + ": " + reason);
  }
}
