package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dynamodblake.testing.AwsSystemProperties;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.FakeAws;
import io.dynamodblake.testing.FakeAws.Answer;
import io.dynamodblake.testing.FakeAws.Request;
import io.dynamodblake.testing.S3MockServer;
import io.dynamodblake.testing.SparkTest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code export}, {@code exports}, {@code import} and {@code imports} against a service that says
 * what a test wants.
 */
class AwsCommandsTest {
  private static final String TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders-1";
  private static final String EXPORT = TABLE + "/export/01731900000000-0a1b2c3d";
  private static final String IMPORT = TABLE + "/import/01732000000000-c4d4e311";

  @RegisterExtension
  final AwsSystemProperties properties = AwsSystemProperties.withKeys("AKIDTEST", "hidden-secret");

  private final CapturedTerminal terminal = new CapturedTerminal();
  private final Map<String, Answer> answers = new HashMap<>();
  private FakeAws aws;

  @BeforeEach
  void start() throws IOException {
    aws =
        FakeAws.answering(
            request ->
                answers.getOrDefault(
                    request.operation(),
                    Answer.error(400, "ValidationException", "unexpected " + request.operation())));
    answer(
        "DescribeTable",
        "{'Table':{'TableName':'Orders-1','TableArn':'%s','TableId':'id','TableStatus':'ACTIVE','AttributeDefinitions':"
                .formatted(TABLE)
            + "[{'AttributeName':'pk','AttributeType':'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]}}");
    answer(
        "DescribeContinuousBackups",
        "{'ContinuousBackupsDescription':{'ContinuousBackupsStatus':'ENABLED','PointInTimeRecoveryDescription':"
            + "{'PointInTimeRecoveryStatus':'ENABLED','EarliestRestorableDateTime':1.7319E9,'LatestRestorableDateTime':1.7320E9}}}");
    answer(
        "ExportTableToPointInTime",
        "{'ExportDescription':%s}".formatted(export("IN_PROGRESS", "b-1", "p", "")));
    answer(
        "DescribeExport",
        "{'ExportDescription':%s}".formatted(export("COMPLETED", "b-1", "p", "")));
  }

  @AfterEach
  void stop() {
    aws.close();
  }

  private void answer(String operation, String json) {
    answers.put(operation, Answer.of(json.replace('\'', '"')));
  }

  private static String export(String status, String bucket, String prefix, String more) {
    return "{'ExportArn':'%s','ExportStatus':'%s','TableArn':'%s','TableId':'id','S3Bucket':'%s','S3Prefix':'%s','ItemCount':2,'ExportTime':1.7319E9,'StartTime':1.7319E9,'EndTime':1.731900672E9%s}"
        .formatted(EXPORT, status, TABLE, bucket, prefix, more);
  }

  private int run(String... words) {
    List<String> all = new ArrayList<>(Arrays.asList(words));
    all.add("--endpoint-url=" + aws.address());
    all.add("--region=eu-west-1");
    int code = terminal.run(all.toArray(String[]::new));
    assertThat(terminal.out() + terminal.err()).doesNotContain("hidden-secret", "AKIDTEST");
    return code;
  }

  private List<String> operations() {
    return aws.requests().stream().map(Request::operation).toList();
  }

  private Request request(String operation) {
    return aws.requests().stream()
        .filter(request -> request.operation().equals(operation))
        .findFirst()
        .orElseThrow();
  }

  // ---- export

