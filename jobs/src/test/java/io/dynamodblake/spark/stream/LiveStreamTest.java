package io.dynamodblake.spark.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.aws.AwsClients;
import io.dynamodblake.aws.AwsSettings;
import io.dynamodblake.aws.Pauses;
import io.dynamodblake.aws.TableStreams;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.testing.AwsSystemProperties;
import io.dynamodblake.testing.DynamoDbLocalServer;
import io.dynamodblake.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Archives of the streams of DynamoDB Local. */
class LiveStreamTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @RegisterExtension
  final AwsSystemProperties properties =
      AwsSystemProperties.withKeys(DynamoDbLocalServer.ACCESS_KEY, "secret");

  @TempDir Path to;
  private final Pauses pauses = StreamJobTest.pausesWithoutSleep();
  private final DynamoDbClient client = DynamoDbLocalServer.shared().client();

  private static void table(String name) {
    DynamoDbLocalServer.shared()
        .createTable(
            name,
            table ->
                table.streamSpecification(
                    stream -> stream.streamEnabled(true).streamViewType("NEW_AND_OLD_IMAGES")),
            "pk",
            "S");
  }

  private StreamReport run(String table) throws IOException {
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
      TableStreams streams = new TableStreams(clients, Pauses.REAL);
      return new StreamJob(
              SparkTest.session(),
              streams,
              settings,
              "test",
              streams.stream(table),
              to.toString(),
              false,
              StreamJobTest.FAST,
              pauses)
          .run(SparkTest.session(), ReadProgress.NONE);
    }
  }

  private static Map<String, AttributeValue> item(String key, int number) {
    return Map.of("pk", AttributeValue.fromS(key), "n", AttributeValue.fromN("" + number));
  }

  /** Items as changes in their order leave them. */
  private static Map<String, JsonNode> applied(List<JsonNode> records) {
    List<JsonNode> sorted = new ArrayList<>(records);
    sorted.sort(Comparator.comparing(record -> record.at("/Metadata/SequenceNumber").asText()));
    Map<String, JsonNode> items = new HashMap<>();
    for (JsonNode record : sorted) {
      String key = record.at("/Keys/pk/S").asText();
      JsonNode before = items.remove(key);
      assertThat(record.path("OldImage")).isEqualTo(before == null ? absent() : before);
      if (record.has("NewImage")) {
        items.put(key, record.path("NewImage"));
      }
    }
    return items;
  }

  private static JsonNode absent() {
    return MissingNode.getInstance();
  }

  @Test
  void everyChangeIsInTheArchiveOnceOverSeveralRunsWhileTheTableIsWrittenTo() throws Exception {
    table("stream-runs");
    Random random = new Random(13);
    Thread writer =
        new Thread(
            () -> {
              for (int i = 0; i < 400; i++) {
                String key = "k" + random.nextInt(40);
                int number = i;
                if (random.nextInt(4) == 0) {
                  client.deleteItem(
                      request ->
                          request
                              .tableName("stream-runs")
                              .key(Map.of("pk", AttributeValue.fromS(key))));
                } else {
                  client.putItem(
                      request -> request.tableName("stream-runs").item(item(key, number)));
                }
              }
            });
    writer.start();
    long read = run("stream-runs").records();
    read += run("stream-runs").records();
    writer.join();
    StreamReport last = run("stream-runs");
    read += last.records();

    List<JsonNode> records = new Archive(to).records();
    Map<String, JsonNode> left = new HashMap<>();
    client
        .scanPaginator(request -> request.tableName("stream-runs"))
        .items()
        .forEach(
            item ->
                left.put(
                    item.get("pk").s(),
                    MAPPER
                        .createObjectNode()
                        .set("n", MAPPER.createObjectNode().put("N", item.get("n").n()))));
    Map<String, JsonNode> items = applied(records);
    assertThat(items.keySet()).isEqualTo(left.keySet());
    items.forEach((key, item) -> assertThat(item.path("n")).isEqualTo(left.get(key).path("n")));
    assertThat(new HashSet<>(records)).hasSize(records.size()).hasSize((int) read);
    assertThat(last.modifies() + last.inserts() + last.removes()).isEqualTo(last.records());
    new Archive(to).assertNoWaste();
  }

  @Test
  void allTypesAreWrittenAsTheyAre() throws Exception {
    table("stream-types");
    byte[] bytes = new byte[256];
    new Random(7).nextBytes(bytes);
    Map<String, AttributeValue> item = new HashMap<>();
    item.put("pk", AttributeValue.fromS("a\"\\\n\u0000\u2028é𝒳"));
    item.put("n", AttributeValue.fromN("12345678901234567890123456789012345678"));
    item.put(
        "small", AttributeValue.fromN("-0.00000000000000000000000000000000000012345678901234567"));
    item.put("b", AttributeValue.fromB(SdkBytes.fromByteArray(bytes)));
    item.put("yes", AttributeValue.fromBool(true));
    item.put("none", AttributeValue.fromNul(true));
    item.put("empty", AttributeValue.fromS(""));
    item.put("ss", AttributeValue.fromSs(List.of("x", "")));
    item.put("ns", AttributeValue.fromNs(List.of("1", "99999999999999999999999999999999999999")));
    item.put("bs", AttributeValue.fromBs(List.of(SdkBytes.fromByteArray(new byte[] {0, -1}))));
    item.put(
        "l",
        AttributeValue.fromL(
            List.of(
                AttributeValue.fromM(Map.of("odd name \"", AttributeValue.fromBool(false))),
                AttributeValue.fromL(List.of()))));
    item.put("m", AttributeValue.fromM(Map.of()));
    client.putItem(request -> request.tableName("stream-types").item(item));
    Map<String, AttributeValue> stored =
        client
            .getItem(request -> request.tableName("stream-types").key(Map.of("pk", item.get("pk"))))
            .item();

    run("stream-types");

    JsonNode image = new Archive(to).records().get(0).path("NewImage");
    assertThat(image).isEqualTo(json(stored));
    assertThat(image.at("/n/N").asText()).isEqualTo("12345678901234567890123456789012345678");
    assertThat(image.at("/b/B").binaryValue()).isEqualTo(bytes);
  }

  /** What the SDK has, the slow way. */
  private static JsonNode json(Map<String, AttributeValue> map) {
    ObjectNode tree = MAPPER.createObjectNode();
    map.forEach((name, value) -> tree.set(name, json(value)));
    return tree;
  }

  private static JsonNode json(AttributeValue value) {
    ObjectNode tree = MAPPER.createObjectNode();
    String name = value.type() == AttributeValue.Type.NUL ? "NULL" : value.type().toString();
    switch (value.type()) {
      case S -> tree.put(name, value.s());
      case N -> tree.put(name, value.n());
      case B -> tree.put(name, Base64.getEncoder().encodeToString(value.b().asByteArray()));
      case BOOL -> tree.put(name, value.bool());
      case NUL -> tree.put(name, true);
      case SS -> value.ss().forEach(tree.putArray(name)::add);
      case NS -> value.ns().forEach(tree.putArray(name)::add);
      case BS -> {
        ArrayNode array = tree.putArray(name);
        value
            .bs()
            .forEach(member -> array.add(Base64.getEncoder().encodeToString(member.asByteArray())));
      }
      case L -> {
        ArrayNode array = tree.putArray(name);
        value.l().forEach(element -> array.add(json(element)));
      }
      case M -> tree.set(name, json(value.m()));
      default -> throw new IllegalStateException(name);
    }
    return tree;
  }
}
