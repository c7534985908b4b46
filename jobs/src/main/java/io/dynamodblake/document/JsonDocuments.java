package io.dynamodblake.document;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * How small JSON documents are read and printed, all of them here: those of a lake table, those
 * that commands print and those that AWS takes or gives. Instants are in ISO 8601. Safe for use by
 * several threads.
 */
public final class JsonDocuments {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final ObjectReader EXACT =
      STRICT.readerFor(JsonNode.class).with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private static final DefaultIndenter TWO_SPACES = new DefaultIndenter("  ", "\n");
  private static final DefaultPrettyPrinter ARRAYS_IN_A_LINE =
      new DefaultPrettyPrinter().withObjectIndenter(TWO_SPACES);
  private static final ObjectWriter STORED =
      MAPPER.writer(ARRAYS_IN_A_LINE.withArrayIndenter(TWO_SPACES));
  private static final ObjectWriter ANSWERED = MAPPER.writer(ARRAYS_IN_A_LINE);
  private static final ObjectWriter LINE = MAPPER.writer();

  private JsonDocuments() {}

  /** Returns a new object without members. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  // ---- printing

  /**
   * Prints a document that is kept as a file: one key and one element a line, two spaces deeper for
   * each level, and the end of a line behind it.
   */
  public static String print(JsonNode document) {
    return written(STORED, document) + "\n";
  }

  /**
   * Prints a document that a command answers with: one key a line, two spaces deeper for each
   * level, the elements of an array behind each other, and no end of a line behind it.
   */
  public static String printAnswer(JsonNode document) {
    return written(ANSWERED, document);
  }

  /** Prints a document on one line without spaces, and no end of a line behind it. */
  public static String printLine(JsonNode document) {
    return written(LINE, document);
  }

  private static String written(ObjectWriter writer, JsonNode document) {
    try {
      return writer.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot print a document made here", e);
    }
  }

  // ---- reading

  /**
   * Reads a text as far as its first value ends. Of members with the same name the last one counts.
   *
   * @return the value; a missing node for a text without any
   * @throws JsonProcessingException if the text does not begin with a JSON value
   */
  public static JsonNode parse(String text) throws JsonProcessingException {
    return MAPPER.readTree(text);
  }

  /**
   * Reads a text that people edit: a name that an object has twice, and anything behind the value,
   * are errors.
   *
   * @return the value; a missing node for a text without any
   * @throws JsonProcessingException with the place of what is wrong
   */
  public static JsonNode parseStrictly(String text) throws JsonProcessingException {
    return STRICT.readTree(text);
  }

  /**
   * Reads a text as {@link #parseStrictly} does, with all digits of its numbers.
   *
   * @throws JsonProcessingException if it is no JSON
   */
  public static JsonNode parseExactly(String text) throws JsonProcessingException {
    return EXACT.readTree(text);
  }

  /** Reads an object as {@link #parse} does; the result is empty if the text does not hold one. */
  public static Optional<JsonNode> parseObject(String text) {
    try {
      return Optional.of(MAPPER.readTree(text)).filter(JsonNode::isObject);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** Reads an object from UTF-8; the result is empty if the bytes do not hold one. */
  public static Optional<JsonNode> parseObject(byte[] text) {
    try {
      return Optional.of(MAPPER.readTree(text)).filter(JsonNode::isObject);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  // ---- members

  /** Adds a text to an object, if there is one; a missing value leaves no key behind. */
  public static void put(ObjectNode node, String key, Optional<String> value) {
    value.ifPresent(text -> node.put(key, text));
  }

  /** Adds an instant in ISO 8601 to an object, if there is one. */
  public static void putInstant(ObjectNode node, String key, Optional<Instant> value) {
    value.ifPresent(instant -> node.put(key, instant.toString()));
  }

  /** Returns the text of a member; the result is empty if there is no such member or no text. */
  public static Optional<String> text(JsonNode node, String key) {
    JsonNode value = node.get(key);
    return value != null && value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
  }
}
