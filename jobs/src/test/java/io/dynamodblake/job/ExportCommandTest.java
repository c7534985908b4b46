package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.S3MockServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code export} against a service that says what a test wants. */
class ExportCommandTest extends AwsCommandTest {
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
    JsonNode document = Documents.read(terminal.out());
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
    assertThat(Documents.read(terminal.out()).path("filtered").asBoolean()).isTrue();
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
    assertThat(Documents.read(terminal.out()).path("status").asText()).isEqualTo("NOTHING_YET");
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

  private static String text(S3MockServer s3, String key) throws IOException {
    return new LakeFiles(s3.hadoopConf()).read(s3.path(key)).orElse("none");
  }

  @Test
  void exportKeepsTheSettingsOfTheTableBesideItAndNotThoseOfALaterCall() throws Exception {
    S3MockServer s3 = S3MockServer.shared();
    keepsSettings = true;
    answer("DescribeTimeToLive", "{'TimeToLiveDescription':{'TimeToLiveStatus':'DISABLED'}}");
    answer("ListTagsOfResource", "{'Tags':[{'Key':'team','Value':'shop'}]}");
    answer(
        "ExportTableToPointInTime",
        "{'ExportDescription':%s}".formatted(export("IN_PROGRESS", s3.bucket(), "kept", "")));
    String file = "kept/AWSDynamoDB/01731900000000-0a1b2c3d/table.json";
    try (SessionSettings settings = new SessionSettings(s3)) {
      assertThat(run("export", "Orders-1", "--bucket=b-1", "--detach")).as(terminal.err()).isZero();
      assertThat(terminal.err())
          .contains(
              "Not known of the table, as table.json will say: resource policy, contributor insights, Kinesis data streams",
              "Kept the settings of the table, at s3://" + s3.bucket() + "/" + file);
      JsonNode document = Documents.read(text(s3, file));
      assertThat(document.path("tableArn").asText()).isEqualTo(TABLE);
      assertThat(document.at("/settings/tags/team").asText()).isEqualTo("shop");
      assertThat(document.at("/settings/pointInTimeRecovery").isObject()).isTrue();
      assertThat(document.at("/settings/timeToLive").isNull()).isTrue();
      assertThat(document.at("/notKnown/resourcePolicy").asText())
          .startsWith("Cannot look at the resource policy of table Orders-1: ");

      answer("ListTagsOfResource", "{'Tags':[{'Key':'team','Value':'other'}]}");
      assertThat(run("export", "Orders-1", "--bucket=b-1", "--detach")).isZero();
      assertThat(text(s3, file)).contains("\"team\" : \"shop\"");
    }
  }

  @Test
  void exportWhoseSettingsCannotBeKeptGoesOnAndSaysHowToLeaveThemOut() throws Exception {
    S3MockServer s3 = S3MockServer.shared();
    keepsSettings = true;
    answer(
        "ExportTableToPointInTime",
        "{'ExportDescription':%s}".formatted(export("IN_PROGRESS", "no-such-bucket", "p", "")));
    try (SessionSettings settings = new SessionSettings(s3)) {
      assertThat(run("export", "Orders-1", "--bucket=b-1")).as(terminal.err()).isZero();
    }
    assertThat(terminal.out()).contains("Exported  table Orders-1\n");
    assertThat(terminal.err())
        .contains("Warning: Cannot keep the settings of the table: ")
        .contains(
            "at s3://no-such-bucket/p/AWSDynamoDB/01731900000000-0a1b2c3d/table.json; the export goes on without them",
            "--settings none");
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
}
