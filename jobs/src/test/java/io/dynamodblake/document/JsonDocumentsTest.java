package io.dynamodblake.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonDocumentsTest {
  private static ObjectNode document() {
    ObjectNode tree = JsonDocuments.object();
    tree.put("cost", 0.1);
    tree.putArray("lines").add(1).addObject().put("a", "é\"");
    tree.putArray("none");
    tree.putObject("empty");
    return tree;
  }

  @Test
  void aFileHasOneElementALineAndAnEndOfALine() {
    assertThat(JsonDocuments.print(document()))
        .isEqualTo(
            """
            {
              "cost" : 0.1,
              "lines" : [
                1,
                {
                  "a" : "é\\""
                }
              ],
              "none" : [ ],
              "empty" : { }
            }
            """);
  }

  @Test
  void anAnswerHasItsArraysInALineAndNoEndOfALine() throws JsonProcessingException {
    assertThat(JsonDocuments.printAnswer(document()))
        .isEqualTo(
            """
            {
              "cost" : 0.1,
              "lines" : [ 1, {
                "a" : "é\\""
              } ],
              "none" : [ ],
              "empty" : { }
            }\
            """)
        .isEqualTo(
            new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValueAsString(document())
                .replace(System.lineSeparator(), "\n"));
  }

  @Test
  void aLineHasNoSpacesAndNoEnd() {
    assertThat(JsonDocuments.printLine(document()))
        .isEqualTo("{\"cost\":0.1,\"lines\":[1,{\"a\":\"é\\\"\"}],\"none\":[],\"empty\":{}}");
  }

  @Test
  void onlyAnObjectIsRead() {
    assertThat(JsonDocuments.parseObject("{\"a\":1}")).isPresent();
    for (String other : new String[] {"", " ", "null", "[]", "1", "{", "no"}) {
      assertThat(JsonDocuments.parseObject(other)).as(other).isEmpty();
      assertThat(JsonDocuments.parseObject(other.getBytes(StandardCharsets.UTF_8)))
          .as(other)
          .isEmpty();
    }
    assertThat(JsonDocuments.parseObject(new byte[] {'{', '"', (byte) 0xff, '"'})).isEmpty();
  }

  @Test
  void strictReadingRefusesWhatIsThereTwiceAndWhatFollows() throws JsonProcessingException {
    assertThat(JsonDocuments.parse("{\"a\":1,\"a\":2} x").path("a").intValue()).isEqualTo(2);

    assertThatThrownBy(() -> JsonDocuments.parseStrictly("{\"a\":1,\"a\":2}"))
        .isInstanceOf(JsonParseException.class)
        .hasMessageContaining("Duplicate field 'a'");
    assertThatThrownBy(() -> JsonDocuments.parseStrictly("{\"a\":1} {}"))
        .isInstanceOf(MismatchedInputException.class)
        .hasMessageContaining("Trailing token");
  }

  @Test
  void whatIsNotKnownLeavesNoKeyBehind() {
    ObjectNode tree = JsonDocuments.object();
    JsonDocuments.put(tree, "text", Optional.empty());
    JsonDocuments.putInstant(tree, "time", Optional.empty());
    assertThat(tree).isEmpty();

    JsonDocuments.put(tree, "text", Optional.of("x"));
    JsonDocuments.putInstant(tree, "time", Optional.of(Instant.EPOCH));
    assertThat(JsonDocuments.text(tree, "text")).contains("x");
    assertThat(JsonDocuments.text(tree, "time")).contains("1970-01-01T00:00:00Z");
    assertThat(JsonDocuments.text(tree.put("number", 1), "number")).isEmpty();
  }
}
