package io.dynamodblake.aws;

import java.util.OptionalLong;

/**
 * A table as DescribeTable says it, for a scan of it.
 *
 * @param table the table itself
 * @param bytes its size, up to six hours old
 * @param items how many items it has, up to six hours old
 * @param onDemand whether reads are paid one by one
 * @param readUnits the read units a second that it has provisioned, or as its on-demand maximum;
 *     empty for an on-demand table without a maximum
 */
public record ScannedTable(
    LiveTable table, long bytes, long items, boolean onDemand, OptionalLong readUnits) {}
