package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTable;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.testing.RandomHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.iceberg.spark.actions.SparkActions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;

/**
 * The history of a lake table that Iceberg keeps: a table of Iceberg beside it, which shows what
 * the pointer of the lake table names.
 */
class IcebergHistoryTest extends ChangeRuns {
  private FlattenOptions.Builder iceberg(Path export) {
    return options(export).withKeys(PK).as(OutputFormat.ICEBERG).withHistory(true);
  }

  private FlattenOptions.Builder twoItems() {
    return iceberg(
        export().file(item("a", "\"n\":{\"N\":\"1\"}"), item("b", "\"n\":{\"N\":\"2\"}")).write());
  }

  private FlattenOptions.Builder later(String exportId, String... lines) {
    return iceberg(export().exportId(exportId).exportTime(T1.plusSeconds(60)).file(lines).write());
  }

  private List<String> history(String... columns) {
    return texts(LakeTable.open(spark, lake().toString()).history(), columns);
  }

  private static List<String> texts(Dataset<Row> rows, String... columns) {
    return rows.orderBy("ddb_event_time", "pk").selectExpr(columns).collectAsList().stream()
        .map(Row::toString)
        .toList();
  }

  private Table iceberg() {
    return new HadoopTables(spark.sessionState().newHadoopConf())
        .load(lake().resolve("history").toUri().toString());
  }

  /** What a reader sees who knows nothing of the lake table. */
  private List<String> shown(String... columns) {
    SparkSession reader = spark.newSession();
    reader.conf().set("spark.sql.catalog.folders", "org.apache.iceberg.spark.SparkCatalog");
    reader.conf().set("spark.sql.catalog.folders.type", "hadoop");
    reader.conf().set("spark.sql.catalog.folders.warehouse", lake().toUri().toString());
    return texts(reader.table("folders.history"), columns);
  }

  @Test
  void aRowIsAddedForEachItemAndEachChangeInATableThatAnybodyReads() {
    flatten(twoItems());
    Path first =
        window(T0, T1)
            .updated(imageOf("a", "1"), imageOf("a", "10"))
            .deleted(imageOf("b", "2"))
            .inserted("{\"pk\":{\"S\":\"c\"},\"new\":{\"BOOL\":true}}")
            .write();
    Path second =
        window(T1, T1.plusSeconds(86_400)).updated(imageOf("a", "10"), imageOf("a", "1.5")).write();

    apply(options -> options.merging(ApplyOptions.MergeMode.MERGE_ON_READ), first, second);

    String[] columns = {"pk", "n", "new", "ddb_op", "ddb_is_deleted", "cast(ddb_day as string)"};
    assertThat(history(columns))
        .containsExactly(
            "[a,1,null,snapshot,false,2026-11-18]",
            "[b,2,null,snapshot,false,2026-11-18]",
            "[a,10,null,update,false,2026-11-18]",
            "[b,null,null,delete,true,2026-11-18]",
            "[c,null,true,insert,false,2026-11-18]",
            "[a,null,null,update,false,2026-11-18]")
        .isEqualTo(shown(columns));
    assertThat(history("ddb_rescued['n']")).as("by Iceberg's rules").endsWith("[{\"N\":\"1.5\"}]");
    assertThat(
            spark
                .read()
                .format("dynamodb-lake")
                .option("history", "true")
                .load(lake().toString())
                .where("ddb_op = 'delete' and pk = 'b'")
                .count())
        .isEqualTo(1);
    assertThat(iceberg().schema().identifierFieldNames()).isEmpty();
    assertThat(iceberg().spec().toString()).contains("ddb_day");
    assertThat(filesBelow(lake().resolve("history")))
        .allMatch(file -> file.startsWith("data/") || file.startsWith("metadata/"));
    assertThat(table().ddl())
        .contains("in a folder, without a catalog: " + table().layout().history());
  }

  @Test
  void aRunThatWasKilledBeforeTheTableShowsItIsCompletedByTheSameCommand() {
    flatten(twoItems());
    long before = iceberg().currentSnapshot().snapshotId();
    Path changes = window(T0, T1).inserted(imageOf("c", "3")).write();
    apply(changes);
    long after = iceberg().currentSnapshot().snapshotId();
    iceberg()
        .manageSnapshots()
        .replaceBranch("main", before)
        .commit(); // as if it had not come so far
    assertThat(history("pk")).as("who asks the pointer").hasSize(3);
    assertThat(shown("pk")).hasSize(2);

    assertThat(apply(changes).status()).isEqualTo(RunReport.Status.UNCHANGED);

    assertThat(shown("pk")).hasSize(3);
    assertThat(iceberg().currentSnapshot().snapshotId()).isEqualTo(after);
  }

