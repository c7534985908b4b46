package io.dynamodblake.json;

import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.SequenceOrder;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Reads one line of an incremental export ({@code {"Metadata":{...},"Keys":{...},"NewImage":{...},
 * "OldImage":{...}}}) into a {@link ChangeTape}, in one pass over its bytes, checking everything as
 * {@link ItemScanner} does, and that the images are of the item that the key names. Members come in
 * any order; unknown ones are ignored; a null stands for an absent member. One scanner a thread.
 *
 * <p>The format is that of the DynamoDB Developer Guide, "DynamoDB table export output format".
 * Which images a record must have is a matter of its export's view, and not checked here.
 */
public final class ChangeScanner extends ValueScanner {
  private static final byte[] METADATA = ascii("Metadata");
  private static final byte[] KEYS = ascii("Keys");
  private static final byte[] NEW_IMAGE = ascii("NewImage");
  private static final byte[] OLD_IMAGE = ascii("OldImage");
  private static final byte[] WRITE_TIME = ascii("WriteTimestampMicros");
  private static final byte[] SEQUENCE = ascii("SequenceNumber");
  private static final byte[] EXPIRED = ascii("Ttl");
  private static final byte[] TRUE = ascii("true");
  private static final byte[] NUMBER = ascii("N");
  private static final byte[] NULL = ascii("null");
  private static final int MOST_KEYS = 2;

  private static final int METADATA_SEEN = 1;
  private static final int KEYS_SEEN = 2;
  private static final int NEW_IMAGE_SEEN = 4;
  private static final int OLD_IMAGE_SEEN = 8;
  private static final int WRITE_TIME_SEEN = 16;
  private static final int SEQUENCE_SEEN = 32;

  private int seen;

