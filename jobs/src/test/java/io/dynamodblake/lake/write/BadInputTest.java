package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.export.Verify;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.testing.ExportFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Whatever is wrong with an export, readers of the lake table see what they saw before. */
class BadInputTest extends LakeTest {
  private static final String GOOD = item("a", "\"n\":{\"N\":\"1\"}");

  /**
   * @param message what the error says, as a regular expression
   */
  private record Damage(
      String name,
      java.util.function.UnaryOperator<ExportFixture> done,
      Class<? extends Exception> thrown,
      String message) {}

  @TestFactory
  Stream<DynamicTest> damagePublishesNothing() {
    List<Damage> damages = new ArrayList<>();
    damages.add(
        damaged(
            "truncated gzip",
            export -> export.truncated(1, 10),
            "Cannot decompress data file: truncated or corrupt gzip after line \\d+ and \\d+ stored"
                + " bytes, in nightly/.*0001\\.json\\.gz; copy it again or export again"));
    damages.add(
        damaged(
            "wrong md5 of a data file",
            export -> export.wrongMd5(1),
            "Cannot read data file: MD5 .* but manifest says AAAAAAAAAAAAAAAAAAAAAA==,"
                + " in nightly/.*0001\\.json\\.gz; .*"));
    damages.add(
        damaged(
            "wrong count of a file",
            export -> export.wrongItemCount(0, 1),
            "Cannot read data file: item count 2 but manifest says 3, in nightly/.*0000\\.json\\.gz; .*"));
    damages.add(
        damaged(
            "wrong sum",
            export -> export.wrongSum(1),
            "Cannot read export: item count 3 in sum over manifest-files.json but manifest-summary.json says"
                + " 4, in .*; .*"));
    damages.add(
        damaged(
            "missing data file",
            export -> export.missing(1),
            "Cannot read data file: it is missing, in nightly/.*0001\\.json\\.gz \\(looked for at .*\\);"
                + " copy the export whole or export again"));
    damages.add(
        damaged(
            "file listed twice",
            export -> export.listedTwice(0),
            "Cannot read manifest-files.json: the data file 'nightly/.*0000\\.json\\.gz' is listed twice, at line 2, in .*; export again"));
    damages.add(
        damaged(
            "not finished",
            ExportFixture::unfinished,
            "Cannot read export: manifest-summary.json is missing, so the export is not finished or was"
                + " not copied whole, in .*"));
    damages.add(
        damaged(
            "manifest checksum",
            ExportFixture::wrongFilesChecksum,
            "Cannot read manifest-files.json: MD5 .* but its checksum object says"
                + " '1B2M2Y8AsgTpgAmY7PhCfg==', at .*/manifest-files.json; .*"));
    damages.add(
        damaged(
            "outside the bucket",
            export -> export.key(0, "../../secret/data/x.json.gz"),
            "Cannot read manifest-files.json: the key '\\.\\./\\.\\./secret/data/x.json.gz' has a '\\.\\.' segment,"
                + " in .*; nothing is read from such a place, export again"));
    damages.add(refused("not JSON", "hello", "not a JSON object at $"));
    damages.add(refused("not an item", "{\"Keys\":{}}", "no top-level member 'Item' at $"));
    damages.add(
        refused(
            "two descriptors",
            "{\"Item\":{\"a\":{\"S\":\"x\",\"N\":\"1\"}}}",
            "value has more than one type descriptor at $.Item.a"));
    damages.add(
        refused(
            "unknown descriptor",
            "{\"Item\":{\"a\":{\"Q\":\"x\"}}}",
            "unknown type descriptor at $.Item.a"));
    damages.add(
        refused(
            "number as JSON number",
            "{\"Item\":{\"a\":{\"N\":1}}}",
            "N is not a JSON string at $.Item.a"));
    damages.add(
        refused(
            "bad base64",
            "{\"Item\":{\"a\":{\"B\":\"*\"}}}",
            "B of length 1 is not padded base64 at $.Item.a"));
    damages.add(
        refused(
            "duplicate names",
            "{\"Item\":{\"a\":{\"S\":\"\"},\"a\":{\"S\":\"\"}}}",
            "attribute name occurs twice at $.Item.a"));
    damages.add(
        refused(
            "nesting of 10,000",
            "{\"Item\":{\"a\":" + "{\"L\":[".repeat(10_000) + "]}".repeat(10_000) + "}}",
            "nested deeper than 64 levels at $.Item.a" + "[0]".repeat(63)));
    flatten(options(export().file(GOOD).write()));
    String before = before();
    return damages.stream().map(damage -> dynamicTest(damage.name(), () -> check(damage, before)));
  }

