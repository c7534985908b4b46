package io.dynamodblake.aws;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ExportDescription;
import software.amazon.awssdk.services.dynamodb.model.ExportFormat;
import software.amazon.awssdk.services.dynamodb.model.ExportNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ExportTableToPointInTimeRequest;
import software.amazon.awssdk.services.dynamodb.model.ExportType;
import software.amazon.awssdk.services.dynamodb.model.ExportViewType;
import software.amazon.awssdk.services.dynamodb.model.IncrementalExportSpecification;
import software.amazon.awssdk.services.dynamodb.model.ListExportsResponse;
import software.amazon.awssdk.services.dynamodb.model.S3SseAlgorithm;

/** Native exports: started, awaited, found again. */
public final class TableExports {
  // not every part of the service knows at once of an export that has just begun
  private static final Duration SETTLING = Duration.ofMinutes(5);
  private static final int PAGE = 25;

  private final DynamoDbClient client;
  private final ServiceCalls calls;

  /**
   * @throws AwsFailureException if nothing says which region
   */
  public TableExports(AwsClients clients, Pauses pauses) {
    this(clients.dynamoDb(), new ServiceCalls(clients.region(), pauses));
  }

  TableExports(DynamoDbClient client, ServiceCalls calls) {
    this.client = client;
    this.calls = calls;
  }

  /**
   * Returns where the chain of incremental exports goes on: at the end of the last one to the same
   * place, or if there is none, at the instant of the table's last full export to any place.
   *
   * @throws AwsFailureException if there is nothing to go on from, or one is still running
   */
  public Instant endOfLast(LiveTable table, String bucket, String prefix) {
    Optional<Instant> full = Optional.empty();
    for (ExportLine line : list(Optional.of(table.arn()))) {
      if (line.status().equals("FAILED")) {
        continue;
      }
      ExportState export = describe(line.arn());
      boolean sameTable =
          table.id().isEmpty() || export.tableId().map(table.id()::equals).orElse(true);
      if (!sameTable || export.filtered()) {
        continue;
      }
      boolean sameChain =
          export.isIncremental()
              && export.bucket().equals(bucket)
              && export.prefix().equals(prefix);
      if (sameChain && export.isRunning()) {
        throw stillRunning(table, export);
      }
      if (sameChain && export.until().isPresent()) {
        return export.until().get();
      }
      if (!export.isIncremental() && export.isCompleted() && full.isEmpty()) {
        full = export.at();
      }
    }
    return full.orElseThrow(
        () ->
            new AwsFailureException(
                "Cannot continue the exports of "
                    + Arns.named(table.name())
                    + ": DynamoDB knows of none to this bucket and prefix in the last 90 days, and"
                    + " of no full one; begin with a full export, or give --from"));
  }

  private static AwsFailureException stillRunning(LiveTable table, ExportState export) {
    return new AwsFailureException(
        "Cannot continue the exports of "
            + Arns.named(table.name())
            + ": the last one is still running; wait for it with export --resume "
            + export.arn());
  }

  /**
   * What DynamoDB has exported of a table since a moment.
   *
   * @param following incremental exports to one place, the first of which begins at that moment,
   *     and each other one where the one before ends
   * @param last where the last one to that place ends; empty if there is none
   */
  public record Since(List<ExportState> following, Optional<Instant> last) {
    public Since {
      following = List.copyOf(following);
    }
  }

