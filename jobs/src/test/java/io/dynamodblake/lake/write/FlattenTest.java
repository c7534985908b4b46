package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.Verify;
import io.dynamodblake.lake.LakeTable;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.TableSchemaJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;

class FlattenTest extends LakeTest {
  private static final String ANNA =
      item("anna", "\"age\":{\"N\":\"41\"}", "\"tags\":{\"SS\":[\"x\",\"y\"]}");
  private static final String BEN =
      item("ben", "\"age\":{\"N\":\"7\"}", "\"note\":{\"NULL\":true}");
  private static final String CARA = item("cara", "\"age\":{\"S\":\"old\"}");

  @Test
  void anExportBecomesALakeTable() throws Exception {
    RunReport report = flatten(options(export().file(ANNA, BEN).emptyFile().file(CARA).write()));

    assertThat(report.status()).isEqualTo(RunReport.Status.PUBLISHED);
    assertThat(report.published()).isTrue();
    assertThat(report.counts().itemsRead()).isEqualTo(3);
    assertThat(report.counts().rowsWritten()).isEqualTo(3);
    assertThat(report.counts().rescuedByColumn()).containsOnlyKeys("age").containsEntry("age", 1L);
    assertThat(report.schema().source()).isEqualTo("observed");
    assertThat(report.inputs().get(0).items()).isEqualTo(3);
    assertThat(report.inputs().get(0).storedBytes()).isPositive();
    assertThat(report.verification().level()).isEqualTo("md5");
    assertThat(report.verification().warnings()).isEmpty();
    assertThat(report.phaseMillis().keySet())
        .containsExactly("Reading types", "Writing", "Checking", "Publishing");

    assertThat(rows("pk", "age", "tags", "to_json(ddb_rescued)", "ddb_nulls"))
        .containsExactly(
            "[anna,41,WrappedArray(x, y),null,null]",
            "[ben,7,null,null,WrappedArray(note)]",
            "[cara,null,null,{\"age\":\"{\\\"S\\\":\\\"old\\\"}\"},null]");
    assertThat(filesBelow(lake()))
        .anyMatch(
            file ->
                file.matches(
                    "snapshot=01731900000000-0a1b2c3d\\.[0-9a-f]{8}/part-.*\\.zstd\\.parquet"))
        .contains(
            "_dynamodb/current.json",
            "_dynamodb/schema.json",
            "_dynamodb/ddl/athena.sql",
            "_dynamodb/runs/" + report.runId() + ".json")
        .noneMatch(file -> file.contains(".crc") || file.contains("_SUCCESS"))
        .noneMatch(file -> file.contains("_temporary") || file.endsWith(".tmp"));
    assertThat(Files.readString(lake().resolve("_dynamodb/runs/" + report.runId() + ".json")))
        .isEqualTo(report.toJson());
    assertThat(TableSchemaJson.fromJson(Files.readString(lake().resolve("_dynamodb/schema.json"))))
        .isEqualTo(table().schema());
    assertThat(table().ddl())
        .containsPattern("snapshot=01731900000000-0a1b2c3d\\.[0-9a-f]{8}/'")
        .contains("`age` bigint");
  }

  @Test
  void anIonExportBecomesTheSameLakeTable() {
    String[] columns = {"pk", "age", "tags", "to_json(ddb_rescued)", "ddb_nulls"};
    flatten(options(export().file(ANNA, BEN).file(CARA).write()));
    List<String> rows = rows(columns);
    String schema = TableSchemaJson.toJson(table().schema());
    Path ion =
        export()
            .ion()
            .exportId("01731900000001-0a1b2c3d")
            .exportTime(Instant.parse("2026-11-19T03:20:00Z"))
            .file(ANNA, BEN)
            .file(CARA, "$ion_1_0 {Item:{pk:\"dora\",age:1e0}}")
            .write();

    RunReport report = flatten(options(ion).onBadRecord(OnBadRecord.QUARANTINE));

    assertThat(report.status()).isEqualTo(RunReport.Status.PUBLISHED);
    assertThat(report.counts().quarantined()).isEqualTo(1);
    assertThat(rows(columns)).isEqualTo(rows);
    assertThat(TableSchemaJson.toJson(table().schema())).isEqualTo(schema);
    Path folder = lake().resolve("_dynamodb/quarantine/" + report.runId());
    JsonNode bad = json(folder.resolve(filesBelow(folder).get(0)));
    assertThat(bad.path("reason").asText())
        .isEqualTo("an Ion float, which is no type of DynamoDB at $.Item.age");
    assertThat(bad.path("line").asInt()).isEqualTo(2);
    assertThat(Base64.getDecoder().decode(bad.path("bytes").asText()))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("$ion_1_0 {Item:{pk:\"dora\",age:1e0}}");
  }

