package io.dynamodblake.json;

import io.dynamodblake.type.Descriptor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Bytes whose base64 is in base64 again, as Kinesis Data Streams for DynamoDB has them. What they
 * are in base64 once is shorter, so it is written into its place, with spaces behind.
 */
final class Twice {
  private Twice() {}

  /**
   * Decodes all bytes of an item once.
   *
   * @param line the array that the item was read from, and is read from again
   * @return whether there are any
   * @throws MalformedRecordException if some are not in base64 twice
   */
  static boolean decode(ItemTape tape, byte[] line) throws MalformedRecordException {
    return decode(tape, tape.item(), line);
  }

  private static boolean decode(ItemTape tape, int node, byte[] line)
      throws MalformedRecordException {
    Descriptor descriptor = tape.descriptor(node);
    if (descriptor == Descriptor.B) {
      rewrite(tape, node, line);
      return true;
    }
    boolean any = false;
    if (descriptor == Descriptor.M || descriptor == Descriptor.L || descriptor == Descriptor.BS) {
      int child = tape.firstChild(node);
      for (int i = tape.childCount(node); i > 0; i--, child = tape.next(child)) {
        any |= decode(tape, child, line);
      }
    }
    return any;
  }

  private static void rewrite(ItemTape tape, int node, byte[] line)
      throws MalformedRecordException {
    byte[] once;
    try {
      once =
          Base64.getDecoder()
              .decode(
                  Arrays.copyOfRange(
                      tape.valueBytes(node), tape.valueStart(node), tape.valueEnd(node)));
      Base64.getDecoder().decode(once);
    } catch (IllegalArgumentException e) {
      throw new MalformedRecordException(
          "bytes that are in base64 once, and in records of Kinesis Data Streams they are so twice",
          0);
    }
    int open = tape.rawStart(node);
    if (line[open] == '{') {
      // a value stands behind its descriptor, the member of a set does not
      open = indexOf(line, ':', open) + 1;
      open = indexOf(line, '"', open);
    }
    int close = tape.rawEnd(node) - 1;
    while (line[close] != '"') {
      close--;
    }
    String text = new String(once, StandardCharsets.ISO_8859_1);
    byte[] literal = ('"' + text + '"').getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(literal, 0, line, open, literal.length);
    Arrays.fill(line, open + literal.length, close + 1, (byte) ' ');
  }

  private static int indexOf(byte[] line, char wanted, int from) {
    int i = from;
    while (line[i] != wanted) {
      i++;
    }
    return i;
  }
}
