package io.dynamodblake.lake.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.ion.IonRecordReader;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.write.FlattenOptions;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.write.ImportCompression;
import io.dynamodblake.spark.write.ImportFormat;
import io.dynamodblake.testing.RandomItems;
import io.dynamodblake.testing.Tapes;
import io.dynamodblake.type.Descriptor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RestoreTest extends LakeTest {
  private static final List<KeyAttribute> PK = List.of(new KeyAttribute("pk", Descriptor.S));

  private Path target() {
    return temp.resolve("import");
  }

  private FlattenOptions.Builder lakeOptions(Path export) {
    return options(export).inDatabase("shop");
  }

  /** Options of a restore, to be changed one by one. */
  private final class Wanted {
    private Optional<String> snapshot = Optional.empty();
    private Optional<String> where = Optional.empty();
    private List<KeyAttribute> keys = List.of();
    private ImportFormat format = ImportFormat.DYNAMODB_JSON;
    private ImportCompression compression = ImportCompression.GZIP;
    private Optional<String> indexes = Optional.empty();
    private Optional<String> bucket = Optional.of("acme-import");
    private Optional<String> prefix = Optional.empty();
    private String table = "Orders-Restore";
    private long fileBytes = 64 << 20;
    private OnBadRecord onInvalid = OnBadRecord.FAIL;
    private long maxInvalid = 1000;
    private boolean allowLoss;

    RestoreReport run() {
      RestoreOptions options =
          RestoreOptions.builder(lake().toString(), target().toString(), table)
              .withSnapshot(snapshot)
              .where(where)
              .withKeys(keys)
              .as(format)
              .compressedAs(compression)
              .inBucket(bucket)
              .withPrefix(prefix)
              .withIndexesFile(indexes)
              .withTargetFileBytes(fileBytes)
              .onInvalid(onInvalid)
              .withMaxInvalid(maxInvalid)
              .allowingLoss(allowLoss)
              .build();
      return new Restore(spark, options).run(ReadProgress.NONE);
    }
  }

  private List<String> restoredLines(ImportCompression compression) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String file : filesBelow(target().resolve("data"))) {
      try (InputStream stored = Files.newInputStream(target().resolve("data").resolve(file));
          BufferedReader reader =
              new BufferedReader(
                  new InputStreamReader(compression.decompress(stored), StandardCharsets.UTF_8))) {
        reader.lines().forEach(lines::add);
      }
    }
    return lines;
  }

  private static Map<Object, Object> byKey(List<String> lines) throws Exception {
    Map<Object, Object> items = new HashMap<>();
    for (String line : lines) {
      ItemTape tape = Tapes.ofLine(line);
      Map<?, ?> item = (Map<?, ?>) Tapes.toComparable(tape);
      assertThat(items.put(item.get("pk"), item)).isNull();
    }
    return items;
  }

  private static List<String> randomItems(long seed, int count) {
    RandomItems items = RandomItems.plain(seed);
    List<String> lines = new ArrayList<>();
    while (lines.size() < count) {
      String line = items.line().replaceFirst("\"pk\":", "\"pk2\":");
      // DynamoDB has no empty attribute names
      if (!line.contains("\"\":") && !line.contains("\"pk\":")) {
        String comma = line.startsWith("{\"Item\":{}") ? "" : ",";
        lines.add(
            line.replaceFirst(
                "^\\{\"Item\":\\{", "{\"Item\":{\"pk\":{\"S\":\"k" + lines.size() + "\"}" + comma));
      }
    }
    return lines;
  }

  @ParameterizedTest
  @EnumSource(ImportCompression.class)
  void itemsComeBackEqualThroughParquet(ImportCompression compression) throws Exception {
    List<String> lines = randomItems(compression.ordinal(), 1_000);
    flatten(lakeOptions(export().items(lines, 3).write()).withKeys(PK));
    Wanted wanted = new Wanted();
    wanted.compression = compression;
    wanted.fileBytes = 20_000;

    RestoreReport report = wanted.run();

    List<String> restored = restoredLines(compression);
    assertThat(byKey(restored)).isEqualTo(byKey(lines));
    assertThat(report.items()).isEqualTo(1_000);
    assertThat(report.files())
        .isGreaterThan(1)
        .isEqualTo(filesBelow(target().resolve("data")).size());
  }

  @Test
  void itemsComeBackEqualAsIon() throws Exception {
    List<String> lines = randomItems(42, 1_000);
    flatten(lakeOptions(export().items(lines, 2).write()).withKeys(PK));
    Wanted wanted = new Wanted();
    wanted.format = ImportFormat.ION;

    wanted.run();

    assertThat(filesBelow(target().resolve("data")))
        .allMatch(name -> name.matches("part-[^/]*\\.ion\\.gz"));
    assertThat(json(target().resolve("import-table.json")).path("InputFormat").asText())
        .isEqualTo("ION");
    IonRecordReader reader = new IonRecordReader(1 << 20);
    List<String> restored = new ArrayList<>();
    for (String line : restoredLines(ImportCompression.GZIP)) {
      assertThat(line).startsWith("$ion_1_0 {Item:{");
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      reader.read(bytes, 0, bytes.length);
      restored.add(new String(reader.json(), 0, reader.length(), StandardCharsets.UTF_8).strip());
    }
    assertThat(byKey(restored)).isEqualTo(byKey(lines));
  }

  @Test
  void partitionColumnsComeBackFromTheirPaths() throws Exception {
    List<String> lines = new ArrayList<>();
    String[] values = {
      "{\"S\":\"\"}",
      "{\"S\":\"__HIVE_DEFAULT_PARTITION__\"}",
      "{\"S\":\"a/b %20=\\\" é\"}",
      "{\"S\":\"007\"}",
      "{\"S\":\" \"}",
      "{\"S\":\"2026-11\"}",
      "{\"N\":\"7\"}",
      "{\"NULL\":true}"
    };
    for (int i = 0; i < values.length; i++) {
      lines.add(item("p" + i, "\"status\":" + values[i], "\"n\":{\"N\":\"" + i + "\"}"));
    }
    lines.add(item("absent"));
    flatten(
        lakeOptions(export().file(lines).write())
            .withKeys(PK)
            .partitionedBy(List.of("status", "bucket(2,pk)")));

    new Wanted().run();

    assertThat(byKey(restoredLines(ImportCompression.GZIP))).isEqualTo(byKey(lines));
  }

  @Test
  void onlyDataLiesUnderThePrefixAndTheRequestPointsAtIt() throws Exception {
    flatten(
        lakeOptions(export().items(items(50), 2).write())
            .withKeys(List.of(PK.get(0), new KeyAttribute("n", Descriptor.N))));
    Path indexes = temp.resolve("indexes.json");
    Files.writeString(
        indexes,
        """
        {"AttributeDefinitions": [{"AttributeName": "status", "AttributeType": "S"}],
         "GlobalSecondaryIndexes": [{"IndexName": "by-status",
           "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
           "Projection": {"ProjectionType": "ALL"}}]}
        """);
    Wanted wanted = new Wanted();
    wanted.indexes = Optional.of(indexes.toString());

    RestoreReport report = wanted.run();

    assertThat(filesBelow(target().resolve("data")))
        .allMatch(name -> name.matches("part-[^/]*\\.json\\.gz"))
        .hasSize(report.files());
    assertThat(filesBelow(target()).stream().filter(name -> !name.startsWith("data/")))
        .containsExactly("import-table.json", "restore-report.json");
    JsonNode request = json(target().resolve("import-table.json"));
    assertThat(request.path("ClientToken").asText()).isNotEmpty();
    assertThat(request.path("S3BucketSource").toString())
        .isEqualTo("{\"S3Bucket\":\"acme-import\",\"S3KeyPrefix\":\"Orders-Restore/data/part-\"}");
    assertThat(request.path("InputFormat").asText()).isEqualTo("DYNAMODB_JSON");
    assertThat(request.path("InputCompressionType").asText()).isEqualTo("GZIP");
    assertThat(request.has("InputFormatOptions")).isFalse();
    assertThat(request.path("TableCreationParameters").toString())
        .isEqualTo(
            "{\"TableName\":\"Orders-Restore\",\"AttributeDefinitions\":["
                + "{\"AttributeName\":\"pk\",\"AttributeType\":\"S\"},"
                + "{\"AttributeName\":\"n\",\"AttributeType\":\"N\"},"
                + "{\"AttributeName\":\"status\",\"AttributeType\":\"S\"}],\"KeySchema\":["
                + "{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"},"
                + "{\"AttributeName\":\"n\",\"KeyType\":\"RANGE\"}],\"BillingMode\":\"PAY_PER_REQUEST\","
                + "\"GlobalSecondaryIndexes\":[{\"IndexName\":\"by-status\",\"KeySchema\":["
                + "{\"AttributeName\":\"status\",\"KeyType\":\"HASH\"}],"
                + "\"Projection\":{\"ProjectionType\":\"ALL\"}}]}");
    JsonNode kept = json(target().resolve("restore-report.json"));
    assertThat(kept.path("status").asText()).isEqualTo("done");
    assertThat(kept.path("output").path("items").asLong()).isEqualTo(50);
  }

  @Test
  void itemsDoNotComeInTheOrderOfTheirKeys() throws Exception {
    flatten(
        lakeOptions(export().items(items(500), 1).write()).withKeys(PK).sortedBy(List.of("pk")));
    new Wanted().run();

    List<String> lines = restoredLines(ImportCompression.GZIP);

    long rising = 0;
    for (int i = 1; i < lines.size(); i++) {
      if (lines.get(i - 1).compareTo(lines.get(i)) < 0) {
        rising++;
      }
    }
    assertThat(rising).isBetween(150L, 350L);
  }

  @Test
  void aKeyThatStandsTwiceIsRefusedWithItsPlace() {
    flatten(
        lakeOptions(
                export()
                    .file(item("a"), item("b", "\"x\":{\"S\":\"secret\"}"), item("a"), item("a"))
                    .write())
            .withKeys(PK));

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

  @Test
  void aFolderThatHoldsAnythingIsRefusedButNotWhatAKilledRestoreLeft() throws Exception {
    flatten(lakeOptions(export().items(items(5), 1).write()).withKeys(PK));
    Files.createDirectories(target().resolve("data"));
    Files.writeString(target().resolve("data/part-0.gz"), "half");
    assertThatThrownBy(() -> new Wanted().run())
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot restore: the folder is not empty, at ");

    Files.writeString(
        target().resolve("restore-report.json"),
        "{\"format\":\"dynamodb-lake/restore-report\",\"status\":\"running\"}");
    new Wanted().run();
    assertThat(filesBelow(target().resolve("data"))).doesNotContain("part-0.gz");
  }

  @Test
  void aRestoreThatIsDoneIsRepeatedForNothingAndNoOtherTakesItsFolder() throws Exception {
    flatten(lakeOptions(export().items(items(500), 1).write()).withKeys(PK));
    RestoreReport first = new Wanted().run();
    List<String> files = filesBelow(target());
    String kept = Files.readString(target().resolve("restore-report.json"));

    RestoreReport again = new Wanted().run();

    assertThat(again.status()).isEqualTo(RestoreReport.Status.UNCHANGED);
    assertThat(again.items()).isEqualTo(500);
    assertThat(again.bytes()).isEqualTo(first.bytes());
    assertThat(filesBelow(target())).isEqualTo(files);
    assertThat(target().resolve("restore-report.json")).hasContent(kept);

    Wanted other = new Wanted();
    other.compression = ImportCompression.ZSTD;
    assertThatThrownBy(other::run)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("choose a new folder");

    Files.writeString(target().resolve("data/part-of-somebody-else"), "x");
    assertThatThrownBy(() -> new Wanted().run())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("choose a new folder");
    Files.delete(target().resolve("data/part-of-somebody-else"));

    flatten(
        lakeOptions(export().exportId("01731999999999-0a1b2c3d").file(item("a")).write())
            .withKeys(PK)
            .replacing(true));
    assertThatThrownBy(() -> new Wanted().run())
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("choose a new folder");
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
            .withKeys(PK));
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
    flatten(lakeOptions(export().file(item(""), item("")).write()).withKeys(PK));
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
  void anEarlierSnapshotIsRestoredWithItsOwnSchemaAndPartitions() throws Exception {
    flatten(
        lakeOptions(
                export()
                    .exportId("01731900000000-0a1b2c3d")
                    .exportTime(Instant.parse("2026-11-18T00:00:00Z"))
                    .file(item("a", "\"v\":{\"N\":\"1\"}", "\"s\":{\"S\":\"x\"}"))
                    .write())
            .withKeys(PK)
            .partitionedBy(List.of("s")));
    flatten(
        lakeOptions(
                export()
                    .exportId("01731999999999-0a1b2c3d")
                    .exportTime(Instant.parse("2026-11-19T00:00:00Z"))
                    .file(item("a", "\"v\":{\"N\":\"1.5\"}"))
                    .write())
            .withKeys(PK));
    Wanted wanted = new Wanted();
    wanted.snapshot = Optional.of("none");
    assertThatThrownBy(wanted::run)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(
            "Cannot open snapshot 'none': the lake table has published 01731900000000-0a1b2c3d,"
                + " 01731999999999-0a1b2c3d, in ");

    wanted.snapshot = Optional.of("01731900000000-0a1b2c3d");
    wanted.run();

    assertThat(byKey(restoredLines(ImportCompression.GZIP)))
        .isEqualTo(byKey(List.of(item("a", "\"v\":{\"N\":\"1\"}", "\"s\":{\"S\":\"x\"}"))));
  }

  @Test
  void onlyItemsOfTheConditionAreRestoredAndOnlyTheirPartitionsRead() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String status = i % 4 == 0 ? "OPEN" : "DONE";
      lines.add(
          item(
              "p" + i,
              "\"Status\":{\"S\":\"" + status + "\"}",
              "\"n\":{\"N\":\"" + i + "\"}",
              "\"tags\":{\"SS\":[\"t" + i % 3 + "\"]}"));
    }
    flatten(
        lakeOptions(export().file(lines).write())
            .withKeys(PK)
            .partitionedBy(List.of("Status", "bucket(3,pk)")));
    // whoever reads the rows of the other partitions fails
    for (String file : dataFiles()) {
      if (file.startsWith("status=DONE")) {
        Path path = Path.of(java.net.URI.create(table().snapshotPath())).resolve(file);
        byte[] bytes = Files.readAllBytes(path);
        Arrays.fill(bytes, 4, 60, (byte) 0xFF);
        Files.write(path, bytes);
      }
    }
    Wanted wanted = new Wanted();
    wanted.where = Optional.of("status = 'DONE' AND n >= 10");
    assertThatThrownBy(wanted::run).isNotInstanceOf(UsageException.class);
    wanted.where =
        Optional.of("Status = 'OPEN' AND n >= 10 AND array_contains(tags, 't1') AND pk_bucket < 3");

    RestoreReport report = wanted.run();

    List<String> expected =
        List.of(lines.get(16), lines.get(28)); // 4 divides them, and they leave 1 divided by 3
    assertThat(byKey(restoredLines(ImportCompression.GZIP))).isEqualTo(byKey(expected));
    assertThat(report.items()).isEqualTo(2);
    JsonNode input = json(target().resolve("restore-report.json")).path("input");
    assertThat(input.path("where").asText()).isEqualTo(wanted.where.get());
    assertThat(input.path("rows").asLong()).isEqualTo(2);
    assertThat(input.path("allRows").asLong()).isEqualTo(40);
  }

  @Test
  void aConditionThatNoRowMeetsRestoresNothing() throws Exception {
    flatten(lakeOptions(export().items(items(5), 1).write()).withKeys(PK));
    Wanted wanted = new Wanted();
    wanted.where = Optional.of("n > 100 OR n = NULL");

    RestoreReport report = wanted.run();

    assertThat(report.items()).isZero();
    assertThat(restoredLines(ImportCompression.GZIP)).isEmpty();
  }

  @Test
  void aBadConditionIsToldBeforeAnythingIsWritten() {
    flatten(lakeOptions(export().items(items(5), 1).write()).withKeys(PK));
    Wanted wanted = new Wanted();
    wanted.where = Optional.of("nosuch = 1");

    assertThatThrownBy(wanted::run)
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot use --where: [UNRESOLVED_COLUMN.WITH_SUGGESTION] ")
        .hasMessageContaining(
            "function parameter with name `nosuch` cannot be resolved. Did you mean one of the following?");
    assertThat(target()).doesNotExist();
  }

  @Test
  void aStrangeFileInASnapshotIsNamedAndNotTakenForCsv() throws Exception {
    flatten(lakeOptions(export().file(item("a")).write()).withKeys(PK));
    Path folder = Path.of(java.net.URI.create(table().snapshotPath()));
    Files.writeString(folder.resolve("part-0.parquet.crc"), "crc");

    assertThatThrownBy(() -> new Wanted().run())
        .isInstanceOf(DataRefusedException.class)
        .hasMessageMatching(
            "Cannot make items of snapshot '.*': there is a file in its folder that flatten has not"
                + " written, .*/part-0.parquet.crc; take it away");
  }

  @Test
  void aFooterWhoseBitsHaveTurnedIsRefusedAndNeverAnotherItem() throws Exception {
    List<String> lines = List.of(item("a", "\"n\":{\"N\":\"1\"}"), item("b"));
    flatten(lakeOptions(export().file(lines).write()).withKeys(PK));
    Path file = Path.of(java.net.URI.create(table().snapshotPath())).resolve(dataFiles().get(0));
    byte[] sound = Files.readAllBytes(file);
    int footer =
        java.nio.ByteBuffer.wrap(sound)
            .order(java.nio.ByteOrder.LITTLE_ENDIAN)
            .getInt(sound.length - 8);
    for (int at = sound.length - 8 - footer; at < sound.length; at += footer / 16) {
      byte[] damaged = sound.clone();
      damaged[at] ^= 4;
      Files.write(file, damaged);
      try {
        new Wanted().run();
        assertThat(byKey(restoredLines(ImportCompression.GZIP))).isEqualTo(byKey(lines));
        Files.delete(target().resolve("restore-report.json"));
        Files.delete(target().resolve("import-table.json"));
        for (String name : filesBelow(target().resolve("data"))) {
          Files.delete(target().resolve("data").resolve(name));
        }
        Files.delete(target().resolve("data"));
      } catch (DataRefusedException e) {
        assertThat(e).as("byte %d", at).hasMessageStartingWith("Cannot ");
      }
    }
  }

  @Test
  void aLakeTableOfCsvSaysThatItLostItsTypes() {
    flatten(lakeOptions(export().file(item("a")).write()).as(OutputFormat.CSV).withKeys(PK));

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
}
