package io.dynamodblake.aws;

import io.dynamodblake.export.TableSetting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ContinuousBackupsUnavailableException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.EnableKinesisStreamingDestinationRequest;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.LimitExceededException;
import software.amazon.awssdk.services.dynamodb.model.PutResourcePolicyRequest;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.ReplicaStatus;
import software.amazon.awssdk.services.dynamodb.model.ReplicationGroupUpdate;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.TagResourceRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateContinuousBackupsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateContributorInsightsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateTimeToLiveRequest;

/**
 * Gives a table settings, one after the other, each when the table has taken the one before. What
 * is done once is no step of the next plan, so a run that was killed is simply repeated.
 */
public final class TableSettingsWriter {
  private final DynamoDbClient client;
  private final ServiceCalls calls;

  /**
   * @throws AwsFailureException if nothing says which region
   */
  public TableSettingsWriter(AwsClients clients, Pauses pauses) {
    this(clients.dynamoDb(), clients.region(), pauses);
  }

  TableSettingsWriter(DynamoDbClient client, String region, Pauses pauses) {
    this.client = client;
    this.calls = new ServiceCalls(region, pauses, TableSettingsWriter::isBusy);
  }

  /** What the table itself has begun is over by itself; so is what it lacks right after birth. */
  private static boolean isBusy(SdkException e) {
    return e instanceof ResourceInUseException
        || e instanceof LimitExceededException
        || e instanceof ContinuousBackupsUnavailableException;
  }

  /**
   * Does all steps, and waits until the table has taken the last one. A step that is refused does
   * not keep the others from being done.
   *
   * @param limit how long to wait altogether
   * @param again the command that goes on where this one stops
   * @param done hears of each step that is done
   * @throws AwsFailureException if a step was refused, after all others, or the time is over
   */
  public void set(
      String table,
      List<SettingStep> steps,
      Duration limit,
      String again,
      Consumer<SettingStep> done) {
    Instant end = calls.pauses().now().plus(limit);
    List<String> refused = new ArrayList<>();
    for (SettingStep step : steps) {
      settle(table, Optional.empty(), end, again);
      try {
        call(table, step);
        settle(table, replica(step), end, again);
        done.accept(step);
      } catch (AwsFailureException e) {
        if (Thread.currentThread().isInterrupted() || !calls.pauses().now().isBefore(end)) {
          throw e;
        }
        refused.add(e.getMessage());
      }
    }
    if (!refused.isEmpty()) {
      throw new AwsFailureException(
          "Cannot set %d of %d settings of %s, the others are set: %s. Repair that, or take them out of the file, and go on with %s"
              .formatted(
                  refused.size(),
                  steps.size(),
                  Arns.named(table),
                  String.join("; ", refused),
                  again));
    }
  }

  private void call(String table, SettingStep step) {
    String action = "set %s of %s".formatted(step.words(), Arns.named(table));
    DynamoDbRequest request = step.request();
    if (request instanceof UpdateTableRequest update) {
      calls.call(action, "dynamodb:UpdateTable", () -> client.updateTable(update));
    } else if (request instanceof UpdateTimeToLiveRequest update) {
      calls.call(action, "dynamodb:UpdateTimeToLive", () -> client.updateTimeToLive(update));
    } else if (request instanceof UpdateContinuousBackupsRequest update) {
      calls.call(
          action, "dynamodb:UpdateContinuousBackups", () -> client.updateContinuousBackups(update));
    } else if (request instanceof TagResourceRequest update) {
      calls.call(action, "dynamodb:TagResource", () -> client.tagResource(update));
    } else if (request instanceof PutResourcePolicyRequest update) {
      calls.call(action, "dynamodb:PutResourcePolicy", () -> client.putResourcePolicy(update));
    } else if (request instanceof UpdateContributorInsightsRequest update) {
      calls.call(
          action,
          "dynamodb:UpdateContributorInsights",
          () -> client.updateContributorInsights(update));
    } else if (request instanceof EnableKinesisStreamingDestinationRequest update) {
      calls.call(
          action,
          "dynamodb:EnableKinesisStreamingDestination",
          () -> client.enableKinesisStreamingDestination(update));
    } else {
      throw new IllegalStateException("No step is a " + request.getClass());
    }
  }

  /** The region of the replica that a step makes, if it makes one. */
  private static Optional<String> replica(SettingStep step) {
    return step.setting() == TableSetting.REPLICAS && step.request() instanceof UpdateTableRequest u
        ? u.replicaUpdates().stream()
            .map(ReplicationGroupUpdate::create)
            .map(create -> create.regionName())
            .findFirst()
        : Optional.empty();
  }

  /** Waits until the table, its indexes and its replicas are ready for the next change. */
  private void settle(String table, Optional<String> replica, Instant end, String again) {
    Watch.until(
        (TableDescription description) -> isSettled(description, replica),
        () -> describe(table),
        calls.pauses(),
        Duration.between(calls.pauses().now(), end),
        "settings of " + Arns.named(table),
        again,
        description -> failIfLost(description, replica));
  }

  private TableDescription describe(String table) {
    return calls
        .watch(
            "look at " + Arns.named(table),
            "dynamodb:DescribeTable",
            () -> client.describeTable(request -> request.tableName(table)))
        .table();
  }

  private static boolean isSettled(TableDescription table, Optional<String> replica) {
    return table.tableStatus() == TableStatus.ACTIVE
        && table.globalSecondaryIndexes().stream()
            .allMatch(
                index -> index.indexStatus() == null || index.indexStatus() == IndexStatus.ACTIVE)
        && table.replicas().stream().noneMatch(TableSettingsWriter::isChanging)
        && replica.stream().allMatch(region -> find(table, region).isPresent());
  }

  private static boolean isChanging(ReplicaDescription replica) {
    return replica.replicaStatus() == ReplicaStatus.CREATING
        || replica.replicaStatus() == ReplicaStatus.UPDATING
        || replica.replicaStatus() == ReplicaStatus.DELETING;
  }

  private static Optional<ReplicaDescription> find(TableDescription table, String region) {
    return table.replicas().stream()
        .filter(replica -> region.equals(replica.regionName()))
        .findFirst();
  }

  private void failIfLost(TableDescription table, Optional<String> replica) {
    Optional<ReplicaDescription> made = replica.flatMap(region -> find(table, region));
    if (made.isPresent() && made.get().replicaStatus() == ReplicaStatus.CREATION_FAILED) {
      throw new AwsFailureException(
          "Cannot set replicas: %s of %s: DynamoDB could not make it%s; delete that replica before the next try"
              .formatted(
                  replica.get(),
                  Arns.named(table.tableName()),
                  made.get().replicaStatusDescription() == null
                      ? ""
                      : " (" + AwsErrors.shortened(made.get().replicaStatusDescription()) + ")"));
    }
  }
}
