package io.dynamodblake.spark.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.ion.IonRecordReader;
import io.dynamodblake.ion.MalformedIonException;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.RandomItems;
import io.dynamodblake.testing.SparkTest;
import io.dynamodblake.type.Descriptor;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the data source leaves out, reports and refuses. */
class ExportSourceTest {
  private static final String ANNA = ExportReadContract.ANNA;
  private static final String BEN = ExportReadContract.BEN;
  private static final String CARA = ExportReadContract.CARA;
  private static final String BAD = ExportReadContract.BAD;

  private static final TableSchema PEOPLE =
      new TableSchema(
          "people",
          List.of(),
          List.of(
              Column.of("pk", "pk", scalar(Descriptor.S, LakeType.STRING)),
              Column.of("years", "age", scalar(Descriptor.N, LakeType.INT)),
              Column.of(
                  "home",
                  "home",
                  new ValueMapping.Struct(
                      List.of(
                          new ValueMapping.Field(
                              "city", "city", scalar(Descriptor.S, LakeType.STRING)),
                          new ValueMapping.Field(
                              "zip", "zip", scalar(Descriptor.S, LakeType.STRING)))))));

  private final SparkSession spark = SparkTest.session();

  @TempDir Path temp;

  private static ValueMapping scalar(Descriptor descriptor, LakeType type) {
    return ValueMapping.Scalar.of(descriptor, type);
  }

  private Dataset<Row> people(ExportFixture fixture) {
    return people(fixture, Map.of());
  }

  private Dataset<Row> people(ExportFixture fixture, Map<String, String> options) {
    return spark
        .read()
        .format("dynamodb-export")
        .schema(SparkTypes.toStruct(PEOPLE))
        .options(options)
        .load(fixture.write().toString());
  }

  private static SparkPlan scan(Dataset<Row> data) {
    return data.queryExecution().executedPlan().collectLeaves().head();
  }

  // ---- Ion

  @Test
  void theSameItemsInJsonAndInIonAreTheSameRows() {
    RandomItems random = RandomItems.any(42);
    List<String> lines = new ArrayList<>();
    Stream.of(ANNA, BEN, CARA).map(ExportSourceTest::canonical).forEach(lines::add);
    for (int i = 0; i < 500; i++) {
      lines.add(canonical(random.line()));
    }
    Path json = ExportFixture.in(temp.resolve("json")).items(lines, 3).emptyFile().write();
    Path ion = ExportFixture.in(temp.resolve("ion")).ion().items(lines, 3).emptyFile().write();

    Dataset<Row> fromJson = everything(json);
    Dataset<Row> fromIon = everything(ion);

    assertThat(load(ion).schema()).isEqualTo(load(json).schema());
    assertThat(fromIon.collectAsList()).isEqualTo(fromJson.collectAsList());
  }

  /** As JSON, because maps and binaries do not compare. */
  private Dataset<Row> everything(Path export) {
    return load(export).selectExpr("to_json(struct(*)) AS item", "_line");
  }

  private Dataset<Row> load(Path export) {
    return spark.read().format("dynamodb-export").load(export.toString());
  }

  /** The same item as DynamoDB itself writes it: no blanks, no escapes, no needless zeros. */
  private static String canonical(String line) {
    byte[] ion = ExportFixture.ionLine(line).getBytes(StandardCharsets.UTF_8);
    IonRecordReader reader = new IonRecordReader(1 << 20);
    try {
      reader.read(ion, 0, ion.length);
    } catch (MalformedIonException e) {
      throw new IllegalStateException(e);
    }
    return new String(reader.json(), 0, reader.length(), StandardCharsets.UTF_8);
  }

