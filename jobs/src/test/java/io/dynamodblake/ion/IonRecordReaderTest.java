package io.dynamodblake.ion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.flatten.TapeValues;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.testing.RandomItems;
import io.dynamodblake.testing.Tapes;
import io.dynamodblake.type.Descriptor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IonRecordReaderTest {
  private static final TapeValues TAPES = new TapeValues();
  private static final int MAX_JSON_BYTES = 1 << 24;

  private record Row(String title, String line, String expected) {}

  private static Row row(String title, String line, String expected) {
    return new Row(title, line, expected);
  }

  /** An attribute {@code a} and the JSON of its value. */
  private static Row value(String title, String ion, String json) {
    return new Row(title, "$ion_1_0 {Item:{a:" + ion + "}}", "{\"Item\":{\"a\":" + json + "}}");
  }

  private static Row bad(String title, String ion, String message) {
    return new Row(title, "$ion_1_0 {Item:{a:" + ion + "}}", message);
  }

  @TestFactory
  Stream<DynamicTest> linesThatAreItems() {
    return Stream.of(
            row("no attributes", "$ion_1_0 {Item:{}}", "{\"Item\":{}}"),
            row("a blank before the marker", " \t$ion_1_0 {Item:{}}\r", "{\"Item\":{}}"),
            row("markers repeated", "$ion_1_0 $ion_1_0 {Item:{}} $ion_1_0", "{\"Item\":{}}"),
            row("no marker", "{Item:{}}", "{\"Item\":{}}"),
            row("a comment", "/* [ */ {Item:{}} // {{", "{\"Item\":{}}"),
            row("unknown fields around it", "{V:[1,'}',{{}}],Item:{},W:1e0}", "{\"Item\":{}}"),
            row("quoted field names", "{\"Item\":{'a b':1.,\"c\":2.,'null':3.}}", three()),
            row("an empty name", "{Item:{'':true}}", "{\"Item\":{\"\":{\"BOOL\":true}}}"),
            row(
                "a symbol table of its own",
                "$ion_1_0 $ion_symbol_table::{symbols:[\"Item\",\"a\"]} {$10:{$11:$dynamodb_SS::[\"x\"]}}",
                "{\"Item\":{\"a\":{\"SS\":[\"x\"]}}}"),
            value("S", "\"h\u00e9llo\"", "{\"S\":\"h\u00e9llo\"}"),
            value(
                "S with escapes",
                "\"\\x41\\\"\\\\\\n\\ud83d\\ude00\"",
                "{\"S\":\"A\\\"\\\\\\u000a\ud83d\ude00\"}"),
            value("S in parts", "'''a''' '''b'''", "{\"S\":\"ab\"}"),
            value("S that looks like a huge number", digitsText(), "{\"S\":" + digitsText() + "}"),
            value("N with a dot", "103.", "{\"N\":\"103\"}"),
            value("N with a fraction", "-1.25", "{\"N\":\"-1.25\"}"),
            value("N with an exponent", "2d3", "{\"N\":\"2000\"}"),
            value("N with needless zeros", "1.500", "{\"N\":\"1.5\"}"),
            value("N as an Ion int", "42", "{\"N\":\"42\"}"),
            value("N as a hexadecimal int", "0xff", "{\"N\":\"255\"}"),
            value("negative zero", "-0.", "{\"N\":\"0\"}"),
            value("zero with an absurd exponent", "0d999999999", "{\"N\":\"0\"}"),
            value("the smallest number", "1d-130", "{\"N\":\"0." + "0".repeat(129) + "1\"}"),
            value("the largest exponent", "9d125", "{\"N\":\"9" + "0".repeat(125) + "\"}"),
            value("BOOL", "false", "{\"BOOL\":false}"),
            value("NULL", "null", "{\"NULL\":true}"),
            value("NULL with its type", "null.null", "{\"NULL\":true}"),
            value("B", "{{ AAH+ //8= }}", "{\"B\":\"AAH+//8=\"}"),
            value("B, empty", "{{}}", "{\"B\":\"\"}"),
            value("SS", "$dynamodb_SS::[\"a\",\"\"]", "{\"SS\":[\"a\",\"\"]}"),
            value("NS", "$dynamodb_NS::[3.,1.25,7]", "{\"NS\":[\"3\",\"1.25\",\"7\"]}"),
            value("BS", "'$dynamodb_BS'::[{{AAE=}},{{}}]", "{\"BS\":[\"AAE=\",\"\"]}"),
            value(
                "L and M",
                "[{b:[null,{}]},\"x\",[]]",
                "{\"L\":[{\"M\":{\"b\":{\"L\":[{\"NULL\":true},{\"M\":{}}]}}},{\"S\":\"x\"},{\"L\":[]}]}"),
            value("a list is no set", "[\"a\"]", "{\"L\":[{\"S\":\"a\"}]}"),
            value("64 levels", nested(63), levels(63)))
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.title(),
                    () -> {
                      assertThat(json(row.line())).isEqualTo(row.expected());
                      Tapes.ofLine(row.expected());
                    }));
  }

  private static String three() {
    return "{\"Item\":{\"a b\":{\"N\":\"1\"},\"c\":{\"N\":\"2\"},\"null\":{\"N\":\"3\"}}}";
  }

  private static String digitsText() {
    return '"' + "9".repeat(5_000) + '"';
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  private static String levels(int depth) {
    return "{\"L\":[".repeat(depth) + "]}".repeat(depth);
  }

  @TestFactory
  Stream<DynamicTest> linesThatAreNot() {
    return Stream.of(
            row("nothing but a marker", "$ion_1_0", "no Ion value at $"),
            row("another version", "$ion_1_1 {Item:{}}", "not valid Ion text at $"),
            row("cut off", "$ion_1_0 {Item:{a:1.", "not valid Ion text at $.Item.a"),
            row("the rest of a document", "}", "not valid Ion text at $"),
            row(
                "a list of items",
                "[{Item:{}}]",
                "an Ion list, and a line has to hold one item at $"),
            row("a string", "\"Item\"", "an Ion string and not a struct at $"),
            row("a null struct", "null.struct", "an Ion null and not a struct at $"),
            row("no item", "{item:{}}", "no top-level field 'Item' at $"),
            row("two items", "{Item:{},Item:{}}", "two top-level fields 'Item' at $"),
            row(
                "two lines in one",
                "{Item:{}} {Item:{}}",
                "more than one Ion value on the line at $"),
            row("an item that is none", "{Item:[1.]}", "an Ion list and not a struct at $.Item"),
            row("a null item", "{Item:null.struct}", "an Ion null and not a struct at $.Item"),
            row(
                "a change",
                "{Record:{Keys:{a:1.},NewImage:{a:1.}}}",
                "an Ion 'Record', a change of an incremental export, and not an 'Item' at $"),
            row(
                "an annotation around it",
                "x::{Item:{}}",
                "an Ion annotation that DynamoDB does not write here at $"),
            row(
                "an annotated item",
                "{Item:x::{}}",
                "an Ion annotation that DynamoDB does not write here at $.Item"),
            row(
                "a shared symbol table",
                "$ion_symbol_table::{imports:[{name:\"x\",version:1,max_id:2000000000}]} {Item:{}}",
                "an Ion symbol table that imports another at $"),
            row("an unknown symbol", "{Item:{$99:1.}}", "not valid Ion text at $.Item"),
            row(
                "symbol zero",
                "{Item:{$0:1.}}",
                "an Ion field name that no symbol table knows at $.Item"),
            bad("a float", "1e0", "an Ion float, which is no type of DynamoDB at $.Item.a"),
            bad(
                "not a number",
                "[nan]",
                "an Ion float, which is no type of DynamoDB at $.Item.a[0]"),
            bad(
                "a day",
                "2026-11-18",
                "an Ion timestamp, which is no type of DynamoDB at $.Item.a"),
            bad("a symbol", "{b:x}", "an Ion symbol, which is no type of DynamoDB at $.Item.a.b"),
            bad("a clob", "{{\"x\"}}", "an Ion clob, which is no type of DynamoDB at $.Item.a"),
            bad("a sexp", "(1 2)", "an Ion sexp, which is no type of DynamoDB at $.Item.a"),
            bad(
                "a typed null",
                "null.string",
                "an Ion null of type string, and DynamoDB has only one null at $.Item.a"),
            bad(
                "a null set",
                "$dynamodb_SS::null.list",
                "an Ion null of type list, and DynamoDB has only one null at $.Item.a"),
            bad(
                "an unknown annotation",
                "x::[]",
                "an Ion annotation that DynamoDB does not write here at $.Item.a"),
            bad(
                "two annotations",
                "$dynamodb_SS::$dynamodb_SS::[\"x\"]",
                "an Ion annotation that DynamoDB does not write here at $.Item.a"),
            bad(
                "a set that is no list",
                "$dynamodb_SS::\"x\"",
                "annotation $dynamodb_SS on an Ion string and not on a list at $.Item.a"),
            bad("an empty set", "$dynamodb_NS::[]", "NS is empty; DynamoDB has no empty sets at"),
            bad(
                "a set of others",
                "$dynamodb_NS::[1.,\"2\"]",
                "NS has a member that is an Ion string at $.Item.a[1]"),
            bad(
                "NULL in a set",
                "$dynamodb_SS::[null]",
                "SS has a member that is an Ion null at $.Item.a[0]"),
            bad(
                "a typed null in a set",
                "$dynamodb_BS::[null.blob]",
                "BS has a member that is an Ion null of type blob at $.Item.a[0]"),
            bad(
                "an annotated member",
                "$dynamodb_SS::[x::\"\"]",
                "an Ion annotation that DynamoDB does not write here at $.Item.a[0]"),
            bad("a name twice", "{b:1.,'b':2.}", "attribute name occurs twice at $.Item.a.b"),
            bad(
                "too large",
                "1d126",
                "Ion decimal has magnitude 1E126, outside 1E-130 to 1E+125 at $.Item.a"),
            bad(
                "absurdly large",
                "[0.,1d999999999]",
                "Ion decimal has magnitude 1E999999999, outside 1E-130 to 1E+125 at $.Item.a[1]"),
            bad(
                "beyond what Java counts",
                "1000d2147483647",
                "an Ion decimal that is not a number at $.Item.a"),
            bad(
                "an exponent that is no int",
                "1d99999999999",
                "an Ion decimal that is not a number at $.Item.a"),
            bad(
                "too many digits",
                "1." + "1".repeat(38),
                "Ion decimal has 39 significant digits, more than 38 at $.Item.a"),
            bad(
                "an int of too many digits",
                "-" + "1".repeat(39),
                "Ion int has 39 significant digits, more than 38 at $.Item.a"),
            bad("no base64", "{{A}}", "not valid Ion text at $.Item.a"),
            bad("half a surrogate pair", "\"\\ud83d\"", "not valid Ion text at $.Item.a"),
            bad("65 levels", nested(64), "nested deeper than 64 levels at $.Item.a[0][0]"))
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.title(),
                    () ->
                        assertThatThrownBy(() -> tape(row.line()))
                            .isInstanceOfAny(
                                MalformedIonException.class, MalformedRecordException.class)
                            .hasMessageStartingWith(row.expected())));
  }

  @Test
  void namesAreShownAndShortenedAndValuesNever() {
    String name = "n".repeat(100);
    assertThatThrownBy(() -> json("{Item:{" + name + ":[\"secret\",secret]}}"))
        .hasMessage(
            "an Ion symbol, which is no type of DynamoDB at $.Item." + "n".repeat(64) + "...[1]");
    assertThatThrownBy(() -> json("{Item:{a:\"secret\" secret}}"))
        .hasMessage("not valid Ion text at $.Item.a");
  }

  @Test
  void bytesThatAreNoTextAreRefused() {
    byte[] binary = {(byte) 0xe0, 1, 0, (byte) 0xea, (byte) 0xd0};
    byte[] gzip = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0};
    byte[] overlong = "{Item:{a:\"xx\"}}".getBytes(StandardCharsets.US_ASCII);
    overlong[10] = (byte) 0xc0;
    overlong[11] = (byte) 0x80;
    byte[] surrogate = "{Item:{a:\"xxx\"}}".getBytes(StandardCharsets.US_ASCII);
    surrogate[10] = (byte) 0xed;
    surrogate[11] = (byte) 0xa0;
    surrogate[12] = (byte) 0x80;
    for (byte[] line : new byte[][] {binary, gzip, overlong, surrogate}) {
      assertThatThrownBy(() -> new IonRecordReader(100).read(line, 0, line.length))
          .isInstanceOf(MalformedIonException.class)
          .hasMessage("invalid UTF-8 at $");
    }
  }

  @TestFactory
  Stream<DynamicTest> hostileLinesEndSoonAndInLittleMemory() {
    String deep = "[".repeat(1_000_000) + "]".repeat(1_000_000);
    String symbols = "$ion_symbol_table::{symbols:[\"" + "n".repeat(1 << 20) + "\"]} {Item:{a:[";
    return Stream.of(
            bad("deep lists", deep, "nested deeper than 64 levels at $.Item.a[0]"),
            row("deep beside the item", "{x:" + deep + ",Item:{}}", ""),
            row("deep in a symbol table", "$ion_symbol_table::{x:" + deep + "} {Item:{}}", ""),
            row("deep annotations", "a::".repeat(1_000_000) + "{Item:{}}", "an Ion annotation"),
            bad(
                "a number of millions of digits",
                "9".repeat(4_000_000) + ".",
                "a number of length 4000001 is not a number at $"),
            bad(
                "the same behind quotes, comments and slashes",
                "[\"\\\"\",'''a'b''',{{AA//}},/*\"*/-" + "9".repeat(4_000_000) + "]",
                "a number of length 4000001 is not a number at $"),
            row(
                "one long name in many places",
                symbols + "{$10:1.},".repeat(100_000) + "]}}",
                "as DynamoDB JSON the line is longer than the 16777216 bytes that are read at $.Item.a["),
            bad(
                "many numbers that are long when written out",
                "[" + "1d125,".repeat(1_000_000) + "]",
                "as DynamoDB JSON the line is longer than the 16777216 bytes that are read at $.Item.a["))
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.title(),
                    () ->
                        Assertions.assertTimeoutPreemptively(
                            Duration.ofSeconds(20),
                            () -> {
                              if (row.expected().isEmpty()) {
                                assertThat(json(row.line())).isEqualTo("{\"Item\":{}}");
                              } else {
                                assertThatThrownBy(() -> json(row.line()))
                                    .isInstanceOf(MalformedIonException.class)
                                    .hasMessageStartingWith(row.expected());
                              }
                            })));
  }

  @Property(tries = 1_500)
  void itemsComeBackFromIonAsTheyWere(@ForAll long seed) throws Exception {
    RandomItems items = RandomItems.any(seed);
    IonItemWriter writer = new IonItemWriter();
    IonRecordReader reader = new IonRecordReader(MAX_JSON_BYTES);
    ItemScanner scanner = new ItemScanner();
    for (int i = 0; i < 10; i++) {
      ItemTape before = Tapes.ofLine(items.line());
      int start = writer.length();
      TAPES.writeItem(before, writer);
      assertThat(writer.bytes()[writer.length() - 1]).isEqualTo((byte) '\n');
      reader.read(writer.bytes(), start, writer.length() - 1);
      ItemTape after = new ItemTape();
      scanner.scan(reader.json(), 0, reader.length(), after);
      assertThat(Tapes.toComparable(after)).isEqualTo(Tapes.toComparable(before));
    }
    String lines = new String(writer.bytes(), 0, writer.length(), StandardCharsets.UTF_8);
    assertThat(lines.split("\n")).hasSize(10).allMatch(line -> line.startsWith("$ion_1_0 {Item:{"));
  }

  @Property(tries = 500)
  void damagedLinesAreRefusedOrReadButNeverBreakTheReader(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    IonItemWriter writer = new IonItemWriter();
    TAPES.writeItem(Tapes.ofLine(RandomItems.plain(seed).line()), writer);
    IonRecordReader reader = new IonRecordReader(MAX_JSON_BYTES);
    String special = "{}[]()\"',:.$-+/*\\0de_";
    for (int i = 0; i < 20; i++) {
      byte[] damaged = writer.bytes().clone();
      int length = writer.length() - 1;
      for (int j = random.nextInt(3); j >= 0; j--) {
        damaged[random.nextInt(length)] =
            (byte)
                (random.nextBoolean()
                    ? random.nextInt(256)
                    : special.charAt(random.nextInt(special.length())));
      }
      length = random.nextBoolean() ? length : random.nextInt(length);
      try {
        reader.read(damaged, 0, length);
        new ItemScanner().scan(reader.json(), 0, reader.length(), new ItemTape());
      } catch (MalformedIonException e) {
        assertThat(e.getMessage()).contains(" at $");
      } catch (MalformedRecordException e) {
        // what is left to the scanner, and nothing about the JSON in between
        assertThat(e.getMessage()).containsAnyOf("occurs twice", "is empty");
      }
    }
  }

  @Test
  void aReaderIsReusedAfterABadLine() throws Exception {
    IonRecordReader reader = new IonRecordReader(100);
    byte[] bad = "{Item:{a:[[x]]}}".getBytes(StandardCharsets.US_ASCII);
    byte[] good = "  {Item:{a:1.}}  ".getBytes(StandardCharsets.US_ASCII);
    assertThatThrownBy(() -> reader.read(bad, 0, bad.length))
        .hasMessageEndingWith("$.Item.a[0][0]");
    reader.read(good, 2, good.length - 2);
    assertThat(new String(reader.json(), 0, reader.length(), StandardCharsets.UTF_8))
        .isEqualTo("{\"Item\":{\"a\":{\"N\":\"1\"}}}");
    assertThatThrownBy(() -> reader.read(bad, 0, 1)).hasMessage("not valid Ion text at $");
  }

  @Test
  void itemsAreWrittenAsDynamoDbWritesThem() throws Exception {
    ItemTape tape =
        Tapes.ofItem(
            "{\"pk\":{\"S\":\"CUST#1\\n\"},\"total\":{\"N\":\"129.5\"},\"qty\":{\"N\":\"2\"},\"paid\":{\"BOOL\":true},"
                + "\"none\":{\"NULL\":true},\"thumb\":{\"B\":\"iVBORw0KGgo=\"},\"tags\":{\"SS\":[\"gift\"]},"
                + "\"scores\":{\"NS\":[\"3\",\"1.25\"]},\"chunks\":{\"BS\":[\"AAE=\"]},"
                + "\"lines\":{\"L\":[{\"M\":{\"a b\":{\"S\":\"\"},\"null\":{\"N\":\"-100\"}}}]}}");
    IonItemWriter writer = new IonItemWriter();
    TAPES.writeItem(tape, writer);
    String line =
        "$ion_1_0 {Item:{pk:\"CUST#1\\n\",total:129.5,qty:2.,paid:true,none:null,thumb:{{iVBORw0KGgo=}},"
            + "tags:$dynamodb_SS::[\"gift\"],scores:$dynamodb_NS::[3.,1.25],chunks:$dynamodb_BS::[{{AAE=}}],"
            + "lines:[{'a b':\"\",'null':-1d2}]}}\n";
    assertThat(new String(writer.bytes(), 0, writer.length(), StandardCharsets.UTF_8))
        .isEqualTo(line);
    writer.reset();
    writer.beginItem();
    writer.name(new byte[] {'a'}, 0, 1);
    writer.beginSet(Descriptor.SS);
    writer.reset();
    TAPES.writeItem(tape, writer);
    assertThat(new String(writer.bytes(), 0, writer.length(), StandardCharsets.UTF_8))
        .isEqualTo(line);
  }

  @ParameterizedTest
  @CsvSource({
    "2000, 2d3",
    "600, 6d2",
    "1E+62, 1d62",
    "-1.2345E+100, -12345d96",
    "9.9999999999999999999999999999999999999E+125, 99999999999999999999999999999999999999d88",
    "103, 103.",
    "129.50, 129.5",
    "0.001, 0.001",
    "1E-130, 1d-130",
    "0, 0.",
    "-0.0, 0."
  })
  void numbersAreWrittenAsTheServiceDoes(String number, String ion) throws Exception {
    IonItemWriter writer = new IonItemWriter();
    TAPES.writeItem(Tapes.ofItem("{\"n\":{\"N\":\"" + number + "\"}}"), writer);
    assertThat(new String(writer.bytes(), 0, writer.length(), StandardCharsets.UTF_8))
        .isEqualTo("$ion_1_0 {Item:{n:" + ion + "}}\n");
  }

  @Test
  void theDocumentedLinesAreRead() throws Exception {
    assertThat(Tapes.toObject(tape("$ion_1_0 {Item:{pk:\"CUST#2\",total:7.}}")))
        .isEqualTo(Map.of("pk", Map.of("S", "CUST#2"), "total", Map.of("N", "7")));
  }

  private static ItemTape tape(String line) throws Exception {
    return Tapes.ofLine(json(line));
  }

  private static String json(String line) throws MalformedIonException {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    IonRecordReader reader = new IonRecordReader(MAX_JSON_BYTES);
    reader.read(bytes, 0, bytes.length);
    return new String(reader.json(), 0, reader.length(), StandardCharsets.UTF_8);
  }
}