  @Test
  void exportStartsWaitsAndSaysWhereTheManifestIs() {
    assertThat(run("export", "Orders-1", "--bucket=b-1", "--prefix=/p/"))
        .as(terminal.err())
        .isZero();
    assertThat(terminal.out())
        .contains("Exported  table Orders-1\n")
        .contains("  Status     COMPLETED\n")
        .contains("  Holds      the table as of 2024-11-18T03:20:00Z\n")
        .contains("  Items      2\n")
        .contains("  Took       11:12 min\n")
        .contains(
            "  Manifest   s3://b-1/p/AWSDynamoDB/01731900000000-0a1b2c3d/manifest-summary.json\n");
    assertThat(terminal.err())
        .contains("Started export 01731900000000-0a1b2c3d of table Orders-1")
        .contains("Waiting for export 01731900000000-0a1b2c3d: COMPLETED, 0.");
    assertThat(operations())
        .containsExactly(
            "DescribeTable",
            "DescribeContinuousBackups",
            "ExportTableToPointInTime",
            "DescribeExport");
    assertThat(request("ExportTableToPointInTime").body())
        .contains("\"S3Prefix\":\"p\"", "\"ClientToken\":\"");
    assertThat(request("DescribeExport").userAgent())
        .contains("dynamodb-lake/")
        .endsWith(" export");
  }

  @Test
  void detachedExportIsNotAwaited() throws IOException {
    assertThat(run("export", TABLE, "--bucket=b-1", "--detach", "--json", "--client-token=step-1"))
        .isZero();
    JsonNode document = new ObjectMapper().readTree(terminal.out());
    assertThat(document.path("exportArn").asText()).isEqualTo(EXPORT);
    assertThat(document.path("status").asText()).isEqualTo("IN_PROGRESS");
    assertThat(document.has("manifest")).isFalse();
    assertThat(operations()).doesNotContain("DescribeExport");
    assertThat(request("ExportTableToPointInTime").body()).contains("\"ClientToken\":\"step-1\"");
  }

  @Test
  void resumedExportIsOnlyAwaited() throws IOException {
    answer(
        "DescribeExport",
        "{'ExportDescription':%s}"
            .formatted(
                export(
                    "COMPLETED",
                    "b-1",
                    "p",
                    ",'FilterSpecification':{'FilterExpression':'a = :a'}")));
    assertThat(run("export", "--resume", EXPORT, "--json")).as(terminal.err()).isZero();
    assertThat(new ObjectMapper().readTree(terminal.out()).path("filtered").asBoolean()).isTrue();
    assertThat(operations()).containsExactly("DescribeExport");

    assertThat(run("exports", "--arn", EXPORT)).isZero();
    assertThat(terminal.out()).contains("as of 2024-11-18T03:20:00Z, filtered: only a part of it");
    assertThat(run("export", "--resume", EXPORT, "--then-flatten=lake")).isEqualTo(2);
    assertThat(terminal.err()).contains("it holds a part of the table");
  }

  @Test
  void nothingIsExportedWhileThereIsTooLittle() throws IOException {
    answer(
        "ListExports",
        "{'ExportSummaries':[{'ExportArn':'%s','ExportStatus':'COMPLETED'}]}".formatted(EXPORT));
    answer(
        "DescribeExport",
        "{'ExportDescription':%s}"
            .formatted(
                export(
                    "COMPLETED",
                    "b-1",
                    "",
                    ",'ExportType':'INCREMENTAL_EXPORT','IncrementalExportSpecification':{'ExportFromTime':1731990000,'ExportToTime':1731999200}")));
    assertThat(run("export", "Orders-1", "--bucket=b-1", "--since-last"))
        .as(terminal.err())
        .isZero();
    assertThat(terminal.out())
        .startsWith("Nothing to export yet: the last export ended at 2024-11-19T06:53:20Z");
    assertThat(run("export", "Orders-1", "--bucket=b-1", "--since-last", "--json")).isZero();
    assertThat(new ObjectMapper().readTree(terminal.out()).path("status").asText())
        .isEqualTo("NOTHING_YET");
    assertThat(operations()).doesNotContain("ExportTableToPointInTime");

    // to another place there is no chain yet, and no full export to begin with
    assertThat(run("export", "Orders-1", "--bucket=b-2", "--since-last")).isEqualTo(5);
    assertThat(terminal.err()).contains("begin with a full export, or give --from");
  }

