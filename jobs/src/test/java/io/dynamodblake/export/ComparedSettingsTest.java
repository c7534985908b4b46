package io.dynamodblake.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.dynamodblake.document.JsonDocuments;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComparedSettingsTest {
  private static final String A = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders";
  private static final String B = "arn:aws:dynamodb:ap-south-1:111122223333:table/Orders-Restore";

  private static TableSettings.Builder table(String arn, long warm) {
    ObjectNode policy = JsonDocuments.object();
    policy.putArray("Statement").addObject().put("Resource", arn + "/index/*");
    return new TableSettings.Builder()
        .with(TableSetting.POLICY, policy)
        .with(TableSetting.WARM_THROUGHPUT, JsonDocuments.object().put("ReadUnitsPerSecond", warm))
        .with(TableSetting.STREAM, Optional.empty())
        .with(TableSetting.TABLE_CLASS, TextNode.valueOf("STANDARD"));
  }

  private static TableSettings of(TableSettings.Builder settings, String arn) {
    return settings.of(arn, "", Instant.EPOCH);
  }

  @Test
  void policyOfItsOwnTableIsNoDifferenceAndWarmthIsToldAndDoesNotCount() {
    ComparedSettings compared =
        ComparedSettings.of(of(table(A, 12_000), A), of(table(B, 13_000), B));

    assertThat(compared.equal()).isTrue();
    assertThat(compared.differences().stream().map(ComparedSettings.Difference::words))
        .containsExactly(
            "warm throughput: A {\"ReadUnitsPerSecond\":12000}, B {\"ReadUnitsPerSecond\":13000}");
  }

  @Test
  void whatIsOffOnOneSideAndOtherOnBothAreDifferences() {
    TableSettings.Builder other =
        table(B, 12_000)
            .with(TableSetting.STREAM, JsonDocuments.object().put("StreamViewType", "KEYS_ONLY"))
            .with(TableSetting.TABLE_CLASS, TextNode.valueOf("STANDARD_INFREQUENT_ACCESS"));

    ComparedSettings compared = ComparedSettings.of(of(table(A, 12_000), A), of(other, B));

    assertThat(compared.equal()).isFalse();
    assertThat(compared.differences().stream().map(ComparedSettings.Difference::words))
        .containsExactly(
            "table class: A STANDARD, B STANDARD_INFREQUENT_ACCESS",
            "stream: A off, B {\"StreamViewType\":\"KEYS_ONLY\"}");
  }

  @Test
  void whatIsNotKnownOfOneSideIsNoDifferenceAndNotEqual() {
    TableSettings.Builder unsure = table(B, 12_000).without(TableSetting.TAGS, "no permission");
    TableSettings.Builder sure = table(A, 12_000).with(TableSetting.TAGS, JsonDocuments.object());

    ComparedSettings compared = ComparedSettings.of(of(sure, A), of(unsure, B));

    assertThat(compared.differences()).isEmpty();
    assertThat(compared.unknown()).containsEntry(TableSetting.TAGS, "no permission");
    assertThat(compared.equal()).isFalse();
  }
}
