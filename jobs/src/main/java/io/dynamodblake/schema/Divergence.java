package io.dynamodblake.schema;

/** How far two distributions are from each other, each given as shares of the same classes. */
public final class Divergence {
  private Divergence() {}

  /** Returns the largest difference between the shares of one class, of 1. */
  public static double largest(double[] one, double[] other) {
    double largest = 0;
    for (int i = 0; i < one.length; i++) {
      largest = Math.max(largest, Math.abs(one[i] - other[i]));
    }
    return largest;
  }

  /**
   * Returns the divergence of Jensen and Shannon, in bits: 0 for the same shares, 1 for disjoint
   * ones.
   */
  public static double jensenShannon(double[] one, double[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      double middle = (one[i] + other[i]) / 2;
      sum += part(one[i], middle) + part(other[i], middle);
    }
    return Math.max(0, Math.min(1, sum / 2));
  }

  private static double part(double share, double middle) {
    return share == 0 ? 0 : share * StrictMath.log(share / middle) / StrictMath.log(2);
  }

  /** Returns what share of all each count is; zeros where there is nothing. */
  public static double[] shares(long... counts) {
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

  /** Returns how far the numbers of two histograms are apart, in so many ranges of both. */
  public static double of(Histogram one, Histogram other, int ranges) {
    long[][] counts = one.beside(other, ranges);
    return jensenShannon(shares(counts[0]), shares(counts[1]));
  }
}
