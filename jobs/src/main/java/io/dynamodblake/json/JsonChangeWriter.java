package io.dynamodblake.json;

import io.dynamodblake.type.ChangeOrigin;
import io.dynamodblake.type.ChangeWriter;
import io.dynamodblake.type.ItemWriter;
import java.nio.charset.StandardCharsets;

/**
 * Writes changes as lines of an incremental export in DynamoDB JSON: {@code {"Metadata":{...},
 * "Keys":{...},"NewImage":{...},"OldImage":{...}}} and a line feed. What a stream knows and an
 * export does not stands in {@code Metadata} too, which readers of exports skip. The lines are
 * appended to one buffer that is kept. One writer a thread.
 */
public final class JsonChangeWriter implements ChangeWriter {
  private static final byte[] METADATA = ascii("{\"Metadata\":{");
  private static final byte[] WRITE_TIME = ascii("\"WriteTimestampMicros\":{\"N\":\"");
  private static final byte[] END_WRITE_TIME = ascii("\"}");
  private static final byte[] SEQUENCE_NUMBER = ascii("\"SequenceNumber\":");
  private static final byte[] EVENT_ID = ascii("\"EventId\":");
  private static final byte[] EVENT_NAME = ascii("\"EventName\":");
  private static final byte[] EXPIRED = ascii("\"Ttl\":true");
  private static final byte[] COMMA = ascii(",");
  private static final byte[] END_METADATA = ascii("}");
  private static final byte[] KEYS = ascii(",\"Keys\":");
  private static final byte[] NEW_IMAGE = ascii(",\"NewImage\":");
  private static final byte[] OLD_IMAGE = ascii(",\"OldImage\":");
  private static final byte[] BEGIN_IMAGE = ascii("{");
  private static final byte[] END_IMAGE = ascii("}");
  private static final byte[] END_LINE = ascii("}\n");

  private final JsonItemWriter lines = new JsonItemWriter();
  private boolean comma; // whether the next member of the metadata needs one

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Forgets all lines, also one that was begun and not ended. */
  public void reset() {
    lines.reset();
  }

  /** Returns the lines, up to {@link #length()}; another array after the next write. */
  public byte[] bytes() {
    return lines.bytes();
  }

  /** Returns how many bytes the lines take. */
  public int length() {
    return lines.length();
  }

  @Override
  public void beginChange(ChangeOrigin origin) {
    lines.put(METADATA);
    comma = false;
    if (origin.writeTimeMicros() != ChangeOrigin.UNKNOWN_TIME) {
      member(WRITE_TIME);
      lines.put(ascii(Long.toString(origin.writeTimeMicros())));
      lines.put(END_WRITE_TIME);
    }
    text(SEQUENCE_NUMBER, origin.sequenceNumber());
    text(EVENT_ID, origin.eventId());
    text(EVENT_NAME, origin.eventName());
    if (origin.expired()) {
      member(EXPIRED);
    }
    lines.put(END_METADATA);
  }

  private void member(byte[] name) {
    if (comma) {
      lines.put(COMMA);
    }
    comma = true;
    lines.put(name);
  }

  private void text(byte[] name, String value) {
    if (!value.isEmpty()) {
      member(name);
      lines.putString(value);
    }
  }

  @Override
  public ItemWriter keys() {
    return image(KEYS);
  }

  @Override
  public ItemWriter newImage() {
    return image(NEW_IMAGE);
  }

  @Override
  public ItemWriter oldImage() {
    return image(OLD_IMAGE);
  }

  private ItemWriter image(byte[] name) {
    lines.put(name);
    lines.frame(BEGIN_IMAGE, END_IMAGE);
    return lines;
  }

  /** Writes the key, given as the map of its attributes in DynamoDB JSON. */
  public void keys(byte[] attributes) {
    lines.put(KEYS);
    lines.put(attributes);
  }

  /** Writes the item as it is after the change, given as in an export, without what is around. */
  public void newImage(byte[] attributes) {
    lines.put(NEW_IMAGE);
    lines.put(attributes);
  }

  /** Writes the item as it was before the change, given as in an export. */
  public void oldImage(byte[] attributes) {
    lines.put(OLD_IMAGE);
    lines.put(attributes);
  }

  @Override
  public void endChange() {
    lines.put(END_LINE);
  }
}