  @Test
  void itIsCompletedOnTopOfWhatOthersHavePutTogetherMeanwhile() {
    flatten(twoItems());
    apply(window(T0, T1).inserted(imageOf("c", "3")).write());
    long before = iceberg().currentSnapshot().snapshotId();
    Path changes = window(T1, T1.plusSeconds(60)).deleted(imageOf("c", "3")).write();
    apply(changes);
    iceberg().manageSnapshots().replaceBranch("main", before).commit();
    SparkActions.get(spark).rewriteDataFiles(iceberg()).option("rewrite-all", "true").execute();

    apply(changes);

    assertThat(shown("pk", "ddb_op"))
        .containsExactly("[a,snapshot]", "[b,snapshot]", "[c,insert]", "[c,delete]")
        .isEqualTo(history("pk", "ddb_op"));
    apply(window(T1.plusSeconds(60), T1.plusSeconds(120)).inserted(imageOf("d", "4")).write());
    assertThat(history("pk")).hasSize(5).isEqualTo(shown("pk"));
  }

  @Test
  void aRunThatIsOvertakenLeavesNothingInTheHistory() {
    flatten(twoItems());
    ReadProgress meanwhile =
        new ReadProgress() {
          @Override
          public void phase(String name, long totalItems, long totalStoredBytes) {
            if (name.equals("Publishing")) {
              flatten(later("01732072800000-eeeeeeee", item("z")));
            }
          }

          @Override
          public void read(long items, long storedBytes) {}
        };

    assertThatThrownBy(
            () ->
                new Flatten(spark, later("01731986400000-ffffffff", item("y")).build())
                    .run(meanwhile))
        .hasMessageContaining("has published snapshot");

    assertThat(history("pk")).containsExactly("[a]", "[b]", "[z]").isEqualTo(shown("pk"));
  }

  @Test
  void aWindowThatIsUndoneLeavesTheHistoryEvenWhereOthersHavePutFilesTogether() {
    flatten(twoItems());
    Path changes = window(T0, T1).updated(imageOf("a", "1"), imageOf("a", "10")).write();
    for (boolean together : List.of(false, true)) {
      apply(changes);
      assertThat(history("pk")).hasSize(3);
      if (together) {
        SparkActions.get(spark).rewriteDataFiles(iceberg()).option("rewrite-all", "true").execute();
      }

      apply(options -> options.reversing(true), changes);

      assertThat(history("pk", "n")).containsExactly("[a,1]", "[b,2]").isEqualTo(shown("pk", "n"));
    }
    apply(changes);
    assertThat(history("pk", "n")).containsExactly("[a,1]", "[b,2]", "[a,10]");
  }

  @Test
  void rowsOfOthersAreRefusedAndReplaceBeginsTheHistoryAnew() {
    flatten(twoItems());
    iceberg().newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();
    Path changes = window(T0, T1).inserted(imageOf("c", "3")).write();

    assertThatThrownBy(() -> apply(changes))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("has other rows than the lake table published")
        .hasMessageContaining("/lake/history");
    assertThat(rows("pk")).containsExactly("[a]", "[b]");

    flatten(later("01731986400000-ffffffff", item("y")).replacing(true));
    assertThat(history("pk")).containsExactly("[y]").isEqualTo(shown("pk"));
  }

  @Test
  void aHistoryGoesOnAsItWasBegun() {
    flatten(
        options(export().file(item("a", "\"n\":{\"N\":\"1\"}")).write())
            .withKeys(PK)
            .withHistory(true));
    flatten(later("01731986400000-ffffffff", item("y")));

    assertThat(history("pk")).containsExactly("[a]", "[y]");
    assertThat(filesBelow(lake().resolve("history"))).allMatch(file -> file.startsWith("ddb_run="));
  }

  @Test
  void maintainPutsFilesOfTheHistoryTogetherAndTheHistoryGoesOn() throws IOException {
    flatten(twoItems());
    for (int hour = 0; hour < 5; hour++) {
      Instant from = T0.plusSeconds(60L * hour);
      apply(window(from, from.plusSeconds(60)).inserted(imageOf("k" + hour, "3")).write());
    }
    List<String> before = history("pk", "ddb_op", "ddb_run");

    MaintainReport report =
        new Maintain(
                spark,
                new MaintainOptions(
                    lake().toString(),
                    OptionalLong.of(1),
                    Optional.of(Duration.ofDays(1)),
                    false,
                    true),
                Instant.now().plus(Duration.ofDays(2)))
            .run(ReadProgress.NONE);

    assertThat(report.iceberg().orElseThrow().rewritten()).isGreaterThanOrEqualTo(6);
    assertThat(history("pk", "ddb_op", "ddb_run"))
        .isEqualTo(before)
        .isEqualTo(shown("pk", "ddb_op", "ddb_run"));
    assertThat(iceberg().snapshots()).hasSizeLessThanOrEqualTo(2);
    assertThat(Files.readString(lake().resolve("_dynamodb/current.json")))
        .contains(String.valueOf(iceberg().currentSnapshot().snapshotId()));
    apply(window(T0.plusSeconds(300), T1).deleted(imageOf("a", "1")).write());
    assertThat(history("pk")).hasSize(8).isEqualTo(shown("pk"));
  }

