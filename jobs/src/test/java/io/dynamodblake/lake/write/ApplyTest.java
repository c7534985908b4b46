package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.export.Window;
import io.dynamodblake.lake.LedgerEntry;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.IncrementalExport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What windows of changes do to a lake table, and which of them it does not take. */
class ApplyTest extends ApplyingTest {
  // ---- what is applied

  @Test
  void itemsComeAndGoAndARowIsReplacedWhole() {
    RunReport report =
        apply(
            window(T0, T1)
                .updated(
                    image("a", number("n", "1"), "\"gone\":{\"S\":\"x\"}"),
                    image("a", number("n", "10")))
                .deleted(image("b", number("n", "2")))
                .inserted(image("d", number("n", "4"), "\"new\":{\"BOOL\":true}"))
                .write());

    assertThat(rows("pk", "n", "gone", "new"))
        .containsExactly("[a,10,null,null]", "[c,3,null,null]", "[d,4,null,true]");
    RunReport.Changes changes = report.changes().orElseThrow();
    assertThat(List.of(changes.inserted(), changes.updated(), changes.deleted()))
        .containsExactly(1L, 1L, 1L);
    assertThat(changes.comparedRows()).isEqualTo(2);
    assertThat(changes.differentRows()).isZero();
    assertThat(table().current().facts().time()).contains(T1);
    assertThat(table().ddl()).contains("`new` boolean");
  }

  @Test
  void severalWindowsAreAppliedInTheirOrderWhateverTheOrderTheyAreGivenIn() {
    Path first = window(T0, T1).inserted(image("d", number("n", "4"))).write();
    Path second =
        window(T1, T2).updated(image("d", number("n", "4")), image("d", number("n", "5"))).write();
    Path third = window(T2, T3).deleted(image("d", number("n", "5"))).write();

    RunReport report = apply(options -> options.strict(true), third, first, second);

    assertThat(rows("pk")).containsExactly("[a]", "[b]", "[c]");
    assertThat(report.changes().orElseThrow().records()).isEqualTo(3);
    assertThat(table().current().ledger().entries())
        .extracting(LedgerEntry::kind, entry -> entry.to().orElseThrow())
        .containsExactly(
            tuple(LedgerEntry.Kind.FULL, T0),
            tuple(LedgerEntry.Kind.WINDOW, T1),
            tuple(LedgerEntry.Kind.WINDOW, T2),
            tuple(LedgerEntry.Kind.WINDOW, T3));
  }

  @Test
  void ofAPrefixThoseAreTakenThatContinueTheTable() {
    window(T0.minusSeconds(3600), T0).inserted(image("old")).write(); // before the full export
    window(T1, T2).inserted(image("e")).write();
    window(T0, T1).inserted(image("d")).write();
    IncrementalExport.in(temp.resolve("bucket"))
        .table("Other")
        .exportId("01731998000000-0a1b2c3d")
        .keys("pk")
        .window(T2, T3)
        .inserted(image("z"))
        .write();

    RunReport report = apply(temp.resolve("bucket/nightly/orders"));

    assertThat(rows("pk")).containsExactly("[a]", "[b]", "[c]", "[d]", "[e]");
    assertThat(report.inputs()).hasSize(2);
  }

  @Test
  void afterAHoleInAPrefixWhatComesBeforeItIsAppliedAndTheRestIsNamed() {
    window(T0, T1).inserted(image("d")).write();
    Path later = window(T2, T3).inserted(image("e")).write();

    RunReport report = apply(temp.resolve("bucket/nightly/orders"));

    assertThat(rows("pk")).containsExactly("[a]", "[b]", "[c]", "[d]");
    assertThat(report.schema().notes())
        .anyMatch(
            note ->
                note.contains(
                    "Export %s does not continue the table after %s and was not applied"
                        .formatted(later.getFileName(), T1)));
    assertThatThrownBy(() -> apply(temp.resolve("bucket/nightly/orders")))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("the changes of 1 hours and 0 minutes are missing");
  }

