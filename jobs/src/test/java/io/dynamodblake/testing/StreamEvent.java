package io.dynamodblake.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * One write of one item, as the stream of a table tells of it, and what it looks like in each of
 * the forms in which people keep that. Images are attributes in DynamoDB JSON.
 *
 * @param keys the key attributes
 * @param number its place among all events, from 0, of which sequence number and id are made
 * @param expired whether DynamoDB deleted the item because its time had come
 */
public record StreamEvent(
    String keys,
    Optional<String> oldImage,
    Optional<String> newImage,
    Instant time,
    int number,
    boolean expired) {
  /** The stream that events are of if nothing else is said. */
  public static final String STREAM =
      "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/2026-11-01T00:00:00.000";

  private static final ObjectMapper JACKSON = new ObjectMapper();

  /** INSERT, MODIFY or REMOVE. */
  public String name() {
    return newImage.isEmpty() ? "REMOVE" : oldImage.isEmpty() ? "INSERT" : "MODIFY";
  }

  /** Digits that are in another order as text than as numbers. */
  public String sequenceNumber() {
    return Long.toString(95 + number * 7L) + "00000000000000000000";
  }

  public String id() {
    return HexFormat.of().toHexDigits(number * 0x9e3779b97f4a7c15L) + "d709b024af6f29e4";
  }

  /** The line that {@code stream} writes. */
  public String ownLine() {
    StringBuilder line = new StringBuilder("{\"Metadata\":{\"WriteTimestampMicros\":{\"N\":\"");
    line.append(time.getEpochSecond()).append("000000\"},\"SequenceNumber\":\"");
    line.append(sequenceNumber()).append("\",\"EventId\":\"").append(id());
    line.append("\",\"EventName\":\"").append(name()).append('"');
    line.append(expired ? ",\"Ttl\":true" : "").append("},\"Keys\":").append(keys);
    newImage.ifPresent(image -> line.append(",\"NewImage\":").append(image));
    oldImage.ifPresent(image -> line.append(",\"OldImage\":").append(image));
    return line.append('}').toString();
  }

  /** The record that a Lambda function gets. */
  public String lambdaRecord() {
    return lambdaRecord(STREAM);
  }

  public String lambdaRecord(String stream) {
    ObjectNode record = JACKSON.createObjectNode();
    record.put("eventID", id());
    record.put("eventName", name());
    record.put("eventVersion", "1.1");
    record.put("eventSource", "aws:dynamodb");
    record.put("awsRegion", "eu-west-1");
    ObjectNode change = record.putObject("dynamodb");
    change.put("ApproximateCreationDateTime", time.getEpochSecond());
    putImages(change);
    change.put("SequenceNumber", sequenceNumber());
    change.put("SizeBytes", 112);
    change.put("StreamViewType", "NEW_AND_OLD_IMAGES");
    record.put("eventSourceARN", stream);
    identify(record, "userIdentity", "type", "principalId");
    return record.toString();
  }

  /** The record as dumps of the SDK's own objects have it. */
  public String dumpedRecord() {
    ObjectNode record = JACKSON.createObjectNode();
    record.put("EventID", id());
    record.put("EventName", name());
    record.put("EventVersion", "1.1");
    ObjectNode change = record.putObject("Dynamodb");
    change.put("ApproximateCreationDateTime", time.toString());
    putImages(change);
    change.put("SequenceNumber", sequenceNumber());
    change.put("StreamViewType", "NEW_AND_OLD_IMAGES");
    identify(record, "UserIdentity", "Type", "PrincipalId");
    return record.toString();
  }

  private void identify(ObjectNode record, String member, String type, String principal) {
    if (expired) {
      ObjectNode service = record.putObject(member);
      service.put(type, "Service");
      service.put(principal, "dynamodb.amazonaws.com");
    }
  }

  /** The record of Kinesis Data Streams for DynamoDB, where bytes are in base64 twice. */
  public String kinesisRecord(boolean micros) {
    ObjectNode record = JACKSON.createObjectNode();
    record.put("awsRegion", "eu-west-1");
    record.put("eventID", id());
    record.put("eventName", name());
    record.putNull("userIdentity");
    identify(record, "userIdentity", "type", "principalId");
    record.put("recordFormat", "application/json");
    record.put("tableName", "orders");
    ObjectNode change = record.putObject("dynamodb");
    change.put("ApproximateCreationDateTime", time.toEpochMilli() * (micros ? 1000 : 1));
    putImages(change);
    change.properties().forEach(member -> member.setValue(twice(member.getValue(), false)));
    change.put("SizeBytes", 34);
    if (micros) {
      change.put("ApproximateCreationDateTimePrecision", "MICROSECOND");
    }
    record.put("eventSource", "aws:dynamodb");
    return record.toString();
  }

  /** The record of a Lambda function that has let a converter drop the types, as tutorials do. */
  public String plainRecord() {
    ObjectNode record = JACKSON.createObjectNode();
    record.put("eventName", name());
    record.put("timestamp", time.getEpochSecond());
    record.set("keys", plainMap(tree(keys)));
    record.set("newImage", newImage.map(image -> plainMap(tree(image))).orElse(null));
    record.set("oldImage", oldImage.map(image -> plainMap(tree(image))).orElse(null));
    identify(record, "userIdentity", "type", "principalId");
    return record.toString();
  }

  private static JsonNode plainMap(JsonNode attributes) {
    ObjectNode plain = JACKSON.createObjectNode();
    attributes.properties().forEach(member -> plain.set(member.getKey(), plain(member.getValue())));
    return plain;
  }

  private static JsonNode plain(JsonNode value) {
    String type = value.fieldNames().next();
    JsonNode content = value.get(type);
    return switch (type) {
      case "S", "BOOL" -> content;
      case "N" -> DecimalNode.valueOf(new BigDecimal(content.asText()));
      case "NULL" -> NullNode.getInstance();
      case "B" -> {
        ObjectNode buffer = JACKSON.createObjectNode().put("type", "Buffer");
        ArrayNode data = buffer.putArray("data");
        for (byte one : content.asText().getBytes(StandardCharsets.UTF_8)) {
          data.add(one & 0xff);
        }
        yield buffer;
      }
      case "M" -> plainMap(content);
      default -> {
        ArrayNode array = JACKSON.createArrayNode();
        for (JsonNode one : content) {
          array.add(
              type.equals("L")
                  ? plain(one)
                  : plain(JACKSON.createObjectNode().set(type.substring(0, 1), one)));
        }
        yield array;
      }
    };
  }

  private void putImages(ObjectNode change) {
    change.set("Keys", tree(keys));
    newImage.ifPresent(image -> change.set("NewImage", tree(image)));
    oldImage.ifPresent(image -> change.set("OldImage", tree(image)));
  }

  private static JsonNode twice(JsonNode node, boolean binary) {
    if (node.isTextual() && binary) {
      byte[] text = node.asText().getBytes(StandardCharsets.UTF_8);
      return TextNode.valueOf(Base64.getEncoder().encodeToString(text));
    }
    if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, twice(array.get(i), binary));
      }
    } else if (node instanceof ObjectNode object) {
      object
          .properties()
          .forEach(
              member -> {
                boolean bytes = member.getKey().equals("B") || member.getKey().equals("BS");
                member.setValue(twice(member.getValue(), bytes && !member.getValue().isObject()));
              });
    }
    return node;
  }

  private static JsonNode tree(String json) {
    try {
      return JACKSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
