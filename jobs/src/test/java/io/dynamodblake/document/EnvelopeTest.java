package io.dynamodblake.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
  private static final Envelope REPORT = new Envelope("some-report", 2);
  private static final Instant START = Instant.parse("2026-11-18T03:20:00Z");

  @Test
  void anAnswerBeginsWithWhatItIs() {
    assertThat(JsonDocuments.printLine(REPORT.begin()))
        .isEqualTo("{\"format\":\"dynamodb-lake/some-report\",\"formatVersion\":2}");
  }

  @Test
  void theAccountOfARunBeginsWithTheRun() {
    Envelope.Run failed =
        new Envelope.Run(
            "r-1",
            "flatten",
            "failed",
            Optional.of("no"),
            START,
            Optional.of(START.plusSeconds(1)));
    Envelope.Run running =
        new Envelope.Run("r-1", "flatten", "running", Optional.empty(), START, Optional.empty());

    assertThat(JsonDocuments.printLine(REPORT.begin(failed)))
        .isEqualTo(
            "{\"format\":\"dynamodb-lake/some-report\",\"formatVersion\":2,\"runId\":\"r-1\",\"command\":\"flatten\",\"status\":\"failed\","
                + "\"error\":\"no\",\"startedAt\":\"2026-11-18T03:20:00Z\",\"finishedAt\":\"2026-11-18T03:20:01Z\"}");
    assertThat(REPORT.begin(running).has("finishedAt")).isFalse();
    assertThat(REPORT.begin(running).has("error")).isFalse();
  }

  @Test
  void earlierVersionsAreOfTheSameKindAndLaterOnesAreKnown() {
    Envelope earlier = new Envelope("some-report", 1);

    assertThat(REPORT.isOf(earlier.begin())).isTrue();
    assertThat(REPORT.isOf(new Envelope("some-other-report", 2).begin())).isFalse();
    assertThat(REPORT.isOf(JsonDocuments.object())).isFalse();
    assertThat(REPORT.isOlderThan(earlier.begin())).isFalse();
    assertThat(earlier.isOlderThan(REPORT.begin())).isTrue();
  }
}
