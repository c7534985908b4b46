package io.dynamodblake.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.testing.AllocatedBytes;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.InMemoryObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with manifests is found and named, and what is only unusual is read. */
class ManifestReaderTest {
  private static final String A = "{\"Item\":{\"id\":{\"S\":\"a\"}}}";
  private static final String B = "{\"Item\":{\"id\":{\"S\":\"b\"}}}";
  private static final ExportSelection NEWEST = ExportSelection.newest();
  private static final String NEW = "01731900000000-0a1b2c3d";
  // its line is 170 bytes long: that, its path, and what the parser makes of it
  private static final long MOST_BYTES_A_FILE = 2_000;

  @TempDir Path temp;

  private final HadoopObjectStore local =
      new HadoopConfiguration(new Configuration(false)).connect();

  private ExportManifest locate(String path, ExportSelection selection) throws IOException {
    return new ExportLocator(local, ReadOptions.defaults()).locate(path, selection);
  }

  // ---- damage

  private record Refusal(Consumer<ExportFixture> damage, String message) {}

  @TestFactory
  List<DynamicTest> damageAndOtherKindsAreRefused() {
    String inside = "nightly/orders/AWSDynamoDB/" + NEW + "/data/";
    Map<String, Refusal> rows = new LinkedHashMap<>();
    rows.put(
        "wrong summary checksum",
        new Refusal(
            ExportFixture::wrongSummaryChecksum,
            "but its checksum object says '1B2M2Y8AsgTpgAmY7PhCfg=='"));
    rows.put(
        "wrong files checksum",
        new Refusal(ExportFixture::wrongFilesChecksum, "Cannot read manifest-files.json: MD5"));
    rows.put(
        "wrong checksum under the documented name",
        new Refusal(
            export -> export.checksumSuffix().wrongFilesChecksum(),
            "Cannot read manifest-files.json: MD5"));
    rows.put(
        "wrong sum",
        new Refusal(
            export -> export.wrongSum(1),
            "item count 2 in sum over manifest-files.json but manifest-summary.json says 3"));
    rows.put(
        "listed twice", new Refusal(export -> export.listedTwice(1), "is listed twice, at line 3"));
    rows.put(
        "a file copied over another",
        new Refusal(
            export -> export.file(A),
            "have one checksum, and an export holds no item twice, at line 3"));
    rows.put(
        "another prefix",
        new Refusal(
            export -> export.key(0, "secret/AWSDynamoDB/" + NEW + "/data/x.json.gz"),
            "'secret/AWSDynamoDB/" + NEW + "/data/x.json.gz' is outside the export's own prefix"));
    rows.put(
        "no AWSDynamoDB",
        new Refusal(export -> export.key(0, "secret/x.json.gz"), "use --allow-outside"));
    rows.put(
        "relative to the export",
        new Refusal(
            export -> export.key(0, "data/x.json.gz"),
            "or --verify counts to read it from the export's folder"));
    rows.put(
        "a file's name alone",
        new Refusal(
            export -> export.key(0, "x.json.gz"),
            "or --verify counts to read it from the export's folder"));
    rows.put(
        "prefix that only ends alike",
        new Refusal(
            export -> export.key(0, "x" + inside + "x.json.gz"),
            "is outside the export's own prefix 'nightly/orders'"));
    rows.put(
        "dots",
        new Refusal(
            export -> export.key(0, inside + "../../../../secret.json.gz"), "has a '..' segment"));
    rows.put(
        "dots before",
        new Refusal(
            export -> export.key(0, "nightly/../nightly/orders/AWSDynamoDB/a/x.json.gz"),
            "has a '..' segment"));
    rows.put(
        "absolute key",
        new Refusal(export -> export.key(0, "/etc/passwd"), "has an empty segment"));
    rows.put(
        "whole path",
        new Refusal(export -> export.key(0, "s3://other/x.json.gz"), "has an empty segment"));
    rows.put(
        "empty segment",
        new Refusal(export -> export.key(0, inside + "/x.json.gz"), "has an empty segment"));
    rows.put(
        "control character",
        new Refusal(export -> export.key(0, inside + "a\\nb.json.gz"), "control character"));
    rows.put("empty key", new Refusal(export -> export.key(0, ""), "is empty"));
    rows.put(
        "manifest outside",
        new Refusal(
            export -> export.summaryField("manifestFilesS3Key", "\"a/../manifest-files.json\""),
            "has a '..' segment"));
    rows.put(
        "negative count",
        new Refusal(
            export -> export.wrongItemCount(0, -5).wrongSum(9),
            "itemCount is not a whole number of 0 or more, at line 1"));
    rows.put(
        "huge count",
        new Refusal(
            export -> export.manifestLine("{\"itemCount\":1e3,\"dataFileS3Key\":\"a\"}"),
            "itemCount is not a whole number"));
    rows.put(
        "counts that overflow",
        new Refusal(
            export -> export.wrongItemCount(0, Long.MAX_VALUE - 1).summaryField("itemCount", "9"),
            "add up to more than"));
    rows.put(
        "negative sum",
        new Refusal(export -> export.wrongSum(-9), "itemCount is not a whole number of 0 or more"));
    rows.put(
        "no key",
        new Refusal(
            export -> export.manifestLine("{\"itemCount\":1}"),
            "dataFileS3Key is missing, at line 3"));
    rows.put(
        "no count",
        new Refusal(
            export -> export.manifestLine("{\"dataFileS3Key\":\"a\"}"), "itemCount is missing"));
    rows.put(
        "no md5",
        new Refusal(
            export ->
                export.manifestLine(
                    "{\"itemCount\":1,\"dataFileS3Key\":\"" + inside + "z.json.gz\"}"),
            "md5Checksum is missing"));
    rows.put(
        "md5 that is none",
        new Refusal(export -> export.md5(0, "abc"), "md5Checksum is not the base64 of 16 bytes"));
    rows.put(
        "truncated manifest",
        new Refusal(export -> export.manifestLine("{\"itemCount\":1,"), "cut off, at line"));
    rows.put(
        "manifest line that is no object",
        new Refusal(export -> export.manifestLine("[1]"), "not a JSON object, at line 3"));
    rows.put(
        "field twice",
        new Refusal(
            export -> export.manifestLine("{\"itemCount\":1,\"itemCount\":2}"), "not valid JSON"));
    rows.put(
        "huge string",
        new Refusal(
            export ->
                export.manifestLine(
                    "{\"etag\":\""
                        + "x".repeat(1 << 20)
                        + "\",\"dataFileS3Key\":\""
                        + "x".repeat(1 << 20)
                        + "\"}"),
            "not valid JSON"));
    rows.put(
        "huge summary",
        new Refusal(
            export -> export.summaryField("x", "\"" + "x".repeat(1 << 20) + "\""),
            "longer than 1 MiB"));
    for (String field :
        List.of(
            "exportArn",
            "tableArn",
            "itemCount",
            "outputFormat",
            "manifestFilesS3Key",
            "exportTime")) {
      rows.put(
          "summary without " + field,
          new Refusal(export -> export.summaryField(field, null), field + " is missing"));
      rows.put(
          "summary with " + field + " null",
          new Refusal(export -> export.summaryField(field, "null"), field + " is missing"));
      rows.put(
          "summary with " + field + " a list",
          new Refusal(export -> export.summaryField(field, "[]"), field + " is not a"));
    }
    rows.put(
        "summary with another ARN",
        new Refusal(
            export -> export.summaryField("tableArn", "\"arn:aws:s3:::x\""),
            "tableArn is not the ARN of a table"));
    for (String none :
        List.of("x:table/orders", "arn:aws:dynamodb:eu-west-1:1:table/", "table/orders")) {
      rows.put(
          "table ARN " + none,
          new Refusal(
              export -> export.summaryField("tableArn", "\"" + none + "\""),
              "tableArn is not the ARN of a table"));
    }
    rows.put(
        "export ARN that is none",
        new Refusal(
            export -> export.summaryField("exportArn", "\"x\""), "exportArn is not the ARN"));
    rows.put(
        "time that is none",
        new Refusal(
            export -> export.summaryField("exportTime", "\"yesterday\""),
            "exportTime is not a time"));
    rows.put(
        "incremental",
        new Refusal(
            export -> export.summaryField("exportType", "\"INCREMENTAL_EXPORT\""),
            "it is incremental and holds changes"));
    rows.put(
        "incremental by its version",
        new Refusal(
            export ->
                export.summaryField("exportType", null).summaryField("version", "\"2023-08-01\""),
            "give a full export"));
    rows.put(
        "incremental by its times",
        new Refusal(
            export ->
                export
                    .summaryField("exportType", null)
                    .summaryField("exportFromTime", "\"2026-11-18T03:20:00.000Z\""),
            "give a full export"));
    rows.put(
        "unknown kind",
        new Refusal(
            export -> export.summaryField("exportType", "\"HALF\""), "exportType is neither"));
    rows.put(
        "unknown format",
        new Refusal(
            export -> export.summaryField("outputFormat", "\"CSV\""),
            "unknown output format 'CSV'"));
    List<DynamicTest> tests = new ArrayList<>();
    rows.forEach(
        (name, row) ->
            tests.add(
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      Path bucket = Files.createTempDirectory(temp, "bucket");
                      ExportFixture export = ExportFixture.in(bucket).file(A).file(B);
                      row.damage().accept(export);
                      Path folder = export.write();
                      assertThatThrownBy(() -> locate(folder.toString(), NEWEST))
                          .isInstanceOf(ExportFormatException.class)
                          .hasMessageContaining(row.message())
                          .hasMessageContaining(folder.toString());
                    })));
    return tests;
  }

  @Test
  void missingFilesManifestIsNamed() throws IOException {
    Path folder = ExportFixture.in(temp).file(A).write();
    Files.delete(folder.resolve("manifest-files.json"));
    assertThatThrownBy(() -> locate(folder.toString(), NEWEST))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("Cannot read manifest-files.json: it is missing, at file:" + folder);
  }

  @Test
  void variantsOfRealManifestsAreAccepted() throws IOException {
    List<Consumer<ExportFixture>> variants =
        List.of(
            ExportFixture::checksumSuffix,
            ExportFixture::withoutManifestNewline,
            export -> export.manifestLine("").manifestLine("  "),
            export -> export.summaryField("exportType", null),
            export -> export.summaryField("s3Prefix", "\"nightly/orders/\""),
            export -> export.summaryField("s3Prefix", null),
            export -> export.summaryField("future", "{\"a\":[1,{}]}"),
            export -> export.summaryField("tableId", null),
            export -> export.prefix("").summaryField("s3Prefix", "\"\""),
            export -> export.prefix("nightly/").summaryField("s3Prefix", "\"nightly/\""));
    for (Consumer<ExportFixture> variant : variants) {
      ExportFixture export =
          ExportFixture.in(Files.createTempDirectory(temp, "bucket")).file(A).file(B);
      variant.accept(export);
      ExportManifest manifest = locate(export.write().toString(), NEWEST);
      assertThat(manifest.warnings()).isEmpty();
      assertThat(DataLines.of(local, manifest)).containsExactly(A, B);
    }
  }

  @Test
  void missingChecksumsAreAWarning() throws IOException {
    Path folder = ExportFixture.in(temp).file(A).withoutChecksums().write();
    ExportManifest manifest = locate(folder.toString(), NEWEST);
    assertThat(manifest.warnings())
        .containsExactly(
            "There is no checksum object for manifest-summary.json, so its bytes are not verified",
            "There is no checksum object for manifest-files.json, so its bytes are not verified");
  }

  @Test
  void verifyNoneRelaxesChecksumsAndCountsAndReadsRepeatedFilesOnce() throws IOException {
    Path folder =
        ExportFixture.in(temp)
            .file(A)
            .file(B)
            .wrongSummaryChecksum()
            .wrongFilesChecksum()
            .wrongSum(7)
            .listedTwice(0)
            .write();
    ExportManifest manifest =
        new ExportLocator(local, ReadOptions.defaults().withVerify(Verify.NONE))
            .locate(folder.toString(), NEWEST);
    assertThat(manifest.files()).hasSize(2);
    assertThat(manifest.warnings()).singleElement().asString().contains("listed more than once");
  }

  @Test
  void whatLiesBesideARenamedExportIsOutside() throws IOException {
    Path folder =
        ExportFixture.in(temp.resolve("bucket"))
            .file(A)
            .key(0, "nightly/orders/AWSDynamoDB/.ssh/x.json.gz")
            .write();
    Path renamed = temp.resolve("download");
    Files.move(folder, renamed);
    assertThatThrownBy(() -> locate(renamed.toString(), NEWEST))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("is outside the export's own prefix");
  }

  @Test
  void textThatIsNoPathIsSaidSo() {
    for (String path : List.of("", "s3a:")) {
      assertThatThrownBy(() -> locate(path, NEWEST))
          .isInstanceOf(ExportFormatException.class)
          .hasMessageContaining("'" + path + "' is no path");
    }
  }

  @Test
  void allowOutsideReadsTheKeyFromTheBucketsRoot() throws IOException {
    Path folder = ExportFixture.in(temp).file(A).key(0, "shared/x.json.gz").write();
    Files.createDirectories(temp.resolve("shared"));
    Files.move(
        folder.resolve("data/k3x5q7m2n4p6r7t2v4w6y70000.json.gz"),
        temp.resolve("shared/x.json.gz"));
    ExportManifest manifest =
        new ExportLocator(local, ReadOptions.defaults().withAllowOutside(true))
            .locate(folder.toString(), NEWEST);
    assertThat(DataLines.of(local, manifest)).containsExactly(A);
  }

  /** What it took to read a list of so many data files. */
  private record Effort(int requests, long allocatedBytes) {}

  private Effort effort(int files) throws IOException {
    StringBuilder lines = new StringBuilder();
    String key = "nightly/orders/AWSDynamoDB/" + NEW + "/data/k3x5q7m2n4p6r7t2v4w6y7z2a4";
    for (int i = 0; i < files; i++) {
      lines
          .append("{\"itemCount\":1,\"md5Checksum\":\"%08dPu7W5Jr5LTkA3A==\",".formatted(i))
          .append("\"etag\":\"x-1\",")
          .append("\"dataFileS3Key\":\"")
          .append(key)
          .append(i)
          .append(".json.gz\"}\n");
    }
    Path folder =
        ExportFixture.in(temp.resolve("of" + files))
            .file()
            .withoutChecksums()
            .wrongSum(files)
            .write();
    Files.writeString(folder.resolve("manifest-files.json"), lines, StandardCharsets.UTF_8);
    String place = "s3a://bucket/nightly/orders/AWSDynamoDB/" + NEW;
    InMemoryObjectStore store = new InMemoryObjectStore().withFolder(folder, place);
    long before = AllocatedBytes.ofThisThread();
    ExportManifest manifest =
        new ExportLocator(store, ReadOptions.defaults()).locate(place, NEWEST);
    long allocated = AllocatedBytes.ofThisThread() - before;
    assertThat(manifest.files()).hasSize(files);
    int requests =
        Stream.of("open", "length", "exists", "isDirectory", "list")
            .mapToInt(store::requests)
            .sum();
    return new Effort(requests, allocated);
  }

  @Test
  void aDataFileCostsNoRequestAndLittleMemoryHoweverManyThereAre() throws IOException {
    Effort few = effort(10);
    Effort many = effort(200_000);

    assertThat(many.requests()).isEqualTo(few.requests());
    assertThat(many.allocatedBytes() / 200_000).isLessThan(MOST_BYTES_A_FILE);
  }
}
