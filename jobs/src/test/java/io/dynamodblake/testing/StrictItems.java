package io.dynamodblake.testing;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.dynamodblake.type.DynamoNumber;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The slow obvious way to tell whether a line is an item: Jackson, as strict as it gets, and the
 * rules of DynamoDB on its tree.
 */
public final class StrictItems {
  private static final JsonMapper JACKSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .build();
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]*={0,2}");
  private static final Pattern ASCII = Pattern.compile("\\p{ASCII}*");
  private static final int MOST_DEPTH = 64;

  private StrictItems() {}

  /** The item of a line, or nothing if it is none. */
  public static Optional<JsonNode> read(byte[] line) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
      if (text.startsWith("\ufeff")) {
        return Optional.empty();
      }
      JsonNode record = JACKSON.readTree(text);
      JsonNode item = record.isObject() ? record.get("Item") : null;
      return item != null && item.isObject() && areNames(record) && areEntries(item, 1)
          ? Optional.of(item)
          : Optional.empty();
    } catch (CharacterCodingException notUtf8) {
      return Optional.empty();
    } catch (IOException notJson) {
      return Optional.empty();
    }
  }

  private static boolean areNames(JsonNode object) {
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      if (!isText(names.next())) {
        return false;
      }
    }
    return true;
  }

  private static boolean areEntries(JsonNode map, int depth) {
    if (depth > MOST_DEPTH) {
      return false;
    }
    for (Iterator<Map.Entry<String, JsonNode>> entries = map.fields(); entries.hasNext(); ) {
      Map.Entry<String, JsonNode> entry = entries.next();
      if (!isText(entry.getKey()) || !isValue(entry.getValue(), depth)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isValue(JsonNode value, int depth) {
    if (!value.isObject() || value.size() != 1) {
      return false;
    }
    String descriptor = value.fieldNames().next();
    JsonNode payload = value.get(descriptor);
    return switch (descriptor) {
      case "S", "N", "B" -> isScalar(payload, descriptor);
      case "BOOL", "NULL" -> payload.isBoolean();
      case "M" -> payload.isObject() && areEntries(payload, depth + 1);
      case "L" -> payload.isArray() && areValues(payload, depth + 1);
      case "SS", "NS", "BS" ->
          payload.isArray()
              && payload.size() > 0
              && depth < MOST_DEPTH
              && areScalars(payload, descriptor.substring(0, 1));
      default -> false;
    };
  }

  private static boolean areValues(JsonNode list, int depth) {
    if (depth > MOST_DEPTH) {
      return false;
    }
    for (JsonNode element : list) {
      if (!isValue(element, depth)) {
        return false;
      }
    }
    return true;
  }

  private static boolean areScalars(JsonNode set, String descriptor) {
    for (JsonNode member : set) {
      if (!isScalar(member, descriptor)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isScalar(JsonNode payload, String descriptor) {
    if (!payload.isTextual()) {
      return false;
    }
    String text = payload.textValue();
    return switch (descriptor) {
      case "N" -> isNumber(text);
      case "B" -> text.length() % 4 == 0 && BASE64.matcher(text).matches();
      default -> isText(text);
    };
  }

  private static boolean isNumber(String text) {
    if (text.length() > DynamoNumber.MOST_TEXT || !ASCII.matcher(text).matches()) {
      return false;
    }
    try {
      return DynamoNumber.defect(new BigDecimal(text)) == null;
    } catch (NumberFormatException | ArithmeticException e) {
      return false;
    }
  }

  /** Whether no half of a surrogate pair stands alone. */
  private static boolean isText(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }
}
