package io.dynamodblake.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Ways to do one thing, timed in turn in one process: warmed up first, then in rounds whose order
 * alternates, so that a slow phase of the machine meets all of them. Time on the clock is what a
 * user waits; processor time, which includes native code, collector and JIT compiler, is what stays
 * comparable when others use the machine.
 */
final class Contest {
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final double NANOS_PER_SECOND = 1e9;

  private final Map<String, List<Cost>> costs = new LinkedHashMap<>();

  private Contest() {}

  /** Something that is worth timing. */
  @FunctionalInterface
  interface Work {
    /**
     * Does it once.
     *
     * @param target a path where nothing is yet; what is written there is deleted afterwards,
     *     untimed
     */
    void run(Path target) throws Exception;
  }

  /** One way to do it. */
  record Side(String name, Work work) {}

  /** Seconds on the clock and seconds of all cores. */
  record Cost(double clock, double processor) {
    static Cost of(Work work, Path target) throws Exception {
      System.gc(); // nobody pays for the garbage of the one before
      long clock = System.nanoTime();
      long processor = SYSTEM.getProcessCpuTime();
      work.run(target);
      Cost cost =
          new Cost(
              (System.nanoTime() - clock) / NANOS_PER_SECOND,
              (SYSTEM.getProcessCpuTime() - processor) / NANOS_PER_SECOND);
      Directories.delete(target);
      return cost;
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.2f s (%.2f s of processor)", clock, processor);
    }
  }

  /**
   * Runs all sides once a round.
   *
   * @param rounds timed rounds, of which every second one goes backwards
   */
  static Contest run(Workshop workshop, String what, int rounds, int warmUps, List<Side> sides)
      throws Exception {
    for (int i = 0; i < warmUps; i++) {
      for (Side side : sides) {
        Cost cost = Cost.of(side.work(), workshop.freshTarget());
        System.err.printf("%s, warming up: %s %s%n", what, side.name(), cost);
      }
    }
    Contest contest = new Contest();
    List<Side> order = new ArrayList<>(sides);
    for (int i = 0; i < rounds; i++) {
      for (Side side : order) {
        Cost cost = Cost.of(side.work(), workshop.freshTarget());
        contest.costs.computeIfAbsent(side.name(), name -> new ArrayList<>()).add(cost);
        System.err.printf("%s, %d of %d: %s %s%n", what, i + 1, rounds, side.name(), cost);
      }
      Collections.reverse(order);
    }
    return contest;
  }

  /** Median processor seconds of a side. */
  double processorSeconds(String side) {
    return median(sorted(side, Cost::processor));
  }

  /**
   * Compares two sides. The ratio is that of the medians, its range that of the rounds.
   *
   * @param most ratio of the clock times at which the target is met
   */
  Line line(String what, String ours, String other, double most) {
    return compared(
        what,
        ours,
        other,
        String.format(Locale.ROOT, "≤ %.2f", most),
        Line.verdict(clockRatio(ours, other) <= most));
  }

  /**
   * Compares two sides by what they cost and not by how long it takes.
   *
   * @param most ratio of the processor times at which the target is met
   */
  Line lineOfProcessor(String what, String ours, String other, double most) {
    return compared(
        what,
        ours,
        other,
        String.format(Locale.ROOT, "≤ %.2f of processor", most),
        Line.verdict(processorSeconds(ours) / processorSeconds(other) <= most));
  }

  /** Compares two sides where no target is set. */
  Line line(String what, String ours, String other) {
    return compared(what, ours, other, "", "");
  }

  double clockRatio(String ours, String other) {
    return median(sorted(ours, Cost::clock)) / median(sorted(other, Cost::clock));
  }

  private Line compared(String what, String ours, String other, String target, String verdict) {
    return new Line(
        what,
        seconds(ours),
        seconds(other),
        ratio(ours, other, Cost::clock),
        ratio(ours, other, Cost::processor),
        target,
        verdict);
  }

  private String seconds(String side) {
    List<Double> clock = sorted(side, Cost::clock);
    List<Double> processor = sorted(side, Cost::processor);
    return String.format(
        Locale.ROOT,
        "%.2f s (%s); %.2f s (%s)",
        median(clock),
        range(clock),
        median(processor),
        range(processor));
  }

  private String ratio(String ours, String other, ToDoubleFunction<Cost> seconds) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < costs.get(ours).size(); i++) {
      ratios.add(
          seconds.applyAsDouble(costs.get(ours).get(i))
              / seconds.applyAsDouble(costs.get(other).get(i)));
    }
    ratios.sort(null);
    return String.format(
        Locale.ROOT,
        "**%.2f** (%s)",
        median(sorted(ours, seconds)) / median(sorted(other, seconds)),
        range(ratios));
  }

  private List<Double> sorted(String side, ToDoubleFunction<Cost> seconds) {
    return costs.get(side).stream().map(seconds::applyAsDouble).sorted().toList();
  }

  static double median(List<Double> sorted) {
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  private static String range(List<Double> sorted) {
    return String.format(Locale.ROOT, "%.2f–%.2f", sorted.get(0), sorted.get(sorted.size() - 1));
  }
}
