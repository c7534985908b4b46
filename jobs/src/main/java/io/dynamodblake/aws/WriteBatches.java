package io.dynamodblake.aws;

import io.dynamodblake.type.ItemWriter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Puts items into a table, and deletes them, by BatchWriteItem, within a rate, and again until all
 * of them are acknowledged. Not safe for use by several threads.
 *
 * <pre>{@code
 * values.writeItem(tape, batches.items());
 * batches.put(key, itemBytes, jsonBytes);
 * ...
 * batches.finish();
 * }</pre>
 */
public final class WriteBatches {
  /** How long the service may refuse every item of a batch. */
  static final Duration PATIENCE = ServiceCalls.WATCH_PATIENCE;

  private static final int MOST_ITEMS = 25;
  // 16 MB of a request are allowed, and it has more than the items
  private static final long MOST_JSON_BYTES = 12 << 20;
  private static final int UNIT_BYTES = 1024;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);
  // of what a batch told about units for a unit, in what is expected of the next one
  private static final double NEWS = 0.3;

  private final DynamoDbClient client;
  private final ServiceCalls calls;
  private final Pauses pauses;
  private final String table;
  private final CapacityBudget budget;
  private final AttributeWriter writer = new AttributeWriter();

  private List<WriteRequest> batch = new ArrayList<>();
  private final Set<ByteBuffer> keys = new HashSet<>();
  private long batchJsonBytes;
  private double batchUnits;
  private double factor; // units consumed for a unit of the items alone
  private boolean told; // whether the service has said anything of it

  private long items;
  private long requests;
  private long repeated;
  private double consumed;

  /**
   * What was put or deleted.
   *
   * @param items that the service has acknowledged
   * @param requests how many were answered
   * @param repeated items that were sent again because the service had left them out
   * @param writeUnits what the service says it has consumed, indexes included
   */
  public record Totals(long items, long requests, long repeated, double writeUnits)
      implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    public static final Totals NONE = new Totals(0, 0, 0, 0);

    /** Returns the sums of both. */
    public Totals plus(Totals other) {
      return new Totals(
          items + other.items,
          requests + other.requests,
          repeated + other.repeated,
          writeUnits + other.writeUnits);
    }
  }

  /**
   * @param table name or ARN
   * @param indexes how many the table has; each may cost as much as the table until it is known
   * @param unitsPerSecond most write units a second
   * @throws AwsFailureException if nothing says which region
   */
  public WriteBatches(
      AwsClients clients, Pauses pauses, String table, int indexes, double unitsPerSecond) {
    this(clients.dynamoDb(), clients.region(), pauses, table, indexes, unitsPerSecond);
  }

  WriteBatches(
      DynamoDbClient client,
      String region,
      Pauses pauses,
      String table,
      int indexes,
      double unitsPerSecond) {
    this.client = client;
    this.pauses = pauses.jittered();
    this.calls = new ServiceCalls(region, this.pauses);
    this.table = table;
    this.budget = new CapacityBudget(unitsPerSecond, pauses);
    this.factor = 1 + indexes;
  }

  /** Returns the write units that an item of this size takes, without indexes. */
  public static long units(long itemBytes) {
    return Math.max(1, (itemBytes + UNIT_BYTES - 1) / UNIT_BYTES);
  }

  /** Takes the values of the next item. */
  public ItemWriter items() {
    return writer;
  }

  /**
   * Puts the item that was written last, now or with others.
   *
   * @param key the same for two items exactly if their keys are equal
   * @param itemBytes its size as DynamoDB counts it
   * @param jsonBytes its size as DynamoDB JSON
   * @throws AwsFailureException if the service refuses, or this thread is interrupted
   */
  public void put(byte[] key, long itemBytes, long jsonBytes) {
    Map<String, AttributeValue> item = writer.item();
    add(
        WriteRequest.builder().putRequest(put -> put.item(item)).build(),
        key,
        units(itemBytes),
        jsonBytes);
  }

  /**
   * Deletes the item whose key attributes, and nothing else, were written last, now or with others.
   * What it costs is not known before: that depends on the size of the item.
   *
   * @param key as for {@link #put}
   * @param jsonBytes size of the key attributes as DynamoDB JSON
   * @throws AwsFailureException if the service refuses, or this thread is interrupted
   */
  public void delete(byte[] key, long jsonBytes) {
    Map<String, AttributeValue> attributes = writer.item();
    add(
        WriteRequest.builder().deleteRequest(delete -> delete.key(attributes)).build(),
        key,
        1,
        jsonBytes);
  }

  private void add(WriteRequest request, byte[] key, long units, long jsonBytes) {
    ByteBuffer identity = ByteBuffer.wrap(key);
    boolean full =
        // the first item goes alone, to find out what one costs
        batch.size() == (requests == 0 ? 1 : MOST_ITEMS)
            || batchJsonBytes + jsonBytes > MOST_JSON_BYTES
            // a second's worth at most, so that no batch waits long and then uses all at once
            || (batchUnits + units) * factor > budget.unitsPerSecond()
            || keys.contains(identity);
    if (full && !batch.isEmpty()) {
      send();
    }
    batch.add(request);
    keys.add(identity);
    batchJsonBytes += jsonBytes;
    batchUnits += units;
  }

  /**
   * Sends what is left.
   *
   * @throws AwsFailureException as {@link #put}
   */
  public Totals finish() {
    if (!batch.isEmpty()) {
      send();
    }
    return new Totals(items, requests, repeated, consumed);
  }

  private void send() {
    String action = "write to table " + Arns.tableName(table);
    try {
      send(action);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AwsFailureException("Cannot " + action + ": interrupted", e);
    }
    batch = new ArrayList<>();
    keys.clear();
    batchJsonBytes = 0;
    batchUnits = 0;
  }

  private void send(String action) throws InterruptedException {
    List<WriteRequest> left = batch;
    double unitsEach = batchUnits / batch.size();
    Duration pause = FIRST_PAUSE;
    Instant moved = pauses.now();
    while (true) {
      double expected = unitsEach * left.size() * factor;
      budget.take(expected);
      BatchWriteItemRequest request =
          BatchWriteItemRequest.builder()
              .requestItems(Map.of(table, left))
              .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
              .build();
      BatchWriteItemResponse response =
          calls.watch(action, "dynamodb:BatchWriteItem", () -> client.batchWriteItem(request));
      List<WriteRequest> unprocessed =
          response.unprocessedItems().values().stream().flatMap(Collection::stream).toList();
      int acknowledged = left.size() - unprocessed.size();
      account(response, expected, unitsEach * acknowledged, acknowledged);
      if (unprocessed.isEmpty()) {
        return;
      }
      repeated += unprocessed.size();
      if (acknowledged > 0) {
        moved = pauses.now();
        pause = FIRST_PAUSE;
      } else if (Duration.between(moved, pauses.now()).compareTo(PATIENCE) > 0) {
        throw new AwsFailureException(
            "Cannot "
                + action
                + ": the service has accepted nothing for "
                + PATIENCE.toMinutes()
                + " minutes; give the table more write capacity, or load with a lower --max-wcu");
      }
      pauses.pause(pause);
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
              ? pause.multipliedBy(2)
              : LONGEST_PAUSE;
      left = unprocessed;
    }
  }

  private void account(
      BatchWriteItemResponse response, double expected, double ofItems, int acknowledged) {
    requests++;
    items += acknowledged;
    double units = 0;
    boolean tells = false;
    for (ConsumedCapacity capacity : response.consumedCapacity()) {
      if (capacity.capacityUnits() != null) {
        units += capacity.capacityUnits();
        tells = true;
      }
    }
    if (!tells) {
      units = ofItems * factor;
    } else if (ofItems > 0) {
      double news = told ? NEWS : 1;
      factor = (1 - news) * factor + news * (units / ofItems);
      told = true;
    }
    budget.settle(expected, units);
    consumed += units;
  }
}
