package io.dynamodblake.ml;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the numbers of a column are spread in each split: exact sums, and how often each occurs;
 * where there are more than {@value #MOST_VALUES} different ones, how often those do that agree in
 * their first bits, which is to within 0.4 percent. The same for the same rows, in whatever order
 * and however shared between tasks.
 */
final class Spread implements Serializable {
  private static final long serialVersionUID = 1L;

  static final int MOST_VALUES = 1024;

  /** Of a double what stays: sign, exponent and eight bits. */
  private static final int BUCKET_SHIFT = 44;

  private final int classes;
  private final long[] present = new long[SplitRule.NAMES.size()];
  private final long[] zeros = new long[SplitRule.NAMES.size()];
  private final double[] min = new double[SplitRule.NAMES.size()];
  private final double[] max = new double[SplitRule.NAMES.size()];
  private final ExactSum[] sums = new ExactSum[SplitRule.NAMES.size()];
  private final ExactSum[] squares = new ExactSum[SplitRule.NAMES.size()];

  // of train, with the label where it is a number
  private final ExactSum labels = new ExactSum();
  private final ExactSum labelSquares = new ExactSum();
  private final ExactSum products = new ExactSum();

  private final Map<Long, Cells> buckets = new HashMap<>();
  private Map<Double, Cells> values = new HashMap<>(); // null where there are too many
  private double greatestError;

  Spread(int classes) {
    this.classes = classes;
    for (int split = 0; split < sums.length; split++) {
      sums[split] = new ExactSum();
      squares[split] = new ExactSum();
      min[split] = Double.POSITIVE_INFINITY;
      max[split] = Double.NEGATIVE_INFINITY;
    }
  }

  void add(double given, int split, int ofClass, double label) {
    double number = given == 0 ? 0 : given; // no negative zero
    present[split]++;
    if (number == 0) {
      zeros[split]++;
    }
    min[split] = Math.min(min[split], number);
    max[split] = Math.max(max[split], number);
    sums[split].add(number);
    squares[split].addProduct(number, number);
    if (split == SplitRule.TRAIN && !Double.isNaN(label)) {
      labels.add(label);
      labelSquares.addProduct(label, label);
      products.addProduct(number, label);
    }
    if (values != null) {
      values.computeIfAbsent(number, any -> Cells.empty(classes)).add(split, ofClass);
      dropIfMany();
    }
    buckets.computeIfAbsent(bucket(number), any -> Cells.empty(classes)).add(split, ofClass);
  }

  void error(double relative) {
    greatestError = Math.max(greatestError, relative);
  }

  Spread add(Spread other) {
    for (int split = 0; split < present.length; split++) {
      present[split] += other.present[split];
      zeros[split] += other.zeros[split];
      min[split] = Math.min(min[split], other.min[split]);
      max[split] = Math.max(max[split], other.max[split]);
      sums[split].add(other.sums[split]);
      squares[split].add(other.squares[split]);
    }
    labels.add(other.labels);
    labelSquares.add(other.labelSquares);
    products.add(other.products);
    other.buckets.forEach((bucket, cells) -> buckets.merge(bucket, cells, Cells::add));
    if (values != null && other.values != null) {
      other.values.forEach((value, cells) -> values.merge(value, cells, Cells::add));
      dropIfMany();
    } else {
      values = null;
    }
    greatestError = Math.max(greatestError, other.greatestError);
    return this;
  }

  private void dropIfMany() {
    if (values.size() > MOST_VALUES) {
      values = null;
    }
  }

  private static long bucket(double number) {
    long bits = Double.doubleToLongBits(number);
    return (bits ^ bits >> 63 & Long.MAX_VALUE) >> BUCKET_SHIFT;
  }

  private static double edge(long bucket) {
    long bits = bucket << BUCKET_SHIFT;
    return Double.longBitsToDouble(bits ^ bits >> 63 & Long.MAX_VALUE);
  }

  // ---- what it comes to

  /** A value, or the lower edge of some that are nearly the same. */
  record Step(double value, Cells cells) {}

  /** Returns what occurs, in the order of the numbers. */
  List<Step> steps() {
    TreeMap<Double, Cells> sorted = new TreeMap<>();
    if (values != null) {
      sorted.putAll(values);
    } else {
      buckets.forEach((bucket, cells) -> sorted.merge(edge(bucket), cells, Cells::add));
    }
    List<Step> steps = new ArrayList<>();
    sorted.forEach((value, cells) -> steps.add(new Step(value, cells)));
    return steps;
  }

  long present(int split) {
    return present[split];
  }

  long zeros(int split) {
    return zeros[split];
  }

  double min(int split) {
    return min[split];
  }

  double max(int split) {
    return max[split];
  }

  double greatestError() {
    return greatestError;
  }

  /** Whether every different number was counted by itself. */
  boolean isExact() {
    return values != null;
  }

  /** Returns how many different numbers there are in a split, if they were counted. */
  long distinct(int split) {
    return values == null
        ? -1
        : values.values().stream().filter(cells -> cells.in(split) > 0).count();
  }

  double mean(int split) {
    return sums[split]
        .value()
        .divide(BigDecimal.valueOf(present[split]), MathContext.DECIMAL128)
        .doubleValue();
  }

  /** Returns the standard deviation of a sample. */
  double deviation(int split) {
    long count = present[split];
    if (count < 2) {
      return 0;
    }
    return variance(squares[split], sums[split], count)
        .divide(
            BigDecimal.valueOf(count).multiply(BigDecimal.valueOf(count - 1)),
            MathContext.DECIMAL128)
        .sqrt(MathContext.DECIMAL64)
        .doubleValue();
  }

  /** Times the square of the count. */
  private static BigDecimal variance(ExactSum squares, ExactSum sum, long count) {
    BigDecimal total = sum.value();
    return squares
        .value()
        .multiply(BigDecimal.valueOf(count))
        .subtract(total.multiply(total))
        .max(BigDecimal.ZERO);
  }

  /** Returns the correlation with a label that is a number, in train. */
  double correlation() {
    long count = present[SplitRule.TRAIN];
    BigDecimal own = variance(squares[SplitRule.TRAIN], sums[SplitRule.TRAIN], count);
    BigDecimal label = variance(labelSquares, labels, count);
    if (own.signum() == 0 || label.signum() == 0) {
      return 0;
    }
    BigDecimal together =
        products
            .value()
            .multiply(BigDecimal.valueOf(count))
            .subtract(sums[SplitRule.TRAIN].value().multiply(labels.value()));
    return together
        .divide(own.multiply(label).sqrt(MathContext.DECIMAL128), MathContext.DECIMAL64)
        .doubleValue();
  }

  /**
   * Returns the smallest number that so many are not above.
   *
   * @param share of the numbers of a split, from 0 to 1
   */
  double quantile(int split, double share) {
    long rank = Math.max(1, (long) Math.ceil(share * present[split]));
    long seen = 0;
    for (Step step : steps()) {
      seen += step.cells().in(split);
      if (seen >= rank) {
        return Math.max(min[split], Math.min(max[split], step.value()));
      }
    }
    return max[split];
  }
}
