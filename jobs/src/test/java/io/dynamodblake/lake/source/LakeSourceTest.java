package io.dynamodblake.lake.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.convert.SparkTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LakeSourceTest extends LakeTest {
  private static final String FIRST = "01731000000000-aaaaaaaa";
  private static final String SECOND = "01732000000000-bbbbbbbb";

  @AfterEach
  void forgetNames() {
    spark.catalog().dropTempView("orders");
    spark.sql("drop table if exists lake_orders");
  }

  private DataFrameReader reader() {
    return spark.read().format("dynamodb-lake");
  }

  private Dataset<Row> load() {
    return reader().load(lake().toString());
  }

  private static String at(String pk, String day, int n) {
    return item(
        pk,
        "\"at\":{\"S\":\"" + day + "T03:20:00Z\"}",
        "\"status\":{\"S\":\"00" + n + "\"}",
        "\"n\":{\"N\":\"" + n + "\"}");
  }

  /** Two snapshots; the later one has one row more, and a column. */
  private void twoSnapshots() {
    flatten(
        options(
            export()
                .exportId(FIRST)
                .exportTime(Instant.parse("2026-11-18T03:20:00Z"))
                .file(item("a"), item("b"))
                .write()));
    flatten(
        options(
            export()
                .exportId(SECOND)
                .exportTime(Instant.parse("2026-11-19T03:20:00Z"))
                .file(item("a"), item("b"), item("c", "\"n\":{\"N\":\"7\"}"))
                .write()));
  }

  private static List<String> texts(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(Row::toString).toList();
  }

  private static String plan(Dataset<Row> rows) {
    return rows.queryExecution().executedPlan().toString();
  }

  @Test
  void theCurrentSnapshotIsReadWhereTheFolderItselfWouldGiveTheRowsOfAll() {
    twoSnapshots();
    assertThat(load().count()).isEqualTo(3);
    assertThat(spark.read().parquet(lake().toString()).count()).isEqualTo(5);
    assertThat(texts(load().orderBy("pk").select("pk", "n")))
        .containsExactly("[a,null]", "[b,null]", "[c,7]");
  }

  @Test
  void itHasTheColumnsAndTheMetadataOfTheLakeTable() {
    flatten(
        options(export().file(at("a", "2026-11-18", 1)).write())
            .partitionedBy(List.of("status", "day(at)", "bucket(4,pk)")));
    assertThat(load().schema().fields()).contains(SparkTypes.toStruct(table().schema()).fields());
    assertThat(load().columns())
        .containsExactly(
            "at", "n", "pk", "ddb_rescued", "ddb_nulls", "status", "at_day", "pk_bucket");
  }

  @Test
  void columnsArePrunedFiltersPushedDownAndPartitionsPruned() {
    flatten(
        options(
                export()
                    .file(at("a", "2026-11-18", 1), at("b", "2026-11-19", 2))
                    .file(at("c", "2026-11-19", 3), at("d", "2026-11-20", 4))
                    .write())
            .partitionedBy(List.of("day(at)")));
    Dataset<Row> rows = load().where("at_day = '2026-11-19' and n > 2").select("n");

    assertThat(texts(rows)).containsExactly("[3]");
    assertThat(plan(rows))
        .contains("PartitionFilters: [isnotnull(at_day", "(at_day")
        .contains("PushedFilters: [IsNotNull(n), GreaterThan(n,2")
        .contains("ReadSchema: struct<n:bigint>");
    assertThat(
            load().where("at_day = '2026-11-19'").select("_metadata.file_path").distinct().count())
        .isEqualTo(1);
  }

  @Test
  void textInPartitionFoldersStaysText() {
    flatten(
        options(export().file(at("a", "2026-11-18", 1), item("b")).write())
            .partitionedBy(List.of("status")));
    assertThat(texts(load().orderBy("pk").select("status"))).containsExactly("[001]", "[null]");
    assertThat(texts(load().where("status = '001'").select("pk"))).containsExactly("[a]");
  }

  @Test
  void valuesOfFoldersBelongToTheColumnsOfTheirNamesWhateverTheOrderOfTheColumns() {
    flatten(
        options(export().file(at("a", "2026-11-18", 1), at("b", "2026-11-19", 2)).write())
            .partitionedBy(List.of("status", "n", "at", "pk")));
    assertThat(texts(load().orderBy("pk").select("at", "n", "pk", "status")))
        .containsExactly("[2026-11-18T03:20:00Z,1,a,001]", "[2026-11-19T03:20:00Z,2,b,002]");
    assertThat(texts(load().where("status = '002' and n = 2").select("pk"))).containsExactly("[b]");
    assertThat(texts(table().rows().orderBy("n").select("status", "pk")))
        .containsExactly("[001,a]", "[002,b]");
  }

  @Test
  void anEarlierSnapshotIsReadByItsIdByThatOfItsExportAndByTime() throws IOException {
    twoSnapshots();
    String first =
        json(lake().resolve("_dynamodb/current.json"))
            .path("earlier")
            .path(0)
            .path("snapshotId")
            .asText();
    String published =
        json(lake().resolve("_dynamodb/current.json"))
            .path("earlier")
            .path(0)
            .path("publishedAt")
            .asText();

    assertThat(first).startsWith(FIRST + ".");
    for (String name : List.of(first, FIRST)) {
      assertThat(reader().option("snapshot", name).load(lake().toString()).columns())
          .containsExactly("pk", "ddb_rescued", "ddb_nulls");
    }
    assertThat(reader().option("asOf", published).load(lake().toString()).count()).isEqualTo(2);
    assertThat(reader().option("ASOF", "2099-01-01T00:00:00Z").load(lake().toString()).count())
        .isEqualTo(3);
    String before = Instant.parse(published).minusMillis(1).toString();
    assertThatThrownBy(() -> reader().option("asOf", before).load(lake().toString()))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(
            "Cannot open lake table as of %s: the first snapshot of which the time is known was published at %s, in "
                .formatted(before, published))
        .hasMessageContaining("; give a later time, or one of " + first + ", " + SECOND + ".")
        .hasMessageEndingWith(" to option(\"snapshot\")");
  }

  @Test
  void anEarlierSnapshotHasThePartitionsThatItWasWrittenWith() {
    flatten(
        options(
                export()
                    .exportId(FIRST)
                    .exportTime(Instant.parse("2026-11-18T03:20:00Z"))
                    .file(at("a", "2026-11-18", 1))
                    .write())
            .partitionedBy(List.of("bucket(4,pk)", "day(at)")));
    flatten(
        options(
                export()
                    .exportId(SECOND)
                    .exportTime(Instant.parse("2026-11-19T03:20:00Z"))
                    .file(at("a", "2026-11-18", 1))
                    .write())
            .partitionedBy(List.of("status"))
            .replacing(true));
    Dataset<Row> rows = reader().option("snapshot", FIRST).load(lake().toString());
    assertThat(rows.schema().apply("pk_bucket").dataType().sql()).isEqualTo("INT");
    assertThat(texts(rows.select("at_day", "status"))).containsExactly("[2026-11-18,001]");
    assertThat(rows.where("pk_bucket >= 0").count()).isEqualTo(1);
  }

  @Test
  void aLoadedTableKeepsItsSnapshotWhateverIsPublishedMeanwhile() {
    flatten(
        options(
            export()
                .exportId(FIRST)
                .exportTime(Instant.parse("2026-11-18T03:20:00Z"))
                .file(item("a"))
                .write()));
    Dataset<Row> rows = load();
    flatten(
        options(
            export()
                .exportId(SECOND)
                .exportTime(Instant.parse("2026-11-19T03:20:00Z"))
                .file(item("a"), item("b"))
                .write()));
    assertThat(rows.count()).isEqualTo(1);
    assertThat(load().count()).isEqualTo(2);
  }

  @Test
  void anEmptySnapshotHasItsColumnsAndNoRows() {
    flatten(options(export().file().write()).partitionedBy(List.of()).allowingEmpty(true));
    assertThat(load().count()).isZero();
    assertThat(load().columns()).endsWith("ddb_rescued", "ddb_nulls");
  }

  @Test
  void aFileThatWasNotPublishedIsFoundWhenTheTableIsLoaded() throws IOException {
    twoSnapshots();
    Path folder = Path.of(java.net.URI.create(table().snapshotPath()));
    Files.copy(folder.resolve(dataFiles().get(0)), folder.resolve("copy.parquet"));
    assertThatThrownBy(this::load)
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("file copy.parquet was not published with it");
  }

  @Test
  void nothingCanBeInsertedIntoTheFolderOfASnapshot() {
    twoSnapshots();
    List<String> before = filesBelow(lake());
    load().createOrReplaceTempView("orders");
    for (String statement : List.of("insert into orders", "insert overwrite orders")) {
      assertThatThrownBy(() -> spark.sql(statement + " select * from orders"))
          .as(statement)
          .hasMessageContaining("path");
    }
    assertThat(filesBelow(lake())).isEqualTo(before);
    assertThat(load().count()).isEqualTo(3);
  }

  @Test
  void sqlReadsItThroughViewsAndTables() {
    twoSnapshots();
    spark.sql(
        "create temporary view orders using `dynamodb-lake` options (path '%s', snapshot '%s')"
            .formatted(lake(), FIRST));
    assertThat(texts(spark.sql("select count(*) from orders"))).containsExactly("[2]");
    spark.sql(
        "create table lake_orders using `dynamodb-lake` options (path '%s')".formatted(lake()));
    assertThat(texts(spark.sql("select count(*) from lake_orders"))).containsExactly("[3]");
  }

  @Test
  void csvIsReadAsTextButForThePartitionColumns() {
    flatten(
        options(
                export()
                    .file(at("a", "2026-11-18", 1), item("b", "\"status\":{\"S\":\"x\"}"))
                    .write())
            .as(OutputFormat.CSV)
            .partitionedBy(List.of("bucket(1,pk)")));
    assertThat(load().schema()).isEqualTo(table().rows().schema());
    assertThat(texts(load().orderBy("pk").select("n", "status", "pk_bucket")))
        .containsExactly("[1,001,0]", "[null,x,0]");
    assertThat(load().where("n = '1'").count()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "snapshots|x|Unknown option 'snapshots' of dynamodb-lake; did you mean 'snapshot'?",
        "mergeSchema|true|Unknown option 'mergeSchema' of dynamodb-lake; it knows path, snapshot, asOf",
        "asOf|yesterday|Cannot read option(\"asOf\"): 'yesterday' is not a time; write it as",
        "snapshot|nope|Cannot open snapshot 'nope': the lake table has published 0173",
      })
  void whatIsWrongWithAnOptionIsSaid(String key, String text, String message) {
    twoSnapshots();
    assertThatThrownBy(() -> reader().option(key, text).load(lake().toString()))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void whatCannotBeOneLakeTableIsRefused() {
    twoSnapshots();
    String folder = lake().toString();
    assertThatThrownBy(() -> reader().load())
        .hasMessage(
            "Missing path: give the folder of one lake table to load(), or as option 'path' in SQL");
    assertThatThrownBy(() -> reader().load(folder, folder)).hasMessageStartingWith("Missing path");
    assertThatThrownBy(
            () ->
                reader()
                    .option("snapshot", FIRST)
                    .option("asOf", "2026-11-18T03:20:00Z")
                    .load(folder))
        .hasMessage("Cannot choose a snapshot by snapshot and asOf at once; give one of them");
    assertThatThrownBy(() -> reader().load(temp.toString()))
        .hasMessageContaining("/_dynamodb/current.json; give the folder that flatten wrote to");
    assertThatThrownBy(() -> reader().schema("pk string").load(folder))
        .hasMessageContaining("schema");
  }
}
