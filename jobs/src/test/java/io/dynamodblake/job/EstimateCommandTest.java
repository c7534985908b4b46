package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.testing.AwsSystemProperties;
import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.DynamoDbLocalServer;
import io.dynamodblake.testing.FakeAws;
import io.dynamodblake.testing.FakeAws.Answer;
import io.dynamodblake.testing.FakeAws.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** {@code estimate} of a table that a service describes, and of sizes without one. */
class EstimateCommandTest {
  private static final String TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders-1";
  private static final String ON_DEMAND = "'BillingModeSummary':{'BillingMode':'PAY_PER_REQUEST'}";
  private static final String PROVISIONED =
      "'ProvisionedThroughput':{'ReadCapacityUnits':40,'WriteCapacityUnits':20}";

  @RegisterExtension
  final AwsSystemProperties properties =
      AwsSystemProperties.withKeys(DynamoDbLocalServer.ACCESS_KEY, "hidden-secret");

  private final CapturedTerminal terminal = new CapturedTerminal();
  private Answer answer = Answer.error(400, "ValidationException", "unexpected");
  private FakeAws aws;

  @BeforeEach
  void start() throws IOException {
    aws = FakeAws.answering(request -> answer);
  }

  @AfterEach
  void stop() {
    aws.close();
  }

  /** 20,000 read units, and 2,000 items of 40,960 bytes: 40.5 write units each. */
  private void describe(String more) {
    describe(81_920_000, 2_000, more);
  }

  private void describe(long bytes, long items, String more) {
    answer =
        Answer.of(
            ("{'Table':{'TableName':'Orders-1','TableArn':'%s','TableId':'id-1','TableStatus':'ACTIVE','TableSizeBytes':%d,"
                    + "'ItemCount':%d,'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}],"
                    + "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],%s}}")
                .formatted(TABLE, bytes, items, more)
                .replace('\'', '"'));
  }

  private int estimate(String... words) {
    List<String> all = new ArrayList<>(List.of("estimate"));
    all.addAll(Arrays.asList(words));
    all.add("--endpoint-url=" + aws.address());
    all.add("--region=eu-west-1");
    int code = terminal.run(all.toArray(String[]::new));
    assertThat(terminal.out() + terminal.err()).doesNotContain("hidden-secret");
    return code;
  }

  private JsonNode json(String... words) throws IOException {
    List<String> all = new ArrayList<>(Arrays.asList(words));
    all.add("--json");
    assertThat(estimate(all.toArray(String[]::new))).as(terminal.err()).isZero();
    return Documents.read(terminal.out());
  }

  private static JsonNode line(JsonNode document, String work) {
    for (JsonNode line : document.path("lines")) {
      if (line.path("work").asText().equals(work)) {
        return line;
      }
    }
    throw new AssertionError("no line of " + work + " in " + document);
  }

  private static void assertLine(JsonNode document, String work, double cost, long seconds) {
    assertThat(line(document, work).path("cost").asDouble()).isCloseTo(cost, within(1e-9));
    assertThat(line(document, work).path("seconds").asLong()).isEqualTo(seconds);
  }

  @Test
  void provisionedTableIsReadAndWrittenAtAShareOfItsCapacityForNothingMore() throws Exception {
    describe(PROVISIONED);
    assertThat(estimate("Orders-1")).as(terminal.err()).isZero();
    assertThat(terminal.out())
        .contains(
            "Table Orders-1 of 78.1 MB and 2,000 items, as DynamoDB said in the last six hours\n",
            "  provisioned, 40 read and 20 write units a second\n");
    assertThat(terminal.err()).isEmpty();

    JsonNode document = json(TABLE);
    assertThat(document.path("tableArn").asText()).isEqualTo(TABLE);
    assertThat(document.path("tableBytes").asLong()).isEqualTo(81_920_000);
    assertThat(document.path("items").asLong()).isEqualTo(2_000);
    assertThat(document.path("onDemand").asBoolean(true)).isFalse();
    assertThat(document.path("tableClass").asText()).isEqualTo("STANDARD");
    // 10,000 units at 25 percent of 40; 81,000 at half of 20
    assertLine(document, "scan instead of export", 0, 1_000);
    assertLine(document, "load instead of import", 0, 8_100);
    assertThat(line(document, "load instead of import").path("restsOn").asText())
        .isEqualTo("81,000 write units, without indexes, 10 a second of what is provisioned");
    assertThat(aws.requests()).extracting(Request::operation).containsOnly("DescribeTable");
  }

