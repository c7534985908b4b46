package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.dynamodblake.conf.UsageException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A month of a table of 100 GB in items of 1 KB, with prices that are easy to reckon with. */
class MonthlyEstimateTest {
  private static final long GB = 1L << 30;
  private static final long SIZE = 100 * GB;
  private static final long ITEMS = 100L << 20;
  private static final Prices ROUND =
      Prices.builtIn()
          .with(
              """
              export.per-gb = 2
              pitr.per-gb-month = 4
              s3.per-gb-month = 0.5
              cloudwatch.per-metric-month = 0.9
              cloudwatch.per-alarm-month = 0.1
              template.alarms = 2
              emr.per-vcpu-hour = 1
              emr.per-gb-hour = 0.25
              emr.gb-per-vcpu = 4
              emr.start-seconds = 0
              json.gb-per-gb = 2
              export.stored-gb-per-gb = 0.5
              lake.gb-per-gb = 0.25
              increment.images = 2
              flatten.seconds-per-gb = 18
              apply.rewrite-per-flatten = 0.5
              """,
              "round");

  private static MonthlyEstimate month(String changes, long fullEvery, long keep) {
    return MonthlyEstimate.of(
        SIZE,
        ITEMS,
        new MonthlyEstimate.Plan(MonthlyEstimate.writes(changes, ITEMS), fullEvery, keep),
        ROUND,
        4);
  }

  @ParameterizedTest
  @CsvSource({
    "point-in-time recovery, 400, 400",
    // 30 x 100 GB x 2; 3 such, and 27 of 1 GB before and 1 GB after
    "exports, 6000, 708",
    // 200 GB of JSON x 18 s = 1 hour of one vCPU at 2; half of it, and 2 GB x 2 x 18 s
    "Spark runs, 60, 34.08",
    "exports on S3, 750, 88.5",
    "lake table on S3, 50, 50",
    // 8 metrics in 30 of 720 hours at 0.9, 2 alarms at 0.1
    "metrics and alarms, 0.5, 0.5",
    "sum, 7260.5, 1281.08"
  })
  void eachLineIsWhatThePricesSay(String work, double full, double increments) {
    MonthlyEstimate.Line line =
        month("1%", 10, 4).lines().stream()
            .filter(one -> one.work().equals(work))
            .findFirst()
            .orElseThrow();
    assertThat(line.full()).isCloseTo(full, within(1e-6));
    assertThat(line.increments()).isCloseTo(increments, within(1e-6));
  }

  @Test
  void incrementsStopBeingCheaperWhereMostOfTheTableChanges() {
    assertThat(sum(month("1%", 30, 1)).increments()).isLessThan(sum(month("1%", 30, 1)).full());
    assertThat(sum(month("60%", 30, 1)).increments())
        .isGreaterThan(sum(month("60%", 30, 1)).full());
    // a full one every night is the same as a full one every night
    MonthlyEstimate same = month("1%", 1, 1);
    assertThat(same.lines())
        .allSatisfy(line -> assertThat(line.increments()).isCloseTo(line.full(), within(1e-9)));
  }

  private static MonthlyEstimate.Line sum(MonthlyEstimate month) {
    return month.lines().get(month.lines().size() - 1);
  }

  @Test
  void theLakeGrowsByASnapshotANightUnlessMaintainKeepsFew() {
    List<MonthlyEstimate.Growth> growth = month("1%", 7, 40).growth();
    assertThat(growth).extracting(MonthlyEstimate.Growth::months).containsExactly(1, 6, 12);
    assertThat(growth)
        .extracting(MonthlyEstimate.Growth::snapshots)
        .containsExactly(30L, 180L, 360L);
    assertThat(growth.get(2).bytes()).isCloseTo(360 * 25.0 * GB, within(1.0));
    assertThat(growth.get(2).cost()).isCloseTo(4_500, within(1e-6));
    assertThat(growth.get(0).keptBytes())
        .as("there are fewer than are kept")
        .isCloseTo(30 * 25.0 * GB, within(1.0));
    assertThat(growth.get(2).keptCost()).isCloseTo(500, within(1e-6));
  }

  @Test
  void anIncrementIsBilledForTenMegabytesAtLeast() {
    MonthlyEstimate month = month("0", 30, 1);
    // one full one of 200, and 29 of 10,000,000 bytes at 2 a GB
    assertThat(month.lines().get(1).increments()).isCloseTo(200 + 29 * 2 * 1e7 / GB, within(1e-9));
    assertThat(MonthlyEstimate.of(0, 0, new MonthlyEstimate.Plan(0, 7, 1), ROUND, 1).lines())
        .allSatisfy(line -> assertThat(line.full()).isFinite());
  }

  @ParameterizedTest
  @CsvSource({"1%, 1048576", "2.5 %, 2621440", "250, 250", "1_000, 1000", "300%, 314572800"})
  void writesAreANumberOrAShare(String text, double writes) {
    assertThat(MonthlyEstimate.writes(text, ITEMS)).isCloseTo(writes, within(1e-3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"many", "-1%", "1%%", "1e9"})
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> MonthlyEstimate.writes(text, ITEMS))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Cannot read --changes-per-day: write a number of items");
  }
}