  @Test
  void badLinesOfIonAreNamedOrLeftOut() {
    ExportFixture fixture =
        ExportFixture.in(temp).ion().file(ANNA, "$ion_1_0 {Item:{pk:2026-11-18}}", BEN);

    assertThatThrownBy(() -> people(fixture).collectAsList())
        .hasStackTraceContaining(
            "Cannot read item: an Ion timestamp, which is no type of DynamoDB at $.Item.pk, line 2, byte offset ");
    assertThat(people(fixture, Map.of("mode", "DROPMALFORMED")).select("pk").collectAsList())
        .containsExactly(RowFactory.create("anna"), RowFactory.create("ben"));
    assertThat(
            spark
                .read()
                .format("dynamodb-export")
                .schema(SparkTypes.toStruct(PEOPLE).add("_corrupt_record", "string"))
                .option("mode", "PERMISSIVE")
                .load(fixture.write().toString())
                .select("_corrupt_record")
                .collectAsList()
                .get(1)
                .getString(0))
        .isEqualTo("$ion_1_0 {Item:{pk:2026-11-18}}");
  }

  // ---- what is left out

  @Test
  void countReadsEveryLineAndDecodesNoAttribute() {
    Dataset<Row> people = people(ExportFixture.in(temp).file(ANNA, BEN).emptyFile().file(CARA));
    Dataset<Row> count = people.selectExpr("count(*)", "count(1)");

    assertThat(count.first()).isEqualTo(RowFactory.create(3L, 3L));
    assertThat(count.queryExecution().optimizedPlan().collectLeaves().head().output().isEmpty())
        .as("no column is read")
        .isTrue();
    assertThat(metric(people.selectExpr(), "itemsRead")).isEqualTo(3);
    assertThat(metric(people.selectExpr(), "storedBytes")).isPositive();
  }

  @Test
  void countBelievesNoManifestWhatItDoesNotVerify() {
    Map<String, ExportFixture> damages =
        Map.of(
            "MD5 ",
            ExportFixture.in(temp.resolve("md5")).file(ANNA, BEN).file(CARA).wrongMd5(1),
            "item count 2 or more but manifest says 1",
            ExportFixture.in(temp.resolve("count")).file(ANNA, BEN).wrongItemCount(0, -1),
            "it is missing",
            ExportFixture.in(temp.resolve("missing")).file(ANNA, BEN).file(CARA).missing(1));
    damages.forEach(
        (reason, export) ->
            assertThatThrownBy(() -> people(export).count())
                .satisfies(
                    failure ->
                        assertThat(SparkFailures.unwrapped(failure))
                            .isInstanceOf(ExportFormatException.class)
                            .hasMessageContaining(reason)));
  }

  @Test
  void countIsOfTheRowsThatBadLinesAreOrAreNot() {
    ExportFixture fixture = ExportFixture.in(temp).file(ANNA, BAD, BEN).wrongItemCount(0, 1);

    assertThat(people(fixture, Map.of("mode", "DROPMALFORMED", "verify", "none")).count())
        .isEqualTo(2);
    assertThat(people(fixture, Map.of("mode", "PERMISSIVE", "verify", "none")).count())
        .isEqualTo(3);
    assertThatThrownBy(() -> people(fixture, Map.of("mode", "PERMISSIVE")).count())
        .hasStackTraceContaining("item count 3 but manifest says 4");
  }

  @Test
  void countIsCountedWhereNoChecksumProvesTheManifest() {
    ExportFixture unproven =
        ExportFixture.in(temp).file(ANNA, BEN).wrongItemCount(0, -2).withoutChecksums();
    for (String verify : List.of("md5", "counts")) {
      assertThatThrownBy(() -> people(unproven, Map.of("verify", verify)).count())
          .hasStackTraceContaining("item count 1 or more but manifest says 0");
    }
  }

  @Test
  void otherAggregatesAreLeftToSpark() {
    Dataset<Row> people = people(ExportFixture.in(temp).file(ANNA, BEN).file(CARA));

    assertThat(people.selectExpr("count(years)", "max(pk)", "count(*)").first())
        .isEqualTo(RowFactory.create(2L, "cara", 3L));
    assertThat(people.groupBy("years").count().collectAsList()).hasSize(3);
  }

