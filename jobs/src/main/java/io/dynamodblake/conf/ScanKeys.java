package io.dynamodblake.conf;

import java.util.List;

/** Of {@code scan}, and of every command that reads a live table. */
public final class ScanKeys {
  static final String USUAL_READ_UNITS =
      "25 percent of what the table has provisioned or as its on-demand maximum, and 1000 for an on-demand table without one";

  private ScanKeys() {}

  public static final Option<String> TABLE =
      Option.text("dynamodb-table", "TABLE")
          .at(0)
          .means("the DynamoDB table: its name, or its ARN, which also says the region")
          .changeWhen("always given; in a file under the key `dynamodb-table`");

  public static final Option<String> TO =
      Option.text("to", "DIR")
          .means(
              "prefix under which the scan makes AWSDynamoDB/<id>/, laid out like an export; a scan of the same table that did"
                  + " not come to its end there is continued")
          .changeWhen("always given");

  public static final Option<String> MAX_RCU =
      Option.text("max-rcu", "N")
          .means(
              "most read units a second of a table, of all tasks together; none is no limit. Without it "
                  + USUAL_READ_UNITS)
          .changeWhen("the table should be read faster, or others need the capacity");

  public static final Option<Long> MAX_RCU_PERCENT =
      Option.count("max-rcu-percent", 1)
          .means(
              "the same as a share of the read units that the table has provisioned, or of its on-demand maximum; with --max-rcu"
                  + " the smaller one holds")
          .changeWhen("one job file is for many tables");

  public static final Option<Boolean> CONSISTENT =
      Option.flag("consistent")
          .means(
              "strongly consistent reads, which see every write that ended before the page was read, and cost twice as much")
          .changeWhen("writes of the last second must not be missed");

  public static final Option<Long> SEGMENTS =
      Option.count("segments", 1, 1_000_000)
          .means(
              "into how many parts the table is divided, each a data file and what is read again after a failure; without it one"
                  + " for each 256 MB, and for each task of a table of more than 64 MB")
          .changeWhen("data files should be smaller or larger");

  public static final Option<List<String>> ATTRIBUTES =
      Option.list("attributes", "A,B")
          .means(
              "write only these top-level attributes, and the keys; the result is marked as partial. It costs as much as the"
                  + " whole items")
          .changeWhen("the rest of the items is not wanted");

  public static final Option<String> FILTER =
      Option.text("filter", "EXPR")
          .means(
              "write only items for which this filter expression of DynamoDB holds; the result is marked as partial. It costs as"
                  + " much as all items")
          .changeWhen("the other items are not wanted");

  public static final Option<String> FILTER_NAMES =
      Option.text("filter-names", "FILE")
          .means(
              "a JSON file with the names behind #placeholders in --filter, as --expression-attribute-names of the AWS command"
                  + " line")
          .changeWhen("a name is a reserved word or has odd characters");

  public static final Option<String> FILTER_VALUES =
      Option.text("filter-values", "FILE")
          .means(
              "a JSON file with the values behind :placeholders in --filter, as --expression-attribute-values of the AWS command"
                  + " line")
          .changeWhen("the filter compares with anything");

  public static final Option<Boolean> DRY_RUN =
      Option.flag("dry-run")
          .means("only say what it would read, take and cost; nothing is read or written")
          .changeWhen("always good before the first scan of a large table");
}