  @Test
  void onDemandTablePaysEachUnitByItsClass() throws Exception {
    describe(ON_DEMAND);
    JsonNode standard = json("Orders-1");
    assertThat(standard.path("onDemand").asBoolean()).isTrue();
    assertLine(standard, "scan instead of export", 0.00125, 10);
    assertLine(standard, "load instead of import", 0.050625, 81);

    describe(ON_DEMAND + ",'TableClassSummary':{'TableClass':'STANDARD_INFREQUENT_ACCESS'}");
    JsonNode infrequent = json("Orders-1");
    assertThat(infrequent.path("tableClass").asText()).isEqualTo("STANDARD_INFREQUENT_ACCESS");
    assertLine(infrequent, "scan instead of export", 0.00155, 10);
    assertLine(infrequent, "load instead of import", 0.06318, 81);
    assertThat(estimate("Orders-1")).isZero();
    assertThat(terminal.out())
        .contains("  on-demand, without a maximum, Standard-Infrequent Access\n");
  }

  @Test
  void onDemandMaximumIsWhatRatesAreAShareOf() throws Exception {
    describe(ON_DEMAND + ",'OnDemandThroughput':{'MaxReadRequestUnits':400}");
    JsonNode document = json("Orders-1");
    assertLine(document, "scan instead of export", 0.00125, 100);
    assertLine(document, "load instead of import", 0.050625, 81);
    assertThat(estimate("Orders-1")).isZero();
    assertThat(terminal.out())
        .contains("  on-demand, 400 read and any number of write units a second\n");
  }

  @Test
  void optionsWinOverTheTable() throws Exception {
    describe(PROVISIONED);
    JsonNode document =
        json("Orders-1", "--size=800KB", "--items=800", "--max-rcu=20", "--max-wcu=100");
    assertThat(document.path("tableBytes").asLong()).isEqualTo(819_200);
    assertThat(document.path("items").asLong()).isEqualTo(800);
    assertThat(document.path("maxReadUnitsPerSecond").asDouble()).isEqualTo(20);
    assertThat(document.path("maxWriteUnitsPerSecond").asDouble()).isEqualTo(100);
    assertLine(document, "scan instead of export", 0, 5);
    assertLine(document, "load instead of import", 0, 12);

    assertThat(estimate("Orders-1", "--size=800KB", "--items=800")).isZero();
    assertThat(terminal.out())
        .contains("Table Orders-1 of 800 KB and 800 items, as --size and --items say\n");
    assertThat(estimate("Orders-1", "--items=800")).isZero();
    assertThat(terminal.out())
        .contains(
            "78.1 MB and 800 items, as DynamoDB said in the last six hours, and --items says");
  }

  @Test
  void tableThatSeemsEmptyMayBeNew() throws Exception {
    describe(0, 0, ON_DEMAND);
    JsonNode document = json("Orders-1");
    assertThat(document.path("items").asLong(-1)).isZero();
    assertThat(terminal.err())
        .contains(
            "Warning: DynamoDB says that table Orders-1 holds 0 B and 0 items.",
            "up to six hours old",
            "may be new",
            "with --size and --items");

    json("Orders-1", "--size=1GB");
    assertThat(terminal.err()).contains("say so with --items\n");
    json("Orders-1", "--size=1GB", "--items=1000");
    assertThat(terminal.err()).isEmpty();
  }

