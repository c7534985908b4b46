package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.testing.IncrementalExport;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lake tables that Iceberg keeps, in the folder itself and in a catalog. */
class IcebergTest extends LakeTest {
  private static final Instant T0 = IncrementalExport.FROM;
  private static final Instant T1 = T0.plusSeconds(3600);
  private static final List<KeyAttribute> PK = List.of(new KeyAttribute("pk", Descriptor.S));

  private FlattenOptions.Builder iceberg(Path export) {
    return options(export).withKeys(PK).as(OutputFormat.ICEBERG);
  }

  private Path first() {
    return export()
        .file(
            item("a", "\"n\":{\"N\":\"1\"}", "\"x\":{\"N\":\"1.5\"}"),
            item("b", "\"n\":{\"N\":\"2\"}"),
            item("c", "\"n\":{\"N\":\"3\"}"))
        .write();
  }

  private Path later(String... lines) {
    return export()
        .exportId("01731986400000-ffffffff")
        .exportTime(Instant.parse("2026-11-19T03:20:00Z"))
        .file(lines)
        .write();
  }

  private Table iceberg() {
    return new HadoopTables(spark.sessionState().newHadoopConf()).load(lake().toUri().toString());
  }

  private IncrementalExport window(String id) {
    return IncrementalExport.in(temp.resolve("bucket")).exportId(id).keys("pk").window(T0, T1);
  }

  private static String image(String pk, String... attributes) {
    String line = item(pk, attributes);
    return line.substring("{\"Item\":".length(), line.length() - 1);
  }

  private RunReport apply(ApplyOptions.MergeMode mode, Path changes) {
    return new Apply(
            spark,
            ApplyOptions.builder(List.of(changes.toString()), lake().toString())
                .merging(mode)
                .build())
        .run(ReadProgress.NONE);
  }

  // ---- what is made

  @Test
  void theFolderIsATableOfIcebergWithTypesKeysAndLineage() {
    flatten(iceberg(first()));

    Table table = iceberg();
    assertThat(table.schema().asStruct().toString())
        .contains("pk: required string", "n: optional long", "x: optional decimal(38, 1)");
    assertThat(table.schema().identifierFieldNames()).containsExactly("pk");
    assertThat(table.properties())
        .containsEntry("dynamodb-lake.export-id", "01731900000000-0a1b2c3d")
        .containsEntry("write.merge.mode", "copy-on-write")
        .containsKey("dynamodb-lake.ledger");
    assertThat(table.currentSnapshot().summary())
        .containsEntry("total-records", "3")
        .containsEntry("dynamodb-lake.export-id", "01731900000000-0a1b2c3d");
    assertThat(table.refs().keySet()).containsExactly("main");
    assertThat(rows("pk", "n", "x")).containsExactly("[a,1,1.5]", "[b,2,null]", "[c,3,null]");
  }

  @Test
  void theNextExportTakesTheRowsPlaceAndTheOneBeforeCanStillBeRead() {
    flatten(iceberg(first()).taggedFor(Duration.ofDays(30)));
    flatten(iceberg(later(item("a", "\"new\":{\"BOOL\":true}"))));

    assertThat(rows("pk", "n", "new")).containsExactly("[a,null,true]");
    assertThat(
            spark
                .read()
                .format("dynamodb-lake")
                .option("snapshot", "01731900000000-0a1b2c3d")
                .load(lake().toString())
                .where("n >= 2")
                .count())
        .isEqualTo(2);
    assertThat(iceberg().refs()).containsKey("export_01731900000000-0a1b2c3d");
    assertThat(iceberg().schema().columns().stream().map(Types.NestedField::name))
        .containsExactly("pk", "n", "x", "new", "ddb_rescued", "ddb_nulls");
  }

