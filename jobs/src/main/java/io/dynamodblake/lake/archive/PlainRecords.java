package io.dynamodblake.lake.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.json.ChangeScanner;
import io.dynamodblake.json.ChangeTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.json.PlainFields;
import io.dynamodblake.json.StreamRecord;
import io.dynamodblake.json.StreamRecordScanner;
import io.dynamodblake.json.StreamTime;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Change records in plain JSON, as Lambda functions of tutorials write them: what each value was in
 * DynamoDB is told by the columns of the table. One a task.
 */
final class PlainRecords {
  private final PlainFields fields;
  private final List<KeyAttribute> keys;
  private final PlainValues values;
  private final ChangeScanner scanner = new ChangeScanner();
  private final ChangeTape change = new ChangeTape();

  PlainRecords(TableSchema schema, PlainFields fields) {
    this.fields = fields;
    this.keys = schema.keys();
    this.values = new PlainValues(schema);
  }

  /**
   * Reads the record that stands there; valid until the next one.
   *
   * @throws MalformedRecordException if it is none
   */
  ChangeTape read(StreamRecord record) throws MalformedRecordException {
    if (keys.isEmpty()) {
      throw defect("plain JSON, and the lake table does not know its key");
    }
    values.begin();
    JsonNode tree = parse(record);
    String operation = tree.path(fields.operation()).asText("").toUpperCase(Locale.ROOT);
    boolean removes = operation.equals("REMOVE");
    boolean inserts = operation.equals("INSERT");
    if (!removes && !inserts && !operation.equals("MODIFY")) {
      throw defect("'%s' is neither INSERT nor MODIFY nor REMOVE".formatted(fields.operation()));
    }
    JsonNode newImage = image(tree, fields.newImage());
    JsonNode oldImage = image(tree, fields.oldImage());
    if (removes != newImage.isMissingNode()) {
      throw defect(removes ? "a new image of what was removed" : "no new image");
    }

    ObjectNode line = JsonDocuments.object();
    ObjectNode metadata = line.putObject("Metadata");
    metadata.put("WriteTimestampMicros", Long.toString(micros(tree)));
    if (removes && isExpired(tree)) {
      metadata.put("Ttl", true);
    }
    JsonNode given = image(tree, fields.keys());
    JsonNode keyed = given.isMissingNode() ? removes ? oldImage : newImage : given;
    ObjectNode key = line.putObject("Keys");
    for (KeyAttribute attribute : keys) {
      JsonNode value = keyed.path(attribute.attribute());
      if (value.isMissingNode()) {
        throw defect("no key attribute");
      }
      key.set(attribute.attribute(), values.key(value, attribute));
    }
    if (!newImage.isMissingNode()) {
      line.set("NewImage", values.item(newImage));
    }
    boolean lossy = values.lossy(); // of the new image alone: the old one replaces nothing
    if (!oldImage.isMissingNode()) {
      line.set("OldImage", values.item(oldImage));
    }
    values.lossy(lossy);
    byte[] bytes = JsonDocuments.printLine(line).getBytes(StandardCharsets.UTF_8);
    scanner.scan(bytes, 0, bytes.length, change);
    return change;
  }

  private static JsonNode parse(StreamRecord record) throws MalformedRecordException {
    String text =
        new String(
            record.bytes(), record.start(), record.end() - record.start(), StandardCharsets.UTF_8);
    try {
      return JsonDocuments.parseExactly(text);
    } catch (JsonProcessingException e) {
      throw defect("not JSON");
    }
  }

  private static JsonNode image(JsonNode tree, String name) throws MalformedRecordException {
    JsonNode image = tree.path(name);
    if (image.isNull() || image.isMissingNode()) {
      return MissingNode.getInstance();
    }
    if (!image.isObject()) {
      throw defect("'%s' is not an object".formatted(name));
    }
    return image;
  }

  /** Whether DynamoDB itself has deleted the item, if whoever wrote the record has kept that. */
  private static boolean isExpired(JsonNode tree) {
    return StreamRecordScanner.TIME_TO_LIVE.equals(
        member(member(tree, "userIdentity"), "principalId").asText());
  }

  /** A member, whatever the case of its letters: dumps of the SDK begin with large ones. */
  private static JsonNode member(JsonNode tree, String name) {
    for (Map.Entry<String, JsonNode> member : tree.properties()) {
      if (member.getKey().equalsIgnoreCase(name)) {
        return member.getValue();
      }
    }
    return MissingNode.getInstance();
  }

  private long micros(JsonNode tree) throws MalformedRecordException {
    StreamTime time = new StreamTime();
    JsonNode value = tree.path(fields.time());
    boolean sound = value.isValueNode() && !value.isNull() && time.text(value.asText());
    if (!sound || time.micros().isEmpty()) {
      throw defect("'%s' is not a time".formatted(fields.time()));
    }
    return time.micros().get();
  }

  private static MalformedRecordException defect(String what) {
    return new MalformedRecordException(what, 0);
  }

  /** Whether the item after the change has lost values that a row may have. */
  boolean lossy() {
    return values.lossy();
  }

  /** What the images have lost, each kind once a record. */
  Iterable<String> losses() {
    return values.losses();
  }
}
