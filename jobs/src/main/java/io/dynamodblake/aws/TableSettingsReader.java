package io.dynamodblake.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.TableSetting;
import io.dynamodblake.export.TableSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ContributorInsightsStatus;
import software.amazon.awssdk.services.dynamodb.model.DescribeContributorInsightsResponse;
import software.amazon.awssdk.services.dynamodb.model.DestinationStatus;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.KinesisDataStreamDestination;
import software.amazon.awssdk.services.dynamodb.model.ListTagsOfResourceResponse;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryDescription;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;
import software.amazon.awssdk.services.dynamodb.model.PolicyNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/**
 * Reads what describes a table beside its items. It takes several calls; what one of them does not
 * tell, because it is not allowed or the service does not know it, is not known, and nothing else
 * fails for it.
 */
public final class TableSettingsReader {
  /** Tags that AWS sets itself begin so, and nobody else can. */
  private static final String TAG_OF_AWS = "aws:";

  private static final Set<DestinationStatus> STREAMING =
      Set.of(DestinationStatus.ACTIVE, DestinationStatus.ENABLING, DestinationStatus.UPDATING);

  private final DynamoDbClient client;
  private final ServiceCalls calls;

  /**
   * @throws AwsFailureException if nothing says which region
   */
  public TableSettingsReader(AwsClients clients, Pauses pauses) {
    this(clients.dynamoDb(), new ServiceCalls(clients.region(), pauses));
  }

  TableSettingsReader(DynamoDbClient client, ServiceCalls calls) {
    this.client = client;
    this.calls = calls;
  }

  /**
   * Reads the settings of a table as they are now.
   *
   * @param table name or ARN
   * @throws AwsFailureException if there is no such table, or it may not be described
   */
  public TableSettings read(String table) {
    TableDescription description =
        calls
            .call(
                "find " + Arns.named(table),
                "dynamodb:DescribeTable",
                () -> client.describeTable(request -> request.tableName(table)))
            .table();
    String arn = description.tableArn() == null ? "" : description.tableArn();
    TableSettings.Builder settings = new TableSettings.Builder();
    DescribedTable.add(description, settings);
    ask(settings, TableSetting.TIME_TO_LIVE, () -> timeToLive(table));
    ask(settings, TableSetting.RECOVERY, () -> recovery(table));
    ask(settings, TableSetting.TAGS, () -> Optional.of(tags(arn)));
    ask(settings, TableSetting.POLICY, () -> policy(arn));
    ask(settings, TableSetting.INSIGHTS, () -> Optional.of(insights(table, description)));
    ask(settings, TableSetting.KINESIS, () -> Optional.of(kinesis(table)));
    return settings.of(
        arn, description.tableId() == null ? "" : description.tableId(), calls.pauses().now());
  }

