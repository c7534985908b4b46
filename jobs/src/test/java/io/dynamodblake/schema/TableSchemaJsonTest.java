package io.dynamodblake.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.schema.ValueMapping.DynamoJson;
import io.dynamodblake.schema.ValueMapping.Field;
import io.dynamodblake.schema.ValueMapping.OpenMap;
import io.dynamodblake.schema.ValueMapping.Scalar;
import io.dynamodblake.schema.ValueMapping.Sequence;
import io.dynamodblake.schema.ValueMapping.Struct;
import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class TableSchemaJsonTest {
  private static final Scalar TEXT = Scalar.of(Descriptor.S, LakeType.STRING);

  // ---- round trip

  private static Arbitrary<Scalar> scalars() {
    return Arbitraries.of(
        TEXT,
        new Scalar(Descriptor.S, LakeType.TIMESTAMP, Conversion.ISO_8601),
        new Scalar(Descriptor.S, LakeType.TIMESTAMP, Conversion.ISO_8601_MILLIS),
        new Scalar(Descriptor.S, LakeType.DATE, Conversion.ISO_8601),
        Scalar.of(Descriptor.N, LakeType.BIGINT),
        Scalar.of(Descriptor.N, LakeType.INT),
        Scalar.of(Descriptor.N, LakeType.DOUBLE),
        Scalar.of(Descriptor.N, LakeType.STRING),
        Scalar.of(Descriptor.N, LakeType.decimal(18, 2)),
        Scalar.of(Descriptor.N, LakeType.decimal(38, 38)),
        new Scalar(Descriptor.N, LakeType.TIMESTAMP, Conversion.EPOCH_SECONDS),
        new Scalar(Descriptor.N, LakeType.TIMESTAMP, Conversion.EPOCH_MILLIS),
        new Scalar(Descriptor.N, LakeType.TIMESTAMP, Conversion.EPOCH_MICROS),
        new Scalar(Descriptor.S, LakeType.TIMESTAMP, Conversion.RFC_1123),
        Scalar.of(LakeType.TIMESTAMP, TimeFormat.of("dd/MM/uuuu 'at' HH:mm")),
        Scalar.of(LakeType.TIMESTAMP, new TimeFormat("d MMM yy h:mm a", "-03:30")),
        Scalar.of(LakeType.DATE, TimeFormat.of("dd.MM.uuuu")),
        Scalar.of(Descriptor.B, LakeType.BINARY),
        Scalar.of(Descriptor.BOOL, LakeType.BOOLEAN),
        Scalar.of(Descriptor.NULL, LakeType.STRING));
  }

  private static Arbitrary<ValueMapping> mappings(int depth) {
    Arbitrary<ValueMapping> flat =
        Arbitraries.oneOf(
            scalars().map(scalar -> (ValueMapping) scalar),
            Arbitraries.of(Descriptor.class).map(DynamoJson::new),
            Arbitraries.of(
                new Sequence(Descriptor.SS, TEXT),
                new Sequence(Descriptor.NS, Scalar.of(Descriptor.N, LakeType.decimal(38, 4))),
                new Sequence(Descriptor.BS, Scalar.of(Descriptor.B, LakeType.BINARY))));
    if (depth == 0) {
      return flat;
    }
    Arbitrary<ValueMapping> inner = mappings(depth - 1);
    return Arbitraries.oneOf(
        flat,
        inner.map(element -> new Sequence(Descriptor.L, element)),
        inner.map(OpenMap::new),
        inner
            .list()
            .ofMinSize(1)
            .ofMaxSize(3)
            .map(
                parts -> {
                  List<Field> fields = new ArrayList<>();
                  for (ValueMapping part : parts) {
                    fields.add(new Field("f" + fields.size(), "F.\"" + fields.size(), part));
                  }
                  return new Struct(fields);
                }));
  }

  @Provide
  Arbitrary<TableSchema> schemas() {
    Arbitrary<Column> columns =
        Combinators.combine(
                Arbitraries.strings().ofMaxLength(20),
                Arbitraries.strings().ofMaxLength(3).list().ofMaxSize(3),
                mappings(3),
                Arbitraries.of(Protection.NONE, Protection.NONE, Protection.MASK),
                Arbitraries.of(false, false, true))
            .as(
                (attribute, inside, mapping, protection, dropped) ->
                    new Column("x", attribute, inside, mapping, protection, dropped));
    return columns
        .list()
        .uniqueElements(Column::attribute)
        .ofMaxSize(6)
        .map(
            list -> {
              List<Column> named = new ArrayList<>();
              for (Column column : list) {
                named.add(column.named("c" + named.size()));
              }
              return new TableSchema(
                      "orders",
                      list.isEmpty() ? List.of() : List.of(KeyAttribute.parse("p:k:S")),
                      named)
                  .withUnnesting(new Unnesting(list.size(), "_".repeat(1 + list.size() % 2)));
            });
  }

  @Property(tries = 300)
  void whatIsWrittenReadsBack(@ForAll("schemas") TableSchema schema) {
    String json = TableSchemaJson.toJson(schema);
    assertThat(TableSchemaJson.fromJson(json)).isEqualTo(schema);
    assertThat(TableSchemaJson.toJson(TableSchemaJson.fromJson(json))).isEqualTo(json);
  }

  @Test
  void hashesWithAKeyKeepItsFingerprintAndNoMore() {
    TableSchema schema =
        new TableSchema(
                "orders",
                List.of(),
                List.of(new Column("ssn", "ssn", TEXT, Protection.HASH_HMAC, false)))
            .withHashKey("0123456789abcdef");
    String json = TableSchemaJson.toJson(schema);
    assertThat(json)
        .contains("\"hashKey\": \"0123456789abcdef\"")
        .contains("\"protect\": \"hash-hmac\"");
    assertThat(TableSchemaJson.fromJson(json)).isEqualTo(schema);
    assertThat(TableSchemaJson.toJson(schema.withHashKey(""))).doesNotContain("hashKey");
  }

  @Test
  void mostColumnsAreOneLine() {
    TableSchema schema =
        new TableSchema(
                "orders",
                List.of(KeyAttribute.parse("pk:S")),
                List.of(
                    Column.of("pk", "pk", TEXT),
                    new Column("email", "Email", TEXT, Protection.HASH, false),
                    Column.of("tags", "tags", new Sequence(Descriptor.SS, TEXT)),
                    Column.of(
                        "created_at",
                        "created_at",
                        new Scalar(Descriptor.N, LakeType.TIMESTAMP, Conversion.EPOCH_SECONDS)),
                    Column.of(
                        "address",
                        "address",
                        new Struct(
                            List.of(
                                new Field("zip", "zip", TEXT), new Field("city", "City", TEXT)))),
                    Column.of(
                        "meta",
                        "meta",
                        new Struct(Descriptor.S, List.of(new Field("v", "v", TEXT)))),
                    Column.of("geo_lat", new Origin("geo", List.of("lat")), TEXT)))
            .withUnnesting(new Unnesting(1, "_"));
    assertThat(TableSchemaJson.toJson(schema))
        .isEqualTo(
            """
            {
              "format": "dynamodb-lake-schema",
              "version": 1,
              "table": "orders",
              "unnest": {"depth": 1, "separator": "_"},
              "keys": [
                {"attribute": "pk", "descriptor": "S"}
              ],
              "columns": [
                {"name": "pk", "attribute": "pk", "descriptor": "S", "type": "string"},
                {"name": "email", "attribute": "Email", "protect": "hash", "descriptor": "S", "type": "string"},
                {"name": "tags", "attribute": "tags", "descriptor": "SS", "type": "array", "element": {"descriptor": "S", "type": "string"}},
                {"name": "created_at", "attribute": "created_at", "descriptor": "N", "type": "timestamp", "from": "epoch-seconds"},
                {
                  "name": "address",
                  "attribute": "address",
                  "descriptor": "M",
                  "type": "struct",
                  "fields": [
                    {"name": "zip", "attribute": "zip", "descriptor": "S", "type": "string"},
                    {"name": "city", "attribute": "City", "descriptor": "S", "type": "string"}
                  ]
                },
                {
                  "name": "meta",
                  "attribute": "meta",
                  "descriptor": "S",
                  "type": "json",
                  "fields": [
                    {"name": "v", "attribute": "v", "descriptor": "S", "type": "string"}
                  ]
                },
                {"name": "geo_lat", "attribute": "geo", "inside": ["lat"], "descriptor": "S", "type": "string"}
              ]
            }
            """);
    assertThat(TableSchemaJson.fromJson(TableSchemaJson.toJson(schema))).isEqualTo(schema);
  }

  @Test
  void timestampsFromTextNeedNoFrom() {
    TableSchema schema =
        read("{\"name\":\"a\",\"attribute\":\"a\",\"descriptor\":\"S\",\"type\":\"timestamp\"}");
    assertThat(schema.columns().get(0).mapping())
        .isEqualTo(new Scalar(Descriptor.S, LakeType.TIMESTAMP, Conversion.ISO_8601));
  }

  // ---- refusals

  private record Row(String title, String columns, String message) {}

  private static Row row(String title, String columns, String message) {
    return new Row(title, columns.replace('\'', '"'), message);
  }

  private static Row typed(String title, String members, String message) {
    return row(title, "{'name':'a','attribute':'A'," + members + "}", "column 'a'" + message);
  }

  private static Stream<Row> refusals() {
    String b = "{'name':'b','attribute':'B','descriptor':'S','type':'string'}";
    return Stream.of(
        typed(
            "unknown member",
            "'descriptor':'S','type':'string','colour':1",
            ": unknown member \"colour\"; known are name, attribute, inside, drop, protect, descriptor, type, from, format, offset, element, fields, value"),
        typed(
            "unknown type",
            "'descriptor':'S','type':'varchar'",
            ": Unknown type 'varchar'; one of string, bigint, int, double, boolean, binary, date, timestamp, decimal(p,s), array, struct, map, json or dynamodb-json"),
        typed(
            "decimal too wide",
            "'descriptor':'N','type':'decimal(39,2)'",
            ": Invalid decimal(39,2): 1 <= precision <= 38, 0 <= scale <= precision"),
        typed(
            "unknown descriptor",
            "'descriptor':'Q','type':'string'",
            ": unknown descriptor \"Q\"; one of [S, N, B, BOOL, NULL, L, M, SS, NS, BS]"),
        typed("missing type", "'descriptor':'S'", ": \"type\" is missing; write \"type\": \"...\""),
        typed(
            "B to bigint",
            "'descriptor':'B','type':'bigint'",
            ": values of descriptor B cannot become bigint; use binary or dynamodb-json"),
        typed(
            "S to int",
            "'descriptor':'S','type':'int'",
            ": values of descriptor S cannot become int; use string, timestamp, date, json or dynamodb-json"),
        typed(
            "L to string",
            "'descriptor':'L','type':'string'",
            ": values of descriptor L cannot become string; use array or dynamodb-json"),
        typed(
            "S to array",
            "'descriptor':'S','type':'array','element':{'descriptor':'S','type':'string'}",
            ": array takes values of descriptor L, SS, NS or BS, not S; use string, timestamp, date, json or dynamodb-json"),
        typed(
            "L to struct",
            "'descriptor':'L','type':'struct','fields':[" + b + "]",
            ": struct takes values of descriptor M, not L; use array or dynamodb-json"),
        typed(
            "N to timestamp without from",
            "'descriptor':'N','type':'timestamp'",
            ": timestamp from N needs \"from\": epoch-seconds or epoch-millis or epoch-micros"),
        typed(
            "N to timestamp from text",
            "'descriptor':'N','type':'timestamp','from':'iso-8601'",
            ": \"from\" is \"iso-8601\"; timestamp from N takes epoch-seconds or epoch-millis or epoch-micros"),
        typed(
            "N to date",
            "'descriptor':'N','type':'date','from':'epoch-seconds'",
            ": values of descriptor N cannot become date; use bigint, int, decimal, double, string, timestamp or dynamodb-json"),
        typed(
            "from on string",
            "'descriptor':'S','type':'string','from':'iso-8601'",
            ": \"from\" is for timestamp and date, not string; remove it or change the type"),
        typed(
            "format on a number",
            "'descriptor':'N','type':'timestamp','format':'uuuu'",
            ": \"format\" and \"offset\" are for timestamp and date from S, not timestamp from N; remove them or change the type"),
        typed(
            "format and from",
            "'descriptor':'S','type':'timestamp','format':'uuuu','from':'iso-8601'",
            ": \"from\" and \"format\" both say how texts are read; remove one of them"),
        typed(
            "format on an array",
            "'descriptor':'L','type':'array','format':'uuuu','element':{'descriptor':'S','type':'string'}",
            ": \"format\" does not go with type array; remove it or change the type"),
        typed(
            "offset without format",
            "'descriptor':'S','type':'timestamp','offset':'+01:00'",
            ": \"format\" is missing; write \"format\": \"...\""),
        typed(
            "offset of a date",
            "'descriptor':'S','type':'date','format':'dd.MM.uuuu','offset':'+01:00'",
            ": \"offset\" is for timestamp, not date; remove it or change the type"),
        typed(
            "a date with a time",
            "'descriptor':'S','type':'date','format':'uuuu-MM-dd HH:mm'",
            ": \"format\" has more than a date, which is all that the type date holds; use the type timestamp, or a pattern such as dd.MM.uuuu"),
        typed(
            "element on string",
            "'descriptor':'S','type':'string','element':{}",
            ": \"element\" does not go with type string; remove it or change the type"),
        typed(
            "hash on a container",
            "'descriptor':'L','type':'array','element':{'descriptor':'S','type':'string'},'protect':'hash'",
            ": only S, N and B can be hashed, not L; use \"protect\": \"mask\" or \"drop\": true"),
        typed(
            "unknown protection",
            "'descriptor':'S','type':'string','protect':'hide'",
            ": \"protect\" is \"hide\"; write hash, hash-hmac or mask, or leave it out"),
        typed(
            "drop as text",
            "'descriptor':'S','type':'string','drop':'yes'",
            ": \"drop\" is neither true nor false"),
        typed(
            "empty struct",
            "'descriptor':'M','type':'struct','fields':[]",
            ": a struct needs \"fields\", at least one; for a map of unknown keys use \"type\": \"map\""),
        typed(
            "map without value",
            "'descriptor':'M','type':'map'",
            ": \"value\" is not an object; write {\"descriptor\": \"S\", \"type\": \"string\"} or the like"),
        typed(
            "members of another kind",
            "'descriptor':'NS','type':'array','element':{'descriptor':'S','type':'string'}",
            ": members of NS are N; give the element that descriptor and a scalar type"),
        typed(
            "JSON that is no text",
            "'descriptor':'M','type':'json','fields':[" + b + "]",
            ": json takes values of descriptor S, not M; use struct, map or dynamodb-json"),
        typed(
            "JSON without fields",
            "'descriptor':'S','type':'json'",
            ": a struct needs \"fields\", at least one; for a map of unknown keys use \"type\": \"map\""),
        typed(
            "bytes in JSON",
            "'descriptor':'S','type':'json','fields':["
                + b.replace(
                    "'S','type':'string'",
                    "'BS','type':'array','element':{'descriptor':'B','type':'binary'}")
                + "]",
            ": JSON text has no values of descriptor BS; its texts are S, numbers N, arrays L and objects M"),
        typed(
            "a double in JSON",
            "'descriptor':'S','type':'json','fields':["
                + b.replace("'S','type':'string'", "'N','type':'double'")
                + "]",
            ": a double in JSON text would not give its digits back; use decimal(p,s) or string"),
        row(
            "problem inside",
            "{'name':'a','attribute':'A','descriptor':'L','type':'array','element':{'descriptor':'S','type':'int'}}",
            "element of column 'a': values of descriptor S cannot become int; use string, timestamp, date, json or dynamodb-json"),
        row(
            "drop on a field",
            "{'name':'a','attribute':'A','descriptor':'M','type':'struct','fields':[{'name':'f','attribute':'F','descriptor':'S','type':'string','drop':true}]}",
            "field 'f' of column 'a': \"drop\" is for whole columns only; put it on the column"),
        row(
            "twin fields",
            "{'name':'a','attribute':'A','descriptor':'M','type':'struct','fields':["
                + b
                + ","
                + b
                + "]}",
            "field 'b' of column 'a': the name occurs twice in its struct; rename one of them"),
        row(
            "twin names",
            b + "," + b.replace("'B'", "'C'"),
            "column 'b': the name occurs twice; rename one of them"),
        row(
            "twin attributes",
            b + "," + b.replace("'b'", "'c'"),
            "column 'c': another column has the same attribute; remove one of them"),
        row(
            "illegal name",
            b.replace("'b'", "'Größe'"),
            "column 'Größe': the name is not made of a-z, 0-9 and _ alone, does not start with a letter or _, or is longer than 255; use such as gro_e"),
        row(
            "reserved name",
            b.replace("'b'", "'ddb_nulls'"),
            "column 'ddb_nulls': the name is reserved; choose another, such as ddb_nulls_2"),
        row(
            "missing attribute",
            "{'name':'a','descriptor':'S','type':'string'}",
            "column 'a': \"attribute\" is missing; write \"attribute\": \"...\""),
        row(
            "missing name",
            "{'attribute':'a','descriptor':'S','type':'string'}",
            "column 1: \"name\" is missing; write \"name\": \"...\""),
        row("not an object", b + ",7", "column 2: not an object"),
        row(
            "keys that are none",
            inside("'city'"),
            "column 'b': \"inside\" is not a list of 1 to 31 keys; write such as [\"city\"], or leave it out for the whole attribute"),
        row(
            "a key that is a number",
            inside("[1]"),
            "column 'b': a key in \"inside\" is not a text"),
        row(
            "the same place twice",
            inside("['c']") + "," + inside("['c']").replace("'b'", "'d'"),
            "column 'd': another column has the same attribute; remove one of them"),
        row(
            "a map and a part of it",
            b + "," + inside("['c','d']").replace("'b'", "'d'"),
            "schema: column 'b' holds a whole map of which column 'd' holds a part; remove one of them"));
  }

  private static String inside(String keys) {
    return "{'name':'b','attribute':'B','inside':" + keys + ",'descriptor':'S','type':'string'}";
  }

  @TestFactory
  Stream<DynamicTest> refusesWithTheColumnAndTheWayOut() {
    return refusals()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.title(),
                    () ->
                        assertThatThrownBy(() -> read(row.columns()))
                            .isInstanceOf(DataRefusedException.class)
                            .hasMessage("Cannot read schema: " + row.message())));
  }

  private static TableSchema read(String columns) {
    return TableSchemaJson.fromJson(
        "{\"format\":\"dynamodb-lake-schema\",\"version\":1,\"table\":\"t\",\"columns\":["
            + columns
            + "]}");
  }

  @TestFactory
  Stream<DynamicTest> refusesWhatIsNoSchema() {
    return Stream.of(
            row("not JSON", "{'format':", "Cannot read schema: not JSON at line 1, column "),
            row(
                "another document",
                "{'manifestFilesS3Key':'x'}",
                "Cannot read schema: schema: \"format\" is not"),
            row("a list", "[]", "Cannot read schema: schema: \"format\" is not"),
            row("nothing", "", "Cannot read schema: schema: \"format\" is not"),
            row(
                "a newer version",
                "{'format':'dynamodb-lake-schema','version':2}",
                "Cannot read schema: schema: \"version\" is not 1"),
            row(
                "no columns",
                "{'format':'dynamodb-lake-schema','version':1,'table':'t'}",
                "Cannot read schema: schema: \"columns\" is not a list"),
            row(
                "no table",
                "{'format':'dynamodb-lake-schema','version':1,'columns':[]}",
                "Cannot read schema: schema: \"table\" is missing"),
            row("a member twice", "{'format':'x','format':'y'}", "Cannot read schema: not JSON"),
            row(
                "a key that cannot be",
                "{'format':'dynamodb-lake-schema','version':1,'table':'t','columns':[],'keys':[{'attribute':'pk','descriptor':'M'}]}",
                "Cannot read schema: key 1: keys are S, N or B, not M"),
            row(
                "a part of a key",
                "{'format':'dynamodb-lake-schema','version':1,'table':'t','columns':["
                    + inside("['c']")
                    + "],'keys':[{'attribute':'B','descriptor':'S'}]}",
                "Cannot read schema: schema: column 'b' is inside of a key, which is no map; leave \"inside\" out"),
            row(
                "unnesting of no depth",
                "{'format':'dynamodb-lake-schema','version':1,'table':'t','columns':[],'unnest':{'depth':0}}",
                "Cannot read schema: unnest: \"depth\" is not a whole number of at least 1; leave unnest out if structs are to stay"),
            row(
                "unnesting that is too deep",
                "{'format':'dynamodb-lake-schema','version':1,'table':'t','columns':[],'unnest':{'depth':33}}",
                "Cannot read schema: unnest: the depth is not from 1 to 32"),
            row(
                "a separator that no name can have",
                "{'format':'dynamodb-lake-schema','version':1,'table':'t','columns':[],'unnest':{'depth':1,'separator':'.'}}",
                "Cannot read schema: unnest: the separator is not one to eight of a-z, 0-9 and _, of which names of columns are made"))
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.title(),
                    () ->
                        assertThatThrownBy(() -> TableSchemaJson.fromJson(row.columns()))
                            .isInstanceOf(DataRefusedException.class)
                            .hasMessageStartingWith(row.message())));
  }
}
