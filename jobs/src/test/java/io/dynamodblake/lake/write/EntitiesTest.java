package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.CsvDialect;
import io.dynamodblake.lake.LakeTable;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.compare.Comparison;
import io.dynamodblake.lake.compare.ComparisonOptions;
import io.dynamodblake.lake.compare.ComparisonReport;
import io.dynamodblake.lake.items.Side;
import io.dynamodblake.lake.restore.Restore;
import io.dynamodblake.lake.restore.RestoreOptions;
import io.dynamodblake.lake.restore.RestoreReport;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.Unnesting;
import io.dynamodblake.testing.IncrementalExport;
import io.dynamodblake.testing.SparkTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class EntitiesTest extends LakeTest {
  private static final String RULES =
      """
      {"format": "dynamodb-lake/entities", "formatVersion": 1, "keys": ["pk", "sk"],
       "entities": [
         {"name": "order",
          "match": [{"attribute": "_et", "values": ["Order"]},
                    {"keys": {"pk": "C#{customer_id}", "sk": "O#{order_id}"}}],
          "partitionBy": ["bucket(2,customer_id)"], "sortBy": ["order_id"]},
         {"name": "customer", "match": [{"keys": {"pk": "C#{customer_id}", "sk": "PROFILE"}}]},
         {"name": "ghost", "match": [{"attribute": "_et", "values": ["Ghost"]}]}],
       "remainder": "other"}
      """;

  private static final String ANNA = item("C#1", sk("PROFILE"), "\"name\":{\"S\":\"Anna\"}");
  private static final String FIRST =
      item("C#1", sk("O#10"), "\"_et\":{\"S\":\"Order\"}", "\"total\":{\"N\":\"7.5\"}");
  private static final String SECOND = item("C#2", sk("O#a#b"), "\"total\":{\"S\":\"free\"}");
  private static final String LOCK = item("LOCK#9", sk("LOCK"), "\"owner\":{\"S\":\"me\"}");

  private static String sk(String value) {
    return "\"sk\":{\"S\":\"" + value + "\"}";
  }

  private Path rules(String text) {
    try {
      return Files.writeString(temp.resolve("entities.json"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private FlattenOptions.Builder apart(Path export) {
    return options(export)
        .withKeys(List.of(KeyAttribute.parse("pk:S"), KeyAttribute.parse("sk:S")))
        .withEntities(rules(RULES).toString());
  }

  private Path sample() {
    return export().file(ANNA, FIRST).file(SECOND, LOCK).write();
  }

  private Path next() {
    return export()
        .exportId("01731990000000-0a1b2c3d")
        .exportTime(Instant.parse("2026-11-19T03:20:00Z"))
        .file(
            ANNA, item("C#3", sk("PROFILE"), "\"name\":{\"S\":\"Cara\"}", "\"age\":{\"N\":\"7\"}"))
        .file(SECOND)
        .write();
  }

  private LakeTable table(String entity) {
    return LakeTable.open(spark, lake().resolve(entity).toString());
  }

  private List<String> rows(LakeTable table, String... columns) {
    return table.rows().orderBy("pk", "sk").selectExpr(columns).collectAsList().stream()
        .map(Object::toString)
        .toList();
  }

  @Test
  void eachItemGoesIntoTheTableOfItsKindAndTheCountsAddUp() throws Exception {
    RunReport report = flatten(apart(sample()));

    assertThat(report.status()).isEqualTo(RunReport.Status.PUBLISHED);
    assertThat(report.counts().itemsRead()).isEqualTo(4);
    assertThat(report.counts().rowsWritten()).isEqualTo(4);
    assertThat(report.counts().rescuedByColumn()).containsOnlyKeys("order.total");
    assertThat(report.entities())
        .extracting(
            RunReport.EntityUse::name, RunReport.EntityUse::table, RunReport.EntityUse::rows)
        .containsExactly(
            tuple("order", "orders_order", 2L),
            tuple("customer", "orders_customer", 1L),
            tuple("ghost", "orders_ghost", 0L),
            tuple("other", "orders_other", 1L));

    assertThat(rows(table("order"), "pk", "total", "customer_id", "order_id"))
        .containsExactly("[C#1,null,1,10]", "[C#2,free,2,a#b]");
    assertThat(rows(table("customer"), "name", "customer_id")).containsExactly("[Anna,1]");
    assertThat(rows(table("other"), "owner")).containsExactly("[me]");
    assertThat(table("ghost").rows().count()).isZero();
    assertThat(table("customer").rows().columns())
        .containsExactly("pk", "sk", "name", "ddb_rescued", "ddb_nulls", "customer_id");
    assertThat(table("order").ddl()).contains("`orders_order`", "`order_id` string");
    assertThat(Files.readString(lake().resolve("_dynamodb/ddl/athena.sql")))
        .contains("`orders_order`", "`orders_customer`", "`orders_ghost`", "`orders_other`");
    assertThat(filesBelow(lake()))
        .contains(
            "_dynamodb/entities.json",
            "order/_dynamodb/current.json",
            "order/_dynamodb/schema.json",
            "order/_dynamodb/ddl/athena.sql")
        .anyMatch(file -> file.matches("order/snapshot=.*/customer_id_bucket=[01]/part-.*"))
        .noneMatch(file -> file.contains("_staged") || file.contains("_temporary"))
        .noneMatch(file -> file.startsWith("snapshot="));
    JsonNode pointer = json(lake().resolve("_dynamodb/current.json"));
    assertThat(pointer.path("rows").asLong()).isEqualTo(4);
    assertThat(json(lake().resolve("order/_dynamodb/current.json")).path("entity").asText())
        .isEqualTo("order");
  }

  @Test
  void csvOfEachKindIsReadAsItWasWritten() throws Exception {
    String formula = item("C#1", sk("PROFILE"), "\"name\":{\"S\":\"=1;+2\"}");
    CsvFiles one = new CsvFiles(new CsvDialect(';', false, true, true), OptionalInt.of(1));

    RunReport report =
        flatten(apart(export().file(formula, FIRST).file(SECOND, LOCK).write()).asCsv(one));

    assertThat(rows(table("customer"), "name", "customer_id")).containsExactly("[=1;+2,1]");
    assertThat(rows(table("order"), "pk", "order_id")).containsExactly("[C#1,10]", "[C#2,a#b]");
    List<String> customer =
        filesBelow(lake()).stream().filter(file -> file.matches("customer/.*[.]csv")).toList();
    assertThat(customer).hasSize(1);
    assertThat(Files.readString(lake().resolve(customer.get(0))))
        .isEqualTo(
            """
            \uFEFFpk;sk;name;ddb_rescued;ddb_nulls;customer_id
            C#1;PROFILE;"'=1;+2";;;1
            """);
    assertThat(report.schema().notes())
        .anyMatch(
            note -> note.matches("customer: Cells that begin like a formula .*: 1, in name 1"));
  }

  @Test
  void theNextRunGoesOnWithTheRulesAndWidensEachTable() {
    flatten(apart(sample()));
    List<String> before = filesBelow(lake());
    assertThat(flatten(apart(sample())).status()).isEqualTo(RunReport.Status.UNCHANGED);
    assertThat(filesBelow(lake())).isEqualTo(before);

    RunReport report = flatten(options(next()));

    assertThat(report.status()).isEqualTo(RunReport.Status.PUBLISHED);
    assertThat(rows(table("customer"), "name", "age", "customer_id"))
        .containsExactly("[Anna,null,1]", "[Cara,7,3]");
    assertThat(table("order").rows().count()).isEqualTo(1);
    assertThat(table("other").rows().count()).isZero();
    assertThat(table("other").current().earlier()).hasSize(1);
    assertThat(report.schema().notes()).contains("customer: Column 'age' is new");
  }

  @Test
  void aRunThatFailsChangesNoTable() {
    SparkSession session = SparkTest.newSession();
    session.conf().set("fs.full.impl", FullFileSystem.class.getName());
    String lake = "full:" + lake();
    FullFileSystem.SPACE.set(1 << 20);
    FlattenOptions first =
        FlattenOptions.builder(sample().toString(), lake, "orders")
            .withEntities(rules(RULES).toString())
            .build();
    new Flatten(session, first).run(ReadProgress.NONE);
    FlattenOptions second = FlattenOptions.builder(next().toString(), lake, "orders").build();

    FullFileSystem.SPACE.set(6000);
    assertThatThrownBy(() -> new Flatten(session, second).run(ReadProgress.NONE))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("No space left on device");

    assertThat(statuses()).containsExactly("failed", "published");
    assertThat(LakeTable.open(session, lake + "/customer").rows().count()).isEqualTo(1);
    assertThat(filesBelow(lake())).noneMatch(file -> file.contains("snapshot=01731990000000"));
    FullFileSystem.SPACE.set(1 << 20);
    new Flatten(session, second).run(ReadProgress.NONE);
    assertThat(LakeTable.open(session, lake + "/customer").rows().count()).isEqualTo(2);
  }

  private RunReport apply(Path... windows) {
    List<String> paths = Arrays.stream(windows).map(Path::toString).toList();
    return new Apply(spark, ApplyOptions.builder(paths, lake().toString()).strict(true).build())
        .run(ReadProgress.NONE);
  }

  private static String image(String item) {
    return item.substring("{\"Item\":".length(), item.length() - 1);
  }

  @Test
  void anItemThatIsOfAnotherKindAfterAChangeMoves() {
    flatten(apart(sample()));
    String cara = item("C#3", sk("PROFILE"), "\"name\":{\"S\":\"Cara\"}");
    String lock = item("LOCK#9", sk("LOCK"), "\"_et\":{\"S\":\"Ghost\"}");
    Path window =
        IncrementalExport.in(temp.resolve("bucket"))
            .exportId("01731999999999-0a1b2c3d")
            .keys("pk", "sk")
            .updated(image(LOCK), image(lock))
            .updated(image(SECOND), image(SECOND))
            .inserted(image(cara))
            .write();

    RunReport report = apply(window);

    assertThat(report.status()).isEqualTo(RunReport.Status.PUBLISHED);
    assertThat(report.changes().orElseThrow().rowsAfter()).isEqualTo(5);
    assertThat(report.entities())
        .extracting(
            RunReport.EntityUse::name,
            RunReport.EntityUse::rows,
            use -> use.changes().orElseThrow())
        .containsExactly(
            tuple("order", 2L, new RunReport.EntityChanges(0, 1, 0, 0, 0, 2)),
            tuple("customer", 2L, new RunReport.EntityChanges(1, 0, 0, 0, 0, 2)),
            tuple("ghost", 1L, new RunReport.EntityChanges(0, 0, 0, 1, 0, 1)),
            tuple("other", 0L, new RunReport.EntityChanges(0, 0, 0, 0, 1, 0)));
    assertThat(rows(table("customer"), "name", "customer_id"))
        .containsExactly("[Anna,1]", "[Cara,3]");
    assertThat(rows(table("ghost"), "pk", "_et")).containsExactly("[LOCK#9,Ghost]");
    assertThat(table("other").rows().count()).isZero();

    new Apply(
            spark,
            ApplyOptions.builder(List.of(window.toString()), lake().toString())
                .reversing(true)
                .build())
        .run(ReadProgress.NONE);

    assertThat(rows(table("other"), "owner")).containsExactly("[me]");
    assertThat(table("ghost").rows().count()).isZero();
    assertThat(rows(table("customer"), "name")).containsExactly("[Anna]");
  }

  @Test
  void tablesWithoutAChangeStayAsTheyAreAndShowTheLaterMoment() {
    flatten(apart(sample()));
    String before = table("order").current().snapshot().id();
    String cara = item("C#3", sk("PROFILE"), "\"name\":{\"S\":\"Cara\"}");
    Path window =
        IncrementalExport.in(temp.resolve("bucket"))
            .exportId("01731999999999-0a1b2c3d")
            .keys("pk", "sk")
            .inserted(image(cara))
            .write();

    RunReport report = apply(window);

    assertThat(table("order").current().snapshot().id()).isEqualTo(before);
    assertThat(table("order").current().facts().time())
        .contains(Instant.parse("2026-11-19T03:20:00Z"));
    assertThat(table("customer").current().snapshot().id())
        .isEqualTo(report.output().snapshotId().orElseThrow());
    assertThat(apply(window).status()).isEqualTo(RunReport.Status.UNCHANGED);
  }

  @Test
  void tablesOfIcebergAreWrittenChangedAndRead() throws Exception {
    flatten(apart(sample()).as(OutputFormat.ICEBERG));
    assertThat(rows(table("order"), "pk", "total", "customer_id", "order_id"))
        .containsExactly("[C#1,null,1,10]", "[C#2,free,2,a#b]");
    assertThat(compared(sample(), lake()).equal()).isTrue();
    String lock = item("LOCK#9", sk("LOCK"), "\"_et\":{\"S\":\"Ghost\"}");
    Path window =
        IncrementalExport.in(temp.resolve("bucket"))
            .exportId("01731999999999-0a1b2c3d")
            .keys("pk", "sk")
            .updated(image(LOCK), image(lock))
            .write();

    RunReport report = apply(window);

    assertThat(report.entities())
        .extracting(RunReport.EntityUse::rows)
        .containsExactly(2L, 1L, 1L, 0L);
    assertThat(rows(table("ghost"), "pk", "_et")).containsExactly("[LOCK#9,Ghost]");
    assertThat(table("order").iceberg()).isPresent();
  }

  @Test
  void aRunThatWasKilledBetweenTwoTablesOfIcebergIsCompletedByTheNext() throws Exception {
    flatten(apart(sample()).as(OutputFormat.ICEBERG));
    Path pointer = lake().resolve("_dynamodb/current.json");
    String before = Files.readString(pointer);
    String first = table("customer").current().snapshot().id();
    RunReport second = flatten(options(next()).as(OutputFormat.ICEBERG));
    String after = Files.readString(pointer);
    // as it was after the first table was published, and before the second
    Files.writeString(pointer, before);
    for (String late : List.of("customer", "ghost", "other")) {
      org.apache.iceberg.Table table =
          new HadoopTables(spark.sessionState().newHadoopConf())
              .load(lake().resolve(late).toUri().toString());
      table.manageSnapshots().setCurrentSnapshot(table.currentSnapshot().parentId()).commit();
    }
    assertThat(table("customer").current().snapshot().id()).isEqualTo(first);

    RunReport again = flatten(options(next()).as(OutputFormat.ICEBERG));

    assertThat(again.status()).isEqualTo(RunReport.Status.UNCHANGED);
    assertThat(again.output().snapshotId()).isEqualTo(second.output().snapshotId());
    assertThat(Files.readString(pointer)).isEqualTo(after);
    assertThat(compared(next(), lake()).equal()).isTrue();
    assertThat(
            new HadoopTables(spark.sessionState().newHadoopConf())
                .load(lake().resolve("customer").toUri().toString())
                .currentSnapshot()
                .summary())
        .containsEntry("dynamodb-lake.snapshot", second.output().snapshotId().orElseThrow());
  }

  @Test
  void whatIsDeletedOrExpiredIsKeptAndCountedAndLeftOutOfAView() {
    long moment = Instant.parse("2026-11-18T03:20:00Z").getEpochSecond();
    Path export =
        export()
            .file(
                item("C#1", sk("PROFILE"), "\"_deleted\":{\"BOOL\":true}", ttl(moment - 5)),
                item("C#2", sk("PROFILE"), "\"_deleted\":{\"BOOL\":false}", ttl(moment + 5)),
                item("C#3", sk("PROFILE"), ttl(moment - 200_000_000)),
                item("C#4", sk("PROFILE")))
            .write();

    RunReport report = flatten(apart(export));

    RunReport.EntityUse customers = report.entities().get(1);
    assertThat(customers.rows()).isEqualTo(4);
    assertThat(customers.softDeleted()).hasValue(1);
    assertThat(customers.expired()).hasValue(1);
    assertThat(report.entities().get(0).softDeleted()).isEmpty();
    assertThat(table("customer").ddl())
        .contains(
            "CREATE OR REPLACE VIEW \"default\".\"orders_customer_live\" AS",
            "WHERE NOT coalesce(\"_deleted\", false)",
            "AND NOT coalesce(\"_ttl\" <= to_unixtime(now())");
    assertThat(table("order").ddl()).doesNotContain("VIEW");
  }

  private static String ttl(long seconds) {
    return "\"_ttl\":{\"N\":\"" + seconds + "\"}";
  }

  @Test
  void kindsAreFoundInTheExportItselfAndKept() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      lines.add(
          item("C#" + i, sk("PROFILE"), "\"_et\":{\"S\":\"Customer\"}", "\"n\":{\"S\":\"x\"}"));
      lines.add(item("C#" + i, sk("O#" + i), "\"_et\":{\"S\":\"Order\"}", "\"t\":{\"N\":\"1\"}"));
    }
    Path export = export().items(lines, 2).write();

    RunReport report = flatten(apart(export).withEntities(FlattenOptions.DETECTED));

    assertThat(report.entities())
        .extracting(RunReport.EntityUse::name)
        .containsExactlyInAnyOrder("customer", "order", "other");
    assertThat(table("order").rows().count()).isEqualTo(60);
    assertThat(report.phaseMillis()).containsKeys("Reading types", "Writing");
    assertThat(flatten(apart(export).withEntities(FlattenOptions.DETECTED)).status())
        .isEqualTo(RunReport.Status.UNCHANGED);
    assertThat(compared(export, lake()).equal()).isTrue();
  }

  @Test
  void anExportWithoutKindsIsNotTakenApartByItself() {
    List<String> lines = items(50);
    FlattenOptions.Builder options =
        options(export().items(lines, 1).write()).withEntities(FlattenOptions.DETECTED);

    assertThatThrownBy(() -> flatten(options))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageMatching(
            "Cannot take items apart: the export shows no kinds of items, in .*; leave --entities"
                + " out, or give a file that says which there are");
  }

  @Test
  void theSourceOfAllTablesNamesThoseThatItReads() {
    flatten(apart(sample()));

    assertThat(
            spark.read().format("dynamodb-lake").load(lake().resolve("order").toString()).count())
        .isEqualTo(2);
    assertThatThrownBy(() -> spark.read().format("dynamodb-lake").load(lake().toString()).count())
        .hasMessageContaining("give the folder of one of them, such as");
  }

  @Test
  void oldSnapshotsOfAllTablesAreForgotten() throws Exception {
    flatten(apart(sample()));
    String first = table("order").current().snapshot().id();
    flatten(options(next()));
    assertThat(filesBelow(lake())).anyMatch(file -> file.contains(first));

    MaintainReport report =
        new Maintain(
                spark,
                MaintainOptions.afterPublishing(lake().toString(), 1),
                Instant.now().plus(Duration.ofDays(30)))
            .run(ReadProgress.NONE);

    assertThat(report.forgotten()).containsExactly(first);
    assertThat(filesBelow(lake())).noneMatch(file -> file.contains(first));
    assertThat(compared(next(), lake()).equal()).isTrue();
  }

  @Test
  void whoeverOpensAllTablesAsOneIsToldTheirFolders() {
    flatten(apart(sample()));

    assertThatThrownBy(this::table)
        .isInstanceOf(UsageException.class)
        .hasMessageMatching(
            "Cannot open one lake table: there are 4 that are published together, one for each"
                + " kind of items, in .*/lake; give the folder of one of them, such as"
                + " .*/lake/order, .*/lake/customer, .*");
  }

  @Test
  void otherRulesAreRefusedUnlessTheyReplace() {
    flatten(apart(sample()).unnesting(new Unnesting(1, "__")));
    FlattenOptions.Builder other = apart(next());
    rules(RULES.replace("\"ghost\"", "\"spirit\""));

    assertThatThrownBy(() -> flatten(other))
        .isInstanceOf(UsageException.class)
        .hasMessageMatching(
            "Cannot write lake table: its items are taken apart by other rules, at"
                + " .*/_dynamodb/entities.json; put back --entities as they were, or give --replace"
                + " to take them apart anew");

    flatten(other.replacing(true));
    assertThat(table("spirit").rows().count()).isZero();
    assertThat(table("spirit").schema().unnesting()).isEqualTo(new Unnesting(1, "__"));
    assertThatThrownBy(() -> table("ghost")).hasMessageContaining("current.json does not name it");
  }

  @Test
  void anItemWithoutItsKeyIsSetAsideBeforeItIsTakenApart() {
    String keyless = "{\"Item\":{\"pk\":{\"S\":\"C#3\"},\"_et\":{\"S\":\"Ghost\"}}}";
    Path export = export().file(ANNA, keyless).write();

    RunReport report = flatten(apart(export).quarantiningAtMost(1));

    assertThat(report.counts().quarantined()).isOne();
    assertThat(report.entities())
        .extracting(RunReport.EntityUse::name, RunReport.EntityUse::rows)
        .containsExactly(
            tuple("order", 0L), tuple("customer", 1L), tuple("ghost", 0L), tuple("other", 0L));
    assertThat(table("ghost").schema().find("_et")).isEmpty();
  }

  @Test
  void rulesThatWereEditedInTheLakeAreOtherRules() throws Exception {
    flatten(apart(sample()));
    Path copy = lake().resolve("_dynamodb/entities.json");
    Files.writeString(copy, Files.readString(copy).replace("ghost", "spirit"));

    assertThatThrownBy(() -> flatten(options(next())))
        .hasMessageContaining("by other rules")
        .hasMessageContaining("put back them as they were, or give --replace");
  }

  @Test
  void aLakeOfOneTableAndOneOfSeveralDoNotBecomeEachOther() {
    flatten(options(sample()));
    assertThatThrownBy(() -> flatten(apart(next())))
        .isInstanceOf(UsageException.class)
        .hasMessageMatching(
            "Cannot write lake table with --entities: it is one table for all items, at .*/lake;"
                + " choose another folder, or leave --entities out");
  }

  @Test
  void oneOfTheTablesIsNotWrittenAlone() {
    flatten(apart(sample()));
    FlattenOptions.Builder alone =
        FlattenOptions.builder(next().toString(), lake().resolve("order").toString(), "orders");

    assertThatThrownBy(() -> flatten(alone))
        .isInstanceOf(UsageException.class)
        .hasMessageMatching(
            "Cannot write lake table: it is one of several that are published together, at"
                + " .*/lake/order; give the folder above it, which holds them all");
  }

  @Test
  void optionsOfOneTableAreRefused() throws Exception {
    FlattenOptions.Builder history = apart(sample()).withHistory(true);
    assertThatThrownBy(() -> flatten(history))
        .hasMessageContaining("Cannot keep a history of items that are taken apart");
    FlattenOptions.Builder schema =
        apart(sample()).withSchemaFile(temp.resolve("schema.json").toString());
    assertThatThrownBy(() -> flatten(schema))
        .hasMessageContaining("each has a schema.json of its own in its folder");
    FlattenOptions.Builder keys =
        options(sample())
            .withKeys(List.of(KeyAttribute.parse("pk:S")))
            .withEntities(rules(RULES).toString());
    assertThatThrownBy(() -> flatten(keys))
        .hasMessageContaining("Cannot take items apart by their keys pk, sk: the table's are pk");
    assertThat(lake()).doesNotExist();
  }

  @Test
  void allTablesTogetherAreTheExportAndOneAloneIsAPart() throws Exception {
    Path export = sample();
    flatten(apart(export));

    assertThat(compared(export, lake()).equal()).isTrue();
    ComparisonReport part = compared(export, lake().resolve("customer"));
    assertThat(part.equal()).isFalse();
    assertThat(part.keysOnlyInA()).isEqualTo(3);
    assertThat(table("customer").wholeness().gaps())
        .containsExactly(
            "they are the items of one kind, and those of others are in other tables of the lake");

    String target = temp.resolve("import").toString();
    RestoreReport all =
        new Restore(spark, RestoreOptions.builder(lake().toString(), target, "Orders").build())
            .run(ReadProgress.NONE);
    assertThat(all.items()).isEqualTo(4);
    assertThat(all.toJson()).doesNotContain("customer_id");
    assertThat(compared(export, Path.of(target)).equal()).isTrue();
  }

  private ComparisonReport compared(Path a, Path b) throws Exception {
    return new Comparison(
            spark,
            new ComparisonOptions(
                new Side(a.toString(), Optional.empty()),
                new Side(b.toString(), Optional.empty()),
                List.of(),
                3,
                true,
                ReadOptions.defaults(),
                32 << 20))
        .run(ReadProgress.NONE);
  }

  @Test
  void aKeyThatTwoTablesHaveIsNoticed() {
    // by half of the key the profile of a customer and an order are the same
    Path export = export().file(ANNA, item("C#1", sk("O#10"), "\"total\":{\"N\":\"1\"}")).write();
    Path file =
        rules(
            """
            {"format": "dynamodb-lake/entities", "formatVersion": 1, "keys": ["pk"],
             "entities": [{"name": "anna", "match": [{"attribute": "name", "values": ["Anna"]}]}]}
            """);
    FlattenOptions.Builder options =
        options(export).withKeys(List.of(KeyAttribute.parse("pk:S"))).withEntities(file.toString());

    assertThatThrownBy(() -> flatten(options))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("Cannot publish: 2 items share 1 keys");
  }

  @Test
  void aHostileFileOfRulesIsNamed() {
    FlattenOptions.Builder options = apart(sample());
    rules(RULES.replace("\"customer\"", "\"Order\""));

    assertThatThrownBy(() -> flatten(options))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageMatching(
            "Cannot read entities: entity 'Order': the names 'order' and 'Order' both become order;"
                + " rename one of them, in .*/entities.json");
    FlattenOptions.Builder gone = options.withEntities(temp.resolve("none.json").toString());
    assertThatThrownBy(() -> flatten(gone)).hasMessageContaining("there is no file");
  }

  @Test
  void optionsForAllTablesAreFollowedWhereThereAreSuchColumns() {
    flatten(apart(sample()).partitionedBy(List.of("bucket(3,owner)")).sortedBy(List.of("name")));

    assertThat(table("other").current().snapshot().partitionBy())
        .containsExactly("bucket(3,owner)");
    assertThat(table("customer").current().snapshot().partitionBy()).isEmpty();
    assertThat(table("customer").current().snapshot().sortBy()).containsExactly("name");
    assertThat(table("order").current().snapshot().partitionBy())
        .containsExactly("bucket(2,customer_id)");
  }

  @Test
  void partsOfAKeyThatIsHashedGetNoColumn() throws Exception {
    flatten(apart(sample()));
    Path schema = lake().resolve("customer/_dynamodb/schema.json");
    String text = Files.readString(schema);
    Files.writeString(
        schema,
        text.replaceFirst("\"attribute\": \"pk\", \"desc", "\"attribute\": \"pk\", \"desc")
            .replaceFirst(
                "(\"name\": \"pk\", \"attribute\": \"pk\")", "$1, \"protect\": \"hash\""));

    flatten(options(sample()).replacing(true));

    assertThat(table("customer").rows().columns()).doesNotContain("customer_id");
    assertThat(rows(table("customer"), "pk").get(0)).doesNotContain("C#1");
  }

  @Test
  void manyKindsAreWrittenInOnePass() {
    StringBuilder entities = new StringBuilder();
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      entities
          .append(i == 0 ? "" : ",")
          .append(
              "{\"name\": \"k%d\", \"match\": [{\"attribute\": \"t\", \"values\": [\"%d\"]}]}"
                  .formatted(i, i));
      lines.add(item("p" + i, "\"t\":{\"S\":\"" + i + "\"}"));
    }
    lines.add(item("rest"));
    Path file =
        rules(
            "{\"format\": \"dynamodb-lake/entities\", \"formatVersion\": 1, \"keys\": [], \"entities\": [%s]}"
                .formatted(entities));

    RunReport report =
        flatten(options(export().items(lines, 2).write()).withEntities(file.toString()));

    assertThat(report.entities()).hasSize(41).allMatch(entity -> entity.rows() == 1);
    assertThat(table("k39").rows().count()).isEqualTo(1);
    assertThat(table("other").rows().count()).isEqualTo(1);
  }
}
