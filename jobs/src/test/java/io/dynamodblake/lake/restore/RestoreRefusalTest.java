package io.dynamodblake.lake.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.CsvDialect;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.write.CsvFiles;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.write.ImportCompression;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows and options of which no import can be made. */
class RestoreRefusalTest extends RestoreRuns {
  @Test
  void aKeyThatStandsTwiceIsRefusedWithItsPlace() {
    flatten(
        lakeOptions(
                export()
                    .file(item("a"), item("b", "\"x\":{\"S\":\"secret\"}"), item("a"), item("a"))
                    .write())
            .withKeys(PK)
            .allowingRepeatedKeys(true));

    assertThatThrownBy(() -> new Wanted().run())
        .isInstanceOf(DataRefusedException.class)
        .hasMessageMatching(
            "Cannot restore: 3 of 4 rows are no items that DynamoDB takes: several items have the"
                + " same key, 1 key \\(3 rows, first part-.*\\.parquet row 1\\); nothing was"
                + " written, .*")
        .hasMessageNotContaining("secret");
    assertThat(filesBelow(target())).containsExactly("restore-report.json");
    assertThat(json(target().resolve("restore-report.json")).path("status").asText())
        .isEqualTo("failed");
  }

  @Test
  void rowsThatDynamoDbWouldRefuseAreCountedByKindAndTheFolderCanBeUsedAgain() throws Exception {
    flatten(
        lakeOptions(
            export()
                .file(
                    item("a"),
                    item(""),
                    item("b", "\"\":{\"S\":\"x\"}"),
                    "{\"Item\":{\"pk\":{\"N\":\"1\"}}}",
                    "{\"Item\":{\"pk\":{\"N\":\"2\"}}}",
                    "{\"Item\":{\"x\":{\"S\":\"x\"}}}")
                .write()));
    Wanted wanted = new Wanted();
    wanted.keys = PK;

    assertThatThrownBy(wanted::run)
        .isInstanceOf(DataRefusedException.class)
        .hasMessageStartingWith("Cannot restore: 5 of 6 rows are no items that DynamoDB takes: ")
        .hasMessageContaining("key attribute pk is N, not S as declared (2 rows, first part-")
        .hasMessageContaining(" row 4)")
        .hasMessageContaining("key attribute pk is empty (1 row, first part-")
        .hasMessageContaining("key attribute pk is missing (1 row, ")
        .hasMessageContaining("an attribute name is empty (1 row, ");
    assertThat(json(target().resolve("restore-report.json")).path("checks").path("findings"))
        .hasSize(4);

    flatten(
        lakeOptions(export().exportId("01731999999999-0a1b2c3d").file(item("a")).write())
            .replacing(true));
    assertThat(wanted.run().items()).isEqualTo(1);
  }

  @Test
  void columnsThatCannotComeBackAreNamedBeforeAnythingIsRead() throws Exception {
    Path schema = temp.resolve("schema.json");
    Files.writeString(
        schema,
        """
        {"format":"dynamodb-lake-schema","version":1,"table":"orders",
         "keys":[{"attribute":"pk","descriptor":"S"}],"columns":[
          {"name":"pk","attribute":"pk","descriptor":"S","type":"string"},
          {"name":"a","attribute":"a","descriptor":"S","type":"string","drop":true},
          {"name":"b","attribute":"b","descriptor":"S","type":"string","protect":"mask"},
          {"name":"c","attribute":"c","descriptor":"L","type":"array",
           "element":{"descriptor":"N","type":"double"}}]}
        """);
    flatten(
        lakeOptions(
                export()
                    .file(
                        item(
                            "p",
                            "\"a\":{\"S\":\"x\"}",
                            "\"b\":{\"S\":\"x\"}",
                            "\"c\":{\"L\":[{\"N\":\"0.1\"}]}"))
                    .write())
            .withSchemaFile(schema.toString()));
    Wanted wanted = new Wanted();

    assertThatThrownBy(wanted::run)
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot restore exactly: a (dropped), b (masked), c (double keeps about 16 of 38"
                + " digits); flatten the export again without that, or give --allow-loss");
    assertThat(target()).doesNotExist();

    wanted.allowLoss = true;
    assertThat(wanted.run().losses()).hasSize(3);
    assertThat(restoredLines(ImportCompression.GZIP))
        .containsExactly(
            "{\"Item\":{\"pk\":{\"S\":\"p\"},\"b\":{\"S\":\"****\"},\"c\":{\"L\":[{\"N\":\"0.1\"}]}}}");
  }

