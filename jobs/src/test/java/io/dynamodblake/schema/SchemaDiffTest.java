package io.dynamodblake.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.schema.ValueMapping.DynamoJson;
import io.dynamodblake.schema.ValueMapping.Field;
import io.dynamodblake.schema.ValueMapping.OpenMap;
import io.dynamodblake.schema.ValueMapping.Scalar;
import io.dynamodblake.schema.ValueMapping.Sequence;
import io.dynamodblake.schema.ValueMapping.Struct;
import io.dynamodblake.testing.Profiles;
import io.dynamodblake.type.Descriptor;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class SchemaDiffTest {
  private static final Scalar TEXT = Scalar.of(Descriptor.S, LakeType.STRING);
  private static final Scalar NULL = Scalar.of(Descriptor.NULL, LakeType.STRING);
  private static final KeyAttribute PK = new KeyAttribute("pk", Descriptor.S);

  private record Row(String title, TableSchema from, TableSchema to, String... changes) {}

  private static Row row(String title, TableSchema from, TableSchema to, String... changes) {
    return new Row(title, from, to, changes);
  }

  private static Row row(String title, ValueMapping from, ValueMapping to, String... changes) {
    return row(title, schema(Column.of("a", "a", from)), schema(Column.of("a", "a", to)), changes);
  }

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

  private static Column column(String name, String attribute) {
    return Column.of(name, attribute, TEXT);
  }

  private static Column hidden(Protection protection) {
    return new Column("a", "a", TEXT, protection, false);
  }

  private static Stream<Row> rows() {
    return Stream.of(
        row("the same", TEXT, TEXT),
        row(
            "order does not count",
            schema(column("a", "a"), column("b", "b")),
            schema(column("b", "b"), column("a", "a"))),
        row("a column more", schema(), schema(column("a", "A")), "new a: - > string"),
        row("a column less", schema(column("a", "A")), schema(), "gone a: string > -, breaks"),
        row(
            "a column that is dropped now",
            schema(column("a", "a")),
            schema(new Column("a", "a", TEXT, Protection.NONE, true)),
            "gone a: string > -, breaks"),
        row(
            "a struct that is unnested",
            schema(Column.of("a", "A", new Struct(List.of(new Field("b", "b", TEXT))))),
            schema(
                Column.of("a_b", new Origin("A", List.of("b")), TEXT),
                Column.of("a_c", new Origin("A", List.of("c")), TEXT)),
            "gone a: struct > -, breaks",
            "new a_b: - > string",
            "new a_c: - > string"),
        row(
            "an attribute under another name",
            schema(column("a", "A")),
            schema(column("b", "A")),
            "renamed a: a > b, breaks"),
        row(
            "a name that another attribute has taken",
            schema(column("a", "A")),
            schema(column("a", "B")),
            "replaced a: string > another attribute, breaks",
            "new a: - > string"),
        row(
            "more digits",
            number("bigint"),
            number("decimal(20,2)"),
            "retyped a: bigint > decimal(20,2), breaks"),
        row(
            "room for all",
            number("bigint"),
            number("decimal(38,2)"),
            "widened a: bigint > decimal(38,2)"),
        row("int to bigint", number("int"), number("bigint"), "widened a: int > bigint"),
        row("bigint to int", number("bigint"), number("int"), "narrowed a: bigint > int, breaks"),
        row(
            "fewer digits before the point and more behind it",
            number("decimal(10,2)"),
            number("decimal(10,4)"),
            "retyped a: decimal(10,2) > decimal(10,4), breaks"),
        row("a number to text", number("bigint"), TEXT, "retyped a: bigint > string, breaks"),
        row("not exact", number("bigint"), number("double"), "retyped a: bigint > double, breaks"),
        row(
            "text to JSON",
            TEXT,
            new DynamoJson(Descriptor.M),
            "retyped a: string > string of DynamoDB JSON, breaks"),
        row("what was NULL only to text", NULL, TEXT),
        row("what was NULL only to JSON", NULL, new DynamoJson(Descriptor.M)),
        row("a scalar to a list", TEXT, list(TEXT), "retyped a: string > array<string>, breaks"),
        row("elements", list(number("int")), list(number("bigint")), "widened a[]: int > bigint"),
        row(
            "a struct to a map",
            struct(field("x", TEXT)),
            new OpenMap(TEXT),
            "retyped a: struct > map<string,string>, breaks"),
        row(
            "values of maps",
            new OpenMap(number("bigint")),
            new OpenMap(TEXT),
            "retyped a{}: bigint > string, breaks"),
        row(
            "fields, at any depth",
            list(struct(field("x", TEXT), field("y", TEXT), field("z", number("int")))),
            list(struct(field("z", number("bigint")), field("x", TEXT), field("w", list(TEXT)))),
            "gone a[].y: string > -, breaks",
            "widened a[].z: int > bigint",
            "new a[].w: - > array<string>"),
        row(
            "a field under another name",
            struct(new Field("x", "X", TEXT)),
            struct(new Field("x2", "X", TEXT)),
            "renamed a.x: x > x2, breaks"),
        row(
            "values are hashed",
            schema(hidden(Protection.NONE)),
            schema(hidden(Protection.HASH)),
            "protected a: string > hash, breaks"),
        row(
            "values are shown",
            schema(hidden(Protection.MASK)),
            schema(hidden(Protection.NONE)),
            "protected a: mask > string, breaks"),
        row(
            "hashed with another key",
            schema(hidden(Protection.HASH_HMAC)).withHashKey("one"),
            schema(hidden(Protection.HASH_HMAC)).withHashKey("two"),
            "protected a: hash-hmac > hash-hmac with another key, breaks"),
        row(
            "another key, and none that is hashed with it",
            schema(hidden(Protection.HASH)).withHashKey("one"),
            schema(hidden(Protection.HASH)).withHashKey("two")),
        row(
            "parts of keys that have columns",
            schema(column("pk", "pk")).withParts(List.of("a", "b"), part -> List.of("pk")),
            schema(column("pk", "pk")).withParts(List.of("b", "c"), part -> List.of("pk")),
            "gone a: string > -, breaks",
            "new c: - > string"),
        row(
            "keys",
            new TableSchema("t", List.of(PK), List.of()),
            new TableSchema("t", List.of(PK, new KeyAttribute("sk", Descriptor.N)), List.of()),
            "rekeyed (keys): pk:S > pk:S, sk:N, breaks"),
        row(
            "keys that one side does not know",
            new TableSchema("t", List.of(PK), List.of()),
            schema()));
  }

  private static String text(SchemaDiff.Change change) {
    return "%s %s: %s > %s%s"
        .formatted(
            change.kind().name().toLowerCase(Locale.ROOT),
            change.place(),
            change.from().orElse("-"),
            change.to().orElse("-"),
            change.kind().breaks() ? ", breaks" : "");
  }

  private static List<String> texts(SchemaDiff diff) {
    return diff.changes().stream().map(SchemaDiffTest::text).toList();
  }

  @TestFactory
  Stream<DynamicTest> whatIsDifferent() {
    return rows()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.title(),
                    () ->
                        assertThat(texts(SchemaDiff.of(row.from(), row.to())))
                            .containsExactly(row.changes())));
  }

  @Test
  void partitionsOfATimeAreColumnsThatQueriesName() {
    TableSchema schema =
        schema(
            column("pk", "pk"),
            Column.of("t", "t", new Scalar(Descriptor.S, LakeType.TIMESTAMP, Conversion.ISO_8601)));
    SchemaDiff none = SchemaDiff.of(schema, schema);
    assertThat(texts(none.withPartitions(columns(schema, "day(t),pk"), columns(schema, "day(t)"))))
        .as("pk is a column all the same")
        .isEmpty();
    assertThat(
            texts(
                none.withPartitions(
                    columns(schema, "day(t),bucket(4,pk)"),
                    columns(schema, "month(t),bucket(8,pk)"))))
        .containsExactly(
            "gone (partition) t_day: day(t) > -, breaks",
            "retyped (partition) pk_bucket: bucket(4,pk) > bucket(8,pk), breaks",
            "new (partition) t_month: - > month(t)");
  }

  private static List<PartitionColumn> columns(TableSchema schema, String partitions) {
    return PartitionField.resolve(PartitionField.parseList(partitions), schema);
  }

  @Test
  void itemsChangeATableAsAFlattenOfThemDoes() {
    TableSchema schema =
        schema(
            Column.of("a", "a", number("bigint")),
            column("b", "b"),
            column("c", "c"),
            column("e", "e"));
    Profile items =
        Profiles.ofItems(
            "{\"a\":{\"N\":\"1.5\"},\"b\":{\"S\":\"x\"}}",
            "{\"a\":{\"S\":\"x\"},\"d\":{\"BOOL\":true}}",
            "{\"a\":{\"N\":\"2\"},\"e\":{\"N\":\"1\"}}");
    assertThat(texts(SchemaDiff.ofItems(schema, items)))
        .containsExactly(
            "widened a: bigint > decimal(38,1)",
            "new d: - > boolean",
            "absent c: string > string",
            "retyped e: string > N in most items, breaks",
            "rescued a: - > 1 S",
            "rescued e: - > 1 N");
    assertThat(SchemaDiff.ofItems(schema, items).breaking()).hasSize(1);
  }
}
