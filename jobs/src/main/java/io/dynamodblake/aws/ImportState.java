package io.dynamodblake.aws;

import java.time.Instant;
import java.util.Optional;

/**
 * What DynamoDB says of an import. The numbers stay 0 until its end.
 *
 * @param status IN_PROGRESS, COMPLETED, CANCELLING, CANCELLED or FAILED
 * @param processed items that were looked at: those imported and those refused
 * @param imported items that were written, also over another one with the same key
 * @param errors items that were refused; an object that cannot be read any further counts as one
 * @param logGroup group of CloudWatch Logs with the reasons
 */
public record ImportState(
    String arn,
    String status,
    String tableArn,
    String bucket,
    String prefix,
    String format,
    long processed,
    long imported,
    long errors,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    Optional<String> failureCode,
    Optional<String> failureMessage,
    Optional<String> logGroup) {

  /** Returns whether DynamoDB is still at it. */
  public boolean isRunning() {
    return status.equals("IN_PROGRESS") || status.equals("CANCELLING");
  }

  /** Returns whether the import ended well. */
  public boolean isCompleted() {
    return status.equals("COMPLETED");
  }

  /** Returns the stream of {@link #logGroup} with the refused items. */
  public String errorStream() {
    return Arns.id(arn) + "/error";
  }
}
