package io.dynamodblake.aws;

import io.dynamodblake.type.ItemWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;

/**
 * Reads items by their keys, as they are at that moment, by consistent BatchGetItem within a rate,
 * and again until all keys are answered. Not safe for use by several threads.
 *
 * <pre>{@code
 * values.writeItem(keyTape, reads.keys());
 * reads.add();
 * ...
 * reads.read(writer, () -> ...); // for each item that is there
 * }</pre>
 */
public final class ReadBatches {
  /** So many keys a request may have. */
  public static final int MOST_KEYS = 100;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);

  private final DynamoDbClient client;
  private final ServiceCalls calls;
  private final Pauses pauses;
  private final String table;
  private final ReadBudget budget;
  private final AttributeWriter writer = new AttributeWriter();
  private List<Map<String, AttributeValue>> batch = new ArrayList<>();
  private double consumed;

  /**
   * Makes a reader that has read nothing.
   *
   * @param table name or ARN
   * @param unitsPerSecond most read units a second; infinite for no limit
   * @throws AwsFailureException if nothing says which region
   */
  public ReadBatches(AwsClients clients, Pauses pauses, String table, double unitsPerSecond) {
    this.client = clients.dynamoDb();
    this.pauses = pauses.jittered();
    this.calls = new ServiceCalls(clients.region(), this.pauses);
    this.table = table;
    this.budget = new ReadBudget(unitsPerSecond, pauses);
  }

  /** Takes the attributes of the next key. */
  public ItemWriter keys() {
    return writer;
  }

  /** Adds the key that was written last; no more than {@value #MOST_KEYS}, none twice. */
  public void add() {
    batch.add(writer.item());
  }

  /** Returns what the service says it has consumed, in read units. */
  public double readUnits() {
    return consumed;
  }

  /**
   * Reads the items of the keys that were added, and forgets the keys.
   *
   * @param sink gets the items that are there, in no order
   * @param next is called after each of them
   * @throws AwsFailureException if the service refuses, or this thread is interrupted
   */
  public void read(ItemWriter sink, Runnable next) {
    String action = "read from table " + Arns.tableName(table);
    try {
      read(action, sink, next);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AwsFailureException("Cannot " + action + ": interrupted", e);
    }
    batch = new ArrayList<>();
  }

  private void read(String action, ItemWriter sink, Runnable next) throws InterruptedException {
    List<Map<String, AttributeValue>> left = batch;
    Duration pause = FIRST_PAUSE;
    Instant moved = pauses.now();
    while (!left.isEmpty()) {
      List<Map<String, AttributeValue>> asked = left;
      BatchGetItemRequest request =
          BatchGetItemRequest.builder()
              .requestItems(
                  Map.of(
                      table, KeysAndAttributes.builder().keys(asked).consistentRead(true).build()))
              .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
              .build();
      Instant begun = pauses.now();
      BatchGetItemResponse response =
          calls.watch(action, "dynamodb:BatchGetItem", () -> client.batchGetItem(request));
      response.responses().values().stream()
          .flatMap(List::stream)
          .forEach(
              item -> {
                ItemAttributes.write(item, sink);
                next.run();
              });
      double units = 0;
      for (ConsumedCapacity capacity : response.consumedCapacity()) {
        units += capacity.capacityUnits() == null ? 0 : capacity.capacityUnits();
      }
      consumed += units;
      budget.pay(units, begun);
      left =
          response.unprocessedKeys().values().stream()
              .flatMap(keys -> keys.keys().stream())
              .toList();
      if (left.size() < asked.size()) {
        moved = pauses.now();
        pause = FIRST_PAUSE;
      } else if (Duration.between(moved, pauses.now()).compareTo(WriteBatches.PATIENCE) > 0) {
        throw new AwsFailureException(
            "Cannot %s: the service has answered nothing for %d minutes; give the table more read capacity, or load with a lower --max-rcu"
                .formatted(action, WriteBatches.PATIENCE.toMinutes()));
      }
      if (!left.isEmpty()) {
        pauses.pause(pause);
        pause =
            pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                ? pause.multipliedBy(2)
                : LONGEST_PAUSE;
      }
    }
  }
}
