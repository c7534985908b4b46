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
import io.dynamodblake.testing.Folders;
import io.dynamodblake.testing.RestoredItems;
import io.dynamodblake.testing.S3MockServer;
import io.dynamodblake.testing.SparkTest;
import io.dynamodblake.testing.StorableItems;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;

/** {@code scan} against DynamoDB Local, and against a service that says what a test wants. */
class ScanCommandTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
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

  // ---- DynamoDB Local

  private static void put(String table, List<String> lines) throws IOException {
    DynamoDbClient client = DynamoDbLocalServer.shared().client();
    for (String line : lines) {
      Map<String, AttributeValue> item = new HashMap<>();
      for (Map.Entry<String, JsonNode> member : MAPPER.readTree(line).path("Item").properties()) {
        item.put(member.getKey(), value(member.getValue()));
      }
      client.putItem(request -> request.tableName(table).item(item));
    }
  }

  private static AttributeValue value(JsonNode tagged) {
    String type = tagged.fieldNames().next();
    JsonNode payload = tagged.path(type);
    List<String> texts = new ArrayList<>();
    payload.forEach(member -> texts.add(member.asText()));
    return switch (type) {
      case "S" -> AttributeValue.fromS(payload.asText());
      case "N" -> AttributeValue.fromN(payload.asText());
      case "B" -> AttributeValue.fromB(bytes(payload.asText()));
      case "BOOL" -> AttributeValue.fromBool(payload.asBoolean());
      case "NULL" -> AttributeValue.fromNul(true);
      case "SS" -> AttributeValue.fromSs(texts);
      case "NS" -> AttributeValue.fromNs(texts);
      case "BS" -> AttributeValue.fromBs(texts.stream().map(ScanCommandTest::bytes).toList());
      case "L" -> {
        List<AttributeValue> elements = new ArrayList<>();
        payload.forEach(element -> elements.add(value(element)));
        yield AttributeValue.fromL(elements);
      }
      default -> {
        Map<String, AttributeValue> members = new HashMap<>();
        payload.properties().forEach(entry -> members.put(entry.getKey(), value(entry.getValue())));
        yield AttributeValue.fromM(members);
      }
    };
  }

  private static SdkBytes bytes(String base64) {
    return SdkBytes.fromByteArray(Base64.getDecoder().decode(base64));
  }

  @Test
  void scanOfATableIsReadLikeAnExportAndHoldsItsItems() throws Exception {
    DynamoDbLocalServer.shared().createTable("scan-round-trip", "pk", "S");
    List<String> lines = StorableItems.lines(7, 300, true);
    put("scan-round-trip", lines);
    URI local = DynamoDbLocalServer.shared().endpoint();
    String to = temp.resolve("exports/nightly").toString();

    assertThat(
            run(
                local,
                "scan",
                "scan-round-trip",
                "--to",
                to,
                "--segments=5",
                "--max-rcu=none",
                "--metrics=emf"))
        .as(terminal.err())
        .isZero();
    assertThat(terminal.err())
        .containsPattern(
            "\"Table\":\"scan-round-trip\",\"Items\":300,\"BytesWritten\":\\d+,\"Seconds\":[\\d.]+,\"DataAgeSeconds\":\\d{1,3},");
    assertThat(terminal.out())
        .contains("Scanned  table scan-round-trip", "300 in ", "Segments   5");
    Path export = Folders.only(Path.of(to, "AWSDynamoDB"));
    assertThat(Folders.filesBelow(export))
        .hasSize(12)
        .contains("_started", "manifest-summary.md5", "manifest-files.md5", "_scan/report.json");

    // what was put, but for the digits that DynamoDB itself takes for the same number
    assertThat(
            RestoredItems.differences(
                RestoredItems.byKey(lines),
                RestoredItems.byKey(RestoredItems.lines(export.resolve("data")))))
        .isEmpty();

    assertThat(terminal.run("inspect", to, "--json=-")).as(terminal.err()).isZero();
    assertThat(terminal.out()).contains("300", "\"extent\" : \"whole\"");
    assertThat(terminal.err()).doesNotContain("Warning");
    String lake = temp.resolve("lake").toString();
    assertThat(terminal.run("flatten", to, "--to", lake, "--table=t", "--key=pk:S"))
        .as(terminal.err())
        .isZero();
    assertThat(terminal.run("compare", to, lake)).as(terminal.out() + terminal.err()).isZero();
  }

  @Test
  void emptyTableWithOneReadUnitIsAnEmptyExport() throws Exception {
    DynamoDbLocalServer.shared()
        .createTable(
            "scan-empty",
            table ->
                table
                    .billingMode(BillingMode.PROVISIONED)
                    .provisionedThroughput(
                        units -> units.readCapacityUnits(1L).writeCapacityUnits(1L)),
            "pk",
            "S");
    URI local = DynamoDbLocalServer.shared().endpoint();
    String to = temp.resolve("empty").toString();
    assertThat(run(local, "scan", "scan-empty", "--to", to, "--json", "--consistent"))
        .as(terminal.err())
        .isZero();
    assertThat(json().path("items").asLong()).isZero();
    assertThat(json().path("segments").asInt()).isEqualTo(1);
    assertThat(json().path("maxReadUnitsPerSecond").asDouble()).isEqualTo(0.25);
    assertThat(terminal.run("inspect", to)).as(terminal.err()).isZero();
  }

  @Test
  void skewedTableIsWrittenToS3WithEmptyFilesForEmptySegments() throws Exception {
    DynamoDbLocalServer.shared().createTable("scan-skewed", "pk", "S");
    put("scan-skewed", List.of("{\"Item\":{\"pk\":{\"S\":\"a\"}}}"));
    S3MockServer s3 = S3MockServer.shared();
    Map<String, String> settings = new HashMap<>(s3.settings());
    settings.put("fs.s3.impl", "org.apache.hadoop.fs.s3a.S3AFileSystem");
    settings.forEach(SparkTest.session().conf()::set);
    try {
      String to = "s3://" + s3.bucket() + "/scan-test/orders";
      URI local = DynamoDbLocalServer.shared().endpoint();
      assertThat(run(local, "scan", "scan-skewed", "--to", to, "--segments=5", "--json"))
          .as(terminal.err())
          .isZero();
      String export = json().path("export").asText();
      assertThat(export).startsWith(to + "/AWSDynamoDB/");
      assertThat(json().path("items").asLong()).isOne();
      FileSystem files = FileSystem.get(URI.create(s3.path("")), s3.hadoopConf());
      org.apache.hadoop.fs.Path folder =
          new org.apache.hadoop.fs.Path(export.replace("s3://", "s3a://"));
      assertThat(files.listStatus(new org.apache.hadoop.fs.Path(folder, "data"))).hasSize(5);
      try (InputStream in =
          files.open(new org.apache.hadoop.fs.Path(folder, "manifest-summary.json"))) {
        JsonNode summary = MAPPER.readTree(in);
        assertThat(summary.path("s3Bucket").asText()).isEqualTo(s3.bucket());
        assertThat(summary.path("s3Prefix").asText()).isEqualTo("scan-test/orders");
        assertThat(summary.path("manifestFilesS3Key").asText())
            .startsWith("scan-test/orders/AWSDynamoDB/")
            .endsWith("/manifest-files.json");
      }
      assertThat(terminal.run("inspect", to)).as(terminal.err()).isZero();
    } finally {
      settings.keySet().forEach(SparkTest.session().conf()::unset);
    }
  }

  @Test
  void aFilterThatDynamoDbRefusesIsWrongUsageAndDoesNotBlockTheCorrectedOne() throws Exception {
    DynamoDbLocalServer.shared().createTable("scan-filter", "pk", "S");
    put(
        "scan-filter",
        List.of(
            "{\"Item\":{\"pk\":{\"S\":\"a\"},\"status\":{\"S\":\"OPEN\"}}}",
            "{\"Item\":{\"pk\":{\"S\":\"b\"}}}"));
    Path names = temp.resolve("names.json");
    Files.writeString(names, "{\"#s\":\"status\"}");
    URI endpoint = DynamoDbLocalServer.shared().endpoint();
    Path to = temp.resolve("filtered");
    String[] scan = {"scan", "scan-filter", "--to=" + to};

    for (String wrong : List.of("attribute_exists(status)", "attribute_exist(#s)", "a = :a")) {
      assertThat(run(endpoint, scan[0], scan[1], scan[2], "--filter=" + wrong))
          .as(terminal.err())
          .isEqualTo(2);
      assertThat(terminal.err())
          .contains("Cannot use --filter: DynamoDB says: Invalid FilterExpression")
          .contains("and in the file of --filter-names")
          .contains("and in that of --filter-values");
    }
    assertThat(to).doesNotExist();

    assertThat(
            run(
                endpoint,
                scan[0],
                scan[1],
                scan[2],
                "--filter=attribute_exists(#s)",
                "--filter-names=" + names))
        .as(terminal.err())
        .isZero();
    assertThat(terminal.out()).contains("1 in 1 page; partial");
  }

  @Test
  void projectionAndFilterMakeAPartialExport() throws Exception {
    DynamoDbLocalServer.shared().createTable("scan-partial", "pk", "S");
    put(
        "scan-partial",
        List.of(
            "{\"Item\":{\"pk\":{\"S\":\"a\"},\"status\":{\"S\":\"OPEN\"},\"n\":{\"N\":\"1\"}}}",
            "{\"Item\":{\"pk\":{\"S\":\"b\"},\"status\":{\"S\":\"DONE\"},\"n\":{\"N\":\"2\"}}}"));
    Path values = temp.resolve("values.json");
    Files.writeString(values, "{\":s\":{\"S\":\"OPEN\"}}");
    Path names = temp.resolve("names.json");
    Files.writeString(names, "{\"#s\":\"status\"}");
    Path to = temp.resolve("partial");

    assertThat(
            run(
                DynamoDbLocalServer.shared().endpoint(),
                "scan",
                "scan-partial",
                "--to=" + to,
                "--attributes=n",
                "--filter=#s = :s",
                "--filter-names=" + names,
                "--filter-values=" + values))
        .as(terminal.err())
        .isZero();

    assertThat(terminal.out()).contains("1 in 1 page; partial");
    Path export = Folders.only(to.resolve("AWSDynamoDB"));
    assertThat(MAPPER.readTree(export.resolve("manifest-summary.json").toFile()).path("partial"))
        .isEqualTo(MAPPER.getNodeFactory().booleanNode(true));
    List<String> lines = RestoredItems.lines(export.resolve("data"));
    assertThat(lines).hasSize(1);
    assertThat(MAPPER.readTree(lines.get(0)))
        .isEqualTo(MAPPER.readTree("{\"Item\":{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"}}}"));
    assertEverybodyIsTold(to.toString());
  }

  /** Whoever reads a part of a table should know, down to the files that are restored from it. */
  private void assertEverybodyIsTold(String partial) throws IOException {
    String warning = "Warning: The export is partial: the scan that made it left";
    assertThat(terminal.run("inspect", partial, "--json=-")).isZero();
    assertThat(terminal.err()).contains(warning);
    assertThat(json().path("export").path("extent").asText()).isEqualTo("partial");

    String lake = temp.resolve("partial-lake").toString();
    String[] flatten = {"flatten", partial, "--to", lake, "--table=t", "--key=pk:S", "--json"};
    assertThat(terminal.run(flatten)).as(terminal.err()).isZero();
    assertThat(terminal.err()).contains(warning);
    assertThat(json().at("/inputs/0/extent").asText()).isEqualTo("partial");
    assertThat(json().path("verification").path("warnings").toString())
        .contains("it is not the whole table");
    assertThat(terminal.run(flatten)).as("also where there is nothing to do").isZero();
    assertThat(terminal.err()).contains(warning);

    run(aws.address(), "register", lake, "--database=shop");
    assertThat(terminal.err())
        .contains(
            "Warning: The lake table does not hold all items of its table: they come from a partial scan");

    Path restored = temp.resolve("partial-import");
    assertThat(
            terminal.run("restore", lake, "--to=" + restored, "--table=ttt", "--import-bucket=b-1"))
        .as(terminal.err())
        .isZero();
    assertThat(terminal.out()).contains("Note       Not all items of the table: they come from");
    assertThat(
            MAPPER
                .readTree(restored.resolve("restore-report.json").toFile())
                .path("input")
                .path("gaps"))
        .hasSize(1);
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
    assertThat(Folders.filesBelow(export)).as("without the damaged file").hasSize(10);
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
