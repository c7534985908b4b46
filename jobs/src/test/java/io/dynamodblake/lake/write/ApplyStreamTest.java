package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.LedgerEntry;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.testing.IncrementalExport;
import io.dynamodblake.testing.StreamEvent;
import io.dynamodblake.type.Descriptor;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What runs of {@code stream} do to a lake table, where a key has several changes. */
class ApplyStreamTest extends LakeTest {
  private static final Instant T0 = IncrementalExport.FROM;
  private static final Instant T1 = T0.plusSeconds(3600);
  private static final Instant T2 = T1.plusSeconds(3600);
  private static final List<KeyAttribute> PK = List.of(new KeyAttribute("pk", Descriptor.S));

  private int exports;
  private int events;

  @BeforeEach
  void aTableOfThreeItems() {
    flatten(
        options(export().file(item("a", n(1)), item("b", n(2)), item("c", n(3))).write())
            .withKeys(PK));
  }

  private static String n(int value) {
    return "\"n\":{\"N\":\"%d\"}".formatted(value);
  }

  private static Optional<String> image(String pk, int value) {
    return Optional.of("{\"pk\":{\"S\":\"%s\"},%s}".formatted(pk, n(value)));
  }

  private StreamEvent event(String pk, Optional<String> before, Optional<String> after) {
    return event(pk, before, after, false);
  }

  private StreamEvent event(
      String pk, Optional<String> before, Optional<String> after, boolean expired) {
    return new StreamEvent(
        "{\"pk\":{\"S\":\"%s\"}}".formatted(pk),
        before,
        after,
        T0.plusSeconds(events),
        events++,
        expired);
  }

  private Path run(Instant from, Instant to, StreamEvent... changes) {
    return run(from, to, Arrays.stream(changes).map(StreamEvent::ownLine).toList());
  }

  private Path run(Instant from, Instant to, List<String> lines) {
    IncrementalExport export =
        IncrementalExport.in(temp.resolve("archive"))
            .prefix("")
            .exportId("0173199%07d-0a1b2c3d".formatted(exports++))
            .keys("pk")
            .window(from, to)
            .summaryField("compacted", "false")
            .summaryField("madeBy", "\"dynamodb-lake stream\"");
    lines.forEach(export::line);
    return export.write();
  }

  private RunReport apply(UnaryOperator<ApplyOptions.Builder> more, Path... changes) {
    List<String> paths = Arrays.stream(changes).map(Path::toString).toList();
    return new Apply(spark, more.apply(ApplyOptions.builder(paths, lake().toString())).build())
        .run(ReadProgress.NONE);
  }

  private RunReport apply(Path... changes) {
    return apply(options -> options, changes);
  }

  @Test
  void theLastChangeOfAKeyIsTheOneWithTheLargestNumberWhateverTheOrderOfLines() {
    StreamEvent first = event("a", image("a", 1), image("a", 10)); // ...95 digits
    StreamEvent second = event("a", image("a", 10), Optional.empty()); // ...102: less as text
    StreamEvent third = event("a", Optional.empty(), image("a", 30));
    StreamEvent other = event("b", image("b", 2), Optional.empty());

    RunReport report = apply(run(T0, T1, third, other, first, second, first, third));

    assertThat(rows("pk", "n")).containsExactly("[a,30]", "[c,3]");
    RunReport.Archive archive = report.archive().orElseThrow();
    assertThat(archive.repeated()).isEqualTo(2);
    assertThat(report.changes().orElseThrow().breaks()).isZero();
    assertThat(table().current().facts().time()).contains(T1);
    assertThat(table().current().ledger().last().kind()).isEqualTo(LedgerEntry.Kind.ARCHIVE);
  }

  @Test
  void whatARunReadAfterTheMomentThatItCoversIsNotLost() {
    Path before = run(T0.minusSeconds(60), T0, event("a", image("a", 1), image("a", 10)));
    assertThatThrownBy(() -> apply(temp.resolve("archive")))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining(
            "the archive ends at %s and the lake table shows %s, so its changes would take rows back in time"
                .formatted(T0, T0))
        .hasMessageEndingWith("run stream again and apply what is there then");
    assertThat(rows("pk", "n")).contains("[a,1]");
    run(T0, T1, event("b", image("b", 2), Optional.empty()));

    apply(temp.resolve("archive"));

    assertThat(rows("pk", "n")).containsExactly("[a,10]", "[c,3]");
    assertThat(table().current().ledger().entries()).hasSize(3);
    assertThat(apply(before).status()).isEqualTo(RunReport.Status.UNCHANGED);
  }