  @Test
  void theSameWindowAgainChangesNothing() {
    Path changes = window(T0, T1).inserted(image("d")).write();
    apply(changes);
    String snapshot = table().snapshotPath();

    RunReport again = apply(changes);

    assertThat(again.status()).isEqualTo(RunReport.Status.UNCHANGED);
    assertThat(table().snapshotPath()).isEqualTo(snapshot);
  }

  @Test
  void aWindowWithoutChangesMovesTheMomentAndNoFile() {
    String snapshot = table().snapshotPath();

    RunReport report = apply(window(T0, T1).write());

    assertThat(report.published()).isTrue();
    assertThat(table().snapshotPath()).isEqualTo(snapshot);
    assertThat(table().current().facts().time()).contains(T1);
    apply(window(T1, T2).inserted(image("d")).write());
    assertThat(rows("pk")).hasSize(4);
  }

  @Test
  void keysThatNameFoldersAreFoundWhateverTheOrderOfTheFolders() {
    String changed = image("a", "\"gone\":{\"S\":\"b\"}", number("n", "%d"));
    flatten(
        options(
                export()
                    .file("{\"Item\":" + changed.formatted(1) + "}")
                    .file(item("b", "\"gone\":{\"S\":\"a\"}", number("n", "2")))
                    .write())
            .partitionedBy(List.of("gone", "pk"))
            .replacing(true));

    RunReport report =
        apply(
            options -> options.strict(true),
            window(T0, T1).updated(changed.formatted(1), changed.formatted(-1)).write());

    assertThat(report.changes().orElseThrow().updated()).isEqualTo(1);
    assertThat(rows("pk", "gone", "n")).containsExactly("[a,b,-1]", "[b,a,2]");
  }