  /** A time that does not give its text back is in its column and in ddb_rescued. */
  @ParameterizedTest
  @EnumSource(
      value = OutputFormat.class,
      names = {"PARQUET", "ICEBERG"})
  void aKeyIsFoundByItsTextWhereItsColumnIsATime(OutputFormat format) throws Exception {
    String utc = "2026-11-18T05:20:00Z";
    String inBerlin = "2026-11-18T03:20:00+01:00";
    Path schema = temp.resolve("schema.json");
    Files.writeString(
        schema,
        """
        {"format": "dynamodb-lake-schema", "version": 1, "table": "orders", "columns": [
          {"name": "pk", "attribute": "pk", "descriptor": "S", "type": "timestamp"},
          {"name": "n", "attribute": "n", "descriptor": "N", "type": "bigint"}]}
        """);
    Path export = export().file(item(utc, number("1")), item(inBerlin, number("2"))).write();
    flatten(options(export).withKeys(PK).withSchemaFile(schema.toString()).as(format));

    apply(
        ApplyOptions.MergeMode.COPY_ON_WRITE,
        window("01731986400000-aaaaaaaa")
            .updated(image(inBerlin, number("2")), image(inBerlin, number("3")))
            .write());

    assertThat(rows("n", "map_keys(ddb_rescued)"))
        .containsExactlyInAnyOrder("[1,null]", "[3,WrappedArray(pk)]");
  }

  private static String number(String digits) {
    return "\"n\":{\"N\":\"%s\"}".formatted(digits);
  }

  @Test
  void theSameExportAgainChangesNothing() {
    flatten(iceberg(first()));
    long before = iceberg().currentSnapshot().snapshotId();

    RunReport again = flatten(iceberg(first()));

    assertThat(again.status()).isEqualTo(RunReport.Status.UNCHANGED);
    assertThat(iceberg().currentSnapshot().snapshotId()).isEqualTo(before);
  }

  @Test
  void anEmptyExportIsATableWithoutRows() {
    flatten(iceberg(export().emptyFile().write()));

    assertThat(table().rows().count()).isZero();
    assertThat(iceberg().currentSnapshot().summary()).containsEntry("total-records", "0");
  }

  @Test
  void valuesThatIcebergCannotTypeAnewAreRescuedAndTheColumnStays() {
    flatten(iceberg(first()));

    RunReport report =
        flatten(
            iceberg(
                later(
                    item("a", "\"n\":{\"N\":\"1.25\"}", "\"x\":{\"N\":\"1.125\"}"),
                    item("b", "\"n\":{\"N\":\"7\"}", "\"x\":{\"N\":\"123456789012345678901\"}"))));

    assertThat(rows("pk", "n", "x", "ddb_rescued['n']", "ddb_rescued['x']"))
        .containsExactly(
            "[a,null,null,{\"N\":\"1.25\"},{\"N\":\"1.125\"}]",
            "[b,7,123456789012345678901.0,null,null]");
    assertThat(report.schema().notes())
        .anySatisfy(note -> assertThat(note).contains("Column 'n' keeps its type"));
  }

  // ---- changes

  @ParameterizedTest
  @EnumSource(ApplyOptions.MergeMode.class)
  void changesAreInTheTableOnceAndInBothWaysOfMerging(ApplyOptions.MergeMode mode) {
    flatten(iceberg(first()));
    Path changes =
        window("01731990000000-0a1b2c3d")
            .updated(
                image("a", "\"n\":{\"N\":\"1\"}", "\"x\":{\"N\":\"1.5\"}"),
                image("a", "\"n\":{\"N\":\"10\"}"))
            .deleted(image("b", "\"n\":{\"N\":\"2\"}"))
            .inserted(image("d", "\"in\":{\"M\":{\"s\":{\"S\":\"t\"}}}"))
            .write();

    apply(mode, changes);
    RunReport again = apply(mode, changes);

    assertThat(again.status()).isEqualTo(RunReport.Status.UNCHANGED);
    assertThat(rows("pk", "n", "x", "in"))
        .containsExactly("[a,10,null,null]", "[c,3,null,null]", "[d,null,null,[t]]");
    boolean positions = mode == ApplyOptions.MergeMode.MERGE_ON_READ;
    assertThat(iceberg().currentSnapshot().summary().getOrDefault("total-position-deletes", "0"))
        .isEqualTo(positions ? "2" : "0");
    assertThat(table().current().snapshot().rows()).isEqualTo(3);
  }

