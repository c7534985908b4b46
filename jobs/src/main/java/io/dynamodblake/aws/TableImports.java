package io.dynamodblake.aws;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.JsonDocuments;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ImportNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ImportTableDescription;
import software.amazon.awssdk.services.dynamodb.model.ImportTableRequest;
import software.amazon.awssdk.services.dynamodb.model.InputFormat;
import software.amazon.awssdk.services.dynamodb.model.ListImportsResponse;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.S3BucketSource;

/** Native imports: started, awaited, found again. */
public final class TableImports {
  private static final Duration SETTLING = Duration.ofMinutes(2);
  private static final int PAGE = 25;

  private final DynamoDbClient client;
  private final Supplier<CloudWatchLogsClient> logs;
  private final ServiceCalls calls;

  /**
   * @throws AwsFailureException if nothing says which region
   */
  public TableImports(AwsClients clients, Pauses pauses) {
    this(clients.dynamoDb(), clients::logs, new ServiceCalls(clients.region(), pauses));
  }

  TableImports(DynamoDbClient client, Supplier<CloudWatchLogsClient> logs, ServiceCalls calls) {
    this.client = client;
    this.logs = logs;
    this.calls = calls;
  }

  /**
   * Starts an import.
   *
   * @param request text of {@code import-table.json}
   * @param file how messages call it
   * @param clientToken instead of the one in the file
   * @throws UsageException if the request cannot be read
   * @throws AwsFailureException if it is refused, for example because the table exists, or if
   *     DynamoDB answers with another import that it remembers under the same token
   */
  public ImportState start(String request, String file, Optional<String> clientToken) {
    ImportTableRequest.Builder builder =
        RequestJson.read(request, ImportTableRequest.builder(), file);
    clientToken.ifPresent(builder::clientToken);
    ImportTableRequest complete = builder.build();
    if (complete.tableCreationParameters() == null || complete.s3BucketSource() == null) {
      throw new UsageException(
          "Cannot read " + file + ": TableCreationParameters or S3BucketSource is missing");
    }
    String table = complete.tableCreationParameters().tableName();
    try {
      ImportTableDescription answered =
          calls
              .call(
                  "import table " + table,
                  "dynamodb:ImportTable",
                  () -> client.importTable(complete))
              .importTableDescription();
      List<String> differences = ImportDifference.of(complete, answered);
      if (!differences.isEmpty()) {
        throw new AwsFailureException(
            "Cannot import table %s: DynamoDB knows the client token from an earlier request and answers with its import, %s, which differs from %s in %s; wait for that one with --resume %s, or start this one with another --client-token"
                .formatted(
                    table,
                    answered.importArn(),
                    file,
                    String.join(", ", differences),
                    answered.importArn()));
      }
      return state(answered);
    } catch (AwsFailureException e) {
      if (e.getCause() instanceof ResourceInUseException) {
        throw new AwsFailureException(
            "Cannot import table "
                + table
                + ": it exists in "
                + calls.region()
                + ", and an import always makes a new table; delete it, restore under another name with --table, or put the items"
                + " into it with load",
            e);
      }
      throw e;
    }
  }

  /**
   * Returns what DynamoDB says of an import.
   *
   * @throws AwsFailureException if it knows of none
   */
  public ImportState describe(String arn) {
    return state(
        calls
            .watch(
                "describe import " + AwsErrors.shortened(Arns.id(arn)),
                "dynamodb:DescribeImport",
                () -> client.describeImport(request -> request.importArn(arn)))
            .importTableDescription());
  }

  /**
   * Waits for the end of an import, whatever it is.
   *
   * @param seen hears what DynamoDB says meanwhile
   * @throws AwsFailureException if it did not end within the limit
   */
  public ImportState await(String arn, Duration limit, Consumer<ImportState> seen) {
    Instant settled = calls.pauses().now().plus(SETTLING);
    return Watch.until(
            (Optional<ImportState> state) -> state.isPresent() && !state.get().isRunning(),
            () -> describeSoon(arn, settled),
            calls.pauses(),
            limit,
            "import of table " + Arns.tableName(arn),
            "import DIR --resume " + arn,
            state -> state.ifPresent(seen))
        .orElseThrow();
  }

