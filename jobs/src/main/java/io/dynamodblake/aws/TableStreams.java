package io.dynamodblake.aws;

import io.dynamodblake.conf.UsageException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.StreamDescription;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.StreamStatus;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** Finds the streams of tables and their shards. */
public final class TableStreams {
  private static final Set<String> VIEWS = Set.of("NEW_IMAGE", "NEW_AND_OLD_IMAGES");

  private final DynamoDbClient tables;
  private final DynamoDbStreamsClient streams;
  private final ServiceCalls calls;

  /**
   * @throws AwsFailureException if nothing says which region
   */
  public TableStreams(AwsClients clients, Pauses pauses) {
    this(clients.dynamoDb(), clients.dynamoDbStreams(), clients.region(), pauses);
  }

  TableStreams(DynamoDbClient tables, DynamoDbStreamsClient streams, String region, Pauses pauses) {
    this.tables = tables;
    this.streams = streams;
    this.calls = new ServiceCalls(region, pauses, ShardRecords::isTooOften);
  }

  /**
   * Returns the stream of a table.
   *
   * @param table name or ARN
   * @throws UsageException if it has none, or one from which nobody can tell what items became
   * @throws AwsFailureException if there is no such table, or it is being made or deleted
   */
  public LiveStream stream(String table) {
    TableDescription description =
        calls
            .call(
                "find " + Arns.named(table),
                "dynamodb:DescribeTable",
                () -> tables.describeTable(request -> request.tableName(table)))
            .table();
    LiveTable found = LiveTables.usable(description, table, calls.region());
    StreamSpecification stream = description.streamSpecification();
    String name = found.name();
    if (stream == null
        || !Boolean.TRUE.equals(stream.streamEnabled())
        || description.latestStreamArn() == null) {
      throw new UsageException(
          "Cannot read the stream of table %s: it is off; switch it on with: %s"
              .formatted(name, switchOn(name)));
    }
    String view = stream.streamViewTypeAsString();
    if (!VIEWS.contains(view)) {
      throw new UsageException(
          "Cannot read the stream of table %s: its view is %s, which does not say what items became; a stream keeps its view, so switch it off with: aws dynamodb update-table --table-name %s --stream-specification StreamEnabled=false - and on again with: %s"
              .formatted(name, view, name, switchOn(name)));
    }
    return new LiveStream(found, description.latestStreamArn(), view);
  }

  private static String switchOn(String table) {
    return "aws dynamodb update-table --table-name %s --stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES"
        .formatted(table);
  }

  /**
   * Returns all shards of a stream that there are now.
   *
   * @param stream ARN
   * @return empty if there is no such stream any more
   * @throws AwsFailureException if the service does not say
   */
  public Optional<StreamShards> shards(String stream) {
    List<StreamShards.Shard> shards = new ArrayList<>();
    String last = null;
    while (true) {
      DescribeStreamRequest.Builder request = DescribeStreamRequest.builder().streamArn(stream);
      if (last != null) {
        request.exclusiveStartShardId(last);
      }
      Optional<StreamDescription> page = describe(stream, request.build());
      if (page.isEmpty()) {
        return Optional.empty();
      }
      page.get().shards().forEach(shard -> shards.add(shard(shard)));
      last = page.get().lastEvaluatedShardId();
      if (last == null) {
        Instant created = page.get().creationRequestDateTime();
        return Optional.of(
            new StreamShards(created == null ? Instant.EPOCH : created, isOn(page.get()), shards));
      }
    }
  }

  private Optional<StreamDescription> describe(String stream, DescribeStreamRequest request) {
    return calls.watch(
        "list the shards of stream " + stream,
        "dynamodb:DescribeStream",
        () -> {
          try {
            return Optional.of(streams.describeStream(request).streamDescription());
          } catch (ResourceNotFoundException e) {
            return Optional.<StreamDescription>empty();
          }
        });
  }

  private static boolean isOn(StreamDescription stream) {
    return stream.streamStatus() == StreamStatus.ENABLED
        || stream.streamStatus() == StreamStatus.ENABLING;
  }

  private static StreamShards.Shard shard(Shard shard) {
    boolean closed =
        shard.sequenceNumberRange() != null
            && shard.sequenceNumberRange().endingSequenceNumber() != null;
    return new StreamShards.Shard(
        shard.shardId(), shard.parentShardId() == null ? "" : shard.parentShardId(), closed);
  }
}