  /**
   * Returns the exports that bring whoever shows a table at some moment further.
   *
   * @throws AwsFailureException if one is still running
   */
  public Since since(LiveTable table, String bucket, String prefix, Instant moment) {
    List<ExportState> later = new ArrayList<>();
    Optional<Instant> last = Optional.empty();
    for (ExportLine line : list(Optional.of(table.arn()))) {
      if (line.status().equals("FAILED") || line.type().equals(ExportType.FULL_EXPORT.toString())) {
        continue;
      }
      ExportState export = describe(line.arn());
      boolean sameTable =
          table.id().isEmpty() || export.tableId().map(table.id()::equals).orElse(true);
      if (!sameTable
          || export.filtered()
          || !export.bucket().equals(bucket)
          || !export.prefix().equals(prefix)
          || export.until().isEmpty()) {
        continue;
      }
      if (export.isRunning()) {
        throw stillRunning(table, export);
      }
      last = last.or(export::until);
      if (!export.until().get().isAfter(moment)) {
        break; // the list begins with the newest
      }
      later.add(export);
    }
    List<ExportState> following = new ArrayList<>();
    Optional<Instant> end = Optional.of(moment);
    for (int i = later.size() - 1; i >= 0; i--) {
      if (later.get(i).from().equals(end)) {
        following.add(later.get(i));
        end = later.get(i).until();
      }
    }
    return new Since(following, last);
  }

  /**
   * Starts an export.
   *
   * @param order as {@link ExportOrder#checked} gave it
   * @throws AwsFailureException if it is refused
   */
  public ExportState start(LiveTable table, ExportOrder order) {
    ExportTableToPointInTimeRequest.Builder request =
        ExportTableToPointInTimeRequest.builder()
            .tableArn(table.arn())
            .s3Bucket(order.bucket())
            .s3Prefix(order.prefix().isEmpty() ? null : order.prefix())
            .s3BucketOwner(order.bucketOwner().orElse(null))
            .exportFormat(order.ion() ? ExportFormat.ION : ExportFormat.DYNAMODB_JSON)
            .clientToken(order.clientToken());
    order.kmsKey().ifPresent(key -> request.s3SseAlgorithm(S3SseAlgorithm.KMS).s3SseKmsKeyId(key));
    order.at().ifPresent(request::exportTime);
    if (order.from().isPresent()) {
      request
          .exportType(ExportType.INCREMENTAL_EXPORT)
          .incrementalExportSpecification(
              window ->
                  window
                      .exportFromTime(order.from().get())
                      .exportToTime(order.until().orElse(null))
                      .exportViewType(
                          order.newImagesOnly()
                              ? ExportViewType.NEW_IMAGE
                              : ExportViewType.NEW_AND_OLD_IMAGES));
    }
    ExportDescription answered =
        calls
            .call(
                "export " + Arns.named(table.name()),
                "dynamodb:ExportTableToPointInTime",
                () -> client.exportTableToPointInTime(request.build()))
            .exportDescription();
    // some servers that stand in for the service do not repeat where it goes
    return state(
        answered.s3Bucket() == null
            ? answered.toBuilder().s3Bucket(order.bucket()).s3Prefix(order.prefix()).build()
            : answered,
        false);
  }

  /**
   * Returns whether an export holds a part of its table only.
   *
   * @throws AwsFailureException if DynamoDB knows of no such export, or does not say
   */
  public boolean isFiltered(String arn) {
    return describe(arn).filtered();
  }

  /**
   * Returns what DynamoDB says of an export.
   *
   * @throws AwsFailureException if it knows of none
   */
  public ExportState describe(String arn) {
    AtomicBoolean filtered = new AtomicBoolean();
    ExportDescription description =
        calls
            .watch(
                "describe export " + AwsErrors.shortened(Arns.id(arn)),
                "dynamodb:DescribeExport",
                () ->
                    client.describeExport(
                        request ->
                            request
                                .exportArn(arn)
                                .overrideConfiguration(FilteredExportMark.setting(filtered))))
            .exportDescription();
    return state(description, filtered.get());
  }

