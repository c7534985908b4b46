package io.dynamodblake.ml;

import io.dynamodblake.schema.Divergence;
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
    return Divergence.jensenShannon(Divergence.shares(train), Divergence.shares(other));
  }
}
