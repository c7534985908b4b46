package io.dynamodblake.aws;

import java.time.Duration;
import java.time.Instant;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** Time that passes only where somebody waits. */
final class FakePauses implements Pauses {
  static final Instant BEGIN = Instant.parse("2026-11-20T12:00:00Z");

  private Instant now = BEGIN;

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public void pause(Duration duration) {
    now = now.plus(duration);
  }

  Duration passed() {
    return Duration.between(BEGIN, now);
  }

  static DynamoDbException throttled() {
    return error(400, "ThrottlingException", "Rate exceeded");
  }

  /** An error as the service sends it. */
  static DynamoDbException error(int status, String code, String message) {
    return (DynamoDbException)
        DynamoDbException.builder()
            .statusCode(status)
            .awsErrorDetails(
                AwsErrorDetails.builder().errorCode(code).errorMessage(message).build())
            .build();
  }
}
