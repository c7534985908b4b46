package io.dynamodblake.aws;

import io.dynamodblake.type.ItemWriter;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** Reads tables by Scan, segment by segment. */
public final class TableScan {
  private final DynamoDbClient client;
  private final ServiceCalls calls;
  private final Pauses pauses;

  /** Hears of each page, after its items were written. */
  @FunctionalInterface
  public interface PageEnd {
    /**
     * Takes what was written.
     *
     * @param items how many items the page had
     * @throws IOException if it cannot be stored
     */
    void page(int items) throws IOException;
  }

  /**
   * What a segment was.
   *
   * @param readUnits what the service says it has consumed
   */
  public record Totals(long items, long pages, double readUnits) {}

  /**
   * @throws AwsFailureException if nothing says which region
   */
  public TableScan(AwsClients clients, Pauses pauses) {
    this(clients.dynamoDb(), clients.region(), pauses);
  }

  TableScan(DynamoDbClient client, String region, Pauses pauses) {
    this.client = client;
    this.calls = new ServiceCalls(region, pauses.jittered());
    this.pauses = pauses;
  }

  /**
   * The table as it is now.
   *
   * @param table name or ARN
   * @throws AwsFailureException if there is none, or it is being made or deleted
   */
  public ScannedTable table(String table) {
    TableDescription description =
        calls
            .call(
                "find table " + Arns.tableName(table),
                "dynamodb:DescribeTable",
                () -> client.describeTable(request -> request.tableName(table)))
            .table();
    LiveTable live = TableExports.usable(description, table, calls.region());
    boolean onDemand =
        description.billingModeSummary() != null
            && description.billingModeSummary().billingMode() == BillingMode.PAY_PER_REQUEST;
    return new ScannedTable(
        live,
        number(description.tableSizeBytes()),
        number(description.itemCount()),
        onDemand,
        readUnits(description, onDemand));
  }

  private static long number(Long value) {
    return value == null ? 0 : value;
  }

  private static OptionalLong readUnits(TableDescription description, boolean onDemand) {
    Long units = null;
    if (!onDemand && description.provisionedThroughput() != null) {
      units = description.provisionedThroughput().readCapacityUnits();
    } else if (onDemand && description.onDemandThroughput() != null) {
      units = description.onDemandThroughput().maxReadRequestUnits();
    }
    // -1 is how an on-demand maximum is taken away
    return units == null || units <= 0 ? OptionalLong.empty() : OptionalLong.of(units);
  }

  /**
   * Reads a segment from its beginning to its end, and is patient for minutes where the service is
   * busy or the connection breaks.
   *
   * @param segment from 0
   * @param unitsPerSecond most read units a second; infinite for no limit
   * @param writer gets the items
   * @throws AwsFailureException if the service refuses, or this thread is interrupted
   * @throws IOException what {@code end} throws
   */
  public Totals segment(
      ScanOrder order,
      int segment,
      int segments,
      double unitsPerSecond,
      ItemWriter writer,
      PageEnd end)
      throws IOException {
    String action =
        "scan segment %d of %d of table %s"
            .formatted(segment + 1, segments, Arns.tableName(order.table()));
    ScanRequest.Builder request = request(order, segment, segments);
    ReadBudget budget = new ReadBudget(unitsPerSecond, pauses);
    PageLimit limit = new PageLimit(unitsPerSecond, order.consistent());
    long items = 0;
    long pages = 0;
    double readUnits = 0;
    while (true) {
      if (limit.next() != PageLimit.NONE) {
        request.limit(limit.next());
      }
      ScanRequest page = request.build();
      Instant[] begun = new Instant[1];
      ScanResponse response =
          calls.watch(
              action,
              "dynamodb:Scan",
              () -> {
                begun[0] = pauses.now();
                return client.scan(page);
              });
      double units =
          response.consumedCapacity() == null || response.consumedCapacity().capacityUnits() == null
              ? limit.full()
              : response.consumedCapacity().capacityUnits();
      for (Map<String, AttributeValue> item : response.items()) {
        ItemAttributes.write(item, writer);
      }
      pages++;
      items += response.items().size();
      readUnits += units;
      limit.seen(
          response.scannedCount() == null ? response.items().size() : response.scannedCount(),
          units);
      end.page(response.items().size());
      try {
        // the last page is paid too, because another segment may follow at once
        budget.pay(units, begun[0]);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AwsFailureException("Cannot " + action + ": interrupted", e);
      }
      // an empty page is not the end
      if (!response.hasLastEvaluatedKey() || response.lastEvaluatedKey().isEmpty()) {
        return new Totals(items, pages, readUnits);
      }
      request.exclusiveStartKey(response.lastEvaluatedKey());
    }
  }

  private static ScanRequest.Builder request(ScanOrder order, int segment, int segments) {
    ScanRequest.Builder request =
        ScanRequest.builder()
            .tableName(order.table())
            .segment(segment)
            .totalSegments(segments)
            .consistentRead(order.consistent())
            .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL);
    Map<String, String> names = new TreeMap<>(order.filterNames());
    if (!order.attributes().isEmpty()) {
      List<String> places = new ArrayList<>();
      for (String attribute : order.attributes()) {
        String place = "#dynamodblake" + places.size();
        places.add(place);
        names.put(place, attribute);
      }
      request.projectionExpression(String.join(",", places));
    }
    if (!order.filter().isEmpty()) {
      request.filterExpression(order.filter());
    }
    if (!names.isEmpty()) {
      request.expressionAttributeNames(names);
    }
    if (!order.filterValues().isEmpty()) {
      request.expressionAttributeValues(FilterJson.parsed(order.filterValues()));
    }
    return request;
  }
}
