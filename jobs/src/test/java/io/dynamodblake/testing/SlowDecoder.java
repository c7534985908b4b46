package io.dynamodblake.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The slow obvious way from an item to columns, through trees of objects; what the streaming
 * decoder must agree with.
 */
public final class SlowDecoder {
  private static final ObjectMapper JACKSON = new ObjectMapper();
  private static final Object MISFIT = new Object();

  private final TableSchema schema;
  private final Map<String, JsonNode> rescued = new TreeMap<>();
  private final TreeSet<String> nulls = new TreeSet<>();

  public SlowDecoder(TableSchema schema) {
    this.schema = schema;
  }

  /**
   * A decoded item in the objects of {@link TreeSink}; rescued values parsed, so that only their
   * content counts.
   */
  public record Row(List<Object> columns, Map<String, JsonNode> rescued, TreeSet<String> nulls) {}

  public Row decode(String line) throws Exception {
    rescued.clear();
    nulls.clear();
    JsonNode item = JACKSON.readTree(line).get("Item");
    Map<String, Object> byAttribute = new LinkedHashMap<>();
    for (Column column : schema.writtenColumns()) {
      byAttribute.put(column.attribute(), null);
    }
    for (Iterator<Map.Entry<String, JsonNode>> fields = item.fields(); fields.hasNext(); ) {
      Map.Entry<String, JsonNode> field = fields.next();
      String path = name("", field.getKey());
      Column column =
          schema.columns().stream()
              .filter(candidate -> candidate.attribute().equals(field.getKey()))
              .findFirst()
              .orElse(null);
      if (column == null) {
        rescued.put(path, field.getValue());
      } else if (!column.dropped()) {
        byAttribute.put(field.getKey(), decode(column.mapping(), field.getValue(), path));
      }
    }
    return new Row(
        new ArrayList<>(byAttribute.values()), new TreeMap<>(rescued), new TreeSet<>(nulls));
  }

  private Object decode(ValueMapping mapping, JsonNode value, String path) {
    String descriptor = value.fieldNames().next();
    JsonNode payload = value.get(descriptor);
    if (mapping instanceof ValueMapping.DynamoJson) {
      return "json:" + value;
    }
    if (descriptor.equals("NULL")) {
      nulls.add(path);
      return null;
    }
    Object decoded =
        descriptor.equals(mapping.descriptor().name()) ? fitting(mapping, payload, path) : MISFIT;
    if (decoded == MISFIT) {
      rescued.put(path, value);
      return null;
    }
    return decoded;
  }

  private Object fitting(ValueMapping mapping, JsonNode payload, String path) {
    if (mapping instanceof ValueMapping.Scalar scalar) {
      return scalar(scalar, payload);
    }
    if (mapping instanceof ValueMapping.Sequence sequence) {
      List<Object> elements = new ArrayList<>();
      for (int i = 0; i < payload.size(); i++) {
        Object element =
            sequence.descriptor().isSet()
                ? scalar((ValueMapping.Scalar) sequence.element(), payload.get(i))
                : decode(sequence.element(), payload.get(i), path + "[" + i + "]");
        if (element == MISFIT) {
          return MISFIT;
        }
        elements.add(element);
      }
      return elements;
    }
    if (mapping instanceof ValueMapping.OpenMap map) {
      Map<Object, Object> entries = new LinkedHashMap<>();
      for (Iterator<Map.Entry<String, JsonNode>> i = payload.fields(); i.hasNext(); ) {
        Map.Entry<String, JsonNode> entry = i.next();
        entries.put(
            text(entry.getKey()),
            decode(map.value(), entry.getValue(), name(path, entry.getKey())));
      }
      return entries;
    }
    List<ValueMapping.Field> fields = ((ValueMapping.Struct) mapping).fields();
    Map<Integer, Object> struct = new TreeMap<>();
    for (Iterator<Map.Entry<String, JsonNode>> i = payload.fields(); i.hasNext(); ) {
      Map.Entry<String, JsonNode> entry = i.next();
      String fieldPath = name(path, entry.getKey());
      int index = 0;
      while (index < fields.size() && !fields.get(index).attribute().equals(entry.getKey())) {
        index++;
      }
      if (index == fields.size()) {
        rescued.put(fieldPath, entry.getValue());
      } else {
        Object decoded = decode(fields.get(index).mapping(), entry.getValue(), fieldPath);
        if (decoded != null) {
          struct.put(index, decoded);
        }
      }
    }
    return struct;
  }

  private static Object scalar(ValueMapping.Scalar scalar, JsonNode payload) {
    LakeType type = scalar.type();
    return switch (scalar.descriptor()) {
      case S -> text(payload.textValue());
      case B -> TreeSink.hex(Base64.getDecoder().decode(payload.textValue()));
      case BOOL -> payload.booleanValue();
      case N -> number(type, new BigDecimal(payload.textValue()));
      case NULL, L, M, SS, NS, BS -> MISFIT;
    };
  }

  private static Object number(LakeType type, BigDecimal number) {
    BigDecimal stripped = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    return switch (type.kind()) {
      case STRING -> text(stripped.toPlainString());
      case DOUBLE -> number.doubleValue();
      case BIGINT -> integer(stripped, 63) instanceof BigInteger i ? i.longValue() : MISFIT;
      case INT -> integer(stripped, 31) instanceof BigInteger i ? i.intValue() : MISFIT;
      case DECIMAL ->
          stripped.scale() <= type.scale()
                  && stripped.precision() - stripped.scale() <= type.precision() - type.scale()
              ? stripped.setScale(type.scale())
              : stripped.signum() == 0 ? BigDecimal.ZERO.setScale(type.scale()) : MISFIT;
      case BOOLEAN, BINARY, DATE, TIMESTAMP -> throw new AssertionError(type.sql());
    };
  }

  private static Object integer(BigDecimal stripped, int bits) {
    if (stripped.scale() > 0) {
      return MISFIT;
    }
    BigInteger integer = stripped.toBigIntegerExact();
    return integer.bitLength() > bits ? MISFIT : integer;
  }

  private static String text(String text) {
    return TreeSink.hex(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String name(String path, String name) {
    if (!name.isEmpty() && !name.matches("(?s).*[.\\[\\]'\\\\\\x00-\\x1f].*")) {
      return path.isEmpty() ? name : path + "." + name;
    }
    return path + "['" + name.replace("\\", "\\\\").replace("'", "\\'") + "']";
  }
}