  /** As each process has one, on a database that may be there already. */
  private SparkSession process() {
    SparkSession session = spark.newSession();
    String key = "spark.sql.catalog.cat";
    session.conf().set(key, "org.apache.iceberg.spark.SparkCatalog");
    session.conf().set(key + ".type", "jdbc");
    session
        .conf()
        .set(
            key + ".uri",
            "jdbc:sqlite:" + temp.resolve("c.db") + "?journal_mode=WAL&busy_timeout=20000");
    session.conf().set(key + ".jdbc.schema-version", "V1");
    session.conf().set(key + ".warehouse", temp.resolve("warehouse").toUri().toString());
    return session;
  }

  @Test
  void inACatalogTheHistoryIsTheTableOfThatName() {
    SparkSession first = process();
    new Flatten(first, twoItems().inCatalog("cat").inDatabase("shop").build())
        .run(ReadProgress.NONE);
    assertThat(texts(first.table("cat.shop.orders_history"), "pk")).containsExactly("[a]", "[b]");
    SparkSession next = process();
    Path changes = window(T0, T1).deleted(imageOf("a", "1")).write();
    new Apply(next, ApplyOptions.builder(List.of(changes.toString()), lake().toString()).build())
        .run(ReadProgress.NONE);

    LakeTable table = LakeTable.open(next, lake().toString());
    assertThat(table.rows().count()).isEqualTo(1);
    assertThat(texts(next.table("cat.shop.orders_history"), "pk", "ddb_op"))
        .containsExactly("[a,snapshot]", "[b,snapshot]", "[a,delete]")
        .isEqualTo(texts(table.history(), "pk", "ddb_op"));
    assertThat(filesBelow(lake())).allMatch(file -> file.startsWith("_dynamodb/"));
    assertThat(table.historyGlueTable("shop", Optional.empty())).isEmpty();

    SparkSession last = process();
    MaintainReport report =
        new Maintain(
                last,
                new MaintainOptions(
                    lake().toString(),
                    OptionalLong.of(1),
                    Optional.of(Duration.ofDays(1)),
                    false,
                    true),
                Instant.now().plus(Duration.ofDays(2)))
            .run(ReadProgress.NONE);
    assertThat(report.iceberg().orElseThrow().expired()).isPositive();
    assertThat(texts(last.table("cat.shop.orders_history"), "pk", "ddb_op"))
        .hasSize(3)
        .isEqualTo(texts(LakeTable.open(last, lake().toString()).history(), "pk", "ddb_op"));
  }

  @Test
  void theStateAtTheEndOfEachWindowIsTheTableThen() {
    long seed = Long.getLong("properties.seed", new Random().nextLong());
    RandomHistory random = new RandomHistory(seed, temp.resolve("bucket"), 40);
    flatten(iceberg(random.full()));
    for (int i = 0; i < 2; i++) {
      apply(options -> options.allowingEmpty(true), random.window());
      LakeTable now = table();
      Instant mark = now.current().facts().time().orElseThrow();
      String columns =
          Arrays.stream(now.rows().columns())
              .map(column -> "`" + column.replace("`", "``") + "`")
              .collect(Collectors.joining(","));
      Dataset<Row> newest =
          now.history()
              .where("ddb_event_time <= timestamp_micros(%d)".formatted(mark.toEpochMilli() * 1000))
              .selectExpr(
                  "*",
                  "row_number() OVER (PARTITION BY pk ORDER BY ddb_event_time DESC, ddb_write_time DESC) AS newest")
              .where("newest = 1 AND NOT ddb_is_deleted");
      assertThat(json(newest, columns))
          .as("seed %d, window %d", seed, i)
          .isEqualTo(json(now.rows(), columns));
    }
  }

  private static List<String> json(Dataset<Row> rows, String columns) {
    return rows
        .withColumn("ddb_rescued", functions.expr("array_sort(map_entries(ddb_rescued))"))
        .selectExpr("to_json(struct(" + columns + "))")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .sorted()
        .toList();
  }
}
