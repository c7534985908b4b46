package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.lake.LakeTable;
import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.FakeAws;
import io.dynamodblake.testing.FakeAws.Answer;
import io.dynamodblake.testing.FakeAws.Request;
import io.dynamodblake.testing.Folders;
import io.dynamodblake.testing.IncrementalExport;
import io.dynamodblake.testing.S3MockServer;
import io.dynamodblake.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The nightly line: {@code export TABLE --since-last --then-apply DIR}, against a service that has
 * windows of changes. No server of others has: moto writes all items, without a manifest, whatever
 * is asked of it.
 */
class ExportThenApplyTest extends AwsCommandTest {
  private static final Instant FULL = Instant.ofEpochSecond(1731900000);
  private static final Instant NEXT_DAY = FULL.plusSeconds(86_400);
  private static final Instant LATEST = NEXT_DAY.plusSeconds(1200);
  private static final String TABLE_ID = "0f1e2d3c-1111-2222-3333-444455556666";

  @TempDir Path folder;

  private final S3MockServer s3 = S3MockServer.shared();
  private final String prefix = "then-apply-" + UUID.randomUUID();
  private final Map<String, String> exports = new LinkedHashMap<>(); // by what they begin with
  private final List<String> listed = new ArrayList<>(); // the newest first
  private SessionSettings settings;
  private String lake;

  @BeforeEach
  void knowExports() throws IOException {
    answer(
        "DescribeTable",
        "{'Table':{'TableName':'Orders-1','TableArn':'%s','TableId':'%s','TableStatus':'ACTIVE','AttributeDefinitions':"
                .formatted(TABLE, TABLE_ID)
            + "[{'AttributeName':'id','AttributeType':'S'}],'KeySchema':[{'AttributeName':'id','KeyType':'HASH'}]}}");
    recoverable(FULL, LATEST);
    aws.close();
    aws = FakeAws.answering(this::answerOf);
    settings = new SessionSettings(s3);
    lake = folder.resolve("lake").toString();
  }

  @AfterEach
  void forget() {
    settings.close();
  }

  private void recoverable(Instant earliest, Instant latest) {
    answer(
        "DescribeContinuousBackups",
        "{'ContinuousBackupsDescription':{'ContinuousBackupsStatus':'ENABLED','PointInTimeRecoveryDescription':{'PointInTimeRecoveryStatus':'ENABLED','EarliestRestorableDateTime':%d,'LatestRestorableDateTime':%d}}}"
            .formatted(earliest.getEpochSecond(), latest.getEpochSecond()));
  }

  private Answer answerOf(Request request) {
    JsonNode body = JsonDocuments.parseObject(request.body()).orElseThrow();
    switch (request.operation()) {
      case "ExportTableToPointInTime" -> {
        String from =
            Long.toString(body.at("/IncrementalExportSpecification/ExportFromTime").asLong());
        listed.add(0, exports.get(from));
        return Answer.of("{\"ExportDescription\":" + exports.get(from) + "}");
      }
      case "DescribeExport" -> {
        String arn = body.path("ExportArn").asText();
        return exports.values().stream()
            .filter(export -> export.contains('"' + arn + '"'))
            .findFirst()
            .map(export -> Answer.of("{\"ExportDescription\":" + export + "}"))
            .orElse(Answer.error(400, "ExportNotFoundException", arn));
      }
      case "ListExports" -> {
        return Answer.of("{\"ExportSummaries\":[" + String.join(",", listed) + "]}");
      }
      default -> {
        return answers.getOrDefault(
            request.operation(), Answer.error(400, "ValidationException", request.operation()));
      }
    }
  }

  /** A lake table of two items. */
  private void flattened(ExportFixture export) {
    Path full =
        export
            .table("Orders-1")
            .file("{\"Item\":{\"id\":{\"S\":\"a\"}}}", "{\"Item\":{\"id\":{\"S\":\"b\"}}}")
            .write();
    assertThat(
            new CapturedTerminal()
                .run("flatten", full.toString(), "--to", lake, "--table=orders", "--key=id:S"))
        .isZero();
  }

