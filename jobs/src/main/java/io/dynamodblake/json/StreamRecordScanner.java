package io.dynamodblake.json;

import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Optional;

/**
 * Reads the documents of archives that others made of a stream into {@link StreamRecord}s, checking
 * values as {@link ItemScanner} does. A document is a record, {@code {"Records":[...]}} with many,
 * or an event of Lambda whose records hold one each in {@code kinesis.data}; the members of a
 * record stand at its top, below {@code dynamodb}, or both, and begin with a small letter or a
 * large one. The forms are those of the DynamoDB Streams API, "Record", and of the DynamoDB
 * Developer Guide, "Using Kinesis Data Streams". One scanner a thread.
 *
 * <p>Bytes that are in base64 twice are written in base64 once, into the array of the document.
 */
public final class StreamRecordScanner extends ChangeFrame {
  private static final byte[] RECORDS = ascii("records");
  private static final byte[] KINESIS = ascii("kinesis");
  private static final byte[] DATA = ascii("data");
  private static final byte[] DYNAMODB = ascii("dynamodb");
  private static final byte[] EVENT_ID = ascii("eventid");
  private static final byte[] EVENT_NAME = ascii("eventname");
  private static final byte[] EVENT_VERSION = ascii("eventversion");
  private static final byte[] SOURCE_ARN = ascii("eventsourcearn");
  private static final byte[] USER_IDENTITY = ascii("useridentity");
  private static final byte[] PRINCIPAL = ascii("principalid");
  private static final byte[] RECORD_FORMAT = ascii("recordformat");
  private static final byte[] TABLE_NAME = ascii("tablename");
  private static final byte[] TIME = ascii("approximatecreationdatetime");
  private static final byte[] PRECISION = ascii("approximatecreationdatetimeprecision");
  private static final byte[] SEQUENCE = ascii("sequencenumber");
  private static final byte[] VIEW = ascii("streamviewtype");
  private static final byte[] RAW_DATA = ascii("rawdata");
  private static final byte[] ERROR_CODE = ascii("errorcode");

  private static final int EVENT_ID_SEEN = 8;
  private static final int EVENT_NAME_SEEN = 16;
  private static final int EVENT_VERSION_SEEN = 32;
  private static final int SOURCE_ARN_SEEN = 64;
  private static final int RECORD_FORMAT_SEEN = 128;
  private static final int TABLE_NAME_SEEN = 256;
  private static final int TIME_SEEN = 512;
  private static final int PRECISION_SEEN = 1024;
  private static final int SEQUENCE_SEEN = 2048;
  private static final int VIEW_SEEN = 4096;
  private static final int DYNAMODB_SEEN = 8192;
  private static final int USER_IDENTITY_SEEN = 1 << 14;
  private static final int RECORDS_SEEN = 1 << 15;
  private static final int KINESIS_SEEN = 1 << 16;
  private static final int RAW_DATA_SEEN = 1 << 17;
  private static final int ERROR_CODE_SEEN = 1 << 18;
  private static final int PLAIN_SEEN = 1 << 19;

  /** Who deletes items whose time has come, as {@code userIdentity} names it. */
  public static final String TIME_TO_LIVE = "dynamodb.amazonaws.com";

  private static final int MOST_LEVELS = 3;

  private final byte[][] plainNames;
  private final boolean onlyPlain;
  private final ArrayDeque<Range> waiting = new ArrayDeque<>();
  private Range range;
  private boolean undelivered;

  // of the present record
  private String eventName;
  private StreamTime time;
  private String lastStream; // of the records before, which mostly is that of the next
  private String lastTable;

  /** Where a record stands, and how many wrappers are around it. */
  private record Range(byte[] bytes, int start, int end, int level) {}

  /**
   * @param plain how the members of plain records are named
   * @param onlyPlain whether all are such; otherwise it is told from each record
   */
  public StreamRecordScanner(PlainFields plain, boolean onlyPlain) {
    this.plainNames =
        new byte[][] {ascii(plain.keys()), ascii(plain.newImage()), ascii(plain.oldImage())};
    this.onlyPlain = onlyPlain;
  }

  /** Begins a document, which stands in {@code document[start, end)}. */
  public void begin(byte[] document, int start, int end) {
    waiting.clear();
    waiting.add(new Range(document, start, end, 0));
  }

  /**
   * Reads the next record of the document. After an exception the record has the place of what is
   * none, and the next one can be read.
   *
   * @return false if there is no other
   * @throws MalformedRecordException if it is no record
   */
  public boolean next(StreamRecord record) throws MalformedRecordException {
    while (!waiting.isEmpty()) {
      range = waiting.poll();
      record.reset();
      record.bytes = range.bytes;
      record.start = range.start;
      record.end = range.end;
      scanRange(record);
      if (saw(RECORDS_SEEN) || saw(KINESIS_SEEN)) {
        continue; // a wrapper
      }
      if (saw(RAW_DATA_SEEN) && saw(ERROR_CODE_SEEN)) {
        undelivered = true;
        throw new MalformedRecordException(
            "what Firehose could not deliver, and keeps in another form", 0);
      }
      finish(record);
      return true;
    }
    return false;
  }

