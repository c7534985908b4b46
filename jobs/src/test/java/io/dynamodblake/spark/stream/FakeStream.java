package io.dynamodblake.spark.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.testing.FakeAws;
import io.dynamodblake.testing.FakeAws.Answer;
import io.dynamodblake.testing.FakeAws.Request;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A stream whose shards a test fills, splits, trims and takes away. Pages of shards and of records
 * hold few, and empty ones come in between.
 */
final class FakeStream implements AutoCloseable {
  static final String TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders";
  static final String STREAM = TABLE + "/stream/2026-11-01T00:00:00.000";

  private static final int RECORDS_A_PAGE = 2;
  private static final int SHARDS_A_PAGE = 2;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** A shard of a stream; its first records may have been trimmed. */
  static final class Shard {
    final String stream;
    final String id;
    final String parent;
    final List<Change> records = new ArrayList<>();
    boolean closed;
    int trimmed;

    Shard(String stream, String id, String parent) {
      this.stream = stream;
      this.id = id;
      this.parent = parent;
    }
  }

  record Change(long sequence, String key, Instant time) {}

  private final FakeAws aws;
  private final Map<String, Shard> shards = new LinkedHashMap<>();
  private long sequence = 100;
  private Instant createdAt = Instant.now().minusSeconds(3600);
  volatile Consumer<Request> before = request -> {};
  String arn = STREAM;
  String tableId = "id-1";
  boolean earlierIsThere;

  FakeStream() throws IOException {
    aws = FakeAws.answering(this::answer);
  }

  URI address() {
    return aws.address();
  }

  List<String> opened() {
    return aws.requests().stream()
        .filter(request -> request.operation().equals("GetShardIterator"))
        .map(request -> parsed(request.body()))
        .map(body -> body.path("ShardId").asText() + " " + body.path("ShardIteratorType").asText())
        .toList();
  }

  long calls(String operation) {
    return aws.requests().stream().filter(request -> request.operation().equals(operation)).count();
  }

  // ---- what a test makes of it

  synchronized FakeStream createdAt(Instant time) {
    createdAt = time;
    return this;
  }

  synchronized FakeStream shard(String id, String parent) {
    shards.put(id, new Shard(arn, id, parent));
    return this;
  }

  synchronized FakeStream write(String shard, String... keys) {
    for (String key : keys) {
      writeAt(shard, key, Instant.now().minusSeconds(60));
    }
    return this;
  }

  synchronized FakeStream writeAt(String shard, String key, Instant time) {
    shards.get(shard).records.add(new Change(sequence++, key, time));
    return this;
  }

  synchronized FakeStream close(String shard) {
    shards.get(shard).closed = true;
    return this;
  }

  /** The service deletes the first records of a shard. */
  synchronized FakeStream trim(String shard, int records) {
    shards.get(shard).trimmed += records;
    return this;
  }

  synchronized FakeStream remove(String shard) {
    shards.remove(shard);
    return this;
  }

  // ---- the service

  private Answer answer(Request request) {
    before.accept(request);
    JsonNode body = parsed(request.body());
    synchronized (this) {
      return switch (request.operation()) {
        case "DescribeTable" -> Answer.of(table());
        case "DescribeStream" -> describe(body);
        case "GetShardIterator" -> open(body);
        case "GetRecords" -> records(body.path("ShardIterator").asText());
        default -> Answer.error(400, "ValidationException", "unexpected");
      };
    }
  }

