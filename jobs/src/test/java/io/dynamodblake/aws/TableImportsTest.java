package io.dynamodblake.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.conf.UsageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.DescribeImportResponse;
import software.amazon.awssdk.services.dynamodb.model.ImportTableDescription;
import software.amazon.awssdk.services.dynamodb.model.ImportTableRequest;
import software.amazon.awssdk.services.dynamodb.model.ImportTableResponse;
import software.amazon.awssdk.services.dynamodb.model.ListImportsResponse;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;

// the SDK takes arrays of lambdas
@SuppressWarnings("unchecked")
class TableImportsTest {
  private static final String ARN = FakeDynamoDb.TABLE + "/import/01732000000000-c4d4e311";
  private static final String REQUEST =
      """
      {
        "ClientToken": "from-file",
        "S3BucketSource": {"S3Bucket": "acme-import", "S3KeyPrefix": "orders/data/"},
        "InputFormat": "DYNAMODB_JSON",
        "InputCompressionType": "GZIP",
        "TableCreationParameters": {
          "TableName": "Orders",
          "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "status", "AttributeType": "S"}],
          "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
          "BillingMode": "PROVISIONED",
          "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6},
          "SSESpecification": {"Enabled": true, "SSEType": "KMS"},
          "GlobalSecondaryIndexes": [
            {"IndexName": "by_status",
             "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
             "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["total"]}}]
        }
      }
      """;

  private final FakeDynamoDb dynamoDb = new FakeDynamoDb();
  private final FakePauses pauses = new FakePauses();
  private final FakeLogs logs = new FakeLogs();
  private final TableImports imports =
      new TableImports(dynamoDb, () -> logs, new ServiceCalls("eu-west-1", pauses));

  private static final class FakeLogs implements CloudWatchLogsClient {
    final List<GetLogEventsRequest> requests = new ArrayList<>();
    GetLogEventsResponse answer;

    @Override
    public GetLogEventsResponse getLogEvents(GetLogEventsRequest request) {
      requests.add(request);
      if (answer == null) {
        throw ResourceNotFoundException.builder()
            .statusCode(400)
            .awsErrorDetails(
                AwsErrorDetails.builder()
                    .errorCode("ResourceNotFoundException")
                    .errorMessage("no stream")
                    .build())
            .build();
      }
      return answer;
    }

    @Override
    public String serviceName() {
      return "logs";
    }

    @Override
    public void close() {}
  }

  private static ImportTableDescription.Builder description(String status) {
    return ImportTableDescription.builder()
        .importArn(ARN)
        .importStatus(status)
        .tableArn(FakeDynamoDb.TABLE)
        .s3BucketSource(source -> source.s3Bucket("acme-import").s3KeyPrefix("orders/data/"))
        .cloudWatchLogGroupArn(
            "arn:aws:logs:eu-west-1:111122223333:log-group:/aws-dynamodb/imports:*");
  }

  private static DescribeImportResponse described(ImportTableDescription.Builder description) {
    return DescribeImportResponse.builder().importTableDescription(description.build()).build();
  }

  @Test
  void anAnswerThatIsAnotherImportUnderTheSameTokenIsToldAndNotTakenForThisOne() {
    dynamoDb.then(
        ImportTableResponse.builder()
            .importTableDescription(
                description("IN_PROGRESS")
                    .s3BucketSource(
                        source -> source.s3Bucket("acme-import").s3KeyPrefix("yesterday/data/"))
                    .inputFormat("ION")
                    .inputCompressionType("GZIP")
                    .build())
            .build());

    assertThatThrownBy(() -> imports.start(REQUEST, "import-table.json", Optional.empty()))
        .isInstanceOf(AwsFailureException.class)
        .hasMessage(
            "Cannot import table Orders: DynamoDB knows the client token from an earlier request and"
                + " answers with its import, "
                + ARN
                + ", which differs from import-table.json in S3KeyPrefix, InputFormat; wait for that"
                + " one with --resume "
                + ARN
                + ", or start this one with another --client-token");
  }

  @Test
  void requestIsThatOfTheFileWithEveryMember() {
    dynamoDb.then(
        ImportTableResponse.builder()
            .importTableDescription(description("IN_PROGRESS").build())
            .build());
    imports.start(REQUEST, "import-table.json", Optional.empty());
    imports.start(REQUEST, "import-table.json", Optional.of("mine"));

    ImportTableRequest.Builder expected =
        ImportTableRequest.builder()
            .clientToken("from-file")
            .s3BucketSource(one -> one.s3Bucket("acme-import").s3KeyPrefix("orders/data/"))
            .inputFormat("DYNAMODB_JSON")
            .inputCompressionType("GZIP")
            .tableCreationParameters(
                table ->
                    table
                        .tableName("Orders")
                        .attributeDefinitions(
                            one -> one.attributeName("pk").attributeType("S"),
                            one -> one.attributeName("status").attributeType("S"))
                        .keySchema(one -> one.attributeName("pk").keyType("HASH"))
                        .billingMode("PROVISIONED")
                        .provisionedThroughput(
                            one -> one.readCapacityUnits(5L).writeCapacityUnits(6L))
                        .sseSpecification(one -> one.enabled(true).sseType("KMS"))
                        .globalSecondaryIndexes(
                            index ->
                                index
                                    .indexName("by_status")
                                    .keySchema(one -> one.attributeName("status").keyType("HASH"))
                                    .projection(
                                        one ->
                                            one.projectionType("INCLUDE")
                                                .nonKeyAttributes("total"))));
    assertThat(dynamoDb.requests)
        .containsExactly(expected.build(), expected.clientToken("mine").build());
  }