  @Test
  void aRunBeforeAHoleInTheArchiveIsLeftOut() {
    run(T0.minusSeconds(600), T0.minusSeconds(60), event("a", image("a", 0), image("a", -1)));
    run(T0, T1, event("b", image("b", 2), Optional.empty()));

    apply(temp.resolve("archive"));

    assertThat(rows("pk", "n")).containsExactly("[a,1]", "[c,3]");
  }

  @Test
  void runsFollowEachOtherAndTheSameAgainChangesNothing() {
    run(T0.minusSeconds(60), T1, event("a", image("a", 1), image("a", 10)));
    run(T1, T2, event("a", image("a", 10), image("a", 11)));
    Path archive = temp.resolve("archive");

    apply(options -> options.strict(true), archive);
    RunReport again = apply(archive);

    assertThat(rows("pk", "n")).containsExactly("[a,11]", "[b,2]", "[c,3]");
    assertThat(again.status()).isEqualTo(RunReport.Status.UNCHANGED);
    assertThat(table().current().facts().time()).contains(T2);
  }

  @Test
  void aRunThatFollowsTheOneBeforeIsComparedWithTheRowsAndTheFirstOneIsNot() {
    RunReport first = apply(run(T0, T1, event("a", image("a", 77), image("a", 10))));
    Path next = run(T1, T2, event("a", image("a", 88), image("a", 11)));

    assertThat(first.changes().orElseThrow().comparedRows()).isZero();
    assertThatThrownBy(() -> apply(options -> options.strict(true), next))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("1 rows that are not what the changes say they were");
  }

  @Test
  void whatTheTableHasAlreadyDoesNoHarmAndIsNoContradiction() {
    Path changes =
        run(
            T0.minusSeconds(3600),
            T1,
            event("z", Optional.empty(), image("z", 1)),
            event("z", image("z", 1), Optional.empty()),
            event("c", Optional.empty(), image("c", 3)));

    RunReport report = apply(options -> options.strict(true), changes);

    assertThat(rows("pk", "n")).containsExactly("[a,1]", "[b,2]", "[c,3]");
    assertThat(report.published()).isTrue();
  }

  @Test
  void aMissingRunIsNamedAndNoExportContinuesAnArchive() {
    Path later = run(T1, T2, event("a", image("a", 1), image("a", 10)));
    assertThatThrownBy(() -> apply(later))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("so the changes of 1 hours and 0 minutes are missing, at ")
        .hasMessageContaining("apply the runs of the archive between them first");

    apply(run(T0, T1, event("a", image("a", 1), image("a", 10))));
    Path export =
        IncrementalExport.in(temp.resolve("bucket"))
            .keys("pk")
            .window(T1, T2)
            .inserted(image("d", 4).orElseThrow())
            .write();
    assertThatThrownBy(() -> apply(export))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("which may hold changes from after that moment");
  }

  @Test
  void rowsOfWhatHadExpiredStayOnRequest() {
    Path changes =
        run(
            T0,
            T1,
            event("a", image("a", 1), Optional.empty(), true),
            event("b", image("b", 2), Optional.empty(), true),
            event("b", Optional.empty(), image("b", 20)),
            event("c", image("c", 3), Optional.empty()));

    RunReport report =
        apply(
            options ->
                options
                    .strict(true)
                    .readingArchives(
                        new ArchiveOptions(
                            ArchiveOptions.DEFAULT.lateness(), true, true, Optional.empty())),
            changes);

    assertThat(rows("pk", "n")).containsExactly("[a,1]", "[b,20]");
    assertThat(report.archive().orElseThrow().passedOver()).isEqualTo(2);
    assertThat(report.changes().orElseThrow().breaks()).isZero();
  }

  @Test
  void anItemThatComesBackWhereARowWasKeptIsNoContradiction() {
    UnaryOperator<ApplyOptions.Builder> keeping =
        options ->
            options
                .strict(true)
                .readingArchives(
                    new ArchiveOptions(
                        ArchiveOptions.DEFAULT.lateness(), true, true, Optional.empty()));
    apply(keeping, run(T0, T1, event("a", image("a", 1), Optional.empty(), true)));

    // with or without the request: the row is there since before
    apply(
        options -> options.strict(true).comparing(ApplyOptions.OldImages.ALL),
        run(T1, T2, event("a", Optional.empty(), image("a", 10))));

    assertThat(rows("pk", "n")).containsExactly("[a,10]", "[b,2]", "[c,3]");
  }

  @Test
  void aRecordWithoutANumberIsBad() {
    Path changes =
        run(
            T0,
            T1,
            List.of("{\"Keys\":{\"pk\":{\"S\":\"a\"}},\"NewImage\":{\"pk\":{\"S\":\"a\"}}}"));

    assertThatThrownBy(() -> apply(changes))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("no 'SequenceNumber', without which nobody knows which change");
  }
}