  /**
   * Reads the settings of a table as they are now.
   *
   * @param table name or ARN
   * @return empty if there is no such table
   * @throws AwsFailureException if it may not be described
   */
  public Optional<TableSettings> find(String table) {
    try {
      return Optional.of(read(table));
    } catch (AwsFailureException e) {
      if (e.getCause() instanceof ResourceNotFoundException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Returns the settings of the table that an import will make.
   *
   * @param request text of {@code import-table.json}
   * @param file how messages call it
   * @throws UsageException if the request cannot be read
   */
  public TableSettings ofImport(String request, String file) {
    return ImportedTable.of(request, file, calls.region(), calls.pauses().now());
  }

  private static void ask(
      TableSettings.Builder settings,
      TableSetting setting,
      Supplier<Optional<? extends JsonNode>> question) {
    try {
      settings.with(setting, question.get());
    } catch (AwsFailureException e) {
      settings.without(setting, e.getMessage());
    }
  }

  private Optional<ObjectNode> timeToLive(String table) {
    TimeToLiveDescription description =
        calls
            .call(
                "look at the time to live of " + Arns.named(table),
                "dynamodb:DescribeTimeToLive",
                () -> client.describeTimeToLive(request -> request.tableName(table)))
            .timeToLiveDescription();
    boolean on =
        description != null
            && (description.timeToLiveStatus() == TimeToLiveStatus.ENABLED
                || description.timeToLiveStatus() == TimeToLiveStatus.ENABLING);
    return on
        ? Optional.of(JsonDocuments.object().put("AttributeName", description.attributeName()))
        : Optional.empty();
  }

  private Optional<ObjectNode> recovery(String table) {
    PointInTimeRecoveryDescription recovery =
        calls
            .call(
                "look at the backups of " + Arns.named(table),
                "dynamodb:DescribeContinuousBackups",
                () -> client.describeContinuousBackups(request -> request.tableName(table)))
            .continuousBackupsDescription()
            .pointInTimeRecoveryDescription();
    if (recovery == null
        || recovery.pointInTimeRecoveryStatus() != PointInTimeRecoveryStatus.ENABLED) {
      return Optional.empty();
    }
    ObjectNode node = JsonDocuments.object();
    if (recovery.recoveryPeriodInDays() != null) {
      node.put("RecoveryPeriodInDays", recovery.recoveryPeriodInDays());
    }
    return Optional.of(node);
  }

  private ObjectNode tags(String arn) {
    TreeMap<String, String> tags = new TreeMap<>();
    String token = null;
    do {
      String next = token;
      ListTagsOfResourceResponse page =
          calls.call(
              "list the tags of " + Arns.named(arn),
              "dynamodb:ListTagsOfResource",
              () -> client.listTagsOfResource(request -> request.resourceArn(arn).nextToken(next)));
      page.tags().stream()
          .filter(tag -> !tag.key().startsWith(TAG_OF_AWS))
          .forEach(tag -> tags.put(tag.key(), tag.value()));
      token = page.nextToken();
    } while (token != null && !token.isEmpty());
    ObjectNode node = JsonDocuments.object();
    tags.forEach(node::put);
    return node;
  }

  private Optional<JsonNode> policy(String arn) {
    try {
      String text =
          calls
              .call(
                  "look at the resource policy of " + Arns.named(arn),
                  "dynamodb:GetResourcePolicy",
                  () -> client.getResourcePolicy(request -> request.resourceArn(arn)))
              .policy();
      return Optional.of(JsonDocuments.parseObject(text).orElseGet(() -> TextNode.valueOf(text)));
    } catch (AwsFailureException e) {
      if (e.getCause() instanceof PolicyNotFoundException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Of the table and of each index that has them on. */
  private ArrayNode insights(String table, TableDescription description) {
    List<String> subjects = new ArrayList<>();
    subjects.add(null);
    description.globalSecondaryIndexes().stream()
        .map(GlobalSecondaryIndexDescription::indexName)
        .sorted()
        .forEach(subjects::add);
    ArrayNode on = JsonNodeFactory.instance.arrayNode();
    for (String index : subjects) {
      DescribeContributorInsightsResponse insights =
          calls.call(
              "look at the contributor insights of " + Arns.named(table),
              "dynamodb:DescribeContributorInsights",
              () ->
                  client.describeContributorInsights(
                      request -> request.tableName(table).indexName(index)));
      ContributorInsightsStatus status = insights.contributorInsightsStatus();
      if (status == ContributorInsightsStatus.ENABLED
          || status == ContributorInsightsStatus.ENABLING) {
        ObjectNode node = on.addObject();
        JsonDocuments.put(node, "IndexName", Optional.ofNullable(index));
        JsonDocuments.put(
            node,
            "ContributorInsightsMode",
            Optional.ofNullable(insights.contributorInsightsModeAsString()));
      }
    }
    return on;
  }

  private ArrayNode kinesis(String table) {
    List<KinesisDataStreamDestination> destinations =
        calls
            .call(
                "look at the Kinesis data streams of " + Arns.named(table),
                "dynamodb:DescribeKinesisStreamingDestination",
                () ->
                    client.describeKinesisStreamingDestination(request -> request.tableName(table)))
            .kinesisDataStreamDestinations();
    ArrayNode streams = JsonNodeFactory.instance.arrayNode();
    for (KinesisDataStreamDestination destination : destinations) {
      if (STREAMING.contains(destination.destinationStatus())) {
        ObjectNode node = streams.addObject().put("StreamArn", destination.streamArn());
        JsonDocuments.put(
            node,
            "ApproximateCreationDateTimePrecision",
            Optional.ofNullable(destination.approximateCreationDateTimePrecisionAsString()));
      }
    }
    return streams;
  }
}
