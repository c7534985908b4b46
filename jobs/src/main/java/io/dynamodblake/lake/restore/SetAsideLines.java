package io.dynamodblake.lake.restore;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.flatten.ColumnSource;
import io.dynamodblake.flatten.ItemDefectException;
import io.dynamodblake.flatten.ItemEncoder;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.lake.input.RowPlaces;
import io.dynamodblake.schema.TableSchema;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * Rows that are not restored, as lines of JSON: file, row, reason, and the item as DynamoDB JSON
 * where the row has one.
 */
final class SetAsideLines {
  private static final int BEFORE_ITEM = "{\"Item\":".length();
  private static final int BEHIND_ITEM = "}\n".length();

  private final RowPlaces places;
  private final ItemEncoder encoder;
  private final JsonItemWriter writer = new JsonItemWriter();

  SetAsideLines(TableSchema schema, RowPlaces places) {
    this.places = places;
    this.encoder = ItemEncoder.forSchema(schema);
  }

  /** The line of one row, with its line feed. */
  byte[] line(long place, String reason, ColumnSource row) {
    ObjectNode node = JsonDocuments.object();
    node.put("file", places.fileName(place));
    OptionalLong number = places.row(place);
    if (number.isPresent()) {
      node.put("row", number.getAsLong());
    }
    node.put("reason", reason);
    byte[] head = node.toString().getBytes(StandardCharsets.UTF_8);
    int itemBytes = encode(row) ? writer.length() - BEFORE_ITEM - BEHIND_ITEM : 0;
    byte[] name = itemBytes > 0 ? ",\"item\":".getBytes(StandardCharsets.UTF_8) : new byte[0];
    return ByteBuffer.allocate(head.length + name.length + itemBytes + 1)
        .put(head, 0, head.length - 1)
        .put(name)
        .put(writer.bytes(), BEFORE_ITEM, itemBytes)
        .put((byte) '}')
        .put((byte) '\n')
        .array();
  }

  private boolean encode(ColumnSource row) {
    writer.reset();
    try {
      encoder.encode(row, writer);
      StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(writer.bytes(), 0, writer.length()));
      return true;
    } catch (ItemDefectException | CharacterCodingException e) {
      return false; // the reason says as much
    }
  }
}
