package io.dynamodblake.aws;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import software.amazon.awssdk.awscore.AwsResponse;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ApproximateCreationDateTimePrecision;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ContributorInsightsMode;
import software.amazon.awssdk.services.dynamodb.model.ContributorInsightsStatus;
import software.amazon.awssdk.services.dynamodb.model.CreateReplicationGroupMemberAction;
import software.amazon.awssdk.services.dynamodb.model.DescribeContinuousBackupsRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeContinuousBackupsResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeContributorInsightsRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeContributorInsightsResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeKinesisStreamingDestinationRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeKinesisStreamingDestinationResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeTimeToLiveRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTimeToLiveResponse;
import software.amazon.awssdk.services.dynamodb.model.DestinationStatus;
import software.amazon.awssdk.services.dynamodb.model.EnableKinesisStreamingDestinationRequest;
import software.amazon.awssdk.services.dynamodb.model.EnableKinesisStreamingDestinationResponse;
import software.amazon.awssdk.services.dynamodb.model.GetResourcePolicyRequest;
import software.amazon.awssdk.services.dynamodb.model.GetResourcePolicyResponse;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexUpdate;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.KinesisDataStreamDestination;
import software.amazon.awssdk.services.dynamodb.model.ListTagsOfResourceRequest;
import software.amazon.awssdk.services.dynamodb.model.ListTagsOfResourceResponse;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryDescription;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;
import software.amazon.awssdk.services.dynamodb.model.PolicyNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputDescription;
import software.amazon.awssdk.services.dynamodb.model.PutResourcePolicyRequest;
import software.amazon.awssdk.services.dynamodb.model.PutResourcePolicyResponse;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.ReplicaGlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.ReplicaStatus;
import software.amazon.awssdk.services.dynamodb.model.ReplicationGroupUpdate;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.SSEStatus;
import software.amazon.awssdk.services.dynamodb.model.SSEType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableClass;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.TagResourceRequest;
import software.amazon.awssdk.services.dynamodb.model.TagResourceResponse;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.dynamodb.model.UpdateContinuousBackupsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateContinuousBackupsResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateContributorInsightsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateContributorInsightsResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateTimeToLiveRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateTimeToLiveResponse;

/**
 * One table of a service that does all that is asked of it and forgets nothing: what no local
 * server of others does. After each change of the table it is UPDATING the next time that somebody
 * looks.
 */
// the SDK takes arrays of lambdas
@SuppressWarnings("unchecked")
final class FakeTable implements DynamoDbClient {
  static final String ARN = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders";
  private static final String POLICY =
      "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"444455556666\"},\"Action\":\"dynamodb:GetItem\",\"Resource\":\"%s\"}]}";

  /** What was changed, by the names of the calls. */
  final List<String> changes = new ArrayList<>();

  private final Set<String> denied = new HashSet<>();
  private final Map<String, String> tags = new TreeMap<>();
  private final Map<String, DescribeContributorInsightsResponse> insights = new LinkedHashMap<>();
  private final Map<String, KinesisDataStreamDestination> streams = new LinkedHashMap<>();
  private TableDescription table;
  private String policy;
  private TimeToLiveDescription timeToLive =
      TimeToLiveDescription.builder().timeToLiveStatus(TimeToLiveStatus.DISABLED).build();
  private PointInTimeRecoveryDescription recovery =
      PointInTimeRecoveryDescription.builder()
          .pointInTimeRecoveryStatus(PointInTimeRecoveryStatus.DISABLED)
          .build();
  private boolean updating;
  private ReplicaStatus replicaStatus = ReplicaStatus.ACTIVE;

  private FakeTable(TableDescription table) {
    this.table = table;
  }

