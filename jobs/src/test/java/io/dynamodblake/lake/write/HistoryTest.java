package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.ddl.AthenaColumn;
import io.dynamodblake.ddl.GlueTable;
import io.dynamodblake.export.Window;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.HistoryPart;
import io.dynamodblake.lake.HistoryTable;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LakeTable;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.testing.RandomHistory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** What runs add to the history of a lake table, and who sees it when. */
class HistoryTest extends ChangeRuns {
  private static final Instant NEXT_DAY = T1.plusSeconds(86_400);

  private FlattenOptions.Builder twoItems() {
    return options(
            export()
                .file(item("a", "\"n\":{\"N\":\"1\"}"), item("b", "\"n\":{\"N\":\"2\"}"))
                .write())
        .withKeys(PK);
  }

  private List<String> history(String... columns) {
    return LakeTable.open(spark, lake().toString())
        .history()
        .orderBy("ddb_event_time", "pk")
        .selectExpr(columns)
        .collectAsList()
        .stream()
        .map(Row::toString)
        .toList();
  }

  private List<HistoryPart> parts() {
    return table().current().ledger().history();
  }

  @Test
  void aRowIsAddedForEachItemOfTheExportAndForEachChange() {
    flatten(twoItems().withHistory(true));
    Path first =
        window(T0, T1)
            .updated(imageOf("a", "1"), imageOf("a", "10"))
            .deleted(imageOf("b", "2"))
            .inserted(imageOf("c", "3"))
            .write();
    // a comes and goes through two windows that one run applies
    Path second = window(T1, NEXT_DAY).updated(imageOf("a", "10"), imageOf("a", "11")).write();

    apply(first, second);

    assertThat(history("pk", "n", "ddb_op", "ddb_is_deleted", "cast(ddb_day as string)"))
        .containsExactly(
            "[a,1,snapshot,false,2026-11-18]",
            "[b,2,snapshot,false,2026-11-18]",
            "[a,10,update,false,2026-11-18]",
            "[b,null,delete,true,2026-11-18]",
            "[c,3,insert,false,2026-11-18]",
            "[a,11,update,false,2026-11-18]");
    assertThat(history("unix_micros(ddb_event_time) - %d".formatted(T0.toEpochMilli() * 1000)))
        .as("the times of the export and of the last writes, in whole milliseconds")
        .containsExactly("[0]", "[0]", "[1000000]", "[1001000]", "[1002000]", "[3601000000]");
    assertThat(parts()).extracting(HistoryPart::rows).containsExactly(2L, 3L, 1L);
    assertThat(table().ddl())
        .contains("CREATE EXTERNAL TABLE `default`.`orders_history`")
        .contains("`ddb_event_time` timestamp")
        .contains("PARTITIONED BY (`ddb_run` string, `ddb_day` date)")
        .contains("ddb_run=%s/ddb_day=2026-11-18/".formatted(parts().get(2).id()));
    assertThat(table().historyDefinition("lake", Optional.of("shop")).orElseThrow().table())
        .isEqualTo("shop_history");
  }

  @Test
  void aTableThatHasAHistoryGoesOnWithItAndOneThatHasNoneBeginsWithItsRows() {
    flatten(twoItems());
    assertThatThrownBy(() -> table().history())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Cannot read the history: the lake table has none");
    apply(window(T0, T1).inserted(imageOf("c", "3")).write());
    assertThat(parts()).isEmpty();

    apply(
        options -> options.withHistory(true),
        window(T1, NEXT_DAY).deleted(imageOf("a", "1")).write());
    assertThat(history("pk", "ddb_op"))
        .containsExactly("[a,snapshot]", "[b,snapshot]", "[c,snapshot]", "[a,delete]");

    apply(
        window(NEXT_DAY, NEXT_DAY.plusSeconds(60))
            .view(Window.View.NEW_IMAGE)
            .inserted(imageOf("d", "4"))
            .write());
    assertThat(history("pk", "ddb_op")).hasSize(5).endsWith("[d,put]");

    flatten(
        options(
                export()
                    .exportId("01732000000000-ffffffff")
                    .exportTime(NEXT_DAY.plusSeconds(3600))
                    .file(item("b", "\"n\":{\"N\":\"2\"}"))
                    .write())
            .withKeys(PK));
    assertThat(history("pk", "ddb_op")).hasSize(6).endsWith("[b,snapshot]");
  }