  private Optional<ImportState> describeSoon(String arn, Instant settled) {
    try {
      return Optional.of(describe(arn));
    } catch (AwsFailureException e) {
      if (e.getCause() instanceof ImportNotFoundException
          && calls.pauses().now().isBefore(settled)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Returns the imports that DynamoDB remembers, of 90 days.
   *
   * @param tableArn only of this table
   */
  public List<ImportLine> list(Optional<String> tableArn) {
    List<ImportLine> lines = new ArrayList<>();
    String token = null;
    do {
      String next = token;
      ListImportsResponse page =
          calls.call(
              "list the imports",
              "dynamodb:ListImports",
              () ->
                  client.listImports(
                      request ->
                          request.tableArn(tableArn.orElse(null)).pageSize(PAGE).nextToken(next)));
      page.importSummaryList()
          .forEach(
              one ->
                  lines.add(
                      new ImportLine(
                          one.importArn(),
                          one.importStatusAsString(),
                          source(one.s3BucketSource()),
                          Optional.ofNullable(one.startTime()),
                          Optional.ofNullable(one.endTime()))));
      token = page.nextToken();
    } while (token != null && !token.isEmpty());
    return lines;
  }

  /**
   * Returns the first refused items, as DynamoDB logged them: object, position in it, reasons.
   * Empty if there is no log.
   *
   * @param most lines at most
   */
  public List<String> errors(ImportState state, int most) {
    if (state.logGroup().isEmpty()) {
      return List.of();
    }
    String group = state.logGroup().get();
    try {
      GetLogEventsResponse events =
          calls.call(
              "read the error log of import " + Arns.id(state.arn()),
              "logs:GetLogEvents",
              () ->
                  logs.get()
                      .getLogEvents(
                          request ->
                              request
                                  .logGroupName(group)
                                  .logStreamName(state.errorStream())
                                  .startFromHead(true)
                                  .limit(most)));
      return events.events().stream().map(OutputLogEvent::message).map(TableImports::line).toList();
    } catch (AwsFailureException e) {
      if (e.getCause() instanceof ResourceNotFoundException) {
        return List.of();
      }
      throw e;
    }
  }

  /** What an event of the log says of an item; any other event as it is. */
  private static String line(String message) {
    Optional<JsonNode> event =
        JsonDocuments.parseObject(message).filter(node -> node.path("itemS3Pointer").isObject());
    return AwsErrors.shortened(event.map(TableImports::refusal).orElse(message));
  }

  private static String refusal(JsonNode event) {
    JsonNode pointer = event.path("itemS3Pointer");
    List<String> reasons = new ArrayList<>();
    event.path("errorMessages").forEach(reason -> reasons.add(reason.asText()));
    return "%s, item %s: %s"
        .formatted(
            pointer.path("key").asText(),
            pointer.path("itemIndex").asText(),
            String.join("; ", reasons));
  }

  private static String source(S3BucketSource source) {
    return source == null
        ? ""
        : "s3://"
            + source.s3Bucket()
            + "/"
            + (source.s3KeyPrefix() == null ? "" : source.s3KeyPrefix());
  }

  private static ImportState state(ImportTableDescription description) {
    S3BucketSource source = description.s3BucketSource();
    return new ImportState(
        description.importArn(),
        description.importStatusAsString(),
        description.tableArn() == null ? "" : description.tableArn(),
        source == null || source.s3Bucket() == null ? "" : source.s3Bucket(),
        source == null || source.s3KeyPrefix() == null ? "" : source.s3KeyPrefix(),
        format(description.inputFormat()),
        number(description.processedItemCount()),
        number(description.importedItemCount()),
        number(description.errorCount()),
        Optional.ofNullable(description.startTime()),
        Optional.ofNullable(description.endTime()),
        Optional.ofNullable(description.failureCode()),
        Optional.ofNullable(description.failureMessage()),
        Optional.ofNullable(description.cloudWatchLogGroupArn()).map(TableImports::groupName));
  }

  /** The word that {@code restore} has for a format. */
  private static String format(InputFormat format) {
    return format == InputFormat.ION ? "ion" : format == InputFormat.CSV ? "csv" : "dynamodb-json";
  }

  /**
   * {@code /aws-dynamodb/imports} of {@code arn:aws:logs:...:log-group:/aws-dynamodb/imports:*}.
   */
  private static String groupName(String arn) {
    String marker = ":log-group:";
    int begin = arn.indexOf(marker);
    String name = begin < 0 ? arn : arn.substring(begin + marker.length());
    return name.endsWith(":*") ? name.substring(0, name.length() - 2) : name;
  }

  private static long number(Long value) {
    return value == null ? 0 : value;
  }
}
