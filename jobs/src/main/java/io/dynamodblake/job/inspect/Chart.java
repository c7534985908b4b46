package io.dynamodblake.job.inspect;

import io.dynamodblake.schema.Histogram;
import java.util.List;

/**
 * A {@link Histogram} as bars of one width. Where nearly everything would stand in the same bar,
 * they are equally wide in magnitude instead, or what is far away is left out and counted.
 */
final class Chart {
  private static final int MOST_BARS = 40;
  private static final int BAR_WIDTH = 6;
  private static final int WIDTH = MOST_BARS * BAR_WIDTH;
  static final int HEIGHT = 36;
  private static final double OUTER = 0.005;
  private static final double NARROW = 0.05;
  private static final double SMALLEST_UNIT = 1e-12;

  private final double[] bars;
  private final double from;
  private final double to;
  private final boolean magnitudes;
  private final long below;
  private final long above;

  private Chart(double[] bars, double from, double to, boolean magnitudes, long below, long above) {
    this.bars = bars;
    this.from = from;
    this.to = to;
    this.magnitudes = magnitudes;
    this.below = below;
    this.above = above;
  }

  /**
   * Draws numbers or lengths.
   *
   * @param frame the numbers that the axis is made for, which these are among
   */
  static Chart of(Histogram histogram, Histogram frame) {
    List<Histogram.Bin> bins = frame.bins();
    double from = frame.min();
    double to = frame.max();
    double middle = frame.quantile(1 - NARROW) - frame.quantile(NARROW);
    boolean magnitudes = to > from && middle < (to - from) * NARROW;
    Scale scale = magnitudes ? new Scale(unit(bins)) : Scale.LINEAR;
    boolean whole =
        frame.isExact()
            && to - from < MOST_BARS
            && bins.stream().allMatch(bin -> bin.from() == Math.rint(bin.from()));
    int count = whole && !magnitudes ? (int) (to - from) + 1 : from < to ? MOST_BARS : 1;
    return fill(histogram, from, to, scale, count, whole && !magnitudes);
  }

  /**
   * Draws along an axis of time: what is far from nearly all is left out and counted.
   *
   * @param frame the numbers that the axis is made for, which these are among
   */
  static Chart ofTimes(Histogram histogram, Histogram frame) {
    double from = frame.min();
    double to = frame.max();
    double inner = frame.quantile(1 - OUTER) - frame.quantile(OUTER);
    if (to > from && inner < (to - from) * NARROW && inner > 0) {
      from = frame.quantile(OUTER);
      to = frame.quantile(1 - OUTER);
    }
    return fill(histogram, from, to, Scale.LINEAR, from < to ? MOST_BARS : 1, false);
  }

  private static double unit(List<Histogram.Bin> bins) {
    double smallest = Double.MAX_VALUE;
    double largest = 0;
    for (Histogram.Bin bin : bins) {
      double size = Math.max(Math.abs(bin.from()), Math.abs(bin.below()));
      largest = Math.max(largest, size);
      if (bin.from() != 0 && bin.below() != 0) {
        smallest = Math.min(smallest, Math.min(Math.abs(bin.from()), Math.abs(bin.below())));
      }
    }
    return Math.max(Math.min(smallest, largest), largest * SMALLEST_UNIT);
  }

  private static Chart fill(
      Histogram histogram, double from, double to, Scale scale, int count, boolean whole) {
    double[] bars = new double[count];
    double margin = whole ? 0.5 : 0;
    double start = scale.place(from - margin);
    double width = (scale.place(to + margin) - start) / count;
    long below = 0;
    long above = 0;
    for (Histogram.Bin bin : histogram.bins()) {
      double first = Math.max(bin.from(), histogram.min());
      double last = Math.min(bin.below(), histogram.max());
      double left = width > 0 ? (scale.place(first) - start) / width : 0;
      double right = width > 0 ? (scale.place(last) - start) / width : 0;
      if (right < 0) {
        below += bin.count();
      } else if (left > count) {
        above += bin.count();
      } else {
        spread(bars, left, right, bin.count());
      }
    }
    return new Chart(bars, from, to, scale.unit() != 0, below, above);
  }

  /** A bin that lies in several bars is taken as evenly filled. */
  private static void spread(double[] bars, double left, double right, long count) {
    int first = bar(bars, left);
    int last = bar(bars, right);
    if (first == last) {
      bars[first] += count;
      return;
    }
    for (int i = first; i <= last; i++) {
      double overlap = Math.min(right, i + 1.0) - Math.max(left, i);
      bars[i] += count * Math.max(0, overlap) / (right - left);
    }
  }

  private static int bar(double[] bars, double place) {
    return Math.max(0, Math.min(bars.length - 1, (int) Math.floor(place)));
  }

  /** Returns the outline of the bars as the data of an SVG path. */
  String path() {
    double highest = 0;
    for (double bar : bars) {
      highest = Math.max(highest, bar);
    }
    int width = width() / bars.length;
    StringBuilder path = new StringBuilder("M0 ").append(HEIGHT);
    int at = HEIGHT;
    int pending = 0;
    for (double bar : bars) {
      // what is there is seen
      int height = bar == 0 ? 0 : Math.max(1, (int) Math.round(bar / highest * (HEIGHT - 2)));
      if (HEIGHT - height != at) {
        path.append(pending == 0 ? "" : "h" + pending);
        at = HEIGHT - height;
        path.append('V').append(at);
        pending = 0;
      }
      pending += width;
    }
    return path.append('h').append(pending).append('V').append(HEIGHT).append('z').toString();
  }

  /** Returns how wide all bars together are. */
  int width() {
    return WIDTH / bars.length * bars.length;
  }

  double from() {
    return from;
  }

  double to() {
    return to;
  }

  /** Whether bars are equally wide in magnitude: ten times as large is as far everywhere. */
  boolean isByMagnitude() {
    return magnitudes;
  }

  long below() {
    return below;
  }

  long above() {
    return above;
  }

  /** Where a number stands: as it is, or by its magnitude on both sides of zero. */
  private record Scale(double unit) {
    static final Scale LINEAR = new Scale(0);

    double place(double number) {
      return unit == 0 ? number : Math.signum(number) * Math.log1p(Math.abs(number) / unit);
    }
  }
}
