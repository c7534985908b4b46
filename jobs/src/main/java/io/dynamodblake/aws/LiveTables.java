package io.dynamodblake.aws;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** Finds tables that exist, and reads what DynamoDB says of them. */
public final class LiveTables {
  private final DynamoDbClient client;
  private final ServiceCalls calls;

  /**
   * @throws AwsFailureException if nothing says which region
   */
  public LiveTables(AwsClients clients, Pauses pauses) {
    this(clients.dynamoDb(), new ServiceCalls(clients.region(), pauses));
  }

  LiveTables(DynamoDbClient client, ServiceCalls calls) {
    this.client = client;
    this.calls = calls;
  }

  /**
   * Finds a table as it is now.
   *
   * @param table name or ARN
   * @throws AwsFailureException if there is none, or it is being made or deleted
   */
  public LiveTable table(String table) {
    TableDescription description =
        calls
            .call(
                "find " + Arns.named(table),
                "dynamodb:DescribeTable",
                () -> client.describeTable(request -> request.tableName(table)))
            .table();
    return usable(description, table, calls.region());
  }

  /**
   * Reads what a description says of the table. What the service does not say is empty.
   *
   * @param table name or ARN
   * @throws AwsFailureException if it is being made or deleted
   */
  static LiveTable usable(TableDescription description, String table, String region) {
    TableStatus status = description.tableStatus();
    if (status == TableStatus.DELETING || status == TableStatus.CREATING) {
      throw new AwsFailureException(
          "Cannot use "
              + Arns.named(table)
              + " in "
              + region
              + ": it is being "
              + (status == TableStatus.DELETING
                  ? "deleted; its last backup, if it has one, can be restored in the console"
                  : "made; try again in a minute"));
    }
    Map<String, String> types = attributeTypes(description);
    List<String> keys =
        description.keySchema().stream()
            // false comes first, and with it the partition key
            .sorted(Comparator.comparing(key -> key.keyType() != KeyType.HASH))
            .map(key -> key.attributeName() + ":" + types.get(key.attributeName()))
            .toList();
    return new LiveTable(
        Arns.tableName(table),
        description.tableArn() == null ? "" : description.tableArn(),
        description.tableId() == null ? "" : description.tableId(),
        keys);
  }

  /** S, N or B of every attribute that is a key of the table or of an index. */
  static Map<String, String> attributeTypes(TableDescription description) {
    return description.attributeDefinitions().stream()
        .collect(
            Collectors.toMap(
                AttributeDefinition::attributeName,
                AttributeDefinition::attributeTypeAsString,
                (first, second) -> first));
  }
}
