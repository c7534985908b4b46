package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.testing.AwsSystemProperties;
import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.DynamoDbLocalServer;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.FakeAws;
import io.dynamodblake.testing.FakeAws.Answer;
import io.dynamodblake.testing.SparkTest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** {@code load --delete-missing}: what is deleted, and all that has to keep it from deleting. */
class DeleteMissingTest {

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

  private int run(URI endpoint, String command, String first, List<String> more) {
    List<String> words = new ArrayList<>(List.of(command, first));
    words.addAll(more);
    words.add("--endpoint-url=" + endpoint);
    words.add("--region=" + DynamoDbLocalServer.REGION.id());
    return terminal.run(words.toArray(String[]::new));
  }

  private int load(Path from, String table, String... more) {
    List<String> words = new ArrayList<>(List.of(table, "--delete-missing"));
    words.addAll(List.of(more));
    return run(DynamoDbLocalServer.shared().endpoint(), "load", from.toString(), words);
  }

  /** A table by pk and sk that has items of partition key k, with sort keys from 0. */
  private void createTable(String name, int items) {
    DynamoDbLocalServer.shared().createTable(name, "pk", "S", "sk", "N");
    IntStream.range(0, items).forEach(sk -> put(name, sk));
  }

  private void put(String table, int sk) {
    Map<String, AttributeValue> item =
        Map.of(
            "pk", AttributeValue.fromS("k"),
            "sk", AttributeValue.fromN("" + sk),
            "old", AttributeValue.fromBool(true));
    client.putItem(request -> request.tableName(table).item(item));
  }

  private Map<Integer, Boolean> oldOnes(String table) {
    return client.scanPaginator(scan -> scan.tableName(table)).items().stream()
        .collect(
            Collectors.toMap(
                item -> Integer.parseInt(item.get("sk").n()), item -> item.containsKey("old")));
  }

  /** Items as a scan of a whole table leaves them; sort keys are written in several ways. */
  private Path whole(IntStream sortKeys) {
    return fixture(sortKeys).summaryField("partial", "false").write();
  }

  private ExportFixture fixture(IntStream sortKeys) {
    List<String> lines =
        sortKeys
            .mapToObj(
                sk ->
                    "{\"Item\":{\"pk\":{\"S\":\"k\"},\"sk\":{\"N\":\"%d%s\"}}}"
                        .formatted(sk, sk % 2 == 0 ? "" : ".00"))
            .toList();
    ExportFixture fixture = ExportFixture.in(temp.resolve("bucket"));
    return lines.isEmpty() ? fixture.emptyFile() : fixture.items(lines, 3);
  }

  private JsonNode json() throws IOException {
    return Documents.read(terminal.out());
  }

  private void assertRefused(String message) {
    assertThat(terminal.err()).contains(message);
  }

  @Test
  void theTableEqualsTheSourceAfterwards() throws IOException {
    createTable("delete-equal", 700);
    Path source = whole(IntStream.range(300, 1_000));

    assertThat(load(source, "delete-equal", "--dry-run", "--json")).as(terminal.err()).isZero();
    assertThat(json().path("missingItems").asLong()).isEqualTo(300);
    assertThat(json().path("tableItemsBefore").asLong()).isEqualTo(700);
    assertThat(json().path("replacedItems").asLong()).isEqualTo(400);
    assertThat(json().path("newItems").asLong()).isEqualTo(300);
    assertThat(json().path("consumedReadUnits").asDouble()).isPositive();
    assertThat(load(source, "delete-equal", "--dry-run")).isZero();
    assertThat(terminal.out())
        .contains("  Deletes    300 of 700 items in the table, as ")
        .contains("  Then       700 items = 400 replaced + 300 new;");
    assertThat(oldOnes("delete-equal")).hasSize(700).doesNotContainValue(false);

    assertThat(load(source, "delete-equal", "--max-deletes=300", "--json"))
        .as(terminal.err())
        .isZero();
    assertThat(json().path("writtenItems").asLong()).isEqualTo(700);
    assertThat(json().path("deletedItems").asLong()).isEqualTo(300);
    assertThat(json().path("leftItems").asLong(-1)).isZero();
    assertThat(json().path("consumedWriteUnits").asDouble()).isGreaterThanOrEqualTo(1_000);
    assertThat(oldOnes("delete-equal"))
        .hasSize(700)
        .doesNotContainValue(true)
        .containsOnlyKeys(IntStream.range(300, 1_000).boxed().toList());

    assertThat(load(source, "delete-equal", "--max-deletes=0")).as(terminal.err()).isZero();
    assertThat(terminal.out())
        .contains("  Deleted    0 of 700 items in the table, as ")
        .contains("  Now        700 items = 700 replaced + 0 new;");
  }

