package io.dynamodblake.flatten;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.Conversion;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.schema.ValueMapping.DynamoJson;
import io.dynamodblake.schema.ValueMapping.Field;
import io.dynamodblake.schema.ValueMapping.OpenMap;
import io.dynamodblake.schema.ValueMapping.Scalar;
import io.dynamodblake.schema.ValueMapping.Sequence;
import io.dynamodblake.schema.ValueMapping.Struct;
import io.dynamodblake.testing.Tapes;
import io.dynamodblake.testing.TreeSink;
import io.dynamodblake.type.Descriptor;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ItemDecoderTest {
  private static final Scalar TEXT = Scalar.of(Descriptor.S, LakeType.STRING);
  private static final Scalar BIGINT = Scalar.of(Descriptor.N, LakeType.BIGINT);

  // ---- one value, one place

  /** A value and what becomes of it: the column's value, or null and rescued, or both. */
  private record Row(
      String title, ValueMapping mapping, String value, Object expected, boolean rescued) {}

  private static Row fits(String title, ValueMapping mapping, String value, Object expected) {
    return new Row(title, mapping, value, expected, false);
  }

  private static Row rescued(String title, ValueMapping mapping, String value) {
    return new Row(title, mapping, value, null, true);
  }

  private static Row both(String title, ValueMapping mapping, String value, Object expected) {
    return new Row(title, mapping, value, expected, true);
  }

  private static Scalar number(LakeType type) {
    return Scalar.of(Descriptor.N, type);
  }

  private static Scalar time(Descriptor descriptor, Conversion conversion) {
    return new Scalar(descriptor, LakeType.TIMESTAMP, conversion);
  }

  private static String n(String digits) {
    return "{\"N\":\"" + digits + "\"}";
  }

  private static String s(String text) {
    return "{\"S\":\"" + text + "\"}";
  }

  private static Object text(String text) {
    return TreeSink.hex(text.getBytes(StandardCharsets.UTF_8));
  }

  private static long micros(String instant) {
    return Instant.parse(instant).toEpochMilli() * 1000;
  }

  private static final Scalar DATE = new Scalar(Descriptor.S, LakeType.DATE, Conversion.ISO_8601);
  private static final Scalar ISO = time(Descriptor.S, Conversion.ISO_8601);
  private static final Scalar ISO_MILLIS = time(Descriptor.S, Conversion.ISO_8601_MILLIS);
  private static final Scalar SECONDS = time(Descriptor.N, Conversion.EPOCH_SECONDS);
  private static final Scalar MILLIS = time(Descriptor.N, Conversion.EPOCH_MILLIS);

  static Stream<Row> rows() {
    LakeType cents = LakeType.decimal(18, 2);
    LakeType wide = LakeType.decimal(38, 10);
    return Stream.of(
        fits("text", TEXT, s("héllo"), text("héllo")),
        fits("empty text is text", TEXT, s(""), text("")),
        rescued("a number in a text column", TEXT, n("1")),
        rescued("a map in a text column", TEXT, "{\"M\":{\"a\":{\"S\":\"x\"}}}"),
        fits(
            "binary",
            Scalar.of(Descriptor.B, LakeType.BINARY),
            "{\"B\":\"AAH+/w==\"}",
            "hex:0001feff"),
        fits("empty binary", Scalar.of(Descriptor.B, LakeType.BINARY), "{\"B\":\"\"}", "hex:"),
        fits("boolean", Scalar.of(Descriptor.BOOL, LakeType.BOOLEAN), "{\"BOOL\":true}", true),
        fits(
            "false is not null",
            Scalar.of(Descriptor.BOOL, LakeType.BOOLEAN),
            "{\"BOOL\":false}",
            false),
        fits("bigint", BIGINT, n("-42"), -42L),
        fits("bigint with a point", BIGINT, n("42.00"), 42L),
        fits("bigint with an exponent", BIGINT, n("1.2E+3"), 1200L),
        fits("largest bigint", BIGINT, n("9223372036854775807"), Long.MAX_VALUE),
        fits("smallest bigint", BIGINT, n("-9223372036854775808"), Long.MIN_VALUE),
        rescued("one above the largest bigint", BIGINT, n("9223372036854775808")),
        rescued("one below the smallest bigint", BIGINT, n("-9223372036854775809")),
        rescued("a fraction in a bigint column", BIGINT, n("0.5")),
        rescued("1E+125 in a bigint column", BIGINT, n("1E+125")),
        fits("int", number(LakeType.INT), n("-2147483648"), Integer.MIN_VALUE),
        rescued("too large for int", number(LakeType.INT), n("2147483648")),
        fits("decimal", number(cents), n("99.99"), new BigDecimal("99.99")),
        fits("decimal gets its scale", number(cents), n("-7"), new BigDecimal("-7.00")),
        fits("needless zeros do not count", number(cents), n("1.5000"), new BigDecimal("1.50")),
        fits(
            "largest decimal",
            number(cents),
            n("9999999999999999.99"),
            new BigDecimal("9999999999999999.99")),
        rescued("too many digits before the point", number(cents), n("10000000000000000")),
        rescued("too many digits behind the point", number(cents), n("0.001")),
        fits(
            "wide decimal",
            number(wide),
            n("1234567890123456789012345678.0123456789"),
            new BigDecimal("1234567890123456789012345678.0123456789")),
        fits("zero in a wide decimal", number(wide), n("0"), new BigDecimal("0E-10")),
        rescued("too wide for a wide decimal", number(wide), n("1E+28")),
        fits("double", number(LakeType.DOUBLE), n("0.1"), 0.1),
        fits(
            "double of 38 digits",
            number(LakeType.DOUBLE),
            n("0.12345678901234567890123456789012345678"),
            0.12345678901234567890123456789012345678),
        fits("double of 1E+125", number(LakeType.DOUBLE), n("1E+125"), 1E125),
        fits(
            "exact digits",
            number(LakeType.STRING),
            n("12345678901234567890123456789012345678"),
            text("12345678901234567890123456789012345678")),
        fits("digits of 1E+40", number(LakeType.STRING), n("1E+40"), text("1" + "0".repeat(40))),
        fits("digits of 1.50", number(LakeType.STRING), n("1.50"), text("1.5")),
        fits("digits of -0", number(LakeType.STRING), n("-0"), text("0")),
        fits("digits of 0.5", number(LakeType.STRING), n("0.5"), text("0.5")),
        rescued(
            "any value where only NULL was seen",
            Scalar.of(Descriptor.NULL, LakeType.STRING),
            s("x")),
        fits("date", DATE, s("2026-11-18"), 20775),
        fits("leap day", DATE, s("2024-02-29"), 19782),
        rescued("no leap day", DATE, s("2023-02-29")),
        rescued("a time in a date column", DATE, s("2026-11-18T00:00:00Z")),
        fits("time", ISO, s("2026-11-18T03:20:00Z"), micros("2026-11-18T03:20:00Z")),
        fits(
            "time with millis",
            ISO,
            s("2026-11-18T03:20:00.123Z"),
            micros("2026-11-18T03:20:00.123Z")),
        both(
            "zero millis are another text",
            ISO,
            s("2026-11-18T03:20:00.000Z"),
            micros("2026-11-18T03:20:00Z")),
        fits(
            "JavaScript's zero millis",
            ISO_MILLIS,
            s("2026-11-18T03:20:00.000Z"),
            micros("2026-11-18T03:20:00Z")),
        both(
            "no millis where three are usual",
            ISO_MILLIS,
            s("2026-11-18T03:20:00Z"),
            micros("2026-11-18T03:20:00Z")),
        both(
            "micros are cut and kept",
            ISO,
            s("2026-11-18T03:20:00.123456Z"),
            micros("2026-11-18T03:20:00.123Z")),
        both("an offset", ISO, s("2026-11-18T03:20:00+01:30"), micros("2026-11-18T01:50:00Z")),
        both("no offset is UTC", ISO, s("2026-11-18T03:20:00"), micros("2026-11-18T03:20:00Z")),
        both("a blank for the T", ISO, s("2026-11-18 03:20"), micros("2026-11-18T03:20:00Z")),
        both("a date is its midnight", ISO, s("2026-11-18"), micros("2026-11-18T00:00:00Z")),
        fits("before 1970", ISO, s("1969-12-31T23:59:59.999Z"), -1000L),
        rescued("24 o'clock", ISO, s("2026-11-18T24:00:00Z")),
        rescued("60 minutes", ISO, s("2026-11-18T03:60:00Z")),
        rescued("month 13", ISO, s("2026-13-18T03:20:00Z")),
        rescued("a point without digits", ISO, s("2026-11-18T03:20:00.Z")),
        rescued("text behind the time", ISO, s("2026-11-18T03:20:00Zx")),
        rescued("no time at all", ISO, s("yesterday")),
        rescued("empty text as time", ISO, s("")),
        rescued("a number in a text time", ISO, n("1")),
        fits("epoch seconds", SECONDS, n("1731990000"), 1731990000_000_000L),
        fits("epoch seconds with millis", SECONDS, n("1731990000.123"), 1731990000_123_000L),
        both("epoch seconds with micros", SECONDS, n("1731990000.123456"), 1731990000_123_000L),
        both("before 1970 with micros", SECONDS, n("-0.0001"), -1000L),
        fits("epoch millis", MILLIS, n("1731990000123"), 1731990000_123_000L),
        rescued("after the year 9999", SECONDS, n("253402300800")),
        fits("last second of the year 9999", SECONDS, n("253402300799.999"), 253402300799_999_000L),
        rescued("a number no clock shows", SECONDS, n("1E+100")),
        rescued("a finer number no clock shows", SECONDS, n("123456789012345678901.12345")),
        fits(
            "list",
            new Sequence(Descriptor.L, BIGINT),
            "{\"L\":[" + n("1") + "," + n("2") + "]}",
            List.of(1L, 2L)),
        fits("empty list is data", new Sequence(Descriptor.L, BIGINT), "{\"L\":[]}", List.of()),
        rescued("a set in a list column", new Sequence(Descriptor.L, TEXT), "{\"SS\":[\"a\"]}"),
        fits(
            "text set",
            new Sequence(Descriptor.SS, TEXT),
            "{\"SS\":[\"a\",\"\"]}",
            List.of(text("a"), text(""))),
        fits(
            "number set",
            new Sequence(Descriptor.NS, BIGINT),
            "{\"NS\":[\"1\",\"-2\"]}",
            List.of(1L, -2L)),
        rescued(
            "a set is rescued whole",
            new Sequence(Descriptor.NS, BIGINT),
            "{\"NS\":[\"1\",\"2.5\"]}"),
        fits(
            "binary set",
            new Sequence(Descriptor.BS, Scalar.of(Descriptor.B, LakeType.BINARY)),
            "{\"BS\":[\"AAE=\"]}",
            List.of("hex:0001")),
        fits(
            "mixed list",
            new Sequence(Descriptor.L, new DynamoJson(Descriptor.S)),
            "{\"L\":[" + s("a") + ",{\"NULL\":true}]}",
            List.of(text(s("a")), text("{\"NULL\":true}"))),
        fits(
            "struct",
            new Struct(List.of(new Field("a", "A", TEXT), new Field("b", "B", BIGINT))),
            "{\"M\":{\"B\":" + n("1") + ",\"A\":" + s("x") + "}}",
            Map.of(0, text("x"), 1, 1L)),
        fits(
            "empty map is a struct of nulls",
            new Struct(List.of(new Field("a", "A", TEXT))),
            "{\"M\":{}}",
            Map.of()),
        fits(
            "open map",
            new OpenMap(BIGINT),
            "{\"M\":{\"x\":" + n("1") + ",\"\":" + n("2") + "}}",
            Map.of(text("x"), 1L, text(""), 2L)),
        fits("empty open map is data", new OpenMap(BIGINT), "{\"M\":{}}", Map.of()));
  }

  @TestFactory
  Stream<DynamicTest> aValueInItsPlace() {
    return rows()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.title(),
                    () -> assertDecodes(row, row.mapping(), row.value(), row.expected(), "v")));
  }

  @TestFactory
  Stream<DynamicTest> theSameValueInAList() {
    return rows()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.title(),
                    () ->
                        assertDecodes(
                            row,
                            new Sequence(Descriptor.L, row.mapping()),
                            "{\"L\":[{\"NULL\":true}," + row.value() + "]}",
                            twoElements(row.expected()),
                            "v[1]")));
  }

  @TestFactory
  Stream<DynamicTest> theSameValueInAStruct() {
    return rows()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.title(),
                    () ->
                        assertDecodes(
                            row,
                            new Struct(
                                List.of(
                                    new Field("x", "x", TEXT),
                                    new Field("f", "f.g", row.mapping()))),
                            "{\"M\":{\"f.g\":" + row.value() + "}}",
                            row.expected() == null ? Map.of() : Map.of(1, row.expected()),
                            "v['f.g']")));
  }

  @TestFactory
  Stream<DynamicTest> theSameValueInAnOpenMap() {
    return rows()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.title(),
                    () ->
                        assertDecodes(
                            row,
                            new OpenMap(row.mapping()),
                            "{\"M\":{\"k\":" + row.value() + "}}",
                            Collections.singletonMap(text("k"), row.expected()),
                            "v.k")));
  }

  private static List<Object> twoElements(Object second) {
    List<Object> elements = new ArrayList<>();
    elements.add(null);
    elements.add(second);
    return elements;
  }

  private static void assertDecodes(
      Row row, ValueMapping mapping, String value, Object expected, String path) throws Exception {
    TableSchema schema = new TableSchema("t", List.of(), List.of(Column.of("v", "v", mapping)));
    TreeSink sink = new TreeSink(3);
    ItemDecoder decoder = ItemDecoder.forSchema(schema);
    decoder.decode(Tapes.ofItem("{\"v\":" + value + "}"), sink);
    assertThat(sink.values().get(0)).isEqualTo(expected);
    assertThat(sink.values().get(1))
        .isEqualTo(row.rescued() ? Map.of(text(path), text(row.value())) : null);
    boolean misfit = row.rescued() && row.expected() == null;
    assertThat(decoder.rescuedCounts()).isEqualTo(misfit ? Map.of("v", 1L) : Map.of());
  }

  // ---- items

  private static List<Object> decode(TableSchema schema, String item) throws Exception {
    TreeSink sink = new TreeSink(schema.writtenColumns().size() + 2);
    ItemDecoder.forSchema(schema).decode(Tapes.ofItem(item), sink);
    return sink.values();
  }

  @Test
  void nullIsNotAbsence() throws Exception {
    TableSchema schema =
        new TableSchema(
            "t",
            List.of(),
            List.of(
                Column.of("a", "a", TEXT),
                Column.of(
                    "m",
                    "m",
                    new Struct(List.of(new Field("x", "x", TEXT), new Field("y", "y", TEXT))))));
    assertThat(decode(schema, "{\"a\":{\"NULL\":true},\"m\":{\"M\":{\"y\":{\"NULL\":true}}}}"))
        .containsExactly(null, Map.of(), null, List.of(text("a"), text("m.y")));
    assertThat(decode(schema, "{}")).containsOnlyNulls();
  }

  @Test
  void attributesWithoutAColumnAreRescuedWhole() throws Exception {
    TableSchema schema = new TableSchema("t", List.of(), List.of(Column.of("a", "a", TEXT)));
    ItemDecoder decoder = ItemDecoder.forSchema(schema);
    TreeSink sink = new TreeSink(3);
    decoder.decode(Tapes.ofItem("{\"b\":{\"L\":[ {\"N\":\"1\"} ]},\"a\":{\"S\":\"x\"}}"), sink);
    assertThat(sink.values())
        .containsExactly(text("x"), Map.of(text("b"), text("{\"L\":[ {\"N\":\"1\"} ]}")), null);
    assertThat(decoder.rescuedCounts()).isEqualTo(Map.of("ddb_rescued", 1L));
  }

  @Test
  void droppedColumnsLeaveNothing() throws Exception {
    TableSchema schema =
        new TableSchema(
            "t",
            List.of(),
            List.of(new Column("a", "a", TEXT, Protection.NONE, true), Column.of("b", "b", TEXT)));
    assertThat(decode(schema, "{\"a\":{\"N\":\"1\"},\"b\":{\"S\":\"x\"}}"))
        .containsExactly(text("x"), null, null);
  }

  @Test
  void aNumberHasOneTextHoweverItIsWritten() throws Exception {
    TableSchema schema =
        new TableSchema(
            "t", List.of(), List.of(Column.of("v", "v", Scalar.of(Descriptor.N, LakeType.STRING))));
    for (String sign : List.of("", "-", "+")) {
      for (String before : List.of("", "0", "00", "1", "10", "01", "120", "1234567890123456789")) {
        for (String behind : List.of("", ".", ".0", ".00", ".5", ".50", ".05", ".000000000001")) {
          for (String exponent : List.of("", "E0", "e2", "E+2", "E-2")) {
            String spelled = sign + before + behind + exponent;
            if (before.isEmpty() && behind.length() < 2) {
              continue; // no digit
            }
            BigDecimal value = new BigDecimal(spelled);
            String one = value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
            assertThat(decode(schema, "{\"v\":{\"N\":\"" + spelled + "\"}}").get(0))
                .as(spelled)
                .isEqualTo(text(one));
          }
        }
      }
    }
  }

  @Test
  void columnsThatNobodyWantsAreNotDecodedButTheirMisfitsAre() throws Exception {
    TableSchema schema =
        new TableSchema(
            "t", List.of(), List.of(Column.of("a", "a", BIGINT), Column.of("b", "b", TEXT)));
    ItemTape tape = Tapes.ofItem("{\"a\":{\"S\":\"x\"},\"b\":{\"S\":\"y\"}}");
    ItemDecoder some = ItemDecoder.forColumns(schema, List.of("b"));
    TreeSink sink = new TreeSink(1);
    some.decode(tape, sink);
    assertThat(sink.values()).containsExactly(text("y"));
    assertThat(some.wantedNames().size()).isEqualTo(1);

    ItemDecoder misfits = ItemDecoder.forColumns(schema, List.of("ddb_rescued", "b"));
    sink = new TreeSink(2);
    misfits.decode(tape, sink);
    assertThat(sink.values()).containsExactly(Map.of(text("a"), text("{\"S\":\"x\"}")), text("y"));
    assertThat(misfits.wantedNames()).isNull();
  }
}