  /** Of eight rows three can be restored: one has no key, four share two keys. */
  private Wanted withInvalidRows() {
    flatten(
        lakeOptions(
                export()
                    .file(
                        item("a"),
                        item("", "\"x\":{\"S\":\"\\u00e9\\\"\"}"),
                        item("b", "\"n\":{\"N\":\"1\"}"),
                        item("c"))
                    .file(item("b", "\"n\":{\"N\":\"2\"}"), item("d"), item("e"), item("d"))
                    .write())
            .withKeys(PK)
            .allowingRepeatedKeys(true));
    Wanted wanted = new Wanted();
    wanted.onInvalid = OnBadRecord.QUARANTINE;
    return wanted;
  }

  @ParameterizedTest
  @EnumSource(ImportCompression.class)
  void invalidRowsAndAllItemsOfAKeyThatComesTwiceAreSetAside(ImportCompression compression)
      throws Exception {
    Wanted wanted = withInvalidRows();
    wanted.compression = compression;
    wanted.maxInvalid = 5;

    RestoreReport report = wanted.run();

    assertThat(byKey(restoredLines(compression)))
        .isEqualTo(byKey(List.of(item("a"), item("c"), item("e"))));
    assertThat(report.rows()).isEqualTo(8);
    assertThat(report.items()).isEqualTo(3);
    assertThat(report.quarantined()).isEqualTo(5);
    assertThat(report.findings())
        .hasSize(2)
        .anyMatch(text -> text.startsWith("several items have the same key, 2 keys (4 rows, "))
        .anyMatch(text -> text.startsWith("key attribute pk is empty (1 row, first part-"));
    JsonNode kept = json(target().resolve("restore-report.json"));
    assertThat(kept.path("checks").path("quarantined").asLong()).isEqualTo(5);

    List<String> files = filesBelow(target().resolve("quarantine"));
    assertThat(files).hasSize(1);
    List<String> lines = Files.readAllLines(target().resolve("quarantine").resolve(files.get(0)));
    assertThat(lines)
        .hasSize(5)
        .anyMatch(
            line ->
                line.matches(
                    "\\{\"file\":\"part-[^\"]*\",\"row\":2,\"reason\":\"key attribute pk is empty\","
                        + "\"item\":\\{\"pk\":\\{\"S\":\"\"},\"x\":\\{\"S\":\"é\\\\\"\"}}}"));
    assertThat(lines.stream().filter(line -> line.contains("several items have the same key")))
        .hasSize(4)
        .anyMatch(line -> line.contains("\"item\":{\"pk\":{\"S\":\"b\"},\"n\":{\"N\":\"2\"}}"));

    assertThat(wanted.run().status()).isEqualTo(RestoreReport.Status.UNCHANGED);
    assertThat(wanted.run().quarantined()).isEqualTo(5);
  }

  @Test
  void moreInvalidRowsThanAllowedAreRefusedAndNothingIsWritten() {
    Wanted wanted = withInvalidRows();
    wanted.maxInvalid = 4;

    assertThatThrownBy(wanted::run)
        .isInstanceOf(DataRefusedException.class)
        .hasMessageStartingWith("Cannot restore: 5 of 8 rows are no items that DynamoDB takes: ")
        .hasMessageContaining("nothing was written, which is more than may be set aside")
        .hasMessageContaining("--max-invalid");
    assertThat(filesBelow(target())).containsExactly("restore-report.json");
  }

