package io.dynamodblake.aws;

import io.dynamodblake.type.ChangeOrigin;
import io.dynamodblake.type.ChangeWriter;
import io.dynamodblake.type.SequenceNumbers;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ExpiredIteratorException;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsRequest;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamRecord;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** Reads the records of shards of streams, page by page. */
public final class ShardRecords {
  private static final int MOST_EXPIRED = 10;
  private static final String REMOVED = "REMOVE";
  private static final String TIME_TO_LIVE = "dynamodb.amazonaws.com";

  private final DynamoDbStreamsClient client;
  private final ServiceCalls calls;

  /** What a call for a page has found. */
  public enum Found {
    /** A page, maybe an empty one, and there may be more. */
    MORE,
    /** The last page of a shard that is closed; it may hold records, too. */
    END,
    /** That the record to go on after is not there any more, and maybe others after it. */
    TRIMMED,
    /** That the shard is not there any more. */
    GONE
  }

  /**
   * What a call for a page has found.
   *
   * @param records how many records were written
   */
  public record Page(Found found, int records) {}

  /**
   * @throws AwsFailureException if nothing says which region
   */
  public ShardRecords(AwsClients clients, Pauses pauses) {
    this(clients.dynamoDbStreams(), clients.region(), pauses);
  }

  ShardRecords(DynamoDbStreamsClient client, String region, Pauses pauses) {
    this.client = client;
    this.calls = new ServiceCalls(region, pauses.jittered(), ShardRecords::isTooOften);
  }

  /** Streams say of a shard that is read too often what others say of too much work at a time. */
  static boolean isTooOften(SdkException e) {
    return e instanceof AwsServiceException service
        && AwsErrors.code(service).equals("LimitExceededException");
  }

  /**
   * Returns the pages of a shard.
   *
   * @param stream ARN
   * @param from after which record to begin
   */
  public Pages pages(String stream, String shard, ShardPosition from) {
    return new Pages(stream, shard, from);
  }

  /** What is read of a shard, in the order of its records. Not safe for use by several threads. */
  public final class Pages {
    private final String stream;
    private final String shard;
    private ShardPosition position;
    private boolean fromHorizon; // although there is a position: records up to it are skipped
    private String skipTo = "";
    private String iterator; // null before the first page, and where it has to be asked for again
    private boolean gone;
    private boolean trimmed;

    private Pages(String stream, String shard, ShardPosition from) {
      this.stream = stream;
      this.shard = shard;
      this.position = from;
    }

    /**
     * Reads the next page. An iterator that has expired is asked for again, after the last record.
     * Is patient for minutes where the shard is read too often or the service is busy.
     *
     * @param writer gets the records; nothing of a page that was not read
     * @throws AwsFailureException if the service refuses, or this thread is interrupted
     */
    public Page next(ChangeWriter writer) {
      trimmed = false;
      gone = false;
      for (int expired = 0; expired < MOST_EXPIRED; expired++) {
        if (iterator == null) {
          iterator = open();
        }
        GetRecordsResponse response = iterator == null ? null : read();
        if (trimmed || gone) {
          iterator = null;
          return new Page(trimmed ? Found.TRIMMED : Found.GONE, 0);
        }
        if (response != null) {
          iterator = response.nextShardIterator();
          return new Page(iterator == null ? Found.END : Found.MORE, write(response, writer));
        }
        iterator = null;
      }
      throw new AwsFailureException(
          "Cannot read shard %s of stream %s: its iterators expire at once, %d times in a row; set the clock of this machine, or try again later"
              .formatted(shard, stream, MOST_EXPIRED));
    }

    /** Goes on with what there still is of the shard after the records that were read. */
    public void restart() {
      iterator = null;
      fromHorizon = true;
      skipTo = position.sequenceNumber();
    }

    /** Returns how far the shard was read. */
    public ShardPosition position() {
      return position;
    }

    private String open() {
      boolean horizon = fromHorizon || position.isHorizon();
      GetShardIteratorRequest.Builder request =
          GetShardIteratorRequest.builder()
              .streamArn(stream)
              .shardId(shard)
              .shardIteratorType(
                  horizon
                      ? ShardIteratorType.TRIM_HORIZON
                      : ShardIteratorType.AFTER_SEQUENCE_NUMBER);
      if (!horizon) {
        request.sequenceNumber(position.sequenceNumber());
      }
      return ask(
          () -> iterator("open shard %s of stream %s".formatted(shard, stream), request.build()));
    }

    /** The response; null if the iterator has expired, or what the flags say. */
    private GetRecordsResponse read() {
      GetRecordsRequest request = GetRecordsRequest.builder().shardIterator(iterator).build();
      return ask(() -> records("read shard %s of stream %s".formatted(shard, stream), request));
    }

    /** What a call gives; null if it cannot, for a reason that the flags say. */
    private <T> T ask(Supplier<T> call) {
      try {
        return call.get();
      } catch (AwsFailureException e) {
        trimmed = e.getCause() instanceof TrimmedDataAccessException;
        gone = e.getCause() instanceof ResourceNotFoundException;
        if (trimmed || gone || e.getCause() instanceof ExpiredIteratorException) {
          return null;
        }
        throw e;
      }
    }

    private int write(GetRecordsResponse response, ChangeWriter writer) {
      int written = 0;
      for (Record record : response.records()) {
        StreamRecord change = record.dynamodb();
        String sequenceNumber = change.sequenceNumber();
        if (!skipTo.isEmpty() && SequenceNumbers.compare(sequenceNumber, skipTo) <= 0) {
          continue;
        }
        ChangeOrigin origin = origin(record);
        check(record, change);
        writer.beginChange(origin);
        ItemAttributes.write(change.keys(), writer.keys());
        if (change.hasNewImage()) {
          ItemAttributes.write(change.newImage(), writer.newImage());
        }
        if (change.hasOldImage()) {
          ItemAttributes.write(change.oldImage(), writer.oldImage());
        }
        writer.endChange();
        position = new ShardPosition(sequenceNumber, origin.writeTimeMicros());
        fromHorizon = false;
        written++;
      }
      return written;
    }

    private void check(Record record, StreamRecord change) {
      Map<String, AttributeValue> keys = change.keys();
      boolean removed = REMOVED.equals(record.eventNameAsString());
      if (keys.isEmpty() || removed == change.hasNewImage()) {
        throw new AwsFailureException(
            "Cannot read shard %s of stream %s: record %s is %s and has %s, as records of another view have"
                .formatted(
                    shard,
                    stream,
                    change.sequenceNumber(),
                    record.eventNameAsString(),
                    keys.isEmpty()
                        ? "no key"
                        : change.hasNewImage() ? "a new image" : "no new image"));
      }
    }
  }

  private String iterator(String action, GetShardIteratorRequest request) {
    return calls
        .watch(action, "dynamodb:GetShardIterator", () -> client.getShardIterator(request))
        .shardIterator();
  }

  private GetRecordsResponse records(String action, GetRecordsRequest request) {
    return calls.watch(action, "dynamodb:GetRecords", () -> client.getRecords(request));
  }

  private static ChangeOrigin origin(Record record) {
    Instant time = record.dynamodb().approximateCreationDateTime();
    return new ChangeOrigin(
        time == null
            ? ChangeOrigin.UNKNOWN_TIME
            : time.getEpochSecond() * 1_000_000 + time.getNano() / 1000,
        record.dynamodb().sequenceNumber(),
        record.eventID() == null ? "" : record.eventID(),
        record.eventNameAsString(),
        record.userIdentity() != null && TIME_TO_LIVE.equals(record.userIdentity().principalId()));
  }
}