  private void flattened() {
    flattened(ExportFixture.in(folder.resolve("full")).exportTime(FULL));
  }

  /** An export that the service makes when it is asked for that window, or has made. */
  private void has(IncrementalExport export, Instant from, Instant to) throws IOException {
    Path written =
        export.prefix(prefix).table("Orders-1").tableId(TABLE_ID).window(from, to).write();
    String id = written.getFileName().toString();
    upload(s3, written, prefix + "/AWSDynamoDB/" + id);
    for (String file : Folders.filesBelow(written.resolveSibling("data"))) {
      String key = "/AWSDynamoDB/data/" + file;
      upload(s3, written.resolveSibling("data").resolve(file), prefix + key);
    }
    exports.put(
        Long.toString(from.getEpochSecond()),
        ("{'ExportArn':'%s/export/%s','ExportStatus':'COMPLETED','TableArn':'%s','TableId':'%s','S3Bucket':'%s','S3Prefix':'%s','ItemCount':1,"
                + "'ExportType':'INCREMENTAL_EXPORT','IncrementalExportSpecification':{'ExportFromTime':%d,'ExportToTime':%d}}")
            .formatted(
                TABLE,
                id,
                TABLE,
                TABLE_ID,
                s3.bucket(),
                prefix,
                from.getEpochSecond(),
                to.getEpochSecond())
            .replace('\'', '"'));
  }