  @Test
  void whatARunWithoutPublishingHasWrittenIsNobodysHistory() throws IOException {
    flatten(twoItems().withHistory(true));
    Path of = lake().resolve("history/ddb_run=" + parts().get(0).id());
    Path killed = lake().resolve("history/ddb_run=20260101T000000Z-0badcafe-0");
    copy(of, killed);
    assertThat(history("pk")).containsExactly("[a]", "[b]");

    Path changes = window(T0, T1).deleted(imageOf("unknown", "1")).write();
    assertThatThrownBy(() -> apply(options -> options.strict(true), changes))
        .isInstanceOf(DataRefusedException.class);
    apply(changes);
    assertThat(history("pk", "ddb_op"))
        .containsExactly("[a,snapshot]", "[b,snapshot]", "[unknown,delete]");

    Leftovers.clean(
        new LakeFiles(spark.sessionState().newHadoopConf()),
        new LakeLayout(lake().toUri().toString()),
        Instant.now().plus(Duration.ofDays(30)));
    assertThat(killed).doesNotExist();
    assertThat(history("pk")).hasSize(3);
    try (Stream<Path> folders = Files.list(lake().resolve("history"))) {
      assertThat(folders.count()).isEqualTo(parts().size());
    }
  }

  @Test
  void linesThatAreNoChangesAreNoRowsEither() {
    flatten(twoItems().withHistory(true));
    Path changes = window(T0, T1).inserted(imageOf("c", "3")).line("{\"Keys\":{}}").write();

    RunReport report = apply(options -> options.onBadRecord(OnBadRecord.QUARANTINE), changes);

    assertThat(report.counts().quarantined()).isEqualTo(1);
    assertThat(history("pk", "ddb_op"))
        .containsExactly("[a,snapshot]", "[b,snapshot]", "[c,insert]");
    assertThat(filesBelow(lake().resolve("_dynamodb/quarantine"))).hasSize(1);
  }

  @Test
  void theHistoryOfAPartitionedTableHasItsColumnsAndNoPartitionsOfIt() {
    flatten(
        options(
                export()
                    .file(item("a", "\"part\":{\"S\":\"x\"}"), item("b", "\"part\":{\"S\":\"y\"}"))
                    .write())
            .withKeys(PK)
            .partitionedBy(List.of("part", "bucket(2,pk)"))
            .withHistory(true));
    apply(
        window(T0, T1)
            .updated(
                "{\"pk\":{\"S\":\"a\"},\"part\":{\"S\":\"x\"}}",
                "{\"pk\":{\"S\":\"a\"},\"part\":{\"S\":\"y\"}}")
            .write());

    assertThat(history("pk", "part")).containsExactly("[a,x]", "[b,y]", "[a,y]");
    assertThat(table().history().columns()).contains("part").doesNotContain("pk_bucket");
  }

  @Test
  void glueKnowsTheFoldersOfRunsThatHavePublished() {
    flatten(twoItems().withHistory(true));
    GlueTable glue =
        GlueTable.of(
            HistoryTable.define(
                    "orders",
                    "lake",
                    table().schema(),
                    new LakeLayout("s3a://acme/lake/orders"),
                    table().current().ledger())
                .orElseThrow());

    assertThat(glue.name()).isEqualTo("orders_history");
    assertThat(glue.location()).isEqualTo("s3://acme/lake/orders/history/");
    assertThat(glue.columns())
        .extracting(AthenaColumn::name, AthenaColumn::type)
        .startsWith(tuple("ddb_op", "string"), tuple("ddb_event_time", "timestamp"))
        .doesNotContain(tuple("ddb_day", "date"))
        .endsWith(tuple("ddb_rescued", "map<string,string>"), tuple("ddb_nulls", "array<string>"));
    assertThat(glue.partitions())
        .singleElement()
        .satisfies(
            partition -> {
              assertThat(partition.values()).containsExactly(parts().get(0).id(), "2026-11-18");
              assertThat(partition.location())
                  .isEqualTo(
                      "s3://acme/lake/orders/history/ddb_run=%s/ddb_day=2026-11-18/"
                          .formatted(parts().get(0).id()));
            });
  }