  @Test
  void chainGoesOnWhereItEndedAndSaysIfThereIsMore() {
    answer(
        "ListExports",
        "{'ExportSummaries':[{'ExportArn':'%s','ExportStatus':'COMPLETED'}]}".formatted(EXPORT));
    assertThat(run("export", "Orders-1", "--bucket=b-1", "--since-last", "--detach"))
        .as(terminal.err())
        .isZero();
    assertThat(request("ExportTableToPointInTime").body())
        .contains(
            "\"ExportFromTime\":1731900000", "\"ExportToTime\":1731986400", "NEW_AND_OLD_IMAGES");
    assertThat(terminal.err())
        .contains("It ends at 2024-11-19T03:20:00Z, because 24 hours are the most; run again");
    answer(
        "DescribeContinuousBackups",
        "{'ContinuousBackupsDescription':{'ContinuousBackupsStatus':'ENABLED','PointInTimeRecoveryDescription':"
            + "{'PointInTimeRecoveryStatus':'ENABLED','EarliestRestorableDateTime':1.7319E9,'LatestRestorableDateTime':1.8E9}}}");
    assertThat(
            run(
                "export",
                "Orders-1",
                "--bucket=b-1",
                "--since-last",
                "--detach",
                "--to=2024-11-19T00:00:00Z"))
        .isZero();
    assertThat(terminal.err()).doesNotContain("run again");
    answer(
        "DescribeContinuousBackups",
        "{'ContinuousBackupsDescription':{'ContinuousBackupsStatus':'ENABLED','PointInTimeRecoveryDescription':"
            + "{'PointInTimeRecoveryStatus':'ENABLED','EarliestRestorableDateTime':1.7320E9,'LatestRestorableDateTime':1.8E9}}}");
    assertThat(run("export", "Orders-1", "--bucket=b-1", "--since-last")).isEqualTo(5);
    assertThat(terminal.err())
        .contains("reaches back only to 2024-11-19T07:06:40Z; take a full export");
  }

  static Stream<Arguments> wrongUsage() {
    return Stream.of(
        row("Missing TABLE", "export", "--bucket=b-1"),
        row("Missing option --bucket NAME", "export", "Orders-1"),
        row("neither the name of a DynamoDB table nor its ARN", "export", "a/b", "--bucket=b-1"),
        row(
            "the ARN says us-east-1",
            "export",
            TABLE.replace("eu-west-1", "us-east-1"),
            "--bucket=b-1"),
        row("only the bucket's name", "export", "Orders-1", "--bucket=s3://b-1"),
        row("twelve digits", "export", "Orders-1", "--bucket=b-1", "--bucket-owner=acme"),
        row(
            "both say where to begin",
            "export",
            "Orders-1",
            "--bucket=b-1",
            "--since-last",
            "--from=2024-11-19T00:00:00Z"),
        row(
            "it is for a full export",
            "export",
            "Orders-1",
            "--bucket=b-1",
            "--since-last",
            "--at=2024-11-19T00:00:00Z"),
        row(
            "for incremental exports",
            "export",
            "Orders-1",
            "--bucket=b-1",
            "--to=2024-11-19T00:00:00Z"),
        row(
            "it holds changes, not a table",
            "export",
            "Orders-1",
            "--bucket=b-1",
            "--since-last",
            "--then-flatten=x"),
        row(
            "nobody would wait",
            "export",
            "Orders-1",
            "--bucket=b-1",
            "--detach",
            "--then-flatten=x"),
        row("'soon' is not a time span", "export", "Orders-1", "--bucket=b-1", "--timeout=soon"),
        row("--external-id without --role-arn", "exports", "--external-id=x"),
        row("No such file: DIR nowhere/restore-report.json", "import", "nowhere"));
  }

