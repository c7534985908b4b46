package io.dynamodblake.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.JsonDocuments;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.utils.builder.Buildable;

/**
 * Reads a request from the JSON that the AWS command line takes as {@code --cli-input-json}, so
 * that a file can hold every member that the service knows, and writes what the service says in the
 * same words.
 */
final class RequestJson {
  private RequestJson() {}

  /**
   * Sets the members of a builder.
   *
   * @param file how messages call the text
   * @throws UsageException naming the member that cannot be read
   */
  static <B extends SdkPojo> B read(String text, B builder, String file) {
    JsonNode tree;
    try {
      tree = JsonDocuments.parse(text);
    } catch (JsonProcessingException e) {
      throw new UsageException("Cannot read " + file + ": it is no JSON", e);
    }
    if (!tree.isObject()) {
      throw new UsageException("Cannot read " + file + ": it is no JSON object");
    }
    set(tree, builder, file, "");
    return builder;
  }

  private static void set(JsonNode tree, SdkPojo builder, String file, String path) {
    Iterator<Map.Entry<String, JsonNode>> members = tree.fields();
    while (members.hasNext()) {
      Map.Entry<String, JsonNode> member = members.next();
      String place = path + member.getKey();
      SdkField<?> field =
          builder.sdkFields().stream()
              .filter(known -> known.memberName().equals(member.getKey()))
              .findFirst()
              .orElseThrow(() -> wrong(file, place, "the service knows no such member"));
      field.set(builder, value(member.getValue(), field, file, place));
    }
  }

  private static Object value(JsonNode node, SdkField<?> field, String file, String place) {
    MarshallingType<?> type = field.marshallingType();
    if (type == MarshallingType.STRING && node.isTextual()) {
      return node.textValue();
    }
    if (type == MarshallingType.BOOLEAN && node.isBoolean()) {
      return node.booleanValue();
    }
    if (type == MarshallingType.LONG && node.isIntegralNumber()) {
      return node.longValue();
    }
    if (type == MarshallingType.INTEGER && node.isInt()) {
      return node.intValue();
    }
    if (type == MarshallingType.SDK_POJO && node.isObject()) {
      SdkPojo nested = field.constructor().get();
      set(node, nested, file, place + ".");
      return ((Buildable) nested).build();
    }
    if (type == MarshallingType.LIST && node.isArray()) {
      SdkField<?> element = field.getTrait(ListTrait.class).memberFieldInfo();
      List<Object> list = new ArrayList<>();
      for (JsonNode child : node) {
        list.add(value(child, element, file, place + "[" + list.size() + "]"));
      }
      return list;
    }
    throw wrong(file, place, "it is not of the type that the service wants");
  }

  /** Returns the members that an object has, as the AWS command line prints them. */
  static ObjectNode write(SdkPojo object) {
    ObjectNode tree = JsonDocuments.object();
    for (SdkField<?> field : object.sdkFields()) {
      Object value = field.getValueOrDefault(object);
      if (value != null && !(value instanceof SdkAutoConstructList)) {
        tree.set(field.memberName(), node(value));
      }
    }
    return tree;
  }

  /** Returns what {@link #write} makes of each. */
  static ArrayNode write(List<? extends SdkPojo> objects) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    objects.forEach(object -> array.add(write(object)));
    return array;
  }

  private static JsonNode node(Object value) {
    if (value instanceof SdkPojo nested) {
      return write(nested);
    }
    if (value instanceof List<?> list) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      list.forEach(element -> array.add(node(element)));
      return array;
    }
    if (value instanceof Boolean truth) {
      return JsonNodeFactory.instance.booleanNode(truth);
    }
    if (value instanceof Long || value instanceof Integer) {
      // as a parser makes them, so that they are equal to those that were read
      long number = ((Number) value).longValue();
      return number == (int) number
          ? JsonNodeFactory.instance.numberNode((int) number)
          : JsonNodeFactory.instance.numberNode(number);
    }
    if (value instanceof String text) {
      return JsonNodeFactory.instance.textNode(text);
    }
    throw new IllegalArgumentException("No member of a request is a " + value.getClass());
  }

  private static UsageException wrong(String file, String place, String reason) {
    return new UsageException("Cannot read " + file + ": " + reason + ", at " + place);
  }
}
