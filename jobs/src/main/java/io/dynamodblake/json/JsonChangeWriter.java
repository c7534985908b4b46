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
  private static final byte[] END_WRITE_TIME = ascii("\"},");
  private static final byte[] SEQUENCE_NUMBER = ascii("\"SequenceNumber\":");
  private static final byte[] EVENT_ID = ascii(",\"EventId\":");
  private static final byte[] EVENT_NAME = ascii(",\"EventName\":");
  private static final byte[] EXPIRED = ascii(",\"Ttl\":true");
  private static final byte[] END_METADATA = ascii("}");
  private static final byte[] KEYS = ascii(",\"Keys\":{");
  private static final byte[] NEW_IMAGE = ascii(",\"NewImage\":{");
  private static final byte[] OLD_IMAGE = ascii(",\"OldImage\":{");
  private static final byte[] END_IMAGE = ascii("}");
  private static final byte[] END_LINE = ascii("}\n");

  private final JsonItemWriter lines = new JsonItemWriter();

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
    if (origin.writeTimeMicros() != ChangeOrigin.UNKNOWN_TIME) {
      lines.put(WRITE_TIME);
      lines.put(ascii(Long.toString(origin.writeTimeMicros())));
      lines.put(END_WRITE_TIME);
    }
    lines.put(SEQUENCE_NUMBER);
    lines.putString(origin.sequenceNumber());
    lines.put(EVENT_ID);
    lines.putString(origin.eventId());
    lines.put(EVENT_NAME);
    lines.putString(origin.eventName());
    if (origin.expired()) {
      lines.put(EXPIRED);
    }
    lines.put(END_METADATA);
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

  private ItemWriter image(byte[] opening) {
    lines.frame(opening, END_IMAGE);
    return lines;
  }

  @Override
  public void endChange() {
    lines.put(END_LINE);
  }
}
