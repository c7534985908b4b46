package io.dynamodblake.aws;

import static io.dynamodblake.aws.FakeDynamoDb.NOW;
import static io.dynamodblake.aws.FakeDynamoDb.TABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.ContinuousBackupsUnavailableException;
import software.amazon.awssdk.services.dynamodb.model.DescribeExportRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeExportResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.ExportDescription;
import software.amazon.awssdk.services.dynamodb.model.ExportNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ExportSummary;
import software.amazon.awssdk.services.dynamodb.model.ExportTableToPointInTimeRequest;
import software.amazon.awssdk.services.dynamodb.model.ExportTableToPointInTimeResponse;
import software.amazon.awssdk.services.dynamodb.model.ListExportsRequest;
import software.amazon.awssdk.services.dynamodb.model.ListExportsResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateContinuousBackupsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateContinuousBackupsResponse;

// the SDK takes arrays of lambdas
@SuppressWarnings("unchecked")
class TableExportsTest {
  private static final LiveTable ORDERS =
      new LiveTable("Orders", TABLE, "id-1", List.of("pk:S", "sk:N"));
  private static final PitrWindow WINDOW =
      new PitrWindow(NOW.minusSeconds(172_800), NOW.minusSeconds(300));
  private static final Duration DAY = Duration.ofDays(1);

  private final FakeDynamoDb dynamoDb = new FakeDynamoDb();
  private final FakePauses pauses = new FakePauses();
  private final TableExports exports =
      new TableExports(dynamoDb, new ServiceCalls("eu-west-1", pauses));
  private final LiveTables tables = new LiveTables(dynamoDb, new ServiceCalls("eu-west-1", pauses));
  private final PointInTimeRecovery recovery =
      new PointInTimeRecovery(dynamoDb, new ServiceCalls("eu-west-1", pauses));

  private static DescribeTableResponse table(String status) {
    return DescribeTableResponse.builder()
        .table(
            table ->
                table
                    .tableStatus(status)
                    .tableArn(TABLE)
                    .tableId("id-1")
                    .attributeDefinitions(
                        one -> one.attributeName("sk").attributeType("N"),
                        one -> one.attributeName("other").attributeType("B"),
                        one -> one.attributeName("pk").attributeType("S"))
                    .keySchema(
                        one -> one.attributeName("pk").keyType("HASH"),
                        one -> one.attributeName("sk").keyType("RANGE")))
        .build();
  }

  private static String arn(int number) {
    return TABLE + "/export/0173190000000" + number + "-0a1b2c3d";
  }

  private static DescribeExportResponse export(
      String status, Consumer<ExportDescription.Builder> more) {
    ExportDescription.Builder builder =
        ExportDescription.builder()
            .exportArn(arn(1))
            .exportStatus(status)
            .tableArn(TABLE)
            .tableId("id-1")
            .s3Bucket("acme-exports")
            .s3Prefix("nightly")
            .exportFormat("DYNAMODB_JSON");
    more.accept(builder);
    return DescribeExportResponse.builder().exportDescription(builder.build()).build();
  }

  private static DescribeExportResponse export(String status) {
    return export(status, more -> {});
  }

  private static Consumer<ExportDescription.Builder> window(Instant from, Instant until) {
    return builder ->
        builder
            .exportType("INCREMENTAL_EXPORT")
            .incrementalExportSpecification(
                window -> window.exportFromTime(from).exportToTime(until));
  }

  private static ListExportsResponse list(String token, String... statuses) {
    List<ExportSummary> summaries = new ArrayList<>();
    for (String status : statuses) {
      summaries.add(
          ExportSummary.builder()
              .exportArn(arn(summaries.size() + 1))
              .exportStatus(status)
              .build());
    }
    return ListExportsResponse.builder().exportSummaries(summaries).nextToken(token).build();
  }

  private static ExportOrder full(Optional<Instant> at) {
    return new ExportOrder(
        "acme-exports",
        "nightly",
        Optional.empty(),
        Optional.empty(),
        false,
        at,
        Optional.empty(),
        Optional.empty(),
        false,
        "token");
  }

  private static ExportOrder changes(Instant from, Optional<Instant> until) {
    return new ExportOrder(
        "acme-exports",
        "",
        Optional.of("111122223333"),
        Optional.of("alias/key"),
        true,
        Optional.empty(),
        Optional.of(from),
        until,
        true,
        "token");
  }

  // ---- the table

