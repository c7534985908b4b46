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
    int length = end - start;
    int digits = 0;
    int letters = 0;
    int hex = 0;
    int run = 0;
    boolean upper = false;
    boolean lower = false;
    for (int i = start; i < end; i++) {
      int each = bytes[i];
      if (each >= '0' && each <= '9') {
        digits++;
        hex++;
        if (++run == DIGIT_RUN) {
          return true;
        }
        continue;
      }
      run = 0;
      if (each == '@') {
        return true;
      }
      boolean isUpper = each >= 'A' && each <= 'Z';
      boolean isLower = each >= 'a' && each <= 'z';
      upper |= isUpper;
      lower |= isLower;
      if (isUpper || isLower) {
        letters++;
        hex += (each | 0x20) <= 'f' ? 1 : 0;
      }
    }
    if (length > LONGEST_WORD) {
      return true;
    }
    if (digits == 0) {
      return false;
    }
    boolean number = letters == 0;
    boolean hash = hex == length && length >= SHORTEST_HEX;
    boolean uuid = length == UUID && hex == UUID - 4;
    boolean token = digits + letters == length && length >= LONG_TOKEN;
    boolean mixed = upper && lower && digits > 1 && length >= SHORTEST_HEX;
    return number || hash || uuid || token || mixed;
  }

  static boolean isValue(byte[] bytes) {
    return isValue(bytes, 0, bytes.length);
  }
}
