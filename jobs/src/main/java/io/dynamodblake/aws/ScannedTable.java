package io.dynamodblake.aws;

import java.util.OptionalLong;

/**
 * A table as DescribeTable says it, for a scan of it or to reckon with.
 *
 * @param table the table itself
 * @param bytes its size, up to six hours old
 * @param items how many items it has, up to six hours old
 * @param capacity how it is paid, and what it can do a second
 */
public record ScannedTable(LiveTable table, long bytes, long items, TableCapacity capacity) {
  /** Whether reads are paid one by one. */
  public boolean onDemand() {
    return capacity.onDemand();
  }

  /** The read units a second that it has, if there is a limit. */
  public OptionalLong readUnits() {
    return capacity.readUnits();
  }
}
