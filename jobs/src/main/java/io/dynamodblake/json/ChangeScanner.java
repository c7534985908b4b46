package io.dynamodblake.json;

/**
 * Reads one line of an incremental export ({@code {"Metadata":{...},"Keys":{...},"NewImage":{...},
 * "OldImage":{...}}}) into a {@link ChangeTape}, in one pass over its bytes, checking everything as
 * {@link ItemScanner} does, and that the images are of the item that the key names. Members come in
 * any order; unknown ones are ignored; a null stands for an absent member. One scanner a thread.
 *
 * <p>The format is that of the DynamoDB Developer Guide, "DynamoDB table export output format".
 * Which images a record must have is a matter of its export's view, and not checked here.
 */
public final class ChangeScanner extends ChangeFrame {
  private static final byte[] METADATA = ascii("Metadata");
  private static final byte[] WRITE_TIME = ascii("WriteTimestampMicros");
  private static final byte[] SEQUENCE = ascii("SequenceNumber");
  private static final byte[] EXPIRED = ascii("Ttl");
  private static final byte[] NUMBER = ascii("N");

  private static final int METADATA_SEEN = 1;
  private static final int WRITE_TIME_SEEN = 16;
  private static final int SEQUENCE_SEEN = 32;

  /**
   * Scans {@code line[start, end)}. The tapes keep pointing into {@code line} until their next use.
   *
   * @throws MalformedRecordException if the line is not a change record; the tape is then undefined
   */
  public void scan(byte[] line, int start, int end, ChangeTape change)
      throws MalformedRecordException {
    begin(line, start, end, change.keys(), null); // names of members are read onto it, too
    change.reset();
    beginFrame();
    scanRecord(change);
    expectEndOfLine();
    if (!change.hasKeys()) {
      throw defect("no top-level member 'Keys'");
    }
    checkKeys(change);
  }

  private void scanRecord(ChangeTape change) throws MalformedRecordException {
    skipWhitespace();
    if (peek() != '{') {
      throw defect("not a JSON object");
    }
    if (isEmptyObject()) {
      return;
    }
    do {
      readName();
      if (textIs(METADATA)) {
        see(METADATA_SEEN, "Metadata");
        scanMetadata(change);
      } else if (!scanImage(change)) {
        skipAnyJson();
      }
    } while (anotherMember());
  }

  private void scanMetadata(ChangeTape change) throws MalformedRecordException {
    if (!isImage("Metadata") || isEmptyObject()) {
      return;
    }
    do {
      readName();
      if (textIs(WRITE_TIME)) {
        see(WRITE_TIME_SEEN, "WriteTimestampMicros");
        if (!skipNull()) {
          change.writeTimeMicros(readWriteTime());
        }
      } else if (textIs(SEQUENCE)) {
        see(SEQUENCE_SEEN, "SequenceNumber");
        change.sequence(readSequence());
      } else if (textIs(EXPIRED)) {
        change.expired(isWord(TRUE));
        skipAnyJson();
      } else {
        skipAnyJson();
      }
    } while (anotherMember());
  }

  /** In any of the forms that are met: {@code {"N":"1"}} in exports, "1" in the guide, and 1. */
  private long readWriteTime() throws MalformedRecordException {
    int start = pos;
    long micros = -1;
    if (peek() == '"') {
      readString();
      micros = textAsDigits();
    } else if (peek() == '{') {
      if (!isEmptyObject()) {
        readName();
        if (textIs(NUMBER) && peek() == '"') {
          readString();
          micros = textAsDigits();
          skipWhitespace();
          if (peek() == '}') {
            pos++;
          } else {
            micros = -1;
          }
        }
      }
    } else {
      while (isDigit(peek())) {
        pos++;
      }
      micros = digits(bytes, start, pos);
    }
    if (micros < 0) {
      throw defectAt("'WriteTimestampMicros' is not a time in microseconds", start);
    }
    return micros;
  }
}