  @Test
  void aMonthIsReckonedFromTheChangesOfADay() throws Exception {
    JsonNode month =
        json("--size=100GB", "--items=1000000", "--changes-per-day=2%", "--full-every=10d")
            .path("month");
    assertThat(month.path("writesPerDay").asDouble()).isEqualTo(20_000);
    assertThat(month.path("fullEveryDays").asLong()).isEqualTo(10);
    JsonNode exports = month.path("lines").get(1);
    assertThat(exports.path("work").asText()).isEqualTo("exports");
    // 30 x 100 GB at 0.10; 3 of these, and 27 of 4 GB: the images before and after
    assertThat(exports.path("costOfFulls").asDouble()).isCloseTo(300, within(1e-9));
    assertThat(exports.path("costWithIncrements").asDouble()).isCloseTo(40.8, within(1e-9));
    assertThat(month.path("growth").get(2).path("snapshots").asLong()).isEqualTo(360);

    assertThat(estimate("--size=100GB", "--items=1000000", "--keep=3")).isZero();
    assertThat(terminal.out())
        .contains(
            "A month of 30 nightly runs, if 10,000 items are written a day\n",
            "full every 7 days, else changes",
            "lake table after  snapshots",
            "12 months               360       6.7 TB          157  57.0 GB         1.31\n",
            "3 kept")
        .endsWith("give yours with --prices\n");
    assertThat(estimate("--size=1GB", "--items=1", "--full-every=12h")).isEqualTo(2);
    assertThat(terminal.err()).contains("Cannot use --full-every: there is one run a night");
  }

  @Test
  void tableThatIsMissingIsARemoteFailure() {
    answer = Answer.error(400, "ResourceNotFoundException", "Requested resource");
    assertThat(estimate("Orders-1")).isEqualTo(5);
    assertThat(terminal.err()).contains("Cannot find table Orders-1: there is no such table");
    assertThat(terminal.out()).isEmpty();
  }

  @Test
  void withoutATableNothingIsCalled() throws Exception {
    JsonNode document = json("--size=80000KB", "--items=2000");
    assertThat(document.has("tableArn")).isFalse();
    assertLine(document, "scan instead of export", 0.00125, 10);
    assertLine(document, "load instead of import", 0.050625, 81);

    assertThat(estimate("--items=2000")).isEqualTo(2);
    assertThat(terminal.err()).contains("Missing option --size SIZE, or a TABLE to ask for it");
    assertThat(estimate("--size=1GB")).isEqualTo(2);
    assertThat(terminal.err()).contains("Missing option --items N, or a TABLE to ask for it");
    assertThat(aws.requests()).isEmpty();
  }

  @Test
  void wrongUsageIsAnsweredBeforeTheCall() {
    assertThat(estimate("not a table")).isEqualTo(2);
    assertThat(estimate("Orders-1", "--prices=missing.properties")).isEqualTo(2);
    assertThat(estimate("arn:aws:dynamodb:us-east-1:111122223333:table/Orders-1")).isEqualTo(2);
    assertThat(terminal.err()).contains("the ARN says us-east-1");
    assertThat(aws.requests()).isEmpty();
  }

  @Test
  void tableOfDynamoDbLocalIsReckoned() throws Exception {
    DynamoDbLocalServer local = DynamoDbLocalServer.shared();
    local.createTable("estimated", "pk", "S");
    for (String key : List.of("a", "b", "c")) {
      local
          .client()
          .putItem(
              request ->
                  request.tableName("estimated").item(Map.of("pk", AttributeValue.fromS(key))));
    }
    int code =
        terminal.run(
            "estimate", "estimated", "--endpoint-url=" + local.endpoint(), "--region=eu-west-1");
    assertThat(code).as(terminal.err()).isZero();
    assertThat(terminal.out())
        .contains("Table estimated of 9 B and 3 items", "  on-demand, without a maximum\n");
  }
}
