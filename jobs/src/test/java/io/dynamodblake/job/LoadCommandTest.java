package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.testing.AwsSystemProperties;
import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.DynamoDbLocalServer;
import io.dynamodblake.testing.FakeAws;
import io.dynamodblake.testing.FakeAws.Answer;
import io.dynamodblake.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;

/** {@code load} into tables of DynamoDB Local. */
class LoadCommandTest {
  @RegisterExtension
  final AwsSystemProperties properties =
      AwsSystemProperties.withKeys(DynamoDbLocalServer.ACCESS_KEY, "hidden-secret");

  @TempDir Path temp;

  private final CapturedTerminal terminal = new CapturedTerminal();
  private final DynamoDbClient client = DynamoDbLocalServer.shared().client();

  @BeforeEach
  void start() {
    SparkTest.session();
  }

  private int load(Path from, String table, String... more) {
    List<String> words = new ArrayList<>(List.of("load", from.toString(), table));
    words.add("--endpoint-url=" + DynamoDbLocalServer.shared().endpoint());
    words.add("--region=" + DynamoDbLocalServer.REGION.id());
    words.addAll(List.of(more));
    int code = terminal.run(words.toArray(String[]::new));
    assertThat(terminal.out() + terminal.err()).doesNotContain("hidden-secret");
    return code;
  }

  /** A table by pk and sk, with an index by gk; with 40 write units if it is provisioned. */
  private void createTable(String name, boolean onDemand) {
    ProvisionedThroughput units =
        onDemand
            ? null
            : ProvisionedThroughput.builder()
                .readCapacityUnits(40L)
                .writeCapacityUnits(40L)
                .build();
    GlobalSecondaryIndex index =
        GlobalSecondaryIndex.builder()
            .indexName("by-gk")
            .keySchema(key("gk", KeyType.HASH))
            .projection(Projection.builder().projectionType(ProjectionType.ALL).build())
            .provisionedThroughput(units)
            .build();
    client.createTable(
        CreateTableRequest.builder()
            .tableName(name)
            .attributeDefinitions(attribute("pk", "S"), attribute("sk", "N"), attribute("gk", "S"))
            .keySchema(key("pk", KeyType.HASH), key("sk", KeyType.RANGE))
            .globalSecondaryIndexes(index)
            .billingMode(onDemand ? BillingMode.PAY_PER_REQUEST : BillingMode.PROVISIONED)
            .provisionedThroughput(units)
            .build());
  }

  private static AttributeDefinition attribute(String name, String type) {
    return AttributeDefinition.builder().attributeName(name).attributeType(type).build();
  }

  private static KeySchemaElement key(String name, KeyType role) {
    return KeySchemaElement.builder().attributeName(name).keyType(role).build();
  }

  private static String item(String pk, String sk, String more) {
    return "{\"Item\":{\"pk\":{\"S\":\"%s\"},\"sk\":{\"N\":\"%s\"}%s}}".formatted(pk, sk, more);
  }

  private Path files(String... lines) throws IOException {
    Path folder = Files.createDirectories(temp.resolve("import/data"));
    Files.writeString(folder.resolve("part-1.json"), String.join("\n", lines) + "\n");
    return folder;
  }

  private long count(String table) {
    return client.scan(scan -> scan.tableName(table)).count();
  }

