package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dynamodblake.testing.AwsSystemProperties;
import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.DynamoDbLocalServer;
import io.dynamodblake.testing.FakeAws;
import io.dynamodblake.testing.FakeAws.Answer;
import io.dynamodblake.testing.Folders;
import io.dynamodblake.testing.RestoredItems;
import io.dynamodblake.testing.S3MockServer;
import io.dynamodblake.testing.SparkTest;
import io.dynamodblake.testing.StorableItems;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;

/** {@code scan} of tables of DynamoDB Local, and what the other commands make of the export. */
class ScannedTableTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @RegisterExtension
  final AwsSystemProperties properties =
      AwsSystemProperties.withKeys(DynamoDbLocalServer.ACCESS_KEY, "hidden-secret");

  @TempDir Path temp;
  private final CapturedTerminal terminal = new CapturedTerminal();

  @BeforeAll
  static void start() {
    SparkTest.session();
  }

  private int run(URI endpoint, String... words) {
    List<String> all = new ArrayList<>(Arrays.asList(words));
    all.add("--endpoint-url=" + endpoint);
    all.add("--region=eu-west-1");
    int code = terminal.run(all.toArray(String[]::new));
    assertThat(terminal.out() + terminal.err()).doesNotContain("hidden-secret");
    return code;
  }

  private JsonNode json() throws IOException {
    return Documents.read(terminal.out());
  }

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
      case "BS" -> AttributeValue.fromBs(texts.stream().map(ScannedTableTest::bytes).toList());
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
        .hasSize(13)
        .contains("_started", "manifest-summary.md5", "manifest-files.md5", "_scan/report.json");
    assertThat(Documents.read(export.resolve("table.json")).at("/settings/keySchema/0").toString())
        .isEqualTo("{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"}");

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

    try (FakeAws aws = FakeAws.answering(request -> Answer.error(400, "Refused", "no"))) {
      run(aws.address(), "register", lake, "--database=shop");
    }
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
}