  @Test
  void moreThanTheLimitIsRefusedBeforeAnythingIsWritten() throws IOException {
    createTable("delete-limit", 10);
    Path source = whole(IntStream.range(4, 20));
    for (String limit : List.of("3", "39.9%", "0")) {
      assertThat(load(source, "delete-limit", "--max-deletes=" + limit)).isEqualTo(4);
      assertRefused(
          "Cannot delete what is missing: 4 of 10 items of table delete-limit are not in DIR, which is more than --max-deletes "
              + limit);
    }
    assertThat(oldOnes("delete-limit")).hasSize(10).doesNotContainValue(false);

    assertThat(load(source, "delete-limit")).isEqualTo(2);
    assertRefused("Cannot use --delete-missing without --max-deletes");
    assertThat(load(source, "delete-limit", "--max-deletes=-1")).isEqualTo(2);
    assertThat(load(source, "delete-limit", "--max-deletes=40%")).as(terminal.err()).isZero();
    assertThat(oldOnes("delete-limit")).hasSize(16).doesNotContainValue(true);
  }

  @Test
  void anEmptySourceIsRefusedUnlessItIsMeant() throws IOException {
    createTable("delete-empty", 5);
    Path source = whole(IntStream.empty());
    assertThat(load(source, "delete-empty", "--max-deletes=100%")).isEqualTo(4);
    assertRefused("DIR holds no items, so all of the table would be deleted");
    assertThat(oldOnes("delete-empty")).hasSize(5);
    assertThat(load(source, "delete-empty", "--max-deletes=100%", "--allow-empty"))
        .as(terminal.err())
        .isZero();
    assertThat(oldOnes("delete-empty")).isEmpty();
  }

  @Test
  void whatIsKnownToBeAPartIsRefused() throws IOException {
    createTable("delete-part", 5);
    Path partial = fixture(IntStream.range(0, 3)).summaryField("partial", "true").write();
    String[] all = {"--max-deletes=100%", "--assume-whole"};
    assertThat(load(partial, "delete-part", all)).isEqualTo(4);
    assertRefused("they come from a partial scan, which left attributes or items out");

    Path lake = temp.resolve("lake");
    assertThat(flatten(partial, lake)).as(terminal.err()).isZero();
    assertThat(load(lake, "delete-part", all)).isEqualTo(4);
    assertRefused("they come from a partial scan");
    Path restored = temp.resolve("restored");
    assertThat(restore(lake, restored)).as(terminal.err()).isZero();
    assertThat(load(restored, "delete-part", all)).isEqualTo(4);
    assertRefused("they come from a partial scan");

    Path whole = whole(IntStream.range(0, 3));
    Path wholeLake = temp.resolve("whole-lake");
    assertThat(flatten(whole, wholeLake)).as(terminal.err()).isZero();
    Path chosen = temp.resolve("chosen");
    assertThat(restore(wholeLake, chosen, "--where=sk > 1")).as(terminal.err()).isZero();
    assertThat(load(chosen, "delete-part", all)).isEqualTo(4);
    assertRefused("they were chosen by restore --where");

    Path shortened = temp.resolve("shortened");
    assertThat(restore(wholeLake, shortened, "--compression=none")).as(terminal.err()).isZero();
    Path file;
    try (Stream<Path> files = Files.list(shortened.resolve("data"))) {
      file = files.filter(name -> name.toString().endsWith(".json")).findFirst().orElseThrow();
    }
    Files.write(file, Files.readAllLines(file).subList(0, 2));
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    assertThat(load(shortened, "delete-part", all)).isEqualTo(4);
    assertRefused("there were 3 items in the files when they were written");

    Path bad =
        fixture(IntStream.range(0, 3)).file("no item").summaryField("partial", "false").write();
    Path badLake = temp.resolve("bad-lake");
    assertThat(flatten(bad, badLake, "--on-bad-record=quarantine")).as(terminal.err()).isZero();
    assertThat(load(badLake, "delete-part", all)).isEqualTo(4);
    assertRefused("1 lines of the export were set aside");
    assertThat(oldOnes("delete-part")).hasSize(5).doesNotContainValue(false);

    assertThat(load(wholeLake, "delete-part", "--max-deletes=2")).as(terminal.err()).isZero();
    assertThat(oldOnes("delete-part")).hasSize(3).doesNotContainValue(true);
  }

  @Test
  void whatNobodyCanTellIsRefusedUnlessTheUserKnows() throws IOException {
    createTable("delete-doubt", 5);
    Path export = fixture(IntStream.range(0, 3)).write();
    // DynamoDB Local does not know exports
    assertThat(load(export, "delete-doubt", "--max-deletes=5")).isEqualTo(4);
    assertRefused("only DynamoDB knows whether the export was filtered, and did not say it");
    assertThat(load(export.resolve("data"), "delete-doubt", "--max-deletes=5")).isEqualTo(4);
    assertRefused("data files without a manifest, of which some may be missing");
    assertThat(load(export, "delete-doubt", "--max-deletes=5", "--verify=none")).isEqualTo(2);
    assertThat(oldOnes("delete-doubt")).hasSize(5).doesNotContainValue(false);
    assertThat(load(export, "delete-doubt", "--max-deletes=5", "--assume-whole"))
        .as(terminal.err())
        .isZero();
    assertThat(oldOnes("delete-doubt")).hasSize(3).doesNotContainValue(true);
  }

