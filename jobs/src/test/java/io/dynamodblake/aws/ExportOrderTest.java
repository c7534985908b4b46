package io.dynamodblake.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportOrderTest {
  private static final Instant FROM = Instant.parse("2026-11-18T03:20:00Z");

  @ParameterizedTest
  @CsvSource({
    "PT14M59S, ''",
    "PT15M, PT15M",
    "PT24H, PT24H",
    "PT24H1S, PT23H45M1S PT15M",
    "PT24H15M, PT24H PT15M",
    "PT60H, PT24H PT24H PT12H",
    "PT48H5M, PT24H PT23H50M PT15M",
  })
  void aTimeIsDividedIntoWindowsThatDynamoDbTakes(Duration whole, String lengths) {
    List<ExportOrder.Window> windows = ExportOrder.windows(FROM, FROM.plus(whole));

    assertThat(windows)
        .extracting(window -> Duration.between(window.from(), window.until()).toString())
        .containsExactlyElementsOf(lengths.isEmpty() ? List.of() : List.of(lengths.split(" ")));
    Instant end = FROM;
    for (ExportOrder.Window window : windows) {
      assertThat(window.from()).isEqualTo(end);
      end = window.until();
    }
    assertThat(windows.isEmpty() ? FROM.plus(whole) : end).isEqualTo(FROM.plus(whole));
  }
}
