package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.dynamodblake.conf.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EstimateTest {
  private static final long GB = 1L << 30;
  private static final Prices ROUND =
      Prices.builtIn()
          .with(
              """
              export.per-gb = 2
              import.per-gb = 3
              pitr.per-gb-month = 4
              read.per-million = 8
              write.per-million = 10
              infrequent-access.read.per-million = 16
              infrequent-access.write.per-million = 30
              s3.per-gb-month = 0.5
              athena.per-tb = 1024
              emr.per-vcpu-hour = 1
              emr.per-gb-hour = 0.25
              emr.gb-per-vcpu = 4
              json.gb-per-gb = 2
              export.stored-gb-per-gb = 0.5
              lake.gb-per-gb = 0.25
              flatten.seconds-per-gb = 18
              restore.seconds-per-gb = 36
              emr.start-seconds = 0
              """,
              "round");

  @ParameterizedTest
  @CsvSource({
    "'point-in-time recovery, a month', 400",
    "export, 200",
    "'export on S3, a month', 25",
    // 200 GB of JSON x 18 s = 1 hour of one vCPU, at 1 + 4 x 0.25
    "flatten, 2",
    "'lake table on S3, a month', 12.5",
    "Athena query over every column, 25",
    "restore, 4",
    "import as a new table, 300",
    // 100 GB / 4 KB / 2 = 13,107,200 units
    "scan instead of export, 104.8576",
    // 1 KB an item, rounded up by half a KB on average: 157,286,400 units
    "load instead of import, 1572.864"
  })
  void eachKindOfWorkCostsWhatItsPriceSays(String work, double cost) {
    assertThat(line(100 * GB, 100L << 20, work).cost()).isCloseTo(cost, within(0.001));
  }

  @Test
  void moreVirtualCpusTakeLessTimeAndCostTheSameButForTheStart() {
    Estimate.Line few = flatten(ROUND, 4);
    Estimate.Line many = flatten(ROUND, 40);

    assertThat(few.duration()).contains(Duration.ofSeconds(900));
    assertThat(many.duration()).contains(Duration.ofSeconds(90));
    assertThat(many.cost()).isCloseTo(few.cost(), within(1e-9));
    assertThat(flatten(ROUND.with("emr.start-seconds = 90", "start"), 40).cost())
        .isCloseTo(2 * few.cost(), within(1e-9));
  }

  @Test
  void aScanTakesAsLongAsItsUnitsAllow() {
    // 13,107,200 units at 1,000 a second
    assertThat(line(100 * GB, 1, "scan instead of export").duration())
        .contains(Duration.ofSeconds(13_107));
  }

  @ParameterizedTest
  @CsvSource({
    "true, true, 209.7152, 4718.592",
    "false, false, 0, 0",
    "false, true, 0, 0",
  })
  void requestsCostWhatTheTablePays(
      boolean onDemand, boolean infrequentAccess, double scan, double load) {
    Estimate.Requests requests =
        new Estimate.Requests(onDemand, infrequentAccess, 0.25, 12_500_000);
    Estimate.Line reads = line(100 * GB, 100L << 20, requests, "scan instead of export");
    Estimate.Line writes = line(100 * GB, 100L << 20, requests, "load instead of import");
    assertThat(reads.cost()).isCloseTo(scan, within(0.001));
    assertThat(writes.cost()).isCloseTo(load, within(0.001));
    // four times 13,107,200 units; 157,286,400 units
    assertThat(reads.duration()).contains(Duration.ofSeconds(52_428_800));
    assertThat(writes.duration()).contains(Duration.ofSeconds(13));
    assertThat(reads.basis().contains("of what is provisioned")).isNotEqualTo(onDemand);
    assertThat(writes.basis().contains("of what is provisioned")).isNotEqualTo(onDemand);
  }

  @Test
  void anItemCostsAtLeastOneWriteUnit() {
    assertThat(line(1000, 1000, "load instead of import").cost()).isCloseTo(0.01, within(1e-9));
  }

  @Test
  void anEmptyTableCostsNearlyNothing() {
    assertThat(Estimate.of(0, 0, ROUND, 1, requests(1)).lines())
        .allSatisfy(line -> assertThat(line.cost()).isBetween(0.0, 0.001));
  }

  @ParameterizedTest
  @ValueSource(strings = {"export.per-gb = free", "export.per-gb = -1", "export.per-gb = NaN"})
  void aPriceIsANumber(String text) {
    assertThatThrownBy(() -> Prices.builtIn().with(text, "mine"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("'export.per-gb' in mine is no number");
  }

  @Test
  void aPriceThatNothingIsReckonedWithIsRefused() {
    assertThatThrownBy(() -> Prices.builtIn().with("exprot.per-gb = 1", "mine"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("unknown key 'exprot.per-gb' in mine")
        .hasMessageContaining("export.per-gb");
  }

  @Test
  void theFileInConfIsTheBuiltInOne() throws IOException {
    assertThat(Files.readString(Path.of("../conf/prices.properties")))
        .isEqualTo(
            new String(
                Prices.class.getResourceAsStream("prices.properties").readAllBytes(), "UTF-8"));
  }

  @ParameterizedTest
  @CsvSource({"0, 0.00", "0.0004, <0.001", "0.0123, 0.012", "1.254, 1.25", "'12345.6', '12,346'"})
  void moneyIsShownAsExactlyAsItIsMeant(double amount, String text) {
    assertThat(Estimate.money(amount)).isEqualTo(text);
  }

  private static Estimate.Line line(long bytes, long items, String work) {
    return line(bytes, items, requests(1000), work);
  }

  private static Estimate.Line line(
      long bytes, long items, Estimate.Requests requests, String work) {
    return Estimate.of(bytes, items, ROUND, 4, requests).lines().stream()
        .filter(line -> line.work().equals(work))
        .findFirst()
        .orElseThrow();
  }

  private static Estimate.Requests requests(double unitsPerSecond) {
    return new Estimate.Requests(true, false, unitsPerSecond, unitsPerSecond);
  }

  private static Estimate.Line flatten(Prices prices, long virtualCpus) {
    return Estimate.of(100 * GB, 1, prices, virtualCpus, requests(1)).lines().stream()
        .filter(line -> line.work().equals("flatten"))
        .findFirst()
        .orElseThrow();
  }
}
