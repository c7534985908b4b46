package io.dynamodblake.flatten;

import io.dynamodblake.schema.TextKind;

/** Tells what a text looks like, from its bytes. Nothing is allocated. One a thread. */
final class TextKinds {
  private static final int LONGEST_NUMBER = 64;
  private static final int LONGEST_TIME = "2026-11-18T03:20:00.123456789+01:00".length();

  private final IsoTime times = new IsoTime();
  private byte[] text;
  private int pos;
  private int end;

  /** Returns what {@code bytes[from, to)} looks like. */
  TextKind of(byte[] bytes, int from, int to) {
    if (from == to) {
      return TextKind.OTHER;
    }
    text = bytes;
    pos = from;
    end = to;
    int first = bytes[from];
    if (first == '-' || first >= '0' && first <= '9') {
      return ofDigits(bytes, from, to);
    }
    int last = bytes[to - 1];
    return switch (first) {
      case '{' -> last == '}' ? TextKind.JSON : TextKind.OTHER;
      case '[' -> last == ']' ? TextKind.JSON : TextKind.OTHER;
      case 't', 'T' -> isWord("true", "TRUE") ? TextKind.BOOLEAN : TextKind.OTHER;
      case 'f', 'F' -> isWord("false", "FALSE") ? TextKind.BOOLEAN : TextKind.OTHER;
      default -> TextKind.OTHER;
    };
  }

  /** Returns the moment of the text before, which was a date or time. */
  long epochMillis() {
    return times.epochMillis();
  }

  private TextKind ofDigits(byte[] bytes, int from, int to) {
    if (to - from > 9 && to - from <= LONGEST_TIME && bytes[from + 4] == '-') {
      // a date reads as its midnight
      return times.readTime(bytes, from, to, true) == IsoTime.Form.NONE
          ? TextKind.OTHER
          : to - from == "2026-11-18".length() ? TextKind.DATE : TextKind.TIME;
    }
    return to - from <= LONGEST_NUMBER && isNumber() ? TextKind.NUMBER : TextKind.OTHER;
  }

  private boolean isNumber() {
    skip('-');
    if (skip('0') && pos < end && isDigit()) {
      return false; // a code, such as 00123
    }
    boolean whole = text[pos - 1] == '0' || digits();
    if (!whole || skip('.') && !digits()) {
      return false;
    }
    if (skip('e') || skip('E')) {
      if (!skip('-')) {
        skip('+');
      }
      return digits() && pos == end;
    }
    return pos == end;
  }

  private boolean digits() {
    int first = pos;
    while (pos < end && isDigit()) {
      pos++;
    }
    return pos > first;
  }

  private boolean isDigit() {
    return text[pos] >= '0' && text[pos] <= '9';
  }

  private boolean skip(char letter) {
    if (pos < end && text[pos] == letter) {
      pos++;
      return true;
    }
    return false;
  }

  /**
   * Whether the text is the word, the word in upper case, or the one after a letter of the other.
   */
  private boolean isWord(String lower, String upper) {
    if (end - pos != lower.length()) {
      return false;
    }
    boolean small = text[pos + 1] == lower.charAt(1);
    String word = small ? lower : upper;
    for (int i = 1; i < word.length(); i++) {
      if (text[pos + i] != word.charAt(i)) {
        return false;
      }
    }
    return small || text[pos] == upper.charAt(0); // tRUE is no word
  }
}
