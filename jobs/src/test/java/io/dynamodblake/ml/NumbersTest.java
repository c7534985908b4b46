package io.dynamodblake.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dynamodblake.schema.Divergence;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is counted of columns, and that no order changes it. */
class NumbersTest {
  private static Spread spread(int split, double... numbers) {
    Spread spread = new Spread(1);
    for (double number : numbers) {
      spread.add(number, split, 0, Double.NaN);
    }
    return spread;
  }

  @Test
  void aSumOfDoublesIsExact() {
    ExactSum sum = new ExactSum();
    BigDecimal expected = BigDecimal.ZERO;
    Random random = new Random(5);
    List<Double> numbers =
        new ArrayList<>(
            List.of(1e300, -1e300, 0.1, -0.0, Double.MIN_VALUE, 1e-300, 3.0, Double.MAX_VALUE));
    for (int i = 0; i < 2000; i++) {
      numbers.add((random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(600) - 300));
    }
    for (double number : numbers) {
      sum.add(number);
      expected = expected.add(new BigDecimal(number));
    }
    assertThat(sum.value()).isEqualByComparingTo(expected);

    ExactSum first = new ExactSum();
    ExactSum second = new ExactSum();
    Collections.shuffle(numbers, random);
    for (int i = 0; i < numbers.size(); i++) {
      (i % 3 == 0 ? first : second).add(numbers.get(i));
    }
    second.add(first);
    assertThat(second.value()).isEqualByComparingTo(expected);
  }

  @Test
  void meanAndDeviationDoNotSufferFromLargeNumbers() {
    Spread spread = spread(0, 1e15 + 1, 1e15 + 2, 1e15 + 3);

    assertThat(spread.mean(0)).isEqualTo(1e15 + 2);
    assertThat(spread.deviation(0)).isEqualTo(1.0);
  }

  @Test
  void fewNumbersHaveExactQuantilesAndManyHaveThemToWithinAHalfPercent() {
    assertThat(spread(0, 1, 2, 3, 4).quantile(0, 0.5)).isEqualTo(2);
    Spread many = new Spread(1);
    for (int i = 1; i <= 100_000; i++) {
      many.add(i, 0, 0, Double.NaN);
    }
    assertThat(many.isExact()).isFalse();
    assertThat(many.quantile(0, 0.5)).isCloseTo(50_000, within(250.0));
    assertThat(many.quantile(0, 1)).isCloseTo(100_000, within(500.0));
    assertThat(many.min(0)).isEqualTo(1);
  }

  @Test
  void partsInAnyOrderComeToTheSame() {
    Random random = new Random(11);
    List<Double> numbers = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      numbers.add(random.nextGaussian() * 1e6);
    }
    List<String> all = new ArrayList<>();
    for (int parts : new int[] {1, 2, 7}) {
      Collections.shuffle(numbers, random);
      Spread whole = new Spread(2);
      for (int part = 0; part < parts; part++) {
        Spread some = new Spread(2);
        for (int i = part; i < numbers.size(); i += parts) {
          double number = numbers.get(i);
          some.add(number, number > 0 ? 0 : 1, number > 1e6 ? 1 : 0, number * 2);
        }
        whole.add(some);
      }
      all.add(
          "%s %s %s %s %d %s"
              .formatted(
                  whole.mean(0),
                  whole.deviation(1),
                  whole.quantile(0, 0.25),
                  whole.correlation(),
                  whole.steps().size(),
                  whole.steps().get(17).value()));
    }
    assertThat(all.get(0)).isEqualTo(all.get(1)).isEqualTo(all.get(2));
  }

  @Test
  void aNumberTellsByHowMuchItChangesAsADouble() {
    assertThat(Numbers.relativeError(new BigDecimal("0.5"))).isZero();
    assertThat(Numbers.relativeError(new BigDecimal("0.1"))).isCloseTo(5.6e-17, within(1e-18));
    assertThat(Numbers.relativeError(new BigDecimal("12345678901234567890123456789012345678")))
        .isBetween(1e-18, 1.2e-16);
    assertThat(Numbers.relativeError(BigDecimal.ZERO)).isZero();
  }

  @Test
  void aVocabularyKnowsAboutHowManyTextsThereAre() {
    Vocabulary first = new Vocabulary(1, 1000);
    Vocabulary second = new Vocabulary(1, 1000);
    for (int i = 0; i < 50_000; i++) {
      (i % 2 == 0 ? first : second).add("text " + i % 20_000, 0, 0);
    }
    Vocabulary both = first.add(second);

    assertThat(both.isExact()).isFalse();
    assertThat(both.distinct()).isBetween(18_500L, 21_500L);
    assertThat(both.present(0)).isEqualTo(50_000);
  }

  @Test
  void longTextsAreNoCategories() {
    Vocabulary texts = new Vocabulary(1, 10);
    texts.add("x".repeat(257), 0, 0);
    texts.add("y", 0, 0);

    assertThat(texts.values()).containsOnlyKeys("y");
    assertThat(texts.tooLong(0)).isEqualTo(1);
    assertThat(texts.longest()).isEqualTo(257);
  }

  // ---- what one feature says alone, and drift

  private static Cells cells(long... classes) {
    long[] counts = new long[classes.length + 2];
    System.arraycopy(classes, 0, counts, 0, classes.length);
    return new Cells(counts);
  }

  @Test
  void aFeatureThatTellsTheLabelSavesAllMistakesAndOneThatNobodySharesSavesNone() {
    Cells rows = cells(60, 40);

    assertThat(Foretelling.savedMistakes(rows, List.of(cells(60, 0), cells(0, 40)))).isEqualTo(1);
    assertThat(Foretelling.savedMistakes(rows, List.of(cells(30, 20), cells(30, 20)))).isZero();
    List<Cells> unique = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      unique.add(i < 60 ? cells(1, 0) : cells(0, 1));
    }
    assertThat(Foretelling.savedMistakes(rows, unique)).as("identity is no knowledge").isZero();
  }

  @Test
  void theAreaOfANumberThatSeparatesTwoClassesIsOne() {
    Spread spread = new Spread(2);
    for (int i = 0; i < 50; i++) {
      spread.add(i, 0, i < 25 ? 0 : 1, Double.NaN);
    }
    assertThat(Foretelling.area(spread.steps(), 2)).hasValue(1);
    assertThat(Foretelling.area(spread.steps(), 3)).isEmpty();
    Spread same = new Spread(2);
    same.add(1, 0, 0, Double.NaN);
    same.add(1, 0, 1, Double.NaN);
    assertThat(Foretelling.area(same.steps(), 2)).hasValue(0.5);
  }

  @Test
  void driftIsZeroForTheSameAndOneForWhatIsDisjoint() {
    double[] left = {0.5, 0.5, 0, 0};
    double[] right = {0, 0, 0.25, 0.75};

    assertThat(Divergence.jensenShannon(left, left)).isZero();
    assertThat(Divergence.jensenShannon(left, right)).isCloseTo(1, within(1e-12));
    assertThat(Divergence.largest(left, right)).isEqualTo(0.75);
    Spread spread = spread(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    spread.add(spread(2, 100, 200));
    assertThat(Drift.ofNumbers(spread, cells(0), 2)).isGreaterThan(0.7);
  }
}
