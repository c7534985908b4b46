package io.dynamodblake.schema.entity;

import java.nio.charset.StandardCharsets;

/**
 * A segment of the shape of a key.
 *
 * @param word its text, or null if it is a value
 * @param delimiter what is behind it; empty at the end of the key
 */
record KeySegment(String word, String delimiter) {
  static KeySegment of(byte[] word, int delimiter) {
    return new KeySegment(
        word == null ? null : new String(word, StandardCharsets.UTF_8),
        delimiter == 0 ? "" : String.valueOf((char) delimiter));
  }

  boolean isValue() {
    return word == null;
  }

  /** Whether it is a word of at least one character. */
  boolean isWord() {
    return word != null && !word.isEmpty();
  }

  /** The segment without what is behind it. */
  KeySegment alone() {
    return new KeySegment(word, "");
  }

  KeySegment asValue() {
    return new KeySegment(null, delimiter);
  }

  /** The segment as a pattern says it, with nothing in the placeholder. */
  String pattern() {
    return (isValue() ? "{}" : KeyPattern.escape(word)) + delimiter;
  }
}
