package io.dynamodblake.job.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.schema.Histogram;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChartTest {
  private static Histogram of(DoubleStream numbers) {
    Histogram histogram = new Histogram();
    numbers.forEach(histogram::observe);
    return histogram;
  }

  private static Chart chart(Histogram histogram) {
    return Chart.of(histogram, histogram);
  }

  @Test
  void aFewWholeNumbersHaveABarEach() {
    Chart chart = chart(of(DoubleStream.of(1, 1, 2, 4)));

    // of four bars the first is highest, and the third is empty
    assertThat(chart.path()).isEqualTo("M0 36V2h60V19h60V36h60V19h60V36z");
    assertThat(chart.isByMagnitude()).isFalse();
  }

  @Test
  void evenNumbersHaveBarsOfNearlyOneHeight() {
    String path = chart(of(IntStream.range(0, 100_000).asDoubleStream())).path();
    assertThat(path.split("V").length).isLessThanOrEqualTo(42);
    assertThat(path).matches("M0 36(V[2-6](h\\d+)?)*(h\\d+)?V36z");
  }

  @Test
  void nearlyAllInOneBarAreDrawnByMagnitude() {
    Chart chart =
        chart(
            of(
                DoubleStream.concat(
                    DoubleStream.of(1e38, -5), DoubleStream.iterate(1, i -> i + 1).limit(1000))));

    assertThat(chart.isByMagnitude()).isTrue();
    assertThat(chart.from()).isEqualTo(-5);
    assertThat(chart.path()).doesNotContain("NaN", "Infinity");
  }

  @Test
  void timesThatAreFarAwayAreLeftOutAndCounted() {
    double year = 365 * 86_400_000.0;
    Histogram times = of(DoubleStream.iterate(55 * year, t -> t + year / 1000).limit(1000));
    times.observe(-1969 * year);
    times.observe(8000 * year);
    Chart chart = Chart.ofTimes(times, times);

    assertThat(chart.below()).isPositive().isLessThan(20);
    assertThat(chart.above()).isPositive().isLessThan(20);
    assertThat(chart.from()).isGreaterThan(50 * year);
    assertThat(chart.to()).isLessThan(60 * year);
  }

  @Test
  void oneNumberIsOneBar() {
    assertThat(chart(of(DoubleStream.of(0.3))).path()).isEqualTo("M0 36V2h240V36z");
  }

  @Test
  void barsFillTheWholeWidth() {
    Chart chart = chart(of(IntStream.range(0, 39).asDoubleStream()));

    assertThat(chart.width()).isEqualTo(39 * 6);
    assertThat(chart.path()).isEqualTo("M0 36V2h234V36z");
  }
}
