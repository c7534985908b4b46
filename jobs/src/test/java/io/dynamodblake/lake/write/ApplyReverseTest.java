package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.export.Window;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.LakeTable;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.LedgerEntry;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.compare.Comparison;
import io.dynamodblake.lake.compare.ComparisonOptions;
import io.dynamodblake.lake.compare.ComparisonReport;
import io.dynamodblake.lake.items.Side;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.testing.IncrementalExport;
import io.dynamodblake.testing.RandomHistory;
import io.dynamodblake.type.Descriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The last window of a lake table undone, and what cannot be. */
class ApplyReverseTest extends LakeTest {
  private static final Instant T0 = IncrementalExport.FROM;
  private static final Instant T1 = T0.plusSeconds(3600);
  private static final Instant T2 = T1.plusSeconds(3600);
  private static final List<KeyAttribute> PK = List.of(new KeyAttribute("pk", Descriptor.S));
  private static final int HISTORIES = 3;

  private int exports;

  private IncrementalExport window(Instant from, Instant to) {
    return IncrementalExport.in(temp.resolve("bucket"))
        .exportId("0173199%07d-0a1b2c3d".formatted(exports++))
        .keys("pk")
        .window(from, to);
  }

  private static String image(String pk, String n) {
    return "{\"pk\":{\"S\":\"%s\"},\"n\":{\"N\":\"%s\"}}".formatted(pk, n);
  }

  private RunReport apply(UnaryOperator<ApplyOptions.Builder> more, Path lake, Path changes) {
    return new Apply(
            spark,
            more.apply(ApplyOptions.builder(List.of(changes.toString()), lake.toString())).build())
        .run(ReadProgress.NONE);
  }

  private RunReport apply(Path changes) {
    return apply(options -> options, lake(), changes);
  }

  private RunReport undo(Path changes) {
    return apply(options -> options.reversing(true), lake(), changes);
  }

  private void flattenThreeItems() {
    flatten(
        options(
                export()
                    .file(
                        item("a", "\"n\":{\"N\":\"1\"}"),
                        item("b", "\"n\":{\"N\":\"2\"}"),
                        item("c", "\"n\":{\"N\":\"3\"}"))
                    .write())
            .withKeys(PK));
  }

  private IncrementalExport firstWindow() {
    return window(T0, T1)
        .updated(image("a", "1"), image("a", "10"))
        .deleted(image("b", "2"))
        .inserted(image("d", "4"));
  }

  @Test
  void rowsLedgerAndMomentAreAsTheyWereAndTheWindowCanBeAppliedAgain() {
    flattenThreeItems();
    CurrentPointer before = table().current();
    Path first = firstWindow().write();
    apply(first);

    RunReport report = undo(temp.resolve("bucket/nightly/orders")); // found in the prefix

    assertThat(rows("pk", "n")).containsExactly("[a,1]", "[b,2]", "[c,3]");
    assertThat(table().current().ledger()).isEqualTo(before.ledger());
    assertThat(table().current().facts()).isEqualTo(before.facts());
    assertThat(report.dataTime()).contains(T0);
    RunReport.Changes changes = report.changes().orElseThrow();
    assertThat(changes.reversed()).isTrue();
    assertThat(List.of(changes.inserted(), changes.updated(), changes.deleted()))
        .containsExactly(1L, 1L, 1L);
    assertThat(table().current().snapshot().exportFingerprint())
        .isEqualTo(before.snapshot().exportFingerprint());
    apply(first);
    assertThat(rows("pk", "n")).containsExactly("[a,10]", "[c,3]", "[d,4]");
  }

  @Test
  void ofSeveralWindowsOneIsUndoneAfterTheOther() {
    flattenThreeItems();
    Path first = firstWindow().write();
    Path second = window(T1, T2).updated(image("a", "10"), image("a", "11")).write();
    apply(temp.resolve("bucket/nightly/orders"));

    assertThatThrownBy(() -> undo(first))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining(
            "Cannot undo changes: export %s was not applied last, that was %s with the window %s to %s"
                .formatted(first.getFileName(), second.getFileName(), T1, T2))
        .hasMessageEndingWith("undo that one first");
    undo(second);
    assertThat(rows("pk", "n")).containsExactly("[a,10]", "[c,3]", "[d,4]");
    assertThat(table().current().ledger().last().exportId())
        .isEqualTo(first.getFileName().toString());
    undo(first);
    assertThat(rows("pk", "n")).containsExactly("[a,1]", "[b,2]", "[c,3]");
    assertThatThrownBy(() -> undo(first))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("none was applied since the full export");
  }

