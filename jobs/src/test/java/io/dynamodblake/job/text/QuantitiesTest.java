package io.dynamodblake.job.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantitiesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.0 KB",
    "1536, 1.5 KB",
    "104857600, 100 MB",
    "1048575, 1.0 MB",
    "1099511627776, 1.0 TB"
  })
  void bytesHaveThreeDigits(long bytes, String text) {
    assertThat(Quantities.bytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 10, 0%",
    "10, 10, 100%",
    "1, 3, 33.3%",
    "1, 1000000, <0.1%",
    "999999, 1000000, 99.9%",
    "0, 0, 0%"
  })
  void shareIsNeverRoundedToAllOrNothing(long part, long whole, String text) {
    assertThat(Quantities.share(part, whole)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0, 0.0 s", "2500, 2.5 s", "59999, 59 s", "185000, 3:05 min", "7380000, 2:03:00 h"})
  void timesAreShort(long millis, String text) {
    assertThat(Quantities.time(Duration.ofMillis(millis))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "-30, 0 min",
    "59, 0 min",
    "3600, 60 min",
    "7199, 119 min",
    "7200, 2 h",
    "172799, 47 h",
    "172800, 2 d"
  })
  void agesAreInFullUnits(long seconds, String text) {
    assertThat(Quantities.age(Duration.ofSeconds(seconds))).isEqualTo(text);
  }
}