  private int catchUp(String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "export",
                "Orders-1",
                "--bucket=" + s3.bucket(),
                "--prefix=" + prefix,
                "--since-last",
                "--then-apply=" + lake));
    words.addAll(List.of(more));
    return run(words.toArray(String[]::new));
  }

  private List<String> started() {
    return aws.requests().stream()
        .filter(request -> request.operation().equals("ExportTableToPointInTime"))
        .map(Request::body)
        .toList();
  }

  private LakeTable table() {
    return LakeTable.open(SparkTest.session(), lake);
  }

  private List<String> ids() {
    return table().rows().select("id").sort("id").collectAsList().stream()
        .map(row -> row.getString(0))
        .toList();
  }

  private static IncrementalExport window(Path folder) {
    return IncrementalExport.in(folder);
  }

  @Test
  void theLakeTableIsBroughtUpToDateWindowByWindow() throws IOException {
    flattened();
    has(window(folder.resolve("w1")).inserted("{\"id\":{\"S\":\"c\"}}"), FULL, NEXT_DAY);
    has(window(folder.resolve("w2")).deleted("{\"id\":{\"S\":\"a\"}}"), NEXT_DAY, LATEST);

    assertThat(catchUp("--strict", "--verify-old-images=all")).as(terminal.err()).isZero();

    assertThat(started()).hasSize(2);
    assertThat(started().get(0))
        .contains("\"ExportFromTime\":1731900000", "\"ExportToTime\":1731986400");
    assertThat(started().get(1))
        .contains("\"ExportFromTime\":1731986400", "\"ExportToTime\":1731987600");
    assertThat(
            started().stream().map(body -> body.replaceAll(".*ClientToken\":\"([^\"]*).*", "$1")))
        .doesNotHaveDuplicates();
    assertThat(terminal.err())
        .contains("of table Orders-1, 1 of 2: 2024-11-18T03:20:00Z to 2024-11-19T03:20:00Z");
    assertThat(terminal.out()).contains("Exported  table Orders-1", "Published  orders");
    assertThat(ids()).containsExactly("b", "c");
    assertThat(table().current().facts().time()).contains(LATEST);
    assertThat(table().current().ledger().entries()).hasSize(3);

    assertThat(catchUp()).as(terminal.err()).isZero();
    assertThat(terminal.out())
        .contains("Nothing to export yet: the lake table shows 2024-11-19T03:40:00Z");
    assertThat(catchUp("--json")).isZero();
    assertThat(Documents.read(terminal.out()).path("lastExportToTime").asText())
        .isEqualTo(LATEST.toString());
    assertThat(started()).hasSize(2);
  }

  @Test
  void whatWasExportedAndNotAppliedIsNotExportedAgain() throws IOException {
    flattened();
    has(window(folder.resolve("w1")).inserted("{\"id\":{\"S\":\"c\"}}"), FULL, NEXT_DAY);
    listed.addAll(exports.values());
    recoverable(FULL, NEXT_DAY.plusSeconds(60));

    assertThat(catchUp()).as(terminal.err()).isZero();

    assertThat(terminal.err())
        .contains(
            "Takes 1 exports from 2024-11-18T03:20:00Z to 2024-11-19T03:20:00Z, which were not applied yet");
    assertThat(started()).isEmpty();
    assertThat(ids()).containsExactly("a", "b", "c");

    // an export that was waited for again, by its ARN
    has(window(folder.resolve("w2")).deleted("{\"id\":{\"S\":\"a\"}}"), NEXT_DAY, LATEST);
    String arn = exports.get("1731986400").replaceAll(".*ExportArn\":\"([^\"]*).*", "$1");
    assertThat(run("export", "--resume", arn, "--then-apply", lake)).as(terminal.err()).isZero();
    assertThat(ids()).containsExactly("b", "c");
  }

  @Test
  void theMomentOfTheLakeTableCountsAndNotTheListOfExports() throws IOException {
    flattened();
    has(window(folder.resolve("w0")), FULL.minusSeconds(7200), FULL.minusSeconds(3600));
    listed.addAll(exports.values());
    has(window(folder.resolve("w1")).inserted("{\"id\":{\"S\":\"c\"}}"), FULL, NEXT_DAY);
    recoverable(FULL, NEXT_DAY.plusSeconds(60));

    assertThat(catchUp("--to=2024-11-19T03:20:00Z")).as(terminal.err()).isZero();

    assertThat(terminal.err())
        .contains(
            "Begins at 2024-11-18T03:20:00Z, the moment that the lake table shows, and not at 2024-11-18T02:20:00Z, where the last export to this place ended");
    assertThat(ids()).containsExactly("a", "b", "c");
  }

  @Test
  void aLakeTableThatExportsOfTheTableCannotContinueIsRefusedBeforeOneIsPaidFor() {
    flattened();
    recoverable(FULL.plusSeconds(3600), LATEST);
    assertThat(catchUp()).isEqualTo(5);
    assertThat(terminal.err())
        .contains(
            "it shows 2024-11-18T03:20:00Z, but point-in-time recovery of table Orders-1 reaches back only to 2024-11-18T04:20:00Z; take a full export with --then-flatten");

    String described = answers.get("DescribeTable").body();
    answers.put("DescribeTable", Answer.of(described.replace(TABLE_ID, "another")));
    assertThat(catchUp()).isEqualTo(3);
    assertThat(terminal.err())
        .contains(
            "the table was deleted and made again since (its id was "
                + TABLE_ID
                + " and is another)");

    answers.put("DescribeTable", Answer.of(described.replace("table/Orders-1", "table/Orders-2")));
    assertThat(catchUp()).isEqualTo(3);
    assertThat(terminal.err()).contains("table/Orders-1, and not of ").contains("table/Orders-2");
    answers.put("DescribeTable", Answer.of(described));

    lake = folder.resolve("finer").toString();
    flattened(ExportFixture.in(folder.resolve("finer-full")).exportTime(FULL.plusMillis(5)));
    assertThat(catchUp()).isEqualTo(3);
    assertThat(terminal.err())
        .contains(
            "it shows 2024-11-18T03:20:00.005Z, and DynamoDB's windows begin at whole seconds");
    assertThat(started()).isEmpty();
  }
}
