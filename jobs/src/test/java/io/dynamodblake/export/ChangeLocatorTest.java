package io.dynamodblake.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.Words;
import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.InMemoryObjectStore;
import io.dynamodblake.testing.IncrementalExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Where incremental exports are found, and which. */
class ChangeLocatorTest {
  private static final String A = "{\"id\":{\"S\":\"a\"}}";
  private static final String B = "{\"id\":{\"S\":\"b\"}}";
  private static final Instant T0 = IncrementalExport.FROM;
  private static final Instant T1 = T0.plusSeconds(3600);
  private static final Instant T2 = T1.plusSeconds(3600);
  private static final Instant T3 = T2.plusSeconds(3600);

  @TempDir Path temp;

  private final HadoopObjectStore local =
      new HadoopConfiguration(new Configuration(false)).connect();

  private List<ExportManifest> changes(String path) throws IOException {
    return new ExportLocator(local, ReadOptions.defaults()).changes(path);
  }

  private List<ExportManifest> changes(String path, ChangeSelection selection) throws IOException {
    return new ExportLocator(local, ReadOptions.defaults()).changes(path, selection);
  }

  private IncrementalExport window(Instant from, Instant to) {
    return IncrementalExport.in(temp).window(from, to).inserted(A);
  }

  private static List<Instant> begins(List<ExportManifest> manifests) {
    return manifests.stream().map(manifest -> manifest.window().orElseThrow().from()).toList();
  }

  @Test
  void folderManifestAndPrefixMeanTheSameExport() throws IOException {
    IncrementalExport export =
        IncrementalExport.in(temp).window(T0, T1).dataFiles(2).inserted(A).deleted(B).inserted(A);
    Path folder = export.write();
    for (String path :
        List.of(
            folder.toString(),
            folder + "/",
            folder + "/manifest-summary.json",
            folder + "/manifest-files.json",
            folder.getParent().toString(),
            temp + "/nightly/orders")) {
      List<ExportManifest> found = changes(path);
      assertThat(found).hasSize(1);
      ExportManifest manifest = found.get(0);
      assertThat(manifest.root()).isEqualTo("file:" + folder);
      assertThat(manifest.exportId()).isEqualTo(export.exportId());
      assertThat(manifest.tableArn()).contains(export.tableArn());
      assertThat(manifest.tableId()).contains("0f1e2d3c-1111-2222-3333-444455556666");
      assertThat(manifest.exportTime()).isEmpty();
      assertThat(manifest.window()).contains(new Window(T0, T1, Window.View.NEW_AND_OLD_IMAGES));
      assertThat(manifest.itemCount()).isEqualTo(3);
      assertThat(manifest.warnings()).isEmpty();
      assertThat(manifest.files())
          .extracting(DataFile::path)
          .containsExactly(
              "file:" + temp + "/" + export.dataFileKey(0),
              "file:" + temp + "/" + export.dataFileKey(1));
      assertThat(manifest.files()).extracting(DataFile::itemCount).containsExactly(2L, 1L);
    }
  }

  @Test
  void allWindowsOfAPrefixComeInTheirOrder() throws IOException {
    window(T2, T3).write();
    window(T0, T1).view(Window.View.NEW_IMAGE).write();
    window(T1, T2).ion().write();
    ExportFixture.in(temp).file("{\"Item\":" + A + "}").write();
    List<ExportManifest> found = changes(temp + "/nightly/orders");
    assertThat(begins(found)).containsExactly(T0, T1, T2);
    assertThat(found)
        .extracting(manifest -> manifest.window().orElseThrow().view())
        .containsExactly(
            Window.View.NEW_IMAGE, Window.View.NEW_AND_OLD_IMAGES, Window.View.NEW_AND_OLD_IMAGES);
    assertThat(found)
        .extracting(ExportManifest::recordFormat)
        .containsExactly(RecordFormat.DYNAMODB_JSON, RecordFormat.ION, RecordFormat.DYNAMODB_JSON);
  }

