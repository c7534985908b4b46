package io.dynamodblake.lake.restore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.LoadTables;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.WriteBatches;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.load.CheckedItems;
import io.dynamodblake.lake.load.LoadCheck;
import io.dynamodblake.lake.load.LoadOptions;
import io.dynamodblake.lake.load.LoadWrite;
import io.dynamodblake.lake.load.TableWriting;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.write.ImportCompression;
import io.dynamodblake.spark.write.ImportFormat;
import io.dynamodblake.testing.AwsSystemProperties;
import io.dynamodblake.testing.DynamoDbLocalServer;
import io.dynamodblake.testing.RestoredItems;
import io.dynamodblake.testing.StorableItems;
import io.dynamodblake.type.Descriptor;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * From a table to another one, as DynamoDB Local keeps them: put, scan into an export, flatten,
 * restore, write what was restored, scan, compare what the SDK says of both.
 */
class DynamoDbRoundTripTest extends LakeTest {
  private static final int ITEMS = 1_000;
  private static final int BATCH = 25;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @RegisterExtension
  final AwsSystemProperties properties =
      AwsSystemProperties.withKeys(DynamoDbLocalServer.ACCESS_KEY, "secret");

  private final DynamoDbClient client = DynamoDbLocalServer.shared().client();

  @ParameterizedTest
  @EnumSource(names = {"DYNAMODB_JSON", "ION"})
  void aTableBecomesAnother(ImportFormat format) throws Exception {
    String from = "round-trip-from-" + format;
    String to = "round-trip-to-" + format;
    DynamoDbLocalServer.shared().createTable(from, "pk", "S");
    DynamoDbLocalServer.shared().createTable(to, "pk", "S");
    put(from, StorableItems.lines(4_000 + format.ordinal(), ITEMS, true));
    List<Map<String, AttributeValue>> stored = scan(from);
    assertThat(stored).hasSize(ITEMS);
    List<String> exported = new ArrayList<>();
    for (Map<String, AttributeValue> item : stored) {
      ObjectNode line = MAPPER.createObjectNode();
      line.set("Item", map(item));
      exported.add(MAPPER.writeValueAsString(line));
    }

    Path export =
        (format == ImportFormat.ION ? export().ion() : export()).items(exported, 3).write();
    flatten(options(export).withKeys(List.of(new KeyAttribute("pk", Descriptor.S))));
    Path target = temp.resolve("import");
    new Restore(
            spark,
            RestoreOptions.builder(lake().toString(), target.toString(), to)
                .as(format)
                .compressedAs(ImportCompression.ZSTD)
                .inBucket(Optional.of("acme-import"))
                .build())
        .run(ReadProgress.NONE);
    put(to, RestoredItems.lines(target.resolve("data")));

    assertThat(RestoredItems.differences(byKey(stored), byKey(scan(to)))).isEmpty();

    String loaded = "round-trip-loaded-" + format;
    DynamoDbLocalServer.shared().createTable(loaded, "pk", "S");
    load(format == ImportFormat.ION ? lake() : target, loaded);
    assertThat(RestoredItems.differences(byKey(stored), byKey(scan(loaded)))).isEmpty();
  }

  private void load(Path from, String table) {
    AwsSettings settings =
        new AwsSettings(
            "",
            "",
            "",
            DynamoDbLocalServer.REGION.id(),
            Map.of("", DynamoDbLocalServer.shared().endpoint()),
            false,
            false);
    try (AwsClients clients = new AwsClients(settings, "test")) {
      LoadCheck check =
          new LoadCheck(
              spark,
              new LoadOptions(
                  from.toString(),
                  Optional.empty(),
                  false,
                  Optional.empty(),
                  ReadOptions.defaults(),
                  1 << 20),
              new LoadTables(clients, Pauses.REAL).table(table));
      CheckedItems checked = check.run(ReadProgress.NONE);
      assertThat(checked.input().items()).isEqualTo(ITEMS);
      TableWriting writing = new TableWriting(settings, "test", table, 1_000_000);
      WriteBatches.Totals totals = LoadWrite.of(checked, writing).run(ReadProgress.NONE).now();
      assertThat(totals.items()).isEqualTo(ITEMS);
      assertThat(totals.writeUnits()).isGreaterThanOrEqualTo(ITEMS);
    }
  }

  private void put(String table, List<String> lines) throws Exception {
    List<WriteRequest> batch = new ArrayList<>();
    for (String line : lines) {
      Map<String, AttributeValue> item = attributes(MAPPER.readTree(line).path("Item"));
      batch.add(WriteRequest.builder().putRequest(put -> put.item(item)).build());
      if (batch.size() == BATCH) {
        write(table, batch);
        batch.clear();
      }
    }
    if (!batch.isEmpty()) {
      write(table, batch);
    }
  }