  /** A table as an import makes it, with an index. */
  static FakeTable asImported(String arn) {
    return new FakeTable(
        TableDescription.builder()
            .tableName(Arns.tableName(arn))
            .tableArn(arn)
            .tableId("id-2")
            .tableStatus(TableStatus.ACTIVE)
            .attributeDefinitions(
                one -> one.attributeName("pk").attributeType("S"),
                one -> one.attributeName("day").attributeType("S"))
            .keySchema(one -> one.attributeName("pk").keyType("HASH"))
            .billingModeSummary(mode -> mode.billingMode(BillingMode.PAY_PER_REQUEST))
            .provisionedThroughput(none -> none.readCapacityUnits(0L).writeCapacityUnits(0L))
            .warmThroughput(warm -> warm.readUnitsPerSecond(12000L).writeUnitsPerSecond(4000L))
            .globalSecondaryIndexes(
                index ->
                    index
                        .indexName("by-day")
                        .indexStatus(IndexStatus.ACTIVE)
                        .keySchema(one -> one.attributeName("day").keyType("HASH"))
                        .projection(of -> of.projectionType(ProjectionType.ALL))
                        .provisionedThroughput(
                            none -> none.readCapacityUnits(0L).writeCapacityUnits(0L))
                        .warmThroughput(
                            warm -> warm.readUnitsPerSecond(12000L).writeUnitsPerSecond(4000L)))
            .build());
  }