  @Test
  void rowsThatDeletesTakeAwayCanBeCopiedAwayLater() {
    flatten(iceberg(first()));
    apply(
        ApplyOptions.MergeMode.MERGE_ON_READ,
        window("01731990000000-0a1b2c3d").deleted(image("b", "\"n\":{\"N\":\"2\"}")).write());
    Path next =
        IncrementalExport.in(temp.resolve("bucket"))
            .exportId("01731993600000-0a1b2c3d")
            .keys("pk")
            .window(T1, T1.plusSeconds(3600))
            .deleted(image("a", "\"n\":{\"N\":\"1\"}", "\"x\":{\"N\":\"1.5\"}"))
            .inserted(image("b", "\"n\":{\"N\":\"22\"}"))
            .write();

    apply(ApplyOptions.MergeMode.COPY_ON_WRITE, next);

    assertThat(rows("pk", "n")).containsExactly("[b,22]", "[c,3]");
    assertThat(table().current().snapshot().rows()).isEqualTo(2);
  }

  // ---- what others have done

  @Test
  void aTableOfThatPlaceThatIsNotOursIsRefused() throws IOException {
    spark.range(3).write().format("parquet").save(temp.resolve("other").toString());
    new HadoopTables(spark.sessionState().newHadoopConf())
        .create(
            new org.apache.iceberg.Schema(
                Types.NestedField.optional(1, "id", Types.LongType.get())),
            lake().toUri().toString());
    Files.createDirectories(lake().resolve("_dynamodb/runs"));

    assertThatThrownBy(() -> flatten(iceberg(first())))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("_dynamodb has neither current.json nor a run report");
  }

  @Test
  void rowsThatSomebodyElseHasAddedAreNotWrittenOverByChanges() throws IOException {
    flatten(iceberg(first()));
    Table table = iceberg();
    DataFile again;
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      again = tasks.iterator().next().file().copy();
    }
    Path copy = temp.resolve("copy.parquet");
    Files.copy(Path.of(java.net.URI.create(again.location())), copy);
    table
        .newAppend()
        .appendFile(
            DataFiles.builder(table.spec()).copy(again).withPath(copy.toUri().toString()).build())
        .commit();

