package io.dynamodblake.schema.entity;

/**
 * What the segments of keys look like: words that somebody chose, or values. It goes by their form
 * alone, so it knows few of the values; how many there are tells the rest.
 */
final class KeyForms {
  private static final int DIGIT_RUN = 4;
  private static final int LONG_TOKEN = 20;
  private static final int LONGEST_WORD = 64;
  private static final int UUID = 36;
  private static final int SHORTEST_HEX = 12;

  private KeyForms() {}

  /**
   * Whether a segment is a value by its form: a number, something with four digits in a row as
   * dates and most ids have, a UUID, ULID, KSUID, a hash in hexadecimal digits, an e-mail address,
   * or too long for a word.
   */
  static boolean isValue(byte[] bytes, int start, int end) {
    int digits = 0;
    int run = 0;
    for (int i = start; i < end; i++) {
      int each = bytes[i];
      if (each >= '0' && each <= '9') {
        digits++;
        if (++run == DIGIT_RUN) {
          return true;
        }
      } else if (each == '@' || each == KeyTrie.VALUE) {
        return true;
      } else {
        run = 0;
      }
    }
    return end - start > LONGEST_WORD || digits > 0 && isCode(bytes, start, end, digits);
  }

  /** Whether something with some digits is a number, a hash, or a code that programs make up. */
  private static boolean isCode(byte[] bytes, int start, int end, int digits) {
    int length = end - start;
    int upper = 0;
    int lower = 0;
    int hex = digits;
    for (int i = start; i < end; i++) {
      int each = bytes[i];
      if (each >= 'A' && each <= 'Z') {
        upper++;
        hex += each <= 'F' ? 1 : 0;
      } else if (each >= 'a' && each <= 'z') {
        lower++;
        hex += each <= 'f' ? 1 : 0;
      }
    }
    int letters = upper + lower;
    boolean hash = hex == length && length >= SHORTEST_HEX;
    boolean uuid = length == UUID && hex == UUID - 4;
    boolean token = digits + letters == length && length >= LONG_TOKEN;
    boolean mixed = upper > 0 && lower > 0 && digits > 1 && length >= SHORTEST_HEX;
    return letters == 0 || hash || uuid || token || mixed;
  }

  static boolean isValue(byte[] bytes) {
    return isValue(bytes, 0, bytes.length);
  }
}
