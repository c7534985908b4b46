package io.dynamodblake.job;

import io.dynamodblake.aws.ScannedTable;
import io.dynamodblake.job.text.Quantities;
import java.time.Duration;
import java.util.Optional;

/**
 * What reading a whole live table will consume, take and cost, by its size of up to six hours ago.
 *
 * @param unitsPerSecond most read units a second; infinite for no limit
 * @param time at least; empty if nothing limits it
 * @param cost in the currency of the prices
 */
record ScanForecast(
    ScannedTable table,
    boolean consistent,
    double unitsPerSecond,
    double readUnits,
    Optional<Duration> time,
    double cost,
    Prices prices) {
  private static final double MILLIS = 1e3;

  static ScanForecast of(
      ScannedTable table, boolean consistent, double unitsPerSecond, Prices prices) {
    double units = Estimate.readUnits(table.bytes()) * (consistent ? 2 : 1);
    return new ScanForecast(
        table,
        consistent,
        unitsPerSecond,
        units,
        Double.isInfinite(unitsPerSecond)
            ? Optional.empty()
            : Optional.of(Duration.ofMillis(Math.round(units / unitsPerSecond * MILLIS))),
        table.onDemand() ? prices.reads(units, table.capacity().infrequentAccess()) : 0,
        prices);
  }

  String size() {
    return "%s in %s, as DynamoDB said in the last six hours"
        .formatted(Quantities.bytes(table.bytes()), Quantities.count(table.items(), "item"));
  }

  String units() {
    return Quantities.units(readUnits)
        + " read units, "
        + (consistent ? "strongly" : "eventually")
        + " consistent";
  }

  String cap() {
    String has =
        table.readUnits().isPresent()
            ? ", the table has "
                + Quantities.count(table.readUnits().getAsLong())
                + (table.onDemand() ? " as its on-demand maximum" : " provisioned")
            : ", the table is on-demand without a maximum";
    return (Double.isInfinite(unitsPerSecond)
            ? "none"
            : Quantities.units(unitsPerSecond) + " read units a second")
        + has;
  }

  Optional<String> duration() {
    return time.map(least -> "at least " + Quantities.time(least));
  }

  String price() {
    return table.onDemand()
        ? "%s %s, on demand (%s; give yours with --prices)"
            .formatted(Estimate.money(cost), prices.currency(), prices.source())
        : "nothing beyond the capacity that is provisioned";
  }
}