  private static JsonNode parsed(String body) {
    try {
      return MAPPER.readTree(body);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private String table() {
    return """
        {"Table":{"TableName":"Orders","TableArn":"%s","TableId":"%s","TableStatus":"ACTIVE",
        "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
        "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
        "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"},"LatestStreamArn":"%s"}}"""
        .formatted(TABLE, tableId, arn);
  }

  private Answer describe(JsonNode body) {
    boolean other = !body.path("StreamArn").asText().equals(arn);
    if (other && !earlierIsThere) {
      return Answer.error(400, "ResourceNotFoundException", "no such stream");
    }
    ObjectNode stream = MAPPER.createObjectNode();
    stream.put("StreamArn", body.path("StreamArn").asText());
    stream.put("StreamStatus", other ? "DISABLED" : "ENABLED");
    stream.put("CreationRequestDateTime", createdAt.toEpochMilli() / 1000.0);
    ArrayNode array = stream.putArray("Shards");
    String after = body.path("ExclusiveStartShardId").asText();
    boolean found = after.isEmpty();
    for (Shard shard : shards.values()) {
      if (!shard.stream.equals(body.path("StreamArn").asText())) {
        continue;
      }
      if (!found) {
        found = shard.id.equals(after);
        continue;
      }
      if (array.size() == SHARDS_A_PAGE) {
        stream.put("LastEvaluatedShardId", array.get(array.size() - 1).path("ShardId").asText());
        break;
      }
      ObjectNode described = array.addObject().put("ShardId", shard.id);
      if (!shard.parent.isEmpty()) {
        described.put("ParentShardId", shard.parent);
      }
      if (shard.closed) {
        described.putObject("SequenceNumberRange").put("EndingSequenceNumber", text(sequence));
      }
    }
    ObjectNode answer = MAPPER.createObjectNode();
    answer.set("StreamDescription", stream);
    return Answer.of(answer.toString());
  }

  private Answer open(JsonNode body) {
    Shard shard = shards.get(body.path("ShardId").asText());
    if (shard == null) {
      return Answer.error(400, "ResourceNotFoundException", "no such shard");
    }
    int index = shard.trimmed;
    if (body.path("ShardIteratorType").asText().equals("AFTER_SEQUENCE_NUMBER")) {
      long known = Long.parseLong(body.path("SequenceNumber").asText());
      index = 0;
      while (index < shard.records.size() && shard.records.get(index).sequence() <= known) {
        index++;
      }
      if (index < shard.trimmed || (index > 0 && index - 1 < shard.trimmed)) {
        return Answer.error(400, "TrimmedDataAccessException", "trimmed");
      }
    }
    return Answer.of("{\"ShardIterator\":\"%s/%d/%d\"}".formatted(shard.id, index, 0));
  }

  private Answer records(String iterator) {
    String[] parts = iterator.split("/");
    Shard shard = shards.get(parts[0]);
    int index = Integer.parseInt(parts[1]);
    if (shard == null) {
      return Answer.error(400, "ResourceNotFoundException", "no such shard");
    }
    ObjectNode answer = MAPPER.createObjectNode();
    ArrayNode array = answer.putArray("Records");
    // every other page is empty, and more is to come
    boolean empty = parts[2].equals("0");
    while (!empty && index < shard.records.size() && array.size() < RECORDS_A_PAGE) {
      array.add(record(shard.records.get(index++)));
    }
    if (empty || !shard.closed || index < shard.records.size()) {
      answer.put("NextShardIterator", "%s/%d/%d".formatted(shard.id, index, empty ? 1 : 0));
    }
    return Answer.of(answer.toString());
  }

  private static ObjectNode record(Change change) {
    ObjectNode record = MAPPER.createObjectNode();
    record.put("eventID", "event-" + change.sequence());
    record.put("eventName", "INSERT");
    ObjectNode dynamodb = record.putObject("dynamodb");
    dynamodb.put("ApproximateCreationDateTime", change.time().getEpochSecond());
    dynamodb.putObject("Keys").putObject("pk").put("S", change.key());
    dynamodb.putObject("NewImage").putObject("pk").put("S", change.key());
    dynamodb.put("SequenceNumber", text(change.sequence()));
    dynamodb.put("StreamViewType", "NEW_AND_OLD_IMAGES");
    return record;
  }

  private static String text(long sequence) {
    return "%021d".formatted(sequence);
  }

  @Override
  public void close() {
    aws.close();
  }
}