  @Test
  void tableTellsItsKeysInTheirOrder() {
    dynamoDb.then(table("ACTIVE"));
    assertThat(tables.table("Orders")).isEqualTo(ORDERS);
  }

  @Test
  void partitionKeyComesFirstAndWhatIsNotSaidIsEmpty() {
    dynamoDb.then(
        DescribeTableResponse.builder()
            .table(
                table("ACTIVE").table().toBuilder()
                    .tableArn(null)
                    .tableId(null)
                    .keySchema(
                        one -> one.attributeName("sk").keyType("RANGE"),
                        one -> one.attributeName("pk").keyType("HASH"))
                    .build())
            .build());
    assertThat(tables.table("Orders")).isEqualTo(new LiveTable("Orders", "", "", ORDERS.keys()));
  }

  @Test
  void tableThatIsBeingMadeOrDeletedIsSaidAsSuch() {
    dynamoDb.then(table("DELETING")).then(table("CREATING"));
    assertThatThrownBy(() -> tables.table("Orders"))
        .isInstanceOf(AwsFailureException.class)
        .hasMessageContaining("Cannot use table Orders in eu-west-1: it is being deleted");
    assertThatThrownBy(() -> tables.table("Orders")).hasMessageContaining("being made; try again");
  }

  @Test
  void missingTableIsSaidAsSuch() {
    dynamoDb.failing(
        FakePauses.error(400, "ResourceNotFoundException", "Requested resource not found"));
    assertThatThrownBy(() -> tables.table("Orders"))
        .hasMessage(
            "Cannot find table Orders: there is no such table in eu-west-1; check the name, the account and --region");
  }

  // ---- point-in-time recovery

  @Test
  void recoveryThatIsOffIsNotSwitchedOnUnasked() {
    dynamoDb.then(FakeDynamoDb.recovery("DISABLED"));
    assertThatThrownBy(() -> recovery.window(ORDERS, false))
        .isInstanceOf(AwsFailureException.class)
        .hasMessageContaining("point-in-time recovery is off")
        .hasMessageContaining("--enable-pitr");
    assertThat(dynamoDb.asked(UpdateContinuousBackupsRequest.class)).isEmpty();
  }

  @Test
  void recoveryIsSwitchedOnAndAwaitedAlsoOfATableJustMade() {
    dynamoDb
        .then(FakeDynamoDb.recovery("DISABLED"))
        .failing(
            ContinuousBackupsUnavailableException.builder()
                .statusCode(400)
                .awsErrorDetails(
                    AwsErrorDetails.builder()
                        .errorCode("ContinuousBackupsUnavailableException")
                        .errorMessage("being enabled")
                        .build())
                .build())
        .then(UpdateContinuousBackupsResponse.builder().build())
        .then(FakeDynamoDb.recovery("DISABLED"))
        .then(FakeDynamoDb.recovery("ENABLED"));
    assertThat(recovery.window(ORDERS, true)).isEqualTo(WINDOW);
    assertThat(pauses.passed()).isEqualTo(Duration.ofSeconds(10));
    assertThat(
            dynamoDb
                .asked(UpdateContinuousBackupsRequest.class)
                .get(1)
                .pointInTimeRecoverySpecification()
                .pointInTimeRecoveryEnabled())
        .isTrue();
  }

  // ---- windows

  @Test
  void timesAreCheckedBeforeTheCall() {
    Instant latest = WINDOW.latest();
    for (ExportOrder order :
        List.of(
            full(Optional.of(NOW.plusSeconds(60))),
            full(Optional.of(WINDOW.earliest().minusSeconds(1))),
            changes(WINDOW.earliest().minusSeconds(1), Optional.empty()),
            changes(latest.minusSeconds(3600), Optional.of(NOW.plusSeconds(1))))) {
      assertThatThrownBy(() -> order.checked(WINDOW))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining(
              "point-in-time recovery of the table reaches from 2026-11-18T12:00:00Z to 2026-11-20T11:55:00Z");
    }
    for (ExportOrder order :
        List.of(
            changes(latest.minusSeconds(899), Optional.empty()),
            changes(latest, Optional.of(latest)),
            changes(latest.minusSeconds(3600), Optional.of(latest.minusSeconds(7200))),
            changes(latest.minusSeconds(86_401), Optional.of(latest)))) {
      assertThatThrownBy(() -> order.checked(WINDOW))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("DynamoDB takes windows from 15 minutes to 24 hours");
    }
  }

