package io.dynamodblake.lake.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Into how many parts the work of a restore is cut. */
class PackSizesTest {
  private static final long FILE = 256 << 20;

  private static int buckets(long bytes, OptionalLong rows) {
    return PackSizes.of(bytes, rows, FILE).buckets();
  }

  @Test
  void anEmptyTableIsLittleWorkAndNotAnUnknownAmount() {
    assertThat(buckets(0, OptionalLong.of(0)))
        .isEqualTo(32)
        .isEqualTo(buckets(1_000, OptionalLong.of(9)));
  }

  @Test
  void whereNobodyKnowsHowMuchThereIsThereAreManyParts() {
    assertThat(buckets(0, OptionalLong.empty())).isEqualTo(16_384);
    assertThat(buckets(0, OptionalLong.of(5))).isEqualTo(16_384);
  }

  @Test
  void aFileIsMadeOfSixteenParts() {
    assertThat(buckets(10 * FILE, OptionalLong.of(1_000_000))).isEqualTo(16 * 30);
  }
}
