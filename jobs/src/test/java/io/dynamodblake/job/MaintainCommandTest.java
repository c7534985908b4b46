package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.testing.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** {@code maintain}, and {@code --keep} of the commands that publish, as people run them. */
class MaintainCommandTest extends LakeTest {
  private Path day(int day) {
    return export()
        .exportId("0173190000000%d-0a1b2c3d".formatted(day))
        .exportTime(Instant.parse("2026-11-18T03:20:00Z").plusSeconds(86_400L * day))
        .file(item("a"), item("b"))
        .write();
  }

  private static CapturedTerminal ran(String... words) {
    CapturedTerminal terminal = new CapturedTerminal();
    assertThat(terminal.run(words)).as(terminal.err()).isZero();
    return terminal;
  }

  /** As if the snapshots before the last one had been replaced long ago. */
  private void age() throws IOException {
    Path pointer = lake().resolve("_dynamodb/current.json");
    Files.writeString(
        pointer,
        Files.readString(pointer).replaceAll("(\"publishedAt\" ?: ?\")[0-9]{4}-", "$12020-"));
  }

  @Test
  void aDryRunTellsMoneyAndTheRunItselfDoesIt() throws IOException {
    flatten(options(day(1)));
    flatten(options(day(2)));
    age();

    String would =
        ran("maintain", lake().toString(), "--keep", "1", "--older-than", "1d", "--dry-run").out();
    assertThat(would)
        .contains("Would maintain  orders, snapshot 01731900000002-0a1b2c3d.")
        .contains("Kept       1 snapshot, the current one among them")
        .contains("Snapshots  1 would go: ")
        .contains("USD a month at the price of S3 Standard");
    JsonNode did =
        Documents.read(ran("maintain", lake().toString(), "--keep", "1", "--json").out());
    assertThat(did.path("status").asText()).isEqualTo("done");
    assertThat(did.path("forgotten")).hasSize(1);
    assertThat(table().current().ids()).hasSize(1);
    assertThat(statuses()).contains("done");
    assertThat(rows("pk")).containsExactly("[a]", "[b]");
  }

  @Test
  void flattenDeletesWhatItsKeepLeavesOutOnceItIsADayOld() throws IOException {
    flatten(options(day(1)));
    flatten(options(day(2)));
    age();

    String out =
        ran(
                "flatten",
                day(3).toString(),
                "--to",
                lake().toString(),
                "--table",
                "orders",
                "--keep",
                "1")
            .out();

    // the second one was replaced just now, and somebody may still read it
    assertThat(out).contains("Kept       2 snapshots; 1 deleted, ");
    assertThat(table().current().ids()).hasSize(2);
  }

  @Test
  void wrongUsageIsSaidBeforeAnythingIsDone() {
    CapturedTerminal terminal = new CapturedTerminal();
    assertThat(terminal.run("maintain", lake().toString(), "--register", "glue")).isEqualTo(2);
    assertThat(terminal.err())
        .contains("Cannot use --register with a lake table that is not on S3");
    assertThat(terminal.run("maintain", lake().toString(), "--keep", "0")).isEqualTo(2);
    assertThat(terminal.err()).contains("0 is too small; at least 1");
    assertThat(lake()).doesNotExist();
  }
}
