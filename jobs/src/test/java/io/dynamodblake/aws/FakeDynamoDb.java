package io.dynamodblake.aws;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ContinuousBackupsDescription;
import software.amazon.awssdk.services.dynamodb.model.DescribeContinuousBackupsRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeContinuousBackupsResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeExportRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeExportResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeImportRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeImportResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.ExportTableToPointInTimeRequest;
import software.amazon.awssdk.services.dynamodb.model.ExportTableToPointInTimeResponse;
import software.amazon.awssdk.services.dynamodb.model.ImportTableRequest;
import software.amazon.awssdk.services.dynamodb.model.ImportTableResponse;
import software.amazon.awssdk.services.dynamodb.model.ListExportsRequest;
import software.amazon.awssdk.services.dynamodb.model.ListExportsResponse;
import software.amazon.awssdk.services.dynamodb.model.ListImportsRequest;
import software.amazon.awssdk.services.dynamodb.model.ListImportsResponse;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateContinuousBackupsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateContinuousBackupsResponse;

/**
 * A service that says what a test has put into it, one answer after the other; the last one stays.
 */
final class FakeDynamoDb implements DynamoDbClient {
  static final String TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders";
  static final Instant NOW = FakePauses.BEGIN;

  final List<Object> requests = new ArrayList<>();
  private final Deque<Supplier<?>> answers = new ArrayDeque<>();

  FakeDynamoDb then(Supplier<?> answer) {
    answers.add(answer);
    return this;
  }

  FakeDynamoDb then(Object answer) {
    return then(() -> answer);
  }

  FakeDynamoDb failing(RuntimeException failure) {
    return then(
        () -> {
          throw failure;
        });
  }

  /** The requests of one kind. */
  <T> List<T> asked(Class<T> type) {
    return requests.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private <T> T answer(Object request, Class<T> type) {
    requests.add(request);
    Supplier<?> answer = answers.size() > 1 ? answers.poll() : answers.peek();
    if (answer == null) {
      throw new AssertionError("nobody expected " + request.getClass().getSimpleName());
    }
    Object said = answer.get();
    if (!type.isInstance(said)) {
      throw new AssertionError(
          "expected is a call that answers "
              + said
              + ", not "
              + request.getClass().getSimpleName());
    }
    return type.cast(said);
  }

  /** Recovery of the table, from two days ago until five minutes ago. */
  static DescribeContinuousBackupsResponse recovery(String status) {
    return DescribeContinuousBackupsResponse.builder()
        .continuousBackupsDescription(
            ContinuousBackupsDescription.builder()
                .continuousBackupsStatus("ENABLED")
                .pointInTimeRecoveryDescription(
                    on ->
                        on.pointInTimeRecoveryStatus(status)
                            .earliestRestorableDateTime(NOW.minusSeconds(172_800))
                            .latestRestorableDateTime(NOW.minusSeconds(300)))
                .build())
        .build();
  }

  @Override
  public DescribeTableResponse describeTable(DescribeTableRequest request) {
    return answer(request, DescribeTableResponse.class);
  }

  @Override
  public DescribeContinuousBackupsResponse describeContinuousBackups(
      DescribeContinuousBackupsRequest request) {
    return answer(request, DescribeContinuousBackupsResponse.class);
  }

  @Override
  public UpdateContinuousBackupsResponse updateContinuousBackups(
      UpdateContinuousBackupsRequest request) {
    return answer(request, UpdateContinuousBackupsResponse.class);
  }

  @Override
  public ExportTableToPointInTimeResponse exportTableToPointInTime(
      ExportTableToPointInTimeRequest request) {
    return answer(request, ExportTableToPointInTimeResponse.class);
  }

  @Override
  public DescribeExportResponse describeExport(DescribeExportRequest request) {
    return answer(request, DescribeExportResponse.class);
  }

  @Override
  public ListExportsResponse listExports(ListExportsRequest request) {
    return answer(request, ListExportsResponse.class);
  }

  @Override
  public ImportTableResponse importTable(ImportTableRequest request) {
    return answer(request, ImportTableResponse.class);
  }

  @Override
  public DescribeImportResponse describeImport(DescribeImportRequest request) {
    return answer(request, DescribeImportResponse.class);
  }

  @Override
  public ListImportsResponse listImports(ListImportsRequest request) {
    return answer(request, ListImportsResponse.class);
  }

  @Override
  public ScanResponse scan(ScanRequest request) {
    return answer(request, ScanResponse.class);
  }

  @Override
  public String serviceName() {
    return "dynamodb";
  }

  @Override
  public void close() {}
}
