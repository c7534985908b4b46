package io.dynamodblake.flatten;

import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.type.ItemPath;
import io.dynamodblake.type.ItemWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What the nodes of an encoder tree share while one item is written. */
final class Encoding {
  private final ItemScanner scanner = new ItemScanner();
  private final ItemTape tape = new ItemTape();
  private final TapeValues values = new TapeValues();
  private final ByteSlice slice = new ByteSlice();
  private final DigitBuffer digits = new DigitBuffer();

  private ItemWriter writer;
  private String attribute = "";

  void begin(ItemWriter newWriter) {
    writer = newWriter;
    attribute = "";
  }

  /** The top-level attribute that is written, for messages. */
  void attribute(String name) {
    attribute = name;
  }

  ItemWriter writer() {
    return writer;
  }

  /** For one value at a time. */
  ByteSlice slice() {
    return slice;
  }

  /** For one number at a time. */
  DigitBuffer digits() {
    return digits;
  }

  ItemDefectException defect(String what) {
    return new ItemDefectException(
        attribute.isEmpty() ? what : what + ", in attribute " + ItemPath.ofAttribute(attribute));
  }

  /** Writes a value that {@code ddb_rescued} or {@code ddb_nulls} tells. */
  void writeTold(Overlay told) throws ItemDefectException {
    if (!told.isEmpty()) {
      throw defect("ddb_nulls or ddb_rescued names a place inside another one of theirs");
    }
    if (told.rescued() == null) {
      writer.nullValue();
    } else {
      writeJson(told.rescued(), "a rescued value");
    }
  }

  /** Writes a value that stands as DynamoDB JSON. */
  void writeJson(ByteSlice json, String what) throws ItemDefectException {
    try {
      scanner.scanValue(json.bytes(), json.offset(), json.end(), tape);
    } catch (MalformedRecordException e) {
      // its message may name keys inside the value, which are too many to be counted together
      throw defect(what + " is not DynamoDB JSON");
    }
    values.write(tape, tape.item(), writer);
  }

  /** Writes the entries of a map that have no place in the row but in {@code ddb_rescued}. */
  void writeLeft(Overlay told, boolean topLevel) throws ItemDefectException {
    for (Map.Entry<String, Overlay> left : told.leftEntries()) {
      if (topLevel) {
        attribute = left.getKey();
      }
      if (!left.getValue().isMarked()) {
        throw defect("ddb_nulls or ddb_rescued names a place inside what is not there");
      }
      byte[] name = left.getKey().getBytes(StandardCharsets.UTF_8);
      writer.name(name, 0, name.length);
      writeTold(left.getValue());
    }
    if (told.hasElements()) {
      throw defect("ddb_nulls or ddb_rescued names an element of what is no list");
    }
  }
}
