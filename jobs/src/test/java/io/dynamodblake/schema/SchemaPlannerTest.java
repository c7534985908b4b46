package io.dynamodblake.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.Words;
import io.dynamodblake.schema.ValueMapping.DynamoJson;
import io.dynamodblake.schema.ValueMapping.Field;
import io.dynamodblake.schema.ValueMapping.OpenMap;
import io.dynamodblake.schema.ValueMapping.Scalar;
import io.dynamodblake.schema.ValueMapping.Sequence;
import io.dynamodblake.schema.ValueMapping.Struct;
import io.dynamodblake.testing.Profiles;
import io.dynamodblake.testing.RandomItems;
import io.dynamodblake.type.Descriptor;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class SchemaPlannerTest {
  private static final PlanOptions OPTIONS = PlanOptions.of("orders", List.of());
  private static final Scalar TEXT = Scalar.of(Descriptor.S, LakeType.STRING);
  private static final Scalar BIGINT = Scalar.of(Descriptor.N, LakeType.BIGINT);
  private static final Scalar FLAG = Scalar.of(Descriptor.BOOL, LakeType.BOOLEAN);

  private static Scalar number(int precision, int scale) {
    return Scalar.of(Descriptor.N, LakeType.decimal(precision, scale));
  }

  private static ValueMapping list(ValueMapping element) {
    return new Sequence(Descriptor.L, element);
  }

  private static ValueMapping struct(Object... namesAndMappings) {
    return new Struct(
        IntStream.range(0, namesAndMappings.length / 2)
            .mapToObj(
                i ->
                    new Field(
                        (String) namesAndMappings[2 * i],
                        (String) namesAndMappings[2 * i],
                        (ValueMapping) namesAndMappings[2 * i + 1]))
            .toList());
  }

  /**
   * The values of one attribute, what its column becomes, and how many values are rescued where.
   */
  private record Row(
      String title, List<String> values, ValueMapping expected, Map<String, Long> rescued) {
    Row rescues(String path, long count) {
      return new Row(title, values, expected, Map.of(path, count));
    }
  }

  private static Row row(String title, ValueMapping expected, String... values) {
    return new Row(title, List.of(values), expected, Map.of());
  }

  private static String openMap(String value) {
    return IntStream.rangeClosed(0, 100)
        .mapToObj(i -> "\"k" + i + "\":" + value.replace("#", String.valueOf(i)))
        .collect(Collectors.joining(",", "{\"M\":{", "}}"));
  }

  private static Stream<Row> rows() {
    return Stream.of(
        row("S is string", TEXT, "{\"S\":\"x\"}", "{\"S\":\"\"}"),
        row("integers are bigint", BIGINT, "{\"N\":\"1\"}", "{\"N\":\"-5\"}"),
        row("few digits are decimal(18)", number(18, 2), "{\"N\":\"1.5\"}", "{\"N\":\"1.25\"}"),
        row(
            "many digits are decimal(38)",
            number(38, 2),
            "{\"N\":\"12345678901234567.89\"}",
            "{\"N\":\"1\"}"),
        row(
            "integers beyond 64 bits are decimal(38,0)",
            number(38, 0),
            "{\"N\":\"9223372036854775808\"}"),
        row(
            "numbers no decimal holds are string",
            Scalar.of(Descriptor.N, LakeType.STRING),
            "{\"N\":\"1E+30\"}",
            "{\"N\":\"1E-20\"}"),
        row("B is binary", Scalar.of(Descriptor.B, LakeType.BINARY), "{\"B\":\"AAE=\"}"),
        row("BOOL is boolean", FLAG, "{\"BOOL\":true}"),
        row(
            "only NULL is a string that stays null",
            Scalar.of(Descriptor.NULL, LakeType.STRING),
            "{\"NULL\":true}"),
        row("NULL does not decide", TEXT, "{\"NULL\":true}", "{\"NULL\":true}", "{\"S\":\"x\"}"),
        row(
                "the most frequent descriptor wins",
                BIGINT,
                "{\"N\":\"1\"}",
                "{\"S\":\"x\"}",
                "{\"N\":\"1\"}")
            .rescues("a", 1),
        row("of equally frequent ones the first wins", TEXT, "{\"N\":\"1\"}", "{\"S\":\"x\"}")
            .rescues("a", 1),
        row("SS is an array of string", new Sequence(Descriptor.SS, TEXT), "{\"SS\":[\"a\"]}"),
        row(
            "NS follows the rule for N",
            new Sequence(Descriptor.NS, number(18, 1)),
            "{\"NS\":[\"1\",\"1.5\"]}"),
        row(
            "BS is an array of binary",
            new Sequence(Descriptor.BS, Scalar.of(Descriptor.B, LakeType.BINARY)),
            "{\"BS\":[\"AAE=\"]}"),
        row(
                "sets of two kinds do not mix",
                new Sequence(Descriptor.NS, BIGINT),
                "{\"NS\":[\"1\"]}",
                "{\"NS\":[\"2\"]}",
                "{\"SS\":[\"a\",\"b\",\"c\"]}")
            .rescues("a", 1),
        row(
            "a list of one kind is typed",
            list(BIGINT),
            "{\"L\":[{\"N\":\"1\"},{\"NULL\":true}]}",
            "{\"L\":[]}"),
        row(
            "a mixed list holds DynamoDB JSON",
            list(new DynamoJson(Descriptor.S)),
            "{\"L\":[{\"S\":\"x\"},{\"N\":\"1\"},{\"S\":\"y\"}]}"),
        row(
            "lists that mix only together are mixed",
            list(new DynamoJson(Descriptor.S)),
            "{\"L\":[{\"S\":\"x\"}]}",
            "{\"L\":[{\"N\":\"1\"}]}"),
        row(
            "an always empty list holds DynamoDB JSON",
            list(new DynamoJson(Descriptor.NULL)),
            "{\"L\":[]}"),
        row(
            "a list of nothing but NULL holds DynamoDB JSON",
            list(new DynamoJson(Descriptor.NULL)),
            "{\"L\":[{\"NULL\":true}]}"),
        row("lists nest", list(list(TEXT)), "{\"L\":[{\"L\":[{\"S\":\"x\"}]}]}"),
        row(
            "a map of known keys is a struct by field name",
            struct("b", BIGINT, "c", TEXT),
            "{\"M\":{\"c\":{\"S\":\"x\"}}}",
            "{\"M\":{\"b\":{\"N\":\"1\"}}}"),
        row(
                "a mixed field follows its own dominant descriptor",
                struct("b", TEXT),
                "{\"M\":{\"b\":{\"S\":\"x\"}}}",
                "{\"M\":{\"b\":{\"S\":\"x\"}}}",
                "{\"M\":{\"b\":{\"N\":\"1\"}}}",
                "{\"M\":{}}")
            .rescues("a.b", 1),
        row(
            "twin keys get numbers",
            new Struct(List.of(new Field("b", "b", TEXT), new Field("b_2", "B", TEXT))),
            "{\"M\":{\"B\":{\"S\":\"x\"},\"b\":{\"S\":\"x\"}}}"),
        row(
            "fields may have names that are reserved for columns",
            struct("ddb_rescued", TEXT),
            "{\"M\":{\"ddb_rescued\":{\"S\":\"x\"}}}"),
        row(
            "an always empty map is open",
            new OpenMap(new DynamoJson(Descriptor.NULL)),
            "{\"M\":{}}"),
        row("open keys are a map", new OpenMap(BIGINT), openMap("{\"N\":\"#\"}")),
        row(
            "open values of one kind nest",
            new OpenMap(struct("q", BIGINT)),
            openMap("{\"M\":{\"q\":{\"N\":\"#\"}}}")),
        row(
            "open values that do not agree hold DynamoDB JSON",
            new OpenMap(new DynamoJson(Descriptor.N)),
            openMap("{\"N\":\"#\"}"),
            "{\"M\":{\"x\":{\"S\":\"y\"}}}"),
        row(
            "maps in lists are structs",
            list(struct("sku", TEXT)),
            "{\"L\":[{\"M\":{\"sku\":{\"S\":\"x\"}}}]}"),
        row(
                "a mixed field in a list is counted there",
                list(struct("sku", TEXT)),
                "{\"L\":[{\"M\":{\"sku\":{\"S\":\"x\"}}},{\"M\":{\"sku\":{\"S\":\"x\"}}},{\"M\":{\"sku\":{\"BOOL\":true}}}]}")
            .rescues("a[].sku", 1));
  }

  @TestFactory
  Stream<DynamicTest> everyRuleOfTheMapping() {
    return rows()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.title(),
                    () -> {
                      Plan plan =
                          SchemaPlanner.plan(
                              Profiles.ofValues(row.values().toArray(String[]::new)), OPTIONS);
                      assertThat(plan.schema().columns())
                          .containsExactly(Column.of("a", "a", row.expected()));
                      assertThat(
                              plan.forecast().rescues().stream()
                                  .collect(Collectors.toMap(Rescue::path, Rescue::total)))
                          .isEqualTo(row.rescued());
                      assertThat(plan.forecast().rescues()).allMatch(Rescue::exact);
                    }));
  }

  @Test
  void keysComeFirstThenNamesInOrder() {
    Profile profile =
        Profiles.ofItems(
            "{\"Zeta\":{\"S\":\"x\"},\"sk\":{\"N\":\"1\"},\"alpha\":{\"S\":\"x\"},\"pk\":{\"S\":\"x\"}}");
    List<KeyAttribute> keys = List.of(KeyAttribute.parse("pk:S"), KeyAttribute.parse("sk:N"));
    TableSchema schema = SchemaPlanner.plan(profile, PlanOptions.of("orders", keys)).schema();
    assertThat(schema.columns().stream().map(Column::name))
        .containsExactly("pk", "sk", "alpha", "zeta");
    assertThat(schema.keys()).isEqualTo(keys);
  }

  @Test
  void aKeyThatSomeItemLacksIsRefused() {
    Profile profile = Profiles.ofItems("{\"pk\":{\"S\":\"x\"}}", "{\"pk\":{\"N\":\"1\"}}", "{}");
    assertThatThrownBy(
            () ->
                SchemaPlanner.plan(
                    profile, PlanOptions.of("orders", List.of(KeyAttribute.parse("pk:S")))))
        .isInstanceOf(DataRefusedException.class)
        .hasMessage(
            "Cannot use attribute 'pk' as key of type S: 2 of 3 items have no such value;"
                + " correct --key or leave it out");
  }

  @Test
  void theRefusalOfAKeyNamesTheAttributesThatCouldBeOne() {
    Profile profile = Profiles.ofItems("{\"id\":{\"S\":\"x\"},\"at\":{\"N\":\"1\"}}");
    assertThatThrownBy(
            () ->
                SchemaPlanner.plan(
                    profile, PlanOptions.of("orders", List.of(KeyAttribute.parse("pk:S")))))
        .hasMessage(
            "Cannot use attribute 'pk' as key of type S: 1 of 1 items have no such value;"
                + " every item has id:S, at:N; correct --key or leave it out");
  }

  @Test
  void anExportWithoutItemsHasItsKeysOnly() {
    Plan plan =
        SchemaPlanner.plan(
            Profiles.ofItems(),
            PlanOptions.of(
                "orders", List.of(KeyAttribute.parse("pk:S"), KeyAttribute.parse("sk:N"))));
    assertThat(plan.schema().columns())
        .containsExactly(Column.of("pk", "pk", TEXT), Column.of("sk", "sk", BIGINT));
    assertThat(SchemaPlanner.plan(Profiles.ofItems(), OPTIONS).schema().columns()).isEmpty();
  }

  @Test
  void beyondTheBoundTheMostFrequentAttributesAndTheKeysStay() {
    Profile profile =
        Profiles.ofItems(
            "{\"zk\":{\"S\":\"x\"},\"often\":{\"S\":\"x\"},\"b\":{\"S\":\"x\"}}",
            "{\"zk\":{\"S\":\"y\"},\"often\":{\"S\":\"x\"},\"c\":{\"S\":\"x\"}}",
            "{\"zk\":{\"S\":\"z\"},\"often\":{\"S\":\"x\"},\"a\":{\"S\":\"x\"}}");
    Plan plan =
        SchemaPlanner.plan(
            profile,
            new PlanOptions(
                "orders",
                List.of(KeyAttribute.parse("zk:S")),
                3,
                TypeRules.LAKE,
                Unnesting.NONE,
                Words.FLATTEN));
    assertThat(plan.schema().columns().stream().map(Column::name))
        .containsExactly("zk", "a", "often");
    assertThat(plan.forecast().leftOut()).isEqualTo(Map.of("b", 1L, "c", 1L));
    assertThat(plan.forecast().rescuedValues()).isEqualTo(2);
  }

  @Test
  void valuesDeeperThanDynamoDbNestsBecomeJson() {
    String deep = "{\"L\":[".repeat(60) + "{\"S\":\"x\"}" + "]}".repeat(60);
    ValueMapping mapping =
        SchemaPlanner.plan(Profiles.ofValues(deep), OPTIONS).schema().columns().get(0).mapping();
    int depth = 0;
    while (mapping instanceof Sequence sequence) {
      mapping = sequence.element();
      depth++;
    }
    assertThat(mapping).isEqualTo(new DynamoJson(Descriptor.L));
    assertThat(depth).isEqualTo(32);
  }

  @Test
  void aTypeTooLongForGlueBecomesJson() {
    String fields =
        IntStream.range(0, 100)
            .mapToObj(i -> "\"" + "n".repeat(200) + i + "\":{\"S\":\"x\"}")
            .collect(Collectors.joining(","));
    String value =
        IntStream.range(0, 6)
            .mapToObj(i -> "\"m" + i + "\":{\"M\":{" + fields + "}}")
            .collect(Collectors.joining(",", "{\"M\":{", "}}"));
    assertThat(SchemaPlanner.plan(Profiles.ofValues(value), OPTIONS).schema().columns())
        .containsExactly(Column.of("a", "a", new DynamoJson(Descriptor.M)));
  }

  @Test
  void forecastOfANarrowColumnIsAnUpperBound() {
    Profile profile = Profiles.ofValues("{\"N\":\"1\"}", "{\"N\":\"3000000000\"}", "{\"S\":\"x\"}");
    Column narrow = Column.of("a", "a", Scalar.of(Descriptor.N, LakeType.INT));
    Forecast forecast = Forecast.of(profile, new TableSchema("orders", List.of(), List.of(narrow)));
    assertThat(forecast.rescues())
        .containsExactly(new Rescue("a", "a", Map.of(Descriptor.N, 2L, Descriptor.S, 1L), false));
  }

  @Test
  void protectedAndDroppedColumnsRescueNothing() {
    Profile profile = Profiles.ofItems("{\"a\":{\"N\":\"1\"},\"b\":{\"N\":\"1\"}}");
    TableSchema schema =
        new TableSchema(
            "orders",
            List.of(),
            List.of(
                new Column("a", "a", TEXT, Protection.HASH, false),
                new Column("b", "b", TEXT, Protection.NONE, true)));
    assertThat(Forecast.of(profile, schema).rescuedValues()).isZero();
  }

  @Property(tries = 100)
  void anyItemsGiveASchemaThatReadsBack(@ForAll long seed) {
    RandomItems items = RandomItems.plain(seed);
    List<String> lines =
        IntStream.range(0, 30).mapToObj(i -> items.line()).collect(Collectors.toList());
    PlanOptions options =
        OPTIONS.withUnnesting(new Unnesting((int) Math.abs(seed % 4), Unnesting.DEFAULT_SEPARATOR));
    TableSchema schema =
        SchemaPlanner.plan(Profiles.ofLines(new ProfileLimits(3, 1000), lines), options).schema();
    Collections.shuffle(lines, new Random(seed));
    assertThat(
            SchemaPlanner.plan(Profiles.ofLines(new ProfileLimits(3, 1000), lines), options)
                .schema())
        .isEqualTo(schema);
    assertThat(TableSchemaJson.fromJson(TableSchemaJson.toJson(schema))).isEqualTo(schema);
  }
}
