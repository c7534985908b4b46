package io.dynamodblake.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.aws.TableScan.Totals;
import io.dynamodblake.json.JsonItemWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.TableClass;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

class TableScanTest {
  private static final Map<String, AttributeValue> KEY = Map.of("pk", AttributeValue.fromS("k"));

  private final FakeDynamoDb service = new FakeDynamoDb();
  private final FakePauses pauses = new FakePauses();
  private final TableScan scan = new TableScan(service, "eu-west-1", pauses);
  private final JsonItemWriter writer = new JsonItemWriter();

  private static ScanOrder all(boolean consistent) {
    return new ScanOrder("Orders", consistent, List.of(), "", Map.of(), Map.of());
  }

  private Totals read(double unitsPerSecond) throws IOException {
    return scan.segment(all(false), 2, 7, unitsPerSecond, writer, items -> {});
  }

  private String written() {
    return new String(writer.bytes(), 0, writer.length(), StandardCharsets.UTF_8);
  }

  private static ScanResponse page(double units, boolean more, List<?> items) {
    List<Map<String, AttributeValue>> maps = new ArrayList<>();
    items.forEach(item -> maps.add(Map.of("pk", AttributeValue.fromS(item.toString()))));
    return ScanResponse.builder()
        .items(maps)
        .scannedCount(maps.size())
        .consumedCapacity(consumed -> consumed.capacityUnits(units))
        .lastEvaluatedKey(more ? KEY : null)
        .build();
  }

  @Test
  void readsOnThroughEmptyPagesUntilThereIsNoKey() throws IOException {
    service
        .then(page(1.5, true, List.of("a")))
        .then(page(0.5, true, List.of()))
        .then(page(2, false, List.of("b")));

    Totals totals = read(Double.POSITIVE_INFINITY);

    assertThat(totals).isEqualTo(new Totals(2, 3, 4));
    assertThat(written())
        .isEqualTo("{\"Item\":{\"pk\":{\"S\":\"a\"}}}\n{\"Item\":{\"pk\":{\"S\":\"b\"}}}\n");
    List<ScanRequest> asked = service.asked(ScanRequest.class);
    assertThat(asked).extracting(ScanRequest::segment).containsOnly(2);
    assertThat(asked).extracting(ScanRequest::totalSegments).containsOnly(7);
    assertThat(asked).extracting(ScanRequest::limit).containsOnlyNulls();
    assertThat(asked.get(0).hasExclusiveStartKey()).isFalse();
    assertThat(asked.get(2).exclusiveStartKey()).isEqualTo(KEY);
    assertThat(pauses.passed()).isZero();
  }

  @Test
  void everyTypeBecomesItsDynamoDbJson() throws IOException {
    Map<String, AttributeValue> item = new LinkedHashMap<>();
    item.put("s", AttributeValue.fromS("é\"\n"));
    item.put("e", AttributeValue.fromS(""));
    item.put("n", AttributeValue.fromN("-12345678901234567890.123456789012345678"));
    item.put("b", AttributeValue.fromB(SdkBytes.fromByteArray(new byte[] {0, 1, (byte) 0xff})));
    item.put("t", AttributeValue.fromBool(false));
    item.put("u", AttributeValue.fromNul(true));
    item.put("ss", AttributeValue.fromSs(List.of("x", "")));
    item.put("ns", AttributeValue.fromNs(List.of("1", "2.50")));
    item.put("bs", AttributeValue.fromBs(List.of(SdkBytes.fromByteArray(new byte[] {2}))));
    item.put("l", AttributeValue.fromL(List.of(AttributeValue.fromM(Map.of()))));
    item.put("m", AttributeValue.fromM(Map.of("l", AttributeValue.fromL(List.of()))));
    service.then(ScanResponse.builder().items(List.of(item)).build());

    read(Double.POSITIVE_INFINITY);

    assertThat(written())
        .isEqualTo(
            "{\"Item\":{\"s\":{\"S\":\"é\\\"\\n\"},\"e\":{\"S\":\"\"},"
                + "\"n\":{\"N\":\"-12345678901234567890.123456789012345678\"},\"b\":{\"B\":\"AAH/\"},"
                + "\"t\":{\"BOOL\":false},\"u\":{\"NULL\":true},\"ss\":{\"SS\":[\"x\",\"\"]},"
                + "\"ns\":{\"NS\":[\"1\",\"2.50\"]},\"bs\":{\"BS\":[\"Ag==\"]},"
                + "\"l\":{\"L\":[{\"M\":{}}]},\"m\":{\"M\":{\"l\":{\"L\":[]}}}}}\n");
  }

