package io.dynamodblake.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dynamodblake.io.ObjectStore;
import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.InMemoryObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class ExportLocatorTest {
  private static final String A = "{\"Item\":{\"id\":{\"S\":\"a\"}}}";
  private static final String B = "{\"Item\":{\"id\":{\"S\":\"b\"}}}";
  private static final ExportSelection NEWEST = ExportSelection.newest();
  private static final String OLD = "01731800000000-0a1b2c3d";
  private static final String NEW = "01731900000000-0a1b2c3d";
  private static final String NEWER = "01731990000000-0a1b2c3d";

  @TempDir Path temp;

  private final HadoopObjectStore local =
      new HadoopConfiguration(new Configuration(false)).connect();

  private ExportManifest locate(String path, ExportSelection selection) throws IOException {
    return new ExportLocator(local, ReadOptions.defaults()).locate(path, selection);
  }

  @Test
  void folderSummaryAndPrefixMeanTheSameExport() throws IOException {
    Path folder = ExportFixture.in(temp).file(A, B).emptyFile().file(A).write();
    for (String path :
        List.of(
            folder.toString(),
            folder + "/",
            folder.toUri().toString(),
            folder + "/manifest-summary.json",
            folder + "/manifest-files.json",
            folder.getParent().toString(),
            temp + "/nightly/orders",
            temp + "/nightly/orders/")) {
      ExportManifest manifest = locate(path, NEWEST);
      assertThat(manifest.root()).isEqualTo("file:" + folder);
      assertThat(manifest.exportId()).isEqualTo(NEW);
      assertThat(manifest.tableName()).contains("orders");
      assertThat(manifest.tableId()).contains("0f1e2d3c-1111-2222-3333-444455556666");
      assertThat(manifest.exportTime()).contains(Instant.parse("2026-11-18T03:20:00Z"));
      assertThat(manifest.itemCount()).isEqualTo(3);
      assertThat(manifest.hasManifest()).isTrue();
      assertThat(manifest.warnings()).isEmpty();
      assertThat(manifest.files()).extracting(DataFile::index).containsExactly(0, 1, 2);
      assertThat(manifest.files()).extracting(DataFile::itemCount).containsExactly(2L, 0L, 1L);
      assertThat(manifest.proven()).isTrue();
      assertThat(manifest.files())
          .allMatch(file -> file.path().startsWith("file:" + folder + "/data/"))
          .allMatch(file -> file.key().startsWith("nightly/orders/AWSDynamoDB/" + NEW + "/data/"))
          .allMatch(file -> file.length() == -1);
      assertThat(lines(local, manifest)).containsExactly(A, B, A);
    }
  }

  @Test
  void anExportWithoutPrefixIsReadFromTheBucketsRoot() throws IOException {
    ExportFixture.in(temp).prefix("").file(A).write();
    InMemoryObjectStore store = new InMemoryObjectStore().withFolder(temp, "s3a://acme-exports");
    ExportManifest manifest =
        new ExportLocator(store, ReadOptions.defaults()).locate("s3a://acme-exports/", NEWEST);
    assertThat(manifest.warnings()).isEmpty();
    assertThat(manifest.files().get(0).path())
        .startsWith("s3a://acme-exports/AWSDynamoDB/" + NEW + "/data/");
  }

  @Test
  void withAManifestNothingIsListedAndNoDataFileLookedAt() throws IOException {
    ExportFixture.in(temp).file(A).file(B).write();
    InMemoryObjectStore store = new InMemoryObjectStore().withFolder(temp, "s3a://acme-exports");
    new ExportLocator(store, ReadOptions.defaults())
        .locate("s3a://acme-exports/nightly/orders/AWSDynamoDB/" + NEW, NEWEST);
    for (String operation : List.of("list", "length", "exists", "isDirectory")) {
      assertThat(store.requests(operation)).as(operation).isZero();
    }
    assertThat(store.opened()).noneMatch(path -> path.contains("/data/"));
  }

  @Test
  void aMovedExportIsReadFromWhereItLies() throws IOException {
    Path folder = ExportFixture.in(temp.resolve("bucket")).file(A).write();
    for (String place :
        List.of("s3a://acme-exports/archive/2026", "s3a://other/nightly/orders", "s3a://other")) {
      InMemoryObjectStore store =
          new InMemoryObjectStore().withFolder(folder.getParent(), place + "/AWSDynamoDB");
      ExportManifest manifest =
          new ExportLocator(store, ReadOptions.defaults()).locate(place, NEWEST);
      assertThat(manifest.files().get(0).path())
          .startsWith(place + "/AWSDynamoDB/" + NEW + "/data/");
      assertThat(manifest.warnings())
          .singleElement()
          .asString()
          .contains("moved or copied from bucket acme-exports");
      assertThat(lines(store, manifest)).containsExactly(A);
    }
  }

  @Test
  void anExportInAFolderOfAnotherNameIsReadToo() throws IOException {
    Path folder = ExportFixture.in(temp.resolve("bucket")).file(A).write();
    Path renamed = temp.resolve("my download of orders");
    Files.move(folder, renamed);
    ExportManifest manifest = locate(renamed.toString(), NEWEST);
    assertThat(manifest.exportId()).isEqualTo(NEW);
    assertThat(lines(local, manifest)).containsExactly(A);
  }

  // ---- several exports

  private void several() {
    ExportFixture.in(temp).exportId(OLD).exportTime(time(16)).file(A).write();
    ExportFixture.in(temp).exportId(NEW).exportTime(time(18)).file(A, B).write();
    ExportFixture.in(temp)
        .exportId(NEWER)
        .exportTime(time(19))
        .file(A)
        .summaryField("exportType", "\"INCREMENTAL_EXPORT\"")
        .summaryField("exportTime", null)
        .write();
  }

  private static Instant time(int day) {
    return Instant.parse("2026-11-" + day + "T00:00:00Z");
  }

  private String prefix() {
    return temp + "/nightly/orders";
  }

  @Test
  void theNewestFullExportIsChosenUnlessToldOtherwise() throws IOException {
    several();
    assertThat(locate(prefix(), NEWEST).exportId()).isEqualTo(NEW);
    assertThat(locate(prefix(), NEWEST.withExportId(OLD)).exportId()).isEqualTo(OLD);
    assertThat(locate(prefix(), NEWEST.withAtOrBefore(time(17))).exportId()).isEqualTo(OLD);
    assertThat(locate(prefix(), NEWEST.withAtOrBefore(time(16))).exportId()).isEqualTo(OLD);
    String arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders";
    assertThat(locate(prefix(), NEWEST.withTableArn(arn)).exportId()).isEqualTo(NEW);
  }

  @Test
  void onlyOurOwnScansSayWhetherTheyAreTheWholeTable() throws IOException {
    Path whole =
        ExportFixture.in(temp).exportId(OLD).file("{}").summaryField("partial", "false").write();
    assertThat(locate(whole.toString(), NEWEST).extent()).isEqualTo(Extent.WHOLE);
    Path partial =
        ExportFixture.in(temp).exportId(OLD).file("{}").summaryField("partial", "true").write();
    ExportManifest manifest = locate(partial.toString(), NEWEST);
    assertThat(manifest.extent()).isEqualTo(Extent.PARTIAL);
    assertThat(manifest.warnings()).containsExactly(ExportManifest.PARTIAL_WARNING);
    Path unsaid = ExportFixture.in(temp).exportId(OLD).file("{}").write();
    assertThat(locate(unsaid.toString(), NEWEST).extent()).isEqualTo(Extent.UNSAID);
    assertThat(locate(unsaid + "/data", NEWEST).extent()).isEqualTo(Extent.UNSAID);
    Path edited =
        ExportFixture.in(temp).exportId(OLD).file("{}").summaryField("partial", "\"no\"").write();
    assertThatThrownBy(() -> locate(edited.toString(), NEWEST))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("partial is neither true nor false");
  }

  @Test
  void aSelectionThatFitsNothingListsWhatThereIs() {
    several();
    ExportFixture.in(temp).exportId("01731999000000-ffffffff").unfinished().write();
    for (ExportSelection selection :
        List.of(
            NEWEST.withExportId("01000000000000-00000000"),
            NEWEST.withTableArn("arn:aws:dynamodb:eu-west-1:111122223333:table/users"),
            NEWEST.withAtOrBefore(time(10)))) {
      assertThatThrownBy(() -> locate(prefix(), selection))
          .isInstanceOf(ExportFormatException.class)
          .hasMessageContaining("Cannot find a full export" + selection.describe())
          .hasMessageContaining(NEW + " (full, table orders, 2026-11-18T00:00:00Z)")
          .hasMessageContaining(NEWER + " (incremental, table orders)")
          .hasMessageContaining("01731999000000-ffffffff (not finished)");
    }
  }

  @Test
  void exportsOfSeveralTablesAreNotChosenFromBlindly() throws IOException {
    several();
    ExportFixture.in(temp).exportId("01731700000000-ffffffff").table("users").file(B).write();
    assertThatThrownBy(() -> locate(prefix(), NEWEST))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("full exports of 2 tables")
        .hasMessageContaining("table/users")
        .hasMessageContaining("choose by table ARN or export id");
    String users = "arn:aws:dynamodb:eu-west-1:111122223333:table/users";
    assertThat(locate(prefix(), NEWEST.withTableArn(users)).tableName()).contains("users");
  }

  @Test
  void anUnfinishedExportIsPassedOverWithAWarning() throws IOException {
    several();
    ExportFixture.in(temp).exportId("01731999000000-ffffffff").unfinished().write();
    ExportFixture.in(temp).exportId("01700000000000-ffffffff").unfinished().write();
    assertThat(locate(prefix(), NEWEST).warnings())
        .contains("A newer export is not finished and was passed over: 01731999000000-ffffffff");
  }

  @Test
  void newerIncrementsBesideTheFullExportAreMentioned() throws IOException {
    several();
    assertThat(locate(prefix(), NEWEST).warnings())
        .containsExactly(
            "Newer incremental exports of the table lie beside the full one and are not part of it: "
                + NEWER);
  }

  @Test
  void anUnfinishedExportIsNamedWhenPointedAt() {
    Path folder = ExportFixture.in(temp).file(A).unfinished().write();
    for (String path : List.of(folder.toString(), folder + "/manifest-summary.json")) {
      assertThatThrownBy(() -> locate(path, NEWEST))
          .isInstanceOf(ExportFormatException.class)
          .hasMessageContaining("manifest-summary.json is missing")
          .hasMessageContaining("not finished")
          .hasMessageContaining(folder.toString());
    }
    assertThatThrownBy(() -> locate(prefix(), NEWEST.withExportId(NEW)))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("manifest-summary.json is missing");
  }

  @Test
  void aDamagedSummaryAmongSeveralIsNotPassedOver() throws IOException {
    several();
    Path summary = temp.resolve("nightly/orders/AWSDynamoDB/" + NEW + "/manifest-summary.json");
    Files.writeString(summary, "{\"version\":");
    assertThatThrownBy(() -> locate(prefix(), NEWEST))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("not valid JSON or cut off")
        .hasMessageContaining(NEW);
    assertThat(locate(prefix(), NEWEST.withExportId(OLD)).exportId()).isEqualTo(OLD);
  }

  @Test
  void aFolderThatTheSelectionDoesNotMeanIsRefused() {
    Path folder = ExportFixture.in(temp).file(A).write();
    assertThatThrownBy(() -> locate(folder.toString(), NEWEST.withExportId(OLD)))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("the path is that of export " + NEW);
  }

  // ---- without a manifest

  @Test
  void aFolderOfDataFilesIsReadWithAWarning() throws IOException {
    Path folder = ExportFixture.in(temp).file(A, B).file(B).write();
    Files.writeString(folder.resolve("data/_hidden.json"), "no");
    Files.writeString(folder.resolve("data/.hidden.json"), "no");
    Files.writeString(folder.resolve("data/readme.txt"), "no");
    Files.writeString(folder.resolve("data/plain.json"), A + "\n");
    ExportManifest manifest = locate(folder + "/data", NEWEST);
    assertThat(manifest.warnings().get(0)).endsWith("give that folder instead: file:" + folder);
    assertThat(manifest.hasManifest()).isFalse();
    assertThat(manifest.itemCount()).isEqualTo(-1);
    assertThat(manifest.exportId()).isEqualTo("data");
    assertThat(manifest.warnings()).singleElement().asString().contains("There is no manifest");
    assertThat(manifest.files()).allMatch(file -> file.length() > 0 && file.itemCount() == -1);
    assertThat(lines(local, manifest)).containsExactly(A, B, B, A);

    ExportManifest single = locate(folder + "/data/plain.json", NEWEST);
    assertThat(lines(local, single)).containsExactly(A);
    assertThatThrownBy(() -> locate(folder + "/data", NEWEST.withExportId(NEW)))
        .hasMessageContaining("data files without a manifest");
  }

  @Test
  void whatIsNoExportIsSaidSo() throws IOException {
    assertThatThrownBy(() -> locate(temp + "/nowhere", NEWEST))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("there is nothing to read, at file:" + temp + "/nowhere");
    Files.createDirectories(temp.resolve("a/sub"));
    Files.writeString(temp.resolve("a/notes.txt"), "x");
    assertThatThrownBy(() -> locate(temp + "/a", NEWEST))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("no manifest-summary.json, no AWSDynamoDB folder and no data files")
        .hasMessageContaining("it holds: notes.txt, sub/");
    Files.writeString(temp.resolve("a/x.ion.gz"), "x");
    Files.writeString(temp.resolve("a/y.ION.ZST"), "x");
    assertThat(locate(temp + "/a", NEWEST).recordFormat()).isEqualTo(RecordFormat.ION);
    assertThat(locate(temp + "/a", NEWEST).files()).hasSize(2);
    Files.writeString(Files.createDirectory(temp.resolve("b")).resolve("x.json.zst"), "x");
    assertThat(locate(temp + "/b", NEWEST).recordFormat()).isEqualTo(RecordFormat.DYNAMODB_JSON);
  }

  @Test
  void ionIsToldFromTheManifestOrElseFromTheNamesOfTheFiles() throws IOException {
    Path folder = ExportFixture.in(temp).ion().file(A).write();
    String file = folder.resolve("data") + "/k3x5q7m2n4p6r7t2v4w6y70000.ion.gz";
    for (String path : List.of(folder.toString(), folder + "/data", file)) {
      assertThat(locate(path, NEWEST).recordFormat()).as(path).isEqualTo(RecordFormat.ION);
    }
    Files.writeString(folder.resolve("data/b.json"), A);
    Files.writeString(folder.resolve("data/c.json"), A);
    assertThatThrownBy(() -> locate(folder + "/data", NEWEST))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("1 of 3 are Ion and the others DynamoDB JSON, in file:" + folder)
        .hasMessageContaining("; put each format into a folder of its own");
    assertThat(locate(folder + "/data/b.json", NEWEST).recordFormat())
        .isEqualTo(RecordFormat.DYNAMODB_JSON);
  }

  @Test
  void packedFilesWithoutAnotherEndAreReadForWhatTheyHold() throws IOException {
    Path json = Files.createDirectories(temp.resolve("json"));
    Files.write(
        json.resolve("k3x5q7m2n4.gz"),
        ExportFixture.gzip((A + "\n").getBytes(StandardCharsets.UTF_8)));
    Files.write(json.resolve("empty.gz"), ExportFixture.gzip(new byte[0]));
    assertThat(locate(json.toString(), NEWEST).recordFormat())
        .isEqualTo(RecordFormat.DYNAMODB_JSON);
    assertThat(lines(local, locate(json.toString(), NEWEST))).containsExactly(A);

    Path ion = Files.createDirectories(temp.resolve("ion"));
    Files.write(
        ion.resolve("k3x5q7m2n4.gz"),
        ExportFixture.gzip("$ion_1_0\n{Item:{id:\"a\"}}\n".getBytes(StandardCharsets.UTF_8)));
    assertThat(locate(ion.toString(), NEWEST).recordFormat()).isEqualTo(RecordFormat.ION);
    assertThat(lines(local, locate(ion.toString(), NEWEST))).containsExactly("{Item:{id:\"a\"}}");

    Files.writeString(Files.createDirectories(temp.resolve("tar")).resolve("x.tar.gz"), "x");
    assertThatThrownBy(() -> locate(temp + "/tar", NEWEST)).hasMessageContaining("no data files");
  }

  @Test
  void whatABrowserDownloadedTwiceIsReadOnce() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("downloads"));
    byte[] first = ExportFixture.gzip((A + "\n").getBytes(StandardCharsets.UTF_8));
    byte[] other = ExportFixture.gzip((B + "\n").getBytes(StandardCharsets.UTF_8));
    Files.write(folder.resolve("x.json.gz"), first);
    Files.write(folder.resolve("x (1).json.gz"), first);
    Files.write(folder.resolve("x.json (2).gz"), other);
    Files.write(folder.resolve("y (1).json.gz"), other);
    ExportManifest manifest = locate(folder.toString(), NEWEST);
    assertThat(lines(local, manifest)).containsExactlyInAnyOrder(A, B, B);
    assertThat(manifest.warnings())
        .filteredOn(warning -> warning.startsWith("A file lies there twice, byte by byte"))
        .hasSize(1);
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
            "the key 'data/x.json.gz' is relative to the export's folder"));
    rows.put(
        "a file's name alone",
        new Refusal(
            export -> export.key(0, "x.json.gz"),
            "; give the folder of its data files to read what is there unchecked"));
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
      assertThat(lines(local, manifest)).containsExactly(A, B);
    }
  }

  @Test
  void missingChecksumsAreAWarning() throws IOException {
    Path folder = ExportFixture.in(temp).file(A).withoutChecksums().write();
    ExportManifest manifest = locate(folder.toString(), NEWEST);
    assertThat(manifest.proven()).isFalse();
    assertThat(manifest.warnings())
        .containsExactly(
            "There is no checksum object for manifest-summary.json, so its bytes are not verified",
            "There is no checksum object for manifest-files.json, so its bytes are not verified");
  }

  private ExportManifest counting(Path folder) throws IOException {
    return new ExportLocator(local, ReadOptions.defaults().withVerify(Verify.COUNTS))
        .locate(folder.toString(), NEWEST);
  }

  @Test
  void exportsThatOthersWroteAreRefusedWithAWayToReadThem() throws IOException {
    for (String field : List.of("exportArn", "tableArn", "exportTime", "manifestFilesS3Key")) {
      Path lacking =
          ExportFixture.in(temp.resolve(field)).file(A).summaryField(field, null).write();
      assertThatThrownBy(() -> locate(lacking.toString(), NEWEST))
          .hasMessageContaining(field + " is missing, in file:" + lacking + "; export again, or")
          .hasMessageEndingWith("use --verify counts to check the numbers of items alone");
      ExportManifest manifest = counting(lacking);
      assertThat(manifest.exportId()).isEqualTo(NEW);
      assertThat(manifest.hasManifest()).isTrue();
      assertThat(manifest.warnings())
          .contains("The manifest does not say " + field + ", as those of DynamoDB do")
          .hasSize(field.equals("manifestFilesS3Key") ? 2 : 1);
      assertThat(lines(local, manifest)).containsExactly(A);
    }
    Path unsummed = ExportFixture.in(temp.resolve("b")).file(A).md5(0, "").write();
    assertThatThrownBy(() -> locate(unsummed.toString(), NEWEST))
        .hasMessageEndingWith("use --verify counts to check the numbers of items alone");
    assertThat(lines(local, counting(unsummed))).containsExactly(A);
  }

  @Test
  void countsAreCheckedAloneWhereManifestsWereReformatted() throws IOException {
    Path folder =
        ExportFixture.in(temp).file(A).wrongSummaryChecksum().wrongFilesChecksum().write();
    assertThatThrownBy(() -> locate(folder.toString(), NEWEST))
        .hasMessageContaining("but its checksum object says")
        .hasMessageContaining(
            "; export again, or, if others than DynamoDB wrote or reformatted it");
    ExportManifest manifest = counting(folder);
    assertThat(manifest.warnings()).isEmpty();
    assertThat(manifest.proven()).isFalse();

    Path wrong = ExportFixture.in(temp.resolve("wrong")).file(A).wrongSum(1).write();
    assertThatThrownBy(() -> counting(wrong))
        .hasMessageContaining("item count 1 in sum over manifest-files.json")
        .hasMessageContaining("; copy the export again or export again");
  }

  /** As other programs write it: the least there can be, in a folder of any name. */
  private Path foreign(String name, String summaryFields, String files) throws IOException {
    Path folder = Files.createDirectories(temp.resolve(name));
    Files.writeString(
        folder.resolve("manifest-summary.json"),
        "{\n  \"version\": \"2020-06-30\",\n  \"outputFormat\": \"DYNAMODB_JSON\","
            + summaryFields
            + "}");
    Files.writeString(folder.resolve("manifest-files.json"), files);
    Files.createDirectories(folder.resolve("data"));
    Files.write(
        folder.resolve("data/part-0.json.gz"),
        ExportFixture.gzip((A + "\n").getBytes(StandardCharsets.UTF_8)));
    return folder;
  }

  @Test
  void theLeastManifestIsReadByItsCountsWhereverItsKeysBegin() throws IOException {
    Map<String, String> keys =
        Map.of(
            "manifest-files.json", "data/part-0.json.gz",
            "dump/manifest-files.json", "dump/data/part-0.json.gz",
            "exports/dump/manifest-files.json", "data/part-0.json.gz",
            "AWSDynamoDB/dump/manifest-files.json", "dump/data/part-0.json.gz",
            "nightly/AWSDynamoDB/dump/manifest-files.json", "AWSDynamoDB/dump/data/part-0.json.gz");
    for (Map.Entry<String, String> key : keys.entrySet()) {
      Path folder =
          foreign(
              "dump",
              "\"manifestFilesS3Key\":\"" + key.getKey() + "\",\"itemCount\":1",
              "{\"itemCount\":1,\"dataFileS3Key\":\"" + key.getValue() + "\"}");
      ExportManifest manifest = counting(folder);
      assertThat(manifest.exportId()).isEqualTo("dump");
      assertThat(manifest.tableName()).isEmpty();
      assertThat(manifest.exportTime()).isEmpty();
      assertThat(manifest.files()).allMatch(file -> file.length() > 20);
      assertThat(lines(local, manifest)).as(key.toString()).containsExactly(A);
    }
  }

  @Test
  void relativeKeysDoNotLeaveTheFolder() throws IOException {
    for (String key : List.of("../secret.json.gz", "/etc/passwd", "data/../../x.json.gz")) {
      Path folder =
          foreign("dump", "\"itemCount\":1", "{\"itemCount\":1,\"dataFileS3Key\":\"" + key + "\"}");
      assertThatThrownBy(() -> counting(folder))
          .isInstanceOf(ExportFormatException.class)
          .hasMessageContaining("nothing is read from such a place");
    }
  }

  @Test
  void anEmptyTableOfOthersIsAnEmptyTable() throws IOException {
    Path folder = foreign("dump", "\"itemCount\":0", "");
    ExportManifest manifest = counting(folder);
    assertThat(manifest.hasManifest()).isTrue();
    assertThat(manifest.itemCount()).isZero();
    assertThat(manifest.files()).isEmpty();
  }

  @Test
  void severalExportsThatDoNotSayWhatTheyAreOfAreNotChosenFrom() throws IOException {
    String files = "{\"itemCount\":1,\"dataFileS3Key\":\"data/part-0.json.gz\"}";
    foreign("AWSDynamoDB/monday", "\"itemCount\":1", files);
    assertThat(counting(temp).exportId()).isEqualTo("monday");
    foreign("AWSDynamoDB/tuesday", "\"itemCount\":1", files);
    assertThatThrownBy(() -> counting(temp))
        .hasMessageContaining("2 of 2 do not say of which table or time they are")
        .hasMessageContaining("choose by export id");
  }

  @Test
  void aManifestThatNamesTheKeysOfTheTableGivesThem() throws IOException {
    Map<String, List<String>> schemas =
        Map.of(
            "[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\",\"AttributeType\":\"S\"}]",
            List.of("pk:S"),
            "[{\"attributeName\":\"sk\",\"keyType\":\"RANGE\"},{\"attributeName\":\"pk\",\"keyType\":\"HASH\"}],"
                + "\"attributeDefinitions\":[{\"attributeName\":\"pk\",\"attributeType\":\"B\"},"
                + "{\"attributeName\":\"sk\",\"attributeType\":\"N\"}]",
            List.of("pk:B", "sk:N"),
            "[{\"attributeName\":\"pk\",\"keyType\":\"HASH\"}]",
            List.of(),
            "[]",
            List.of());
    for (Map.Entry<String, List<String>> schema : schemas.entrySet()) {
      Path folder = foreign("dump", "\"itemCount\":0,\"tableKeySchema\":" + schema.getKey(), "");
      ExportManifest manifest = counting(folder);
      assertThat(manifest.keys()).as(schema.getKey()).isEqualTo(schema.getValue());
      assertThat(manifest.warnings())
          .filteredOn(warning -> warning.contains("tableKeySchema"))
          .hasSize(schema.getValue().isEmpty() ? 1 : 0);
    }
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
    assertThat(lines(local, manifest)).containsExactly(A);
  }

  @Test
  void allowOutsideIsNoDeadEndForRelativeKeysOfAnExportThatWasMoved() throws IOException {
    Path folder =
        ExportFixture.in(temp.resolve("bucket"))
            .file(A)
            .key(0, "data/k3x5q7m2n4p6r7t2v4w6y70000.json.gz")
            .write();
    Path moved = temp.resolve("AWSDynamoDB").resolve(NEW);
    Files.createDirectories(moved.getParent());
    Files.move(folder, moved);
    assertThatThrownBy(() -> locate(moved.toString(), NEWEST))
        .hasMessageContaining("use --allow-outside")
        .hasMessageEndingWith("or --verify counts to read it from the export's folder");
    ExportManifest manifest =
        new ExportLocator(local, ReadOptions.defaults().withAllowOutside(true))
            .locate(moved.toString(), NEWEST);
    assertThat(lines(local, manifest)).containsExactly(A);
  }

  @Test
  void aMillionDataFilesAreReadInSeconds() throws IOException {
    StringBuilder lines = new StringBuilder();
    String key = "nightly/orders/AWSDynamoDB/" + NEW + "/data/k3x5q7m2n4p6r7t2v4w6y7z2a4";
    for (int i = 0; i < 1_000_000; i++) {
      lines
          .append("{\"itemCount\":1,\"md5Checksum\":\"WI5EPu7W++5Jr5LTkA3p6Q==\",\"etag\":\"x-1\",")
          .append("\"dataFileS3Key\":\"")
          .append(key)
          .append(i)
          .append(".json.gz\"}\n");
    }
    Path folder = ExportFixture.in(temp).file().withoutChecksums().wrongSum(1_000_000).write();
    Files.writeString(folder.resolve("manifest-files.json"), lines, StandardCharsets.UTF_8);
    long start = System.nanoTime();
    ExportManifest manifest = locate(folder.toString(), NEWEST);
    assertThat(manifest.files()).hasSize(1_000_000);
    assertThat(System.nanoTime() - start).isLessThan(20_000_000_000L);
  }

  // ---- real exports

  @Test
  void theRealExportOfTenTypesIsReadFromItsNewPlace() throws IOException {
    Path folder = sample("ten-types");
    ExportManifest manifest = locate(folder.toString(), NEWEST);
    assertThat(manifest.tableName()).contains("S3ExportTest");
    assertThat(manifest.warnings()).hasSize(3).last().asString().contains("checksum");
    assertThat(lines(local, manifest)).hasSize(3).allMatch(line -> line.startsWith("{\"Item\":{"));
  }

  @Test
  void theRealExportOf98ItemsIsReadWithAllChecksums() throws IOException {
    Path folder = sample("flat-98");
    ExportManifest manifest = locate(folder.resolve("gurlon").toString(), NEWEST);
    assertThat(manifest.exportId()).isEqualTo("01732662110643-26e512e8");
    assertThat(manifest.exportTime()).contains(Instant.parse("2024-11-26T23:01:50Z"));
    assertThat(manifest.files()).hasSize(4);
    assertThat(lines(local, manifest)).hasSize(98).doesNotHaveDuplicates();
  }

  private static Path sample(String name) {
    Path sample = Path.of("../../shared/samples", name).toAbsolutePath().normalize();
    assumeTrue(Files.isDirectory(sample), "samples are not here");
    return sample;
  }

  private static List<String> lines(ObjectStore store, ExportManifest manifest) throws IOException {
    List<String> lines = new ArrayList<>();
    for (DataFile file : manifest.files()) {
      try (DataFileReader reader = DataFileReader.open(store, file, ReadOptions.defaults())) {
        while (reader.next()) {
          lines.add(
              new String(
                  reader.buffer(),
                  reader.start(),
                  reader.end() - reader.start(),
                  StandardCharsets.UTF_8));
        }
      }
    }
    return lines;
  }
}
