package io.dynamodblake.job;

import io.dynamodblake.aws.RunMetrics;
import io.dynamodblake.conf.EstimateKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.job.text.Quantities;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What it costs to keep a lake table for a month of 30 nights: by a full export every night, or by
 * one now and then and what changed in between; and how the lake grows. Pure arithmetic, as {@link
 * Estimate}; the table itself is taken not to grow.
 *
 * @param lines the last one is the sum
 */
record MonthlyEstimate(Plan plan, List<Line> lines, List<Growth> growth) {
  static final int NIGHTS = 30;

  private static final double GB = 1L << 30;
  private static final double HOURS = 24.0 * NIGHTS;

  /** What an incremental export is billed for at least. */
  private static final double SMALLEST_BILL = 10_000_000 / GB;

  private static final List<Integer> MONTHS = List.of(1, 6, 12);
  private static final Pattern RATE =
      Pattern.compile("(\\d{1,15}(?:_\\d+)*(?:\\.\\d{1,9})?)\\s*(%?)");

  /**
   * How the table is kept.
   *
   * @param writes of items a day
   * @param fullEvery days from one full export to the next, where the others are incremental
   * @param keep snapshots that maintain leaves
   */
  record Plan(double writes, long fullEvery, long keep) {
    /** Full exports of a month among incremental ones. */
    double fulls() {
      return (double) NIGHTS / fullEvery;
    }

    double increments() {
      return NIGHTS - fulls();
    }
  }

  /**
   * One kind of cost, in the currency of the prices.
   *
   * @param full with a full export every night
   * @param increments with incremental ones
   */
  record Line(String work, double full, double increments, String basis) {}

  /**
   * The lake after some time.
   *
   * @param snapshots if none was ever deleted
   * @param bytes that they have, and what those cost a month then
   * @param keptBytes the same of those that maintain leaves
   */
  record Growth(
      int months, long snapshots, double bytes, double cost, double keptBytes, double keptCost) {}

  MonthlyEstimate {
    lines = List.copyOf(lines);
    growth = List.copyOf(growth);
  }

  /**
   * Reads how many writes a day there are.
   *
   * @param text a number, or a share of the items with a percent sign
   * @throws UsageException if it is neither
   */
  static double writes(String text, long items) {
    Matcher matcher = RATE.matcher(text.strip());
    if (!matcher.matches()) {
      throw new UsageException(
          "Cannot read --%s: write a number of items that are written in a day, or a share of all items, such as 2.5%%"
              .formatted(EstimateKeys.CHANGES_PER_DAY.key()));
    }
    double number = Double.parseDouble(matcher.group(1).replace("_", ""));
    return matcher.group(2).isEmpty() ? number : number / 100 * items;
  }

  /**
   * Reckons.
   *
   * @param virtualCpus vCPUs that a Spark run works with
   */
  static MonthlyEstimate of(
      long tableBytes, long items, Plan plan, Prices prices, long virtualCpus) {
    double gigabytes = tableBytes / GB;
    double written = items == 0 ? 0 : gigabytes / items * plan.writes();
    // the image before and the one after
    double images = written * prices.number("increment.images");
    List<Line> lines = new ArrayList<>();
    double recovery = gigabytes * prices.number("pitr.per-gb-month");
    lines.add(new Line("point-in-time recovery", recovery, recovery, "needed to export"));
    lines.add(exports(gigabytes, images, plan, prices));
    lines.add(runs(gigabytes, images, plan, prices, virtualCpus));
    lines.add(exportsKept(gigabytes, images, plan, prices));
    double lake = gigabytes * prices.number("lake.gb-per-gb");
    double snapshots = lake * plan.keep() * prices.number("s3.per-gb-month");
    lines.add(
        new Line(
            "lake table on S3",
            snapshots,
            snapshots,
            "%s of %s"
                .formatted(
                    Quantities.count(plan.keep(), "snapshot"),
                    Quantities.bytes(Math.round(lake * GB)))));
    lines.add(watched(prices));
    lines.add(
        new Line(
            "sum",
            lines.stream().mapToDouble(Line::full).sum(),
            lines.stream().mapToDouble(Line::increments).sum(),
            ""));
    return new MonthlyEstimate(plan, lines, growth(lake, plan, prices));
  }

  private static Line exports(double gigabytes, double images, Plan plan, Prices prices) {
    double full = gigabytes * prices.number("export.per-gb");
    double increment = Math.max(SMALLEST_BILL, images) * prices.number("export.per-gb");
    return new Line(
        "exports",
        NIGHTS * full,
        plan.fulls() * full + plan.increments() * increment,
        "increments of %s, at the price of full ones; 10 MB at least"
            .formatted(Quantities.bytes(Math.round(images * GB))));
  }

  private static Line runs(
      double gigabytes, double images, Plan plan, Prices prices, long virtualCpus) {
    double seconds = prices.number("flatten.seconds-per-gb") * prices.number("json.gb-per-gb");
    double flattening = gigabytes * seconds;
    double full = Estimate.spark(flattening, prices, virtualCpus);
    double apply =
        Estimate.spark(
            flattening * prices.number("apply.rewrite-per-flatten") + images * seconds,
            prices,
            virtualCpus);
    return new Line(
        "Spark runs",
        NIGHTS * full,
        plan.fulls() * full + plan.increments() * apply,
        "flatten; apply of changes all over the table, which rewrite every file");
  }

  private static Line exportsKept(double gigabytes, double images, Plan plan, Prices prices) {
    double stored = prices.number("export.stored-gb-per-gb") * prices.number("s3.per-gb-month");
    return new Line(
        "exports on S3",
        NIGHTS * gigabytes * stored,
        (plan.fulls() * gigabytes + plan.increments() * images) * stored,
        "if a lifecycle rule deletes them after 30 days");
  }

  /** By the hours in which a metric has data. */
  private static Line watched(Prices prices) {
    int metrics = RunMetrics.Metric.values().length;
    double cost =
        metrics * prices.number("cloudwatch.per-metric-month") * NIGHTS / HOURS
            + prices.number("template.alarms") * prices.number("cloudwatch.per-alarm-month");
    return new Line(
        "metrics and alarms",
        cost,
        cost,
        "%d metrics and %s of the template, whatever the table's size"
            .formatted(
                metrics, Quantities.count(Math.round(prices.number("template.alarms")), "alarm")));
  }

  private static List<Growth> growth(double lake, Plan plan, Prices prices) {
    double price = prices.number("s3.per-gb-month");
    return MONTHS.stream()
        .map(
            months -> {
              long snapshots = (long) months * NIGHTS;
              long kept = Math.min(plan.keep(), snapshots);
              return new Growth(
                  months,
                  snapshots,
                  lake * snapshots * GB,
                  lake * snapshots * price,
                  lake * kept * GB,
                  lake * kept * price);
            })
        .toList();
  }
}