  /** A service with more items than anybody reads, which counts what is consumed when. */
  @ParameterizedTest
  @CsvSource({
    "0.25, 400, false",
    "1, 400, false",
    "1, 40, true",
    "10, 2000, false",
    "10, 60000, false",
    "37, 400, true",
    "300, 400, false",
    "1000, 400, false"
  })
  void theCapIsKeptWithinFivePercentOfAMinute(double cap, int itemBytes, boolean consistent)
      throws IOException {
    double[] consumed = new double[3];
    List<Integer> limits = new ArrayList<>();
    service.then(
        () -> {
          ScanRequest request = (ScanRequest) service.requests.get(service.requests.size() - 1);
          int most = (1 << 20) / itemBytes;
          int items = request.limit() == null ? most : Math.min(most, request.limit());
          limits.add(items);
          double units = Math.ceil(items * (double) itemBytes / 4096) / (consistent ? 1 : 2);
          int minute = (int) (pauses.passed().toMillis() / 60_000);
          consumed[Math.min(2, minute)] += units;
          pauses.pause(Duration.ofMillis(20));
          return ScanResponse.builder()
              .scannedCount(items)
              .consumedCapacity(answer -> answer.capacityUnits(units))
              .lastEvaluatedKey(minute >= 2 ? null : KEY)
              .build();
        });

    scan.segment(all(consistent), 0, 1, cap, writer, items -> {});

    double minute = cap * 60;
    assertThat(consumed[0]).isBetween(minute * 0.9, minute * 1.05);
    assertThat(consumed[1]).isBetween(minute * 0.9, minute * 1.05);
    if (itemBytes < 4096) {
      assertThat(limits).as("pages are not read one item at a time").anyMatch(limit -> limit > 1);
    }
  }

