package io.dynamodblake.lake.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.type.Descriptor;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Values that a program made plain JSON of, as the values of DynamoDB that they were: by the
 * columns of the table, because JSON does not tell. What they have lost on the way is found where
 * the columns show it: a set of which nothing is left but <code>{}</code>, or its text; a number
 * with more digits than a double holds.
 */
final class PlainValues {
  private static final int EXACT_DIGITS = 15;
  private static final BigDecimal EXACT_WHOLE = new BigDecimal(1L << 53);
  private static final int MOST_DEPTH = 64;

  private final Map<String, ValueMapping> columns = new HashMap<>();
  private final Map<String, KeyAttribute> keys = new HashMap<>();
  private final TreeSet<String> losses = new TreeSet<>();
  private boolean lossy;

  PlainValues(TableSchema schema) {
    columns.putAll(schema.mappings());
    for (KeyAttribute key : schema.keys()) {
      keys.put(key.attribute(), key);
    }
  }

  /** Begins a record, which has lost nothing. */
  void begin() {
    losses.clear();
    lossy = false;
  }

  boolean lossy() {
    return lossy;
  }

  void lossy(boolean has) {
    lossy = has;
  }

  Iterable<String> losses() {
    return losses;
  }

  private void lose(String what) {
    losses.add(what);
    lossy = true;
  }

  /**
   * Returns an item in DynamoDB JSON.
   *
   * @throws MalformedRecordException if a key attribute is not what it was
   */
  ObjectNode item(JsonNode plain) throws MalformedRecordException {
    ObjectNode item = JsonDocuments.object();
    for (Map.Entry<String, JsonNode> attribute : plain.properties()) {
      String name = attribute.getKey();
      KeyAttribute key = keys.get(name);
      if (key != null) {
        item.set(name, key(attribute.getValue(), key));
      } else {
        if (!columns.containsKey(name)) {
          losses.add("attributes that the lake table has no column for");
        }
        item.set(name, value(attribute.getValue(), columns.get(name), 0));
      }
    }
    return item;
  }

  /**
   * Returns a key attribute in DynamoDB JSON.
   *
   * @throws MalformedRecordException if it is not what it was
   */
  ObjectNode key(JsonNode plain, KeyAttribute key) throws MalformedRecordException {
    boolean before = lossy;
    lossy = false;
    ObjectNode value = descriptorValue(plain, key.descriptor(), null, 0);
    boolean sound = !lossy && value.has(key.descriptor().name());
    lossy = before;
    if (!sound) {
      throw new MalformedRecordException(
          "a key attribute is no %s, or has lost digits".formatted(key.descriptor()), 0);
    }
    return value;
  }

  private ObjectNode value(JsonNode plain, ValueMapping mapping, int depth)
      throws MalformedRecordException {
    boolean any = mapping == null || mapping instanceof ValueMapping.DynamoJson;
    return descriptorValue(plain, any ? null : mapping.descriptor(), mapping, depth);
  }

  /**
   * @param expected what the column has; null if nobody knows
   */
  private ObjectNode descriptorValue(
      JsonNode plain, Descriptor expected, ValueMapping mapping, int depth)
      throws MalformedRecordException {
    if (depth > MOST_DEPTH) {
      throw new MalformedRecordException("nested deeper than %d levels".formatted(MOST_DEPTH), 0);
    }
    if (plain.isNull()) {
      return JsonDocuments.object().put("NULL", true);
    }
    if (plain.isBoolean()) {
      return JsonDocuments.object().put("BOOL", plain.booleanValue());
    }
    if (plain.isNumber()) {
      return text(Descriptor.N, number(plain.decimalValue()));
    }
    if (plain.isTextual()) {
      return ofText(plain.textValue(), expected);
    }
    if (plain.isArray()) {
      return ofArray(plain, expected, mapping, depth);
    }
    return ofObject(plain, expected, mapping, depth);
  }

  private static ObjectNode text(Descriptor descriptor, String text) {
    return JsonDocuments.object().put(descriptor.name(), text);
  }

  private String number(BigDecimal number) {
    BigDecimal shortest = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    if (shortest.precision() > EXACT_DIGITS || shortest.abs().compareTo(EXACT_WHOLE) > 0) {
      lose("numbers with more digits than plain JSON keeps");
    }
    return shortest.scale() <= 0 && shortest.precision() - shortest.scale() <= 38
        ? shortest.toPlainString()
        : shortest.toString();
  }

