package io.dynamodblake.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

class WriteBatchesTest {
  private static final Duration ANSWER = Duration.ofMillis(20);

  private final FakePauses pauses = new FakePauses();
  private final FakeTable table = new FakeTable();

  /** A table that refuses what BatchWriteItem refuses, and leaves out what a test says. */
  private final class FakeTable implements DynamoDbClient {
    final Map<String, Map<String, AttributeValue>> items = new HashMap<>();
    final List<Integer> batches = new ArrayList<>();
    final Random random = new Random(7);
    double left; // share of the items that it leaves out
    Duration busyUntil = Duration.ZERO;
    boolean leavesOutAll;
    RuntimeException failure;
    double unitsEach = 1;
    boolean tellsUnits = true;
    double consumed;

    @Override
    public BatchWriteItemResponse batchWriteItem(BatchWriteItemRequest request) {
      pauses.pause(ANSWER);
      if (failure != null) {
        throw failure;
      }
      List<WriteRequest> writes = request.requestItems().get("Orders");
      assertThat(writes).hasSizeBetween(1, 25);
      Set<String> keys = writes.stream().map(FakeTable.this::keyOf).collect(Collectors.toSet());
      assertThat(keys).as("no key twice in a batch").hasSameSizeAs(writes);
      boolean busy = pauses.passed().compareTo(busyUntil) < 0;
      if (busy && !leavesOutAll) {
        throw FakePauses.throttled();
      }
      batches.add(writes.size());
      List<WriteRequest> unprocessed = new ArrayList<>();
      double units = 0;
      for (WriteRequest write : writes) {
        if (busy || random.nextDouble() < left) {
          unprocessed.add(write);
        } else {
          if (write.putRequest() == null) {
            assertThat(write.deleteRequest().key()).containsOnlyKeys("pk");
            items.remove(keyOf(write));
          } else {
            items.put(keyOf(write), write.putRequest().item());
          }
          units += unitsEach;
        }
      }
      consumed += units;
      BatchWriteItemResponse.Builder response = BatchWriteItemResponse.builder();
      if (tellsUnits) {
        response.consumedCapacity(ConsumedCapacity.builder().capacityUnits(units).build());
      }
      return response
          .unprocessedItems(unprocessed.isEmpty() ? Map.of() : Map.of("Orders", unprocessed))
          .build();
    }

    private String keyOf(WriteRequest write) {
      return key(
          write.putRequest() == null ? write.deleteRequest().key() : write.putRequest().item());
    }

    @Override
    public String serviceName() {
      return "dynamodb";
    }

    @Override
    public void close() {}
  }

  private static String key(Map<String, AttributeValue> item) {
    return item.get("pk").s();
  }

  private WriteBatches batches(int indexes, double unitsPerSecond) {
    return new WriteBatches(table, "eu-west-1", pauses, "Orders", indexes, unitsPerSecond);
  }

  private static void put(WriteBatches batches, String key, String value, long jsonBytes) {
    byte[] pk = key.getBytes(StandardCharsets.UTF_8);
    byte[] text = value.getBytes(StandardCharsets.UTF_8);
    batches.items().beginItem();
    batches.items().name("pk".getBytes(StandardCharsets.UTF_8), 0, 2);
    batches.items().text(pk, 0, pk.length);
    batches.items().name("v".getBytes(StandardCharsets.UTF_8), 0, 1);
    batches.items().text(text, 0, text.length);
    batches.items().endItem();
    batches.put(pk, 3 + pk.length + text.length, jsonBytes);
  }

  private static void put(WriteBatches batches, int count) {
    for (int i = 0; i < count; i++) {
      put(batches, "k" + i, "v" + i, 40);
    }
  }

  @Test
  void whatIsLeftOutIsSentAgainUntilAllIsAcknowledged() {
    table.left = 0.4;
    WriteBatches batches = batches(0, 1e6);
    put(batches, 1_000);
    WriteBatches.Totals totals = batches.finish();
    assertThat(table.items).hasSize(1_000);
    assertThat(table.items.get("k7").get("v").s()).isEqualTo("v7");
    assertThat(totals.items()).isEqualTo(1_000);
    assertThat(totals.repeated()).isBetween(400L, 1_000L);
    assertThat(totals.requests()).isEqualTo(table.batches.size());
    assertThat(totals.writeUnits()).isEqualTo(1_000);
  }

  private static void delete(WriteBatches batches, String key) {
    byte[] pk = key.getBytes(StandardCharsets.UTF_8);
    batches.items().beginItem();
    batches.items().name("pk".getBytes(StandardCharsets.UTF_8), 0, 2);
    batches.items().text(pk, 0, pk.length);
    batches.items().endItem();
    batches.delete(pk, 20);
  }

  @Test
  void deletesThatAreLeftOutAreSentAgainUntilAllAreAcknowledged() {
    WriteBatches puts = batches(0, 1e6);
    put(puts, 1_000);
    puts.finish();
    table.left = 0.4;
    WriteBatches batches = batches(0, 1e6);
    for (int i = 0; i < 990; i++) {
      delete(batches, "k" + i);
    }
    WriteBatches.Totals totals = batches.finish();
    assertThat(table.items).hasSize(10).containsKeys("k990", "k999");
    assertThat(totals.items()).isEqualTo(990);
    assertThat(totals.repeated()).isBetween(400L, 1_000L);
  }