  private static Arguments row(String message, String... words) {
    return Arguments.of(message, words);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongUsage")
  void wrongUsageIsSaidBeforeAnythingIsCalled(String message, String[] words) {
    assertThat(run(words)).as(terminal.err()).isEqualTo(2);
    assertThat(terminal.err()).contains(message);
    assertThat(aws.requests()).isEmpty();
  }

  @Test
  void timesThatDynamoDbWouldRefuseAreWrongUsage() {
    assertThat(run("export", "Orders-1", "--bucket=b-1", "--at=2020-01-01T00:00:00Z")).isEqualTo(2);
    assertThat(terminal.err())
        .contains(
            "Cannot use --at 2020-01-01T00:00:00Z: point-in-time recovery of the table reaches from 2024-11-18T03:20:00Z");
    assertThat(operations()).doesNotContain("ExportTableToPointInTime");
  }

  static Stream<Arguments> failures() {
    Function<String, Answer> denied =
        action ->
            Answer.error(
                400,
                "AccessDeniedException",
                "User: arn:aws:sts::111122223333:assumed-role/x/y is not authorized to perform: %s on resource: %s"
                    .formatted(action, TABLE));
    return Stream.of(
        Arguments.of(
            "DescribeTable",
            Answer.error(400, "ResourceNotFoundException", "x"),
            "there is no such table in eu-west-1"),
        Arguments.of(
            "DescribeTable",
            Answer.error(400, "ExpiredTokenException", "x"),
            "the AWS credentials have expired"),
        Arguments.of(
            "DescribeContinuousBackups",
            denied.apply("dynamodb:DescribeContinuousBackups"),
            "no permission for dynamodb:DescribeContinuousBackups on " + TABLE),
        Arguments.of(
            "ExportTableToPointInTime",
            denied.apply("dynamodb:ExportTableToPointInTime"),
            "no permission for dynamodb:ExportTableToPointInTime on " + TABLE),
        Arguments.of(
            "ExportTableToPointInTime",
            Answer.error(400, "LimitExceededException", "300 exports"),
            "too much going on at once (300 exports)"),
        Arguments.of(
            "DescribeExport",
            Answer.of(
                "{\"ExportDescription\":{\"ExportArn\":\""
                    + EXPORT
                    + "\",\"TableArn\":\""
                    + TABLE
                    + "\",\"ExportStatus\":\"FAILED\",\"FailureCode\":\"AccessDenied\"}}"),
            "failed with AccessDenied; allow s3:PutObject"));
  }

  @ParameterizedTest(name = "{0} {2}")
  @MethodSource("failures")
  void whatTheServiceRefusesIsExitFive(String operation, Answer answer, String message) {
    answers.put(operation, answer);
    assertThat(run("export", "Orders-1", "--bucket=b-1")).as(terminal.err()).isEqualTo(5);
    assertThat(terminal.err())
        .contains("error: Cannot ")
        .contains(message)
        .doesNotContain("assumed-role");
    assertThat(terminal.out()).isEmpty();
  }

  @Test
  void exportGoesOnToFlattenWithTheKeysOfTheTable(@TempDir Path folder) throws Exception {
    S3MockServer s3 = S3MockServer.shared();
    Path export =
        ExportFixture.in(folder)
            .exportId("01731900000000-0a1b2c3d")
            .prefix("then-flatten")
            .file("{\"Item\":{\"pk\":{\"S\":\"a\"}}}", "{\"Item\":{\"pk\":{\"S\":\"b\"}}}")
            .write();
    upload(s3, export, "then-flatten/AWSDynamoDB/01731900000000-0a1b2c3d");
    answer(
        "DescribeExport",
        "{'ExportDescription':%s}".formatted(export("COMPLETED", s3.bucket(), "then-flatten", "")));
    String lake = folder.resolve("lake").toString();
    try (SessionSettings settings = new SessionSettings(s3)) {
      assertThat(
              run("export", "Orders-1", "--bucket=b-1", "--then-flatten", lake, "--verify=counts"))
          .as(terminal.err())
          .isZero();
    }
    assertThat(terminal.out())
        .contains(
            "Exported  table Orders-1",
            "Published  orders_1, snapshot 01731900000000-0a1b2c3d",
            "2 rows written");
    assertThat(Files.readString(folder.resolve("lake/_dynamodb/schema.json")))
        .contains("\"pk\"")
        .containsPattern("\"keys\"|\"key\"");
  }

  // ---- lists

  @Test
  void listsSayWhatThereIs() throws IOException {
    answer(
        "ListExports",
        "{'ExportSummaries':[{'ExportArn':'%s','ExportStatus':'COMPLETED','ExportType':'INCREMENTAL_EXPORT'},{'ExportArn':'%s','ExportStatus':'FAILED'}]}"
            .formatted(EXPORT, EXPORT.replace("Orders-1", "Other")));
    assertThat(run("exports", "Orders-1")).isZero();
    assertThat(terminal.out().lines().map(line -> line.replaceAll(" +", " ")))
        .containsExactly(
            "began table kind status export",
            "2024-11-18T03:20:00Z Orders-1 incremental COMPLETED 01731900000000-0a1b2c3d");
    assertThat(run("exports", "--json")).isZero();
    assertThat(new ObjectMapper().readTree(terminal.out()).path("exports")).hasSize(2);
    answer(
        "ListImports",
        "{'ImportSummaryList':[{'ImportArn':'%s','ImportStatus':'COMPLETED','StartTime':1.732E9,'S3BucketSource':{'S3Bucket':'b-1','S3KeyPrefix':'p/'}}]}"
            .formatted(IMPORT));
    assertThat(run("imports")).isZero();
    assertThat(terminal.out())
        .contains(
            "2024-11-19T07:06:40Z  Orders-1  s3://b-1/p/  COMPLETED  01732000000000-c4d4e311");
    answer("ListImports", "{'ImportSummaryList':[]}");
    assertThat(run("imports", TABLE)).isZero();
    assertThat(terminal.out()).isEqualTo("No imports in the last 90 days.\n");
    assertThat(run("imports", "--json")).isZero();
  }

  // ---- import

  private static void upload(S3MockServer s3, Path from, String key) throws IOException {
    FileSystem files = FileSystem.get(URI.create(s3.path(key)), s3.hadoopConf());
    files.copyFromLocalFile(
        new org.apache.hadoop.fs.Path(from.toUri()), new org.apache.hadoop.fs.Path(s3.path(key)));
  }

  private static void restored(
      Path folder, S3MockServer s3, String prefix, int files, int bytes, String status)
      throws IOException {
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("restore-report.json"),
        "{'format':'dynamodb-lake/restore-report','status':'%s','output':{'data':'file:%s/data','files':%d,'bytes':%d,'items':2}}"
            .formatted(status, folder, files, bytes)
            .replace('\'', '"'));
    Files.writeString(
        folder.resolve("import-table.json"),
        "{'ClientToken':'t','S3BucketSource':{'S3Bucket':'%s','S3KeyPrefix':'%s'},'InputFormat':'DYNAMODB_JSON','TableCreationParameters':{'TableName':'Orders-1','AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]}}"
            .formatted(s3.bucket(), prefix)
            .replace('\'', '"'));
  }

