package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.testing.AwsSystemProperties;
import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.DynamoDbLocalServer;
import io.dynamodblake.testing.FakeAws;
import io.dynamodblake.testing.FakeAws.Answer;
import io.dynamodblake.testing.FakeAws.Request;
import io.dynamodblake.testing.Folders;
import io.dynamodblake.testing.SparkTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code scan} against a service that says what a test wants; {@link ScannedTableTest} has a real
 * one.
 */
class ScanCommandTest {
  private static final String TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders-1";
  private static final Pattern SEGMENT = Pattern.compile("\"Segment\":(\\d+)");

  @RegisterExtension
  final AwsSystemProperties properties =
      AwsSystemProperties.withKeys(DynamoDbLocalServer.ACCESS_KEY, "hidden-secret");

  @TempDir Path temp;
  private final CapturedTerminal terminal = new CapturedTerminal();
  private final Map<String, Answer> answers = new HashMap<>();
  private FakeAws aws;

  @BeforeEach
  void start() throws IOException {
    SparkTest.session();
    aws =
        FakeAws.answering(
            request ->
                answers.getOrDefault(
                    request.operation() + segment(request),
                    answers.getOrDefault(
                        request.operation(),
                        Answer.error(400, "ValidationException", "unexpected"))));
    describe("id-1", "'ProvisionedThroughput':{'ReadCapacityUnits':40}");
  }

  @AfterEach
  void stop() {
    aws.close();
  }

  private void describe(String tableId, String more) {
    answer(
        "DescribeTable",
        ("{'Table':{'TableName':'Orders-1','TableArn':'%s','TableId':'%s','TableStatus':'ACTIVE','TableSizeBytes':81920000,"
                + "'ItemCount':2000,'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}],"
                + "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],%s}}")
            .formatted(TABLE, tableId, more));
  }

  private void answer(String operation, String json) {
    answers.put(operation, Answer.of(json.replace('\'', '"')));
  }

  private void segment(int segment, String pk) {
    answer(
        "Scan" + segment,
        "{'Count':1,'ScannedCount':1,'Items':[{'pk':{'S':'%s'}}],'ConsumedCapacity':{'TableName':'Orders-1','CapacityUnits':0.5}}"
            .formatted(pk));
  }

  private static String segment(Request request) {
    Matcher matcher = SEGMENT.matcher(request.body());
    return matcher.find() ? matcher.group(1) : "";
  }

  private List<String> scanned() {
    return aws.requests().stream()
        .filter(request -> request.operation().equals("Scan"))
        .map(ScanCommandTest::segment)
        .toList();
  }

  private int run(URI endpoint, String... words) {
    List<String> all = new ArrayList<>(Arrays.asList(words));
    all.add("--endpoint-url=" + endpoint);
    all.add("--region=eu-west-1");
    int code = terminal.run(all.toArray(String[]::new));
    assertThat(terminal.out() + terminal.err()).doesNotContain("hidden-secret");
    return code;
  }

  private int scan(String... words) {
    List<String> all = new ArrayList<>(List.of("scan", "Orders-1", "--to=" + temp.resolve("to")));
    all.addAll(Arrays.asList(words));
    return run(aws.address(), all.toArray(String[]::new));
  }

  private JsonNode json() throws IOException {
    return Documents.read(terminal.out());
  }

  // ---- resuming

  @Test
  void finishedSegmentsAreNotReadAgain() throws Exception {
    segment(0, "a");
    segment(1, "b");
    answers.put("Scan2", Answer.error(400, "AccessDeniedException", "no"));
    assertThat(scan("--segments=3", "--max-rcu=1")).isEqualTo(5);
    assertThat(terminal.err())
        .contains("Cannot scan segment 3 of 3 of table Orders-1: no permission for dynamodb:Scan");
    assertThat(scanned()).containsExactly("0", "1", "2");
    Path export = Folders.only(temp.resolve("to/AWSDynamoDB"));
    assertThat(Folders.filesBelow(export))
        .as("a half-read segment leaves no file")
        .hasSize(6)
        .doesNotContain("manifest-summary.json");

    Documents.read(export.resolve("_scan/scan.json"));
    Documents.read(export.resolve("_scan/segments/000001.json"));

    // one that was damaged meanwhile is read again
    Path data;
    try (Stream<Path> files = Files.list(export.resolve("data"))) {
      data = files.filter(file -> content(export, "000001").contains(name(file))).findFirst().get();
    }
    Files.write(data, new byte[3]);
    segment(2, "c");
    assertThat(scan("--json")).as(terminal.err()).isZero();
    assertThat(scanned().subList(3, 5)).containsExactlyInAnyOrder("1", "2");
    assertThat(scanned()).hasSize(5);
    assertThat(json().path("segmentsOfEarlierRuns").asInt()).isEqualTo(1);
    assertThat(json().path("items").asLong()).isEqualTo(3);
    assertThat(json().path("consumedReadUnits").asDouble()).isEqualTo(1.5);
    assertThat(json().path("consumedReadUnitsOfThisRun").asDouble()).isEqualTo(1);
    assertThat(Folders.only(temp.resolve("to/AWSDynamoDB"))).isEqualTo(export);
    assertThat(Folders.filesBelow(export)).as("without the damaged file").hasSize(11);
    assertThat(terminal.run("inspect", temp.resolve("to").toString())).isZero();

    assertThat(scan("--segments=1")).as("what is finished is not continued").isZero();
    try (Stream<Path> exports = Files.list(temp.resolve("to/AWSDynamoDB"))) {
      assertThat(exports).hasSize(2);
    }
  }

