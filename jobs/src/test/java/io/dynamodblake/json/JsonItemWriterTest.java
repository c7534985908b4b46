package io.dynamodblake.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dynamodblake.type.Descriptor;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class JsonItemWriterTest {
  private final JsonItemWriter writer = new JsonItemWriter();

  private void name(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    writer.name(bytes, 0, bytes.length);
  }

  private void text(String text) {
    // between other bytes, as in a column
    byte[] bytes = (">" + text + "\"\\\nbehind").getBytes(StandardCharsets.UTF_8);
    writer.text(bytes, 1, bytes.length - 1 - "\"\\\nbehind".length());
  }

  private void number(String digits) {
    byte[] bytes = digits.getBytes(StandardCharsets.UTF_8);
    writer.number(bytes, 0, bytes.length);
  }

  private String lines() {
    return new String(writer.bytes(), 0, writer.length(), StandardCharsets.UTF_8);
  }

  @Test
  void everyDescriptorStandsAsExportsWriteIt() {
    writer.beginItem();
    name("s");
    text("héllo \"you\" \\ \n\r\t\b\f\u0001\u001f\u007f/😀");
    name("n");
    number("-1.5");
    name("b");
    writer.binary(new byte[] {9, 0, 1, -2, -1, 9}, 1, 4);
    name("t");
    writer.bool(true);
    name("f");
    writer.bool(false);
    name("null");
    writer.nullValue();
    name("l");
    writer.beginList();
    text("x");
    writer.beginMap();
    writer.endMap();
    writer.nullValue();
    writer.endList();
    name("m");
    writer.beginMap();
    name("a\"b");
    number("1");
    name("c");
    writer.beginList();
    writer.endList();
    writer.endMap();
    name("ss");
    writer.beginSet(Descriptor.SS);
    text("a");
    text("");
    writer.endSet();
    name("ns");
    writer.beginSet(Descriptor.NS);
    number("1");
    number("2.5");
    writer.endSet();
    name("bs");
    writer.beginSet(Descriptor.BS);
    writer.binary(new byte[] {0, 1}, 0, 2);
    writer.endSet();
    writer.endItem();
    writer.beginItem();
    writer.endItem();

    assertThat(lines())
        .isEqualTo(
            "{\"Item\":{\"s\":{\"S\":\"héllo \\\"you\\\" \\\\ \\n\\r\\t\\b\\f\\u0001\\u001f\u007f/😀\"},"
                + "\"n\":{\"N\":\"-1.5\"},\"b\":{\"B\":\"AAH+/w==\"},\"t\":{\"BOOL\":true},"
                + "\"f\":{\"BOOL\":false},\"null\":{\"NULL\":true},"
                + "\"l\":{\"L\":[{\"S\":\"x\"},{\"M\":{}},{\"NULL\":true}]},"
                + "\"m\":{\"M\":{\"a\\\"b\":{\"N\":\"1\"},\"c\":{\"L\":[]}}},"
                + "\"ss\":{\"SS\":[\"a\",\"\"]},\"ns\":{\"NS\":[\"1\",\"2.5\"]},"
                + "\"bs\":{\"BS\":[\"AAE=\"]}}}\n{\"Item\":{}}\n");
  }

  @Test
  void numbersAreCopiedWholeWhateverStandsBehindThem() {
    String digits = "1234567890123456789012345678901234567890";
    for (int length = 1; length <= 40; length++) {
      for (int behind : new int[] {0, 8, 40}) {
        byte[] bytes =
            ("-" + digits.substring(0, length) + "9".repeat(behind))
                .getBytes(StandardCharsets.US_ASCII);
        writer.reset();
        writer.number(bytes, 1, length);
        writer.number(bytes, 0, length + 1);
        assertThat(lines())
            .isEqualTo("{\"N\":\"%s\"},{\"N\":\"-%<s\"}".formatted(digits.substring(0, length)));
      }
    }
  }

  @Test
  void resetForgetsAnItemThatWasNotEnded() {
    writer.beginItem();
    name("s");
    writer.beginSet(Descriptor.SS);
    text("x");
    writer.reset();
    writer.beginItem();
    name("s");
    text("y");
    writer.endItem();
    assertThat(lines()).isEqualTo("{\"Item\":{\"s\":{\"S\":\"y\"}}}\n");
  }

  @Property(tries = 500)
  void anyTextAndAnyBytesAreReadBackTheSame(@ForAll String any, @ForAll byte[] bytes)
      throws Exception {
    // unpaired surrogates have no UTF-8
    String text =
        new String(any.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).repeat(3);
    writer.reset();
    writer.beginItem();
    name("t" + text);
    text(text);
    name("b");
    writer.binary(bytes, 0, bytes.length);
    writer.endItem();
    JsonNode item = new ObjectMapper().readTree(lines()).path("Item");
    assertThat(item.path("t" + text).path("S").textValue()).isEqualTo(text);
    assertThat(item.path("b").path("B").textValue())
        .isEqualTo(Base64.getEncoder().encodeToString(bytes));
  }
}
