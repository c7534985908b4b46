package io.dynamodblake.flatten;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.Column;
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
import io.dynamodblake.testing.RandomItems;
import io.dynamodblake.testing.SlowDecoder;
import io.dynamodblake.testing.TreeSink;
import io.dynamodblake.type.Descriptor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The decoder agrees with the slow obvious one, whatever the schema and the item. */
class SlowDecoderTest {
  private static final ObjectMapper JACKSON = new ObjectMapper();
  private static final Scalar TEXT = Scalar.of(Descriptor.S, LakeType.STRING);
  private static final String[] HOSTILE_NAMES = {
    "pk",
    "total",
    "Total",
    "a.b",
    "it's",
    "back\\slash",
    "[0]",
    "größe",
    "",
    "ddb_rescued",
    "tab\there"
  };

  private static Scalar number(LakeType type) {
    return Scalar.of(Descriptor.N, type);
  }

  @Property(tries = 1_000)
  void agreesWithTheSlowDecoder(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    TableSchema schema = randomSchema(random);
    ItemDecoder decoder = ItemDecoder.forSchema(schema);
    SlowDecoder slow = new SlowDecoder(schema);
    RandomItems items = random.nextBoolean() ? RandomItems.any(seed) : RandomItems.plain(seed);
    ItemScanner scanner = new ItemScanner();
    ItemTape tape = new ItemTape();
    for (int i = 0; i < 10; i++) {
      String line = items.line();
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      scanner.scan(bytes, 0, bytes.length, tape);
      TreeSink sink = new TreeSink(schema.writtenColumns().size() + 2);
      decoder.decode(tape, sink);
      assertAgrees(sink.values(), slow.decode(line));
    }
  }

  /** Columns, then what was rescued, then what is NULL. */
  static void assertAgrees(List<Object> values, SlowDecoder.Row expected) throws Exception {
    int columns = expected.columns().size();
    assertThat(rescuedOf(values.get(columns))).isEqualTo(expected.rescued());
    assertThat(nullsOf(values.get(columns + 1))).isEqualTo(expected.nulls());
    for (int column = 0; column < columns; column++) {
      assertSame(values.get(column), expected.columns().get(column));
    }
  }

  private static void assertSame(Object actual, Object expected) throws Exception {
    if (expected instanceof String json && json.startsWith("json:")) {
      assertThat(JACKSON.readTree(plain(actual)))
          .isEqualTo(JACKSON.readTree(json.substring("json:".length())));
    } else if (expected instanceof List<?> list) {
      assertThat((List<?>) actual).hasSameSizeAs(list);
      for (int i = 0; i < list.size(); i++) {
        assertSame(((List<?>) actual).get(i), list.get(i));
      }
    } else if (expected instanceof Map<?, ?> map) {
      assertThat(((Map<?, ?>) actual).keySet()).isEqualTo(map.keySet());
      for (Object key : map.keySet()) {
        assertSame(((Map<?, ?>) actual).get(key), map.get(key));
      }
    } else {
      assertThat(actual).isEqualTo(expected);
    }
  }

  private static String plain(Object hex) {
    return new String(
        HexFormat.of().parseHex(((String) hex).substring("hex:".length())), StandardCharsets.UTF_8);
  }

  private static Map<String, JsonNode> rescuedOf(Object map) throws Exception {
    Map<String, JsonNode> rescued = new TreeMap<>();
    if (map != null) {
      for (Map.Entry<?, ?> entry : ((Map<?, ?>) map).entrySet()) {
        rescued.put(plain(entry.getKey()), JACKSON.readTree(plain(entry.getValue())));
      }
    }
    return rescued;
  }

  private static TreeSet<String> nullsOf(Object list) {
    TreeSet<String> nulls = new TreeSet<>();
    if (list != null) {
      ((List<?>) list).forEach(path -> nulls.add(plain(path)));
    }
    return nulls;
  }

  static TableSchema randomSchema(Random random) {
    List<Column> columns = new ArrayList<>();
    for (String name : HOSTILE_NAMES) {
      if (random.nextInt(3) > 0) {
        columns.add(
            new Column(
                "c" + columns.size(),
                name,
                randomMapping(random, 0),
                Protection.NONE,
                random.nextInt(8) == 0));
      }
    }
    Collections.shuffle(columns, random);
    return new TableSchema("t", List.of(), columns);
  }

  private static ValueMapping randomMapping(Random random, int depth) {
    return switch (random.nextInt(depth > 3 ? 4 : 9)) {
      case 0 -> TEXT;
      case 1 -> randomNumber(random);
      case 2 -> Scalar.of(Descriptor.B, LakeType.BINARY);
      case 3 -> Scalar.of(Descriptor.BOOL, LakeType.BOOLEAN);
      case 4 -> new Sequence(Descriptor.L, randomMapping(random, depth + 1));
      case 5 ->
          switch (random.nextInt(3)) {
            case 0 -> new Sequence(Descriptor.SS, TEXT);
            case 1 -> new Sequence(Descriptor.NS, randomNumber(random));
            default -> new Sequence(Descriptor.BS, Scalar.of(Descriptor.B, LakeType.BINARY));
          };
      case 6 -> new OpenMap(randomMapping(random, depth + 1));
      case 7 -> new DynamoJson(Descriptor.S);
      default -> {
        List<Field> fields = new ArrayList<>();
        for (String name : HOSTILE_NAMES) {
          if (random.nextBoolean() || fields.isEmpty()) {
            fields.add(new Field("f" + fields.size(), name, randomMapping(random, depth + 1)));
          }
        }
        yield new Struct(fields);
      }
    };
  }

  private static Scalar randomNumber(Random random) {
    int scale = random.nextInt(10);
    return number(
        switch (random.nextInt(6)) {
          case 0 -> LakeType.INT;
          case 1 -> LakeType.STRING;
          case 2 -> LakeType.DOUBLE;
          case 3 -> LakeType.decimal(18, scale);
          case 4 -> LakeType.decimal(38, scale);
          default -> LakeType.BIGINT;
        });
  }
}
