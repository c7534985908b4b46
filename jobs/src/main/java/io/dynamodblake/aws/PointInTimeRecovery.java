package io.dynamodblake.aws;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ContinuousBackupsUnavailableException;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryDescription;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;

/** Point-in-time recovery of tables, without which DynamoDB exports nothing. */
public final class PointInTimeRecovery {
  // the service needs a moment after it has made a table or switched recovery on
  private static final Duration SETTLING = Duration.ofMinutes(5);
  private static final Duration SETTLING_PAUSE = Duration.ofSeconds(5);

  private final DynamoDbClient client;
  private final ServiceCalls calls;

  /**
   * @throws AwsFailureException if nothing says which region
   */
  public PointInTimeRecovery(AwsClients clients, Pauses pauses) {
    this(clients.dynamoDb(), new ServiceCalls(clients.region(), pauses));
  }

  PointInTimeRecovery(DynamoDbClient client, ServiceCalls calls) {
    this.client = client;
    this.calls = calls;
  }

  /**
   * Says between which instants the table can be exported.
   *
   * @param enable switch point-in-time recovery on if it is off, and wait until that has happened
   * @throws AwsFailureException if it is off
   */
  public PitrWindow window(LiveTable table, boolean enable) {
    Optional<PitrWindow> window = known(table);
    if (window.isPresent()) {
      return window.get();
    }
    if (!enable) {
      throw new AwsFailureException(
          "Cannot export "
              + Arns.named(table.name())
              + ": point-in-time recovery is off, which every export needs; switch it on with"
              + " --enable-pitr (it costs by the size of the table), or read the table with scan");
    }
    Instant give = calls.pauses().now().plus(SETTLING);
    while (!switchedOn(table, give)) {
      pause("switching on point-in-time recovery of " + Arns.named(table.name()));
    }
    while (true) {
      window = known(table);
      if (window.isPresent()) {
        return window.get();
      }
      if (calls.pauses().now().isAfter(give)) {
        throw new AwsFailureException(
            "Cannot export "
                + Arns.named(table.name())
                + ": point-in-time recovery was switched on and is not there after 5 minutes; try"
                + " again later");
      }
      pause("waiting for point-in-time recovery of " + Arns.named(table.name()));
    }
  }

  /** False if the table was just made, and has no backups yet that could be switched on. */
  private boolean switchedOn(LiveTable table, Instant give) {
    try {
      calls.call(
          "switch on point-in-time recovery of " + Arns.named(table.name()),
          "dynamodb:UpdateContinuousBackups",
          () ->
              client.updateContinuousBackups(
                  request ->
                      request
                          .tableName(table.arn())
                          .pointInTimeRecoverySpecification(
                              on -> on.pointInTimeRecoveryEnabled(true))));
      return true;
    } catch (AwsFailureException e) {
      if (e.getCause() instanceof ContinuousBackupsUnavailableException
          && calls.pauses().now().isBefore(give)) {
        return false;
      }
      throw e;
    }
  }

  private void pause(String what) {
    try {
      calls.pauses().pause(SETTLING_PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AwsFailureException("Interrupted while " + what, e);
    }
  }

  /**
   * Says the same, and changes nothing.
   *
   * @return empty if point-in-time recovery is off
   */
  public Optional<PitrWindow> known(LiveTable table) {
    PointInTimeRecoveryDescription recovery =
        calls
            .call(
                "look at the backups of " + Arns.named(table.name()),
                "dynamodb:DescribeContinuousBackups",
                () -> client.describeContinuousBackups(request -> request.tableName(table.arn())))
            .continuousBackupsDescription()
            .pointInTimeRecoveryDescription();
    if (recovery == null
        || recovery.pointInTimeRecoveryStatus() != PointInTimeRecoveryStatus.ENABLED) {
      return Optional.empty();
    }
    Instant now = calls.pauses().now();
    return Optional.of(
        new PitrWindow(
            Optional.ofNullable(recovery.earliestRestorableDateTime()).orElse(now),
            Optional.ofNullable(recovery.latestRestorableDateTime()).orElse(now)));
  }
}
