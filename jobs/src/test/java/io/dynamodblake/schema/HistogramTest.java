package io.dynamodblake.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class HistogramTest {
  private static Histogram of(double... numbers) {
    Histogram histogram = new Histogram();
    DoubleStream.of(numbers).forEach(histogram::observe);
    return histogram;
  }

  private static Histogram copied(Histogram histogram) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    histogram.write(new DataOutputStream(bytes));
    return Histogram.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }

  @Test
  void fewNumbersAreCountedOneByOneWhateverTheirRange() {
    Histogram histogram = of(1e125, -3.5, 7, 0, 7, -0.0);

    assertThat(histogram.isExact()).isTrue();
    assertThat(histogram.bins())
        .containsExactly(
            new Histogram.Bin(-3.5, -3.5, 1),
            new Histogram.Bin(0, 0, 2),
            new Histogram.Bin(7, 7, 2),
            new Histogram.Bin(1e125, 1e125, 1));
  }

  @Test
  void anOutlierDoesNotWidenTheBinsOfTheOthers() {
    Histogram histogram = of(1e38);
    for (int i = 0; i < 100_000; i++) {
      histogram.observe(1_700_000_000 + i);
    }

    assertThat(histogram.size()).isBetween(Histogram.MAX_BINS / 2, Histogram.MAX_BINS);
    assertThat(histogram.bins().get(1).below() - histogram.bins().get(1).from())
        .isLessThanOrEqualTo(2048);
  }

  @Test
  void everyNumberLiesInTheBinThatCountsIt() {
    List<Double> numbers = new Random(7).doubles(5_000, -1e6, 1e6).boxed().toList();
    Histogram histogram = of(numbers.stream().mapToDouble(Double::doubleValue).toArray());

    assertThat(histogram.bins())
        .allSatisfy(
            bin ->
                assertThat(numbers.stream().filter(n -> n >= bin.from() && n < bin.below()).count())
                    .isEqualTo(bin.count()));
    assertThat(histogram.count()).isEqualTo(numbers.size());
  }

  @Test
  void quantilesAreNearToThoseOfTheNumbers() {
    Histogram histogram = new Histogram();
    for (int i = 0; i < 10_000; i++) {
      histogram.observe(i * 37 % 10_000);
    }

    assertThat(histogram.quantile(0.5)).isBetween(4_700.0, 5_300.0);
    assertThat(histogram.quantile(0)).isZero();
    assertThat(histogram.quantile(1)).isBetween(9_999.0, 10_240.0);
  }

  @Property(tries = 100)
  void mergingInAnyOrderEqualsOneOfAll(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 600) int count) throws IOException {
    Random random = new Random(seed);
    double spread = Math.scalb(1.0, random.nextInt(400) - 200);
    List<Histogram> parts = new ArrayList<>(List.of(of(), of(), of(), of()));
    Histogram whole = new Histogram();
    for (int i = 0; i < count; i++) {
      double number =
          random.nextInt(9) == 0 ? random.nextGaussian() * 1e9 : random.nextGaussian() * spread;
      whole.observe(number);
      parts.get(random.nextInt(4)).observe(number);
    }
    while (parts.size() > 1) {
      Collections.shuffle(parts, random);
      parts.get(0).merge(parts.remove(1));
    }

    assertThat(parts.get(0)).isEqualTo(whole);
    assertThat(copied(whole)).isEqualTo(whole);
  }
}
