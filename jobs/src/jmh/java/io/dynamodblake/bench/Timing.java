package io.dynamodblake.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Two ways to do one thing, timed in turn in one process: warmed up first, then in pairs whose
 * order alternates, so that a slow phase of the machine meets both. Time on the clock is what a
 * user waits; processor time is what stays comparable when others use the machine.
 */
final class Timing {
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final double NANOS_PER_SECOND = 1e9;

  private final String what;
  private final List<Cost> ours = new ArrayList<>();
  private final List<Cost> theirs = new ArrayList<>();

  private Timing(String what) {
    this.what = what;
  }

  /** Something that is worth timing. */
  interface Work {
    void run() throws Exception;
  }

  /** Seconds on the clock and seconds of all cores. */
  record Cost(double clock, double processor) {
    static Cost of(Work work) throws Exception {
      System.gc(); // neither pays for the other's garbage
      long clock = System.nanoTime();
      long processor = SYSTEM.getProcessCpuTime();
      work.run();
      return new Cost(
          (System.nanoTime() - clock) / NANOS_PER_SECOND,
          (SYSTEM.getProcessCpuTime() - processor) / NANOS_PER_SECOND);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.2f s (%.2f s of processor)", clock, processor);
    }
  }

  static Timing ofPairs(String what, int pairs, int warmUps, Work ours, Work theirs)
      throws Exception {
    for (int i = 0; i < warmUps; i++) {
      System.err.println(what + ", warming up: ours " + Cost.of(ours));
      System.err.println(what + ", warming up: Spark " + Cost.of(theirs));
    }
    Timing timing = new Timing(what);
    for (int i = 0; i < pairs; i++) {
      boolean oursFirst = i % 2 == 0;
      Cost first = Cost.of(oursFirst ? ours : theirs);
      Cost second = Cost.of(oursFirst ? theirs : ours);
      timing.ours.add(oursFirst ? first : second);
      timing.theirs.add(oursFirst ? second : first);
      System.err.printf(
          "%s, pair %d of %d: ours %s, Spark %s%n",
          what, i + 1, pairs, timing.ours.get(i), timing.theirs.get(i));
    }
    return timing;
  }

  static String header() {
    return """
        | medians | time | dynamodb-lake | Spark alone | ratio | ratios of the pairs |
        |---|---|---|---|---|---|
        """;
  }

  /** Two rows of the table under {@link #header()}. */
  String rows() {
    return row("clock", Cost::clock) + row("processor", Cost::processor);
  }

  private String row(String time, ToDoubleFunction<Cost> seconds) {
    List<Double> mine = sorted(ours, seconds);
    List<Double> others = sorted(theirs, seconds);
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < ours.size(); i++) {
      ratios.add(seconds.applyAsDouble(ours.get(i)) / seconds.applyAsDouble(theirs.get(i)));
    }
    ratios.sort(null);
    return String.format(
        Locale.ROOT,
        "| %s | %s | %.2f s (%s) | %.2f s (%s) | **%.2f** | %s |%n",
        what,
        time,
        median(mine),
        range(mine),
        median(others),
        range(others),
        median(mine) / median(others),
        range(ratios));
  }

  private static List<Double> sorted(List<Cost> costs, ToDoubleFunction<Cost> seconds) {
    return costs.stream().map(seconds::applyAsDouble).sorted().toList();
  }

  private static double median(List<Double> sorted) {
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  private static String range(List<Double> sorted) {
    return String.format(Locale.ROOT, "%.2f–%.2f", sorted.get(0), sorted.get(sorted.size() - 1));
  }
}
