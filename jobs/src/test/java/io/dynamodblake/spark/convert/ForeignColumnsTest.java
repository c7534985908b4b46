package io.dynamodblake.spark.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.flatten.ItemCheck;
import io.dynamodblake.flatten.ItemDefectException;
import io.dynamodblake.flatten.ItemEncoder;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.testing.Serialization;
import io.dynamodblake.testing.SparkTest;
import io.dynamodblake.type.Descriptor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ForeignColumnsTest {
  private static final SparkSession SPARK = SparkTest.session();

  private static TableSchema file(String columns) {
    return TableSchemaJson.fromJson(
        """
        {"format":"dynamodb-lake-schema","version":1,"table":"orders",
         "keys":[{"attribute":"v","descriptor":"S"}],"columns":[%s]}
        """
            .formatted(columns));
  }

  /** The rows as items in DynamoDB JSON, or what is wrong with them. */
  private static List<String> items(Dataset<Row> data, ForeignColumns columns) throws Exception {
    ForeignColumns travelled = Serialization.roundTrip(columns);
    ItemEncoder encoder = ItemEncoder.forSchema(travelled.schema());
    ForeignSource source = travelled.newSource();
    JsonItemWriter writer = new JsonItemWriter();
    ItemCheck check = new ItemCheck(List.of(), writer);
    List<String> items = new ArrayList<>();
    for (InternalRow row : data.queryExecution().executedPlan().executeCollect()) {
      source.row(row);
      writer.reset();
      try {
        encoder.encode(source, check);
        String line = new String(writer.bytes(), 0, writer.length(), StandardCharsets.UTF_8);
        items.add(
            check.defect() != null
                ? check.defect()
                : line.substring("{\"Item\":".length(), line.length() - 2));
      } catch (ItemDefectException e) {
        items.add(e.getMessage());
      }
    }
    return items;
  }

  private static String item(String select, Optional<TableSchema> file) throws Exception {
    Dataset<Row> data = SPARK.sql("select " + select);
    List<String> items = items(data, ForeignColumns.of("t", data.schema(), file));
    assertThat(items).hasSize(1);
    return items.get(0);
  }

  static Stream<Arguments> types() {
    return Stream.of(
        Arguments.of("'héllo'", "{'S':'héllo'}"),
        Arguments.of("''", "{'S':''}"),
        Arguments.of("cast('ab' as char(3))", "{'S':'ab'}"),
        Arguments.of("cast('ab' as varchar(3))", "{'S':'ab'}"),
        Arguments.of("-128Y", "{'N':'-128'}"),
        Arguments.of("-32768S", "{'N':'-32768'}"),
        Arguments.of("-2147483648", "{'N':'-2147483648'}"),
        Arguments.of("-9223372036854775807L - 1L", "{'N':'-9223372036854775808'}"),
        Arguments.of("0.10BD", "{'N':'0.1'}"),
        Arguments.of(
            "12345678901234567890123456789012345.678BD",
            "{'N':'12345678901234567890123456789012345.678'}"),
        Arguments.of("0.1F", "{'N':'0.1'}"),
        Arguments.of("16777216F", "{'N':'16777216'}"),
        Arguments.of("1e38F", "{'N':'1" + "0".repeat(38) + "'}"),
        Arguments.of("0.1D", "{'N':'0.1'}"),
        Arguments.of("-0D", "{'N':'0'}"),
        Arguments.of("1e200D", "a number is outside what DynamoDB can hold, in attribute v"),
        Arguments.of(
            "double('NaN')",
            "a double is NaN or infinite, which DynamoDB does not have, in attribute v"),
        Arguments.of(
            "float('-Infinity')",
            "a double is NaN or infinite, which DynamoDB does not have, in attribute v"),
        Arguments.of("false", "{'BOOL':false}"),
        Arguments.of("X'0001feff'", "{'B':'AAH+/w=='}"),
        Arguments.of("X''", "{'B':''}"),
        Arguments.of("date'2026-11-18'", "{'S':'2026-11-18'}"),
        Arguments.of("timestamp'2026-11-18 03:20:00Z'", "{'S':'2026-11-18T03:20:00Z'}"),
        Arguments.of("timestamp'2026-11-18 03:20:00.5+01:00'", "{'S':'2026-11-18T02:20:00.500Z'}"),
        Arguments.of(
            "timestamp'1969-12-31 23:59:59.999999Z'", "{'S':'1969-12-31T23:59:59.999999Z'}"),
        Arguments.of("timestamp_ntz'2026-11-18 03:20:00'", "{'S':'2026-11-18T03:20:00'}"),
        Arguments.of(
            "timestamp_ntz'2026-11-18 03:20:00.000001'", "{'S':'2026-11-18T03:20:00.000001'}"),
        Arguments.of(
            "timestamp_micros(500000000000000000)",
            "a timestamp is outside the years 0001 to 9999, in attribute v"),
        Arguments.of("array('a', 'b')", "{'L':[{'S':'a'},{'S':'b'}]}"),
        Arguments.of("array()", "no type"),
        Arguments.of("cast(array() as array<int>)", "{'L':[]}"),
        Arguments.of("array(1Y, -1Y)", "{'L':[{'N':'1'},{'N':'-1'}]}"),
        Arguments.of(
            "array(1, null)",
            "an element is null, and neither ddb_nulls nor ddb_rescued says why, in attribute v"),
        Arguments.of(
            "array(named_struct('b', 0.5F, 'A', array(timestamp'2026-11-18 03:20:00Z')))",
            "{'L':[{'M':{'b':{'N':'0.5'},'A':{'L':[{'S':'2026-11-18T03:20:00Z'}]}}}]}"),
        Arguments.of(
            "named_struct('x.y', 1, 'gone', cast(null as int), 's', named_struct('t', 2S))",
            "{'M':{'x.y':{'N':'1'},'s':{'M':{'t':{'N':'2'}}}}}"),
        Arguments.of(
            "named_struct('a', struct('x' as p, true as q))",
            "{'M':{'a':{'M':{'p':{'S':'x'},'q':{'BOOL':true}}}}}"),
        Arguments.of("map('k', 1S, '', 2S)", "an attribute name is empty"),
        Arguments.of("map('k', 1S, 'l', 2S)", "{'M':{'k':{'N':'1'},'l':{'N':'2'}}}"),
        Arguments.of("map('k', map('l', X'00'))", "{'M':{'k':{'M':{'l':{'B':'AA=='}}}}}"),
        Arguments.of("cast(null as string)", ""),
        Arguments.of("cast(null as struct<a:float>)", ""));
  }

  @ParameterizedTest
  @MethodSource("types")
  void everyTypeOfSparkBecomesWhatItIs(String sql, String value) throws Exception {
    if (value.equals("no type")) {
      assertThatThrownBy(() -> item(sql + " as v", Optional.empty()))
          .hasMessageContaining("v.element is void");
      return;
    }
    String quoted = value.replace('\'', '"');
    assertThat(item(sql + " as v", Optional.empty()))
        .isEqualTo(
            value.isEmpty() ? "{}" : value.startsWith("{") ? "{\"v\":" + quoted + "}" : value);
  }

  @Test
  void whatDynamoDbHasNoTypeForIsNamedAllAtOnce() {
    StructType schema =
        SPARK
            .sql(
                "select 1 as fine, null as a, interval '1' day as b, interval '1' year as c,"
                    + " make_interval(1) as d, array(struct(map(1, 'x') as m)) as e")
            .schema()
            .add("f", new StructType());

    assertThatThrownBy(() -> ForeignColumns.of("t", schema, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot make attributes of all columns: a is void, which DynamoDB has no type for; cast"
                + " or drop it; b is interval day, which DynamoDB has no type for; cast or drop it;"
                + " c is interval year, which DynamoDB has no type for; cast or drop it; d is"
                + " interval, which DynamoDB has no type for; cast or drop it; e.element.m is a map"
                + " with keys of type INT, and DynamoDB's are text; cast them to string; f is a"
                + " struct without fields; drop it");
  }

  static Stream<Arguments> wishes() {
    return Stream.of(
        Arguments.of(
            "array('b', 'a')",
            "'SS','type':'array','element':{'descriptor':'S','type':'string'}",
            "{'SS':['b','a']}"),
        Arguments.of(
            "array(1.50BD, 2BD)",
            "'NS','type':'array','element':{'descriptor':'N','type':'bigint'}",
            "{'NS':['1.5','2']}"),
        Arguments.of(
            "array('1e2', ' ')",
            "'NS','type':'array','element':{'descriptor':'N','type':'string'}",
            "a text is no number, in attribute v"),
        Arguments.of(
            "array('1e2', '100.0')",
            "'NS','type':'array','element':{'descriptor':'N','type':'string'}",
            "a member stands twice in a set"),
        Arguments.of(
            "cast(array() as array<string>)",
            "'SS','type':'array','element':{'descriptor':'S','type':'string'}",
            "a set is empty, which DynamoDB does not have, in attribute v"),
        Arguments.of(
            "array('a', null)",
            "'SS','type':'array','element':{'descriptor':'S','type':'string'}",
            "NULL in a set, which DynamoDB does not have, in attribute v"),
        Arguments.of("'007.50'", "'N','type':'string'", "{'N':'7.5'}"),
        Arguments.of("'x'", "'N','type':'bigint'", "a text is no number, in attribute v"),
        Arguments.of(
            "timestamp'2026-11-18 03:20:00.5Z'",
            "'N','type':'timestamp','from':'epoch-seconds'",
            "{'N':'1794972000.5'}"),
        Arguments.of(
            "timestamp'2026-11-18 03:20:00Z'",
            "'S','type':'timestamp','from':'iso-8601-millis'",
            "{'S':'2026-11-18T03:20:00.000Z'}"),
        Arguments.of(
            "timestamp'2026-11-18 03:20:00.5Z'",
            "'N','type':'timestamp','from':'epoch-micros'",
            "{'N':'1794972000500000'}"),
        Arguments.of(
            "timestamp'2026-11-18 03:20:00Z'",
            "'S','type':'timestamp','from':'rfc-1123'",
            "{'S':'Wed, 18 Nov 2026 03:20:00 GMT'}"),
        Arguments.of(
            "timestamp'2026-11-18 03:20:00.5Z'",
            "'S','type':'timestamp','from':'rfc-1123'",
            "a timestamp has more than its form of text can say, in attribute v"),
        Arguments.of(
            "timestamp'2026-11-18 03:20:00Z'",
            "'S','type':'timestamp','format':'d.M.uuuu HH:mm','offset':'+01:00'",
            "{'S':'18.11.2026 04:20'}"),
        Arguments.of(
            "date'2026-11-08'", "'S','type':'date','format':'d.M.uuuu'", "{'S':'8.11.2026'}"),
        Arguments.of(
            "timestamp'2026-11-18 03:20:00.000001Z'",
            "'S','type':'timestamp'",
            "{'S':'2026-11-18T03:20:00.000001Z'}"),
        Arguments.of(
            "'{\"L\":[{\"NULL\":true}]}'", "'L','type':'dynamodb-json'", "{'L':[{'NULL':true}]}"),
        Arguments.of(
            "named_struct('ZIP', 1S, 'more', 'x')",
            "'M','type':'struct','fields':[{'name':'zip','attribute':'Zip Code','descriptor':'N',"
                + "'type':'bigint'}]",
            "{'M':{'Zip Code':{'N':'1'},'more':{'S':'x'}}}"),
        Arguments.of(
            "map('a', array('x'))",
            "'M','type':'map','value':{'descriptor':'SS','type':'array','element':"
                + "{'descriptor':'S','type':'string'}}",
            "{'M':{'a':{'SS':['x']}}}"));
  }

  @ParameterizedTest
  @MethodSource("wishes")
  void theSchemaFileSaysWhatTypesCannot(String sql, String wish, String value) throws Exception {
    String column =
        "{'name':'v','attribute':'V 1','descriptor':%s}".formatted(wish).replace('\'', '"');
    String quoted = value.replace('\'', '"');
    String item = item(sql + " as V", Optional.of(file(column)));

    assertThat(item)
        .isEqualTo(
            value.startsWith("{")
                ? "{\"V 1\":" + quoted + "}"
                : value.replace("attribute v", "attribute V 1"));
  }

  @Test
  void whatTheSchemaFileCannotHaveIsNamed() {
    TableSchema file =
        file(
            """
            {"name":"a","attribute":"a","descriptor":"SS","type":"array",
             "element":{"descriptor":"S","type":"string"}},
            {"name":"b","attribute":"b","descriptor":"S","type":"string"},
            {"name":"typo","attribute":"typo","descriptor":"S","type":"string"},
            {"name":"p","attribute":"p","descriptor":"N","type":"bigint","protect":"hash"},
            {"name":"gone","attribute":"gone","descriptor":"S","type":"string","drop":true}\
            """);
    StructType schema =
        SPARK.sql("select array(1) as a, 1 as b, 2 as p, interval '1' day as gone").schema();

    assertThatThrownBy(() -> ForeignColumns.of("t", schema, Optional.of(file)))
        .hasMessage(
            "Cannot make attributes of all columns: a.element is INT, of which no S can be made as"
                + " the schema file says; b is INT, of which no S can be made as the schema file"
                + " says; p is to be protected by the schema file, which is for flatten and not"
                + " done here; take protect out; the schema file has typo, which the data has not;"
                + " correct the name or take it out");
  }

  @Test
  void columnsOfOneAttributeAreRefusedButNotNamesThatDifferInCase() throws Exception {
    Dataset<Row> data = SPARK.sql("select 1 as id, 2 as ID, 3 as `a.b`, 4 as `ID_2`");
    assertThat(items(data, ForeignColumns.of("t", data.schema(), Optional.empty())))
        .containsExactly(
            "{\"id\":{\"N\":\"1\"},\"ID\":{\"N\":\"2\"},\"a.b\":{\"N\":\"3\"},\"ID_2\":{\"N\":\"4\"}}");

    StructType twice = SPARK.sql("select 1 as id, 'x' as id, struct(1 as f, 2 as f) as s").schema();
    assertThatThrownBy(() -> ForeignColumns.of("t", twice, Optional.empty()))
        .hasMessageContaining("id and id are both attribute id; s.f and s.f have one name");
  }

  private static final TableSchema LAKE =
      new TableSchema(
          "orders",
          List.of(new KeyAttribute("PK", Descriptor.S)),
          file("""
                  {"name":"pk","attribute":"PK","descriptor":"S","type":"string"},
                  {"name":"tags","attribute":"Tags","descriptor":"SS","type":"array",
                   "element":{"descriptor":"S","type":"string"}},
                  {"name":"at","attribute":"at","descriptor":"N","type":"timestamp","from":"epoch-seconds"},
                  {"name":"gone","attribute":"gone","descriptor":"S","type":"string","drop":true},
                  {"name":"secret","attribute":"secret","descriptor":"N","type":"bigint","protect":"hash"}\
                  """)
              .columns());

  @Test
  void ourColumnsAreReadByTheirMetadataInAnyOrderAndUnderNewNames() throws Exception {
    StructType struct = SparkTypes.toStruct(LAKE);
    Dataset<Row> data =
        SPARK.sql(
            "select array('ddb') as ddb_nulls, map('x', '{\"N\":\"1\"}') as ddb_rescued,"
                + " timestamp'2024-11-19 04:20:00Z' as at, array('b') as labels, 'p' as key");
    StructType described =
        new StructType(
            new StructField[] {
              field(data, "ddb_nulls", struct.apply("ddb_nulls").metadata()),
              field(data, "ddb_rescued", struct.apply("ddb_rescued").metadata()),
              field(data, "at", struct.apply("at").metadata()),
              field(data, "labels", struct.apply("tags").metadata()),
              field(data, "key", struct.apply("pk").metadata())
            });
    ForeignColumns columns = ForeignColumns.of("t", described, Optional.empty());

    assertThat(columns.schema().keys()).isEqualTo(LAKE.keys());
    assertThat(columns.schema().table()).isEqualTo("orders");
    assertThat(columns.losses()).containsExactly("gone (dropped)");
    assertThat(columns.hasRescued()).isTrue();
    assertThat(items(data, columns))
        .containsExactly(
            "{\"at\":{\"N\":\"1731990000\"},\"Tags\":{\"SS\":[\"b\"]},\"PK\":{\"S\":\"p\"},"
                + "\"x\":{\"N\":\"1\"},\"ddb\":{\"NULL\":true}}");
  }

  private static StructField field(Dataset<Row> data, String name, Metadata metadata) {
    return new StructField(name, data.schema().apply(name).dataType(), true, metadata);
  }

  @Test
  void aDescribedColumnThatWasCastKeepsItsNameAndStaysASet() throws Exception {
    StructType struct = SparkTypes.toStruct(LAKE);
    Dataset<Row> data = SPARK.sql("select array(1L) as tags, 'x' as secret, 1 as pk");
    StructType described =
        new StructType(
            new StructField[] {
              field(data, "tags", struct.apply("tags").metadata()),
              field(data, "secret", struct.apply("secret").metadata()),
              field(data, "pk", struct.apply("pk").metadata())
            });
    ForeignColumns columns = ForeignColumns.of("t", described, Optional.empty());

    assertThat(columns.losses()).containsExactly("secret (hashed)");
    assertThat(columns.hasRescued()).isFalse();
    assertThat(items(data, columns))
        .containsExactly(
            "{\"Tags\":{\"NS\":[\"1\"]},\"secret\":{\"S\":\"x\"},\"PK\":{\"N\":\"1\"}}");
  }

  @Test
  void specialColumnsMustHaveTheirTypes() {
    StructType schema = SPARK.sql("select 1 as ddb_rescued, array(1) as DDB_NULLS").schema();
    assertThatThrownBy(() -> ForeignColumns.of("t", schema, Optional.empty()))
        .hasMessageContaining(
            "ddb_rescued must be MAP<STRING, STRING>, not INT; DDB_NULLS must be ARRAY<STRING>, not"
                + " ARRAY<INT>");
  }

  @Test
  void aKeyThatStandsTwiceInAMapIsFound() throws Exception {
    SparkSession lax = SparkTest.newSession();
    Dataset<Row> data = lax.sql("select 'm' as v");
    ForeignColumns columns =
        ForeignColumns.of("t", lax.sql("select map('a', 1) as v").schema(), Optional.empty());
    ForeignSource source = columns.newSource();
    source.row(
        InternalRow.fromSeq(
            scala.collection.JavaConverters.asScalaBuffer(
                    List.<Object>of(
                        new org.apache.spark.sql.catalyst.util.ArrayBasedMapData(
                            strings("a", "b", "a"), strings("1", "2", "3"))))
                .toSeq()));
    assertThat(data.count()).isEqualTo(1);
    assertThatThrownBy(
            () -> ItemEncoder.forSchema(columns.schema()).encode(source, new JsonItemWriter()))
        .isInstanceOf(ItemDefectException.class)
        .hasMessage("a map has a key twice, in attribute v");
  }

  private static org.apache.spark.sql.catalyst.util.ArrayData strings(String... texts) {
    return new org.apache.spark.sql.catalyst.util.GenericArrayData(
        Stream.of(texts).map(org.apache.spark.unsafe.types.UTF8String::fromString).toArray());
  }

  @Test
  void metadataThatIsNotOursIsNoMatter() throws Exception {
    Dataset<Row> data = SPARK.sql("select 1 as v");
    Metadata other = new MetadataBuilder().putString("comment", "x").build();
    StructType schema = new StructType(new StructField[] {field(data, "v", other)});
    assertThat(items(data, ForeignColumns.of("t", schema, Optional.empty())))
        .containsExactly("{\"v\":{\"N\":\"1\"}}");
  }
}
