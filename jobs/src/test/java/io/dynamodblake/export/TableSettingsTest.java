package io.dynamodblake.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.testing.Documents;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TableSettingsTest {
  private static final String ARN = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders";
  private static final Instant NOW = Instant.parse("2026-11-18T03:20:00Z");

  private static TableSettings.Builder some() {
    return new TableSettings.Builder()
        .with(TableSetting.TABLE_CLASS, TextNode.valueOf("STANDARD"))
        .with(TableSetting.TAGS, JsonDocuments.object().put("team", "shop"))
        .with(TableSetting.STREAM, Optional.empty());
  }

  @Test
  void documentIsReadAsItWasWritten() {
    TableSettings settings =
        some().without(TableSetting.POLICY, "no permission").of(ARN, "id-1", NOW);

    Documents.read(settings.toJson());
    TableSettings read = TableSettings.ofJson(settings.toJson(), "table.json");

    assertThat(read.known()).isEqualTo(settings.known());
    assertThat(read.tableArn()).isEqualTo(ARN);
    assertThat(read.tableId()).isEqualTo("id-1");
    assertThat(read.describedAt()).isEqualTo(NOW);
    assertThat(read.unknown().get(TableSetting.POLICY)).isEqualTo("no permission");
  }

  @Test
  void whatIsNotThereIsNotKnownAndNeverOff() {
    TableSettings read = TableSettings.ofJson(some().of(ARN, "", NOW).toJson(), "table.json");

    assertThat(read.value(TableSetting.STREAM))
        .hasValueSatisfying(off -> assertThat(off.isNull()).isTrue());
    assertThat(read.value(TableSetting.TIME_TO_LIVE)).isEmpty();
    assertThat(read.unknown()).isEmpty();
  }

  @Test
  void whoeverAddsWhatWasNotKnownMakesItKnown() {
    String text =
        some()
            .without(TableSetting.RECOVERY, "no permission")
            .of(ARN, "", NOW)
            .toJson()
            .replace("\"stream\" : null", "\"stream\" : null, \"pointInTimeRecovery\" : {}");

    TableSettings read = TableSettings.ofJson(text, "table.json");

    assertThat(read.value(TableSetting.RECOVERY)).contains(JsonDocuments.object());
    assertThat(read.unknown()).isEmpty();
  }

  @Test
  void fileThatIsNoneOfOursOrSaysWhatNobodyKnowsIsRefused() {
    String good = some().of(ARN, "", NOW).toJson();

    assertRefused("{", "Cannot read t.json: it is no JSON");
    assertRefused(
        "[]",
        "Cannot read t.json: it is no description of a table, as export and scan keep it in table.json");
    assertRefused(
        good.replace("\"tags\"", "\"tag\""), "Cannot read t.json: nobody knows the setting 'tag'");
    assertRefused(
        good.replace("\"formatVersion\" : 1", "\"formatVersion\" : 2"),
        "Cannot read t.json: it was written by a later version of this program");
    assertRefused(
        good.replace(NOW.toString(), "today"), "Cannot read t.json: describedAt is no time");
  }

  private static void assertRefused(String text, String message) {
    assertThatThrownBy(() -> TableSettings.ofJson(text, "t.json"))
        .isInstanceOf(UsageException.class)
        .hasMessage(message);
  }
}
