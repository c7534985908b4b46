package io.dynamodblake.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dynamodblake.testing.Serialization;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExportRecordsTest {
  @Test
  void whatTravelsArrivesEqual() {
    DataFile file = new DataFile(3, "s3a://b/k", "k", 12, "WI5EPu7W++5Jr5LTkA3p6Q==", -1);
    assertThat(Serialization.roundTrip(file)).isEqualTo(file);
    ReadOptions options =
        ReadOptions.defaults().withVerify(Verify.COUNTS).withMaxLineBytes(7).withAllowOutside(true);
    assertThat(Serialization.roundTrip(options)).isEqualTo(options);
    FileAccount account = new FileAccount(3, 1, 2, 3, 4, 5, true, Map.of("b", 2L, "a", 1L));
    assertThat(Serialization.roundTrip(account)).isEqualTo(account);
    RejectedRecord rejected = new RejectedRecord("k", 1, 2, "why", 3, "YWJj", false);
    assertThat(Serialization.roundTrip(rejected)).isEqualTo(rejected);
  }

  @Test
  void anAccountKeepsItsOwnCopyInOrder() {
    Map<String, Long> rescued = new HashMap<>(Map.of("b", 2L, "a", 1L));
    FileAccount account = new FileAccount(3, 1, 2, 3, 4, 5, true, rescued);
    rescued.put("c", 3L);
    assertThat(account.rescued()).containsExactly(Map.entry("a", 1L), Map.entry("b", 2L));
    assertThat(account.rescued()).isUnmodifiable();
  }

  @Test
  void aRejectedRecordIsOneLineOfJson() throws IOException {
    RejectedRecord whole =
        new RejectedRecord("data/a\"b.gz", 812, 4_000_000_000L, "bad\nN", 3, "YWJj", false);
    assertThat(whole.toJson())
        .isEqualTo(
            "{\"file\":\"data/a\\\"b.gz\",\"line\":812,\"offset\":4000000000,"
                + "\"reason\":\"bad\\nN\",\"length\":3,\"bytes\":\"YWJj\"}");
    RejectedRecord cut = new RejectedRecord("k", 1, 0, "line too long", 500, "YWJj", true);
    assertThat(new ObjectMapper().readTree(cut.toJson()).get("truncated").booleanValue()).isTrue();
  }

  @Test
  void aRejectedRecordDoesNotShowItsBytesInLogs() {
    assertThat(new RejectedRecord("k", 1, 0, "why", 3, "c2VjcmV0", false).toString())
        .isEqualTo("RejectedRecord[k, line 1, 3 bytes: why]");
  }

  @Test
  void boundsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> ReadOptions.defaults().withMaxLineBytes(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Invalid maximal line length 0");
    assertThatThrownBy(() -> ReadOptions.defaults().withMaxLineBytes(Integer.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 to 1073741824 bytes");
    assertThatThrownBy(() -> ReadOptions.defaults().withMaxFileBytes(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Invalid maximal file length 0");
  }
}
