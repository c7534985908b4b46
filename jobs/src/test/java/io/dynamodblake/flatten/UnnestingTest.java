package io.dynamodblake.flatten;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.Origin;
import io.dynamodblake.schema.PlanOptions;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.SchemaPlanner;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.Unnesting;
import io.dynamodblake.schema.ValueMapping.Field;
import io.dynamodblake.schema.ValueMapping.Scalar;
import io.dynamodblake.schema.ValueMapping.Struct;
import io.dynamodblake.testing.Profiles;
import io.dynamodblake.testing.Tapes;
import io.dynamodblake.testing.TreeSink;
import io.dynamodblake.testing.TreeSource;
import io.dynamodblake.type.Descriptor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Fields of structs in columns of their own, and the maps that are made of them again. */
class UnnestingTest {
  private static final Scalar TEXT = Scalar.of(Descriptor.S, LakeType.STRING);

  private static final Scalar BIGINT = Scalar.of(Descriptor.N, LakeType.BIGINT);

  /** Columns: address_city, address_geo_lat, address_geo_lon. */
  private static final TableSchema SCHEMA =
      planned(
          2, "{'address':{'M':{'city':{'S':'x'},'geo':{'M':{'lat':{'N':'1'},'lon':{'N':'2'}}}}}}");

  private static String json(String quoted) {
    return quoted.replace('\'', '"');
  }

  private static TableSchema planned(int depth, String... items) {
    return SchemaPlanner.plan(
            Profiles.ofItems(Stream.of(items).map(UnnestingTest::json).toArray(String[]::new)),
            PlanOptions.of("t", List.of()).withUnnesting(new Unnesting(depth, "_")))
        .schema();
  }

  private static List<String> names(TableSchema schema) {
    return schema.columns().stream().map(Column::name).toList();
  }

  private static Object text(String text) {
    return TreeSink.hex(json(text).getBytes(StandardCharsets.UTF_8));
  }

  private static Object plain(String text) {
    return TreeSink.hex(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<Object> decode(TableSchema schema, String item) throws Exception {
    TreeSink sink = new TreeSink(schema.writtenColumns().size() + 2);
    ItemDecoder.forSchema(schema).decode(Tapes.ofItem(json(item)), sink);
    return sink.values();
  }

  private static Object encode(TableSchema schema, List<Object> row) throws Exception {
    JsonItemWriter writer = new JsonItemWriter();
    ItemEncoder.forSchema(schema).encode(new TreeSource(row), writer);
    String line = new String(writer.bytes(), 0, writer.length(), StandardCharsets.UTF_8);
    return Tapes.toComparable(Tapes.ofLine(line.strip()));
  }

  private static void assertComesBack(TableSchema schema, String item) throws Exception {
    ItemTape tape = Tapes.ofItem(json(item));
    assertThat(encode(schema, decode(schema, item))).isEqualTo(Tapes.toComparable(tape));
  }

  /** What is in an item, and how its row tells it from all others. */
  private record Row(String item, List<Object> columns, Map<String, String> rescued, String nulls) {
    static Row of(String item, Object city, Object lat, Object lon) {
      List<Object> columns = new ArrayList<>();
      columns.add(city == null ? null : text((String) city));
      columns.add(lat);
      columns.add(lon);
      return new Row(item, columns, Map.of(), null);
    }

    Row rescued(String path, String value) {
      return new Row(item, columns, Map.of(path, value), nulls);
    }

    Row nullAt(String path) {
      return new Row(item, columns, rescued, path);
    }
  }

  private static Stream<Row> rows() {
    return Stream.of(
        Row.of(
            "{'address':{'M':{'city':{'S':'x'},'geo':{'M':{'lat':{'N':'1'},'lon':{'N':'2'}}}}}}",
            "x",
            1L,
            2L),
        Row.of("{}", null, null, null),
        Row.of("{'address':{'NULL':true}}", null, null, null).nullAt("address"),
        Row.of("{'address':{'M':{}}}", null, null, null).rescued("address", "{'M':{}}"),
        Row.of("{'address':{'S':'x'}}", null, null, null).rescued("address", "{'S':'x'}"),
        Row.of("{'address':{'L':[{'M':{}}]}}", null, null, null)
            .rescued("address", "{'L':[{'M':{}}]}"),
        Row.of("{'address':{'M':{'city':{'S':''}}}}", "", null, null),
        Row.of("{'address':{'M':{'city':{'N':'1'}}}}", null, null, null)
            .rescued("address.city", "{'N':'1'}"),
        Row.of("{'address':{'M':{'city':{'NULL':true}}}}", null, null, null).nullAt("address.city"),
        Row.of("{'address':{'M':{'zip':{'S':'1'}}}}", null, null, null)
            .rescued("address.zip", "{'S':'1'}"),
        Row.of("{'address':{'M':{'zip':{'NULL':true}}}}", null, null, null)
            .rescued("address.zip", "{'NULL':true}"),
        Row.of("{'address':{'M':{'geo':{'M':{}}}}}", null, null, null)
            .rescued("address.geo", "{'M':{}}"),
        Row.of("{'address':{'M':{'geo':{'NULL':true}}}}", null, null, null).nullAt("address.geo"),
        Row.of("{'address':{'M':{'geo':{'S':'x'}}}}", null, null, null)
            .rescued("address.geo", "{'S':'x'}"),
        Row.of("{'address':{'M':{'geo':{'M':{'lon':{'N':'3'}}}}}}", null, null, 3L),
        Row.of("{'address':{'M':{'geo':{'M':{'lat':{'N':'0.5'}}}}}}", null, null, null)
            .rescued("address.geo.lat", "{'N':'0.5'}"),
        Row.of("{'address.city':{'S':'x'}}", null, null, null)
            .rescued("['address.city']", "{'S':'x'}"),
        Row.of("{'address_city':{'S':'x'}}", null, null, null)
            .rescued("address_city", "{'S':'x'}"));
  }

  @TestFactory
  Stream<DynamicTest> eachItemHasARowOfItsOwnAndComesBack() throws Exception {
    Set<List<Object>> seen = new HashSet<>();
    for (Row row : rows().toList()) {
      assertThat(seen.add(decode(SCHEMA, row.item()))).as(row.item()).isTrue();
    }
    return rows()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.item(),
                    () -> {
                      List<Object> values = decode(SCHEMA, row.item());
                      assertThat(values.subList(0, 3)).isEqualTo(row.columns());
                      assertThat(values.get(3))
                          .isEqualTo(
                              row.rescued().isEmpty()
                                  ? null
                                  : row.rescued().entrySet().stream()
                                      .collect(
                                          Collectors.toMap(
                                              entry -> plain(entry.getKey()),
                                              entry -> text(entry.getValue()))));
                      assertThat(values.get(4))
                          .isEqualTo(row.nulls() == null ? null : List.of(text(row.nulls())));
                      assertComesBack(SCHEMA, row.item());
                    }));
  }

