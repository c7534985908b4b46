package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.convert.SparkTypes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class PartitionsTest extends LakeTest {

  private static String order(String pk, String status, String createdAt) {
    return item(
        pk, "\"status\":{\"S\":\"" + status + "\"}", "\"createdAt\":{\"S\":\"" + createdAt + "\"}");
  }

  @Test
  void timesMakeFoldersAndAreProjectedWhereTheyAreDense() {
    flatten(
        options(
                export()
                    .file(
                        order("a", "open", "2026-11-18T03:20:00Z"),
                        order("b", "open", "2026-11-18T23:59:59.999Z"))
                    .file(order("c", "open", "2026-11-19T01:00:00+02:00"))
                    .file(order("d", "open", "2026-11-20T00:00:00Z"))
                    .write())
            .partitionedBy(List.of("day(createdAt)")));

    assertThat(dataFiles())
        .allMatch(file -> file.matches("createdat_day=2026-11-(18|20)/part-.*"))
        .hasSize(2);
    assertThat(rows("pk", "createdat_day", "createdat"))
        .containsExactly(
            "[a,2026-11-18,2026-11-18 03:20:00.0]",
            "[b,2026-11-18,2026-11-18 23:59:59.999]",
            "[c,2026-11-18,2026-11-18 23:00:00.0]",
            "[d,2026-11-20,2026-11-20 00:00:00.0]");
    assertThat(table().ddl())
        .contains("PARTITIONED BY (`createdat_day` string)")
        .contains("'projection.createdat_day.range' = '2026-11-18,2026-11-20'")
        .contains("/createdat_day=${createdat_day}/'")
        .doesNotContain("ADD IF NOT EXISTS");
  }

  @Test
  void sparseTimesAreRegistered() {
    flatten(
        options(
                export()
                    .file(
                        order("a", "open", "2024-01-01T00:00:00Z"),
                        order("b", "open", "2026-11-18T00:00:00Z"))
                    .write())
            .partitionedBy(List.of("month(createdAt)")));

    assertThat(table().ddl())
        .doesNotContain("projection")
        .contains("PARTITION (`createdat_month` = '2024-01') LOCATION '")
        .contains("/createdat_month=2026-11/'");
  }

  @Test
  void aMissingTimeIsANullPartitionAndNotProjected() {
    flatten(
        options(export().file(order("a", "open", "2026-11-18T00:00:00Z"), item("b")).write())
            .partitionedBy(List.of("year(createdAt)")));

    assertThat(rows("pk", "createdat_year")).containsExactly("[a,2026]", "[b,null]");
    assertThat(table().ddl())
        .doesNotContain("projection")
        .contains("(`createdat_year` = '__HIVE_DEFAULT_PARTITION__')");
  }

  @Test
  void anIdentityPartitionMovesTheColumnIntoThePathAndLosesNothing() {
    RunReport report =
        flatten(
            options(
                    export()
                        .file(
                            order("a", "open", "x"),
                            order("b", "", "x"),
                            order("c", "__HIVE_DEFAULT_PARTITION__", "x"))
                        .file(
                            order("d", "50% / off=ü", "x"),
                            item("e", "\"status\":{\"NULL\":true}"),
                            item("f", "\"status\":{\"N\":\"7\"}"))
                        .write())
                .partitionedBy(List.of("status")));

    assertThat(report.counts().rowsWritten()).isEqualTo(6);
    assertThat(report.output().partitions()).isEqualTo(3);
    assertThat(rows("pk", "status", "to_json(ddb_rescued)", "ddb_nulls"))
        .containsExactly(
            "[a,open,null,null]",
            "[b,null,{\"status\":\"{\\\"S\\\":\\\"\\\"}\"},null]",
            "[c,null,{\"status\":\"{\\\"S\\\":\\\"__HIVE_DEFAULT_PARTITION__\\\"}\"},null]",
            "[d,50% / off=ü,null,null]",
            "[e,null,null,WrappedArray(status)]",
            "[f,null,{\"status\":\"{\\\"N\\\":\\\"7\\\"}\"},null]");
    Row file =
        spark.read().option("recursiveFileLookup", true).parquet(table().snapshotPath()).first();
    assertThat(file.schema().fieldNames()).doesNotContain("status");
    assertThat(SparkTypes.fromStruct("orders", file.schema()).columns())
        .isEqualTo(
            table().schema().columns().stream()
                .filter(column -> !column.name().equals("status"))
                .toList());
    assertThat(table().ddl())
        .contains("PARTITIONED BY (`status` string)")
        .contains("PARTITION (`status` = '50% / off=ü')");
  }

  @Test
  void bucketsAreCrc32OfTheText() {
    flatten(options(export().items(items(40), 3).write()).partitionedBy(List.of("bucket(4, pk)")));

    List<Row> rows = table().rows().select("pk", "pk_bucket").collectAsList();
    assertThat(rows).hasSize(40);
    for (Row row : rows) {
      CRC32 crc = new CRC32();
      crc.update(row.getString(0).getBytes(StandardCharsets.UTF_8));
      assertThat(row.getInt(1)).isEqualTo((int) (crc.getValue() % 4));
    }
    assertThat(table().ddl())
        .contains("'projection.pk_bucket.type' = 'integer'")
        .contains("'projection.pk_bucket.range' = '0,3'");
  }

  @Test
  void equalNumbersAreOneGroupAndOneBucketHoweverTheyAreWritten() {
    List<String> spelled = List.of("0.5", ".5", "5E-1", "0.50", "1", "1.", "1.0", "1e100");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < spelled.size(); i++) {
      lines.add(item("p" + i, "\"n\":{\"N\":\"" + spelled.get(i) + "\"}"));
    }
    flatten(options(export().items(lines, 2).write()).partitionedBy(List.of("bucket(97, n)")));

    List<String> groups =
        table().rows().groupBy("n", "n_bucket").count().collectAsList().stream()
            .map(row -> row.getString(0).length() + " digits, " + row.getLong(2))
            .toList();
    assertThat(groups).containsExactlyInAnyOrder("3 digits, 4", "1 digits, 3", "101 digits, 1");
  }

  @Test
  void severalLevelsAndSortingInsideFiles() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      lines.add(
          item(
              "p%02d".formatted((i * 37) % 60),
              "\"n\":{\"N\":\"" + i % 5 + "\"}",
              "\"b\":{\"BOOL\":" + (i % 2 == 0) + "}"));
    }
    flatten(
        options(export().items(lines, 4).write())
            .partitionedBy(List.of("b", "n"))
            .sortedBy(List.of("pk")));

    assertThat(dataFiles()).hasSize(10).allMatch(file -> file.matches("b=(true|false)/n=\\d/.*"));
    for (String file : dataFiles()) {
      List<String> keys =
          spark
              .read()
              .parquet(table().snapshotPath() + "/" + file)
              .select("pk")
              .collectAsList()
              .stream()
              .map(row -> row.getString(0))
              .toList();
      assertThat(keys).isSorted().hasSize(6);
    }
    assertThat(table().rows().where("b AND n = 2").count()).isEqualTo(6);
  }

  @Test
  void manySmallDataFilesBecomeFewFiles() {
    flatten(options(export().items(items(300), 150).write()));

    assertThat(dataFiles().size()).isLessThanOrEqualTo(2);
    assertThat(table().rows().count()).isEqualTo(300);
  }

  @Test
  void aLargeDataFileIsSplit() {
    flatten(options(export().items(items(20_000), 1).write()).withTargetFileBytes(16 << 10));

    assertThat(dataFiles().size()).isGreaterThan(2);
    assertThat(table().rows().count()).isEqualTo(20_000);
  }

  @Test
  void whatCannotBePartitionedIsRefusedWithTheWayOut() {
    var export = export().file(order("a", "x", "2026"), item("b", "\"m\":{\"L\":[]}")).write();

    assertThatThrownBy(() -> flatten(options(export).partitionedBy(List.of("week(createdAt)"))))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("day(column)");
    assertThatThrownBy(() -> flatten(options(export).partitionedBy(List.of("m"))))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("not of a scalar type");
    assertThatThrownBy(() -> flatten(options(export).sortedBy(List.of("nothing"))))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("no such attribute or column");
    assertThat(statuses()).containsExactly("failed", "failed");
    assertThat(filesBelow(lake())).noneMatch(file -> file.contains("snapshot="));
  }
}
