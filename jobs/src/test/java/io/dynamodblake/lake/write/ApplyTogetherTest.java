package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LedgerEntry;
import io.dynamodblake.lake.RunReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several runs that change a lake table at the same time, and tables of earlier versions. */
class ApplyTogetherTest extends ApplyingTest {
  /** Does something at the begin of a phase of a run. */
  private static ReadProgress at(String phase, Runnable other) {
    return new ReadProgress() {
      @Override
      public void phase(String name, long totalItems, long totalStoredBytes) {
        if (name.equals(phase)) {
          other.run();
        }
      }

      @Override
      public void read(long items, long storedBytes) {}
    };
  }

  private RunReport apply(ReadProgress progress, Path changes) {
    return new Apply(
            spark, ApplyOptions.builder(List.of(changes.toString()), lake().toString()).build())
        .run(progress);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Finding rows", "Writing", "Publishing"})
  void ofTwoRunsWithTheSameChangesBothEndWellAndOneHasPublished(String phase) {
    Path changes = window(T0, T1).inserted(image("d")).write();

    RunReport report = apply(at(phase, () -> apply(changes)), changes);

    assertThat(report.status()).isEqualTo(RunReport.Status.UNCHANGED);
    assertThat(rows("pk")).containsExactly("[a]", "[b]", "[c]", "[d]");
    assertThat(table().current().ledger().entries()).hasSize(2);
    assertThat(filesBelow(lake()).stream().map(file -> file.split("/")[0]).distinct())
        .hasSize(3); // the snapshots before and after, and what is no data
  }

  @Test
  void whoIsOvertakenByAFlattenSaysSoAndLeavesNothing() {
    Path changes = window(T0, T1).inserted(image("d")).write();
    Path full = export().exportId("01731900000000-ffffffff").exportTime(T2).file(item("q")).write();

    assertThatThrownBy(
            () -> apply(at("Writing", () -> flatten(options(full).withKeys(PK))), changes))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("has published snapshot '01731900000000-ffffffff.")
        .hasMessageEndingWith("nothing was changed, run again");

    assertThat(rows("pk")).containsExactly("[q]");
    assertThat(table().current().ledger().entries()).hasSize(1);
  }

  @Test
  void aTableOfAVersionWithoutLedgersTakesChanges() throws IOException {
    Path pointer = lake().resolve("_dynamodb/current.json");
    ObjectNode tree = (ObjectNode) new ObjectMapper().readTree(pointer.toFile());
    tree.remove(List.of("ledger", "sortBy", "database"));
    Files.writeString(pointer, tree.toString());

    apply(window(T0, T1).inserted(image("d")).write());

    assertThat(rows("pk")).hasSize(4);
    assertThat(table().current().ledger().entries())
        .extracting(LedgerEntry::kind)
        .containsExactly(LedgerEntry.Kind.FULL, LedgerEntry.Kind.WINDOW);
  }
}
