package io.dynamodblake.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.ddl.AthenaTypes;
import io.dynamodblake.flatten.ItemDecoder;
import io.dynamodblake.flatten.ItemEncoder;
import io.dynamodblake.flatten.ItemObserver;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.ColumnNames;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.PlanOptions;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.SchemaPlanner;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.testing.Tapes;
import io.dynamodblake.testing.TreeSink;
import io.dynamodblake.testing.TreeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Runs the tables of {@code docs/types.md}, so that the page cannot say what is not so. */
class TypesPageTest {
  private static final Path PAGE = Path.of("../docs/types.md");
  private static final Path TESTS = Path.of("src/test/java");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /** The cells of a table's rows, each as the texts that stand in backticks. */
  private static List<List<List<String>>> table(String header) throws IOException {
    List<List<List<String>>> rows = new ArrayList<>();
    boolean inTable = false;
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("| " + header)) {
        inTable = true;
      } else if (inTable && !line.startsWith("|")) {
        break;
      } else if (inTable && !line.startsWith("|---")) {
        List<List<String>> cells = new ArrayList<>();
        for (String cell : line.substring(1, line.lastIndexOf('|')).split("\\|", -1)) {
          cells.add(CODE.matcher(cell).results().map(code -> code.group(1)).toList());
        }
        rows.add(cells);
      }
    }
    assertThat(rows).as("the table that begins with %s", header).isNotEmpty();
    return rows;
  }

  @TestFactory
  Stream<DynamicTest> whatIsSeenGetsTheColumnThatThePageSays() throws IOException {
    return table("values seen at one place").stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.get(0).toString(),
                    () -> {
                      TableSchema schema = planned(row.get(0));
                      assertThat(AthenaTypes.type(schema.columns().get(0)))
                          .isEqualTo(row.get(1).get(0));
                    }));
  }

  @TestFactory
  Stream<DynamicTest> valuesBecomeWhatThePageSays() throws IOException {
    return table("in `schema.json`").stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.get(0).get(0) + " " + row.get(1).get(0),
                    () ->
                        assertBecomes(
                            row.get(0).get(0), row.get(1).get(0), row.get(2).get(0), row.get(3))));
  }

  /** What the page has no exact way back for: the column says protect, or double. */
  @TestFactory
  Stream<DynamicTest> valuesComeBackFromWhatTheyBecame() throws IOException {
    return table("in `schema.json`").stream()
        .filter(row -> !row.get(0).get(0).matches(".*\"(protect|double)\".*"))
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.get(0).get(0) + " " + row.get(1).get(0),
                    () -> assertComesBack(schemaOf(row.get(0).get(0)), row.get(1).get(0))));
  }

  /** Whatever column a value got, and whatever stood beside it: it is the same item again. */
  @TestFactory
  Stream<DynamicTest> valuesComeBackFromTheColumnThatWasPlannedForThem() throws IOException {
    return table("values seen at one place").stream()
        .flatMap(
            row ->
                row.get(0).stream()
                    .map(
                        value ->
                            DynamicTest.dynamicTest(
                                value + " among " + row.get(0),
                                () -> assertComesBack(planned(row.get(0)), value))));
  }

  private static TableSchema planned(List<String> values) throws Exception {
    ItemObserver observer = new ItemObserver(ProfileLimits.DEFAULT);
    for (String value : values) {
      observer.observe(Tapes.ofItem("{\"v\":" + value + "}"), 1);
    }
    return SchemaPlanner.plan(observer.profile(), PlanOptions.of("t", List.of())).schema();
  }

  private static void assertComesBack(TableSchema schema, String value) throws Exception {
    ItemTape tape = Tapes.ofItem("{\"v\":" + value + "}");
    TreeSink sink = new TreeSink(3);
    ItemDecoder.forSchema(schema).decode(tape, sink);
    JsonItemWriter writer = new JsonItemWriter();

    ItemEncoder.forSchema(schema).encode(new TreeSource(sink.values()), writer);

    String line = new String(writer.bytes(), 0, writer.length(), StandardCharsets.UTF_8);
    assertThat(Tapes.toComparable(Tapes.ofLine(line.strip()))).isEqualTo(Tapes.toComparable(tape));
  }

  private static TableSchema schemaOf(String column) {
    return TableSchemaJson.fromJson(
        "{\"format\":\"dynamodb-lake-schema\",\"version\":1,\"table\":\"t\",\"columns\":["
            + "{\"name\":\"v\",\"attribute\":\"v\","
            + column.substring(1)
            + "]}");
  }

  private static void assertBecomes(
      String column, String value, String expected, List<String> besides) throws Exception {
    TableSchema schema = schemaOf(column);
    TreeSink sink = new TreeSink(3);

    ItemDecoder.forSchema(schema).decode(Tapes.ofItem("{\"v\":" + value + "}"), sink);

    assertThat(shown(schema.columns().get(0), sink.values().get(0))).isEqualTo(expected);
    List<String> actual = new ArrayList<>();
    if (sink.values().get(1) instanceof Map<?, ?> rescued) {
      rescued.keySet().forEach(path -> actual.add("ddb_rescued: " + text(path)));
    }
    if (sink.values().get(2) instanceof List<?> nulls) {
      nulls.forEach(path -> actual.add("ddb_nulls: " + text(path)));
    }
    assertThat(actual).isEqualTo(besides);
  }

  private static String shown(Column column, Object value) {
    return column.protection() == Protection.NONE
        ? shown(column.mapping(), value)
        : "\"" + text(value) + "\"";
  }

  private static String shown(ValueMapping mapping, Object value) {
    if (value == null) {
      return "null";
    }
    if (mapping instanceof ValueMapping.Sequence sequence) {
      StringJoiner elements = new StringJoiner(", ", "[", "]");
      ((List<?>) value).forEach(element -> elements.add(shown(sequence.element(), element)));
      return elements.toString();
    }
    if (mapping instanceof ValueMapping.OpenMap map) {
      StringJoiner entries = new StringJoiner(", ", "{", "}");
      ((Map<?, ?>) value)
          .forEach(
              (key, part) -> entries.add("\"" + text(key) + "\": " + shown(map.value(), part)));
      return entries.toString();
    }
    if (mapping instanceof ValueMapping.Struct struct) {
      StringJoiner fields = new StringJoiner(", ", "{", "}");
      for (int i = 0; i < struct.fields().size(); i++) {
        ValueMapping.Field field = struct.fields().get(i);
        fields.add(field.name() + ": " + shown(field.mapping(), ((Map<?, ?>) value).get(i)));
      }
      return fields.toString();
    }
    if (mapping instanceof ValueMapping.Scalar scalar) {
      return shown(scalar.type(), value);
    }
    return "\"" + text(value) + "\"";
  }

  private static String shown(LakeType type, Object value) {
    return switch (type.kind()) {
      case STRING -> "\"" + text(value) + "\"";
      case BINARY -> "x'" + value.toString().substring("hex:".length()) + "'";
      case DATE -> LocalDate.ofEpochDay((Integer) value).toString();
      case TIMESTAMP -> Instant.ofEpochMilli((Long) value / 1_000).toString();
      case BIGINT, INT, DOUBLE, BOOLEAN, DECIMAL -> value.toString();
    };
  }

  private static String text(Object hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.toString().substring("hex:".length()));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void attributesGetTheColumnNamesThatThePageSays() throws IOException {
    for (List<List<String>> row : table("attributes | columns")) {
      Map<String, String> names = ColumnNames.ofColumns(row.get(0));
      assertThat(row.get(0).stream().map(names::get).toList()).isEqualTo(row.get(1));
    }
  }

  @Test
  void everyTestThatThePageNamesExists() throws IOException {
    Map<String, Path> tests = new HashMap<>();
    try (Stream<Path> files = Files.walk(TESTS)) {
      files.forEach(file -> tests.put(file.getFileName().toString(), file));
    }
    Matcher named = Pattern.compile("`(\\w+Test)`").matcher(Files.readString(PAGE));
    int count = 0;
    for (; named.find(); count++) {
      assertThat(tests).containsKey(named.group(1) + ".java");
    }
    assertThat(count).isPositive();
  }
}