  /** A table on demand with everything that can be set. */
  static FakeTable withEverything() {
    FakeTable fake = asImported(ARN);
    fake.table =
        fake.table.toBuilder()
            .attributeDefinitions(
                one -> one.attributeName("pk").attributeType("S"),
                one -> one.attributeName("day").attributeType("S"),
                one -> one.attributeName("total").attributeType("N"))
            .onDemandThroughput(most -> most.maxReadRequestUnits(-1L).maxWriteRequestUnits(100L))
            .warmThroughput(warm -> warm.readUnitsPerSecond(13000L).writeUnitsPerSecond(5000L))
            .globalSecondaryIndexes(
                fake.table.globalSecondaryIndexes().get(0).toBuilder()
                    .onDemandThroughput(most -> most.maxReadRequestUnits(50L))
                    .build())
            .localSecondaryIndexes(
                index ->
                    index
                        .indexName("by-total")
                        .keySchema(
                            one -> one.attributeName("pk").keyType("HASH"),
                            one -> one.attributeName("total").keyType("RANGE"))
                        .projection(of -> of.projectionType(ProjectionType.ALL)))
            .tableClassSummary(of -> of.tableClass(TableClass.STANDARD_INFREQUENT_ACCESS))
            .sseDescription(
                key ->
                    key.status(SSEStatus.ENABLED)
                        .sseType(SSEType.KMS)
                        .kmsMasterKeyArn("arn:aws:kms:eu-west-1:111122223333:key/k-1"))
            .streamSpecification(
                stream ->
                    stream.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES))
            .deletionProtectionEnabled(true)
            .replicas(
                replica ->
                    replica
                        .regionName("us-east-1")
                        .replicaStatus(ReplicaStatus.ACTIVE)
                        .provisionedThroughputOverride(units -> units.readCapacityUnits(9L))
                        .globalSecondaryIndexes(
                            index ->
                                index
                                    .indexName("by-day")
                                    .onDemandThroughputOverride(
                                        most -> most.maxReadRequestUnits(30L))),
                replica ->
                    replica
                        .regionName("eu-central-1")
                        .replicaStatus(ReplicaStatus.ACTIVE)
                        .replicaTableClassSummary(of -> of.tableClass(TableClass.STANDARD)))
            .build();
    fake.timeToLive =
        TimeToLiveDescription.builder()
            .timeToLiveStatus(TimeToLiveStatus.ENABLED)
            .attributeName("expires")
            .build();
    fake.recovery =
        PointInTimeRecoveryDescription.builder()
            .pointInTimeRecoveryStatus(PointInTimeRecoveryStatus.ENABLED)
            .recoveryPeriodInDays(14)
            .build();
    fake.tags.putAll(Map.of("team", "shop", "cost-center", "42", "aws:cloudformation:x", "y"));
    fake.policy = POLICY.formatted(ARN);
    fake.insights.put(
        "by-day",
        DescribeContributorInsightsResponse.builder()
            .contributorInsightsStatus(ContributorInsightsStatus.ENABLED)
            .contributorInsightsMode(ContributorInsightsMode.THROTTLED_KEYS)
            .build());
    fake.streams.put(
        "arn:aws:kinesis:eu-west-1:111122223333:stream/orders",
        KinesisDataStreamDestination.builder()
            .streamArn("arn:aws:kinesis:eu-west-1:111122223333:stream/orders")
            .destinationStatus(DestinationStatus.ACTIVE)
            .approximateCreationDateTimePrecision(ApproximateCreationDateTimePrecision.MICROSECOND)
            .build());
    return fake;
  }

  /** From now on this call is refused. */
  FakeTable deny(String call) {
    denied.add(call);
    return this;
  }

  /** From now on every call is allowed again. */
  void allowAll() {
    denied.clear();
  }

  /** Changes what the table is, as somebody else would. */
  void describedAs(TableDescription.Builder other) {
    table = other.build();
  }

  TableDescription description() {
    return table;
  }

  private <R extends AwsResponse> R answer(String call, R response) {
    if (denied.contains(call)) {
      throw FakePauses.error(400, "AccessDeniedException", "not authorized");
    }
    return response;
  }

  private void change(String call) {
    answer(call, null);
    changes.add(call);
  }

  // ---- what it is

  @Override
  public DescribeTableResponse describeTable(DescribeTableRequest request) {
    TableDescription now =
        updating ? table.toBuilder().tableStatus(TableStatus.UPDATING).build() : table;
    updating = false;
    return answer("DescribeTable", DescribeTableResponse.builder().table(now).build());
  }

  @Override
  public DescribeTimeToLiveResponse describeTimeToLive(DescribeTimeToLiveRequest request) {
    return answer(
        "DescribeTimeToLive",
        DescribeTimeToLiveResponse.builder().timeToLiveDescription(timeToLive).build());
  }

  @Override
  public DescribeContinuousBackupsResponse describeContinuousBackups(
      DescribeContinuousBackupsRequest request) {
    return answer(
        "DescribeContinuousBackups",
        DescribeContinuousBackupsResponse.builder()
            .continuousBackupsDescription(
                backups -> backups.pointInTimeRecoveryDescription(recovery))
            .build());
  }

  /** One tag a page. */
  @Override
  public ListTagsOfResourceResponse listTagsOfResource(ListTagsOfResourceRequest request) {
    List<String> keys = List.copyOf(tags.keySet());
    int at = request.nextToken() == null ? 0 : Integer.parseInt(request.nextToken());
    ListTagsOfResourceResponse.Builder page = ListTagsOfResourceResponse.builder();
    if (at < keys.size()) {
      page.tags(tag -> tag.key(keys.get(at)).value(tags.get(keys.get(at))));
    }
    return answer(
        "ListTagsOfResource",
        page.nextToken(at + 1 < keys.size() ? Integer.toString(at + 1) : null).build());
  }

  @Override
  public GetResourcePolicyResponse getResourcePolicy(GetResourcePolicyRequest request) {
    answer("GetResourcePolicy", null);
    if (policy == null) {
      throw PolicyNotFoundException.builder().message("none").build();
    }
    return GetResourcePolicyResponse.builder().policy(policy).build();
  }

  @Override
  public DescribeContributorInsightsResponse describeContributorInsights(
      DescribeContributorInsightsRequest request) {
    return answer(
        "DescribeContributorInsights",
        insights.getOrDefault(
            String.valueOf(request.indexName()),
            DescribeContributorInsightsResponse.builder()
                .contributorInsightsStatus(ContributorInsightsStatus.DISABLED)
                .build()));
  }

  @Override
  public DescribeKinesisStreamingDestinationResponse describeKinesisStreamingDestination(
      DescribeKinesisStreamingDestinationRequest request) {
    return answer(
        "DescribeKinesisStreamingDestination",
        DescribeKinesisStreamingDestinationResponse.builder()
            .kinesisDataStreamDestinations(streams.values())
            .build());
  }

  // ---- what it becomes

  @Override
  public UpdateTableResponse updateTable(UpdateTableRequest request) {
    if (updating) {
      throw ResourceInUseException.builder().message("Table is being updated").build();
    }
    List<String> what = new ArrayList<>();
    TableDescription.Builder changed = table.toBuilder();
    if (request.billingMode() != null) {
      what.add("BillingMode");
      changed.billingModeSummary(mode -> mode.billingMode(request.billingMode()));
    }
    if (request.provisionedThroughput() != null) {
      what.add("ProvisionedThroughput");
      changed.provisionedThroughput(described(request.provisionedThroughput()));
    }
    if (request.onDemandThroughput() != null) {
      what.add("OnDemandThroughput");
      changed.onDemandThroughput(request.onDemandThroughput());
    }
    if (request.warmThroughput() != null) {
      what.add("WarmThroughput");
      changed.warmThroughput(
          warm ->
              warm.readUnitsPerSecond(request.warmThroughput().readUnitsPerSecond())
                  .writeUnitsPerSecond(request.warmThroughput().writeUnitsPerSecond()));
    }
    if (request.tableClass() != null) {
      what.add("TableClass");
      changed.tableClassSummary(of -> of.tableClass(request.tableClass()));
    }
    if (request.sseSpecification() != null) {
      what.add("SSESpecification");
      changed.sseDescription(
          key ->
              key.status(SSEStatus.ENABLED)
                  .sseType(request.sseSpecification().sseType())
                  .kmsMasterKeyArn(request.sseSpecification().kmsMasterKeyId()));
    }
    if (request.streamSpecification() != null) {
      what.add("StreamSpecification");
      changed.streamSpecification(request.streamSpecification());
    }
    if (request.deletionProtectionEnabled() != null) {
      what.add("DeletionProtection");
      changed.deletionProtectionEnabled(request.deletionProtectionEnabled());
    }
    for (GlobalSecondaryIndexUpdate update : request.globalSecondaryIndexUpdates()) {
      what.add("index " + update.update().indexName());
    }
    changed.globalSecondaryIndexes(
        table.globalSecondaryIndexes().stream()
            .map(index -> changed(index, request.globalSecondaryIndexUpdates()))
            .toList());
    List<ReplicaDescription> replicas = new ArrayList<>(table.replicas());
    for (ReplicationGroupUpdate update : request.replicaUpdates()) {
      what.add("replica " + update.create().regionName());
      replicas.add(replica(update.create()));
    }
    changed.replicas(replicas);
    change("UpdateTable " + String.join(", ", what));
    table = changed.build();
    updating = true;
    return UpdateTableResponse.builder().build();
  }

  private static ProvisionedThroughputDescription described(ProvisionedThroughput units) {
    return ProvisionedThroughputDescription.builder()
        .readCapacityUnits(units.readCapacityUnits())
        .writeCapacityUnits(units.writeCapacityUnits())
        .build();
  }

  private static GlobalSecondaryIndexDescription changed(
      GlobalSecondaryIndexDescription index, List<GlobalSecondaryIndexUpdate> updates) {
    GlobalSecondaryIndexDescription.Builder changed = index.toBuilder();
    for (GlobalSecondaryIndexUpdate one : updates) {
      if (one.update().indexName().equals(index.indexName())) {
        if (one.update().provisionedThroughput() != null) {
          changed.provisionedThroughput(described(one.update().provisionedThroughput()));
        }
        if (one.update().onDemandThroughput() != null) {
          changed.onDemandThroughput(one.update().onDemandThroughput());
        }
        if (one.update().warmThroughput() != null) {
          changed.warmThroughput(
              warm ->
                  warm.readUnitsPerSecond(one.update().warmThroughput().readUnitsPerSecond())
                      .writeUnitsPerSecond(one.update().warmThroughput().writeUnitsPerSecond()));
        }
      }
    }
    return changed.build();
  }

  private ReplicaDescription replica(CreateReplicationGroupMemberAction action) {
    ReplicaDescription.Builder replica =
        ReplicaDescription.builder()
            .regionName(action.regionName())
            .replicaStatus(replicaStatus)
            .provisionedThroughputOverride(action.provisionedThroughputOverride())
            .globalSecondaryIndexes(
                action.globalSecondaryIndexes().stream()
                    .map(
                        index ->
                            ReplicaGlobalSecondaryIndexDescription.builder()
                                .indexName(index.indexName())
                                .onDemandThroughputOverride(index.onDemandThroughputOverride())
                                .build())
                    .toList());
    if (action.tableClassOverride() != null) {
      replica.replicaTableClassSummary(of -> of.tableClass(action.tableClassOverride()));
    }
    return replica.build();
  }

  /** What becomes of every replica that is made from now on. */
  void makesReplicas(ReplicaStatus status) {
    replicaStatus = status;
  }

  @Override
  public UpdateTimeToLiveResponse updateTimeToLive(UpdateTimeToLiveRequest request) {
    change("UpdateTimeToLive");
    timeToLive =
        TimeToLiveDescription.builder()
            .timeToLiveStatus(TimeToLiveStatus.ENABLING)
            .attributeName(request.timeToLiveSpecification().attributeName())
            .build();
    return UpdateTimeToLiveResponse.builder().build();
  }

  @Override
  public UpdateContinuousBackupsResponse updateContinuousBackups(
      UpdateContinuousBackupsRequest request) {
    change("UpdateContinuousBackups");
    recovery =
        PointInTimeRecoveryDescription.builder()
            .pointInTimeRecoveryStatus(PointInTimeRecoveryStatus.ENABLED)
            .recoveryPeriodInDays(request.pointInTimeRecoverySpecification().recoveryPeriodInDays())
            .build();
    return UpdateContinuousBackupsResponse.builder().build();
  }

  @Override
  public TagResourceResponse tagResource(TagResourceRequest request) {
    change("TagResource");
    request.tags().forEach(tag -> tags.put(tag.key(), tag.value()));
    return TagResourceResponse.builder().build();
  }

  @Override
  public PutResourcePolicyResponse putResourcePolicy(PutResourcePolicyRequest request) {
    change("PutResourcePolicy");
    policy = request.policy();
    return PutResourcePolicyResponse.builder().build();
  }

  @Override
  public UpdateContributorInsightsResponse updateContributorInsights(
      UpdateContributorInsightsRequest request) {
    change("UpdateContributorInsights");
    insights.put(
        String.valueOf(request.indexName()),
        DescribeContributorInsightsResponse.builder()
            .contributorInsightsStatus(ContributorInsightsStatus.ENABLING)
            .contributorInsightsMode(request.contributorInsightsMode())
            .build());
    return UpdateContributorInsightsResponse.builder().build();
  }

  @Override
  public EnableKinesisStreamingDestinationResponse enableKinesisStreamingDestination(
      EnableKinesisStreamingDestinationRequest request) {
    change("EnableKinesisStreamingDestination");
    streams.put(
        request.streamArn(),
        KinesisDataStreamDestination.builder()
            .streamArn(request.streamArn())
            .destinationStatus(DestinationStatus.ENABLING)
            .approximateCreationDateTimePrecision(
                request
                    .enableKinesisStreamingConfiguration()
                    .approximateCreationDateTimePrecision())
            .build());
    return EnableKinesisStreamingDestinationResponse.builder().build();
  }

  @Override
  public String serviceName() {
    return "dynamodb";
  }

  @Override
  public void close() {}
}