  @Test
  void fileThatIsNoRequestIsWrongUsage() {
    for (String text :
        List.of(
            "",
            "[]",
            "{",
            "{}",
            "{\"S3BucketSource\":{}}",
            REQUEST.replace("InputFormat", "InputFromat"),
            REQUEST.replace("\"S3Bucket\": \"acme-import\"", "\"S3Bucket\": 7"),
            REQUEST.replace("\"ReadCapacityUnits\": 5", "\"ReadCapacityUnits\": 1.5"))) {
      assertThatThrownBy(() -> imports.start(text, "import-table.json", Optional.empty()))
          .as(text)
          .isInstanceOf(UsageException.class)
          .hasMessageStartingWith("Cannot read import-table.json: ");
    }
    assertThatThrownBy(
            () ->
                imports.start(
                    REQUEST.replace("\"WriteCapacityUnits\": 6", "\"WriteCapacity\": 6"),
                    "import-table.json",
                    Optional.empty()))
        .hasMessageContaining("TableCreationParameters.ProvisionedThroughput.WriteCapacity");
    assertThat(dynamoDb.requests).isEmpty();
  }

  @Test
  void tableThatExistsIsSaidAsSuch() {
    dynamoDb.failing(ResourceInUseException.builder().statusCode(400).build());
    assertThatThrownBy(() -> imports.start(REQUEST, "f", Optional.empty()))
        .isInstanceOf(AwsFailureException.class)
        .hasMessageContaining("Cannot import table Orders: it exists in eu-west-1")
        .hasMessageContaining("--table");
  }

  @Test
  void waitsForTheEndWhateverItIs() {
    dynamoDb
        .then(described(description("IN_PROGRESS")))
        .then(described(description("CANCELLING")))
        .then(
            described(
                description("FAILED")
                    .processedItemCount(3L)
                    .importedItemCount(2L)
                    .errorCount(1L)
                    .failureCode("ItemValidationError")));
    ImportState state = imports.await(ARN, Duration.ofHours(1), one -> {});
    assertThat(state.isCompleted()).isFalse();
    assertThat(List.of(state.processed(), state.imported(), state.errors()))
        .containsExactly(3L, 2L, 1L);
    assertThat(state.logGroup()).contains("/aws-dynamodb/imports");
    assertThat(pauses.passed()).isEqualTo(Duration.ofMillis(12_500));
  }

  @Test
  void stuckImportEndsTheWaitOnly() {
    dynamoDb.then(described(description("IN_PROGRESS")));
    assertThatThrownBy(() -> imports.await(ARN, Duration.ofMinutes(10), one -> {}))
        .isInstanceOf(AwsFailureException.class)
        .hasMessageContaining("wait for it again with import DIR --resume " + ARN);
  }

  @Test
  void errorLogIsReadFromTheStreamOfTheImport() {
    logs.answer =
        GetLogEventsResponse.builder()
            .events(
                one ->
                    one.message(
                        "{\"itemS3Pointer\":{\"bucket\":\"b\",\"key\":\"orders/part-1.gz\",\"itemIndex\":4},"
                            + "\"errorMessages\":[\"Missing the key pk in the item\"]}"),
                one -> one.message("not\u001b[31m JSON"),
                one -> one.message("{}"))
            .build();
    ImportState state = TableImportsTest.this.state("FAILED");
    assertThat(imports.errors(state, 5))
        .containsExactly(
            "orders/part-1.gz, item 4: Missing the key pk in the item", "not [31m JSON", "{}");
    assertThat(logs.requests.get(0).logGroupName()).isEqualTo("/aws-dynamodb/imports");
    assertThat(logs.requests.get(0).logStreamName()).isEqualTo("01732000000000-c4d4e311/error");
    assertThat(logs.requests.get(0).limit()).isEqualTo(5);
  }

  @Test
  void noErrorLogIsNoError() {
    assertThat(imports.errors(state("FAILED"), 5)).isEmpty();
  }

  private ImportState state(String status) {
    dynamoDb.then(described(description(status)));
    return imports.describe(ARN);
  }

  @Test
  void listsEveryPage() {
    dynamoDb
        .then(
            ListImportsResponse.builder()
                .importSummaryList(
                    one ->
                        one.importArn(ARN)
                            .importStatus("COMPLETED")
                            .s3BucketSource(s -> s.s3Bucket("b").s3KeyPrefix("p/")))
                .nextToken("more")
                .build())
        .then(
            ListImportsResponse.builder()
                .importSummaryList(one -> one.importArn(ARN).importStatus("FAILED"))
                .build());
    assertThat(imports.list(Optional.empty()))
        .extracting(ImportLine::status, ImportLine::source)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("COMPLETED", "s3://b/p/"),
            org.assertj.core.groups.Tuple.tuple("FAILED", ""));
  }
}
