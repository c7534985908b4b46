package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.FakeAws.Answer;
import java.io.IOException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@code export}, {@code exports}, {@code import} and {@code imports} have in common: wrong
 * usage, refusals, lists.
 */
class AwsCommandsTest extends AwsCommandTest {
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
        row(
            "this is more than the name of a bucket; give b-1",
            "export",
            "Orders-1",
            "--bucket=s3://b-1"),
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
        row(
            "where to begin is where the lake table ends",
            "export",
            "Orders-1",
            "--bucket=b-1",
            "--from=2024-11-19T00:00:00Z",
            "--then-apply=x"),
        row(
            "Cannot use --then-apply with --then-flatten",
            "export",
            "Orders-1",
            "--bucket=b-1",
            "--then-flatten=x",
            "--then-apply=x"),
        row(
            "nobody would wait",
            "export",
            "Orders-1",
            "--bucket=b-1",
            "--since-last",
            "--detach",
            "--then-apply=x"),
        row(
            "Cannot use --sort-by with --then-apply: the lake table stays as flatten made it",
            "export",
            "Orders-1",
            "--bucket=b-1",
            "--since-last",
            "--then-apply=x",
            "--sort-by=pk"),
        row(
            "there is no",
            "export",
            "Orders-1",
            "--bucket=b-1",
            "--since-last",
            "--then-apply=no-such-lake"),
        row(
            "Cannot use --register with a lake table that is not on S3",
            "export",
            "Orders-1",
            "--bucket=b-1",
            "--then-flatten=lake",
            "--register=glue"),
        row(
            "Cannot read --partition-by",
            "export",
            "Orders-1",
            "--bucket=b-1",
            "--then-flatten=lake",
            "--replace",
            "--partition-by=week(c)"),
        row(
            "Cannot use table 'Orders!': it is neither the name of a DynamoDB table",
            "export",
            "Orders!",
            "--bucket=b-1"),
        row("Cannot use --bucket 'B_1': ", "export", "Orders-1", "--bucket=B_1"),
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
    assertThat(Documents.read(terminal.out()).path("exports")).hasSize(2);
    answer(
        "ListImports",
        "{'ImportSummaryList':[{'ImportArn':'%s','ImportStatus':'COMPLETED','StartTime':1.732E9,'S3BucketSource':{'S3Bucket':'b-1','S3KeyPrefix':'p/'}}]}"
            .formatted(IMPORT));
    assertThat(run("imports", "--json")).isZero();
    assertThat(Documents.read(terminal.out()).path("imports")).hasSize(1);
    assertThat(run("imports")).isZero();
    assertThat(terminal.out())
        .contains(
            "2024-11-19T07:06:40Z  Orders-1  s3://b-1/p/  COMPLETED  01732000000000-c4d4e311");
    answer("ListImports", "{'ImportSummaryList':[]}");
    assertThat(run("imports", TABLE)).isZero();
    assertThat(terminal.out()).isEqualTo("No imports in the last 90 days.\n");
    assertThat(run("imports", "--json")).isZero();
  }
}