  @Test
  void theUsersSessionKeepsItsSettings() {
    String before = spark.conf().get("spark.sql.sources.commitProtocolClass");

    flatten(options(export().file(ANNA).write()));

    assertThat(spark.conf().get("spark.sql.sources.commitProtocolClass")).isEqualTo(before);
    assertThat(spark.conf().contains("fs.file.impl")).isFalse();
  }

  @Test
  void theSameCommandAgainChangesNothing() {
    Path export = export().file(ANNA, BEN).write();
    RunReport first = flatten(options(export));
    List<String> before = filesBelow(lake());

    RunReport again = flatten(options(export));

    assertThat(again.status()).isEqualTo(RunReport.Status.UNCHANGED);
    assertThat(again.output().snapshotId()).isEqualTo(first.output().snapshotId());
    assertThat(filesBelow(lake())).isEqualTo(before);
  }

  @Test
  void anotherPlanForAPublishedExportNeedsReplace() {
    Path export = export().file(ANNA, BEN).write();
    String first = flatten(options(export)).output().snapshotId().orElseThrow();

    assertThatThrownBy(() -> flatten(options(export).sortedBy(List.of("age"))))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("export 01731900000000-0a1b2c3d is published already")
        .hasMessageContaining("with other options")
        .hasMessageEndingWith("give --replace to write it again");

    RunReport report = flatten(options(export).sortedBy(List.of("age")).replacing(true));
    String second = report.output().snapshotId().orElseThrow();
    assertThat(second).startsWith("01731900000000-0a1b2c3d.").isNotEqualTo(first);
    assertThat(table().current().ids()).containsExactly(first, second);
    assertThat(rows("pk")).containsExactly("[anna]", "[ben]");
    assertThat(lake().resolve("snapshot=" + first)).isDirectory();
  }