  /** What a delete takes is known only from the answers: that of the item, and of indexes. */
  @Test
  void rateIsKeptForAMinuteOfDeletes() {
    table.unitsEach = 5;
    WriteBatches batches = batches(1, 500);
    for (int i = 0; pauses.passed().compareTo(Duration.ofSeconds(60)) < 0; i++) {
      delete(batches, "k" + i);
    }
    double seconds = pauses.passed().toMillis() / 1000.0;
    assertThat(table.consumed / seconds).isBetween(475.0, 525.0);
  }

  @Test
  void batchesAreAsLargeAsTheyMayBe() {
    WriteBatches batches = batches(0, 1e6);
    put(batches, 60);
    batches.finish();
    assertThat(table.batches).containsExactly(1, 25, 25, 9);
  }

  @Test
  void batchesStayBelow16MegabytesOfJson() {
    WriteBatches batches = batches(0, 1e6);
    for (int i = 0; i < 10; i++) {
      put(batches, "k" + i, "v", 3 << 20);
    }
    batches.finish();
    assertThat(table.batches).containsExactly(1, 4, 4, 1);
  }

  @Test
  void aKeyThatComesTwiceEndsItsBatch() {
    WriteBatches batches = batches(0, 1e6);
    put(batches, "first", "0", 40);
    put(batches, "a", "1", 40);
    put(batches, "b", "2", 40);
    put(batches, "a", "3", 40);
    assertThat(batches.finish().items()).isEqualTo(4);
    assertThat(table.batches).containsExactly(1, 2, 1);
    assertThat(table.items.get("a").get("v").s()).isEqualTo("3");
  }

  @Test
  void nothingIsWrittenWhereNothingIsPut() {
    assertThat(batches(0, 10).finish()).isEqualTo(new WriteBatches.Totals(0, 0, 0, 0));
  }

  /** Two indexes, of which each item is in one: the service tells, and it is believed. */
  @Test
  void rateIsKeptForAMinuteWithIndexes() {
    table.unitsEach = 2;
    assertRate(batches(2, 500), 500);
  }

  @Test
  void rateIsKeptForAMinuteWhereLargerItemsAreReplaced() {
    table.unitsEach = 7;
    assertRate(batches(0, 500), 500);
  }

  @Test
  void rateIsKeptForAMinuteWhereOneItemTakesSeconds() {
    table.unitsEach = 100;
    assertRate(batches(0, 50), 50);
  }

  @Test
  void rateIsKeptForAMinuteByATableThatTellsNoUnits() {
    table.tellsUnits = false;
    assertRate(batches(0, 100), 100);
  }

  private void assertRate(WriteBatches batches, double unitsPerSecond) {
    double before = 0;
    double most = 0;
    Duration mark = Duration.ZERO;
    for (int i = 0; pauses.passed().compareTo(Duration.ofSeconds(60)) < 0; i++) {
      put(batches, "k" + i, "v", 40);
      if (pauses.passed().minus(mark).compareTo(Duration.ofSeconds(10)) >= 0) {
        most = Math.max(most, table.consumed - before);
        before = table.consumed;
        mark = pauses.passed();
      }
    }
    double seconds = pauses.passed().toMillis() / 1000.0;
    assertThat(table.consumed / seconds).isBetween(unitsPerSecond * 0.95, unitsPerSecond * 1.05);
    // nor is one part of the minute much faster than another
    assertThat(most).isLessThan(unitsPerSecond * 10 * 1.3);
  }

  @Test
  void throttlingForMinutesIsSurvived() {
    table.busyUntil = Duration.ofMinutes(10);
    WriteBatches batches = batches(0, 1e6);
    put(batches, 30);
    assertThat(batches.finish().items()).isEqualTo(30);
    assertThat(table.items).hasSize(30);
    assertThat(pauses.passed()).isBetween(Duration.ofMinutes(10), Duration.ofMinutes(12));
  }

  @Test
  void leavingOutEverythingForMinutesIsSurvived() {
    table.busyUntil = Duration.ofMinutes(10);
    table.leavesOutAll = true;
    WriteBatches batches = batches(0, 1e6);
    put(batches, 30);
    assertThat(batches.finish().items()).isEqualTo(30);
    assertThat(pauses.passed()).isBetween(Duration.ofMinutes(10), Duration.ofMinutes(12));
  }

  @Test
  void patienceHasAnEnd() {
    table.busyUntil = Duration.ofDays(1);
    WriteBatches busy = batches(0, 1e6);
    put(busy, 1);
    assertThatThrownBy(busy::finish)
        .isInstanceOf(AwsFailureException.class)
        .hasMessageContaining("Cannot write to table Orders: throttled by the service for")
        .hasMessageContaining("minutes");
    table.busyUntil = pauses.passed().plusDays(1);
    table.leavesOutAll = true;
    WriteBatches full = batches(0, 1e6);
    put(full, 1);
    assertThatThrownBy(full::finish)
        .isInstanceOf(AwsFailureException.class)
        .hasMessage(
            "Cannot write to table Orders: the service has accepted nothing for 15 minutes; give the table more write"
                + " capacity, or load with a lower --max-wcu");
  }

  @Test
  void whatIsNotAllowedIsNamed() {
    table.failure = FakePauses.error(400, "AccessDeniedException", "no");
    WriteBatches batches = batches(0, 1e6);
    put(batches, 1);
    assertThatThrownBy(batches::finish)
        .isInstanceOf(AwsFailureException.class)
        .hasMessageContaining("no permission for dynamodb:BatchWriteItem");
  }
}
