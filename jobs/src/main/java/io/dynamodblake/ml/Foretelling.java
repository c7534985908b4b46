package io.dynamodblake.ml;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * How well one feature alone foretells the label in train. A feature that does it nearly without
 * fault is hardly ever one: it was written with the label or after it.
 */
final class Foretelling {
  /** From this share of the mistakes on, one feature saves too many. */
  static final double SUSPICIOUS = 0.95;

  static final double SUSPICIOUS_AREA = 0.99;
  static final double SUSPICIOUS_CORRELATION = 0.995;

  /** Fewer rows say nothing. */
  static final long FEWEST_ROWS = 20;

  private Foretelling() {}

  /**
   * Of the mistakes that guessing the most frequent class makes, the share that knowing the feature
   * saves, each row guessed by all others that have the same value; 1 is without fault, 0 no help.
   * Because a row is not guessed by itself, a value that only one row has does not help.
   *
   * @param values how often each value occurs, the missing one among them
   */
  static double savedMistakes(Cells rows, List<Cells> values) {
    int majority = majority(rows);
    long right = 0;
    for (Cells value : values) {
      right += right(value, majority);
    }
    return savedMistakes(rows, right);
  }

  static double savedMistakes(Cells rows, long right) {
    long all = rows.in(SplitRule.TRAIN);
    long base = rows.ofClass(majority(rows));
    return all == base ? 0 : Math.max(0, (double) (right - base) / (all - base));
  }

  static int majority(Cells rows) {
    return IntStream.range(0, rows.classes())
        .reduce((a, b) -> rows.ofClass(b) > rows.ofClass(a) ? b : a)
        .orElse(0);
  }

  /** How many rows with a value are right if each is guessed by the others. */
  static long right(Cells value, int majority) {
    long all = value.in(SplitRule.TRAIN);
    if (all == 1) {
      return value.ofClass(majority);
    }
    int first = majority(value);
    long second =
        IntStream.range(0, value.classes())
            .filter(i -> i != first)
            .mapToLong(value::ofClass)
            .max()
            .orElse(0);
    return value.ofClass(first) - 1 > second ? value.ofClass(first) : 0;
  }

  /**
   * The area under the curve of a number for a label of two classes: how often a row of the one has
   * a larger number than a row of the other, or a smaller one, whichever is more often.
   */
  static OptionalDouble area(List<Spread.Step> steps, int classes) {
    if (classes != 2) {
      return OptionalDouble.empty();
    }
    double below = 0;
    double won = 0;
    long first = 0;
    long second = 0;
    for (Spread.Step step : steps) {
      long ofFirst = step.cells().ofClass(0);
      long ofSecond = step.cells().ofClass(1);
      won += ofSecond * (below + ofFirst / 2.0);
      below += ofFirst;
      first += ofFirst;
      second += ofSecond;
    }
    if (first == 0 || second == 0) {
      return OptionalDouble.empty();
    }
    double area = won / first / second;
    return OptionalDouble.of(Math.max(area, 1 - area));
  }
}
