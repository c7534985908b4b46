package io.dynamodblake.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.JsonDocuments;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Names and values of a filter, in the JSON that the AWS command line takes. */
public final class FilterJson {
  private FilterJson() {}

  /**
   * Reads {@code {"#s":"status"}}.
   *
   * @param option how messages call the file
   */
  public static Map<String, String> names(String text, String option) {
    Map<String, String> names = new TreeMap<>();
    for (Map.Entry<String, JsonNode> member : object(text, option).properties()) {
      if (!member.getKey().startsWith("#") || !member.getValue().isTextual()) {
        throw wrong(option, "write it as {\"#s\":\"status\"}");
      }
      names.put(member.getKey(), member.getValue().textValue());
    }
    return names;
  }

  /**
   * Reads {@code {":s":{"S":"OPEN"}}}; the values stay in DynamoDB JSON.
   *
   * @param option how messages call the file
   */
  public static Map<String, String> values(String text, String option) {
    Map<String, String> values = new TreeMap<>();
    for (Map.Entry<String, JsonNode> member : object(text, option).properties()) {
      if (!member.getKey().startsWith(":")) {
        throw wrong(option, "write it as {\":s\":{\"S\":\"OPEN\"}}");
      }
      try {
        value(member.getValue());
      } catch (IllegalArgumentException | IOException e) {
        throw new UsageException(
            wrong(option, member.getKey() + " is no value in DynamoDB JSON").getMessage(), e);
      }
      values.put(member.getKey(), member.getValue().toString());
    }
    return values;
  }

  private static JsonNode object(String text, String option) {
    try {
      JsonNode tree = JsonDocuments.parse(text);
      if (tree.isObject()) {
        return tree;
      }
    } catch (JsonProcessingException e) {
      throw new UsageException(wrong(option, "it is no JSON").getMessage(), e);
    }
    throw wrong(option, "it is no JSON object");
  }

  private static UsageException wrong(String option, String reason) {
    return new UsageException("Cannot read " + option + ": " + reason);
  }

  /** Values that {@link #values} has checked. */
  static Map<String, AttributeValue> parsed(Map<String, String> values) {
    Map<String, AttributeValue> parsed = new TreeMap<>();
    values.forEach(
        (name, json) -> {
          try {
            parsed.put(name, value(JsonDocuments.parse(json)));
          } catch (IOException e) {
            throw new IllegalStateException("A checked value cannot be read", e);
          }
        });
    return parsed;
  }

  private static AttributeValue value(JsonNode tagged) throws IOException {
    if (!tagged.isObject() || tagged.size() != 1) {
      throw new IllegalArgumentException("not one member");
    }
    Map.Entry<String, JsonNode> member = tagged.properties().iterator().next();
    JsonNode payload = member.getValue();
    return switch (member.getKey()) {
      case "S" -> AttributeValue.fromS(text(payload));
      case "N" -> AttributeValue.fromN(text(payload));
      case "B" -> AttributeValue.fromB(SdkBytes.fromByteArray(payload.binaryValue()));
      case "BOOL" -> AttributeValue.fromBool(payload.booleanValue());
      case "NULL" -> AttributeValue.fromNul(true);
      case "SS" -> AttributeValue.fromSs(texts(payload));
      case "NS" -> AttributeValue.fromNs(texts(payload));
      case "BS" -> {
        List<SdkBytes> members = new ArrayList<>();
        for (JsonNode element : payload) {
          members.add(SdkBytes.fromByteArray(element.binaryValue()));
        }
        yield AttributeValue.fromBs(members);
      }
      case "L" -> {
        List<AttributeValue> elements = new ArrayList<>();
        for (JsonNode element : payload) {
          elements.add(value(element));
        }
        yield AttributeValue.fromL(elements);
      }
      case "M" -> {
        Map<String, AttributeValue> members = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : payload.properties()) {
          members.put(entry.getKey(), value(entry.getValue()));
        }
        yield AttributeValue.fromM(members);
      }
      default -> throw new IllegalArgumentException("unknown type");
    };
  }

  private static String text(JsonNode node) {
    if (!node.isTextual()) {
      throw new IllegalArgumentException("not text");
    }
    return node.textValue();
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(text(element)));
    return texts;
  }
}