  @Test
  void lastPageIsPaidToo() throws IOException {
    service.then(page(30, false, List.of("a")));
    read(10);
    assertThat(pauses.passed()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void minutesOfThrottlingAreWaitedFor() throws IOException {
    RuntimeException throttled =
        FakePauses.error(400, "ProvisionedThroughputExceededException", "slow down");
    for (int i = 0; i < 12; i++) {
      service.failing(throttled);
    }
    service.then(page(1, false, List.of("a")));

    assertThat(read(Double.POSITIVE_INFINITY).items()).isOne();
    assertThat(pauses.passed()).isBetween(Duration.ofMinutes(2), Duration.ofMinutes(6));
  }

  @Test
  void endlessThrottlingEndsWithTheWayOut() {
    service.failing(FakePauses.error(400, "ProvisionedThroughputExceededException", "slow down"));
    assertThatThrownBy(() -> read(1))
        .isInstanceOf(AwsFailureException.class)
        .hasMessageStartingWith("Cannot scan segment 3 of 7 of table Orders: throttled")
        .hasMessageContaining("minutes");
    assertThat(pauses.passed()).isBetween(Duration.ofMinutes(13), Duration.ofMinutes(16));
  }

  @Test
  void missingPermissionIsNamed() {
    service.failing(FakePauses.error(400, "AccessDeniedException", "no"));
    assertThatThrownBy(() -> read(1)).hasMessageContaining("no permission for dynamodb:Scan");
    assertThat(pauses.passed()).isZero();
  }

  @Test
  void projectionAndFilterArePushedDown() throws IOException {
    service.then(page(1, false, List.of()));
    ScanOrder order =
        new ScanOrder(
            "Orders",
            true,
            List.of("pk", "odd.name"),
            "#s = :s",
            FilterJson.names("{\"#s\":\"status\"}", "f"),
            FilterJson.values("{\":s\":{\"L\":[{\"N\":\"1\"},{\"B\":\"AA==\"}]}}", "f"));

    scan.segment(order, 0, 1, 5, writer, items -> {});

    ScanRequest request = service.asked(ScanRequest.class).get(0);
    assertThat(request.projectionExpression()).isEqualTo("#dynamodblake0,#dynamodblake1");
    assertThat(request.expressionAttributeNames())
        .isEqualTo(Map.of("#s", "status", "#dynamodblake0", "pk", "#dynamodblake1", "odd.name"));
    assertThat(request.filterExpression()).isEqualTo("#s = :s");
    assertThat(request.expressionAttributeValues().get(":s"))
        .isEqualTo(
            AttributeValue.fromL(
                List.of(
                    AttributeValue.fromN("1"),
                    AttributeValue.fromB(SdkBytes.fromByteArray(new byte[1])))));
    assertThat(request.consistentRead()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "{, no JSON",
    "[], no JSON object",
    "{':s':1}, :s is no value",
    "{'s':{'S':'x'}}, write it as"
  })
  void filterFilesThatCannotBeReadAreRefused(String json, String reason) {
    assertThatThrownBy(() -> FilterJson.values(json.replace('\'', '"'), "--filter-values"))
        .hasMessageContaining("Cannot read --filter-values: ")
        .hasMessageContaining(reason);
  }

  @Test
  void describedTableSaysWhatItMayRead() {
    assertThat(described(builder -> {}).readUnits()).isEqualTo(OptionalLong.of(40));
    assertThat(described(TableScanTest::onDemand).readUnits()).isEmpty();
    assertThat(described(TableScanTest::onDemand).onDemand()).isTrue();
    assertThat(
            described(
                    builder -> {
                      onDemand(builder);
                      builder.onDemandThroughput(most -> most.maxReadRequestUnits(-1L));
                    })
                .readUnits())
        .isEmpty();
    assertThat(
            described(
                    builder -> {
                      onDemand(builder);
                      builder.onDemandThroughput(most -> most.maxReadRequestUnits(500L));
                    })
                .readUnits())
        .isEqualTo(OptionalLong.of(500));
  }

  @Test
  void describedTableSaysItsClassAndWhatItMayWrite() {
    TableCapacity standard =
        described(
                builder ->
                    builder
                        .tableClassSummary(type -> type.tableClass(TableClass.STANDARD))
                        .provisionedThroughput(
                            units -> units.readCapacityUnits(40L).writeCapacityUnits(7L)))
            .capacity();
    assertThat(standard.infrequentAccess()).isFalse();
    assertThat(standard.writeUnits()).isEqualTo(OptionalLong.of(7));
    TableCapacity infrequent =
        described(
                builder -> {
                  onDemand(builder);
                  builder
                      .tableClassSummary(
                          type -> type.tableClass(TableClass.STANDARD_INFREQUENT_ACCESS))
                      .onDemandThroughput(
                          most -> most.maxReadRequestUnits(-1L).maxWriteRequestUnits(9L));
                })
            .capacity();
    assertThat(infrequent)
        .isEqualTo(new TableCapacity(true, true, OptionalLong.empty(), OptionalLong.of(9)));
  }

  @Test
  void tableThatIsBeingDeletedIsNotScanned() {
    assertThatThrownBy(() -> described(builder -> builder.tableStatus(TableStatus.DELETING)))
        .hasMessageContaining("it is being deleted");
  }

  private static void onDemand(TableDescription.Builder builder) {
    builder.billingModeSummary(mode -> mode.billingMode(BillingMode.PAY_PER_REQUEST));
  }

  private static ScannedTable described(
      java.util.function.Consumer<TableDescription.Builder> change) {
    TableDescription.Builder builder =
        TableDescription.builder()
            .tableArn(FakeDynamoDb.TABLE)
            .tableId("id")
            .tableStatus(TableStatus.ACTIVE)
            .tableSizeBytes(1_000L)
            .itemCount(10L)
            .attributeDefinitions(
                AttributeDefinition.builder().attributeName("pk").attributeType("S").build())
            .keySchema(KeySchemaElement.builder().attributeName("pk").keyType(KeyType.HASH).build())
            .provisionedThroughput(units -> units.readCapacityUnits(40L));
    change.accept(builder);
    FakeDynamoDb service =
        new FakeDynamoDb().then(DescribeTableResponse.builder().table(builder.build()).build());
    return new TableScan(service, "eu-west-1", new FakePauses()).table("Orders");
  }
}