  private ObjectNode ofText(String text, Descriptor expected) {
    if (expected == Descriptor.N && isNumber(text)) {
      return text(Descriptor.N, text); // with all its digits
    }
    if (expected == Descriptor.B && isBase64(text)) {
      return text(Descriptor.B, text);
    }
    if (expected != null && expected.isSet()) {
      lose("sets of which only a text is left");
    }
    return text(Descriptor.S, text);
  }

  private static boolean isNumber(String text) {
    try {
      new BigDecimal(text);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static boolean isBase64(String text) {
    try {
      Base64.getDecoder().decode(text);
      return text.length() % 4 == 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private ObjectNode ofArray(JsonNode plain, Descriptor expected, ValueMapping mapping, int depth)
      throws MalformedRecordException {
    if (expected != null && expected.isSet() && !plain.isEmpty()) {
      Optional<ObjectNode> set = set(plain, expected);
      if (set.isPresent()) {
        return set.get();
      }
    }
    ValueMapping element =
        expected == Descriptor.L && mapping instanceof ValueMapping.Sequence sequence
            ? sequence.element()
            : null;
    ObjectNode value = JsonDocuments.object();
    ArrayNode list = value.putArray("L");
    for (JsonNode one : plain) {
      list.add(value(one, element, depth + 1));
    }
    return value;
  }

  /** The set that an array was, unless it has something that no such set has. */
  private Optional<ObjectNode> set(JsonNode plain, Descriptor set) throws MalformedRecordException {
    ObjectNode value = JsonDocuments.object();
    ArrayNode members = value.putArray(set.name());
    for (JsonNode one : plain) {
      ObjectNode member = descriptorValue(one, set.member(), null, 1);
      JsonNode text = member.path(set.member().name());
      if (text.isMissingNode()) {
        return Optional.empty();
      }
      members.add(text);
    }
    return Optional.of(value);
  }

  private ObjectNode ofObject(JsonNode plain, Descriptor expected, ValueMapping mapping, int depth)
      throws MalformedRecordException {
    Optional<byte[]> buffer = buffer(plain);
    if (buffer.isPresent()) {
      return text(Descriptor.B, base64(buffer.get()));
    }
    boolean wrapped = plain.size() == 1 && plain.path("value").isTextual();
    if (expected == Descriptor.N && wrapped && isNumber(plain.path("value").textValue())) {
      return text(Descriptor.N, plain.path("value").textValue());
    }
    if (plain.isEmpty() && expected != null && expected != Descriptor.M) {
      lose(expected.isSet() ? "sets of which nothing is left" : "values of which nothing is left");
    }
    Function<String, ValueMapping> fields = fields(mapping);
    ObjectNode value = JsonDocuments.object();
    ObjectNode map = value.putObject("M");
    for (Map.Entry<String, JsonNode> field : plain.properties()) {
      map.set(field.getKey(), value(field.getValue(), fields.apply(field.getKey()), depth + 1));
    }
    return value;
  }

  private static Function<String, ValueMapping> fields(ValueMapping mapping) {
    if (mapping instanceof ValueMapping.Struct struct && !struct.isText()) {
      Map<String, ValueMapping> byName = new HashMap<>();
      struct.fields().forEach(field -> byName.put(field.attribute(), field.mapping()));
      return byName::get;
    }
    return mapping instanceof ValueMapping.OpenMap open ? name -> open.value() : name -> null;
  }

  // ---- bytes, as JSON.stringify writes a Buffer of Node.js

  private static Optional<byte[]> buffer(JsonNode plain) {
    JsonNode data = plain.path("data");
    if (plain.size() != 2 || !"Buffer".equals(plain.path("type").textValue()) || !data.isArray()) {
      return Optional.empty();
    }
    byte[] bytes = new byte[data.size()];
    for (int i = 0; i < bytes.length; i++) {
      if (!data.get(i).isInt() || data.get(i).intValue() >>> Byte.SIZE != 0) {
        return Optional.empty();
      }
      bytes[i] = (byte) data.get(i).intValue();
    }
    return Optional.of(bytes);
  }

  /** The bytes are those of base64, which the converter has not decoded, or of what it was. */
  private static String base64(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return isBase64(text) ? text : Base64.getEncoder().encodeToString(bytes);
  }
}