  private static Damage damaged(
      String name, java.util.function.UnaryOperator<ExportFixture> done, String message) {
    return new Damage(name, done, ExportFormatException.class, message);
  }

  private static Damage refused(String name, String line, String reason) {
    return new Damage(
        name,
        export -> export.file(GOOD, line),
        DataRefusedException.class,
        "Cannot read item: "
            + Pattern.quote(reason)
            + ", line 2, byte offset \\d+ of nightly/.*0002\\.json\\.gz; .*");
  }

  private String before() {
    try {
      return Files.readString(lake().resolve("_dynamodb/current.json"));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void check(Damage damage, String before) throws Exception {
    Path bucket = Files.createTempDirectory(temp, "damaged");
    Path export =
        damage
            .done()
            .apply(
                ExportFixture.in(bucket)
                    .exportId("01731990000000-0a1b2c3d")
                    .file(GOOD, item("b"))
                    .file(item("c")))
            .write();

    assertThatThrownBy(() -> flatten(options(export)))
        .isInstanceOf(damage.thrown())
        .hasMessageMatching(damage.message())
        .hasMessageNotContaining("hello");

    assertThat(before()).isEqualTo(before);
    assertThat(rows("pk")).containsExactly("[a]");
    assertThat(filesBelow(lake())).noneMatch(file -> file.contains("01731990000000"));
    assertThat(statuses()).doesNotContain("running");
  }

  @Test
  void aKeyThatSomeItemsLackIsRefusedWithThePlaceOfOneAndWithoutItsValues() {
    Path export =
        export()
            .file(item("a", "\"sk\":{\"S\":\"1\"}"), item("b", "\"sk\":{\"S\":\"2\"}"))
            .file(item("c", "\"sk\":{\"S\":\"3\"}"), item("canary", "\"sk\":{\"N\":\"4\"}"))
            .write();

    assertThatThrownBy(
            () ->
                flatten(
                    options(export)
                        .withKeys(List.of(KeyAttribute.parse("pk:S"), KeyAttribute.parse("sk:S")))))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining(
            "Cannot use attribute 'sk' as key of type S: 1 of 4 items have no such value")
        .hasMessageMatching(
            "(?s).*; one of them is at line 2, byte offset \\d+ of .*[.]json[.]gz; if they cannot be had any better, set them aside with --on-bad-record quarantine")
        .hasMessageNotContaining("canary");
  }

  @Test
  void aPinnedSchemaFindsTheSameDamageWhileWriting() throws Exception {
    flatten(options(export().file(GOOD).write()));
    Path schema = temp.resolve("pinned.json");
    Files.copy(lake().resolve("_dynamodb/schema.json"), schema);
    Path export =
        ExportFixture.in(temp.resolve("other"))
            .exportId("01731990000000-0a1b2c3d")
            .file(GOOD)
            .file(GOOD, item("b"))
            .wrongMd5(1)
            .write();

    assertThatThrownBy(() -> flatten(options(export).withSchemaFile(schema.toString())))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageMatching(
            "Cannot read data file: MD5 .* but manifest says AAAAAAAAAAAAAAAAAAAAAA==,"
                + " in nightly/.*0001\\.json\\.gz; .*");
    assertThat(filesBelow(lake())).noneMatch(file -> file.contains("01731990000000"));
    assertThat(statuses()).containsExactly("failed", "published");

    RunReport report =
        flatten(
            options(export)
                .withSchemaFile(schema.toString())
                .reading(ReadOptions.defaults().withVerify(Verify.COUNTS)));
    assertThat(report.published()).isTrue();
    assertThat(report.verification().level()).isEqualTo("counts");
    assertThat(report.verification().warnings())
        .containsExactly("md5 not verified: 2 of 2 data files");
  }

  @Test
  void badLinesAreSetAsideAndCounted() {
    Path export =
        export()
            .file(GOOD, "hello", item("b"))
            .file(item("c"), "{\"Item\":{\"x\":{\"N\":1}}}")
            .write();

    RunReport report = flatten(options(export).quarantiningAtMost(2));

    assertThat(report.counts().itemsRead()).isEqualTo(5);
    assertThat(report.counts().rowsWritten()).isEqualTo(3);
    assertThat(report.counts().quarantined()).isEqualTo(2);
    assertThat(report.output().quarantinePath()).isPresent();
    Path folder = lake().resolve("_dynamodb/quarantine/" + report.runId());
    assertThat(filesBelow(folder)).hasSize(2).noneMatch(file -> file.contains(".crc"));
    assertThat(json(folder.resolve(filesBelow(folder).get(0))).path("line").asInt()).isEqualTo(2);
    assertThat(rows("pk")).containsExactly("[a]", "[b]", "[c]");
  }

  @Test
  void itemsThatLackAKeyCanBeSetAsideAsRestoreDoes() {
    Path export =
        export()
            .file(item("a", "\"sk\":{\"S\":\"1\"}"), item("b"), item("c", "\"sk\":{\"N\":\"3\"}"))
            .file(item("d", "\"sk\":{\"S\":\"4\"}"))
            .write();
    FlattenOptions.Builder keyed =
        options(export)
            .withKeys(List.of(KeyAttribute.parse("pk:S"), KeyAttribute.parse("sk:S")))
            .quarantiningAtMost(2);

    RunReport report = flatten(keyed);

    assertThat(report.counts().rowsWritten()).isEqualTo(2);
    assertThat(report.counts().quarantined()).isEqualTo(2);
    assertThat(rows("pk", "sk")).containsExactly("[a,1]", "[d,4]");
    Path folder = lake().resolve("_dynamodb/quarantine/" + report.runId());
    assertThat(json(folder.resolve(filesBelow(folder).get(0))).path("reason").asText())
        .isEqualTo("no key attribute 'sk' of type S at $.Item");
    assertThat(
            flatten(keyed.withSchemaFile(lake() + "/_dynamodb/schema.json").replacing(true))
                .counts())
        .as("a schema that is given knows the keys, too")
        .isEqualTo(report.counts());
  }

  @Test
  void tooManyBadLinesAreRefusedButCanBeLookedAt() {
    Path export = export().file(GOOD, "hello", "you").file(item("c"), "there").write();

    assertThatThrownBy(() -> flatten(options(export).quarantiningAtMost(2)))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("3 bad records and at most 2 are allowed")
        .hasMessageContaining("_dynamodb/quarantine/");
    assertThat(filesBelow(lake().resolve("_dynamodb/quarantine"))).hasSize(2);
    assertThat(filesBelow(lake())).noneMatch(file -> file.contains("snapshot="));
    assertThat(statuses()).containsExactly("failed");

    RunReport report = flatten(options(export).quarantiningAtMost(3));
    assertThat(report.counts().rowsWritten()).isEqualTo(2);
  }

  @Test
  void strictRefusesWhatDoesNotFit() {
    Path export =
        export()
            .file(GOOD, item("b", "\"n\":{\"S\":\"one\"}"), item("c", "\"n\":{\"N\":\"2\"}"))
            .write();

    assertThatThrownBy(() -> flatten(options(export).strict(true)))
        .isInstanceOf(DataRefusedException.class)
        .hasMessage(
            "Cannot publish: values do not fit their column: n (1); widen the columns in"
                + " schema.json, partition by columns whose values can name a folder, or drop"
                + " --strict");
    assertThat(filesBelow(lake())).noneMatch(file -> file.contains("snapshot="));
  }

  @Test
  void aTargetThatCannotBeWrittenIsNamed() throws Exception {
    Path export = export().file(GOOD).write();
    Path file = Files.writeString(temp.resolve("file"), "");
    FlattenOptions options =
        FlattenOptions.builder(export.toString(), file.resolve("lake").toString(), "orders")
            .build();

    assertThatThrownBy(() -> new Flatten(spark, options).run(ReadProgress.NONE))
        .isInstanceOf(java.io.UncheckedIOException.class)
        .hasMessageContaining("/file/lake")
        .hasMessageContaining("Cannot write lake table");
  }

  @Test
  void aTableNameThatAthenaRefusesIsRefusedFirst() {
    FlattenOptions options =
        FlattenOptions.builder("nowhere", lake().toString(), "My Orders").build();

    assertThatThrownBy(() -> new Flatten(spark, options).run(ReadProgress.NONE))
        .isInstanceOf(io.dynamodblake.conf.UsageException.class)
        .hasMessageContaining("--table");
  }

  @Test
  void fiveThousandAttributesAreBoundedAndNoneIsLost() {
    StringBuilder line = new StringBuilder("{\"Item\":{\"pk\":{\"S\":\"a\"}");
    for (int i = 0; i < 5000; i++) {
      line.append(",\"a%04d\":{\"N\":\"%d\"}".formatted(i, i));
    }
    RunReport report = flatten(options(export().file(line + "}}").write()));

    assertThat(report.schema().columns()).isEqualTo(2000);
    assertThat(table().rows().selectExpr("size(ddb_rescued)").first().getInt(0)).isEqualTo(3001);
    assertThat(report.counts().rescuedValues()).isEqualTo(3001);
    assertThat(report.schema().notes()).anyMatch(note -> note.startsWith("3001 attributes"));
  }
}