  private void importing(String status, String more) {
    String description =
        "{'ImportTableDescription':{'ImportArn':'%s','ImportStatus':'%s','TableArn':'%s'%s}}";
    answer("ImportTable", description.formatted(IMPORT, "IN_PROGRESS", TABLE, ""));
    answer("DescribeImport", description.formatted(IMPORT, status, TABLE, more));
  }

  @Test
  void importIsStartedWhenTheBucketHoldsTheFilesAndIsCounted(@TempDir Path folder)
      throws Exception {
    S3MockServer s3 = S3MockServer.shared();
    Path data = Files.writeString(folder.resolve("part-0.json"), "0123456789");
    Path directory = folder.resolve("restored");
    restored(directory, s3, "import-1/data/part-", 1, 10, "done");
    try (SessionSettings settings = new SessionSettings(s3)) {
      importing("COMPLETED", ",'ProcessedItemCount':2,'ImportedItemCount':2,'ErrorCount':0");
      assertThat(run("import", directory.toString())).isEqualTo(2);
      assertThat(terminal.err())
          .contains(
              "restore wrote 1 file with 10 bytes, but s3://"
                  + s3.bucket()
                  + "/import-1/data/ holds 0 files")
          .contains("aws s3 sync " + directory + "/data s3://" + s3.bucket() + "/import-1/data/");
      assertThat(aws.requests()).isEmpty();

      upload(s3, data, "import-1/data/part-0.json");
      assertThat(run("import", directory.toString())).as(terminal.err()).isZero();
      assertThat(terminal.out())
          .contains(
              "Imported  table Orders-1", "2 imported + 0 refused = 2 processed", "hours old");
      assertThat(request("ImportTable").body())
          .contains("\"ClientToken\":\"t\"", "import-1/data/part-\"");

      importing("COMPLETED", ",'ProcessedItemCount':0,'ImportedItemCount':0,'ErrorCount':0");
      assertThat(run("import", directory.toString())).isEqualTo(4);
      assertThat(terminal.err())
          .contains("DynamoDB counted 0 items imported and 0 processed, but restore wrote 2");

      importing(
          "FAILED",
          ",'ProcessedItemCount':2,'ImportedItemCount':1,'ErrorCount':1,'FailureCode':'ItemValidationError','CloudWatchLogGroupArn':'arn:aws:logs:eu-west-1:111122223333:log-group:/aws-dynamodb/imports:*'");
      answer("GetLogEvents", "{'events':[{'message':'Missing the key pk'}]}");
      assertThat(run("import", directory.toString())).isEqualTo(4);
      assertThat(terminal.err())
          .contains(
              "DynamoDB refused 1 item",
              "1 of 2 are in the table",
              "stream 01732000000000-c4d4e311/error: imports --errors --arn " + IMPORT);
      assertThat(run("import", directory.toString(), "--errors", "--resume", IMPORT)).isEqualTo(4);
      assertThat(terminal.err()).contains("The first reasons: Missing the key pk");
      assertThat(run("imports", "--errors", "--arn", IMPORT)).isZero();
      assertThat(terminal.out())
          .contains("  Refused    Missing the key pk\n", "FAILED, ItemValidationError");

      importing("FAILED", ",'FailureCode':'S3AccessDenied','FailureMessage':'no'");
      assertThat(run("import", directory.toString())).isEqualTo(5);
      assertThat(terminal.err())
          .contains("ended as FAILED with S3AccessDenied (no); allow s3:GetObject");

      answers.put(
          "ImportTable", Answer.error(400, "ResourceInUseException", "Table already exists"));
      assertThat(run("import", directory.toString())).isEqualTo(5);
      assertThat(terminal.err()).contains("it exists in eu-west-1");
    }
  }

