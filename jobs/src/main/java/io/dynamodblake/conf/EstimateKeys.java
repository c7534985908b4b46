package io.dynamodblake.conf;

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