  private void write(String table, List<WriteRequest> batch) {
    Map<String, List<WriteRequest>> left = Map.of(table, List.copyOf(batch));
    while (!left.isEmpty()) {
      Map<String, List<WriteRequest>> requests = left;
      BatchWriteItemResponse response =
          client.batchWriteItem(write -> write.requestItems(requests));
      left = response.unprocessedItems();
    }
  }

  private List<Map<String, AttributeValue>> scan(String table) {
    return client.scanPaginator(scan -> scan.tableName(table).consistentRead(true)).items().stream()
        .toList();
  }

  /**
   * Sets without order, numbers by value, which DynamoDB Local keeps as text where they are nested.
   */
  private static Map<Object, Object> byKey(List<Map<String, AttributeValue>> items) {
    Map<Object, Object> byKey = new HashMap<>();
    items.forEach(item -> byKey.put(item.get("pk").s(), comparable(AttributeValue.fromM(item))));
    return byKey;
  }

  private static Object comparable(AttributeValue value) {
    return switch (value.type()) {
      case SS -> Map.of("SS", new TreeSet<>(value.ss()));
      case N -> number(value.n());
      case NS ->
          Map.of(
              "NS", new TreeSet<>(value.ns().stream().map(DynamoDbRoundTripTest::number).toList()));
      case BS ->
          Map.of(
              "BS", new TreeSet<>(value.bs().stream().map(DynamoDbRoundTripTest::base64).toList()));
      case L -> value.l().stream().map(DynamoDbRoundTripTest::comparable).toList();
      case M -> {
        Map<String, Object> entries = new HashMap<>();
        value.m().forEach((name, entry) -> entries.put(name, comparable(entry)));
        yield entries;
      }
      default -> value;
    };
  }

  private static BigDecimal number(String digits) {
    return new BigDecimal(digits).stripTrailingZeros();
  }

  private static Map<String, AttributeValue> attributes(JsonNode map) throws Exception {
    Map<String, AttributeValue> attributes = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      attributes.put(entry.getKey(), attribute(entry.getValue()));
    }
    return attributes;
  }

  private static AttributeValue attribute(JsonNode value) throws Exception {
    Map.Entry<String, JsonNode> tagged = value.properties().iterator().next();
    JsonNode payload = tagged.getValue();
    List<String> texts = new ArrayList<>();
    payload.forEach(member -> texts.add(member.asText()));
    return switch (tagged.getKey()) {
      case "S" -> AttributeValue.fromS(payload.asText());
      case "N" -> AttributeValue.fromN(payload.asText());
      case "B" -> AttributeValue.fromB(bytes(payload.asText()));
      case "BOOL" -> AttributeValue.fromBool(payload.asBoolean());
      case "NULL" -> AttributeValue.fromNul(true);
      case "SS" -> AttributeValue.fromSs(texts);
      case "NS" -> AttributeValue.fromNs(texts);
      case "BS" -> AttributeValue.fromBs(texts.stream().map(DynamoDbRoundTripTest::bytes).toList());
      case "L" -> {
        List<AttributeValue> elements = new ArrayList<>();
        for (JsonNode element : payload) {
          elements.add(attribute(element));
        }
        yield AttributeValue.fromL(elements);
      }
      case "M" -> AttributeValue.fromM(attributes(payload));
      default -> throw new IllegalStateException(tagged.getKey());
    };
  }

  private static SdkBytes bytes(String base64) {
    return SdkBytes.fromByteArray(Base64.getDecoder().decode(base64));
  }

  private static String base64(SdkBytes bytes) {
    return Base64.getEncoder().encodeToString(bytes.asByteArray());
  }

  private static ObjectNode map(Map<String, AttributeValue> attributes) {
    ObjectNode map = MAPPER.createObjectNode();
    attributes.forEach((name, value) -> map.set(name, json(value)));
    return map;
  }

  private static JsonNode json(AttributeValue value) {
    ObjectNode tagged = MAPPER.createObjectNode();
    ArrayNode members = MAPPER.createArrayNode();
    switch (value.type()) {
      case S -> tagged.put("S", value.s());
      case N -> tagged.put("N", value.n());
      case B -> tagged.put("B", base64(value.b()));
      case BOOL -> tagged.put("BOOL", value.bool());
      case NUL -> tagged.put("NULL", true);
      case SS -> value.ss().forEach(members::add);
      case NS -> value.ns().forEach(members::add);
      case BS -> value.bs().forEach(member -> members.add(base64(member)));
      case L -> value.l().forEach(element -> members.add(json(element)));
      case M -> tagged.set("M", map(value.m()));
      case UNKNOWN_TO_SDK_VERSION -> throw new IllegalStateException(value.toString());
    }
    if (tagged.isEmpty()) {
      tagged.set(value.type().name(), members);
    }
    return tagged;
  }
}
