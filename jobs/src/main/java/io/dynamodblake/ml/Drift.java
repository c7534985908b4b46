package io.dynamodblake.ml;

import java.util.ArrayList;
import java.util.List;

/** How far another split is from train. */
final class Drift {
  /** From here on it is told. */
  static final double LARGE = 0.2;

  /** Fewer rows differ by chance. */
  static final long FEWEST_ROWS = 100;

  private static final int RANGES = 10;

  private Drift() {}

  /** The largest difference between the shares of one value, of 1. */
  static double largest(double[] train, double[] other) {
    double largest = 0;
    for (int i = 0; i < train.length; i++) {
      largest = Math.max(largest, Math.abs(train[i] - other[i]));
    }
    return largest;
  }

  /** The divergence of Jensen and Shannon, in bits: 0 for the same shares, 1 for disjoint ones. */
  static double jensenShannon(double[] train, double[] other) {
    double sum = 0;
    for (int i = 0; i < train.length; i++) {
      double middle = (train[i] + other[i]) / 2;
      sum += part(train[i], middle) + part(other[i], middle);
    }
    return Math.max(0, Math.min(1, sum / 2));
  }

  private static double part(double share, double middle) {
    return share == 0 ? 0 : share * StrictMath.log(share / middle) / StrictMath.log(2);
  }

  /**
   * Numbers in the ranges that hold a tenth of train each, the missing ones as a range of theirs.
   */
  static double ofNumbers(Spread spread, Cells missing, int split) {
    List<Double> edges = new ArrayList<>();
    for (int i = 1; i < RANGES; i++) {
      double edge = spread.quantile(SplitRule.TRAIN, (double) i / RANGES);
      if (edges.isEmpty() || edge > edges.get(edges.size() - 1)) {
        edges.add(edge);
      }
    }
    long[] train = new long[edges.size() + 2];
    long[] other = new long[edges.size() + 2];
    int range = 0;
    for (Spread.Step step : spread.steps()) {
      while (range < edges.size() && step.value() > edges.get(range)) {
        range++;
      }
      train[range] += step.cells().in(SplitRule.TRAIN);
      other[range] += step.cells().in(split);
    }
    train[edges.size() + 1] = missing.in(SplitRule.TRAIN);
    other[edges.size() + 1] = missing.in(split);
    return jensenShannon(shares(train), shares(other));
  }

  static double[] shares(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    double[] shares = new double[counts.length];
    for (int i = 0; i < counts.length; i++) {
      shares[i] = sum == 0 ? 0 : (double) counts[i] / sum;
    }
    return shares;
  }
}
