package io.dynamodblake.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.schema.ValueMapping.DynamoJson;
import io.dynamodblake.schema.ValueMapping.Field;
import io.dynamodblake.schema.ValueMapping.OpenMap;
import io.dynamodblake.schema.ValueMapping.Scalar;
import io.dynamodblake.schema.ValueMapping.Sequence;
import io.dynamodblake.schema.ValueMapping.Struct;
import io.dynamodblake.testing.Profiles;
import io.dynamodblake.testing.RandomItems;
import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class SchemaEvolutionTest {
  private static final PlanOptions OPTIONS = PlanOptions.of("orders", List.of());
  private static final Scalar TEXT = Scalar.of(Descriptor.S, LakeType.STRING);
  private static final Scalar BIGINT = number("bigint");
  private static final Scalar NULL = Scalar.of(Descriptor.NULL, LakeType.STRING);
  private static final Scalar TIME =
      new Scalar(Descriptor.S, LakeType.TIMESTAMP, Conversion.ISO_8601);

  private static Scalar number(String type) {
    return Scalar.of(Descriptor.N, LakeType.parse(type));
  }

  private static ValueMapping list(ValueMapping element) {
    return new Sequence(Descriptor.L, element);
  }

  private static Struct struct(Field... fields) {
    return new Struct(List.of(fields));
  }

  private static Field field(String name, ValueMapping mapping) {
    return new Field(name, name, mapping);
  }

  private static TableSchema schema(Column... columns) {
    return new TableSchema("orders", List.of(), List.of(columns));
  }

  private static TableSchema schema(ValueMapping mapping) {
    return schema(Column.of("a", "a", mapping));
  }

  // ---- observed

  /** A column that is there, what is observed, and what it becomes. */
  private record Row(
      String title, ValueMapping existing, String value, ValueMapping expected, long rescued) {}

  private static Row row(String title, ValueMapping existing, String value, ValueMapping expected) {
    return new Row(title, existing, value, expected, 0);
  }

  private static Row kept(String title, ValueMapping existing, String value) {
    return new Row(title, existing, value, existing, 1);
  }

  private static Stream<Row> rows() {
    return Stream.of(
        row(
            "fitting numbers change nothing",
            number("decimal(18,2)"),
            "{\"N\":\"1\"}",
            number("decimal(18,2)")),
        row(
            "bigint widens to a decimal that holds it",
            BIGINT,
            "{\"N\":\"1.5\"}",
            number("decimal(38,1)")),
        row(
            "bigint widens for larger integers",
            BIGINT,
            "{\"N\":\"92233720368547758070\"}",
            number("decimal(38,0)")),
        kept("bigint cannot widen to many decimals", BIGINT, "{\"N\":\"0.12345678901234567891\"}"),
        row(
            "decimal widens in scale",
            number("decimal(10,2)"),
            "{\"N\":\"1.125\"}",
            number("decimal(18,3)")),
        row(
            "decimal widens in digits",
            number("decimal(18,2)"),
            "{\"N\":\"12345678901234567\"}",
            number("decimal(38,2)")),
        kept(
            "decimal cannot widen beyond 38",
            number("decimal(38,20)"),
            "{\"N\":\"1234567890123456789\"}"),
        kept("int is a wish and stays", number("int"), "{\"N\":\"3000000000\"}"),
        row("double is a wish and stays", number("double"), "{\"N\":\"1.5\"}", number("double")),
        row("timestamp is a wish and stays", TIME, "{\"S\":\"x\"}", TIME),
        kept("another descriptor does not change a column", TEXT, "{\"N\":\"1\"}"),
        row("NULL only, then S", NULL, "{\"S\":\"x\"}", TEXT),
        row("NULL only, then N, stays string", NULL, "{\"N\":\"1\"}", number("string")),
        row(
            "NULL only, then a list, stays string",
            NULL,
            "{\"L\":[]}",
            new DynamoJson(Descriptor.L)),
        row("nothing new", NULL, "{\"NULL\":true}", NULL),
        row(
            "list elements widen",
            list(BIGINT),
            "{\"L\":[{\"N\":\"0.5\"}]}",
            list(number("decimal(38,1)"))),
        kept("list elements keep their kind", list(BIGINT), "{\"L\":[{\"S\":\"x\"}]}"),
        row(
            "DynamoDB JSON stays",
            list(new DynamoJson(Descriptor.S)),
            "{\"L\":[{\"N\":\"1\"}]}",
            list(new DynamoJson(Descriptor.S))),
        row(
            "set members widen",
            new Sequence(Descriptor.NS, BIGINT),
            "{\"NS\":[\"0.5\"]}",
            new Sequence(Descriptor.NS, number("decimal(38,1)"))),
        kept(
            "a set of another kind is rescued",
            new Sequence(Descriptor.NS, BIGINT),
            "{\"SS\":[\"x\"]}"),
        row(
            "fields are appended and get free names",
            struct(field("b", TEXT)),
            "{\"M\":{\"A\":{\"N\":\"1\"},\"B\":{\"S\":\"x\"}}}",
            struct(field("b", TEXT), new Field("a", "A", BIGINT), new Field("b_2", "B", TEXT))),
        row(
            "fields widen",
            struct(field("b", BIGINT)),
            "{\"M\":{\"b\":{\"N\":\"1.5\"}}}",
            struct(field("b", number("decimal(38,1)")))),
        row(
            "map values widen",
            new OpenMap(BIGINT),
            "{\"M\":{\"b\":{\"N\":\"1.5\"},\"c\":{\"N\":\"1\"}}}",
            new OpenMap(number("decimal(38,1)"))),
        row(
            "nobody looks into JSON text",
            new Struct(Descriptor.S, List.of(field("b", BIGINT))),
            "{\"S\":\"{\\\"b\\\":0.5,\\\"c\\\":1}\"}",
            new Struct(Descriptor.S, List.of(field("b", BIGINT)))),
        kept(
            "a map where JSON text is",
            new Struct(Descriptor.S, List.of(field("b", BIGINT))),
            "{\"M\":{\"b\":{\"N\":\"0.5\"},\"c\":{\"S\":\"x\"}}}"),
        kept("map values keep their kind", new OpenMap(BIGINT), "{\"M\":{\"b\":{\"S\":\"x\"}}}"));
  }

  @TestFactory
  Stream<DynamicTest> observedDataWidensWhatMayWiden() {
    return rows()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.title(),
                    () -> {
                      Evolution evolution =
                          SchemaEvolution.evolve(
                              schema(row.existing()), Profiles.ofValues(row.value()), OPTIONS);
                      assertThat(evolution.schema()).isEqualTo(schema(row.expected()));
                      assertThat(evolution.forecast().rescuedValues()).isEqualTo(row.rescued());
                      boolean silent = row.rescued() == 0 && row.expected().equals(row.existing());
                      assertThat(evolution.notes()).hasSize(silent ? 0 : 1);
                    }));
  }

  @Test
  void newColumnsAreAppendedAndUnseenOnesStay() {
    TableSchema existing = schema(Column.of("z", "z", TEXT), Column.of("a", "A", TEXT));
    Evolution evolution =
        SchemaEvolution.evolve(
            existing, Profiles.ofItems("{\"b\":{\"BOOL\":true},\"a\":{\"N\":\"1\"}}"), OPTIONS);
    assertThat(evolution.schema().columns())
        .containsExactly(
            Column.of("z", "z", TEXT),
            Column.of("a", "A", TEXT),
            Column.of("a_2", "a", BIGINT),
            Column.of("b", "b", Scalar.of(Descriptor.BOOL, LakeType.BOOLEAN)));
    assertThat(evolution.notes()).containsExactly("Column 'a_2' is new", "Column 'b' is new");
  }

  @Test
  void whatAUserEditedSurvives() {
    TableSchema edited =
        schema(
            Column.of("amount", "total", BIGINT),
            new Column("email", "email", TEXT, Protection.HASH, false),
            new Column("junk", "junk", TEXT, Protection.NONE, true));
    Evolution evolution =
        SchemaEvolution.evolve(
            edited,
            Profiles.ofItems(
                "{\"total\":{\"N\":\"1.5\"},\"email\":{\"N\":\"1\"},\"junk\":{\"N\":\"1\"}}"),
            OPTIONS);
    assertThat(evolution.schema())
        .isEqualTo(
            schema(
                Column.of("amount", "total", number("decimal(38,1)")),
                new Column("email", "email", TEXT, Protection.HASH, false),
                new Column("junk", "junk", TEXT, Protection.NONE, true)));
    assertThat(evolution.notes())
        .containsExactly("Column 'amount' widens from bigint to decimal(38,1)");
    assertThat(evolution.forecast().rescuedValues()).isZero();
  }

  @Test
  void notesSayWhatIsRescued() {
    assertThat(
            SchemaEvolution.evolve(schema(TEXT), Profiles.ofValues("{\"N\":\"1\"}"), OPTIONS)
                .notes())
        .containsExactly("Column 'a' keeps its type; 1 value at a goes to ddb_rescued");
  }

  @Test
  void aStructDoesNotGrowBeyondTheLimitOfFields() {
    String keys =
        String.join(
            ",", IntStream.range(0, 100).mapToObj(i -> "\"k" + i + "\":{\"S\":\"x\"}").toList());
    Evolution evolution =
        SchemaEvolution.evolve(
            schema(struct(field("b", TEXT))), Profiles.ofValues("{\"M\":{" + keys + "}}"), OPTIONS);
    Struct grown = (Struct) evolution.schema().columns().get(0).mapping();
    assertThat(grown.fields()).hasSize(100);
    assertThat(evolution.forecast().rescuedValues()).isEqualTo(1);
    assertThat(evolution.notes())
        .anyMatch(
            note ->
                note.contains("The map of column 'a' has more than 100 keys")
                    && note.contains(
                        "\"type\": \"map\", \"value\": {\"descriptor\":\"S\",\"type\":\"string\"}"));
  }

  @Test
  void aMapThatGrewPastTheBoundIsNamedWhereverItIs() {
    String keys =
        String.join(
            ",", IntStream.range(0, 150).mapToObj(i -> "\"k" + i + "\":{\"N\":\"1\"}").toList());
    Evolution evolution =
        SchemaEvolution.evolve(
            schema(list(struct(field("m", struct(field("k0", BIGINT)))))),
            Profiles.ofValues("{\"L\":[{\"M\":{\"m\":{\"M\":{" + keys + "}}}}]}"),
            OPTIONS);
    assertThat(evolution.notes())
        .anyMatch(
            note ->
                note.startsWith(
                        "The map of field 'm' of element of column 'a' has more than 100 keys")
                    && note.contains(
                        "\"type\": \"map\", \"value\": {\"descriptor\":\"N\",\"type\":\"bigint\"}"));
  }

  @Test
  void aColumnOfBeforeKeepsTheNameThatNoNewOneGets() {
    Evolution evolution =
        SchemaEvolution.evolve(
            schema(Column.of("snapshot", "snapshot", TEXT)),
            Profiles.ofItems("{\"snapshot\":{\"S\":\"x\"},\"Snapshot\":{\"S\":\"x\"}}"),
            OPTIONS);
    assertThat(evolution.schema())
        .isEqualTo(
            schema(
                Column.of("snapshot", "snapshot", TEXT),
                Column.of("snapshot_2", "Snapshot", TEXT)));
    assertThat(TableSchemaJson.fromJson(TableSchemaJson.toJson(evolution.schema())))
        .isEqualTo(evolution.schema());
  }

  @Test
  void otherKeysAreRefused() {
    TableSchema existing =
        new TableSchema(
            "orders", List.of(KeyAttribute.parse("pk:S")), List.of(Column.of("pk", "pk", TEXT)));
    assertThatThrownBy(
            () ->
                SchemaEvolution.evolve(
                    existing,
                    Profiles.ofItems("{\"pk\":{\"S\":\"x\"}}"),
                    PlanOptions.of("orders", List.of(KeyAttribute.parse("id:S")))))
        .isInstanceOf(DataRefusedException.class)
        .hasMessage(
            "Cannot change the keys of table orders from pk:S to id:S; leave --key out, or flatten"
                + " into another folder");
  }

  @Property(tries = 200)
  void everyEvolutionIsOneThatMayBePinned(@ForAll long seed) {
    RandomItems items = RandomItems.plain(seed);
    ProfileLimits limits = new ProfileLimits(4, 1000);
    List<String> lines = new ArrayList<>();
    Unnesting unnesting = new Unnesting((int) Math.abs(seed % 4), Unnesting.DEFAULT_SEPARATOR);
    TableSchema schema = null;
    for (int round = 0; round < 4; round++) {
      lines = IntStream.range(0, 5).mapToObj(i -> items.line()).toList();
      Profile profile = Profiles.ofLines(limits, lines);
      TableSchema next =
          schema == null
              ? SchemaPlanner.plan(profile, OPTIONS.withUnnesting(unnesting)).schema()
              : SchemaEvolution.evolve(schema, profile, OPTIONS).schema();
      if (schema != null) {
        assertThat(SchemaEvolution.pin(schema, next)).isEqualTo(next);
        assertThat(next.columns().stream().limit(schema.columns().size()).map(Column::name))
            .isEqualTo(schema.columns().stream().map(Column::name).toList());
        // the same data again changes nothing more
        assertThat(SchemaEvolution.evolve(next, profile, OPTIONS).schema()).isEqualTo(next);
      }
      assertThat(TableSchemaJson.fromJson(TableSchemaJson.toJson(next))).isEqualTo(next);
      schema = next;
    }
  }

  // ---- unnested

  private static Column part(String name, String attribute, String key, ValueMapping mapping) {
    return Column.of(name, new Origin(attribute, List.of(key)), mapping);
  }

  private static TableSchema unnested(Column... columns) {
    return schema(columns).withUnnesting(new Unnesting(1, "__"));
  }

  @Test
  void whatIsNewInsideOfAnUnnestedMapBecomesAColumn() {
    Evolution evolution =
        SchemaEvolution.evolve(
            unnested(part("city", "a", "city", TEXT), part("a__no", "a", "no", BIGINT)),
            Profiles.ofItems(
                "{\"a\":{\"M\":{\"no\":{\"N\":\"0.5\"},\"zip\":{\"S\":\"x\"},\"a\":{\"M\":{\"b\":{\"S\":\"x\"}}}}},"
                    + "\"b\":{\"M\":{\"c\":{\"BOOL\":true}}}}"),
            OPTIONS);
    assertThat(evolution.schema())
        .isEqualTo(
            unnested(
                part("city", "a", "city", TEXT),
                part("a__no", "a", "no", number("decimal(38,1)")),
                part("a__a", "a", "a", struct(field("b", TEXT))),
                part("a__zip", "a", "zip", TEXT),
                part("b__c", "b", "c", Scalar.of(Descriptor.BOOL, LakeType.BOOLEAN))));
    assertThat(evolution.notes())
        .containsExactly(
            "Column 'a__no' widens from bigint to decimal(38,1)",
            "Column 'a__a' is new",
            "Column 'a__zip' is new",
            "Column 'b__c' is new");
  }

  @Test
  void whatIsNoMapAndWhatHasNoRoomIsRescued() {
    String keys =
        String.join(
            ",", IntStream.range(0, 100).mapToObj(i -> "\"k" + i + "\":{\"S\":\"x\"}").toList());
    Evolution evolution =
        SchemaEvolution.evolve(
            unnested(part("a__b", "a", "b", TEXT)),
            Profiles.ofValues(
                "{\"S\":\"x\"}", "{\"M\":{}}", "{\"NULL\":true}", "{\"M\":{" + keys + "}}"),
            OPTIONS);
    assertThat(evolution.schema().columns()).hasSize(100);
    assertThat(evolution.forecast().rescuedValues()).isEqualTo(2);
    assertThat(evolution.notes())
        .contains(
            "The columns of an unnested map keep their types; 1 value at a goes to ddb_rescued")
        .anyMatch(
            note -> note.startsWith("The unnested map a has more than 100 keys, so new ones"));
  }

  @Test
  void protectionOfAFieldSurvives() {
    TableSchema existing =
        unnested(
            new Column("x", "a", List.of("b"), TEXT, Protection.HASH, false),
            new Column("y", "a", List.of("c"), TEXT, Protection.NONE, true));
    Evolution evolution =
        SchemaEvolution.evolve(
            existing,
            Profiles.ofValues("{\"M\":{\"b\":{\"N\":\"1\"},\"c\":{\"M\":{\"d\":{\"S\":\"x\"}}}}}"),
            OPTIONS);
    assertThat(evolution.schema()).isEqualTo(existing);
    assertThat(evolution.notes()).isEmpty();
  }

  @Test
  void aMapIsNotHeldWholeAndInPartsAtOnce() {
    assertThatThrownBy(
            () ->
                SchemaEvolution.pin(
                    unnested(part("a__b", "a", "b", TEXT)), schema(struct(field("b", TEXT)))))
        .isInstanceOf(DataRefusedException.class)
        .hasMessage(
            "Cannot evolve column 'a': it holds a whole map of which the columns a__b hold parts, and one of both is in the table; keep what the table has in the schema, or flatten into another folder");
  }

  @Test
  void aFileMayBeginToUnnest() {
    assertThat(
            SchemaEvolution.pin(schema(TEXT), unnested(part("b__c", "b", "c", TEXT))).unnesting())
        .isEqualTo(new Unnesting(1, "__"));
    assertThat(SchemaEvolution.pin(unnested(), schema(TEXT)).unnesting().depth()).isEqualTo(1);
  }

  // ---- pinned

  private static Stream<DynamicTest> pinned(String verb, Object[][] rows) {
    return Stream.of(rows)
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row[0] + verb,
                    () -> {
                      TableSchema existing = schema((ValueMapping) row[1]);
                      TableSchema wanted = schema((ValueMapping) row[2]);
                      if (row.length == 3) {
                        assertThat(SchemaEvolution.pin(existing, wanted)).isEqualTo(wanted);
                      } else {
                        assertThatThrownBy(() -> SchemaEvolution.pin(existing, wanted))
                            .isInstanceOf(DataRefusedException.class)
                            .hasMessage(
                                "Cannot evolve "
                                    + row[3]
                                    + ", which breaks the queries that read the table; keep "
                                    + row[4]
                                    + " in the schema, or flatten into another folder");
                      }
                    }));
  }

  @TestFactory
  Stream<DynamicTest> pinnedSchemasMayWiden() {
    return pinned(
        " is fine",
        new Object[][] {
          {"int to bigint", number("int"), BIGINT},
          {"int to decimal", number("int"), number("decimal(18,2)")},
          {"bigint to decimal(38,2)", BIGINT, number("decimal(38,2)")},
          {"decimal to wider decimal", number("decimal(18,2)"), number("decimal(38,4)")},
          {
            "another way to read a timestamp",
            TIME,
            new Scalar(Descriptor.N, LakeType.TIMESTAMP, Conversion.EPOCH_MILLIS)
          },
          {"NULL only to S", NULL, TEXT},
          {"wider elements", list(number("int")), list(BIGINT)},
        });
  }

  @TestFactory
  Stream<DynamicTest> pinnedSchemasMustNotNarrow() {
    return pinned(
        " is refused",
        new Object[][] {
          {
            "bigint to int",
            BIGINT,
            number("int"),
            "column 'a': its type would change from bigint to int",
            "bigint"
          },
          {
            "bigint to a decimal that is too short",
            BIGINT,
            number("decimal(18,0)"),
            "column 'a': its type would change from bigint to decimal(18,0)",
            "bigint"
          },
          {
            "less scale",
            number("decimal(18,4)"),
            number("decimal(38,2)"),
            "column 'a': its type would change from decimal(18,4) to decimal(38,2)",
            "decimal(18,4)"
          },
          {
            "fewer digits",
            number("decimal(18,2)"),
            number("decimal(18,4)"),
            "column 'a': its type would change from decimal(18,2) to decimal(18,4)",
            "decimal(18,2)"
          },
          {
            "string to timestamp",
            TEXT,
            TIME,
            "column 'a': its type would change from string to timestamp",
            "string"
          },
          {
            "bigint to string",
            BIGINT,
            number("string"),
            "column 'a': its type would change from bigint to string",
            "bigint"
          },
          {
            "array to string",
            list(TEXT),
            TEXT,
            "column 'a': its type would change from array to string",
            "array"
          },
          {
            "struct to map",
            struct(field("b", TEXT)),
            new OpenMap(TEXT),
            "column 'a': its type would change from struct to map",
            "struct"
          },
          {
            "inside a list",
            list(BIGINT),
            list(TEXT),
            "element of column 'a': its type would change from bigint to string",
            "bigint"
          },
          {
            "inside a struct",
            struct(field("b", BIGINT)),
            struct(field("b", TEXT)),
            "field 'b' of column 'a': its type would change from bigint to string",
            "bigint"
          },
        });
  }

  @Test
  void aPinnedSchemaKeepsOrderAndWhatItDoesNotMention() {
    TableSchema existing =
        schema(
            Column.of("a", "a", struct(field("x", TEXT), field("y", TEXT))),
            Column.of("b", "b", TEXT));
    TableSchema wanted =
        schema(
            Column.of("new", "new", TEXT),
            Column.of("a", "a", struct(field("z", TEXT), field("y", TEXT))));
    assertThat(SchemaEvolution.pin(existing, wanted))
        .isEqualTo(
            schema(
                Column.of("a", "a", struct(field("x", TEXT), field("y", TEXT), field("z", TEXT))),
                Column.of("b", "b", TEXT),
                Column.of("new", "new", TEXT)));
  }

  @Test
  void aPinnedSchemaMayDropAndHashText() {
    TableSchema existing = schema(Column.of("a", "a", TEXT), Column.of("b", "b", BIGINT));
    TableSchema wanted =
        schema(
            new Column("a", "a", TEXT, Protection.HASH, false),
            new Column("b", "b", BIGINT, Protection.NONE, true));
    assertThat(SchemaEvolution.pin(existing, wanted)).isEqualTo(wanted);
    assertThat(SchemaEvolution.pin(wanted, existing)).isEqualTo(existing);
  }

  @Test
  void hashingANumberChangesItsTypeAndIsRefused() {
    assertThatThrownBy(
            () ->
                SchemaEvolution.pin(
                    schema(BIGINT), schema(new Column("a", "a", BIGINT, Protection.HASH, false))))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageStartingWith(
            "Cannot evolve column 'a': its type would change from bigint to string");
  }

  @Test
  void renamingIsRefused() {
    assertThatThrownBy(() -> SchemaEvolution.pin(schema(TEXT), schema(Column.of("b", "a", TEXT))))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageStartingWith("Cannot evolve column 'a': its name would change from a to b");
  }

  @Test
  void aNewColumnMustNotTakeTheNameOfAnotherAttribute() {
    assertThatThrownBy(() -> SchemaEvolution.pin(schema(TEXT), schema(Column.of("a", "A", TEXT))))
        .isInstanceOf(DataRefusedException.class)
        .hasMessage(
            "Cannot evolve column 'a': the table has a column of that name for another attribute;"
                + " give the new one another name");
  }
}