  @Test
  void onlyWhatDoesNotFitIsCountedAsRescued() throws Exception {
    ItemDecoder decoder = ItemDecoder.forSchema(SCHEMA);
    for (Row row : rows().toList()) {
      decoder.decode(Tapes.ofItem(json(row.item())), new TreeSink(5));
    }
    assertThat(decoder.rescuedCounts())
        .isEqualTo(Map.of("address_city", 1L, "address_geo_lat", 1L, "ddb_rescued", 7L));
  }

  @Test
  void oneLevelLeavesInnerStructsAsTheyAre() throws Exception {
    String item = "{'a':{'M':{'b':{'M':{'c':{'S':'x'}}},'d':{'S':'y'}}}}";
    TableSchema schema = planned(1, item);
    assertThat(names(schema)).containsExactly("a_b", "a_d");
    assertThat(schema.columns().get(0).origin()).isEqualTo(new Origin("a", List.of("b")));
    assertThat(decode(schema, item).get(0)).isEqualTo(Map.of(0, text("x")));
    assertComesBack(schema, item);
  }

  @Test
  void namesThatHaveTheSeparatorInsideStayApart() throws Exception {
    String item =
        "{'a':{'M':{'b':{'S':'1'},'b_c':{'S':'2'},'B':{'S':'3'}}},'a_b':{'M':{'c':{'S':'4'}}},"
            + "'a.b':{'S':'5'},'snapshot':{'S':'6'},'ddb':{'M':{'nulls':{'S':'7'},'':{'S':'8'}}}}";
    TableSchema schema = planned(1, item);
    assertThat(names(schema))
        .containsExactly(
            "a_b", "a_b_2", "a_b_3", "a_b_c", "a_b_c_2", "ddb_", "ddb_nulls_2", "snapshot_2");
    assertThat(schema.find("a.b").orElseThrow().name()).isEqualTo("a_b");
    assertComesBack(schema, item);
  }

  @Test
  void mapsOfTheGreatestDepthComeBack() throws Exception {
    String deep = "{'S':'x'}";
    for (int level = 0; level < 31; level++) {
      deep = "{'M':{'k':" + deep + (level == 7 ? ",'e':{'M':{}}" : "") + "}}";
    }
    String item = "{'a':" + deep + ",'b':{'M':{'k':" + deep + "}}}";
    for (int depth : new int[] {1, 7, 31, 32}) {
      TableSchema schema = planned(depth, item);
      assertThat(schema.columns()).hasSizeGreaterThan(1);
      assertComesBack(schema, item);
      assertComesBack(schema, "{'a':{'M':{'k':{'M':{}}}}}");
    }
  }

