package io.dynamodblake.flatten;

import io.dynamodblake.schema.TextForms;

/** Looks at a text of an item: whether it is a time, or true or false. One a thread. */
final class TextLook {
  private static final int LONGEST = "2026-11-18T03:20:00.123456789+01:00".length();
  private static final int SHORTEST = "true".length();
  private static final String TRUE = "true";
  private static final String FALSE = "false";

  private final IsoTime iso = new IsoTime();
  private final HttpTime http = new HttpTime();

  /** Tells what the text is. */
  void observe(byte[] bytes, int from, int to, TextForms into) {
    int length = to - from;
    if (length < SHORTEST || length > LONGEST) {
      into.noTime();
      into.noWord();
      return;
    }
    if (into.mayBeTimes()) {
      time(bytes, from, to, into);
    }
    if (into.mayBeWords()) {
      word(bytes, from, length, into);
    }
  }

  private void time(byte[] bytes, int from, int to, TextForms into) {
    byte first = bytes[from];
    if (first >= '0' && first <= '9') {
      IsoTime.Form form = iso.readTime(bytes, from, to, false);
      if (form != IsoTime.Form.NONE && !TimeText.isOutside(iso.epochMillis())) {
        into.time(iso.shape(), iso.epochMillis(), iso.offsetMinutes());
        return;
      }
    } else if (first <= 'Z' && http.readTime(bytes, from, to) == IsoTime.Form.CANONICAL) {
      into.time(TextForms.RFC_1123, http.epochMillis(), 0);
      return;
    }
    into.noTime();
  }

  private static void word(byte[] bytes, int from, int length, TextForms into) {
    String word = length == TRUE.length() ? TRUE : length == FALSE.length() ? FALSE : "";
    if (!word.isEmpty()) {
      if (is(word, 0, bytes, from, 0)) {
        into.word(TextForms.LOWER);
        return;
      }
      boolean capital = bytes[from] == word.charAt(0) - ('a' - 'A');
      if (capital && is(word, 1, bytes, from, 0)) {
        into.word(TextForms.TITLE);
        return;
      }
      if (capital && is(word, 1, bytes, from, 'a' - 'A')) {
        into.word(TextForms.UPPER);
        return;
      }
    }
    into.noWord();
  }

  private static boolean is(String word, int first, byte[] bytes, int from, int lift) {
    for (int i = first; i < word.length(); i++) {
      if (bytes[from + i] != word.charAt(i) - lift) {
        return false;
      }
    }
    return true;
  }
}
