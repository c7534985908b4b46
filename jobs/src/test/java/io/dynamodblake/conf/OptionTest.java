package io.dynamodblake.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "17, 17",
    "17b, 17",
    "64k, 65536",
    "64KB, 65536",
    "64 KiB, 65536",
    "256MB, 268435456",
    "1g, 1073741824",
    "2TB, 2199023255552",
  })
  void sizesAreReadAsSparkReadsThem(String text, long bytes) {
    assertThat(Option.size("s", 0).parse(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MB", "-1", "1.5GB", "12XB", "1 2", "999999999999999999TB"})
  void whatIsNoSizeIsRefusedWithTheOptionsName(String text) {
    assertThatThrownBy(() -> Option.size("target-file-size", 0).parse(text))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot read target-file-size: '" + text + "' is");
  }

  @Test
  void boundsAreKept() {
    assertThatThrownBy(() -> Option.count("max-bad-records", 0).parse("-1"))
        .hasMessage("Cannot read max-bad-records: -1 is too small; at least 0");
    assertThat(Option.count("n", 0).parse("1_000")).isEqualTo(1000);
  }

  @Test
  void choicesIgnoreCaseAndNameTheAlternatives() {
    Option<String> option = Option.choice("verify", "md5", "counts");
    assertThat(option.parse(" MD5 ")).isEqualTo("md5");
    assertThatThrownBy(() -> option.parse("sha1"))
        .hasMessage("Cannot read verify: 'sha1' is not one of md5, counts");
  }

  @Test
  void listsKeepCommasInsideParentheses() {
    Option<List<String>> option = Option.list("partition-by", "COLS");
    assertThat(option.parse("bucket(16, customerId), day(createdAt),status"))
        .containsExactly("bucket(16, customerId)", "day(createdAt)", "status");
    assertThatThrownBy(() -> option.parse("a,,b")).hasMessageContaining("empty part");
  }

  @Test
  void timesMayHaveAnyOffset() {
    Option<Instant> option = Option.instant("export-time");
    assertThat(option.parse("2026-11-18T04:20:00+01:00"))
        .isEqualTo(Instant.parse("2026-11-18T03:20:00Z"));
    assertThatThrownBy(() -> option.parse("yesterday"))
        .hasMessageContaining("write it as 2026-11-18T03:20:00Z");
  }

  @Test
  void switchesAreTrueOrFalse() {
    assertThat(Option.flag("strict").parse("TRUE")).isTrue();
    assertThatThrownBy(() -> Option.flag("strict").parse("yes"))
        .hasMessage("Cannot read strict: 'yes' is neither true nor false");
  }
}
