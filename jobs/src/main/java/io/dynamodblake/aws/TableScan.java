package io.dynamodblake.aws;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.type.ItemWriter;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
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
   * Returns the table as it is now.
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
    return ScannedTable.of(description, LiveTables.usable(description, table, calls.region()));
  }

  /**
   * Has the service look at the filter of an order, by a page of one item, before anything is
   * written for it.
   *
   * @throws UsageException if it is none that the service takes
   * @throws AwsFailureException if the service refuses something else
   */
  public void checkFilter(ScanOrder order) {
    if (order.filter().isEmpty()) {
      return;
    }
    String action = "try the filter on table " + Arns.tableName(order.table());
    try {
      scan(action, request(order, 0, 1).limit(1).build(), now -> {});
    } catch (AwsFailureException e) {
      if (e.getCause() instanceof AwsServiceException refusal
          && AwsErrors.code(refusal).equals("ValidationException")
          && AwsErrors.text(refusal).contains("Expression")) {
        UsageException wrong =
            new UsageException(
                "Cannot use --filter: DynamoDB says: %s; reserved words and names with odd characters stand as #name in it and in the file of --filter-names, values as :value and in that of --filter-values"
                    .formatted(AwsErrors.text(refusal)));
        // not as the cause, which would say that the service failed
        wrong.addSuppressed(e);
        throw wrong;
      }
      throw e;
    }
  }

  /**
   * A segment, page by page, from its beginning to its end. Is patient for minutes where the
   * service is busy or the connection breaks. Not safe for use by several threads.
   */
  public final class Pages {
    private final String action;
    private final ScanRequest.Builder request;
    private final ReadBudget budget;
    private final PageLimit limit;
    private Instant begun;
    private double unpaid;
    private boolean ended;
    private long items;
    private long pages;
    private double readUnits;

    private Pages(ScanOrder order, int segment, int segments, double unitsPerSecond) {
      action =
          "scan segment %d of %d of table %s"
              .formatted(segment + 1, segments, Arns.tableName(order.table()));
      request = request(order, segment, segments);
      budget = new ReadBudget(unitsPerSecond, pauses);
      limit = new PageLimit(unitsPerSecond, order.consistent());
    }

    /**
     * Reads the next page.
     *
     * @param writer gets the items
     * @return how many items it has; -1 if there are no more pages
     * @throws AwsFailureException if the service refuses, or this thread is interrupted
     */
    public int next(ItemWriter writer) {
      pay();
      if (ended) {
        return -1;
      }
      if (limit.next() != PageLimit.NONE) {
        request.limit(limit.next());
      }
      ScanResponse response = scan(action, request.build(), now -> begun = now);
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
      unpaid = units;
      limit.seen(
          response.scannedCount() == null ? response.items().size() : response.scannedCount(),
          units);
      // an empty page is not the end
      ended = !response.hasLastEvaluatedKey() || response.lastEvaluatedKey().isEmpty();
      request.exclusiveStartKey(ended ? null : response.lastEvaluatedKey());
      return response.items().size();
    }

    /** The last page is paid too, because another segment may follow at once. */
    private void pay() {
      if (unpaid == 0) {
        return;
      }
      try {
        budget.pay(unpaid, begun);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AwsFailureException("Cannot " + action + ": interrupted", e);
      }
      unpaid = 0;
    }

    /** Returns what was read so far. */
    public Totals totals() {
      return new Totals(items, pages, readUnits);
    }
  }

  private ScanResponse scan(String action, ScanRequest page, Consumer<Instant> begun) {
    return calls.watch(
        action,
        "dynamodb:Scan",
        () -> {
          begun.accept(pauses.now());
          return client.scan(page);
        });
  }

  /**
   * Returns the pages of a segment.
   *
   * @param segment from 0
   * @param unitsPerSecond most read units a second; infinite for no limit
   */
  public Pages pages(ScanOrder order, int segment, int segments, double unitsPerSecond) {
    return new Pages(order, segment, segments, unitsPerSecond);
  }

  /**
   * Reads a segment from its beginning to its end.
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
    Pages pages = pages(order, segment, segments, unitsPerSecond);
    for (int items = pages.next(writer); items >= 0; items = pages.next(writer)) {
      end.page(items);
    }
    return pages.totals();
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