  @Test
  void whereSettingAsideWouldLeaveNothingThereIsNoRequest() throws Exception {
    flatten(
        lakeOptions(export().file(item(""), item("")).write())
            .withKeys(PK)
            .allowingRepeatedKeys(true));
    Wanted wanted = new Wanted();
    wanted.onInvalid = OnBadRecord.QUARANTINE;

    assertThatThrownBy(wanted::run)
        .isInstanceOf(DataRefusedException.class)
        .hasMessageMatching(
            "Cannot restore: 2 of 2 rows are no items that DynamoDB takes: key attribute pk is empty"
                + " \\(2 rows, first part-.*\\.parquet row 1\\); nothing was written, because nothing"
                + " would be left to import; .*");

    assertThat(filesBelow(target())).containsExactly("restore-report.json");
    assertThat(json(target().resolve("restore-report.json")).path("status").asText())
        .isEqualTo("failed");
  }

  @Test
  void anEmptyTableIsRestoredAsOne() throws Exception {
    flatten(lakeOptions(export().file().write()).withKeys(PK));
    Wanted wanted = new Wanted();
    wanted.onInvalid = OnBadRecord.QUARANTINE;

    assertThat(wanted.run().items()).isZero();
    assertThat(target().resolve("import-table.json")).exists();
  }

  @Test
  void aFolderThatIsNotOnS3NeedsNoBucketYetAndTheTableHasTheNameItHad() throws Exception {
    flatten(lakeOptions(export().items(items(5), 1).write()).withKeys(PK));

    RestoreReport report =
        new Restore(spark, RestoreOptions.builder(lake().toString(), target().toString()).build())
            .run(ReadProgress.NONE);

    assertThat(report.items()).isEqualTo(5);
    assertThat(report.table()).isEqualTo("orders");
    assertThat(report.importFrom()).isEmpty();
    JsonNode request = json(target().resolve("import-table.json"));
    assertThat(request.path("S3BucketSource").toString())
        .isEqualTo(
            "{\"S3Bucket\":\"REPLACE-WITH-THE-BUCKET-OF-THE-FILES\","
                + "\"S3KeyPrefix\":\"orders/data/part-\"}");
    assertThat(request.path("TableCreationParameters").path("TableName").asText())
        .isEqualTo("orders");
  }

