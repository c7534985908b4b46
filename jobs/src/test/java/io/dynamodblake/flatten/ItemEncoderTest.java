package io.dynamodblake.flatten;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.schema.ValueMapping.DynamoJson;
import io.dynamodblake.schema.ValueMapping.Field;
import io.dynamodblake.schema.ValueMapping.Scalar;
import io.dynamodblake.schema.ValueMapping.Sequence;
import io.dynamodblake.schema.ValueMapping.Struct;
import io.dynamodblake.testing.RandomItems;
import io.dynamodblake.testing.RandomSchemas;
import io.dynamodblake.testing.Tapes;
import io.dynamodblake.testing.TreeSink;
import io.dynamodblake.testing.TreeSource;
import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.ItemPath;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ItemEncoderTest {
  private static final Scalar TEXT = Scalar.of(Descriptor.S, LakeType.STRING);
  private static final Scalar BIGINT = Scalar.of(Descriptor.N, LakeType.BIGINT);

  /** Together 12,000 random items, each with everything rescued somewhere. */
  @Property(tries = 1_200)
  void anItemComesBackEqualFromItsRow(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    TableSchema schema = RandomSchemas.next(random);
    ItemDecoder decoder = ItemDecoder.forSchema(schema);
    ItemEncoder encoder = ItemEncoder.forSchema(schema);
    RandomItems items = random.nextBoolean() ? RandomItems.any(seed) : RandomItems.plain(seed);
    ItemScanner scanner = new ItemScanner();
    ItemTape tape = new ItemTape();
    ItemTape back = new ItemTape();
    JsonItemWriter writer = new JsonItemWriter();
    for (int i = 0; i < 10; i++) {
      byte[] line = items.line().getBytes(StandardCharsets.UTF_8);
      scanner.scan(line, 0, line.length, tape);
      Object expected = Tapes.toComparable(tape);
      TreeSink sink = new TreeSink(schema.writtenColumns().size() + 2);
      decoder.decode(tape, sink);

      writer.reset();
      encoder.encode(new TreeSource(sink.values()), writer);

      assertThat(writer.bytes()[writer.length() - 1]).isEqualTo((byte) '\n');
      scanner.scan(writer.bytes(), 0, writer.length() - 1, back);
      assertThat(Tapes.toComparable(back)).isEqualTo(expected);
    }
  }

  @Test
  void thirtyTwoLevelsComeBack() throws Exception {
    String value = "{\"S\":\"deep\"}";
    ValueMapping mapping = TEXT;
    for (int level = 0; level < 32; level++) {
      boolean list = level % 2 == 0;
      value = list ? "{\"L\":[" + value + "]}" : "{\"M\":{\"x\":" + value + "}}";
      mapping =
          list
              ? new Sequence(Descriptor.L, mapping)
              : new Struct(List.of(new Field("x", "x", mapping)));
    }
    assertThat(roundTrip(schema(mapping), "{\"v\":" + value + "}"))
        .isEqualTo("{\"Item\":{\"v\":" + value + "}}\n");
  }

  private static TableSchema schema(ValueMapping mapping) {
    return new TableSchema("t", List.of(), List.of(Column.of("v", "v", mapping)));
  }

  private static String roundTrip(TableSchema schema, String item) throws Exception {
    TreeSink sink = new TreeSink(schema.writtenColumns().size() + 2);
    ItemDecoder.forSchema(schema).decode(Tapes.ofItem(item), sink);
    return encode(schema, sink.values());
  }

  private static String encode(TableSchema schema, List<?> row) throws ItemDefectException {
    JsonItemWriter writer = new JsonItemWriter();
    ItemEncoder.forSchema(schema).encode(new TreeSource(row), writer);
    return new String(writer.bytes(), 0, writer.length(), StandardCharsets.UTF_8);
  }

  @Test
  void droppedColumnsAreAbsentAndProtectedOnesShowWhatTheLakeHolds() throws Exception {
    TableSchema schema =
        new TableSchema(
            "t",
            List.of(),
            List.of(
                new Column("a", "a", TEXT, Protection.NONE, true),
                new Column("m", "m", BIGINT, Protection.MASK, false)));
    assertThat(roundTrip(schema, "{\"a\":{\"S\":\"x\"},\"m\":{\"N\":\"7\"}}"))
        .isEqualTo("{\"Item\":{\"m\":{\"S\":\"****\"}}}\n");
  }

  private static String hex(String text) {
    return TreeSink.hex(text.getBytes(StandardCharsets.UTF_8));
  }

  static Stream<Arguments> contradictions() {
    Sequence numbers = new Sequence(Descriptor.NS, BIGINT);
    Sequence list = new Sequence(Descriptor.L, BIGINT);
    String where = ", in attribute v";
    return Stream.of(
        Arguments.of(
            numbers, List.of(), null, null, "a set is empty, which DynamoDB does not have" + where),
        Arguments.of(
            numbers,
            Arrays.asList(1L, null),
            null,
            null,
            "NULL in a set, which DynamoDB does not have" + where),
        Arguments.of(
            list,
            Arrays.asList(1L, null),
            null,
            null,
            "an element is null, and neither ddb_nulls nor ddb_rescued says why" + where),
        Arguments.of(
            list,
            List.of(1L),
            null,
            "v[1]",
            "ddb_nulls or ddb_rescued names an element that is not there" + where),
        Arguments.of(BIGINT, 1L, null, "v", "a value is there and in ddb_nulls" + where),
        Arguments.of(
            BIGINT,
            1L,
            null,
            "v.x",
            "ddb_nulls or ddb_rescued names a place inside what has none" + where),
        Arguments.of(
            list,
            null,
            null,
            "v[0]",
            "ddb_nulls or ddb_rescued names a place inside what is null" + where),
        Arguments.of(
            TEXT,
            null,
            null,
            "w[0]",
            "ddb_nulls or ddb_rescued names a place inside what is not there, in attribute w"),
        Arguments.of(
            TEXT, null, null, "v..x", "a path in ddb_nulls is not a path from character 3 on"),
        Arguments.of(
            TEXT, null, null, "v[x]", "a path in ddb_nulls is not a path from character 3 on"),
        Arguments.of(
            TEXT, null, null, "['v", "a path in ddb_nulls is not a path from character 4 on"),
        Arguments.of(
            TEXT,
            null,
            Map.of("v", "secret"),
            null,
            "a rescued value is not DynamoDB JSON" + where),
        Arguments.of(
            TEXT,
            null,
            Map.of("v", "{\"S\":\"x\"}{}"),
            null,
            "a rescued value is not DynamoDB JSON" + where),
        Arguments.of(
            TEXT,
            null,
            Map.of("v", "{\"S\":\"x\"}"),
            "v",
            "a path stands twice in ddb_rescued and ddb_nulls"),
        Arguments.of(
            new DynamoJson(Descriptor.S),
            hex("plain text"),
            null,
            null,
            "a value of type dynamodb-json is not DynamoDB JSON" + where),
        Arguments.of(
            Scalar.of(Descriptor.N, LakeType.STRING),
            hex("seven"),
            null,
            null,
            "a text is no number" + where),
        Arguments.of(
            Scalar.of(Descriptor.N, LakeType.STRING),
            hex("1".repeat(39)),
            null,
            null,
            "a number is outside what DynamoDB can hold" + where),
        Arguments.of(
            Scalar.of(Descriptor.N, LakeType.DOUBLE),
            Double.NaN,
            null,
            null,
            "a double is NaN or infinite, which DynamoDB does not have" + where),
        Arguments.of(
            Scalar.of(Descriptor.N, LakeType.DOUBLE),
            1e300,
            null,
            null,
            "a number is outside what DynamoDB can hold" + where),
        Arguments.of(
            Scalar.of(Descriptor.NULL, LakeType.STRING),
            hex("x"),
            null,
            null,
            "a value is there where the schema knows NULL alone" + where));
  }

  @ParameterizedTest
  @MethodSource("contradictions")
  void aRowThatContradictsItselfIsADefect(
      ValueMapping mapping,
      Object value,
      Map<String, String> rescued,
      String nullPath,
      String says) {
    Map<String, String> rescuedHex =
        rescued == null
            ? null
            : rescued.entrySet().stream()
                .collect(
                    java.util.stream.Collectors.toMap(
                        entry -> hex(entry.getKey()), entry -> hex(entry.getValue())));
    List<String> nulls = nullPath == null ? null : List.of(hex(nullPath));
    assertThatThrownBy(() -> encode(schema(mapping), Arrays.asList(value, rescuedHex, nulls)))
        .isInstanceOf(ItemDefectException.class)
        .hasMessage(says);
  }

  @Property
  void aPathIsReadBackAsItWasWritten(@ForAll List<String> names, @ForAll Random random) {
    ItemPath path = new ItemPath();
    path.push("start");
    for (String name : names) {
      if (random.nextBoolean()) {
        path.push(name);
      } else {
        path.push(random.nextInt(1_000));
      }
    }
    ItemPath read = ItemPath.parse(path.toString());
    assertThat(read.depth()).isEqualTo(path.depth());
    for (int step = 0; step < path.depth(); step++) {
      assertThat(read.name(step)).isEqualTo(path.name(step));
      assertThat(path.name(step) != null || read.element(step) == path.element(step)).isTrue();
    }
  }
}