  @Test
  void onlyStructFieldsThatAreReadAreDecoded() {
    Dataset<Row> cities =
        people(ExportFixture.in(temp).file(ANNA, BEN)).selectExpr("home.city", "pk");

    assertThat(scan(cities).schema().simpleString())
        .isEqualTo("struct<pk:string,home:struct<city:string>>");
    assertThat(cities.collectAsList())
        .containsExactly(RowFactory.create("Ulm", "anna"), RowFactory.create("Berlin", "ben"));
  }

  @Test
  void attributesThatNobodyReadsAreNotLookedAtUnlessBadLinesAreRowsOrDropped() {
    ExportFixture fixture = ExportFixture.in(temp).file(ANNA, BAD);

    assertThat(people(fixture).select("pk").collectAsList()).hasSize(2);
    assertThat(people(fixture, Map.of("mode", "DROPMALFORMED")).select("pk").collectAsList())
        .hasSize(1);
    assertThatThrownBy(() -> people(fixture).select("pk", "ddb_rescued").collectAsList())
        .satisfies(
            failure ->
                assertThat(SparkFailures.unwrapped(failure))
                    .isInstanceOf(DataRefusedException.class)
                    .hasMessageStartingWith(
                        "Cannot read item: N is not a JSON string at $.Item.age, line 2,"));
  }