  @Test
  void windowWithoutAnEndGoesAsFarAsItCan() {
    Instant latest = WINDOW.latest();
    assertThat(changes(latest.minusSeconds(900), Optional.empty()).checked(WINDOW).until())
        .contains(latest);
    Instant early = latest.minusSeconds(90_000);
    assertThat(changes(early, Optional.empty()).checked(WINDOW).until()).contains(early.plus(DAY));
    assertThat(full(Optional.of(latest.minusMillis(1))).checked(WINDOW).at())
        .contains(latest.minusSeconds(1));
  }

  // ---- starting

  @Test
  void requestSaysWhatWasOrdered() {
    ExportTableToPointInTimeResponse started =
        ExportTableToPointInTimeResponse.builder()
            .exportDescription(export("IN_PROGRESS").exportDescription())
            .build();
    dynamoDb.then(started);
    exports.start(ORDERS, full(Optional.empty()));
    exports.start(ORDERS, changes(NOW.minus(DAY), Optional.of(NOW)));

    List<ExportTableToPointInTimeRequest> requests =
        dynamoDb.asked(ExportTableToPointInTimeRequest.class);
    assertThat(requests.get(0))
        .isEqualTo(
            ExportTableToPointInTimeRequest.builder()
                .tableArn(TABLE)
                .s3Bucket("acme-exports")
                .s3Prefix("nightly")
                .exportFormat("DYNAMODB_JSON")
                .clientToken("token")
                .build());
    assertThat(requests.get(1))
        .isEqualTo(
            ExportTableToPointInTimeRequest.builder()
                .tableArn(TABLE)
                .s3Bucket("acme-exports")
                .s3BucketOwner("111122223333")
                .s3SseAlgorithm("KMS")
                .s3SseKmsKeyId("alias/key")
                .exportFormat("ION")
                .clientToken("token")
                .exportType("INCREMENTAL_EXPORT")
                .incrementalExportSpecification(
                    window ->
                        window
                            .exportFromTime(NOW.minus(DAY))
                            .exportToTime(NOW)
                            .exportViewType("NEW_IMAGE"))
                .build());
  }

  @Test
  void tokenThatWasUsedForSomethingElseIsSaidAsSuch() {
    dynamoDb.failing(FakePauses.error(400, "ExportConflictException", "Duplicate request"));
    assertThatThrownBy(() -> exports.start(ORDERS, full(Optional.empty())))
        .hasMessageContaining("Cannot export table Orders: the client token was used")
        .hasMessageContaining("--client-token");
  }

  // ---- waiting

  @Test
  void waitsLongerAndLongerUntilItIsDone() {
    dynamoDb
        .failing(ExportNotFoundException.builder().statusCode(400).build())
        .then(export("IN_PROGRESS"))
        .then(export("IN_PROGRESS"))
        .failing(SdkClientException.create("lost", new java.net.SocketException("reset")))
        .failing(FakePauses.error(503, "ServiceUnavailable", "busy"))
        .failing(FakePauses.throttled())
        .then(export("COMPLETED", more -> more.itemCount(7L)));
    List<String> seen = new ArrayList<>();
    ExportState state = exports.await(arn(1), DAY, one -> seen.add(one.status()));
    assertThat(seen).containsExactly("IN_PROGRESS", "IN_PROGRESS", "COMPLETED");
    assertThat(state.items()).contains(7L);
    assertThat(state.manifest())
        .isEqualTo(
            "s3://acme-exports/nightly/AWSDynamoDB/01731900000001-0a1b2c3d/manifest-summary.json");
    assertThat(pauses.passed()).isBetween(Duration.ofSeconds(25), Duration.ofMinutes(2));
  }

  @Test
  void exportThatIsStuckEndsTheWaitButNotTheExport() {
    dynamoDb.then(export("IN_PROGRESS"));
    assertThatThrownBy(() -> exports.await(arn(1), Duration.ofHours(2), one -> {}))
        .isInstanceOf(AwsFailureException.class)
        .hasMessage(
            "Cannot wait any longer for the export of table Orders: --timeout is over; it goes on in DynamoDB,"
                + " wait for it again with export --resume "
                + arn(1));
    assertThat(pauses.passed()).isEqualTo(Duration.ofHours(2));
    assertThat(dynamoDb.requests).hasSizeBetween(240, 250);
  }