    assertThatThrownBy(
            () ->
                apply(
                    ApplyOptions.MergeMode.COPY_ON_WRITE,
                    window("01731990000000-0a1b2c3d").inserted(image("d")).write()))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("which others have made since by append")
        .hasMessageContaining("roll the table back");
    assertThat(rows("pk")).containsExactly("[a]", "[b]", "[c]"); // what was published
    flatten(iceberg(later(item("z"))));
    assertThat(rows("pk")).containsExactly("[z]");
    assertThat(iceberg().currentSnapshot().summary()).containsEntry("total-records", "1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Checking", "Publishing"})
  void whereOthersChangeRowsWhileARunWritesItSaysSoAndLeavesNothing(String phase) {
    flatten(iceberg(first()));
    ReadProgress meanwhile =
        new ReadProgress() {
          @Override
          public void phase(String name, long totalItems, long totalStoredBytes) {
            if (name.equals(phase)) {
              iceberg().newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();
            }
          }

          @Override
          public void read(long items, long storedBytes) {}
        };
    Path next = later(item("z"));
    if (phase.equals("Publishing")) {
      flatten(iceberg(next)); // the same again is not done either, though it was published before
    }
    List<String> files = filesBelow(lake().resolve("data"));

    assertThatThrownBy(
            () -> new Flatten(spark, iceberg(next).replacing(true).build()).run(meanwhile))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("others have changed the table of Iceberg meanwhile");

    assertThat(iceberg().currentSnapshot().operation()).isEqualTo("delete");
    assertThat(iceberg().refs().keySet()).containsExactly("main");
    assertThat(filesBelow(lake().resolve("data"))).isEqualTo(files);
    flatten(iceberg(next).replacing(true));
    assertThat(iceberg().currentSnapshot().summary()).containsEntry("total-records", "1");
  }

  @Test
  void filesThatOthersHavePutTogetherAreGoneOnWith() throws IOException {
    flatten(iceberg(export().file(items(3)).file(items(6).subList(3, 6)).write()));
    Table table = iceberg();
    spark.sql("select 1").collectAsList(); // the action asks for a session
    org.apache.iceberg.spark.actions.SparkActions.get(spark)
        .rewriteDataFiles(table)
        .option("rewrite-all", "true")
        .execute();
    table.refresh();
    Snapshot compacted = table.currentSnapshot();
    assertThat(compacted.operation()).isEqualTo("replace");

    apply(
        ApplyOptions.MergeMode.COPY_ON_WRITE,
        window("01731990000000-0a1b2c3d")
            .deleted(image("p000001", "\"n\":{\"N\":\"1\"}"))
            .inserted(image("q"))
            .write());

    assertThat(rows("pk"))
        .containsExactly("[p000000]", "[p000002]", "[p000003]", "[p000004]", "[p000005]", "[q]");
    table.refresh();
    assertThat(table.currentSnapshot().parentId()).isEqualTo(compacted.snapshotId());
  }

  @Test
  void aDataFileThatIsGoneOrExchangedIsNoticed() throws IOException {
    flatten(iceberg(first()));
    Path file;
    try (CloseableIterable<FileScanTask> tasks = iceberg().newScan().planFiles()) {
      file = Path.of(java.net.URI.create(tasks.iterator().next().file().location()));
    }
    byte[] bytes = Files.readAllBytes(file);

    Files.delete(file);
    assertThatThrownBy(() -> table().rows())
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("it is gone");

    bytes[bytes.length / 2] ^= 1;
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> table().rows())
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("bytes and");
  }

  @Test
  void metadataThatIsGoneIsSaidAndReplaceBeginsAnew() throws IOException {
    flatten(iceberg(first()));
    try (java.util.stream.Stream<Path> files = Files.walk(lake().resolve("metadata"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }

    assertThatThrownBy(() -> table().rows())
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("there is none any more");
    assertThatThrownBy(() -> flatten(iceberg(later(item("z")))))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("is gone, or another one is in its place");
    flatten(iceberg(later(item("z"))).replacing(true));
    assertThat(rows("pk")).containsExactly("[z]");
  }

  // ---- kills between the steps of publishing

  @Test
  void aRunThatWasKilledBeforeThePointerIsCompletedByTheNextOne() throws IOException {
    flatten(iceberg(first()));
    Path pointer = lake().resolve("_dynamodb/current.json");
    String before = Files.readString(pointer);
    Path next = later(item("z"));
    flatten(iceberg(next));
    String after = Files.readString(pointer);
    Files.writeString(pointer, before); // as if it had not come so far

    RunReport again = flatten(iceberg(next));

    assertThat(again.status()).isEqualTo(RunReport.Status.UNCHANGED);
    assertThat(Files.readString(pointer)).isEqualTo(after);
    assertThat(rows("pk")).containsExactly("[z]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Writing", "Checking", "Publishing"})
  void ofTwoRunsAtOnceOnePublishesAndTheOtherLeavesNothing(String phase) {
    flatten(iceberg(first()));
    Path one = later(item("y"));
    Path other =
        export()
            .exportId("01732072800000-eeeeeeee")
            .exportTime(Instant.parse("2026-11-20T03:20:00Z"))
            .file(item("z"))
            .write();
    ReadProgress meanwhile =
        new ReadProgress() {
          @Override
          public void phase(String name, long totalItems, long totalStoredBytes) {
            if (name.equals(phase)) {
              flatten(iceberg(other));
            }
          }

          @Override
          public void read(long items, long storedBytes) {}
        };

    assertThatThrownBy(() -> new Flatten(spark, iceberg(one).build()).run(meanwhile))
        .hasMessageContaining("has published snapshot");

    assertThat(rows("pk")).containsExactly("[z]");
    assertThat(String.valueOf(iceberg().currentSnapshot().snapshotId()))
        .isEqualTo(iceberg().properties().get("dynamodb-lake.iceberg-snapshot"));
    assertThat(iceberg().currentSnapshot().summary().get("dynamodb-lake.snapshot"))
        .isEqualTo(table().current().snapshot().id());
    assertThat(iceberg().refs().keySet()).containsExactly("main");
    assertThat(
            filesBelow(lake().resolve("data")).stream().filter(file -> file.contains("ffffffff")))
        .isEmpty();
  }

  // ---- catalogs

  private SparkSession withCatalog(String name) {
    SparkSession session = spark.newSession();
    String key = "spark.sql.catalog." + name;
    session.conf().set(key, "org.apache.iceberg.spark.SparkCatalog");
    session.conf().set(key + ".type", "jdbc");
    session
        .conf()
        .set(
            key + ".uri",
            "jdbc:sqlite:" + temp.resolve("catalog.db") + "?journal_mode=WAL&busy_timeout=20000");
    session.conf().set(key + ".jdbc.schema-version", "V1");
    session.conf().set(key + ".warehouse", temp.resolve("warehouse").toUri().toString());
    return session;
  }

  @Test
  void aTableOfACatalogIsMadeReadAndChanged() {
    SparkSession session = withCatalog("cat");
    FlattenOptions options =
        iceberg(first())
            .inCatalog("cat")
            .inDatabase("shop")
            .partitionedBy(List.of("bucket(3,pk)"))
            .build();

    new Flatten(session, options).run(ReadProgress.NONE);
    new Apply(
            session,
            ApplyOptions.builder(
                    List.of(
                        window("01731990000000-0a1b2c3d")
                            .deleted(image("a", "\"n\":{\"N\":\"1\"}", "\"x\":{\"N\":\"1.5\"}"))
                            .inserted(image("d", "\"n\":{\"N\":\"4\"}"))
                            .write()
                            .toString()),
                    lake().toString())
                .build())
        .run(ReadProgress.NONE);

    assertThat(session.sql("select pk, n from cat.shop.orders order by pk").collectAsList())
        .extracting(Object::toString)
        .containsExactly("[b,2]", "[c,3]", "[d,4]");
    assertThat(filesBelow(lake())).allMatch(file -> file.startsWith("_dynamodb/"));
    assertThat(session.sql("select * from cat.shop.orders.refs").count()).isEqualTo(1);
  }

  @Test
  void aCatalogThatSparkDoesNotKnowIsNamedWithItsSetting() {
    assertThatThrownBy(() -> flatten(iceberg(first()).inCatalog("nowhere")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("spark.sql.catalog.nowhere=");
  }

  @Test
  void aTableThatBelongsToAnotherLakeTableIsRefused() {
    SparkSession session = withCatalog("cat");
    FlattenOptions.Builder options = iceberg(first()).inCatalog("cat").inDatabase("shop");
    new Flatten(session, options.build()).run(ReadProgress.NONE);
    FlattenOptions other =
        FlattenOptions.builder(first().toString(), temp.resolve("lake2").toString(), "orders")
            .as(OutputFormat.ICEBERG)
            .inCatalog("cat")
            .inDatabase("shop")
            .build();

    assertThatThrownBy(() -> new Flatten(session, other).run(ReadProgress.NONE))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("it belongs to the lake table at");
  }

  @Test
  void aTableThatHoldsAnotherDynamoDbTableIsRefusedAlsoWhereTheLakeTableHasForgotten()
      throws IOException {
    SparkSession session = withCatalog("cat");
    FlattenOptions.Builder options = iceberg(first()).inCatalog("cat").inDatabase("shop");
    new Flatten(session, options.build()).run(ReadProgress.NONE);
    Files.move(lake(), temp.resolve("away"));
    Path other = export().table("customers").file(item("a")).write();
    FlattenOptions another = iceberg(other).inCatalog("cat").inDatabase("shop").build();

    assertThatThrownBy(() -> new Flatten(session, another).run(ReadProgress.NONE))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("it holds arn:aws:dynamodb:eu-west-1:111122223333:table/")
        .hasMessageContaining("the export is of")
        .hasMessageContaining("table/customers");
  }

  @Test
  void theCatalogIsAboutTablesOfIceberg() {
    assertThatThrownBy(() -> flatten(options(first()).inCatalog("glue")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("catalog")
        .hasMessageContaining("iceberg");
  }
}