  @Test
  void aWindowWithoutOldImagesOrWithOtherFilesIsRefused() {
    flattenThreeItems();
    IncrementalExport first = firstWindow().exportId("01731998000000-0a1b2c3d");
    apply(first.view(Window.View.NEW_IMAGE).write());
    Path changes = first.write();

    assertThatThrownBy(() -> undo(changes))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("has new images alone, so nobody knows what was before");
    first.view(Window.View.NEW_AND_OLD_IMAGES).write();
    assertThatThrownBy(() -> undo(changes))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("has other data files than when it was applied");
    assertThat(rows("pk", "n")).containsExactly("[a,10]", "[c,3]", "[d,4]");
  }

  @Test
  void whatAWindowSaysThatWasThereComesBackAlsoWhereTheTableHadItNot() {
    flattenThreeItems();
    Path changes = window(T0, T1).deleted(image("unknown", "5")).inserted(image("d", "4")).write();
    apply(changes);
    Path next = window(T1, T2).updated(image("d", "4"), image("d", "5")).write();
    apply(next);
    undo(next);

    RunReport report = undo(changes);

    // what the export says was there comes back: nobody else knows
    assertThat(rows("pk", "n")).containsExactly("[a,1]", "[b,2]", "[c,3]", "[unknown,5]");
    assertThat(report.changes().orElseThrow().inserted()).isEqualTo(1);
  }

  @Test
  void aTableThatIsNotAsTheWindowLeftItIsRefused() throws Exception {
    flattenThreeItems();
    Path changes = firstWindow().write();
    apply(changes);
    // a row that nobody has written since: as if somebody had changed files by hand
    String pointer = Files.readString(lake().resolve("_dynamodb/current.json"));
    flatten(
        options(
                export()
                    .exportId("01731900000001-ffffffff")
                    .file(item("a", "\"n\":{\"N\":\"7\"}"), item("b", "\"n\":{\"N\":\"2\"}"))
                    .write())
            .withKeys(PK)
            .replacing(true));
    CurrentPointer other = table().current();
    CurrentPointer was = CurrentPointer.fromJson(pointer, "test");
    Files.writeString(
        lake().resolve("_dynamodb/current.json"),
        new CurrentPointer(
                other.table(), was.facts(), was.ledger(), other.snapshot(), other.earlier())
            .toJson());

    assertThatThrownBy(() -> undo(changes))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("Cannot undo changes: the lake table is not as export")
        .hasMessageContaining("1 keys are missing, 1 keys are there that it deleted")
        .hasMessageContaining("1 rows are not what it left");
  }

  @Test
  void whatIsAppliedAndUndoneIsEqualToWhatWasBefore() {
    long seed = Long.getLong("properties.seed", new Random().nextLong());
    for (int i = 0; i < HISTORIES * Integer.getInteger("properties.scale", 1); i++) {
      Path folder = temp.resolve("t" + i);
      undo(new RandomHistory(seed + i, folder.resolve("bucket"), 60), folder, seed + i);
    }
  }

  private void undo(RandomHistory history, Path folder, long seed) {
    Path lake = folder.resolve("lake");
    flatten(
        FlattenOptions.builder(history.full().toString(), lake.toString(), "orders").withKeys(PK));
    apply(options -> options, lake, history.window());
    Path before = history.full();
    Path changes = history.window();
    apply(options -> options.allowingEmpty(true), lake, changes);
    LedgerEntry last = LakeTable.open(spark, lake.toString()).current().ledger().last();
    UnaryOperator<ApplyOptions.Builder> undoing =
        options ->
            options.reversing(true).allowingEmpty(true).comparing(ApplyOptions.OldImages.ALL);
    if (last.view().orElseThrow().equals(Window.View.NEW_IMAGE.name())) {
      assertThatThrownBy(() -> apply(undoing, lake, changes))
          .as("seed " + seed)
          .hasMessageContaining("new images alone");
      return;
    }
    apply(undoing, lake, changes);
    ComparisonReport compared =
        new Comparison(
                spark,
                new ComparisonOptions(
                    new Side(lake.toString(), Optional.empty()),
                    new Side(before.toString(), Optional.empty()),
                    PK,
                    5,
                    true,
                    ReadOptions.defaults(),
                    1 << 20))
            .run(ReadProgress.NONE);
    assertThat(compared.equal()).as("seed " + seed + ": " + compared).isTrue();
  }
}