  @Test
  void aPointerThatMeansAnotherPlaceIsRefused() throws IOException {
    flatten(twoItems().withHistory(true));
    Path pointer = lake().resolve("_dynamodb/current.json");
    String text = Files.readString(pointer);
    Files.writeString(pointer, text.replace(parts().get(0).id(), "x/../../../elsewhere"));

    assertThatThrownBy(this::table)
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("a part of the history has a name that no run gives");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      all.forEach(
          path -> {
            try {
              Files.createDirectories(to.resolve(from.relativize(path)).getParent());
              Files.copy(path, to.resolve(from.relativize(path).toString()));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }

  @Test
  void aWindowThatIsUndoneLeavesTheHistoryToo() {
    flatten(twoItems().withHistory(true));
    Path changes = window(T0, T1).updated(imageOf("a", "1"), imageOf("a", "10")).write();
    apply(changes);
    assertThat(history("pk")).hasSize(3);

    apply(options -> options.reversing(true), changes);

    assertThat(history("pk", "n")).containsExactly("[a,1]", "[b,2]");
    apply(changes);
    assertThat(history("pk", "n")).containsExactly("[a,1]", "[b,2]", "[a,10]");
  }

  @Test
  void columnsOfTheHistoryComeAndWidenWithThoseOfTheTable() {
    flatten(twoItems().withHistory(true));
    apply(
        window(T0, T1)
            .updated(imageOf("a", "1"), imageOf("a", "1.5"))
            .inserted("{\"pk\":{\"S\":\"c\"},\"new\":{\"BOOL\":true}}")
            .write());
    String type =
        LakeTable.open(spark, lake().toString()).rows().schema().apply("n").dataType().sql();

    assertThat(history("pk", "cast(n as double)", "new"))
        .containsExactly("[a,1.0,null]", "[b,2.0,null]", "[a,1.5,null]", "[c,null,true]");
    assertThat(
            LakeTable.open(spark, lake().toString()).history().schema().apply("n").dataType().sql())
        .isEqualTo(type)
        .isNotEqualTo("BIGINT");
    assertThat(table().ddl()).contains("`n` decimal");
  }

  @Test
  void filesOfTheHistoryThatAreNotThoseThatWerePublishedAreRefused() throws IOException {
    flatten(twoItems().withHistory(true));
    Path part = lake().resolve("history/ddb_run=" + parts().get(0).id());
    Path file =
        part.resolve(
            filesBelow(part).stream()
                .filter(name -> name.endsWith(".parquet"))
                .findFirst()
                .orElseThrow());
    Files.copy(file, file.resolveSibling("another.zstd.parquet"));

    assertThatThrownBy(() -> history("pk"))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("the files are not those that were published");
  }

  @Test
  void aTableThatCannotHaveAHistoryIsRefusedBeforeAnythingIsWritten() {
    assertThatThrownBy(() -> flatten(twoItems().as(OutputFormat.CSV).withHistory(true)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Cannot keep a history of a lake table as csv");
    assertThatThrownBy(
            () ->
                flatten(
                    options(
                            export()
                                .exportId("01732000000001-ffffffff")
                                .file(item("a", "\"ddb_op\":{\"S\":\"x\"}"))
                                .write())
                        .withHistory(true)))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("the table has a column 'ddb_op', which the history has itself");
    assertThat(lake().resolve("history")).doesNotExist();
  }

  @Test
  void theStateAtTheEndOfEachWindowIsTheTableThen() {
    long seed = Long.getLong("properties.seed", new Random().nextLong());
    RandomHistory random = new RandomHistory(seed, temp.resolve("bucket"), 40);
    flatten(
        FlattenOptions.builder(random.full().toString(), lake().toString(), "orders")
            .withKeys(PK)
            .withHistory(true));
    for (int i = 0; i < 3; i++) {
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
      assertThat(texts(newest, columns))
          .as("seed %d, window %d", seed, i)
          .isEqualTo(texts(now.rows(), columns));
    }
  }

  private static List<String> texts(Dataset<Row> rows, String columns) {
    return rows.selectExpr("to_json(struct(%s))".formatted(columns)).collectAsList().stream()
        .map(row -> row.getString(0))
        .sorted()
        .toList();
  }
}