  @Test
  void anEditedSchemaIsAnotherPlan() throws Exception {
    Path export = export().file(ANNA, BEN).write();
    flatten(options(export));
    Path schema = lake().resolve("_dynamodb/schema.json");
    Files.writeString(
        schema, Files.readString(schema).replace("\"name\": \"age\"", "\"name\": \"years\""));

    assertThatThrownBy(() -> flatten(options(export)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("schema.json was edited since");

    RunReport report = flatten(options(export).replacing(true));
    assertThat(report.schema().source()).isEqualTo("evolved");
    assertThat(rows("pk", "years")).containsExactly("[anna,41]", "[ben,7]");
  }

  @Test
  void newColumnsAreSuggestedAndThoseWithATypeKeepIt() {
    String day = "{\"S\":\"2026-11-18\"}";
    Path first = export().file(item("anna", "\"born\":" + day)).write();
    flatten(options(first));
    assertThatThrownBy(() -> flatten(options(first).suggesting(true)))
        .as("it asks for another table")
        .isInstanceOf(UsageException.class);
    Path next =
        export()
            .exportId("01731990000000-0a1b2c3d")
            .exportTime(Instant.parse("2026-11-19T03:20:00Z"))
            .file(item("anna", "\"born\":" + day, "\"left\":" + day))
            .write();

    flatten(options(next).suggesting(true));

    assertThat(table().rows().schema().apply("born").dataType()).isEqualTo(DataTypes.StringType);
    assertThat(table().rows().schema().apply("left").dataType()).isEqualTo(DataTypes.DateType);
    assertThat(rows("born", "left")).containsExactly("[2026-11-18,2026-11-18]");
  }

  @Test
  void aTextThatTheTableIsPartitionedByIsReadAsItIsWritten() {
    Path export =
        export().file(item("anna", "\"placed\":{\"S\":\"Tue, 03 Mar 2026 10:11:12 GMT\"}")).write();

    RunReport report = flatten(options(export).partitionedBy(List.of("month(placed)")));

    assertThat(rows("placed_month", "ddb_rescued")).containsExactly("[2026-03,null]");
    assertThat(report.schema().notes())
        .contains(
            "Column placed is read as timestamp (rfc-1123), because the table is partitioned by month(placed)");
  }

  @Test
  void aNewerExportEvolvesTheTable() {
    flatten(options(export().file(ANNA, BEN).write()));
    Path next =
        export()
            .exportId("01731990000000-0a1b2c3d")
            .exportTime(Instant.parse("2026-11-19T03:20:00Z"))
            .file(ANNA, item("dora", "\"age\":{\"N\":\"7.5\"}", "\"size\":{\"N\":\"1\"}"))
            .write();

    RunReport report = flatten(options(next));

    assertThat(report.schema().source()).isEqualTo("evolved");
    assertThat(report.schema().notes()).isNotEmpty();
    assertThat(table().rows().schema().fieldNames())
        .containsExactly("age", "note", "pk", "tags", "size", "ddb_rescued", "ddb_nulls");
    assertThat(rows("pk", "age", "size")).containsExactly("[anna,41.0,null]", "[dora,7.5,1]");
    assertThat(table().current().earlier())
        .singleElement()
        .satisfies(earlier -> assertThat(earlier.id()).startsWith("01731900000000-0a1b2c3d."));
  }

  private static String withKeys(String pk, int count) {
    StringBuilder keys = new StringBuilder();
    for (int i = 0; i < count; i++) {
      keys.append(i == 0 ? "" : ",").append("\"k%d\":{\"N\":\"%d\"}".formatted(i, i));
    }
    return item(pk, "\"m\":{\"M\":{" + keys + "}}");
  }

  @Test
  void theEditThatANoteNamesEndsTheRescueOfAMapThatGrew() throws Exception {
    flatten(options(export().file(withKeys("a", 1)).write()));
    RunReport grown =
        flatten(
            options(
                export()
                    .exportId("01732000000000-1a2b3c4d")
                    .exportTime(Instant.parse("2026-11-19T03:20:00Z"))
                    .file(withKeys("a", 150))
                    .write()));
    assertThat(grown.counts().rescuedByColumn()).containsEntry("m", 149L);
    String note =
        grown.schema().notes().stream()
            .filter(text -> text.startsWith("The map of column 'm' has more than 100 keys"))
            .findFirst()
            .orElseThrow();

    String edit = note.replaceFirst(".* by (\"type\": \"map\", .*\\}) in .*", "$1");
    Path schemaFile = lake().resolve("_dynamodb/schema.json");
    String before = Files.readString(schemaFile);
    String after = before.replaceFirst("(?s)\"type\": \"struct\",\\s*\"fields\": \\[.*?\\]", edit);
    assertThat(after).isNotEqualTo(before);
    Files.writeString(schemaFile, after);
    RunReport edited =
        flatten(
            options(
                export()
                    .exportId("01733000000000-1a2b3c4d")
                    .exportTime(Instant.parse("2026-11-20T03:20:00Z"))
                    .file(withKeys("a", 151))
                    .write()));

    assertThat(edited.counts().rescuedValues()).isZero();
    assertThat(edited.schema().notes()).noneMatch(text -> text.contains("has more than"));
    assertThat(rows("m['k150']")).containsExactly("[150]");
  }

  private List<String> notesOfTimes(String from, String... numbers) throws Exception {
    return notesOfTimes(OutputFormat.PARQUET, from, numbers);
  }

  private List<String> notesOfTimes(OutputFormat format, String from, String... numbers)
      throws Exception {
    Path schema =
        Files.writeString(
            temp.resolve("times.json"),
            ("{\"format\":\"dynamodb-lake-schema\",\"version\":1,\"table\":\"t\",\"columns\":["
                    + "{\"name\":\"pk\",\"attribute\":\"pk\",\"descriptor\":\"S\",\"type\":\"string\"},"
                    + "{\"name\":\"at\",\"attribute\":\"at\",\"descriptor\":\"N\",\"type\":\"timestamp\",\"from\":\"%s\"}]}")
                .formatted(from));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < numbers.length; i++) {
      lines.add(item("p" + i, "\"at\":{\"N\":\"" + numbers[i] + "\"}"));
    }
    lines.add(item("none"));
    RunReport report =
        flatten(
            FlattenOptions.builder(
                    export().items(lines, 2).write().toString(),
                    temp.resolve("times-" + format).toString(),
                    "orders")
                .as(format)
                .withSchemaFile(schema.toString())
                .replacing(true));
    assertThat(report.toJson()).doesNotContain("1970");
    return report.schema().notes();
  }

  @Test
  void timesThatAreAllImplausibleAreNotedAndOneThatIsNotEndsThat() throws Exception {
    assertThat(notesOfTimes("epoch-millis", "1731990000", "1731990001", "1731990002"))
        .containsExactly(
            "All times of column at are before 1990; if they should not be, its \"from\" in schema.json has the wrong unit");
    assertThat(notesOfTimes("epoch-seconds", "1731990000", "1731990001", "1731990002")).isEmpty();
    assertThat(notesOfTimes("epoch-millis", "1731990000", "1731990001", "1731990000000")).isEmpty();
    assertThat(notesOfTimes("epoch-seconds", "99999999999"))
        .containsExactly(
            "All times of column at are after 2100; if they should not be, its \"from\" in schema.json has the wrong unit");
    assertThat(notesOfTimes("epoch-seconds")).isEmpty();
  }

  @Test
  void timesAreLookedAtInCsvToo() throws Exception {
    assertThat(notesOfTimes(OutputFormat.CSV, "epoch-millis", "1731990000", "-1"))
        .containsExactly(
            "All times of column at are before 1990; if they should not be, its \"from\" in schema.json has the wrong unit");
    assertThat(notesOfTimes(OutputFormat.CSV, "epoch-seconds", "99999999999"))
        .as("year 5138")
        .containsExactly(
            "All times of column at are after 2100; if they should not be, its \"from\" in schema.json has the wrong unit");
    assertThat(notesOfTimes(OutputFormat.CSV, "epoch-millis", "1731990000", "1731990000000"))
        .isEmpty();
    assertThat(notesOfTimes(OutputFormat.CSV, "epoch-millis")).isEmpty();
  }

  @Test
  void anOlderExportIsRefusedUnlessItReplaces() {
    Path old = export().file(ANNA).write();
    Path next =
        export()
            .exportId("01731990000000-0a1b2c3d")
            .exportTime(Instant.parse("2026-11-19T03:20:00Z"))
            .file(BEN)
            .write();
    flatten(options(next));

    assertThatThrownBy(() -> flatten(options(old)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("older than the published one of 2026-11-19T03:20:00Z");

    flatten(options(old).replacing(true));
    assertThat(rows("pk")).containsExactly("[anna]");
  }

  @Test
  void anotherTablesExportIsRefused() {
    flatten(options(export().file(ANNA).write()));
    Path other = export().table("customers").exportId("01731990000000-0a1b2c3d").file(BEN).write();

    assertThatThrownBy(() -> flatten(options(other).replacing(true)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(":table/orders and the export is of")
        .hasMessageContaining(":table/customers");
  }

  @Test
  void aFolderOfSomebodyElseIsRefused() throws Exception {
    Path export = export().file(ANNA).write();
    Files.createDirectories(lake());
    Files.writeString(lake().resolve("thesis.docx"), "precious");

    assertThatThrownBy(() -> flatten(options(export)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("was not written by dynamodb-lake (it holds thesis.docx)")
        .hasMessageEndingWith("choose a new or empty folder");
    assertThat(filesBelow(lake())).containsExactly("thesis.docx");
  }

  @Test
  void aMetadataFolderAloneDoesNotMakeItOurs() throws Exception {
    Path export = export().file(ANNA).write();
    Files.createDirectories(lake().resolve("_dynamodb/runs"));
    Files.writeString(lake().resolve("_dynamodb/runs/x.json"), "{\"format\":\"other\"}");

    assertThatThrownBy(() -> flatten(options(export)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("has neither current.json nor a run report");
  }

  @Test
  void anEmptyExportIsATableWithoutRows() {
    RunReport report = flatten(options(export().emptyFile().write()));

    assertThat(report.published()).isTrue();
    assertThat(report.counts().rowsWritten()).isZero();
    assertThat(table().rows().schema().fieldNames()).containsExactly("ddb_rescued", "ddb_nulls");
    assertThat(table().rows().count()).isZero();
    assertThat(dataFiles()).hasSize(1);
  }

  @Test
  void filesThatTheManifestCallsEmptyAreReadAndCounted() {
    Path export =
        export().file(ANNA, BEN).file(CARA).wrongItemCount(0, -2).wrongItemCount(1, -1).write();
    for (Verify verify : List.of(Verify.MD5, Verify.COUNTS)) {
      assertThatThrownBy(
              () -> flatten(options(export).reading(ReadOptions.defaults().withVerify(verify))))
          .isInstanceOf(ExportFormatException.class)
          .hasMessageContaining("item count 1 or more but manifest says 0");
    }

    RunReport saved =
        flatten(options(export).reading(ReadOptions.defaults().withVerify(Verify.NONE)));

    assertThat(saved.counts().rowsWritten()).isEqualTo(3);
  }

  @Test
  void aFileThatTheManifestCallsEmptyIsDamagedLikeAnyOther() {
    Path export = export().file(ANNA).emptyFile().wrongMd5(1).write();

    assertThatThrownBy(() -> flatten(options(export)))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("MD5")
        .hasMessageContaining("0001.json.gz");
  }

  @Test
  void anExportThatAnotherProgramWroteIsPublishedWithTheKeysThatItsManifestNames()
      throws Exception {
    Path export =
        export()
            .file(ANNA, BEN)
            .md5(0, "")
            .withoutChecksums()
            .summaryField("exportArn", null)
            .summaryField("tableArn", null)
            .summaryField("tableId", null)
            .summaryField("exportTime", null)
            .summaryField(
                "tableKeySchema",
                "[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\",\"AttributeType\":\"S\"}]")
            .write();

    RunReport report =
        flatten(options(export).reading(ReadOptions.defaults().withVerify(Verify.COUNTS)));

    assertThat(report.published()).isTrue();
    assertThat(report.inputs().get(0).manifest()).isTrue();
    assertThat(report.verification().warnings())
        .contains(
            "The manifest does not say exportArn, tableArn, exportTime, as those of DynamoDB do",
            "md5 not verified: 1 of 1 data files");
    assertThat(
            TableSchemaJson.fromJson(Files.readString(lake().resolve("_dynamodb/schema.json")))
                .keys())
        .hasToString("[KeyAttribute[attribute=pk, descriptor=S]]");
  }

  @Test
  void aFolderOfDataFilesIsNamedAfterItsContents() throws Exception {
    Path export = export().file(ANNA, BEN).write();

    RunReport report = flatten(options(export.resolve("data")));

    assertThat(report.inputs().get(0).manifest()).isFalse();
    assertThat(report.verification().warnings()).anyMatch(text -> text.contains("no manifest"));
    assertThat(report.output().snapshotId().get()).matches("data-[0-9a-f]{8}\\.[0-9a-f]{8}");
    assertThat(report.counts().rowsWritten()).isEqualTo(2);
    assertThat(flatten(options(export.resolve("data"))).status())
        .isEqualTo(RunReport.Status.UNCHANGED);
  }

  @Test
  void aPinnedSchemaNeedsOnePass() throws Exception {
    Path export = export().file(ANNA, BEN, CARA).write();
    flatten(options(export));
    Path schema = temp.resolve("schema.json");
    Files.writeString(
        schema, Files.readString(lake().resolve("_dynamodb/schema.json")).replace("bigint", "int"));
    Path other = temp.resolve("other");

    RunReport report =
        new Flatten(
                spark,
                FlattenOptions.builder(export.toString(), other.toString(), "orders")
                    .withSchemaFile(schema.toString())
                    .build())
            .run(io.dynamodblake.export.ReadProgress.NONE);

    assertThat(report.schema().source()).isEqualTo("pinned");
    assertThat(report.phaseMillis()).doesNotContainKey("Reading types");
    assertThat(LakeTable.open(spark, other.toString()).rows().schema().apply("age").dataType())
        .hasToString("IntegerType");
  }

  @Test
  void aSchemaThatDoesNotReadIsNamed() throws Exception {
    Path schema = Files.writeString(temp.resolve("mine.json"), "{}");

    assertThatThrownBy(
            () -> flatten(options(export().file(ANNA).write()).withSchemaFile(schema.toString())))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("mine.json");
  }

  @Test
  void aPinnedSchemaMustNotNarrowTheTable() throws Exception {
    flatten(options(export().file(ANNA, BEN).write()));
    Path schema = temp.resolve("schema.json");
    Files.writeString(
        schema, Files.readString(lake().resolve("_dynamodb/schema.json")).replace("bigint", "int"));
    Path next = export().exportId("01731990000000-0a1b2c3d").file(ANNA).write();

    assertThatThrownBy(() -> flatten(options(next).withSchemaFile(schema.toString())))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("age");
    flatten(options(next).withSchemaFile(schema.toString()).replacing(true));
    assertThat(table().rows().schema().apply("age").dataType()).hasToString("IntegerType");
  }
}
