package io.dynamodblake.flatten;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.Conversion;
import io.dynamodblake.schema.LakeType;
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
import io.dynamodblake.testing.TreeSource;
import io.dynamodblake.type.Descriptor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Text that is JSON, as a struct, and the same text again, byte by byte. */
class JsonTextTest {
  private static final Scalar TEXT = Scalar.of(Descriptor.S, LakeType.STRING);
  private static final Scalar BIGINT = Scalar.of(Descriptor.N, LakeType.BIGINT);
  private static final Scalar DIGITS = Scalar.of(Descriptor.N, LakeType.STRING);

  private static final TableSchema SCHEMA =
      of(
          new Field("a", "A", BIGINT),
          new Field("b", "b", TEXT),
          new Field("c", "c", new Sequence(Descriptor.L, DIGITS)),
          new Field("d", "d", new Struct(List.of(new Field("x", "x", TEXT)))),
          new Field("t", "t", new Scalar(Descriptor.S, LakeType.TIMESTAMP, Conversion.ISO_8601)));

  private static TableSchema of(Field... fields) {
    return new TableSchema(
        "t", List.of(), List.of(Column.of("v", "v", new Struct(Descriptor.S, List.of(fields)))));
  }

  private static String item(String json) {
    return "{\"v\":{\"S\":" + new TextNode(json) + "}}";
  }

  private static Object text(String text) {
    return TreeSink.hex(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Decodes, and encodes again, which must give the same item. */
  private static List<Object> decoded(TableSchema schema, String json) throws Exception {
    ItemTape tape = Tapes.ofItem(item(json));
    TreeSink sink = new TreeSink(3);
    ItemDecoder.forSchema(schema).decode(tape, sink);
    JsonItemWriter writer = new JsonItemWriter();
    ItemEncoder.forSchema(schema).encode(new TreeSource(sink.values()), writer);
    String line = new String(writer.bytes(), 0, writer.length(), StandardCharsets.UTF_8);
    assertThat(Tapes.toComparable(Tapes.ofLine(line.strip())))
        .as(json)
        .isEqualTo(Tapes.toComparable(tape));
    return sink.values();
  }

  private record Row(String json, Object expected, boolean rescued, boolean counted) {}

  private static Row held(String json, Object expected) {
    return new Row(json, expected, false, false);
  }

  private static Row kept(String json, Object expected) {
    return new Row(json, expected, true, false);
  }

  private static Row counted(String json, Object expected) {
    return new Row(json, expected, true, true);
  }

  private static Row none(String json) {
    return counted(json, null);
  }

  private static Stream<Row> rows() {
    Object one = Map.of(0, 1L);
    return Stream.of(
        held("{\"A\":1,\"b\":\"x\"}", Map.of(0, 1L, 1, text("x"))),
        held("{}", Map.of()),
        held("{\"d\":{}}", Map.of(3, Map.of())),
        held("{\"c\":[0.5,-7,1000]}", Map.of(2, List.of(text("0.5"), text("-7"), text("1000")))),
        held("{\"b\":\"\\\"\\\\\\n\\u0001/é😀\"}", Map.of(1, text("\"\\\n\u0001/é😀"))),
        held(
            "{\"t\":\"2026-11-18T03:20:00Z\"}",
            Map.of(
                4, java.time.Instant.parse("2026-11-18T03:20:00Z").getEpochSecond() * 1_000_000)),
        kept("{ \"A\":1}", one),
        kept("{\"A\":1}\n", one),
        kept("{\"b\":\"x\",\"A\":1}", Map.of(0, 1L, 1, text("x"))),
        kept("{\"A\":1.0}", one),
        kept("{\"A\":1e0}", one),
        kept("{\"A\":-0}", Map.of(0, 0L)),
        kept("{\"A\":null}", Map.of()),
        kept("{\"b\":\"\\/\"}", Map.of(1, text("/"))),
        kept("{\"b\":\"\\u00e9\"}", Map.of(1, text("é"))),
        kept("{\"b\":\"\\u001F\"}", Map.of(1, text("\u001f"))),
        kept(
            "{\"t\":\"2026-11-18\"}",
            Map.of(
                4, java.time.Instant.parse("2026-11-18T00:00:00Z").getEpochSecond() * 1_000_000)),
        counted("{\"A\":1,\"z\":2}", one),
        counted("{\"A\":1,\"b\":2}", one),
        counted("{\"A\":0.5}", Map.of()),
        counted("{\"a\":1}", Map.of()),
        none("{\"A\":1e400}"),
        none("{\"A\":1,\"A\":1}"),
        none("{\"A\":1,\"\\u0041\":1}"),
        none("{\"b\":\"\\ud800\"}"),
        none("{\"b\":\"\\udc00\\ud800\"}"),
        none("{\"A\":01}"),
        none("{\"A\":+1}"),
        none("{\"A\":1.}"),
        none("{\"A\":-}"),
        none("{\"A\":NaN}"),
        none("{\"A\":1,}"),
        none("{\"A\" 1}"),
        none("{A:1}"),
        none("{\"A\":1"),
        none("{\"A\":1}}"),
        none("{\"A\":tru}"),
        none("{\"b\":\"x"),
        none("{\"b\":\"x\\"),
        none("{\"b\":\"line\nbreak\"}"),
        none("{\"b\":\"\\x\"}"),
        none("[1]"),
        none("1"),
        none("null"),
        none(""),
        none(" "),
        none("hello"),
        none("{\"d\":" + "[".repeat(100_000)),
        none("{\"d\":".repeat(40) + "1" + "}".repeat(40)));
  }

  @TestFactory
  Stream<DynamicTest> textBecomesAStructAndComesBackByteByByte() {
    return rows()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    "text " + row.json().substring(0, Math.min(40, row.json().length())),
                    () -> {
                      List<Object> values = decoded(SCHEMA, row.json());
                      assertThat(values.get(0)).isEqualTo(row.expected());
                      assertThat(values.get(1) != null).isEqualTo(row.rescued());
                      ItemDecoder decoder = ItemDecoder.forSchema(SCHEMA);
                      decoder.decode(Tapes.ofItem(item(row.json())), new TreeSink(3));
                      assertThat(decoder.rescuedCounts())
                          .isEqualTo(row.counted() ? Map.of("v", 1L) : Map.of());
                    }));
  }