  @Test
  void aLimitStopsEachTaskAndLeavesTheRestUnread() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      lines.add(ANNA);
    }
    lines.add(BAD);

    Dataset<Row> some = people(ExportFixture.in(temp).file(lines)).limit(3);

    assertThat(some.collectAsList()).hasSize(3);
    assertThat(some.queryExecution().executedPlan().toString()).contains("limit 3");
    assertThat(metric(some.filter("true"), "itemsRead")).isLessThanOrEqualTo(3);
  }

  // ---- what is reported

  @Test
  void metricsCountItemsBadLinesRescuedValuesAndBytes() {
    Dataset<Row> people =
        people(
            ExportFixture.in(temp).file(ANNA, BEN, BAD).file(CARA),
            Map.of("mode", "DROPMALFORMED"));

    assertThat(metric(people, "itemsRead")).isEqualTo(3);
    assertThat(metric(people, "badRecords")).isEqualTo(1);
    // price of three, tags of one, note of two, age of cara
    assertThat(metric(people, "rescuedValues")).isEqualTo(7);
    assertThat(metric(people, "decompressedBytes"))
        .isEqualTo(ANNA.length() + BEN.length() + BAD.length() + CARA.length() + 4);
    assertThat(metric(people, "storedBytes")).isPositive();
  }

  private static long metric(Dataset<Row> data, String name) {
    data.collectAsList();
    return scan(data).metrics().apply(name).value();
  }

  @Test
  void statisticsComeFromTheManifest() {
    Dataset<Row> people = people(ExportFixture.in(temp).file(ANNA, BEN).file(CARA));

    assertThat(people.queryExecution().optimizedPlan().stats().rowCount().get().toString())
        .isEqualTo("3");
    assertThat(people.queryExecution().optimizedPlan().stats().sizeInBytes().longValue())
        .isBetween(100L, 10_000L);
  }

  @Test
  void theScanSaysWhatItReads() {
    Dataset<Row> people = people(ExportFixture.in(temp).file(ANNA, BEN).file(CARA));

    assertThat(people.queryExecution().executedPlan().toString())
        .contains("dynamodb-export 01731900000000-0a1b2c3d (2 data files, FAILFAST)");
  }

  @Test
  void theSameReadTwiceInOneQueryIsDoneOnce() {
    Dataset<Row> people = people(ExportFixture.in(temp).file(ANNA, BEN).file(CARA));
    Dataset<Row> grouped = people.groupBy("years").count();

    Dataset<Row> both = grouped.union(grouped);

    assertThat(both.collectAsList()).hasSize(6);
    assertThat(both.queryExecution().executedPlan().toString()).contains("ReusedExchange");
  }

  // ---- schemas

  @Test
  void aPlainUserSchemaReadsAttributesOfThoseNames() {
    String item =
        "{\"Item\":{\"Id\":{\"S\":\"a\"},\"id\":{\"N\":\"5\"},\"when\":{\"S\":\"2026-11-18T03:20:00Z\"},"
            + "\"bin\":{\"B\":\"AQI=\"},\"ok\":{\"BOOL\":true},\"l\":{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"}]},"
            + "\"m\":{\"M\":{\"k\":{\"S\":\"v\"}}},\"d\":{\"N\":\"1.25\"}}}";
    spark.conf().set("spark.sql.caseSensitive", true);
    try {
      Dataset<Row> items =
          spark
              .read()
              .format("dynamodb-export")
              .schema(
                  "Id string not null, `when` timestamp, bin binary, ok boolean, l array<int>,"
                      + " m map<string,string>, d decimal(10,3), missing double")
              .load(ExportFixture.in(temp).file(item).write().toString());

      Row row = items.first();
      assertThat(items.schema().apply("Id").nullable()).isTrue();
      assertThat(row.getString(0)).isEqualTo("a");
      assertThat(row.getTimestamp(1).toInstant()).hasToString("2026-11-18T03:20:00Z");
      assertThat((byte[]) row.get(2)).containsExactly(1, 2);
      assertThat(row.getBoolean(3)).isTrue();
      assertThat(row.getList(4)).isEqualTo(List.of(1, 2));
      assertThat(row.getJavaMap(5)).isEqualTo(Map.of("k", "v"));
      assertThat(row.getDecimal(6)).isEqualTo(new BigDecimal("1.250"));
      assertThat(row.isNullAt(7)).isTrue();
    } finally {
      spark.conf().unset("spark.sql.caseSensitive");
    }
  }

  @Test
  void theSchemaFileWinsOverTheSchemaGivenToTheReader() throws Exception {
    Path file = temp.resolve("schema.json");
    Files.writeString(file, TableSchemaJson.toJson(PEOPLE));
    Path export = ExportFixture.in(temp).file(ANNA).write();

    Dataset<Row> people =
        spark
            .read()
            .format("dynamodb-export")
            .option("schema", file.toString())
            .schema("pk string")
            .load(export.toString());
    Dataset<Row> withoutSchema =
        spark
            .read()
            .format("dynamodb-export")
            .option("schema", file.toString())
            .load(export.toString());

    assertThat(people.columns()).containsExactly("pk", "years", "home", "ddb_rescued", "ddb_nulls");
    assertThat(withoutSchema.schema()).isEqualTo(people.schema());
    assertThat(people.first().getInt(1)).isEqualTo(41);
  }

  @Test
  void theObservedSchemaSurvivesAWayThroughParquet() {
    Path export = ExportFixture.in(temp).file(ANNA, BEN, CARA).write();
    StructType observed = spark.read().format("dynamodb-export").load(export.toString()).schema();
    String parquet = temp.resolve("parquet").toString();

    spark.read().format("dynamodb-export").load(export.toString()).write().parquet(parquet);
    StructType stored = spark.read().parquet(parquet).schema();

    assertThat(SparkTypes.fromStruct("", stored)).isEqualTo(SparkTypes.fromStruct("", observed));
    assertThat(SparkTypes.fromStruct("", stored).table()).isEqualTo("orders");
    assertThat(SparkTypes.fromStruct("", stored).columns())
        .extracting(Column::attribute)
        .contains("pk", "tags");
  }

  @Test
  void theSessionNamesTheCorruptRecordColumn() {
    String path = ExportFixture.in(temp).file(BAD, "not json \u00e9").write().toString();
    SparkSession session = SparkTest.newSession();
    session.conf().set("spark.sql.columnNameOfCorruptRecord", "oops");
    SparkSession.setActiveSession(session);
    try {
      Dataset<Row> items =
          session
              .read()
              .format("dynamodb-export")
              .option("mode", "PERMISSIVE")
              .schema("pk string, oops string")
              .load(path);

      assertThat(items.select("oops").collectAsList())
          .containsExactly(RowFactory.create(BAD), RowFactory.create("not json \u00e9"));
    } finally {
      SparkSession.setActiveSession(spark);
    }
  }

  @Test
  void anAttributeWithTheNameOfASourceColumnHidesIt() {
    Dataset<Row> items =
        spark
            .read()
            .format("dynamodb-export")
            .schema("_line string")
            .load(
                ExportFixture.in(temp)
                    .file("{\"Item\":{\"_line\":{\"S\":\"mine\"}}}")
                    .write()
                    .toString());

    assertThat(items.selectExpr("_line", "_offset").first())
        .isEqualTo(RowFactory.create("mine", 0L));
  }

  // ---- what is refused

  @Test
  void anOptionThatNobodyKnowsIsRefusedWithTheNearestName() {
    String path = ExportFixture.in(temp).file(ANNA).write().toString();

    assertThatThrownBy(
            () -> spark.read().format("dynamodb-export").option("schemaa", "x.json").load(path))
        .isInstanceOf(UsageException.class)
        .hasMessage("Unknown option 'schemaa' of dynamodb-export; did you mean 'schema'?");
    assertThatThrownBy(
            () -> spark.read().format("dynamodb-export").option("header", "true").load(path))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(
            "Unknown option 'header' of dynamodb-export; it knows path, schema,");
    assertThat(
            spark
                .read()
                .format("dynamodb-export")
                .option("MAXLINEBYTES", "1MB")
                .option("fs.s3a.endpoint", "http://localhost")
                .load(path)
                .count())
        .isEqualTo(1);
  }

  @Test
  void messagesNameOptionsAsANotebookWritesThem() {
    String damaged = ExportFixture.in(temp).file("{\"Item\":{}").write().toString();
    assertThatThrownBy(() -> spark.read().format("dynamodb-export").load(damaged).count())
        .hasMessageContaining("; leave bad lines out with option(\"mode\", \"DROPMALFORMED\")");
    assertThatThrownBy(
            () ->
                spark
                    .read()
                    .format("dynamodb-export")
                    .load(
                        ExportFixture.in(temp.resolve("sum"))
                            .file(ANNA)
                            .wrongSum(1)
                            .write()
                            .toString()))
        .hasMessageEndingWith(
            "; copy it again or export again; option(\"verify\", \"none\") takes what is there"
                + " unchecked, and items may be missing");
  }

  @Test
  void whatIsRefusedSaysWhy() {
    String path = ExportFixture.in(temp).file(ANNA).write().toString();

    assertThatThrownBy(() -> spark.read().format("dynamodb-export").load())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Missing path");
    assertThatThrownBy(() -> spark.read().format("dynamodb-export").load(path, path))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("several paths");
    assertThatThrownBy(
            () -> spark.read().format("dynamodb-export").option("mode", "STRICT").load(path))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot read option(\"mode\"): ")
        .hasMessageContaining("FAILFAST");
    assertThatThrownBy(
            () ->
                spark
                    .read()
                    .format("dynamodb-export")
                    .option("columnNameOfCorruptRecord", "pk")
                    .load(path))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("there is a column 'pk' already");
    assertThatThrownBy(() -> spark.read().format("dynamodb-export").schema("pk float").load(path))
        .hasMessageContaining("type FLOAT at 'pk'")
        .hasMessageContaining("use string, bigint, int, double");
    assertThatThrownBy(
            () -> spark.read().format("dynamodb-export").schema("ddb_nulls string").load(path))
        .hasMessageContaining("'ddb_nulls' must be ARRAY<STRING>");
    assertThatThrownBy(
            () -> spark.read().format("dynamodb-export").load(temp.resolve("nowhere").toString()))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("nowhere");
    assertThatThrownBy(
            () -> spark.read().format("dynamodb-export").option("run-account", "x").load(path))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Unknown option 'run-account' of dynamodb-export");
  }
}