  /** Returns whether one of the records so far is what Firehose could not deliver. */
  public boolean undelivered() {
    return undelivered;
  }

  private void scanRange(StreamRecord record) throws MalformedRecordException {
    begin(range.bytes, range.start, range.end, record.change().keys(), null);
    beginFrame();
    eventName = null;
    time = new StreamTime();
    skipWhitespace();
    if (peek() != '{') {
      throw defect("not a JSON object");
    }
    scanMembers(record, false);
    expectEndOfLine();
  }

  private void scanMembers(StreamRecord record, boolean inside) throws MalformedRecordException {
    if (isEmptyObject()) {
      return;
    }
    do {
      readName();
      if (!inside && scanWrapper(record)) {
        continue;
      }
      if (onlyPlain) {
        skipAnyJson();
      } else if (!scanImage(record.change()) && !scanFrame(record)) {
        if (!inside && isPlainName()) {
          seen(PLAIN_SEEN);
        }
        skipAnyJson();
      }
    } while (anotherMember());
  }

  private void seen(int member) throws MalformedRecordException {
    if (!saw(member)) {
      see(member, "");
    }
  }

  private boolean isPlainName() {
    for (byte[] name : plainNames) {
      if (textIs(name)) {
        return true;
      }
    }
    return false;
  }

  /** What stands only at the top of a document or of a record. */
  private boolean scanWrapper(StreamRecord record) throws MalformedRecordException {
    if (nameIs(RECORDS) && peek() == '[') {
      see(RECORDS_SEEN, "Records");
      scanRecords();
    } else if (nameIs(KINESIS) && peek() == '{') {
      see(KINESIS_SEEN, "kinesis");
      scanKinesis();
    } else if (nameIs(DYNAMODB) && !onlyPlain) {
      see(DYNAMODB_SEEN, "dynamodb");
      if (isImage("dynamodb")) {
        scanMembers(record, true);
      }
    } else if (nameIs(RAW_DATA)) {
      see(RAW_DATA_SEEN, "rawData");
      skipAnyJson();
    } else if (nameIs(ERROR_CODE)) {
      see(ERROR_CODE_SEEN, "errorCode");
      skipAnyJson();
    } else {
      return false;
    }
    return true;
  }

  private void scanRecords() throws MalformedRecordException {
    if (range.level == MOST_LEVELS) {
      throw defect("'Records' within 'Records'");
    }
    pos++;
    skipWhitespace();
    if (peek() == ']') {
      pos++;
      return;
    }
    while (true) {
      skipWhitespace();
      int start = pos;
      skipAnyJson();
      waiting.add(new Range(range.bytes, start, pos, range.level + 1));
      skipWhitespace();
      byte next = peek();
      pos++;
      if (next == ']') {
        return;
      }
      if (next != ',') {
        throw defectAt("expected ',' or ']' in an array", pos - 1);
      }
    }
  }

  private void scanKinesis() throws MalformedRecordException {
    if (isEmptyObject()) {
      return;
    }
    do {
      readName();
      if (nameIs(DATA) && peek() == '"' && range.level < MOST_LEVELS) {
        int start = pos;
        readString();
        byte[] data;
        try {
          data = Base64.getDecoder().decode(text());
        } catch (IllegalArgumentException e) {
          throw defectAt("'data' is not base64", start);
        }
        waiting.add(new Range(data, 0, data.length, range.level + 1));
      } else {
        skipAnyJson();
      }
    } while (anotherMember());
  }

  private boolean scanFrame(StreamRecord record) throws MalformedRecordException {
    if (nameIs(EVENT_ID)) {
      see(EVENT_ID_SEEN, "eventID");
      record.eventId = optionalText();
    } else if (nameIs(EVENT_NAME)) {
      see(EVENT_NAME_SEEN, "eventName");
      eventName = optionalText();
    } else if (nameIs(EVENT_VERSION)) {
      see(EVENT_VERSION_SEEN, "eventVersion");
      skipAnyJson();
    } else if (nameIs(SOURCE_ARN)) {
      see(SOURCE_ARN_SEEN, "eventSourceARN");
      record.stream = lastStream = same(lastStream);
    } else if (nameIs(TABLE_NAME)) {
      see(TABLE_NAME_SEEN, "tableName");
      record.table = lastTable = same(lastTable);
    } else if (nameIs(RECORD_FORMAT)) {
      see(RECORD_FORMAT_SEEN, "recordFormat");
      skipAnyJson();
    } else if (nameIs(USER_IDENTITY)) {
      see(USER_IDENTITY_SEEN, "userIdentity");
      scanIdentity(record);
    } else if (nameIs(TIME)) {
      see(TIME_SEEN, "ApproximateCreationDateTime");
      scanTime();
    } else if (nameIs(PRECISION)) {
      see(PRECISION_SEEN, "ApproximateCreationDateTimePrecision");
      time.precision(optionalText());
    } else if (nameIs(SEQUENCE)) {
      see(SEQUENCE_SEEN, "SequenceNumber");
      record.change().sequence(readSequence());
    } else if (nameIs(VIEW)) {
      see(VIEW_SEEN, "StreamViewType");
      record.view = view(optionalText());
    } else {
      return false;
    }
    return true;
  }

