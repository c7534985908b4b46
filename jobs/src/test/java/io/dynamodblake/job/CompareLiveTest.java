package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dynamodblake.testing.AwsSystemProperties;
import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.DynamoDbLocalServer;
import io.dynamodblake.testing.FakeAws;
import io.dynamodblake.testing.FakeAws.Answer;
import io.dynamodblake.testing.FakeAws.Request;
import io.dynamodblake.testing.SparkTest;
import io.dynamodblake.testing.StorableItems;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** {@code compare} of live tables: DynamoDB Local, and a service that says what a test wants. */
class CompareLiveTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int BATCH = 25;
  private static final Pattern SEGMENT = Pattern.compile("\"Segment\":(\\d+)");

  @RegisterExtension
  final AwsSystemProperties properties =
      AwsSystemProperties.withKeys(DynamoDbLocalServer.ACCESS_KEY, "hidden-secret");

  @TempDir Path temp;

  private final CapturedTerminal terminal = new CapturedTerminal();
  private final Map<String, Answer> answers = new HashMap<>();
  private final Map<String, Instant> asked = new ConcurrentHashMap<>();

  @BeforeEach
  void start() {
    SparkTest.session();
  }

  private int compare(URI endpoint, String... words) {
    List<String> all = new ArrayList<>(List.of("compare"));
    all.addAll(List.of(words));
    all.add("--endpoint-url=" + endpoint);
    all.add("--region=" + DynamoDbLocalServer.REGION.id());
    int code = terminal.run(all.toArray(String[]::new));
    assertThat(terminal.out() + terminal.err()).doesNotContain("hidden-secret");
    return code;
  }

  private JsonNode json() throws IOException {
    return MAPPER.readTree(terminal.out());
  }

  // ---- DynamoDB Local

  private static final URI LOCAL = DynamoDbLocalServer.shared().endpoint();
  private static final DynamoDbClient CLIENT = DynamoDbLocalServer.shared().client();

  private static void fill(
      String table, int count, IntFunction<Map<String, AttributeValue>> items) {
    for (int from = 0; from < count; from += BATCH) {
      List<WriteRequest> batch = new ArrayList<>();
      for (int i = from; i < Math.min(count, from + BATCH); i++) {
        PutRequest put = PutRequest.builder().item(items.apply(i)).build();
        batch.add(WriteRequest.builder().putRequest(put).build());
      }
      CLIENT.batchWriteItem(request -> request.requestItems(Map.of(table, batch)));
    }
  }

  private static AttributeValue number(long number) {
    return AttributeValue.fromN(Long.toString(number));
  }

  private static Map<String, AttributeValue> order(int i) {
    Map<String, AttributeValue> item = new HashMap<>();
    item.put("pk", AttributeValue.fromS("customer-" + i % 97));
    item.put("sk", number(i));
    item.put("total", AttributeValue.fromN(i + ".250"));
    item.put("tags", AttributeValue.fromSs(List.of("a", "t" + i)));
    item.put("to", AttributeValue.fromM(Map.of("city", AttributeValue.fromS("Zürich " + i))));
    return item;
  }

  @Test
  void tablesOfTwoThousandItemsAreEqualUntilOneAttributeIsChanged() throws IOException {
    int count = 2_000;
    for (String table : List.of("live-orders-a", "live-orders-b")) {
      DynamoDbLocalServer.shared().createTable(table, "pk", "S", "sk", "N");
    }
    fill("live-orders-a", count, CompareLiveTest::order);
    // in another order, so that the tables are not laid out alike
    fill("live-orders-b", count, i -> order(count - 1 - i));
    String[] tables = {"dynamodb://live-orders-a", "dynamodb://live-orders-b"};

    assertThat(compare(LOCAL, tables[0], tables[1])).as(terminal.err()).isZero();
    assertThat(terminal.out())
        .startsWith("Equal")
        .contains("A          2,000 items, live table live-orders-a")
        .contains("Equal      2,000 items")
        .contains("By         pk:S, sk:N")
        .containsPattern(
            "A: It was read from \\S+Z to \\S+Z and not at one moment: .* \\d+\\.\\d read units, eventually consistent")
        .contains("B: It was read from ");
    assertThat(terminal.err())
        .contains("Reads table live-orders-a: ", "cap: 1,000 read units a second")
        .contains("Reading table live-orders-b: 2,000 items");

    Map<String, AttributeValue> changed = order(1711);
    changed.put("to", AttributeValue.fromM(Map.of("city", AttributeValue.fromS("Bern"))));
    CLIENT.putItem(request -> request.tableName("live-orders-b").item(changed));
    CLIENT.deleteItem(
        request ->
            request
                .tableName("live-orders-a")
                .key(Map.of("pk", AttributeValue.fromS("customer-0"), "sk", number(0))));

    assertThat(compare(LOCAL, tables[0], tables[1], "--json", "--max-rcu=none", "--consistent"))
        .as(terminal.err())
        .isEqualTo(6);
    assertThat(terminal.out()).doesNotContain("customer-", "Bern", "rich");
    assertThat(json().path("a").path("items").asLong()).isEqualTo(count - 1);
    assertThat(json().path("equalItems").asLong()).isEqualTo(count - 2);
    assertThat(json().path("keysOnlyInB").asLong()).isEqualTo(1);
    assertThat(json().path("differingKeys").asLong()).isEqualTo(1);
    assertThat(json().path("differences").findValuesAsText("path")).containsExactly("to.city");
    assertThat(json().path("notes").toString()).contains("strongly consistent");

    assertThat(compare(LOCAL, tables[0], tables[1], "--show-values")).isEqualTo(6);
    assertThat(terminal.out()).contains("customer-0", "Bern", "Zürich 1711");
  }

  @Test
  void aTableHasTheItemsOfItsScanAndOfItsLakeTable() throws Exception {
    DynamoDbLocalServer.shared().createTable("live-every-type", "pk", "S");
    Path folder = Files.createDirectories(temp.resolve("items/data"));
    Files.write(folder.resolve("part-1.json"), StorableItems.lines(11, 300, true));
    String endpoint = "--endpoint-url=" + LOCAL;
    assertThat(
            terminal.run(
                "load", folder.toString(), "live-every-type", endpoint, "--region=eu-west-1"))
        .as(terminal.err())
        .isZero();

    assertThat(compare(LOCAL, folder.toString(), "dynamodb://live-every-type"))
        .as(terminal.out() + terminal.err())
        .isZero();
    String lake = temp.resolve("lake").toString();
    assertThat(terminal.run("flatten", folder.toString(), "--to", lake, "--table=t", "--key=pk:S"))
        .as(terminal.err())
        .isZero();
    String arn =
        CLIENT
            .describeTable(request -> request.tableName("live-every-type"))
            .table()
            .tableArn()
            .replace("ddblocal", "eu-west-1");
    assertThat(compare(LOCAL, arn, lake)).as(terminal.out() + terminal.err()).isZero();
    assertThat(terminal.out()).contains("300 items, live table live-every-type");
  }

  @Test
  void whatALakeTableLacksOfItsLiveTableIsWrittenAsChangesThatApplyTakes() throws IOException {
    DynamoDbLocalServer.shared().createTable("live-changes", "pk", "S", "sk", "N");
    fill("live-changes", 40, CompareLiveTest::order);
    String endpoint = "--endpoint-url=" + LOCAL;
    String exports = temp.resolve("scans").toString();
    String lake = temp.resolve("changed-lake").toString();
    String changes = temp.resolve("changes").toString();
    String key = "--key=pk:S,sk:N";
    assertThat(
            terminal.run("scan", "live-changes", "--to", exports, endpoint, "--region=eu-west-1"))
        .as(terminal.err())
        .isZero();
    assertThat(terminal.run("flatten", exports, "--to", lake, "--table=t", key))
        .as(terminal.err())
        .isZero();
    Map<String, AttributeValue> changed = new HashMap<>(order(1));
    changed.remove("tags");
    CLIENT.putItem(request -> request.tableName("live-changes").item(changed));
    CLIENT.putItem(request -> request.tableName("live-changes").item(order(40)));
    CLIENT.deleteItem(
        request ->
            request
                .tableName("live-changes")
                .key(Map.of("pk", AttributeValue.fromS("customer-0"), "sk", number(0))));

    String live = "dynamodb://live-changes";
    assertThat(compare(LOCAL, lake, live, "--changes-to", changes)).as(terminal.err()).isEqualTo(6);
    assertThat(terminal.out()).contains("Changes    1 insert, 1 update, 1 delete");
    assertThat(compare(LOCAL, live, lake, "--changes-to", changes)).isEqualTo(2);
    assertThat(terminal.err()).contains("which is not after the moment of A");
    assertThat(terminal.run("apply", changes, "--to", lake, "--strict"))
        .as(terminal.err())
        .isZero();
    assertThat(compare(LOCAL, lake, live)).as(terminal.out() + terminal.err()).isZero();
  }

  @Test
  void keysOfEveryTypePairItemsAndEmptyTablesAreEqual() throws IOException {
    Map<String, IntFunction<AttributeValue>> types =
        Map.of(
            "S", i -> AttributeValue.fromS("k" + i),
            "N", i -> AttributeValue.fromN(i + ".50"),
            "B", i -> AttributeValue.fromB(SdkBytes.fromByteArray(new byte[] {0, (byte) i})));
    for (Map.Entry<String, IntFunction<AttributeValue>> type : types.entrySet()) {
      String a = "live-key-a-" + type.getKey();
      String b = "live-key-b-" + type.getKey();
      DynamoDbLocalServer.shared().createTable(a, "pk", type.getKey());
      DynamoDbLocalServer.shared().createTable(b, "pk", type.getKey());
      String[] tables = {"dynamodb://" + a, "dynamodb://" + b, "--json"};
      assertThat(compare(LOCAL, tables)).as(terminal.err()).isZero();
      assertThat(json().path("a").path("items").asLong(-1)).isZero();
      fill(a, 3, i -> Map.of("pk", type.getValue().apply(i), "n", number(i)));
      fill(b, 3, i -> Map.of("pk", type.getValue().apply(i), "n", number(i / 2)));
      assertThat(compare(LOCAL, tables)).as(terminal.err()).isEqualTo(6);
      assertThat(json().path("keys").toString()).isEqualTo("[\"pk:" + type.getKey() + "\"]");
      assertThat(json().path("equalItems").asLong()).isEqualTo(1);
      assertThat(json().path("differingKeys").asLong()).isEqualTo(2);
    }
    assertThat(compare(LOCAL, "dynamodb://live-key-a-S", "dynamodb://live-key-a-N")).isEqualTo(2);
    assertThat(terminal.err())
        .contains("Cannot compare: the keys of A are pk:S and those of B pk:N; say which to use");
  }

  // ---- a service that says what a test wants

  private void answer(String operation, String json) {
    answers.put(operation, Answer.of(json.replace('\'', '"')));
  }

  private void describe(String table, String more) {
    answer(
        "DescribeTable" + table,
        ("{'Table':{'TableName':'%s','TableArn':'arn:aws:dynamodb:eu-west-1:111122223333:table/%s','TableId':'id',"
                + "'TableStatus':'ACTIVE','TableSizeBytes':81920000,'ItemCount':2000,"
                + "'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}],"
                + "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],%s}}")
            .formatted(table, table, more));
  }

  private void page(String operation, double units, boolean more, String item) {
    answer(
        operation,
        "{'Count':1,'ScannedCount':1,'Items':[%s],'ConsumedCapacity':{'CapacityUnits':%s}%s}"
            .formatted(item, units, more ? ",'LastEvaluatedKey':{'pk':{'S':'z'}}" : ""));
  }

  private Answer respond(Request request) {
    Matcher segment = SEGMENT.matcher(request.body());
    String table =
        request.body().replaceAll("(?s).*\"TableName\":\"(?:[^\"]*/)?([\\w-]+)\".*", "$1");
    String page = request.body().contains("ExclusiveStartKey") ? "next" : "";
    String exactly = request.operation() + table + (segment.find() ? segment.group(1) : "") + page;
    asked.put(exactly, Instant.now());
    return answers.getOrDefault(
        exactly,
        answers.getOrDefault(
            request.operation() + table,
            Answer.error(400, "ResourceNotFoundException", "Requested resource not found")));
  }

  private static Stream<Request> scans(FakeAws aws) {
    return aws.requests().stream().filter(request -> request.operation().equals("Scan"));
  }

  @Test
  void eachTableIsReadOnceWithinItsCapAlsoWhereTheyDiffer() throws IOException {
    String provisioned = "'ProvisionedThroughput':{'ReadCapacityUnits':40}";
    describe("Slow-1", provisioned);
    describe("Slow-2", provisioned);
    page("ScanSlow-10", 5, true, "{'pk':{'S':'a'}}");
    page("ScanSlow-10next", 5, false, "{'pk':{'S':'b'}}");
    page("ScanSlow-11", 5, false, "{'pk':{'S':'c'},'n':{'N':'1'}}");
    page("ScanSlow-1", 0.5, false, "");
    page("ScanSlow-20", 0.5, false, "{'pk':{'S':'c'},'n':{'N':'2'}}");
    page("ScanSlow-2", 0.5, false, "");
    try (FakeAws aws = FakeAws.answering(this::respond)) {
      assertThat(
              compare(
                  aws.address(),
                  "dynamodb://Slow-1",
                  "dynamodb://Slow-2",
                  "--json",
                  "--show-values"))
          .as(terminal.err())
          .isEqualTo(6);

      // 5 units, of which each of two tasks has 5 a second: together a quarter of what is
      // provisioned. Twice the rate would be half a second; a first request that arrives late on a
      // busy machine takes from the whole one
      assertThat(Duration.between(asked.get("ScanSlow-10"), asked.get("ScanSlow-10next")))
          .isGreaterThan(Duration.ofMillis(700));
      assertThat(terminal.err())
          .contains(
              "Reads table Slow-1: 78.1 MB in 2,000 items, as DynamoDB said in the last six hours",
              "  10,000 read units, eventually consistent, at least 16:40 min, cost: nothing beyond the capacity",
              "  cap: 10 read units a second, the table has 40 provisioned");
      assertThat(json().path("differences").findValuesAsText("path")).containsExactly("n");
      assertThat(json().path("notes").toString())
          .contains("That consumed 15.", "That consumed 1.0 read units");
      assertThat(scans(aws).map(Request::body)).doesNotHaveDuplicates();
      assertThat(scans(aws)).allMatch(request -> request.userAgent().endsWith(" compare"));
    }
    assertThat(SparkTest.session().sparkContext().getPersistentRDDs().isEmpty())
        .as("disks are freed")
        .isTrue();
  }

  /** Both tables are alike but for the tags of the second one. */
  private Answer respondWithSettings(Request request) {
    return switch (request.operation()) {
      case "DescribeContinuousBackups" ->
          Answer.of("{\"ContinuousBackupsDescription\":{\"ContinuousBackupsStatus\":\"ENABLED\"}}");
      case "DescribeContributorInsights" ->
          Answer.of("{\"ContributorInsightsStatus\":\"DISABLED\"}");
      case "DescribeKinesisStreamingDestination", "DescribeTimeToLive" ->
          answers.getOrDefault(request.operation(), Answer.of("{}"));
      case "GetResourcePolicy" -> Answer.error(400, "PolicyNotFoundException", "none");
      case "ListTagsOfResource" ->
          Answer.of(
              request.body().contains("Set-2")
                  ? "{\"Tags\":[{\"Key\":\"team\",\"Value\":\"shop\"}]}"
                  : "{}");
      default -> respond(request);
    };
  }

  @Test
  void settingsOfLiveTablesAreToldAndMakeThemDifferentOnlyIfThatIsAsked() throws IOException {
    for (String table : List.of("Set-1", "Set-2")) {
      describe(table, "'BillingModeSummary':{'BillingMode':'PAY_PER_REQUEST'}");
      page("Scan" + table, 0.5, false, "");
    }
    String[] tables = {"dynamodb://Set-1", "dynamodb://Set-2"};
    try (FakeAws aws = FakeAws.answering(this::respondWithSettings)) {
      assertThat(compare(aws.address(), tables)).as(terminal.err()).isZero();
      assertThat(terminal.out())
          .startsWith("Equal\n")
          .contains("  Settings   tags: A off, B {\"team\":\"shop\"}\n");

      assertThat(compare(aws.address(), tables[0], tables[1], "--settings=count")).isEqualTo(6);
      assertThat(terminal.out()).startsWith("Equal, but for settings\n");

      assertThat(compare(aws.address(), tables[0], tables[1], "--settings=count", "--json"))
          .isEqualTo(6);
      JsonNode document = Documents.read(terminal.out());
      assertThat(document.path("equal").asBoolean()).isTrue();
      assertThat(document.at("/settings/differences").toString())
          .isEqualTo("[{\"setting\":\"tags\",\"a\":{},\"b\":{\"team\":\"shop\"}}]");

      answers.put("DescribeTimeToLive", Answer.error(400, "AccessDeniedException", "no"));
      assertThat(compare(aws.address(), tables)).isZero();
      assertThat(terminal.out()).contains("not known: time to live\n");
      long scans = scans(aws).count();
      assertThat(compare(aws.address(), tables[0], tables[1], "--settings=count")).isEqualTo(5);
      assertThat(terminal.err())
          .contains(
              "Cannot tell whether the settings of both tables are equal: not known: time to live. The first reason: Cannot look at the time to live of table Set-1: no permission for dynamodb:DescribeTimeToLive;");
      assertThat(scans(aws)).hasSize((int) scans);

      long asked = aws.requests().size();
      assertThat(compare(aws.address(), tables[0], tables[1], "--settings=none")).isZero();
      assertThat(terminal.out()).doesNotContain("Settings");
      assertThat(aws.requests().subList((int) asked, aws.requests().size()))
          .noneMatch(request -> request.operation().equals("DescribeTimeToLive"));
      assertThat(compare(aws.address(), tables[0], temp.toString(), "--settings=count"))
          .isEqualTo(2);
      assertThat(terminal.err())
          .contains("Cannot use --settings count: A and B have to be live tables");
    }
  }

  @Test
  void tablesThatCannotBeReadAreRemoteFailures() throws IOException {
    String onDemand = "'BillingModeSummary':{'BillingMode':'PAY_PER_REQUEST'}";
    describe("Orders-1", onDemand);
    answer(
        "DescribeTableGone-1",
        "{'Table':{'TableName':'Gone-1','TableStatus':'DELETING','KeySchema':[],'AttributeDefinitions':[]}}");
    describe("Closed-1", onDemand);
    page("ScanOrders-1", 0.5, false, "");
    answers.put(
        "ScanClosed-1", Answer.error(400, "AccessDeniedException", "User is not authorized"));
    try (FakeAws aws = FakeAws.answering(this::respond)) {
      assertThat(compare(aws.address(), "dynamodb://Orders-1", "dynamodb://Missing-1"))
          .isEqualTo(5);
      assertThat(terminal.err())
          .contains("Cannot find table Missing-1: there is no such table in eu-west-1");
      assertThat(compare(aws.address(), "dynamodb://Gone-1", "dynamodb://Orders-1")).isEqualTo(5);
      assertThat(terminal.err())
          .contains("Cannot use table Gone-1 in eu-west-1: it is being deleted");
      assertThat(scans(aws)).as("nothing is read before both are known").isEmpty();
      assertThat(compare(aws.address(), "dynamodb://Orders-1", "dynamodb://Closed-1")).isEqualTo(5);
      assertThat(terminal.err())
          .contains("of table Closed-1: no permission for dynamodb:Scan; allow it");
    }
    assertThat(compare(URI.create("http://127.0.0.1:9"), "dynamodb://Orders-1", "x")).isEqualTo(5);
    assertThat(terminal.err())
        .contains("Cannot find table Orders-1: the service cannot be reached");
  }

  @Test
  void whatCannotBeMeantIsWrongUsage() throws IOException {
    describe("Orders-1", "'BillingModeSummary':{'BillingMode':'PAY_PER_REQUEST'}");
    try (FakeAws aws = FakeAws.answering(this::respond)) {
      String arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders-1";
      assertThat(compare(aws.address(), "dynamodb://Orders-1", arn)).isEqualTo(2);
      assertThat(terminal.err()).contains("Cannot compare: A and B are the same table");
      assertThat(compare(aws.address(), "dynamodb://Orders-1", "x", "--max-rcu-percent=10"))
          .isEqualTo(2);
      assertThat(terminal.err()).contains("has no maximum to take a share of; give --max-rcu");
      assertThat(scans(aws)).isEmpty();
      int before = aws.requests().size();
      for (String place :
          List.of("dynamodb://Orders-1/", "dynamodb://a b", arn + "/export/1", "arn:aws:s3:::b")) {
        assertThat(compare(aws.address(), "x", place)).as(place).isEqualTo(2);
        assertThat(terminal.err())
            .contains(
                "Cannot use " + place + ": a live table is dynamodb://NAME, or the ARN of a table");
      }
      assertThat(compare(aws.address(), "x", "dynamodb://Orders-1", "--snapshot-b=1")).isEqualTo(2);
      assertThat(terminal.err()).contains("Cannot use --snapshot-b: a live table has no snapshots");
      assertThat(compare(aws.address(), "x", "dynamodb://Orders-1", "--max-rcu=0")).isEqualTo(2);
      assertThat(terminal.err()).contains("Cannot read --max-rcu: ");
      assertThat(compare(aws.address(), "x", arn.replace("eu-west", "us-west"))).isEqualTo(2);
      assertThat(terminal.err()).contains("Cannot use --region eu-west-1: the ARN says us-west-1");
      assertThat(compare(aws.address(), "dynamodb://Orders-1", "Orders-2")).isEqualTo(2);
      assertThat(terminal.err())
          .contains("/Orders-2; if Orders-2 is a DynamoDB table, write dynamodb://Orders-2")
          .contains("Reads table Orders-1: 78.1 MB");
      assertThat(terminal.run("inspect", "dynamodb://Orders-1")).isEqualTo(2);
      assertThat(terminal.err())
          .contains("only compare takes a live table; export or scan it first");
      assertThat(scans(aws)).isEmpty();
      before++;
      assertThat(compare(aws.address(), "x", "y", "--consistent")).isEqualTo(2);
      assertThat(terminal.err())
          .contains("Cannot use --consistent: neither A nor B is a live table");
      assertThat(aws.requests()).hasSize(before);
    }
  }
}
