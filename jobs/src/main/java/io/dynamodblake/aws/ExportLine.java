package io.dynamodblake.aws;

/**
 * One of a list of exports.
 *
 * @param type FULL_EXPORT or INCREMENTAL_EXPORT
 */
public record ExportLine(String arn, String status, String type) {}
