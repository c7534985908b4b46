package io.dynamodblake.aws;

import java.util.OptionalLong;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * A table as DescribeTable says it, for a scan of it or to reckon with.
 *
 * @param table the table itself
 * @param bytes its size, up to six hours old
 * @param items how many items it has, up to six hours old
 * @param capacity how it is paid, and what it can do a second
 */
public record ScannedTable(LiveTable table, long bytes, long items, TableCapacity capacity) {
  /**
   * What a description says of a table.
   *
   * @param table what {@link LiveTables#usable} made of the same description
   */
  static ScannedTable of(TableDescription description, LiveTable table) {
    return new ScannedTable(
        table,
        number(description.tableSizeBytes()),
        number(description.itemCount()),
        TableCapacity.of(description));
  }

  private static long number(Long value) {
    return value == null ? 0 : value;
  }

  /** Returns whether reads are paid one by one. */
  public boolean onDemand() {
    return capacity.onDemand();
  }

  /** Returns the read units a second that it has, if there is a limit. */
  public OptionalLong readUnits() {
    return capacity.readUnits();
  }
}
