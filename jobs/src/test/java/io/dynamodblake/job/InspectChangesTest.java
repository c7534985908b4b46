package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.export.Window;
import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.IncrementalExport;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code inspect} says of an incremental export. */
class InspectChangesTest {
  private final CapturedTerminal terminal = new CapturedTerminal();

  @TempDir Path temp;

  private IncrementalExport changes() {
    return IncrementalExport.in(temp)
        .dataFiles(2)
        .inserted("{\"id\":{\"S\":\"secret\"},\"n\":{\"N\":\"1\"}}")
        .updated(
            "{\"id\":{\"S\":\"b\"},\"n\":{\"N\":\"1\"},\"gone\":{\"S\":\"\"}}",
            "{\"id\":{\"S\":\"b\"},\"n\":{\"N\":\"2\"},\"come\":{\"S\":\"\"}}")
        .updated(
            "{\"id\":{\"S\":\"c\"},\"n\":{\"N\":\"1\"}}",
            "{\"id\":{\"S\":\"c\"},\"n\":{\"N\":\"3\"}}")
        .updated("{\"id\":{\"S\":\"d\"}}", "{\"id\":{\"S\":\"d\"}}")
        .deleted("{\"id\":{\"S\":\"e\"}}");
  }

  @Test
  void theWindowTheCountsAndTheAttributesThatChangedMost() {
    Path export = changes().write();
    assertThat(terminal.run("inspect", export.toString())).isZero();
    assertThat(terminal.out())
        .startsWith(
            "table orders, incremental export 01795059000000-6afd1960 of 2026-11-18T03:20:00Z to 2026-11-19T03:20:00Z\n")
        .contains(
            "5 changes in 2 data files, ",
            " compressed, JSON; checksums and record counts agree with the manifest\n",
            "Inserts          1   20.0%\n",
            "Updates          3   60.0%, 1 of them left the item as it was\n",
            "Deletes          1   20.0%\n",
            "Written  2026-11-18T03:20:01Z to 2026-11-18T03:20:01.004004Z\n",
            "Key      id (S)\n")
        .containsSubsequence(
            "ATTRIBUTE  UPDATES         ADDED  CHANGED  REMOVED\n",
            "n                2  66.7%               2\n",
            "come             1  33.3%      1\n",
            "gone             1  33.3%                        1\n")
        .doesNotContain("secret");
  }

  @Test
  void withoutOldImagesTheCountsSayWhatIsKnown() {
    Path export = changes().view(Window.View.NEW_IMAGE).write();
    assertThat(terminal.run("inspect", export + "/manifest-summary.json")).isZero();
    assertThat(terminal.out())
        .contains(
            "Puts             4   80.0%, inserts and updates, which an export of NEW_IMAGE does not tell apart\n",
            "Deletes          1   20.0%\n")
        .doesNotContain("Inserts", "Updates", "ATTRIBUTE");
  }

  @Test
  void theSameAsJsonWhetherTheExportIsGivenByItsFolderOrItsId() throws IOException {
    IncrementalExport export = changes();
    Path folder = export.write();
    assertThat(terminal.run("inspect", folder.toString(), "--json", "-")).isZero();
    JsonNode tree = Documents.read(terminal.out());
    assertThat(tree.path("export").path("view").textValue()).isEqualTo("NEW_AND_OLD_IMAGES");
    assertThat(tree.path("export").path("to").textValue()).isEqualTo("2026-11-19T03:20:00Z");
    assertThat(tree.path("changes").longValue()).isEqualTo(5);
    assertThat(tree.path("inserts").longValue()).isEqualTo(1);
    assertThat(tree.path("updates").longValue()).isEqualTo(3);
    assertThat(tree.path("unchanged").longValue()).isEqualTo(1);
    assertThat(tree.path("deletes").longValue()).isEqualTo(1);
    assertThat(tree.path("keys").toString())
        .isEqualTo("[[{\"attribute\":\"id\",\"descriptor\":\"S\"}]]");
    assertThat(tree.path("attributes").path(0).toString())
        .isEqualTo("{\"attribute\":\"n\",\"updates\":2,\"added\":0,\"changed\":2,\"removed\":0}");

    CapturedTerminal byId = new CapturedTerminal();
    String prefix = temp + "/nightly/orders";
    assertThat(byId.run("inspect", prefix, "--export-id", export.exportId(), "--json", "-"))
        .isZero();
    assertThat(byId.out()).isEqualTo(terminal.out());
  }

  @Test
  void anEmptyWindowIsNoFault() {
    assertThat(terminal.run("inspect", IncrementalExport.in(temp).write().toString())).isZero();
    assertThat(terminal.out()).contains("0 changes in 1 data file").doesNotContain("Inserts");
  }

  @Test
  void whatOnlyATableHasIsRefused() {
    String export = changes().write().toString();
    assertThat(terminal.run("inspect", export, "--schema-out", temp + "/s.json")).isEqualTo(2);
    assertThat(terminal.err())
        .contains(
            "Cannot use --schema-out: this is an incremental export, and a schema is of a whole table; inspect a full export");
    assertThat(new CapturedTerminal().run("inspect", export, "--html", temp + "/h.html"))
        .isEqualTo(2);
    assertThat(temp.resolve("h.html")).doesNotExist();
  }
}