  @Test
  void whatIsNoTextIsRescuedAsEver() throws Exception {
    TreeSink sink = new TreeSink(3);
    ItemDecoder.forSchema(SCHEMA)
        .decode(Tapes.ofItem("{\"v\":{\"M\":{\"A\":{\"N\":\"1\"}}}}"), sink);
    assertThat(sink.values())
        .containsExactly(null, Map.of(text("v"), text("{\"M\":{\"A\":{\"N\":\"1\"}}}")), null);
  }

  @Test
  void aRowThatTellsOfPlacesInsideOfTheTextIsRefused() {
    List<Object> row =
        Arrays.asList(Map.of(0, 1L), Map.of(text("v.b"), text("{\"S\":\"x\"}")), null);
    assertThatThrownBy(
            () -> ItemEncoder.forSchema(SCHEMA).encode(new TreeSource(row), new JsonItemWriter()))
        .isInstanceOf(ItemDefectException.class)
        .hasMessage("ddb_nulls or ddb_rescued names a place inside what has none, in attribute v");
  }

  // ---- random text

  private static final String[] KEYS = {"a", "b", "c", "a.b", ""};

  @Property(tries = 1_000)
  void anyTextComesBackByteByByte(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    TableSchema schema = of(fields(random, 0).toArray(Field[]::new));
    for (int i = 0; i < 5; i++) {
      boolean tidy = random.nextBoolean();
      StringBuilder json = new StringBuilder();
      object(random, tidy, 0, json);
      if (random.nextInt(8) == 0) {
        json.setCharAt(random.nextInt(json.length()), "{}[]\",:\\ 0e-x".charAt(random.nextInt(13)));
      }
      decoded(schema, json.toString());
    }
  }

  private static List<Field> fields(Random random, int depth) {
    List<Field> fields = new ArrayList<>();
    for (String key : KEYS) {
      if (fields.isEmpty() || random.nextInt(4) > 0) {
        fields.add(new Field("f" + fields.size(), key, mapping(random, depth)));
      }
    }
    return fields;
  }

  private static ValueMapping mapping(Random random, int depth) {
    return switch (random.nextInt(depth > 2 ? 5 : 9)) {
      case 0 -> TEXT;
      case 1 -> BIGINT;
      case 2 -> Scalar.of(Descriptor.N, LakeType.decimal(18, 2));
      case 3 -> DIGITS;
      case 4 -> Scalar.of(Descriptor.BOOL, LakeType.BOOLEAN);
      case 5 -> new Sequence(Descriptor.L, mapping(random, depth + 1));
      case 6 -> new OpenMap(mapping(random, depth + 1));
      case 7 -> new DynamoJson(Descriptor.S);
      default ->
          new Struct(random.nextBoolean() ? Descriptor.M : Descriptor.S, fields(random, depth + 1));
    };
  }

  private static void object(Random random, boolean tidy, int depth, StringBuilder json) {
    List<String> keys = new ArrayList<>(List.of(KEYS));
    if (!tidy || random.nextInt(4) == 0) {
      Collections.shuffle(keys, random);
    }
    json.append('{');
    boolean first = true;
    for (String key : keys) {
      if (random.nextInt(3) > 0) {
        json.append(first ? "" : tidy || random.nextBoolean() ? "," : " ,")
            .append('"')
            .append(key)
            .append("\":");
        value(random, tidy, depth + 1, json);
        first = false;
      }
    }
    json.append('}');
  }

  private static void value(Random random, boolean tidy, int depth, StringBuilder json) {
    switch (random.nextInt(depth > 3 ? 4 : 6)) {
      case 0 -> json.append(new TextNode(text(random)));
      case 1 -> json.append(number(random, tidy));
      case 2 -> json.append(random.nextBoolean());
      case 3 -> json.append(tidy ? "\"\"" : "null");
      case 4 -> {
        json.append('[');
        for (int i = random.nextInt(3); i > 0; i--) {
          value(random, tidy, depth + 1, json);
          json.append(i > 1 ? "," : "");
        }
        json.append(']');
      }
      default -> object(random, tidy, depth, json);
    }
  }

  private static String text(Random random) {
    return List.of(
            "x", "", "ü\"\\", "\n\u0001", "{}", "{\"a\":1}", "{\"a\": 1}", "2026-11-18", "12")
        .get(random.nextInt(9));
  }

  private static String number(Random random, boolean tidy) {
    return tidy
        ? List.of("0", "-1", "12.5", "0.25", "123456789012345678901234567890")
            .get(random.nextInt(5))
        : List.of("-0", "1.0", "1E2", "5e-1", "1e400", "1e125", "0.00").get(random.nextInt(7));
  }
}