  @Test
  void scanThatBeganDifferentlyIsNotContinued() {
    segment(0, "a");
    answers.put("Scan1", Answer.error(400, "AccessDeniedException", "no"));
    assertThat(scan("--segments=2", "--max-rcu=1")).isEqualTo(5);

    assertThat(scan("--segments=3")).isEqualTo(2);
    assertThat(terminal.err()).contains("it was begun with --segments 2; scan as before");
    assertThat(scan("--consistent", "--attributes=x")).isEqualTo(2);
    assertThat(terminal.err()).contains("begun with no --consistent and other --attributes");
    describe("id-2", "'ProvisionedThroughput':{'ReadCapacityUnits':40}");
    assertThat(scan()).isEqualTo(2);
    assertThat(terminal.err()).contains("the table was dropped and made again");
    assertThat(scanned()).hasSize(2);
  }

  // ---- caps, forecasts, refusals

  @Test
  void dryRunSaysWhatItWouldReadAndReadsNothing() throws IOException {
    assertThat(scan("--dry-run")).as(terminal.err()).isZero();
    assertThat(terminal.out())
        .contains(
            "Would scan  table Orders-1",
            "10,000 read units, eventually consistent",
            "10 read units a second, the table has 40 provisioned",
            "at least 16:40 min",
            "nothing beyond the capacity");
    assertThat(scan("--dry-run", "--json", "--consistent", "--max-rcu-percent=50")).isZero();
    assertThat(json().path("readUnits").asDouble()).isEqualTo(20_000);
    assertThat(json().path("seconds").asDouble()).isEqualTo(1000);

    describe("id-1", "'BillingModeSummary':{'BillingMode':'PAY_PER_REQUEST'}");
    assertThat(scan("--dry-run", "--json")).isZero();
    assertThat(json().path("maxReadUnitsPerSecond").asDouble()).isEqualTo(1000);
    assertThat(json().path("cost").asDouble()).isEqualTo(0.00125);
    describe(
        "id-1",
        "'BillingModeSummary':{'BillingMode':'PAY_PER_REQUEST'},'TableClassSummary':{'TableClass':'STANDARD_INFREQUENT_ACCESS'}");
    assertThat(scan("--dry-run", "--json")).isZero();
    assertThat(json().path("cost").asDouble()).isEqualTo(0.00155);
    assertThat(scan("--dry-run", "--max-rcu=none")).isZero();
    assertThat(terminal.out()).contains("none, the table is on-demand").doesNotContain("Takes");
    assertThat(scanned()).isEmpty();
    assertThat(temp.resolve("to")).doesNotExist();
  }

  @Test
  void whatCannotBeMeantIsWrongUsage() {
    assertThat(scan("--max-rcu=0")).isEqualTo(2);
    assertThat(terminal.err()).contains("Cannot read --max-rcu: ");
    assertThat(scan("--max-rcu=fast")).isEqualTo(2);
    assertThat(scan("--max-rcu=none", "--max-rcu-percent=10")).isEqualTo(2);
    assertThat(scan("--segments=1000001")).isEqualTo(2);
    assertThat(scan("--filter-values=x.json")).isEqualTo(2);
    assertThat(terminal.err()).contains("Cannot use --filter-values without --filter");
    assertThat(aws.requests()).isEmpty();

    describe("id-1", "'BillingModeSummary':{'BillingMode':'PAY_PER_REQUEST'}");
    assertThat(scan("--max-rcu-percent=10")).isEqualTo(2);
    assertThat(terminal.err()).contains("has no maximum to take a share of; give --max-rcu");
  }

  @Test
  void tableThatIsMissingIsARemoteFailure() {
    answers.put(
        "DescribeTable", Answer.error(400, "ResourceNotFoundException", "Requested resource"));
    assertThat(scan()).isEqualTo(5);
    assertThat(terminal.err()).contains("Cannot find table Orders-1: there is no such table");
    assertThat(temp.resolve("to")).doesNotExist();
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private static String content(Path export, String marker) {
    try {
      return Files.readString(export.resolve("_scan/segments/" + marker + ".json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