  @Test
  void itemsAreAddedAndReplaced() throws IOException {
    createTable("load-replaced", true);
    client.putItem(
        put ->
            put.tableName("load-replaced")
                .item(
                    Map.of(
                        "pk", AttributeValue.fromS("a"),
                        "sk", AttributeValue.fromN("1"),
                        "old", AttributeValue.fromBool(true))));
    client.putItem(
        put ->
            put.tableName("load-replaced")
                .item(Map.of("pk", AttributeValue.fromS("z"), "sk", AttributeValue.fromN("1"))));
    Path files =
        files(item("a", "1.0", ",\"gk\":{\"S\":\"g\"},\"empty\":{\"S\":\"\"}"), item("a", "2", ""));

    assertThat(load(files, "load-replaced")).as(terminal.err()).isZero();
    assertThat(terminal.out())
        .startsWith("Loaded  table load-replaced\n")
        .contains("  Items      2 read = 2 written, in 2 requests\n")
        .contains("  Limit      1,000 write units a second\n")
        .contains("write units consumed, of the table and 1 index\n");
    assertThat(count("load-replaced")).isEqualTo(3);
    assertThat(
            client
                .getItem(
                    get ->
                        get.tableName("load-replaced")
                            .key(
                                Map.of(
                                    "pk", AttributeValue.fromS("a"),
                                    "sk", AttributeValue.fromN("1"))))
                .item())
        .containsOnlyKeys("pk", "sk", "gk", "empty");

    assertThat(load(files, "load-replaced", "--json", "--metrics=emf")).as(terminal.err()).isZero();
    assertThat(terminal.err())
        .contains("\"Command\":\"load\",\"Table\":\"load-replaced\",\"Items\":2,\"BytesWritten\":");
    JsonNode document = Documents.read(terminal.out());
    assertThat(document.path("status").asText()).isEqualTo("done");
    assertThat(document.path("dryRun").asBoolean(true)).isFalse();
    assertThat(document.path("items").asLong()).isEqualTo(2);
    assertThat(document.path("writtenItems").asLong()).isEqualTo(2);
    assertThat(document.path("consumedWriteUnits").asDouble()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void dryRunWritesNothing() throws IOException {
    createTable("load-dry", false);
    String[] lines =
        IntStream.range(0, 100).mapToObj(i -> item("k", "" + i, "")).toArray(String[]::new);
    assertThat(load(files(lines), "load-dry", "--dry-run")).as(terminal.err()).isZero();
    assertThat(terminal.out())
        .startsWith("Would load  table load-dry\n")
        .contains("  Items      100\n")
        .contains("  Units      100 write units for the table alone, and up to as many for")
        .contains("  Limit      20 write units a second\n")
        .contains("  Takes      at least 5.0 s\n")
        .contains("  Cost       none but that of the capacity");
    assertThat(count("load-dry")).isZero();

    assertThat(load(files(lines), "load-dry", "--dry-run", "--max-wcu-percent=10", "--json"))
        .isZero();
    JsonNode document = Documents.read(terminal.out());
    assertThat(document.path("dryRun").asBoolean()).isTrue();
    assertThat(document.path("maxWriteUnitsPerSecond").asLong()).isEqualTo(4);
    assertThat(load(files(lines), "load-dry", "--dry-run", "--max-wcu-percent=10", "--max-wcu=3"))
        .isZero();
    assertThat(terminal.out()).contains("  Limit      3 write units a second\n");
    assertThat(load(files(lines), "load-dry", "--max-wcu-percent=101")).isEqualTo(2);
    assertThat(load(files(lines), "load-dry", "--max-wcu=0")).isEqualTo(2);
    assertThat(count("load-dry")).isZero();
  }

  @Test
  void onDemandWritesCostWhatTheClassOfTheTableSays() throws IOException {
    String table =
        """
        {"Table":{"TableName":"Orders","TableArn":"arn:aws:dynamodb:eu-west-1:111122223333:table/Orders","TableId":"1",
        "TableStatus":"ACTIVE","BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST"},"TableClassSummary":{"TableClass":"%s"},
        "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"}],
        "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]}}""";
    String files = files(item("a", "1", ""), item("b", "1", "")).toString();
    Path prices = temp.resolve("prices.properties");
    Files.writeString(
        prices, "write.per-million = 1000000\ninfrequent-access.write.per-million = 3000000\n");
    for (Map.Entry<String, Double> expected :
        Map.of("STANDARD", 2.0, "STANDARD_INFREQUENT_ACCESS", 6.0).entrySet()) {
      try (FakeAws aws =
          FakeAws.answering(request -> Answer.of(table.formatted(expected.getKey())))) {
        int code =
            terminal.run(
                "load",
                files,
                "Orders",
                "--dry-run",
                "--json",
                "--prices=" + prices,
                "--endpoint-url=" + aws.address(),
                "--region=eu-west-1");
        assertThat(code).as(terminal.err()).isZero();
        assertThat(Documents.read(terminal.out()).path("cost").asDouble())
            .as(expected.getKey())
            .isEqualTo(expected.getValue());
      }
    }
  }

  @Test
  void nothingIsWrittenIfOneItemCannotBePut() throws IOException {
    createTable("load-refused", true);
    Path files =
        files(
            item("good", "1", ""),
            "{\"Item\":{\"pk\":{\"N\":\"1\"},\"sk\":{\"N\":\"1\"}}}",
            "{\"Item\":{\"pk\":{\"S\":\"secret-key\"}}}",
            "{\"Item\":{\"pk\":{\"S\":\"\"},\"sk\":{\"N\":\"1\"}}}",
            item("i", "1", ",\"gk\":{\"N\":\"1\"}"));
    assertThat(load(files, "load-refused")).isEqualTo(4);
    assertThat(terminal.err())
        .contains("4 of 5 items cannot be put into table load-refused, whose keys are pk:S, sk:N")
        .contains("key attribute pk is N, not S as declared (1 item, such as line 2,")
        .contains("key attribute sk is missing (1 item, such as line 3,")
        .contains("key attribute pk is empty (1 item")
        .contains("index key attribute gk is N, not S as declared (1 item, such as line 5,")
        .contains("nothing was written")
        .doesNotContain("secret-key");
    assertThat(count("load-refused")).isZero();
  }

  @Test
  void indexKeysMayBeMissingButNotEmptyOrTooLong() throws IOException {
    createTable("load-index", true);
    Path files =
        files(
            item("a", "1", ",\"gk\":{\"S\":\"\"}"),
            item("b", "1", ",\"gk\":{\"S\":\"%s\"}".formatted("x".repeat(2049))));
    assertThat(load(files, "load-index")).isEqualTo(4);
    assertThat(terminal.err())
        .contains("index key attribute gk is empty")
        .contains("index key attribute gk is longer than 2048 bytes");
    files(item("a", "1", ",\"gk\":{\"S\":\"%s\"}".formatted("x".repeat(2048))));
    assertThat(load(files, "load-index")).as(terminal.err()).isZero();
    assertThat(count("load-index")).isEqualTo(1);
  }

  @Test
  void aKeyThatComesTwiceIsRefused() throws IOException {
    createTable("load-twice", true);
    Path files = files(item("a", "1", ""), item("a", "1.00", ""), item("a", "2", ""));
    assertThat(load(files, "load-twice")).isEqualTo(4);
    assertThat(terminal.err())
        .contains("2 of 3 items cannot be put")
        .contains("several items have the same key (2 items, 1 key)");
    assertThat(count("load-twice")).isZero();
  }

  @Test
  void anEmptyFolderLoadsNothing() throws IOException {
    createTable("load-empty", true);
    Path folder = files("");
    Files.writeString(folder.resolve("part-1.json"), "");
    assertThat(load(folder, "load-empty")).as(terminal.err()).isZero();
    assertThat(terminal.out()).contains("  Items      0 read = 0 written, in 0 requests\n");
  }

  @Test
  void whatIsNotThereIsSaid() throws IOException {
    Path files = files(item("a", "1", ""));
    assertThat(load(files, "load-missing")).isEqualTo(5);
    assertThat(terminal.err())
        .contains("Cannot find table load-missing: there is no such table in eu-west-1");
    assertThat(load(files, "no table")).isEqualTo(2);
    createTable("load-nothing", true);
    assertThat(load(temp.resolve("nowhere"), "load-nothing")).isEqualTo(3);
    assertThat(load(files, "load-nothing", "--max-wcu-percent=10")).isEqualTo(2);
    assertThat(terminal.err()).contains("is on demand and has no maximum");
  }
}
