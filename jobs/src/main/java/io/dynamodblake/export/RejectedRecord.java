package io.dynamodblake.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Serializable;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;

/**
 * A line of a data file that is no item, as it is set aside.
 *
 * @param key name of the data file
 * @param line number of the line from 1
 * @param offset where the line starts in the decompressed file, in bytes
 * @param reason why it is no item; holds no value of the line
 * @param length bytes of the whole line
 * @param base64 the line's bytes, or its first ones
 * @param truncated whether bytes are missing
 */
public record RejectedRecord(
    String key,
    long line,
    long offset,
    String reason,
    long length,
    String base64,
    boolean truncated)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final JsonFactory JSON = new JsonFactory();

  public RejectedRecord {
    Objects.requireNonNull(key, "key is null");
    Objects.requireNonNull(reason, "reason is null");
    Objects.requireNonNull(base64, "base64 is null");
  }

  /** Makes the record of the line a reader stands on. */
  public static RejectedRecord of(DataFileReader reader, String reason) {
    byte[] bytes = Arrays.copyOfRange(reader.buffer(), reader.start(), reader.end());
    return new RejectedRecord(
        reader.file().key(),
        reader.line(),
        reader.offset(),
        reason,
        reader.length(),
        Base64.getEncoder().encodeToString(bytes),
        reader.tooLong());
  }

  /** Returns one line of a quarantine file, without its line feed. */
  public String toJson() {
    StringWriter text = new StringWriter(base64.length() + 200);
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("file", key);
      json.writeNumberField("line", line);
      json.writeNumberField("offset", offset);
      json.writeStringField("reason", reason);
      json.writeNumberField("length", length);
      if (truncated) {
        json.writeBooleanField("truncated", true);
      }
      json.writeStringField("bytes", base64);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter does not fail
    }
    return text.toString();
  }

  /** Returns a text without the bytes, which are a customer's. */
  @Override
  public String toString() {
    return "RejectedRecord[" + key + ", line " + line + ", " + length + " bytes: " + reason + "]";
  }
}
