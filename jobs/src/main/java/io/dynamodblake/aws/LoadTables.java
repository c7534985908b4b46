package io.dynamodblake.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** Looks at tables before items are put into them. */
public final class LoadTables {
  private static final int MOST_PARTITION_KEY_BYTES = 2_048;
  private static final int MOST_SORT_KEY_BYTES = 1_024;

  private final DynamoDbClient client;
  private final ServiceCalls calls;

  /**
   * @throws AwsFailureException if nothing says which region
   */
  public LoadTables(AwsClients clients, Pauses pauses) {
    this(clients.dynamoDb(), new ServiceCalls(clients.region(), pauses));
  }

  LoadTables(DynamoDbClient client, ServiceCalls calls) {
    this.client = client;
    this.calls = calls;
  }

  /**
   * Returns the table as it is now.
   *
   * @param table name or ARN
   * @throws AwsFailureException if there is none, or it is not ACTIVE
   */
  public LoadTarget table(String table) {
    TableDescription description =
        calls
            .call(
                "find table " + Arns.tableName(table),
                "dynamodb:DescribeTable",
                () -> client.describeTable(request -> request.tableName(table)))
            .table();
    // says what to do about one that is being made or deleted
    LiveTable live = LiveTables.usable(description, table, calls.region());
    if (description.tableStatus() != TableStatus.ACTIVE) {
      throw new AwsFailureException(
          "Cannot load table %s: it is %s in %s; wait until it is ACTIVE"
              .formatted(
                  Arns.tableName(table),
                  AwsErrors.shortened(description.tableStatusAsString()),
                  calls.region()));
    }
    return new LoadTarget(
        ScannedTable.of(description, live),
        indexKeys(description, LiveTables.attributeTypes(description)),
        description.globalSecondaryIndexes().size() + description.localSecondaryIndexes().size());
  }

  private static List<LoadTarget.IndexKey> indexKeys(
      TableDescription description, Map<String, String> types) {
    List<KeySchemaElement> elements = new ArrayList<>();
    description.globalSecondaryIndexes().forEach(index -> elements.addAll(index.keySchema()));
    description.localSecondaryIndexes().forEach(index -> elements.addAll(index.keySchema()));
    Set<String> own =
        description.keySchema().stream()
            .map(KeySchemaElement::attributeName)
            .collect(Collectors.toSet());
    Map<String, Integer> most = new TreeMap<>();
    for (KeySchemaElement element : elements) {
      if (!own.contains(element.attributeName())) {
        most.merge(
            element.attributeName(),
            element.keyType() == KeyType.HASH ? MOST_PARTITION_KEY_BYTES : MOST_SORT_KEY_BYTES,
            Math::min);
      }
    }
    return most.entrySet().stream()
        .map(key -> new LoadTarget.IndexKey(key.getKey(), types.get(key.getKey()), key.getValue()))
        .toList();
  }
}
