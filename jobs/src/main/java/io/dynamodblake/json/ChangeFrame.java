package io.dynamodblake.json;

import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.SequenceNumbers;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** What the frames of all change records have in common: objects with members, and a key. */
abstract class ChangeFrame extends ValueScanner {
  static final byte[] TRUE = ascii("true");
  private static final byte[] NULL = ascii("null");
  private static final int MOST_KEYS = 2;

  private static final byte[] KEYS = ascii("Keys");
  private static final byte[] NEW_IMAGE = ascii("NewImage");
  private static final byte[] OLD_IMAGE = ascii("OldImage");

  // flags of members, of which those of a frame are smaller
  private static final int KEYS_SEEN = 1 << 28;
  private static final int NEW_IMAGE_SEEN = 1 << 29;
  private static final int OLD_IMAGE_SEEN = 1 << 30;

  private int seen;

  /** Begins a frame, of which no member was seen. */
  final void beginFrame() {
    seen = 0;
  }

  /** Whether a member was seen. */
  final boolean saw(int member) {
    return (seen & member) != 0;
  }

  final void see(int member, String name) throws MalformedRecordException {
    if ((seen & member) != 0) {
      throw defect("two members '" + name + "'");
    }
    seen |= member;
  }

  /** Whether a map of attributes begins here; a null is passed over. */
  final boolean isImage(String name) throws MalformedRecordException {
    if (peek() == '{') {
      return true;
    }
    if (!skipNull()) {
      throw defect("'" + name + "' is not an object");
    }
    return false;
  }

  /**
   * Reads the member whose name was just read, if it is the key or an image.
   *
   * @return whether it is
   */
  final boolean scanImage(ChangeTape change) throws MalformedRecordException {
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
    } else {
      return false;
    }
    return true;
  }

  final boolean isWord(byte[] word) {
    return pos + word.length <= end
        && Arrays.equals(bytes, pos, pos + word.length, word, 0, word.length);
  }

  final boolean skipNull() {
    boolean isNull = isWord(NULL);
    if (isNull) {
      pos += NULL.length;
    }
    return isNull;
  }

  /** From the '{' of an object to its first member, or behind the '}' of an empty one. */
  final boolean isEmptyObject() throws MalformedRecordException {
    pos++;
    skipWhitespace();
    if (peek() != '}') {
      return false;
    }
    pos++;
    return true;
  }

  /** From behind a member to the next one, or behind the '}' of the object. */
  final boolean anotherMember() throws MalformedRecordException {
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

  /** Our own archives of streams have it, where an item may have several changes. */
  final byte[] readSequence() throws MalformedRecordException {
    int start = pos;
    if (peek() != '"') {
      throw defectAt("'SequenceNumber' is not a text of digits", start);
    }
    readString();
    return SequenceNumbers.order(text())
        .orElseThrow(() -> defectAt("'SequenceNumber' is not a text of digits", start));
  }

  // ---- the key

  final void checkKeys(ChangeTape change) throws MalformedRecordException {
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

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