  @Test
  void theSharedFolderOfDataFilesIsNeverListed() throws IOException {
    window(T0, T1).write();
    window(T1, T2).write();
    InMemoryObjectStore store = new InMemoryObjectStore().withFolder(temp, "s3a://acme-exports");
    new ExportLocator(store, ReadOptions.defaults()).changes("s3a://acme-exports/nightly/orders");
    assertThat(store.requests("list")).isEqualTo(2); // the prefix and its AWSDynamoDB folder
    assertThat(store.opened()).noneMatch(path -> path.contains("/data/"));
  }

  @Test
  void windowsThatEndedBeforeAreLeftOutUnread() throws IOException {
    window(T0, T1).write();
    window(T1, T2).write();
    window(T2, T3).write();
    String prefix = temp + "/nightly/orders";
    assertThat(begins(changes(prefix, ChangeSelection.all().withEndingAfter(T1))))
        .containsExactly(T1, T2);
    assertThat(changes(prefix, ChangeSelection.all().withEndingAfter(T3))).isEmpty();
  }

  @Test
  void anIdChoosesOne() throws IOException {
    window(T0, T1).write();
    IncrementalExport second = window(T1, T2);
    second.write();
    assertThat(
            begins(
                changes(
                    temp + "/nightly/orders",
                    ChangeSelection.all().withExportId(second.exportId()))))
        .containsExactly(T1);
  }

  @Test
  void oneThatIsNotFinishedIsPassedOverAndSaid() throws IOException {
    window(T0, T1).write();
    IncrementalExport running = window(T1, T2).unfinished();
    running.write();
    List<ExportManifest> found = changes(temp + "/nightly/orders");
    assertThat(begins(found)).containsExactly(T0);
    assertThat(found.get(0).warnings())
        .containsExactly(
            "A newer export is not finished and was passed over: " + running.exportId());
  }

  @Test
  void exportsOfTwoTablesHaveToBeChosenFrom() throws IOException {
    window(T0, T1).write();
    IncrementalExport other = window(T1, T2).table("carts");
    other.write();
    assertThatThrownBy(() -> changes(temp + "/nightly/orders"))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("there are incremental exports of 2 tables")
        .hasMessageContaining("table/carts, ")
        .hasMessageEndingWith("choose by table ARN or export id");
    assertThat(
            begins(
                changes(
                    temp + "/nightly/orders",
                    ChangeSelection.all().withTableArn(other.tableArn()))))
        .containsExactly(T1);
  }

  @Test
  void aCopyIsReadFromWhereItLies() throws IOException {
    IncrementalExport export = window(T0, T1);
    Path folder = export.write();
    Path copy = temp.resolve("copies");
    Files.createDirectories(copy);
    Files.move(folder.getParent().resolve("data"), copy.resolve("data"));
    Files.move(folder, copy.resolve(export.exportId()));
    ExportManifest manifest = changes(copy.resolve(export.exportId()).toString()).get(0);
    assertThat(manifest.files().get(0).path()).startsWith("file:" + copy + "/data/");
    assertThat(manifest.warnings())
        .anyMatch(warning -> warning.startsWith("The export was moved or copied"));
    assertThat(begins(changes(copy.toString()))).containsExactly(T0);
  }

