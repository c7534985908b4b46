package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeleteLimitTest {
  @Test
  void numbersAndSharesAreLimits() {
    assertThat(DeleteLimit.parse("1_000").allows(1_000, 1_000_000)).isTrue();
    assertThat(DeleteLimit.parse("1000").allows(1_001, 1_000_000)).isFalse();
    assertThat(DeleteLimit.parse("0").allows(0, 0)).isTrue();
    assertThat(DeleteLimit.parse("0").allows(1, 1)).isFalse();
    assertThat(DeleteLimit.parse("2.5%").allows(25, 1_000)).isTrue();
    assertThat(DeleteLimit.parse("2.5 %").allows(26, 1_000)).isFalse();
    assertThat(DeleteLimit.parse("100%").allows(Long.MAX_VALUE, Long.MAX_VALUE)).isTrue();
    assertThat(DeleteLimit.parse("0%").allows(1, Long.MAX_VALUE)).isFalse();
    assertThat(DeleteLimit.parse("1%").allows(0, 0)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "all", "101%", "100.1%", "1.5", "1e3", "%", "1%%", "NaN"})
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> DeleteLimit.parse(text))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Cannot read --max-deletes: write a whole number of items");
  }
}
