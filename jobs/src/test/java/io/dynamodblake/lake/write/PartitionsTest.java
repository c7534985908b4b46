package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.restore.Restore;
import io.dynamodblake.lake.restore.RestoreOptions;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.testing.RestoredItems;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

  private static List<String> withHostileStatuses() {
    return List.of(
        order("a", "open", "x"),
        order("b", "a\\u0000b", "x"),
        order("c", "x".repeat(2_000), "x"),
        order("d", "\u00fc".repeat(130), "x"),
        order("e", "%".repeat(100), "x"),
        order("f", "../..\\\\\\\"\\n\\u0001 ", "x"),
        order("g", "", "x"),
        item("h", "\"status\":{\"N\":\"7\"}"),
        item("i"));
  }

  @ParameterizedTest
  @EnumSource(
      value = OutputFormat.class,
      names = {"PARQUET", "CSV"})
  void valuesThatCannotNameAFolderAreRescuedAndCountedAndNeverShown(OutputFormat format)
      throws Exception {
    RunReport report =
        flatten(
            options(export().items(withHostileStatuses(), 2).write())
                .as(format)
                .partitionedBy(List.of("status")));

    assertThat(report.counts().rowsWritten()).isEqualTo(9);
    assertThat(report.counts().rescuedByColumn()).isEqualTo(Map.of("status", 6L));
    assertThat(report.output().partitions()).isEqualTo(3);
    assertThat(report.toJson()).doesNotContain("xxxx");
    assertThat(rows("pk", "length(status)"))
        .containsExactly(
            "[a,4]",
            "[b,null]",
            "[c,null]",
            "[d,null]",
            "[e,null]",
            "[f,10]",
            "[g,null]",
            "[h,null]",
            "[i,null]");
  }

  @Test
  void whatCannotNameAFolderIsInTheItemsThatAreMadeAgain() throws Exception {
    flatten(
        options(export().items(withHostileStatuses(), 2).write())
            .partitionedBy(List.of("status", "createdAt")));

    Path target = temp.resolve("import");
    new Restore(
            spark,
            RestoreOptions.builder(lake().toString(), target.toString(), "Orders-Restore")
                .withKeys(List.of(new KeyAttribute("pk", Descriptor.S)))
                .inBucket(Optional.of("acme-import"))
                .build())
        .run(ReadProgress.NONE);
    assertThat(RestoredItems.byKey(RestoredItems.lines(target.resolve("data"))))
        .isEqualTo(RestoredItems.byKey(withHostileStatuses()));
  }

  @Test
  void severalLongValuesTogetherStayBelowTheLongestKeyOfS3() {
    String most = "y".repeat(240);
    List<String> names = List.of("p1", "p2", "p3", "p4", "p5");
    String[] attributes =
        names.stream()
            .map(name -> "\"" + name + "\":{\"S\":\"" + most + "\"}")
            .toArray(String[]::new);
    RunReport report =
        flatten(options(export().file(item("a", attributes)).write()).partitionedBy(names));

    assertThat(report.counts().rescuedValues()).isEqualTo(5);
    assertThat(dataFiles())
        .allMatch(file -> (lake() + "/snapshot=01732000000000/" + file).length() < 1_024);
  }

  @Test
  void strictRefusesWhatCannotNameAFolder() {
    Path export = export().items(withHostileStatuses().subList(0, 3), 1).write();

    assertThatThrownBy(() -> flatten(options(export).strict(true).partitionedBy(List.of("status"))))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("status (2)")
        .hasMessageContaining("partition by columns whose values can name a folder");
  }

  @Test
  void aNewPartitionColumnIsNotNamedLikeTheFolderOfASnapshot() {
    RunReport report =
        flatten(
            options(export().file(item("a", "\"snapshot\":{\"S\":\"s1\"}")).write())
                .partitionedBy(List.of("snapshot")));

    assertThat(report.schema().notes()).contains("Attribute 'snapshot' is column snapshot_2");
    assertThat(rows("pk", "snapshot_2")).containsExactly("[a,s1]");
    assertThat(dataFiles()).allMatch(file -> file.startsWith("snapshot_2=s1/"));
  }

  @Test
  void namesThatAreOnlyLowerCasedAreCountedInOneNote() {
    RunReport report =
        flatten(
            options(
                export()
                    .file(
                        item(
                            "a",
                            "\"createdAt\":{\"S\":\"x\"}",
                            "\"orderId\":{\"S\":\"x\"}",
                            "\"due date\":{\"S\":\"x\"}"))
                    .write()));

    assertThat(report.schema().notes())
        .containsExactly(
            "Attribute 'due date' is column due_date",
            "2 columns have the names of their attributes in lower case");
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
  void filesOfASortedTableAreLikeThoseOfAnyOther() throws IOException {
    Path export = export().items(items(30), 2).write();
    flatten(options(export));
    FileMetaData asRead = footer();

    flatten(options(export).sortedBy(List.of("pk")).replacing(true));
    FileMetaData sorted = footer();

    assertThat(sorted.getSchema()).isEqualTo(asRead.getSchema());
    assertThat(sorted.getKeyValueMetaData())
        .isEqualTo(asRead.getKeyValueMetaData())
        .containsEntry("writer.model.name", "dynamodb-lake");
  }

  @Test
  void aSortedTableWithoutRowsHasItsColumnsNevertheless() throws IOException {
    flatten(options(export().items(items(3), 1).write()).sortedBy(List.of("pk")));
    FileMetaData before = footer();
    Path schema = lake().resolve("_dynamodb/schema.json");

    flatten(
        options(export().emptyFile().write())
            .withSchemaFile(schema.toString())
            .sortedBy(List.of("pk"))
            .replacing(true)
            .allowingEmpty(true));

    assertThat(table().rows().count()).isZero();
    assertThat(footer().getSchema()).isEqualTo(before.getSchema());
  }

  private FileMetaData footer() throws IOException {
    URI file = URI.create(table().snapshotPath() + "/" + dataFiles().get(0));
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            HadoopInputFile.fromPath(new org.apache.hadoop.fs.Path(file), new Configuration()))) {
      return reader.getFileMetaData();
    }
  }

  @Test
  void manySmallDataFilesBecomeFewFiles() {
    flatten(options(export().items(items(300), 150).write()));

    assertThat(dataFiles().size()).isLessThanOrEqualTo(2);
    assertThat(table().rows().count()).isEqualTo(300);
  }

  @Test
  void theFilesOfFewRowsInManyFoldersAreWrittenBySeveralTasks() {
    flatten(options(export().items(items(40), 1).write()).partitionedBy(List.of("bucket(16,pk)")));
    assertThat(dataFiles())
        .extracting(file -> file.replaceAll(".*/(part-\\d+)-.*", "$1"))
        .contains("part-00000", "part-00001");
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
    assertThatThrownBy(() -> flatten(options(export).partitionedBy(List.of("statsu"))))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("did you mean 'status'?");
    assertThat(statuses()).containsExactly("failed", "failed", "failed");
    assertThat(filesBelow(lake())).noneMatch(file -> file.contains("snapshot="));
  }
}