  @TestFactory
  Stream<DynamicTest> whatIsRefused() {
    return Stream.of(
            row(
                "a full export",
                folder -> ExportFixture.in(folder).file("{\"Item\":" + A + "}").write(),
                "Cannot read changes of export 01731900000000-0a1b2c3d: it is a full export and holds items",
                "give an incremental export, or make a lake table of the full one with flatten"),
            row(
                "a prefix of full exports",
                folder -> ExportFixture.in(folder).file("{\"Item\":" + A + "}").write().getParent(),
                "Cannot find an incremental export, in file:",
                "there are: 01731900000000-0a1b2c3d (full, table orders"),
            row(
                "an empty prefix",
                folder -> folder,
                "Cannot find an incremental export, in file:",
                "there is none at all"),
            row(
                "one that is running",
                folder -> increment(folder).unfinished().write(),
                "manifest-summary.json is missing, so the export is not finished",
                "export the same window again"),
            row(
                "data files outside of the export's place",
                folder -> increment(folder).key(0, "other/AWSDynamoDB/data/x.json.gz").write(),
                "is outside the export's own prefix 'nightly/orders'",
                "export again or copy the export whole"),
            row(
                "data files above the shared folder",
                folder ->
                    increment(folder)
                        .key(0, "nightly/orders/AWSDynamoDB/data/../../x.json.gz")
                        .write(),
                "has a '..' segment",
                "nothing is read from such a place"),
            window("no beginning", "exportFromTime", null, "exportFromTime is missing"),
            window("no end", "exportToTime", "null", "exportToTime is missing"),
            window(
                "a beginning that is no time",
                "exportFromTime",
                "5",
                "exportFromTime is not a time such as"),
            window(
                "an end that is its beginning",
                "exportToTime",
                "\"2026-11-18T03:20:00.000Z\"",
                "exportFromTime is not before exportToTime"),
            window("no view", "outputView", null, "outputView is missing"),
            window(
                "an unknown view",
                "outputView",
                "\"KEYS_ONLY\"",
                "outputView is neither NEW_IMAGE nor NEW_AND_OLD_IMAGES"))
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.title(),
                    () -> {
                      Path place = Files.createTempDirectory(temp, "row");
                      String path = row.made().in(place).toString();
                      assertThatThrownBy(() -> changes(path))
                          .isInstanceOf(ExportFormatException.class)
                          .hasMessageContainingAll(row.message(), row.wayOut());
                    }));
  }

  private static Row window(String what, String field, String json, String message) {
    return row(
        "a window of " + what,
        folder -> increment(folder).summaryField(field, json).write(),
        "Cannot read manifest-summary.json: " + message,
        "; export again");
  }

  private static IncrementalExport increment(Path folder) {
    return IncrementalExport.in(folder).inserted(A);
  }

  @Test
  void theViewMayBeNamedAsTheReferenceSays() throws IOException {
    Path folder = window(T0, T1).summaryField("outputView", "\"NEW_IMAGES\"").write();
    assertThat(changes(folder.toString()).get(0).window().orElseThrow().view())
        .isEqualTo(Window.View.NEW_IMAGE);
  }

  @Test
  void aDamagedWindowDoesNoHarmToTheFullExportBesideIt() throws IOException {
    ExportFixture full = ExportFixture.in(temp).file("{\"Item\":" + A + "}");
    full.write();
    window(T0, T1).summaryField("exportFromTime", "null").write();
    ExportManifest manifest =
        new ExportLocator(local, ReadOptions.defaults())
            .locate(temp + "/nightly/orders", ExportSelection.newest());
    assertThat(manifest.exportId()).isEqualTo("01731900000000-0a1b2c3d");
    assertThat(manifest.window()).isEmpty();
  }

  @Test
  void whereItemsAreWantedTheMessageNamesTheCommandForChanges() throws IOException {
    Path folder = window(T0, T1).write();
    ReadOptions options = ReadOptions.defaults().withWords(Words.EXPORT_SOURCE);
    assertThatThrownBy(
            () ->
                new ExportLocator(local, options)
                    .locate(folder.toString(), ExportSelection.newest()))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("it is incremental and holds changes, not the items of a table")
        .hasMessageEndingWith(
            "give a full export, or bring the changes into its lake table with apply");
  }

  private interface Made {
    Path in(Path folder);
  }

  private record Row(String title, Made made, String message, String wayOut) {}

  private static Row row(String title, Made made, String message, String wayOut) {
    return new Row(title, made, message, wayOut);
  }
}
