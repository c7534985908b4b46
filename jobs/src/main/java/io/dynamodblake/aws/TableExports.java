package io.dynamodblake.aws;

import io.dynamodblake.conf.UsageException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.ContinuousBackupsUnavailableException;
import software.amazon.awssdk.services.dynamodb.model.ExportDescription;
import software.amazon.awssdk.services.dynamodb.model.ExportFormat;
import software.amazon.awssdk.services.dynamodb.model.ExportNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ExportTableToPointInTimeRequest;
import software.amazon.awssdk.services.dynamodb.model.ExportType;
import software.amazon.awssdk.services.dynamodb.model.ExportViewType;
import software.amazon.awssdk.services.dynamodb.model.IncrementalExportSpecification;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ListExportsResponse;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryDescription;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;
import software.amazon.awssdk.services.dynamodb.model.S3SseAlgorithm;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** Native exports: started, awaited, found again. */
public final class TableExports {
  /** Shortest incremental export. */
  public static final Duration SHORTEST = Duration.ofMinutes(15);

  /** Longest incremental export. */
  public static final Duration LONGEST = Duration.ofHours(24);

  // the service needs a moment after it has made a table, switched recovery on or begun an export
  private static final Duration SETTLING = Duration.ofMinutes(5);
  private static final Duration SETTLING_PAUSE = Duration.ofSeconds(5);
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
   * The table as it is now.
   *
   * @param table name or ARN
   * @throws AwsFailureException if there is none, or it is being made or deleted
   */
  public LiveTable table(String table) {
    TableDescription description =
        calls
            .call(
                "find " + named(table),
                "dynamodb:DescribeTable",
                () -> client.describeTable(request -> request.tableName(table)))
            .table();
    return usable(description, table, calls.region());
  }

  /**
   * What a description says of the table. What the service does not say is empty.
   *
   * @param table name or ARN
   * @throws AwsFailureException if it is being made or deleted
   */
  static LiveTable usable(TableDescription description, String table, String region) {
    TableStatus status = description.tableStatus();
    if (status == TableStatus.DELETING || status == TableStatus.CREATING) {
      throw new AwsFailureException(
          "Cannot use "
              + named(table)
              + " in "
              + region
              + ": it is being "
              + (status == TableStatus.DELETING
                  ? "deleted; its last backup, if it has one, can be restored in the console"
                  : "made; try again in a minute"));
    }
    Map<String, String> types = attributeTypes(description);
    List<String> keys =
        description.keySchema().stream()
            // false comes first, and with it the partition key
            .sorted(Comparator.comparing(key -> key.keyType() != KeyType.HASH))
            .map(key -> key.attributeName() + ":" + types.get(key.attributeName()))
            .toList();
    return new LiveTable(
        Arns.tableName(table),
        description.tableArn() == null ? "" : description.tableArn(),
        description.tableId() == null ? "" : description.tableId(),
        keys);
  }

  /** S, N or B of every attribute that is a key of the table or of an index. */
  static Map<String, String> attributeTypes(TableDescription description) {
    return description.attributeDefinitions().stream()
        .collect(
            Collectors.toMap(
                AttributeDefinition::attributeName,
                AttributeDefinition::attributeTypeAsString,
                (first, second) -> first));
  }

  /**
   * Between which instants the table can be exported.
   *
   * @param enable switch point-in-time recovery on if it is off, and wait until that has happened
   * @throws AwsFailureException if it is off
   */
  public PitrWindow recovery(LiveTable table, boolean enable) {
    Optional<PitrWindow> window = window(table);
    if (window.isPresent()) {
      return window.get();
    }
    if (!enable) {
      throw new AwsFailureException(
          "Cannot export "
              + named(table.name())
              + ": point-in-time recovery is off, which every export needs; switch it on with --enable-pitr"
              + " (it costs by the size of the table), or read the table with scan");
    }
    Instant give = calls.pauses().now().plus(SETTLING);
    while (!switchedOn(table, give)) {
      pause("switching on point-in-time recovery of " + named(table.name()));
    }
    while (true) {
      window = window(table);
      if (window.isPresent()) {
        return window.get();
      }
      if (calls.pauses().now().isAfter(give)) {
        throw new AwsFailureException(
            "Cannot export "
                + named(table.name())
                + ": point-in-time recovery was switched on and is not there after 5 minutes; try again later");
      }
      pause("waiting for point-in-time recovery of " + named(table.name()));
    }
  }

  /** False if the table was just made, and has no backups yet that could be switched on. */
  private boolean switchedOn(LiveTable table, Instant give) {
    try {
      calls.call(
          "switch on point-in-time recovery of " + named(table.name()),
          "dynamodb:UpdateContinuousBackups",
          () ->
              client.updateContinuousBackups(
                  request ->
                      request
                          .tableName(table.arn())
                          .pointInTimeRecoverySpecification(
                              on -> on.pointInTimeRecoveryEnabled(true))));
      return true;
    } catch (AwsFailureException e) {
      if (e.getCause() instanceof ContinuousBackupsUnavailableException
          && calls.pauses().now().isBefore(give)) {
        return false;
      }
      throw e;
    }
  }

