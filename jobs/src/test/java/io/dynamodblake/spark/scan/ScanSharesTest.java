package io.dynamodblake.spark.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScanSharesTest {

  @ParameterizedTest
  @CsvSource({
    "1, 8, 1000, 1",
    "100, 8, 1000, 8",
    "5, 8, 1000, 5",
    "100, 8, 3, 3",
    "100, 8, 0.25, 1",
    "100, 8, Infinity, 8"
  })
  void everySegmentIsOfOneTaskAndNoTaskIsIdle(int segments, int slots, double cap, int tasks) {
    List<int[]> shares = ScanShares.deal(IntStream.range(0, segments).boxed().toList(), slots, cap);
    assertThat(shares).hasSize(tasks).allMatch(share -> share.length > 0);
    assertThat(shares.stream().flatMapToInt(Arrays::stream).sorted().toArray())
        .isEqualTo(IntStream.range(0, segments).toArray());
  }

  @Test
  void largeTablesHaveASegmentForEachTaskAndEachQuarterOfAGigabyte() {
    assertThat(ScanShares.segments(0, 16)).isEqualTo(1);
    assertThat(ScanShares.segments(64L << 20, 16)).isEqualTo(1);
    assertThat(ScanShares.segments(100L << 20, 16)).isEqualTo(16);
    assertThat(ScanShares.segments(1L << 40, 16)).isEqualTo(4097);
    assertThat(ScanShares.segments(1L << 60, 16)).isEqualTo(100_000);
  }
}