  @Test
  void folderThatRestoreDidNotFinishIsRefused(@TempDir Path folder) throws Exception {
    S3MockServer s3 = S3MockServer.shared();
    restored(folder, s3, "x/", 1, 1, "running");
    assertThat(run("import", folder.toString())).isEqualTo(2);
    assertThat(terminal.err()).contains("restore did not come to its end, it says running");
    restored(folder, s3, "x", 1, 1, "done");
    assertThat(run("import", folder.toString())).isEqualTo(2);
    assertThat(terminal.err()).contains("a prefix that ends with a slash, or with /part-");
    Files.writeString(folder.resolve("import-table.json"), "{");
    assertThat(run("import", folder.toString())).isEqualTo(2);
    assertThat(terminal.err()).contains("this is no JSON document");
    assertThat(aws.requests()).isEmpty();
  }

  /** The shared session knows S3Mock meanwhile. */
  private static final class SessionSettings implements AutoCloseable {
    private final Map<String, String> settings = new HashMap<>();

    SessionSettings(S3MockServer s3) {
      settings.putAll(s3.settings());
      settings.put("fs.s3.impl", "org.apache.hadoop.fs.s3a.S3AFileSystem");
      settings.forEach(SparkTest.session().conf()::set);
    }

    @Override
    public void close() {
      settings.keySet().forEach(SparkTest.session().conf()::unset);
    }
  }
}