  private void pause(String what) {
    try {
      calls.pauses().pause(SETTLING_PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AwsFailureException("Interrupted while " + what, e);
    }
  }

  private Optional<PitrWindow> window(LiveTable table) {
    PointInTimeRecoveryDescription recovery =
        calls
            .call(
                "look at the backups of " + named(table.name()),
                "dynamodb:DescribeContinuousBackups",
                () -> client.describeContinuousBackups(request -> request.tableName(table.arn())))
            .continuousBackupsDescription()
            .pointInTimeRecoveryDescription();
    if (recovery == null
        || recovery.pointInTimeRecoveryStatus() != PointInTimeRecoveryStatus.ENABLED) {
      return Optional.empty();
    }
    Instant now = calls.pauses().now();
    return Optional.of(
        new PitrWindow(
            Optional.ofNullable(recovery.earliestRestorableDateTime()).orElse(now),
            Optional.ofNullable(recovery.latestRestorableDateTime()).orElse(now)));
  }

  /**
   * Completes and checks an order.
   *
   * @return the order with whole seconds, and an end if it is incremental
   * @throws UsageException if DynamoDB would refuse its times
   */
  public ExportOrder checked(ExportOrder order, PitrWindow window) {
    Optional<Instant> at = order.at().map(time -> time.truncatedTo(ChronoUnit.SECONDS));
    Optional<Instant> from = order.from().map(time -> time.truncatedTo(ChronoUnit.SECONDS));
    Optional<Instant> until = order.until().map(time -> time.truncatedTo(ChronoUnit.SECONDS));
    at.ifPresent(time -> within("--at", time, window));
    if (from.isPresent()) {
      within("--from", from.get(), window);
      Instant latest = window.latest().truncatedTo(ChronoUnit.SECONDS);
      Instant longest = from.get().plus(LONGEST);
      until = until.or(() -> Optional.of(longest.isBefore(latest) ? longest : latest));
      within("--to", until.get(), window);
      Duration length = Duration.between(from.get(), until.get());
      if (length.compareTo(SHORTEST) < 0 || length.compareTo(LONGEST) > 0) {
        throw new UsageException(
            "Cannot export what changed from "
                + from.get()
                + " to "
                + until.get()
                + ": DynamoDB takes windows from 15 minutes to 24 hours");
      }
    }
    return new ExportOrder(
        order.bucket(),
        order.prefix(),
        order.bucketOwner(),
        order.kmsKey(),
        order.ion(),
        at,
        from,
        until,
        order.newImagesOnly(),
        order.clientToken());
  }

  private static void within(String option, Instant time, PitrWindow window) {
    // a table whose recovery was switched on within this second begins after it
    Instant earliest = window.earliest().truncatedTo(ChronoUnit.SECONDS);
    if (time.isBefore(earliest) || time.isAfter(window.latest())) {
      throw new UsageException(
          "Cannot use "
              + option
              + " "
              + time
              + ": point-in-time recovery of the table reaches from "
              + earliest
              + " to "
              + window.latest().truncatedTo(ChronoUnit.SECONDS));
    }
  }

  /**
   * Where the chain of incremental exports goes on: at the end of the last one to the same place,
   * or if there is none, at the instant of the table's last full export to any place.
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
        throw new AwsFailureException(
            "Cannot continue the exports of "
                + named(table.name())
                + ": the last one is still running; wait for it with export --resume "
                + export.arn());
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
                    + named(table.name())
                    + ": DynamoDB knows of none to this bucket and prefix in the last 90 days, and of no full one; begin with a"
                    + " full export, or give --from"));
  }

  /**
   * Starts an export.
   *
   * @param order as {@link #checked} gave it
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
    return state(
        calls
            .call(
                "export " + named(table.name()),
                "dynamodb:ExportTableToPointInTime",
                () -> client.exportTableToPointInTime(request.build()))
            .exportDescription(),
        false);
  }

  /**
   * Whether an export holds a part of its table only.
   *
   * @throws AwsFailureException if DynamoDB knows of no such export, or does not say
   */
  public boolean isFiltered(String arn) {
    return describe(arn).filtered();
  }

  /**
   * What DynamoDB says of an export.
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
                "export of " + named(Arns.tableName(arn)),
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
        + named(Arns.tableName(export.tableArn()))
        + ": export "
        + Arns.id(export.arn())
        + " failed with "
        + AwsErrors.shortened(code)
        + export.failureMessage().map(text -> " (" + AwsErrors.shortened(text) + ")").orElse("")
        + "; "
        + wayOut;
  }

  /**
   * The exports that DynamoDB remembers, of 90 days, the newest first.
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
              "list the exports" + tableArn.map(arn -> " of " + named(arn)).orElse(""),
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

  private static String named(String table) {
    return "table " + Arns.tableName(table);
  }
}
