package io.dynamodblake.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.JsonDocuments;
import java.util.Iterator;
import java.util.Map;

/** Writes {@code schema.json}. */
final class SchemaWriter {
  private SchemaWriter() {}

  static String schema(TableSchema schema) {
    ObjectNode root = JsonDocuments.object();
    root.put("format", TableSchemaJson.FORMAT);
    root.put("version", TableSchemaJson.VERSION);
    root.put("table", schema.table());
    if (!schema.hashKey().isEmpty()) {
      root.put("hashKey", schema.hashKey());
    }
    if (!schema.unnesting().isNone()) {
      root.putObject("unnest")
          .put("depth", schema.unnesting().depth())
          .put("separator", schema.unnesting().separator());
    }
    ArrayNode keys = root.putArray("keys");
    for (KeyAttribute key : schema.keys()) {
      keys.addObject().put("attribute", key.attribute()).put("descriptor", key.descriptor().name());
    }
    ArrayNode columns = root.putArray("columns");
    for (Column column : schema.columns()) {
      put(columns.addObject(), column);
    }
    if (!schema.derived().isEmpty()) {
      ArrayNode derived = root.putArray("derived");
      for (DerivedColumn column : schema.derived()) {
        ObjectNode node = derived.addObject();
        node.put("name", column.name());
        node.put("part", column.part());
        column.attributes().forEach(node.putArray("of")::add);
      }
    }
    StringBuilder text = new StringBuilder();
    print(root, "", text);
    return text.append('\n').toString();
  }

  static String column(Column column) {
    ObjectNode node = JsonDocuments.object();
    put(node, column);
    return JsonDocuments.printLine(node);
  }

  static String mapping(ValueMapping mapping) {
    ObjectNode node = JsonDocuments.object();
    put(node, mapping);
    return JsonDocuments.printLine(node);
  }

  private static void put(ObjectNode node, Column column) {
    node.put("name", column.name());
    node.put("attribute", column.attribute());
    if (!column.inside().isEmpty()) {
      column.inside().forEach(node.putArray("inside")::add);
    }
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
      if (scalar.conversion() == Conversion.FORMAT) {
        node.put("format", scalar.format().pattern());
        if (!scalar.format().isUtc()) {
          node.put("offset", scalar.format().offset());
        }
      } else if (scalar.conversion() != Conversion.NONE) {
        node.put("from", scalar.conversion().key());
      }
    } else if (mapping instanceof ValueMapping.Sequence sequence) {
      node.put("type", MappingTypes.ARRAY);
      put(node.putObject("element"), sequence.element());
    } else if (mapping instanceof ValueMapping.Struct struct) {
      node.put("type", struct.isText() ? MappingTypes.JSON : MappingTypes.STRUCT);
      ArrayNode fields = node.putArray("fields");
      for (ValueMapping.Field field : struct.fields()) {
        ObjectNode fieldNode = fields.addObject();
        fieldNode.put("name", field.name());
        fieldNode.put("attribute", field.attribute());
        put(fieldNode, field.mapping());
      }
    } else if (mapping instanceof ValueMapping.OpenMap map) {
      node.put("type", MappingTypes.MAP);
      put(node.putObject("value"), map.value());
    } else {
      node.put("type", MappingTypes.DYNAMO_JSON);
    }
  }

  /** One line for what has no array inside, so that most columns are one line each. */
  private static void print(JsonNode node, String indent, StringBuilder text) {
    String inner = indent + "  ";
    if (node.isArray() && !node.isEmpty() && node.get(0).isTextual()) {
      text.append('[');
      for (int i = 0; i < node.size(); i++) {
        text.append(i == 0 ? "" : ", ").append(node.get(i));
      }
      text.append(']');
    } else if (node.isArray() && !node.isEmpty()) {
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
}
