package io.dynamodblake.spark.scan;

import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.ScanOrder;
import io.dynamodblake.aws.ScannedTable;

/**
 * How a live table is read.
 *
 * @param settings with the region
 * @param userAgent what the service's logs call us
 * @param order what is read of it
 * @param unitsPerSecond most read units a second of all tasks; infinite for no limit
 */
public record TableReading(
    AwsSettings settings,
    String userAgent,
    ScannedTable table,
    ScanOrder order,
    double unitsPerSecond) {}