  private static StreamRecord.View view(String text) {
    for (StreamRecord.View view : StreamRecord.View.values()) {
      if (view.name().equals(text)) {
        return view;
      }
    }
    return StreamRecord.View.UNSAID;
  }

  /** A text, or null for anything else. */
  private String optionalText() throws MalformedRecordException {
    if (peek() != '"') {
      skipAnyJson();
      return null;
    }
    readString();
    return text();
  }

  private String same(String before) throws MalformedRecordException {
    if (peek() != '"') {
      skipAnyJson();
      return null;
    }
    readString();
    return before != null && textIs(ascii(before)) ? before : text();
  }

  private void scanIdentity(StreamRecord record) throws MalformedRecordException {
    if (peek() != '{') {
      skipAnyJson();
      return;
    }
    if (isEmptyObject()) {
      return;
    }
    do {
      readName();
      if (nameIs(PRINCIPAL)) {
        record.change().expired(TIME_TO_LIVE.equals(optionalText()));
      } else {
        skipAnyJson();
      }
    } while (anotherMember());
  }

  private void scanTime() throws MalformedRecordException {
    int start = pos;
    boolean sound;
    if (peek() == '"') {
      readString();
      sound = time.text(text());
    } else {
      skipAnyJson();
      sound = pos - start <= StreamTime.MOST_TEXT && time.text(latin(start, pos));
    }
    if (!sound) {
      throw defectAt("'ApproximateCreationDateTime' is not a time", start);
    }
  }

  /** Whether the name read last is this one, whatever the case of its letters. */
  private boolean nameIs(byte[] lowerCase) {
    return textIsIgnoringCase(lowerCase);
  }

  // ---- what it comes to

  private void finish(StreamRecord record) throws MalformedRecordException {
    ChangeTape change = record.change();
    boolean typed = change.hasKeys() && (saw(DYNAMODB_SEEN) || saw(SEQUENCE_SEEN));
    if (onlyPlain || !typed && saw(PLAIN_SEEN)) {
      record.form = StreamRecord.Form.PLAIN;
      return;
    }
    if (!change.hasKeys()) {
      throw new MalformedRecordException("no key, neither below 'dynamodb' nor at the top", 0);
    }
    boolean kinesis = saw(RECORD_FORMAT_SEEN) || !saw(EVENT_VERSION_SEEN) && !saw(SEQUENCE_SEEN);
    record.form = kinesis ? StreamRecord.Form.KINESIS : StreamRecord.Form.STREAMS;
    if (kinesis && decodeOnce(record)) {
      // what is there now is read as if it had been there before
      String name = eventName;
      boolean expired = change.expired();
      StreamRecord.View view = record.view;
      change.reset();
      scanRange(record);
      eventName = name;
      record.view = view;
      change.expired(expired);
    }
    checkKeys(change);
    Optional<Long> micros = time.micros();
    if (micros.isEmpty()) {
      throw new MalformedRecordException("no 'ApproximateCreationDateTime'", 0);
    }
    change.writeTimeMicros(micros.get());
    if (!kinesis && change.sequence() == null) {
      throw new MalformedRecordException(
          "no 'SequenceNumber', without which nobody knows which change of an item is the last", 0);
    }
    if (kinesis && record.eventId == null) {
      throw new MalformedRecordException("no 'eventID'", 0);
    }
    checkName(record);
  }

  private void checkName(StreamRecord record) throws MalformedRecordException {
    if (eventName == null) {
      throw new MalformedRecordException("no 'eventName'", 0);
    }
    boolean removes = eventName.equals("REMOVE");
    record.insert = eventName.equals("INSERT");
    if (!removes && !record.insert && !eventName.equals("MODIFY")) {
      throw new MalformedRecordException("'eventName' is neither INSERT nor MODIFY nor REMOVE", 0);
    }
    ChangeTape change = record.change();
    if (removes && change.hasNewImage()) {
      throw new MalformedRecordException("a new image of what was removed", 0);
    }
    if (!removes && !change.hasNewImage() && record.view == StreamRecord.View.UNSAID) {
      record.view =
          change.hasOldImage() ? StreamRecord.View.OLD_IMAGE : StreamRecord.View.KEYS_ONLY;
    }
    boolean wanted =
        record.view != StreamRecord.View.OLD_IMAGE && record.view != StreamRecord.View.KEYS_ONLY;
    if (!removes && !change.hasNewImage() && wanted) {
      throw new MalformedRecordException("no new image, and the item was not removed", 0);
    }
  }

  // ---- bytes that are in base64 twice

  private boolean decodeOnce(StreamRecord record) throws MalformedRecordException {
    ChangeTape change = record.change();
    boolean any = Twice.decode(change.keys(), range.bytes);
    if (change.hasNewImage()) {
      any |= Twice.decode(change.newImage(), range.bytes);
    }
    if (change.hasOldImage()) {
      any |= Twice.decode(change.oldImage(), range.bytes);
    }
    return any;
  }
}
