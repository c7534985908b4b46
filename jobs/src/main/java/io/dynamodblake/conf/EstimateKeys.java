package io.dynamodblake.conf;

import java.time.Duration;

/** Of {@code estimate}: the table and the prices that it reckons with. */
public final class EstimateKeys {
  private EstimateKeys() {}

  public static final Option<String> TABLE =
      Option.text("dynamodb-table", "TABLE")
          .at(0)
          .means(
              "the DynamoDB table to ask for size, items, capacity and class: its name or ARN; without it nothing is called")
          .changeWhen("the table exists and may be asked");

  public static final Option<Long> SIZE =
      Option.size("size", 0)
          .means(
              "size of the table, as the DynamoDB console shows it; without it what DynamoDB says of TABLE")
          .changeWhen("there is no TABLE, or it will grow");

  public static final Option<Long> ITEMS =
      Option.count("items", 0)
          .means(
              "number of items, as the DynamoDB console shows it; without it what DynamoDB says of TABLE")
          .changeWhen("there is no TABLE, or it will grow");

  public static final Option<String> PRICES =
      Option.text("prices", "FILE")
          .means(
              "a local properties file with prices that differ from the built-in ones; start from conf/prices.properties")
          .changeWhen("another region, discounts, or data unlike the orders that were measured");

  public static final Option<Long> VCPUS =
      Option.count("vcpus", 1)
          .orElse("16")
          .means("how many vCPUs a Spark run works with")
          .changeWhen("it takes too long; it costs about the same");

  public static final Option<String> CHANGES_PER_DAY =
      Option.text("changes-per-day", "N|P%")
          .orElse("1%")
          .means(
              "by which the month is reckoned: how many items are written or deleted in a day, as a number or as a share of all, such"
                  + " as 2.5%")
          .changeWhen("always; it decides whether incremental exports cost less than full ones");

  public static final Option<Duration> FULL_EVERY =
      Option.duration("full-every")
          .orElse("7d")
          .means("with incremental exports: how often there is a full one all the same, in days")
          .changeWhen("the schedule of full exports is another one");

  public static final Option<Long> KEEP =
      Option.count("keep", 1)
          .orElse("7")
          .means("how many snapshots maintain leaves")
          .changeWhen("maintain, or --keep of the runs, leaves another number");

  public static final Option<Long> MAX_RCU =
      Option.count("max-rcu", 1)
          .means(
              "read units a second that a scan may use. Without it 25 percent of what TABLE has provisioned or as its on-demand"
                  + " maximum, and 1000 without a TABLE or without a maximum")
          .changeWhen("a scan is considered");

  public static final Option<Long> MAX_WCU =
      Option.count("max-wcu", 1)
          .means(
              "write units a second that a load may use. Without it half of what TABLE has provisioned; for an on-demand table, or"
                  + " without a TABLE, 1000, or half of its on-demand maximum if that is less")
          .changeWhen("a load into an existing table is considered");
}
