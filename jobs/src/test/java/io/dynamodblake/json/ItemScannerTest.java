package io.dynamodblake.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dynamodblake.testing.RandomItems;
import io.dynamodblake.testing.Tapes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ItemScannerTest {
  private static final ObjectMapper JACKSON = new ObjectMapper();

  @TestFactory
  Stream<DynamicTest> linesThatAreItems() {
    return Stream.of(
            row("as exports write it", "{\"Item\":{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"1.5\"}}}"),
            row("no attributes", "{\"Item\":{}}"),
            row("whitespace everywhere", " \t{ \"Item\" : { \"pk\" : { \"S\" : \"a\" } } } \r"),
            row(
                "unknown members around it",
                "{\"V\":[1,\"}\",{}],\"Item\":{\"a\":{\"N\":\"1\"}},\"W\":null}"),
            row(
                "empty values",
                "{\"Item\":{\"s\":{\"S\":\"\"},\"b\":{\"B\":\"\"},\"l\":{\"L\":[]},\"m\":{\"M\":{}}}}"),
            row(
                "members of a set may be empty",
                "{\"Item\":{\"s\":{\"SS\":[\"\"]},\"b\":{\"BS\":[\"\",\"AA==\"]}}}"),
            row(
                "names that look like the format's own",
                "{\"Item\":{\"Item\":{\"M\":{\"S\":{\"S\":\"S\"},\"\":{\"BOOL\":false}}}}}"),
            row(
                "escapes in names and values",
                "{\"Item\":{\"a\\u0062\\n\":{\"S\":\"\\\\\\/\\b\\f\\r\\t\\ud83d\\ude00\\u20ac\"}}}"),
            row("an escaped slash in base64", "{\"Item\":{\"b\":{\"B\":\"\\/\\/8=\"}}}"),
            row("an escaped descriptor", "{\"Item\":{\"b\":{\"\\u0053\":\"x\"}}}"),
            row(
                "38 digits",
                "{\"Item\":{\"n\":{\"N\":\"-12345678901234567890123456789012345678\"}}}"),
            row(
                "the largest number",
                "{\"Item\":{\"n\":{\"N\":\"9.9999999999999999999999999999999999999E+125\"}}}"),
            row(
                "the largest number, expanded",
                "{\"Item\":{\"n\":{\"N\":\"" + "9".repeat(38) + "0".repeat(88) + "\"}}}"),
            row("the smallest number", "{\"Item\":{\"n\":{\"N\":\"1E-130\"}}}"),
            row(
                "zeros do not count as digits",
                "{\"Item\":{\"n\":{\"N\":\"0." + "0".repeat(100) + "1\"}}}"),
            row(
                "the name twice, but at two levels",
                "{\"Item\":{\"a\":{\"M\":{\"a\":{\"S\":\"\"}}},\"b\":{\"M\":{\"a\":{\"S\":\"\"}}}}}"))
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.title(),
                    () ->
                        assertThat(Tapes.toObject(Tapes.ofLine(row.line())))
                            .isEqualTo(JACKSON.readValue(row.line(), Map.class).get("Item"))));
  }

  @TestFactory
  Stream<DynamicTest> linesThatAreNot() {
    return Stream.of(
            bad("not JSON", "nonsense", "not a JSON object at $"),
            bad("an array", "[]", "not a JSON object at $"),
            bad("an empty object", "{}", "no top-level member 'Item' at $"),
            bad("no item", "{\"Items\":{}}", "no top-level member 'Item' at $"),
            bad(
                "a change record",
                "{\"Keys\":{\"pk\":{\"S\":\"a\"}}}",
                "no top-level member 'Item' at $"),
            bad("two items", "{\"Item\":{},\"Item\":{}}", "two top-level members 'Item'"),
            bad("two values on the line", "{\"Item\":{}}{\"Item\":{}}", "more than one JSON value"),
            bad("an item that is a string", "{\"Item\":\"a\"}", "'Item' is not an object"),
            bad("cut off", "{\"Item\":{\"pk\":{\"S\":\"a\"}", "line ends too early at $.Item"),
            bad(
                "cut off in a string",
                "{\"Item\":{\"pk\":{\"S\":\"a",
                "string does not end at $.Item.pk"),
            bad(
                "cut off in an escape",
                "{\"Item\":{\"pk\":{\"S\":\"a\\",
                "string does not end at $.Item.pk"),
            bad(
                "an untyped value",
                "{\"Item\":{\"pk\":\"a\"}}",
                "value is not an object with a type descriptor at $.Item.pk"),
            bad(
                "no descriptor",
                "{\"Item\":{\"pk\":{}}}",
                "value has no type descriptor at $.Item.pk"),
            bad(
                "two descriptors",
                "{\"Item\":{\"pk\":{\"S\":\"a\",\"N\":\"1\"}}}",
                "more than one type descriptor at $.Item.pk"),
            bad(
                "unknown descriptor",
                "{\"Item\":{\"pk\":{\"Q\":\"a\"}}}",
                "unknown type descriptor at $.Item.pk"),
            bad(
                "lower-case descriptor",
                "{\"Item\":{\"pk\":{\"s\":\"a\"}}}",
                "unknown type descriptor at $.Item.pk"),
            bad(
                "almost a descriptor",
                "{\"Item\":{\"pk\":{\"BOOK\":true}}}",
                "unknown type descriptor at $.Item.pk"),
            bad(
                "number as JSON number",
                "{\"Item\":{\"n\":{\"N\":1}}}",
                "N is not a JSON string at $.Item.n"),
            bad(
                "not a number",
                "{\"Item\":{\"n\":{\"N\":\"1,5\"}}}",
                "N of length 3 is not a number at $.Item.n"),
            bad("NaN", "{\"Item\":{\"n\":{\"N\":\"NaN\"}}}", "N of length 3 is not a number"),
            bad("no digits", "{\"Item\":{\"n\":{\"N\":\"\"}}}", "N of length 0 is not a number"),
            bad("a lone sign", "{\"Item\":{\"n\":{\"N\":\"-\"}}}", "N of length 1 is not a number"),
            bad(
                "39 digits",
                "{\"Item\":{\"n\":{\"N\":\"" + "1".repeat(39) + "\"}}}",
                "N has 39 significant digits, more than 38 at $.Item.n"),
            bad("too large", "{\"Item\":{\"n\":{\"N\":\"1E+126\"}}}", "N has magnitude 1E126"),
            bad("too small", "{\"Item\":{\"n\":{\"N\":\"1E-131\"}}}", "N has magnitude 1E-131"),
            bad(
                "an absurd exponent",
                "{\"Item\":{\"n\":{\"N\":\"1E+2147483647\"}}}",
                "N has magnitude"),
            bad(
                "an endless number",
                "{\"Item\":{\"n\":{\"N\":\"" + "0".repeat(2000) + "\"}}}",
                "N of length 2000 is not a number"),
            bad(
                "base64 without padding",
                "{\"Item\":{\"b\":{\"B\":\"AAE\"}}}",
                "B of length 3 is not padded base64 at $.Item.b"),
            bad(
                "base64 of another alphabet",
                "{\"Item\":{\"b\":{\"B\":\"A-E=\"}}}",
                "B of length 4 is not padded base64"),
            bad(
                "padding in the middle",
                "{\"Item\":{\"b\":{\"B\":\"A=E=\"}}}",
                "B of length 4 is not padded base64"),
            bad(
                "nothing but padding",
                "{\"Item\":{\"b\":{\"B\":\"====\"}}}",
                "B of length 4 is not padded base64"),
            bad(
                "BOOL as text",
                "{\"Item\":{\"b\":{\"BOOL\":\"true\"}}}",
                "BOOL is neither true nor false at $.Item.b"),
            bad(
                "NULL as null",
                "{\"Item\":{\"b\":{\"NULL\":null}}}",
                "NULL is neither true nor false"),
            bad(
                "an empty set",
                "{\"Item\":{\"b\":{\"SS\":[]}}}",
                "SS is empty; DynamoDB has no empty sets at $.Item.b"),
            bad(
                "a set with a null",
                "{\"Item\":{\"b\":{\"SS\":[\"a\",null]}}}",
                "S is not a JSON string at $.Item.b[1]"),
            bad(
                "a number set with text",
                "{\"Item\":{\"b\":{\"NS\":[\"a\"]}}}",
                "N of length 1 is not a number at $.Item.b[0]"),
            bad(
                "a list of untyped values",
                "{\"Item\":{\"l\":{\"L\":[\"a\"]}}}",
                "value is not an object with a type descriptor at $.Item.l[0]"),
            bad(
                "a list that is an object",
                "{\"Item\":{\"l\":{\"L\":{}}}}",
                "L does not hold an array at $.Item.l"),
            bad(
                "a map that is an array",
                "{\"Item\":{\"m\":{\"M\":[]}}}",
                "M does not hold an object at $.Item.m"),
            bad(
                "a path through containers",
                "{\"Item\":{\"m\":{\"M\":{\"l\":{\"L\":[{\"S\":\"\"},{\"N\":\"x\"}]}}}}}",
                "at $.Item.m.l[1]"),
            bad(
                "attribute twice",
                "{\"Item\":{\"a\":{\"S\":\"1\"},\"b\":{\"S\":\"2\"},\"a\":{\"S\":\"3\"}}}",
                "attribute name occurs twice at $.Item.a"),
            bad(
                "attribute twice, once escaped",
                "{\"Item\":{\"a\":{\"S\":\"1\"},\"\\u0061\":{\"S\":\"3\"}}}",
                "attribute name occurs twice at $.Item.a"),
            bad(
                "nested attribute twice",
                "{\"Item\":{\"m\":{\"M\":{\"a\":{\"S\":\"1\"},\"a\":{\"S\":\"3\"}}}}}",
                "attribute name occurs twice at $.Item.m.a"),
            bad(
                "half a surrogate pair",
                "{\"Item\":{\"a\":{\"S\":\"\\ud83d\"}}}",
                "half a surrogate pair in a string at $.Item.a"),
            bad(
                "surrogates the wrong way round",
                "{\"Item\":{\"a\":{\"S\":\"\\ude00\\ud83d\"}}}",
                "half a surrogate pair"),
            bad("unknown escape", "{\"Item\":{\"a\":{\"S\":\"\\x\"}}}", "unknown escape"),
            bad(
                "control character",
                "{\"Item\":{\"a\":{\"S\":\"\u0001\"}}}",
                "control character in a string"),
            bad(
                "trailing comma",
                "{\"Item\":{\"a\":{\"S\":\"\"},}}",
                "expected a member name in quotes"),
            bad(
                "missing comma",
                "{\"Item\":{\"a\":{\"S\":\"\"}\"b\":{\"S\":\"\"}}}",
                "expected ',' or '}' in a map"),
            bad(
                "missing colon",
                "{\"Item\":{\"a\"{\"S\":\"\"}}}",
                "expected ':' after a member name"),
            bad(
                "nested 10,000 deep",
                "{\"Item\":{\"a\":" + "{\"L\":[".repeat(10_000) + "]}".repeat(10_000) + "}}",
                "nested deeper than 64 levels"),
            bad(
                "unknown member 10,000 deep and open",
                "{\"x\":" + "[".repeat(10_000) + "}",
                "value does not end"))
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.title(),
                    () ->
                        assertThatThrownBy(() -> Tapes.ofLine(row.line()))
                            .isInstanceOf(MalformedRecordException.class)
                            .hasMessageContaining(row.message())));
  }

  @TestFactory
  Stream<DynamicTest> invalidUtf8() {
    return Stream.of(
            utf8("a lone continuation byte", 0x80),
            utf8("an overlong slash", 0xc0, 0xaf),
            utf8("an overlong euro", 0xe0, 0x82, 0xac),
            utf8("a surrogate", 0xed, 0xa0, 0x80),
            utf8("beyond U+10FFFF", 0xf4, 0x90, 0x80, 0x80),
            utf8("cut off", 0xe2, 0x82),
            utf8("a byte that never occurs", 0xff))
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.title(),
                    () ->
                        assertThatThrownBy(() -> scan(row.bytes()))
                            .isInstanceOf(MalformedRecordException.class)
                            .hasMessageContaining("invalid UTF-8 at $.Item.a")));
  }

  @Test
  void theOffsetCountsFromTheStartOfTheLine() {
    byte[] bytes = "xxxxx{\"Item\":{\"a\":{\"N\":1}}}".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> new ItemScanner().scan(bytes, 5, bytes.length, new ItemTape()))
        .isInstanceOfSatisfying(
            MalformedRecordException.class,
            e -> assertThat(e.offset()).isEqualTo("{\"Item\":{\"a\":{\"N\":".length()))
        .hasMessage("N is not a JSON string at $.Item.a");
  }

  @Test
  void messagesShowNamesButNoValues() {
    assertThatThrownBy(() -> Tapes.ofItem("{\"card\":{\"N\":\"secret\"}}"))
        .hasMessageContaining("card")
        .hasMessageNotContaining("secret");
  }

  @Test
  void nullThatIsFalseIsNullAndCounted() throws MalformedRecordException {
    ItemTape tape = Tapes.ofItem("{\"a\":{\"NULL\":false},\"b\":{\"NULL\":true}}");
    assertThat(tape.falseNulls()).isEqualTo(1);
    assertThat(tape.descriptor(tape.firstChild(tape.item())).name()).isEqualTo("NULL");
  }

  @Test
  void thirtyTwoLevelsAreRead() throws MalformedRecordException {
    ItemTape tape =
        Tapes.ofItem("{\"a\":" + "{\"L\":[".repeat(32) + "{\"S\":\"x\"}" + "]}".repeat(32) + "}");
    assertThat(tape.childCount(tape.item())).isEqualTo(1);
  }

  @Test
  void unwantedAttributesAreSkippedWithoutALook() throws MalformedRecordException {
    byte[] line =
        "{\"Item\":{\"x\":{\"Q\":[\"}\\\"\"]},\"a\":{\"S\":\"1\"},\"y\":{\"M\":{}},\"b\":{\"S\":\"2\"}}}"
            .getBytes(StandardCharsets.UTF_8);
    ItemTape tape = new ItemTape();
    new ItemScanner().scan(line, 0, line.length, tape, new NameTable(List.of("b", "a")));
    assertThat(Tapes.toObject(tape))
        .isEqualTo(Map.of("a", Map.of("S", "1"), "b", Map.of("S", "2")));
  }

  @Test
  void namesThatCollideInATableAreToldApart() throws MalformedRecordException {
    List<String> names = new ArrayList<>();
    StringBuilder item = new StringBuilder("{");
    for (int i = 0; i < 5_000; i++) {
      names.add("n" + i);
      item.append(i == 0 ? "" : ",")
          .append("\"n")
          .append(i)
          .append("\":{\"N\":\"")
          .append(i)
          .append("\"}");
    }
    ItemTape tape = Tapes.ofItem(item.append('}').toString());
    NameTable table = new NameTable(names);
    int node = tape.firstChild(tape.item());
    for (int i = 0; i < 5_000; i++, node = tape.next(node)) {
      assertThat(table.find(tape, node, -1)).isEqualTo(i);
      assertThat(table.find(tape, node, i)).isEqualTo(i);
      assertThat(table.find(tape, node, 4_999 - i)).isEqualTo(i);
    }
  }

  @Property(tries = 2_000)
  void tapesSayWhatJacksonSays(@ForAll long seed) throws Exception {
    RandomItems items = RandomItems.any(seed);
    ItemScanner scanner = new ItemScanner();
    ItemTape tape = new ItemTape();
    for (int i = 0; i < 5; i++) {
      byte[] line = items.line().getBytes(StandardCharsets.UTF_8);
      byte[] shifted = new byte[line.length + i + 3];
      System.arraycopy(line, 0, shifted, i, line.length);
      scanner.scan(shifted, i, i + line.length, tape);
      Map<?, ?> record = JACKSON.readValue(line, LinkedHashMap.class);
      assertThat(Tapes.toObject(tape)).isEqualTo(record.get("Item"));
    }
  }

  @Property(tries = 500)
  void damagedLinesAreRefusedOrReadButNeverBreakTheScanner(@ForAll long seed) throws Exception {
    java.util.Random random = new java.util.Random(seed);
    byte[] line = RandomItems.plain(seed).line().getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 20; i++) {
      byte[] damaged = line.clone();
      for (int j = random.nextInt(3); j >= 0; j--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      int length = random.nextBoolean() ? damaged.length : random.nextInt(damaged.length);
      ItemTape tape = new ItemTape();
      try {
        new ItemScanner().scan(damaged, 0, length, tape);
      } catch (MalformedRecordException e) {
        assertThat(e.offset()).isBetween(0, length);
        continue;
      }
      // read as an item: then it is JSON, and Jackson sees the same
      Object item = JACKSON.readValue(damaged, 0, length, LinkedHashMap.class).get("Item");
      assertThat(normal(Tapes.toObject(tape))).isEqualTo(normal(item));
    }
  }

  private static String normal(Object item) throws Exception {
    return JACKSON.writeValueAsString(item).replace("{\"NULL\":false}", "{\"NULL\":true}");
  }

  private static void scan(byte[] line) throws MalformedRecordException {
    new ItemScanner().scan(line, 0, line.length, new ItemTape());
  }

  private record Row(String title, String line, String message) {}

  private static Row row(String title, String line) {
    return new Row(title, line, "");
  }

  private static Row bad(String title, String line, String message) {
    return new Row(title, line, message);
  }

  private record Line(String title, byte[] bytes) {}

  private static Line utf8(String title, int... bytes) {
    byte[] before = "{\"Item\":{\"a\":{\"S\":\"".getBytes(StandardCharsets.US_ASCII);
    byte[] after = "\"}}}".getBytes(StandardCharsets.US_ASCII);
    byte[] line = new byte[before.length + bytes.length + after.length];
    System.arraycopy(before, 0, line, 0, before.length);
    for (int i = 0; i < bytes.length; i++) {
      line[before.length + i] = (byte) bytes[i];
    }
    System.arraycopy(after, 0, line, before.length + bytes.length, after.length);
    return new Line(title, line);
  }
}
