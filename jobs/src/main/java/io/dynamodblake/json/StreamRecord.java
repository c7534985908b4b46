package io.dynamodblake.json;

/**
 * One record of the archive of a stream, in whatever form: the change, and what its frame says of
 * where it comes from. {@link StreamRecordScanner} fills it; it is reused from record to record.
 */
public final class StreamRecord {
  /** In which form a record is. */
  public enum Form {
    /** Of DynamoDB Streams, as Lambda functions and pipes get it. */
    STREAMS("DynamoDB Streams"),
    /** Of Kinesis Data Streams for DynamoDB: bytes are in base64 twice, and nothing is numbered. */
    KINESIS("Kinesis Data Streams"),
    /** Values without types, as a program made of them what it could. */
    PLAIN("plain JSON");

    private final String words;

    Form(String words) {
      this.words = words;
    }

    /** Returns how it is called in messages and reports. */
    public String words() {
      return words;
    }
  }

  /** Which images the records of a stream have. */
  public enum View {
    /** Both. */
    NEW_AND_OLD_IMAGES,
    /** Only what an item is after a change. */
    NEW_IMAGE,
    /** Only what it was before. */
    OLD_IMAGE,
    /** None. */
    KEYS_ONLY,
    /** The record does not say. */
    UNSAID
  }

  private final ChangeTape change = new ChangeTape();
  Form form;
  View view;
  boolean insert;
  String eventId; // null if there is none
  String stream; // the same
  String table; // the same
  byte[] bytes;
  int start;
  int end;

  void reset() {
    change.reset();
    form = null;
    view = View.UNSAID;
    insert = false;
    eventId = null;
    stream = null;
    table = null;
  }

  /** Returns the change; one of a {@link Form#PLAIN plain} record is not read. */
  public ChangeTape change() {
    return change;
  }

  public Form form() {
    return form;
  }

  /** Returns which images it has by its own word. */
  public View view() {
    return view;
  }

  /** Returns whether the record says what was before the change, instead of nothing. */
  public boolean oldKnown() {
    return change.hasOldImage() || insert && view != View.NEW_IMAGE && form != Form.PLAIN;
  }

  /** Returns what no other change has; null if the record has none. */
  public String eventId() {
    return eventId;
  }

  /** Returns the ARN of the stream; null if the record does not say. */
  public String stream() {
    return stream;
  }

  /** Returns the name of the table; null if the record does not say. */
  public String table() {
    return table;
  }

  /** Returns the array that the record stands in, from {@link #start} to {@link #end}. */
  public byte[] bytes() {
    return bytes;
  }

  public int start() {
    return start;
  }

  public int end() {
    return end;
  }
}
