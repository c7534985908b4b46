package io.dynamodblake.ion;

import io.dynamodblake.type.DynamoNumber;

/**
 * A look over the bytes of one line before ion-java parses them, for what it would take without a
 * word: broken UTF-8, the binary form of Ion and compressed bytes (neither is UTF-8), and numbers
 * so long that their conversion takes hours.
 */
final class IonText {
  private final byte[] bytes;
  private final int end;
  private int position;

  private IonText(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  /** What is wrong with {@code bytes[start, end)}, or null if an Ion parser may have it. */
  static String defect(byte[] bytes, int start, int end) {
    if (!isUtf8(bytes, start, end)) {
      return "invalid UTF-8";
    }
    int digits = new IonText(bytes, start, end).overlongNumber();
    return digits == 0 ? null : "a number of length " + digits + " is not a number";
  }

  /** RFC 3629: no overlong forms, no surrogates, at most U+10FFFF. */
  private static boolean isUtf8(byte[] bytes, int start, int end) {
    int i = start;
    while (i < end) {
      int first = bytes[i] & 0xff;
      if (first < 0x80) {
        i++;
        continue;
      }
      int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
      if (first < 0xc2 || first > 0xf4 || i + length > end) {
        return false;
      }
      int second = bytes[i + 1] & 0xff;
      int lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
      int highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
      if (second < lowest || second > highest) {
        return false;
      }
      for (int rest = i + 2; rest < i + length; rest++) {
        if ((bytes[rest] & 0xc0) != 0x80) {
          return false;
        }
      }
      i += length;
    }
    return true;
  }

  /** Length of the first number that is too long to be one of DynamoDB's; 0 if there is none. */
  private int overlongNumber() {
    while (position < end) {
      byte next = bytes[position];
      if (next == '"' || next == '\'') {
        skipQuoted();
      } else if (next == '/' && (at(1) == '/' || at(1) == '*')) {
        skipComment();
      } else if (next == '{' && at(1) == '{') {
        skipLob();
      } else if (isTokenByte(next)) {
        int start = position;
        while (position < end && isTokenByte(bytes[position])) {
          position++;
        }
        boolean number = next == '-' || next == '+' || (next >= '0' && next <= '9');
        if (number && position - start > DynamoNumber.MOST_TEXT) {
          return position - start;
        }
      } else {
        position++;
      }
    }
    return 0;
  }

  private byte at(int distance) {
    return position + distance < end ? bytes[position + distance] : 0;
  }

  private void skipQuoted() {
    byte quote = bytes[position];
    boolean longText = quote == '\'' && at(1) == quote && at(2) == quote;
    position += longText ? 3 : 1;
    while (position < end) {
      byte next = bytes[position];
      if (next == '\\') {
        position += 2;
      } else if (next != quote) {
        position++;
      } else if (!longText) {
        position++;
        return;
      } else if (at(1) == quote && at(2) == quote) {
        position += 3;
        return;
      } else {
        position++;
      }
    }
  }

  private void skipComment() {
    boolean block = at(1) == '*';
    position += 2;
    while (position < end) {
      byte next = bytes[position++];
      if (block ? next == '*' && at(0) == '/' : next == '\r' || next == '\n') {
        return;
      }
    }
  }

  /** A blob or clob: in base64 slashes are no comments. */
  private void skipLob() {
    position += 2;
    while (position < end && bytes[position] != '}') {
      if (bytes[position] == '"' || bytes[position] == '\'') {
        skipQuoted();
      } else {
        position++;
      }
    }
  }

  private static boolean isTokenByte(byte value) {
    return (value >= 'a' && value <= 'z')
        || (value >= 'A' && value <= 'Z')
        || (value >= '0' && value <= '9')
        || value == '_'
        || value == '$'
        || value == '.'
        || value == '-'
        || value == '+';
  }
}
