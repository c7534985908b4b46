package io.dynamodblake.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.InMemoryObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where an export is found, and which one. */
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
      assertThat(manifest.files())
          .allMatch(file -> file.path().startsWith("file:" + folder + "/data/"))
          .allMatch(file -> file.key().startsWith("nightly/orders/AWSDynamoDB/" + NEW + "/data/"))
          .allMatch(file -> file.length() == -1);
      assertThat(DataLines.of(local, manifest)).containsExactly(A, B, A);
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
      assertThat(DataLines.of(store, manifest)).containsExactly(A);
    }
  }

  @Test
  void anExportInAFolderOfAnotherNameIsReadToo() throws IOException {
    Path folder = ExportFixture.in(temp.resolve("bucket")).file(A).write();
    Path renamed = temp.resolve("my download of orders");
    Files.move(folder, renamed);
    ExportManifest manifest = locate(renamed.toString(), NEWEST);
    assertThat(manifest.exportId()).isEqualTo(NEW);
    assertThat(DataLines.of(local, manifest)).containsExactly(A);
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
  void whatDescribesTheTableIsNoDataFileOfAnExportThatHasJustBegun() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("AWSDynamoDB/01731900000000-0a1b2c3d"));
    Files.writeString(folder.resolve(TableSettings.FILE), "{}");

    assertThatThrownBy(() -> locate(folder.toString(), NEWEST))
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
    assertThat(DataLines.of(local, manifest)).containsExactly(A, B, B, A);

    ExportManifest single = locate(folder + "/data/plain.json", NEWEST);
    assertThat(DataLines.of(local, single)).containsExactly(A);
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
    assertThat(DataLines.of(local, locate(json.toString(), NEWEST))).containsExactly(A);

    Path ion = Files.createDirectories(temp.resolve("ion"));
    Files.write(
        ion.resolve("k3x5q7m2n4.gz"),
        ExportFixture.gzip("$ion_1_0\n{Item:{id:\"a\"}}\n".getBytes(StandardCharsets.UTF_8)));
    assertThat(locate(ion.toString(), NEWEST).recordFormat()).isEqualTo(RecordFormat.ION);
    assertThat(DataLines.of(local, locate(ion.toString(), NEWEST)))
        .containsExactly("{Item:{id:\"a\"}}");

    Files.writeString(Files.createDirectories(temp.resolve("tar")).resolve("x.tar.gz"), "x");
    assertThatThrownBy(() -> locate(temp + "/tar", NEWEST)).hasMessageContaining("no data files");
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
    assertThat(DataLines.of(local, manifest)).containsExactly(A);
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
    assertThat(DataLines.of(local, manifest)).containsExactlyInAnyOrder(A, B, B);
    assertThat(manifest.warnings())
        .filteredOn(warning -> warning.startsWith("A file lies there twice, byte by byte"))
        .hasSize(1);
  }
}
