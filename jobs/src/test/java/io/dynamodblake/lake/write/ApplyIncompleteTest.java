package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.testing.ExportFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Lake tables that do not hold all of their table: changes do not make them whole. */
class ApplyIncompleteTest extends ApplyingTest {
  private ExportFixture later() {
    return export().exportId("01731980000000-0a1b2c3d").exportTime(T1);
  }

  private Path next() {
    return window(T1, T2).inserted(image("z")).write();
  }

  @Test
  void whatWasSetAsideFromTheFullExportIsMissingAfterChangesToo() {
    flatten(options(later().file(item("a"), "no item").write()).withKeys(PK).quarantiningAtMost(1));

    apply(next());
    apply(window(T2, T3).deleted(image("z")).write());

    assertThat(rows("pk")).containsExactly("[a]");
    assertThat(table().wholeness().gaps()).containsExactly("1 lines of the export were set aside");
  }

  @Test
  void aTableOfAFilteredScanTakesChangesAndStaysAPart() {
    flatten(options(later().summaryField("partial", "true").file(item("a")).write()).withKeys(PK));

    apply(next());

    assertThat(rows("pk")).containsExactly("[a]", "[z]");
    assertThat(table().wholeness().gaps())
        .containsExactly("they come from a partial scan, which left attributes or items out");
  }

  @Test
  void recordsThatWereSetAsideAreRememberedEvenIfNoRowHasChanged() {
    Path changes = window(T0, T1).line("{\"Keys\":{}}").write();

    apply(options -> options.onBadRecord(OnBadRecord.QUARANTINE), changes);
    RunReport report = apply(window(T1, T2).inserted(image("z")).write());

    assertThat(report.changes().orElseThrow().before().gaps())
        .containsExactly("1 change records were set aside");
    assertThat(table().wholeness().gaps()).containsExactly("1 change records were set aside");
  }

  @Test
  void theFullExportIsAskedWhetherItWasFiltered() {
    String asked = table().wholeness().exportArn().orElseThrow();

    apply(window(T0, T1).inserted(image("d")).write());

    assertThat(table().wholeness().exportArn()).contains(asked);
    assertThat(table().wholeness().isPartial()).isFalse();
  }
}
