package io.dynamodblake.job;

import io.dynamodblake.job.text.Quantities;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What it costs, and how long it takes, to carry a table through each way there is, reckoned from
 * its size. Pure arithmetic on a {@link Prices} table; every line says what it rests on.
 *
 * @param tableBytes size of the table as DynamoDB counts it
 * @param items number of items
 * @param lines one for each kind of work, in the order in which they would be done
 */
record Estimate(long tableBytes, long items, List<Line> lines) {
  private static final double GB = 1L << 30;
  private static final double TB = GB * 1024;
  private static final int READ_UNIT_BYTES = 4096;
  private static final int WRITE_UNIT_BYTES = 1024;
  private static final int SECONDS_AN_HOUR = 3600;

  /**
   * One kind of work.
   *
   * @param work what is done
   * @param cost in the currency of the prices
   * @param duration how long; empty where nobody can say
   * @param basis what the numbers rest on
   */
  record Line(String work, double cost, Optional<Duration> duration, String basis) {}

  Estimate {
    lines = List.copyOf(lines);
  }

  /**
   * How requests of a table are paid, and how many of them there may be.
   *
   * @param onDemand whether they are paid one by one; otherwise they cost nothing beyond the
   *     capacity that is provisioned
   * @param infrequentAccess whether the class of the table is Standard-Infrequent Access
   * @param reads read units a second that a scan may use
   * @param writes write units a second that a load may use
   */
  record Requests(boolean onDemand, boolean infrequentAccess, double reads, double writes) {}

  /**
   * Reckons.
   *
   * @param virtualCpus vCPUs that a Spark run works with
   */
  static Estimate of(
      long tableBytes, long items, Prices prices, long virtualCpus, Requests requests) {
    double gigabytes = tableBytes / GB;
    double jsonGigabytes = gigabytes * prices.number("json.gb-per-gb");
    double storedGigabytes = gigabytes * prices.number("export.stored-gb-per-gb");
    double lakeGigabytes = gigabytes * prices.number("lake.gb-per-gb");
    List<Line> lines = new ArrayList<>();
    lines.add(
        new Line(
            "point-in-time recovery, a month",
            gigabytes * prices.number("pitr.per-gb-month"),
            Optional.empty(),
            "needed to export"));
    lines.add(
        new Line(
            "export",
            gigabytes * prices.number("export.per-gb"),
            Optional.empty(),
            "10 minutes for a small table, more for a large one; uses no capacity"));
    lines.add(
        new Line(
            "export on S3, a month",
            storedGigabytes * prices.number("s3.per-gb-month"),
            Optional.empty(),
            size(storedGigabytes) + " of gzip"));
    double flattenSeconds = jsonGigabytes * prices.number("flatten.seconds-per-gb");
    lines.add(spark("flatten", flattenSeconds, jsonGigabytes, prices, virtualCpus));
    lines.add(
        new Line(
            "lake table on S3, a month",
            lakeGigabytes * prices.number("s3.per-gb-month"),
            Optional.empty(),
            size(lakeGigabytes) + " of Parquet"));
    lines.add(
        new Line(
            "Athena query over every column",
            lakeGigabytes * GB / TB * prices.number("athena.per-tb"),
            Optional.empty(),
            "one that reads few columns costs a fraction"));
    double restoreSeconds = jsonGigabytes * prices.number("restore.seconds-per-gb");
    lines.add(spark("restore", restoreSeconds, jsonGigabytes, prices, virtualCpus));
    lines.add(
        new Line(
            "import as a new table",
            gigabytes * prices.number("import.per-gb"),
            Optional.empty(),
            "hours for a large table; uses no capacity"));
    double reads = readUnits(tableBytes);
    lines.add(
        new Line(
            "scan instead of export",
            requests.onDemand() ? prices.reads(reads, requests.infrequentAccess()) : 0,
            Optional.of(seconds(reads / requests.reads())),
            units(reads)
                + " read units, eventually consistent, "
                + paid(requests, requests.reads())));
    double writes = writeUnits(tableBytes, items);
    lines.add(
        new Line(
            "load instead of import",
            requests.onDemand() ? prices.writes(writes, requests.infrequentAccess()) : 0,
            Optional.of(seconds(writes / requests.writes())),
            units(writes) + " write units, without indexes, " + paid(requests, requests.writes())));
    return new Estimate(tableBytes, items, lines);
  }

  private static Line spark(
      String work, double processorSeconds, double gigabytes, Prices prices, long virtualCpus) {
    return new Line(
        work,
        spark(processorSeconds, prices, virtualCpus),
        Optional.of(seconds(elapsed(processorSeconds, prices, virtualCpus))),
        "%s of DynamoDB JSON, EMR Serverless, %d vCPUs".formatted(size(gigabytes), virtualCpus));
  }

  private static double elapsed(double processorSeconds, Prices prices, long virtualCpus) {
    return processorSeconds / virtualCpus + prices.number("emr.start-seconds");
  }

  /** What a run of Spark costs, its start among it. */
  static double spark(double processorSeconds, Prices prices, long virtualCpus) {
    double hours = elapsed(processorSeconds, prices, virtualCpus) * virtualCpus / SECONDS_AN_HOUR;
    return hours
        * (prices.number("emr.per-vcpu-hour")
            + prices.number("emr.gb-per-vcpu") * prices.number("emr.per-gb-hour"));
  }

  /** A scan reads pages of 1 MB, each rounded up to 4 KB; eventually consistent reads are half. */
  static double readUnits(long tableBytes) {
    return Math.max(1, Math.ceil((double) tableBytes / READ_UNIT_BYTES)) / 2;
  }

  /** Every item is rounded up to 1 KB by itself; on average that is half a KB more. */
  private static double writeUnits(long tableBytes, long items) {
    double mean = items == 0 ? 0 : (double) tableBytes / items;
    return items * Math.max(1, mean / WRITE_UNIT_BYTES + 0.5);
  }

  private static Duration seconds(double seconds) {
    return Duration.ofSeconds(Math.max(1, Math.round(seconds)));
  }

  private static String size(double gigabytes) {
    return Quantities.bytes(Math.round(gigabytes * GB));
  }

  private static String units(double units) {
    return Quantities.count(Math.round(units));
  }

  private static String paid(Requests requests, double unitsPerSecond) {
    return Quantities.units(unitsPerSecond)
        + " a second"
        + (requests.onDemand() ? "" : " of what is provisioned");
  }

  /** {@code 0.004}, {@code 1.25}, {@code 12,345}: as exact as it can be meant. */
  static String money(double amount) {
    if (amount >= 100) {
      return String.format(Locale.ROOT, "%,.0f", amount);
    }
    return amount >= 0.1 || amount == 0
        ? String.format(Locale.ROOT, "%.2f", amount)
        : amount < 0.001 ? "<0.001" : String.format(Locale.ROOT, "%.3f", amount);
  }
}