  @Test
  void aRequestThatNobodyWouldTakeIsRefusedBeforeAnythingIsRead() {
    // there is no lake table: whoever looked for it would say so
    Wanted wanted = new Wanted();
    Map<String, String> slips =
        Map.of(
            "s3://acme-import/orders",
            "give acme-import, and --import-prefix orders/",
            "s3://acme-import",
            "give acme-import",
            "acme-import/orders/",
            "give acme-import, and --import-prefix orders/",
            "arn:aws:s3:::acme-import",
            "give acme-import",
            "Acme-Import",
            "names of buckets have no capitals; give acme-import",
            "-nope!",
            "the name of a bucket has 3 to 63 of a-z, 0-9, . and -",
            "x".repeat(256),
            "the name of a bucket has 3 to 63 of a-z, 0-9, . and -");
    slips.forEach(
        (bucket, says) -> {
          wanted.bucket = Optional.of(bucket);
          assertThatThrownBy(wanted::run)
              .isInstanceOf(UsageException.class)
              .hasMessageStartingWith(
                  "Cannot make the import request with this bucket of --import-bucket: ")
              .hasMessageContaining(says);
        });

    wanted.bucket = Optional.of("acme-import");
    wanted.prefix = Optional.of("x".repeat(1019) + "/");
    assertThatThrownBy(wanted::run)
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot make the import request with this prefix of --import-prefix: with part- behind"
                + " it, as the names of the files begin, it has 1,025 bytes, and S3 takes 1,024");
    wanted.prefix = Optional.of("x".repeat(1018) + "/");
    assertThatThrownBy(wanted::run).hasMessageStartingWith("Cannot open lake table: ");
    assertThat(target()).doesNotExist();
  }

  @Test
  void anItemOfTheLargestSizeIsRestoredAndALargerOneIsNot() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      // 400 KB with the names and the key; of control characters, whose JSON is six times as long
      lines.add(item("%02d".formatted(i), "\"v\":{\"S\":\"" + "\\u0001".repeat(409_595) + "\"}"));
    }
    flatten(lakeOptions(export().file(lines).write()).withKeys(PK));
    new Wanted().run();
    assertThat(byKey(restoredLines(ImportCompression.GZIP))).isEqualTo(byKey(lines));

    flatten(
        lakeOptions(
                export()
                    .exportId("01731999999999-0a1b2c3d")
                    .file(item("00", "\"v\":{\"S\":\"" + "x".repeat(409_596) + "\"}"))
                    .write())
            .withKeys(PK)
            .replacing(true));
    Wanted other = new Wanted();
    other.table = "Other";
    Files.delete(target().resolve("restore-report.json"));
    Files.delete(target().resolve("import-table.json"));
    for (String file : filesBelow(target().resolve("data"))) {
      Files.delete(target().resolve("data").resolve(file));
    }
    Files.delete(target().resolve("data"));
    assertThatThrownBy(other::run)
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("item is larger than 400 KB (1 row, ");
  }

  @Test
  void aLakeTableOfCsvSaysThatItLostItsTypes() {
    CsvFiles forPeople = new CsvFiles(new CsvDialect('\t', false, true, true), OptionalInt.of(1));
    flatten(lakeOptions(export().file(item("a")).write()).asCsv(forPeople).withKeys(PK));

    assertThatThrownBy(() -> new Wanted().run())
        .isInstanceOf(UsageException.class)
        .hasMessageMatching(
            "Cannot make items of snapshot '.*': it is CSV, which has lost the types, in .*;"
                + " flatten the export as Parquet, with another --to");
    assertThat(target()).doesNotExist();
  }

  static Stream<Wrong> wrongOptions() {
    return Stream.of(
        new Wrong(
            "keys",
            " does not know the key attributes, and a table needs them; give them with --key"),
        new Wrong("bucket", "names of buckets have no capitals; give acme"),
        new Wrong("table", "use 3 to 255 of a-z, A-Z, 0-9, _ . - for --table"),
        new Wrong("indexes", "Cannot use the file of --indexes: it is no JSON object"));
  }

  private record Wrong(String option, String says) {}

  @Test
  void wrongOptionsAreToldBeforeAnythingIsWritten() throws Exception {
    flatten(lakeOptions(export().items(items(5), 1).write()));
    Path indexes = Files.writeString(temp.resolve("indexes.json"), "[]");
    for (Wrong wrong : wrongOptions().toList()) {
      Wanted wanted = new Wanted();
      wanted.keys = wrong.option().equals("keys") ? List.of() : PK;
      wanted.bucket = wrong.option().equals("bucket") ? Optional.of("ACME") : wanted.bucket;
      wanted.table = wrong.option().equals("table") ? "a b" : wanted.table;
      wanted.indexes =
          wrong.option().equals("indexes") ? Optional.of(indexes.toString()) : Optional.empty();
      assertThatThrownBy(wanted::run)
          .isInstanceOf(UsageException.class)
          .hasMessageContaining(wrong.says());
    }
    assertThat(target()).doesNotExist();
  }

  @Test
  void progressOfASecondCheckBeginsFromNothing() {
    List<String> lines = new ArrayList<>(items(200));
    lines.addAll(items(2));
    flatten(lakeOptions(export().file(lines).write()).withKeys(PK).allowingRepeatedKeys(true));
    Map<String, List<Long>> read = new LinkedHashMap<>();
    Wanted wanted = new Wanted();
    wanted.onInvalid = OnBadRecord.QUARANTINE;
    wanted.progress =
        new ReadProgress() {
          private List<Long> phase = new ArrayList<>();

          @Override
          public synchronized void phase(String name, long items, long bytes) {
            phase = read.computeIfAbsent(name, first -> new ArrayList<>());
          }

          @Override
          public synchronized void read(long items, long bytes) {
            phase.add(items);
          }
        };

    assertThat(wanted.run().quarantined()).isEqualTo(4);

    assertThat(read).containsKey("Setting aside items of the same key");
    assertThat(read.values())
        .allSatisfy(phase -> assertThat(phase).allMatch(items -> items <= 202));
  }
}