  /**
   * Scans {@code line[start, end)}. The tapes keep pointing into {@code line} until their next use.
   *
   * @throws MalformedRecordException if the line is not a change record; the tape is then undefined
   */
  public void scan(byte[] line, int start, int end, ChangeTape change)
      throws MalformedRecordException {
    begin(line, start, end, change.keys(), null); // names of members are read onto it, too
    change.reset();
    seen = 0;
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
      if (textIs(KEYS)) {
        see(KEYS_SEEN, "Keys");
        if (isImage("Keys")) {
          onto(change.beginKeys());
          scanAttributes("$.Keys");
        }
      } else if (textIs(NEW_IMAGE)) {
        see(NEW_IMAGE_SEEN, "NewImage");
        if (isImage("NewImage")) {
          onto(change.beginNewImage());
          scanAttributes("$.NewImage");
        }
      } else if (textIs(OLD_IMAGE)) {
        see(OLD_IMAGE_SEEN, "OldImage");
        if (isImage("OldImage")) {
          onto(change.beginOldImage());
          scanAttributes("$.OldImage");
        }
      } else if (textIs(METADATA)) {
        see(METADATA_SEEN, "Metadata");
        scanMetadata(change);
      } else {
        skipAnyJson();
      }
    } while (anotherMember());
  }

  private void see(int member, String name) throws MalformedRecordException {
    if ((seen & member) != 0) {
      throw defect("two members '" + name + "'");
    }
    seen |= member;
  }

  /** Whether a map of attributes begins here; a null is passed over. */
  private boolean isImage(String name) throws MalformedRecordException {
    if (peek() == '{') {
      return true;
    }
    if (!skipNull()) {
      throw defect("'" + name + "' is not an object");
    }
    return false;
  }

  private boolean isWord(byte[] word) {
    return pos + word.length <= end
        && Arrays.equals(bytes, pos, pos + word.length, word, 0, word.length);
  }

  private boolean skipNull() {
    boolean isNull = isWord(NULL);
    if (isNull) {
      pos += NULL.length;
    }
    return isNull;
  }

  /** From the '{' of an object to its first member, or behind the '}' of an empty one. */
  private boolean isEmptyObject() throws MalformedRecordException {
    pos++;
    skipWhitespace();
    if (peek() != '}') {
      return false;
    }
    pos++;
    return true;
  }

  /** From behind a member to the next one, or behind the '}' of the object. */
  private boolean anotherMember() throws MalformedRecordException {
    skipWhitespace();
    byte next = peek();
    if (next != ',' && next != '}') {
      throw defect("expected ',' or '}'");
    }
    pos++;
    if (next == ',') {
      skipWhitespace();
      return true;
    }
    return false;
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

  /** Our own archives of streams have it, where an item may have several changes. */
  private byte[] readSequence() throws MalformedRecordException {
    int start = pos;
    if (peek() != '"') {
      throw defectAt("'SequenceNumber' is not a text of digits", start);
    }
    readString();
    return SequenceOrder.of(text())
        .orElseThrow(() -> defectAt("'SequenceNumber' is not a text of digits", start));
  }

  // ---- the key

  private void checkKeys(ChangeTape change) throws MalformedRecordException {
    ItemTape keys = change.keys();
    int count = keys.childCount(keys.item());
    if (count == 0 || count > MOST_KEYS) {
      throw defect("'Keys' has " + count + " attributes, and a key has one or two");
    }
    int key = keys.firstChild(keys.item());
    for (int i = 0; i < count; i++, key = keys.next(key)) {
      Descriptor type = keys.descriptor(key);
      if (type != Descriptor.S && type != Descriptor.N && type != Descriptor.B) {
        throw defect(
            "'Keys' has an attribute '%s' of type %s, which no key has"
                .formatted(shown(keys.name(key)), type));
      }
      if (change.hasNewImage()) {
        checkKey(keys, key, change.newImage(), "NewImage");
      }
      if (change.hasOldImage()) {
        checkKey(keys, key, change.oldImage(), "OldImage");
      }
    }
  }

  private void checkKey(ItemTape keys, int key, ItemTape image, String name)
      throws MalformedRecordException {
    int node = image.firstChild(image.item());
    for (int i = image.childCount(image.item()); i > 0; i--, node = image.next(node)) {
      if (image.nameHash(node) == keys.nameHash(key) && sameName(keys, key, image, node)) {
        if (!sameValue(keys, key, image, node)) {
          throw defect(
              "the key attribute '%s' is another one in '%s' than in 'Keys'"
                  .formatted(shown(keys.name(key)), name));
        }
        return;
      }
    }
    throw defect("'%s' lacks the key attribute '%s'".formatted(name, shown(keys.name(key))));
  }

  private static boolean sameName(ItemTape one, int node, ItemTape other, int otherNode) {
    return Arrays.equals(
        one.nameBytes(node),
        one.nameStart(node),
        one.nameEnd(node),
        other.nameBytes(otherNode),
        other.nameStart(otherNode),
        other.nameEnd(otherNode));
  }

  private static boolean sameValue(ItemTape one, int node, ItemTape other, int otherNode) {
    Descriptor type = one.descriptor(node);
    if (type != other.descriptor(otherNode)) {
      return false;
    }
    boolean sameText =
        Arrays.equals(
            one.valueBytes(node),
            one.valueStart(node),
            one.valueEnd(node),
            other.valueBytes(otherNode),
            other.valueStart(otherNode),
            other.valueEnd(otherNode));
    if (sameText || type == Descriptor.S) {
      return sameText;
    }
    return type == Descriptor.N
        ? number(one, node).compareTo(number(other, otherNode)) == 0
        : Arrays.equals(binary(one, node), binary(other, otherNode));
  }

  private static BigDecimal number(ItemTape tape, int node) {
    return new BigDecimal(new String(text(tape, node), StandardCharsets.ISO_8859_1));
  }

  private static byte[] binary(ItemTape tape, int node) {
    return Base64.getDecoder().decode(text(tape, node));
  }

  private static byte[] text(ItemTape tape, int node) {
    return Arrays.copyOfRange(tape.valueBytes(node), tape.valueStart(node), tape.valueEnd(node));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