  /**
   * Waits for the end of an export.
   *
   * @param seen hears what DynamoDB says meanwhile
   * @return the completed export
   * @throws AwsFailureException if it failed, or did not end within the limit
   */
  public ExportState await(String arn, Duration limit, Consumer<ExportState> seen) {
    Instant settled = calls.pauses().now().plus(SETTLING);
    ExportState last =
        Watch.until(
                (Optional<ExportState> state) -> state.isPresent() && !state.get().isRunning(),
                () -> describeSoon(arn, settled),
                calls.pauses(),
                limit,
                "export of " + Arns.named(Arns.tableName(arn)),
                "export --resume " + arn,
                state -> state.ifPresent(seen))
            .orElseThrow();
    if (last.isCompleted()) {
      return last;
    }
    throw new AwsFailureException(failure(last));
  }

  /** Not every part of the service knows at once of an export that has just begun. */
  private Optional<ExportState> describeSoon(String arn, Instant settled) {
    try {
      return Optional.of(describe(arn));
    } catch (AwsFailureException e) {
      if (e.getCause() instanceof ExportNotFoundException
          && calls.pauses().now().isBefore(settled)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static String failure(ExportState export) {
    String code = export.failureCode().orElse("no code");
    String wayOut =
        switch (code) {
          case "S3NoSuchBucket" -> "make bucket " + export.bucket() + " or name another one";
          case "S3AccessDenied", "AccessDenied" ->
              "allow s3:PutObject and s3:AbortMultipartUpload on bucket "
                  + export.bucket()
                  + " (conf/iam/export.json), and give --bucket-owner if it is another account's";
          default -> "repair that and export again";
        };
    return "Cannot export "
        + Arns.named(Arns.tableName(export.tableArn()))
        + ": export "
        + Arns.id(export.arn())
        + " failed with "
        + AwsErrors.shortened(code)
        + export.failureMessage().map(text -> " (" + AwsErrors.shortened(text) + ")").orElse("")
        + "; "
        + wayOut;
  }

  /**
   * Returns the exports that DynamoDB remembers, of 90 days, the newest first.
   *
   * @param tableArn only of this table
   */
  public List<ExportLine> list(Optional<String> tableArn) {
    List<ExportLine> lines = new ArrayList<>();
    String token = null;
    do {
      String next = token;
      ListExportsResponse page =
          calls.call(
              "list the exports" + tableArn.map(arn -> " of " + Arns.named(arn)).orElse(""),
              "dynamodb:ListExports",
              () ->
                  client.listExports(
                      request ->
                          request
                              .tableArn(tableArn.orElse(null))
                              .maxResults(PAGE)
                              .nextToken(next)));
      page.exportSummaries()
          .forEach(
              export ->
                  lines.add(
                      new ExportLine(
                          export.exportArn(),
                          export.exportStatusAsString(),
                          export.exportType() == null
                              ? ExportType.FULL_EXPORT.toString()
                              : export.exportTypeAsString())));
      token = page.nextToken();
    } while (token != null && !token.isEmpty());
    return lines;
  }

  // ---- from the classes of the SDK

  private static ExportState state(ExportDescription export, boolean filtered) {
    Optional<IncrementalExportSpecification> window =
        export.exportType() == ExportType.INCREMENTAL_EXPORT
            ? Optional.ofNullable(export.incrementalExportSpecification())
            : Optional.empty();
    return new ExportState(
        export.exportArn(),
        export.exportStatusAsString(),
        export.tableArn() == null ? "" : export.tableArn(),
        Optional.ofNullable(export.tableId()),
        export.s3Bucket() == null ? "" : export.s3Bucket(),
        export.s3Prefix() == null ? "" : export.s3Prefix(),
        export.exportFormat() == ExportFormat.ION ? "ion" : "dynamodb-json",
        Optional.ofNullable(export.exportTime()),
        window.map(IncrementalExportSpecification::exportFromTime),
        window.map(IncrementalExportSpecification::exportToTime),
        filtered,
        Optional.ofNullable(export.itemCount()),
        Optional.ofNullable(export.billedSizeBytes()),
        Optional.ofNullable(export.startTime()),
        Optional.ofNullable(export.endTime()),
        Optional.ofNullable(export.failureCode()),
        Optional.ofNullable(export.failureMessage()));
  }
}