  @Test
  void optionsOfDeletingNeedIt() throws IOException {
    Path source = whole(IntStream.range(0, 3));
    for (String option :
        List.of("--max-deletes=1", "--allow-empty", "--assume-whole", "--max-rcu=5")) {
      assertThat(
              run(
                  DynamoDbLocalServer.shared().endpoint(),
                  "load",
                  source.toString(),
                  List.of("delete-none", option)))
          .isEqualTo(2);
      assertRefused("without --delete-missing");
    }
  }

  @Test
  void aFilteredExportIsRefusedAndAWholeOneIsNot() throws IOException {
    Path source = fixture(IntStream.range(0, 3)).write();
    String table =
        """
        {"Table":{"TableName":"Orders","TableArn":"arn:aws:dynamodb:eu-west-1:111122223333:table/Orders","TableId":"1",
        "TableStatus":"ACTIVE","BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST"},
        "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"}],
        "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]}}""";
    String[] filter = {",\"FilterSpecification\":{}"};
    try (FakeAws aws =
        FakeAws.answering(
            request ->
                switch (request.operation()) {
                  case "DescribeTable" -> Answer.of(table);
                  case "DescribeExport" ->
                      Answer.of(
                          "{\"ExportDescription\":{\"ExportArn\":\"arn:x/y\",\"ExportStatus\":\"COMPLETED\"%s}}"
                              .formatted(filter[0]));
                  case "Scan" ->
                      Answer.of(
                          "{\"Count\":2,\"ScannedCount\":2,\"Items\":[{\"pk\":{\"S\":\"k\"},\"sk\":{\"N\":\"1\"}},{\"pk\":{\"S\":\"z\"},\"sk\":{\"N\":\"1\"}}]}");
                  default -> Answer.of("{\"UnprocessedItems\":{}}");
                })) {
      List<String> more = List.of("Orders", "--delete-missing", "--max-deletes=1");
      assertThat(run(aws.address(), "load", source.toString(), more)).isEqualTo(4);
      assertRefused("they come from a filtered export, ");
      assertThat(operations(aws)).doesNotContain("Scan", "BatchWriteItem");

      filter[0] = "";
      assertThat(run(aws.address(), "load", source.toString(), more)).as(terminal.err()).isZero();
      List<String> writes =
          aws.requests().stream()
              .filter(request -> request.operation().equals("BatchWriteItem"))
              .map(FakeAws.Request::body)
              .toList();
      assertThat(writes.get(writes.size() - 1))
          .as("deletes come last, and by the key alone")
          .contains("{\"DeleteRequest\":{\"Key\":{")
          .contains("\"S\":\"z\"")
          .doesNotContain("PutRequest");
      assertThat(writes.subList(0, writes.size() - 1))
          .isNotEmpty()
          .noneMatch(write -> write.contains("DeleteRequest"));
      assertThat(
              aws.requests().stream()
                  .filter(request -> request.operation().equals("Scan"))
                  .findFirst()
                  .orElseThrow()
                  .body())
          .contains("\"ProjectionExpression\":\"#dynamodblake0,#dynamodblake1\"");
    }
  }

  @Test
  void aTableThatWasMadeAnewMeanwhileKeepsItsItems() throws IOException {
    Path source = whole(IntStream.range(0, 1));
    int[] described = new int[1];
    try (FakeAws aws =
        FakeAws.answering(
            request ->
                switch (request.operation()) {
                  case "DescribeTable" ->
                      Answer.of(
                          """
                          {"Table":{"TableName":"Orders","TableArn":"arn:aws:dynamodb:eu-west-1:111122223333:table/Orders","TableId":"%s",
                          "TableStatus":"ACTIVE","BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST"},
                          "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
                          "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}}"""
                              .formatted(described[0]++ < 1 ? "1" : "2"));
                  case "Scan" ->
                      Answer.of(
                          "{\"Count\":1,\"ScannedCount\":1,\"Items\":[{\"pk\":{\"S\":\"z\"}}]}");
                  default -> Answer.of("{\"UnprocessedItems\":{}}");
                })) {
      List<String> more = List.of("Orders", "--delete-missing", "--max-deletes=1");
      assertThat(run(aws.address(), "load", source.toString(), more)).isEqualTo(5);
      assertRefused("Cannot delete from table Orders: it was dropped and made again");
      assertThat(aws.requests()).noneMatch(request -> request.body().contains("DeleteRequest"));
    }
  }

  private static Set<String> operations(FakeAws aws) {
    return aws.requests().stream().map(FakeAws.Request::operation).collect(Collectors.toSet());
  }

  private int flatten(Path export, Path lake, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "flatten", export.toString(), "--to=" + lake, "--table=orders", "--key=pk:S,sk:N"));
    words.addAll(List.of(more));
    return terminal.run(words.toArray(String[]::new));
  }

  private int restore(Path lake, Path to, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "restore", lake.toString(), "--to=" + to, "--table=Orders", "--import-bucket=b-1"));
    words.addAll(List.of(more));
    return terminal.run(words.toArray(String[]::new));
  }
}
