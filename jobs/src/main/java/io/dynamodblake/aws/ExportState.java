package io.dynamodblake.aws;

import java.time.Instant;
import java.util.Optional;

/**
 * What DynamoDB says of an export.
 *
 * @param status IN_PROGRESS, COMPLETED or FAILED
 * @param from first instant of an incremental export; empty for a full one
 * @param until the instant after the last one of an incremental export
 * @param at the instant of a full export
 * @param filtered true if it holds only a part of the table
 * @param items of a finished export, where DynamoDB counted them
 */
public record ExportState(
    String arn,
    String status,
    String tableArn,
    Optional<String> tableId,
    String bucket,
    String prefix,
    String format,
    Optional<Instant> at,
    Optional<Instant> from,
    Optional<Instant> until,
    boolean filtered,
    Optional<Long> items,
    Optional<Long> billedBytes,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    Optional<String> failureCode,
    Optional<String> failureMessage) {

  /** Returns whether DynamoDB is still at it. */
  public boolean isRunning() {
    return status.equals("IN_PROGRESS");
  }

  /** Returns whether the export is complete and can be read. */
  public boolean isCompleted() {
    return status.equals("COMPLETED");
  }

  /** Returns whether the export holds changes rather than a table. */
  public boolean isIncremental() {
    return from.isPresent();
  }

  /** Returns the folder of the export, which {@code flatten} takes. */
  public String folder() {
    return "s3://"
        + bucket
        + "/"
        + (prefix.isEmpty() ? "" : prefix + "/")
        + "AWSDynamoDB/"
        + Arns.id(arn)
        + "/";
  }

  /** Returns the address of the summary of the export. */
  public String manifest() {
    return folder() + "manifest-summary.json";
  }
}