  @Test
  void aTableThatIsFullKeepsTheRarestStructsWhole() throws Exception {
    StringBuilder item = new StringBuilder("{'z':{'S':'x'}");
    for (int map = 10; map < 55; map++) {
      item.append(",'m").append(map).append("':{'M':{");
      item.append(
          IntStream.range(0, 50)
              .mapToObj(key -> "'k" + key + "':{'N':'" + key + "'}")
              .collect(Collectors.joining(",")));
      item.append("}}");
    }
    item.append("}");
    TableSchema schema = planned(1, item.toString(), "{'m54':{'M':{'k1':{'N':'1'}}}}");
    assertThat(schema.columns()).hasSize(39 * 50 + 6 + 1);
    assertThat(names(schema)).contains("m54_k49", "m47_k0", "m48", "z").doesNotContain("m48_k0");
    assertComesBack(schema, item.toString());
  }

  @Test
  void openEndedMapsStayMaps() throws Exception {
    String item =
        "{'a':{'M':{"
            + IntStream.rangeClosed(0, 100)
                .mapToObj(key -> "'k" + key + "':{'N':'1'}")
                .collect(Collectors.joining(","))
            + "}}}";
    assertThat(names(planned(3, item))).containsExactly("a");
    assertThat(names(planned(3, "{'a':{'M':{}}}"))).containsExactly("a");
  }

  @Test
  void whatIsLeftOutLeavesNothingButItsMap() throws Exception {
    TableSchema schema =
        new TableSchema(
            "t",
            List.of(),
            List.of(
                new Column("a_b", "a", List.of("b"), TEXT, Protection.NONE, true),
                new Column("a_c", "a", List.of("c"), TEXT, Protection.MASK, false)));
    assertThat(decode(schema, "{'a':{'M':{'b':{'S':'secret'},'c':{'L':[]}}}}"))
        .containsExactly(text("****"), null, null);
    List<Object> row = decode(schema, "{'a':{'M':{'b':{'S':'secret'}}}}");
    assertThat(row).containsExactly(null, Map.of(text("a"), text("{'M':{}}")), null);
    assertThat(encode(schema, row))
        .isEqualTo(Tapes.toComparable(Tapes.ofItem("{\"a\":{\"M\":{}}}")));
  }

  @Test
  void asAttributesTheColumnsAreTheStructAgain() {
    assertThat(SCHEMA.mappings())
        .isEqualTo(
            Map.of(
                "address",
                new Struct(
                    List.of(
                        new Field("city", "city", TEXT),
                        new Field(
                            "geo",
                            "geo",
                            new Struct(
                                List.of(
                                    new Field("lat", "lat", BIGINT),
                                    new Field("lon", "lon", BIGINT))))))));
  }

  @Test
  void someColumnsAreDecodedAlone() throws Exception {
    ItemDecoder decoder = ItemDecoder.forColumns(SCHEMA, List.of("address_geo_lon"));
    assertThat(decoder.wantedNames().size()).isEqualTo(1);
    TreeSink sink = new TreeSink(1);
    decoder.decode(
        Tapes.ofItem(
            json("{'address':{'M':{'x':{'S':''},'geo':{'M':{'lat':{'N':'1'},'lon':{'N':'2'}}}}}}")),
        sink);
    assertThat(sink.values()).containsExactly(2L);

    ItemDecoder misfits = ItemDecoder.forColumns(SCHEMA, List.of("ddb_rescued"));
    sink = new TreeSink(1);
    misfits.decode(Tapes.ofItem(json("{'address':{'M':{'city':{'N':'1'}}}}")), sink);
    assertThat(sink.values()).containsExactly(Map.of(text("address.city"), text("{'N':'1'}")));
  }

  @Test
  void rowsThatContradictThemselvesAreRefused() throws Exception {
    List<Object> row = decode(SCHEMA, "{'address':{'M':{'city':{'S':'x'}}}}");
    row = new ArrayList<>(row);
    row.set(3, Map.of(text("address"), text("{'M':{}}")));
    assertDefect(row, "a value is in a column, and the map around it in ddb_nulls or ddb_rescued");
    row.set(0, null);
    row.set(4, List.of(text("address.city")));
    assertDefect(row, "ddb_nulls or ddb_rescued names a place inside another one of theirs");
    row.set(3, Map.of(text("address[0]"), text("{'M':{}}")));
    assertDefect(row, "ddb_nulls or ddb_rescued names an element of what is no list");
  }

  private static void assertDefect(List<Object> row, String message) {
    assertThatThrownBy(() -> encode(SCHEMA, row))
        .isInstanceOf(ItemDefectException.class)
        .hasMessageStartingWith(message);
  }
}