  @Test
  void filesWithoutAChangedRowAreTakenAsTheyAre() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      lines.add(item("p%03d".formatted(i), "\"t\":{\"S\":\"%s\"}".formatted("x".repeat(i))));
    }
    flatten(
        options(export().exportId("01731900000000-ffffffff").exportTime(T1).items(lines, 4).write())
            .withKeys(PK)
            .withTargetFileBytes(1024));
    List<Object> before = identities();

    RunReport report =
        apply(
            options -> options.withTargetFileBytes(1024),
            window(T1, T2)
                .deleted(image("p000", "\"t\":{\"S\":\"\"}"))
                .inserted(image("q"))
                .write());

    RunReport.Changes changes = report.changes().orElseThrow();
    assertThat(changes.rewrittenFiles()).isEqualTo(1);
    assertThat(changes.carriedFiles()).isEqualTo(before.size() - 1);
    assertThat(identities()).containsAll(before.stream().filter(identities()::contains).toList());
    assertThat(identities().stream().filter(before::contains).count())
        .isEqualTo(before.size() - 1L);
    assertThat(rows("pk")).hasSize(400).contains("[q]").doesNotContain("[p000]");
  }

  /** What the file system knows files by, whatever they are called. */
  private List<Object> identities() throws IOException {
    Path folder = Path.of(URI.create(table().snapshotPath()));
    List<Object> keys = new ArrayList<>();
    for (String file : dataFiles()) {
      keys.add(Files.getAttribute(folder.resolve(file), "unix:ino"));
    }
    return keys;
  }

  @Test
  void columnsGrowAndFilesOfBeforeAreMadeToFit() {
    apply(
        window(T0, T1)
            .updated(image("b", number("n", "2")), image("b", number("n", "2.5")))
            .inserted(image("d", "\"n\":{\"S\":\"many\"}"))
            .write());

    assertThat(rows("pk", "cast(n as string)", "ddb_rescued['n']"))
        .containsExactly(
            "[a,1.0,null]", "[b,2.5,null]", "[c,3.0,null]", "[d,null,{\"S\":\"many\"}]");
  }

  @Test
  void whatIsNoChangeRecordIsSetAsideOnRequest() {
    Path changes = window(T0, T1).inserted(image("d")).line("{\"Keys\":{}}").write();

    assertThatThrownBy(() -> apply(changes)).isInstanceOf(DataRefusedException.class);
    RunReport report = apply(options -> options.onBadRecord(OnBadRecord.QUARANTINE), changes);

    assertThat(report.counts().quarantined()).isEqualTo(1);
    assertThat(report.output().quarantinePath()).isPresent();
    assertThat(rows("pk")).hasSize(4);
  }

  @Test
  void aDryRunSaysWhatItWouldDoAndWritesNothing() {
    List<String> before = filesBelow(lake());

    RunReport report =
        apply(options -> options.dryRun(true), window(T0, T1).deleted(image("a")).write());

    assertThat(report.status()).isEqualTo(RunReport.Status.DRY_RUN);
    assertThat(report.changes().orElseThrow().rowsAfter()).isEqualTo(2);
    assertThat(filesBelow(lake())).isEqualTo(before);
  }

  @Test
  void allRowsGoOnRequestOnly() {
    Path changes =
        window(T0, T1).deleted(image("a")).deleted(image("b")).deleted(image("c")).write();

    assertThatThrownBy(() -> apply(changes))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("the changes delete all 3 rows")
        .hasMessageEndingWith("give --allow-empty");
    apply(options -> options.allowingEmpty(true), changes);

    assertThat(rows("pk")).isEmpty();
    apply(window(T1, T2).inserted(image("d")).write());
    assertThat(rows("pk")).containsExactly("[d]");
  }

  // ---- what contradicts the table

  @Test
  void whatTheTableDoesNotKnowIsCountedAndToldAndRefusedOnRequest() {
    Path changes =
        window(T0, T1)
            .deleted(image("x"))
            .updated(image("y"), image("y", number("n", "5")))
            .inserted(image("a", number("n", "6")))
            .updated(image("b", number("n", "77")), image("b", number("n", "8")))
            .write();

    assertThatThrownBy(() -> apply(options -> options.strict(true), changes))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining(
            "the changes do not fit the table: 1 deletes of keys that it has not, 1 updates of keys that it has not,"
                + " 1 inserts of keys that it has, 1 rows that are not what the changes say they were");
    RunReport report = apply(changes);

    assertThat(rows("pk", "n")).containsExactly("[a,6]", "[b,8]", "[c,3]", "[y,5]");
    assertThat(report.schema().notes())
        .anyMatch(note -> note.startsWith("The changes do not fit the table: 1 deletes"));
  }

  // ---- what does not follow

  private void refused(Path changes, String message) {
    String snapshot = table().snapshotPath();
    assertThatThrownBy(() -> apply(changes))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining(message);
    assertThat(table().snapshotPath()).isEqualTo(snapshot);
  }

  @Test
  void aGapIsRefusedWithTheCommandsThatFillIt() {
    Path late = window(T1, T2).inserted(image("d")).write();

    refused(late, "its window is %s to %s and the lake table shows %s".formatted(T1, T2, T0));
    refused(late, "the changes of 1 hours and 0 minutes are missing");
    refused(
        late,
        "--incremental-export-specification ExportFromTime=%s,ExportToTime=%s,ExportViewType=NEW_AND_OLD_IMAGES"
            .formatted(T0, T1));
    refused(
        late, "or dynamodb-lake export orders --bucket BUCKET --from %s --to %s".formatted(T0, T1));
  }

  @Test
  void anOverlapIsRefusedBecauseItLeavesGhosts() {
    refused(
        window(T0.minusSeconds(60), T1).inserted(image("d")).write(),
        "so they overlap: a key that came and went in the overlap would stay for ever");
  }

  @Test
  void whatIsOlderThanTheTableIsRefused() {
    refused(
        window(T0.minusSeconds(3600), T0).inserted(image("d")).write(),
        "so that is older than what the table has");
  }

  @Test
  void aLongerWindowThatBeginsWithOneThatWasAppliedOverlaps() {
    apply(window(T0, T1).inserted(image("d")).write());

    refused(window(T0, T2).inserted(image("d")).write(), "so they overlap");
  }

  @Test
  void changesOfAnotherTableAndOfOneThatWasMadeAgainAreRefused() {
    refused(
        window(T0, T1).table("Other").inserted(image("d")).write(),
        "and the lake table of arn:aws:dynamodb:");
    refused(
        window(T0, T1).tableId("11111111-2222-3333-4444-555555555555").inserted(image("d")).write(),
        "the table was deleted and made again since the lake table's last export");
  }

  @Test
  void aFilteredWindowIsRefused() {
    refused(
        window(T0, T1).summaryField("partial", "true").inserted(image("d")).write(),
        "it is filtered, so a change that took an item out of the filter is not in it");
  }

  @Test
  void aWindowWithTwoRecordsOfOneKeyIsNoExport() {
    refused(
        window(T0, T1).inserted(image("d")).inserted(image("d", number("n", "1"))).write(),
        "1 records are of a key that their export has already");
  }

  @Test
  void recordsWithOtherKeysThanTheTableHasAreRefused() {
    refused(
        window(T0, T1).keys("id").inserted("{\"id\":{\"S\":\"a\"},\"pk\":{\"S\":\"a\"}}").write(),
        "a record has other key attributes than the table, which has pk:S");
  }

  @Test
  void dataFilesThatAreGoneOrOfOtherBytesAreRefused() {
    refused(window(T0, T1).inserted(image("d")).missing(0).write(), "");
    refused(window(T0, T1).inserted(image("d")).wrongMd5(0).write(), "MD5");
    refused(window(T0, T1).inserted(image("d")).wrongItemCount(0, 1).write(), "");
  }

  @Test
  void aFullExportHoldsNoChanges() {
    Path full = export().exportId("01731900000000-ffffffff").exportTime(T1).file(item("d")).write();

    refused(full, "");
  }

  // ---- tables that cannot take changes

  @Test
  void whereThereIsNoLakeTableNothingIsApplied() {
    assertThatThrownBy(
            () ->
                new Apply(
                        spark,
                        ApplyOptions.builder(
                                List.of(window(T0, T1).write().toString()),
                                temp.resolve("nowhere").toString())
                            .build())
                    .run(ReadProgress.NONE))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("there is no lake table at")
        .hasMessageEndingWith("flatten a full export first");
  }

  @Test
  void aTableOfCsvOrOfAnUnknownMomentOrWithAnEditedSchemaTakesNoChanges() throws IOException {
    Path changes = window(T0, T1).inserted(image("d")).write();
    Path schema = lake().resolve("_dynamodb/schema.json");
    Files.writeString(schema, Files.readString(schema).replace("bigint", "double"));
    assertThatThrownBy(() -> apply(changes))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("schema.json was edited since the snapshot was published");

    Path other = temp.resolve("other");
    flatten(
        FlattenOptions.builder(
                export().exportId("01731900000000-dddddddd").file(item("a")).write().toString(),
                other.toString(),
                "orders")
            .as(OutputFormat.CSV)
            .withKeys(PK));
    assertThatThrownBy(
            () ->
                new Apply(
                        spark,
                        ApplyOptions.builder(List.of(changes.toString()), other.toString()).build())
                    .run(ReadProgress.NONE))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("the lake table is kept as csv");
  }

  @Test
  void aFullExportAfterChangesBeginsTheChainAnew() {
    apply(window(T0, T1).view(Window.View.NEW_IMAGE).inserted(image("d")).write());
    Path older =
        ExportFixture.in(temp.resolve("bucket"))
            .exportId("01731900000000-eeeeeeee")
            .exportTime(T0.plusSeconds(60))
            .file(item("z"))
            .write();
    assertThatThrownBy(() -> flatten(options(older).withKeys(PK)))
        .hasMessageContaining("older than the published one");

    flatten(
        options(export().exportId("01731900000000-ffffffff").exportTime(T2).file(item("q")).write())
            .withKeys(PK));

    assertThat(rows("pk")).containsExactly("[q]");
    assertThat(table().current().ledger().entries())
        .singleElement()
        .matches(entry -> entry.kind() == LedgerEntry.Kind.FULL);
    apply(window(T2, T3).inserted(image("r")).write());
    assertThat(rows("pk")).containsExactly("[q]", "[r]");
  }
}