  @Test
  void throttlingForLongerThanAQuarterOfAnHourEndsTheWait() {
    dynamoDb.failing(FakePauses.throttled());
    assertThatThrownBy(() -> exports.await(arn(1), DAY, one -> {}))
        .hasMessageContaining("throttled by the service for 15 minutes");
  }

  @Test
  void failedExportSaysWhyAndWhatToDo() {
    dynamoDb.then(
        export(
            "FAILED",
            more ->
                more.failureCode("S3NoSuchBucket").failureMessage("The bucket\ndoes not exist")));
    assertThatThrownBy(() -> exports.await(arn(1), DAY, one -> {}))
        .isInstanceOf(AwsFailureException.class)
        .hasMessage(
            "Cannot export table Orders: export 01731900000001-0a1b2c3d failed with S3NoSuchBucket (The bucket does not exist);"
                + " make bucket acme-exports or name another one");
  }

  @Test
  void interruptionSaysHowToGoOn() throws Exception {
    dynamoDb.then(export("IN_PROGRESS"));
    TableExports real = new TableExports(dynamoDb, new ServiceCalls("eu-west-1", Pauses.REAL));
    List<Throwable> thrown = new ArrayList<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                real.await(arn(1), DAY, one -> {});
              } catch (RuntimeException e) {
                thrown.add(e);
              }
            });
    thread.start();
    thread.interrupt();
    thread.join(10_000);
    assertThat(thrown)
        .singleElement()
        .satisfies(
            e ->
                assertThat(e)
                    .hasMessageContaining("wait for it again with export --resume " + arn(1)));
  }

  @Test
  void unknownExportIsSaidAsSuch() {
    dynamoDb.failing(FakePauses.error(400, "ExportNotFoundException", "Export not found"));
    assertThatThrownBy(() -> exports.describe(arn(1)))
        .hasMessageContaining("DynamoDB knows of no such ARN in eu-west-1");
  }

  // ---- going on

  @Test
  void goesOnWhereTheLastIncrementalExportToTheSamePlaceEnded() {
    dynamoDb
        .then(list("more", "FAILED", "COMPLETED", "COMPLETED"))
        .then(list(null, "COMPLETED", "COMPLETED"))
        .then(export("COMPLETED", window(NOW, NOW).andThen(one -> one.s3Prefix("elsewhere"))))
        .then(export("COMPLETED", window(NOW, NOW).andThen(one -> one.tableId("dropped"))))
        .then(export("COMPLETED", one -> one.exportTime(NOW)))
        .then(export("COMPLETED", window(NOW.minus(DAY), NOW.minusSeconds(7200))));
    assertThat(exports.endOfLast(ORDERS, "acme-exports", "nightly"))
        .isEqualTo(NOW.minusSeconds(7200));
    assertThat(dynamoDb.asked(ListExportsRequest.class).get(1).nextToken()).isEqualTo("more");
  }

  @Test
  void goesOnFromTheLastFullExportIfThereIsNoIncrementalOne() {
    dynamoDb
        .then(list(null, "IN_PROGRESS", "COMPLETED", "COMPLETED"))
        .then(export("IN_PROGRESS", one -> one.exportTime(NOW)))
        .then(export("COMPLETED", one -> one.exportTime(NOW.minusSeconds(60)).s3Prefix(null)))
        .then(export("COMPLETED", one -> one.exportTime(NOW.minusSeconds(9999))));
    assertThat(exports.endOfLast(ORDERS, "acme-exports", "nightly"))
        .isEqualTo(NOW.minusSeconds(60));
  }

  @Test
  void filteredExportIsNoBeginning() {
    dynamoDb
        .then(list(null, "COMPLETED"))
        .then(
            () -> {
              FilteredExportMark.wanted(dynamoDb.asked(DescribeExportRequest.class).get(0))
                  .set(true);
              return export("COMPLETED", one -> one.exportTime(NOW));
            });
    assertThatThrownBy(() -> exports.endOfLast(ORDERS, "acme-exports", "nightly"))
        .isInstanceOf(AwsFailureException.class)
        .hasMessageContaining("begin with a full export, or give --from");
  }

  @Test
  void doesNotGoOnWhileTheLastOneIsRunning() {
    dynamoDb.then(list(null, "IN_PROGRESS")).then(export("IN_PROGRESS", window(NOW, NOW)));
    assertThatThrownBy(() -> exports.endOfLast(ORDERS, "acme-exports", "nightly"))
        .hasMessageContaining("still running; wait for it with export --resume " + arn(1));
  }
}
