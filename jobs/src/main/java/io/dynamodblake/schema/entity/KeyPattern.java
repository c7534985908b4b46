package io.dynamodblake.schema.entity;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a key looks like, such as <code>CUSTOMER#{customer_id}</code>: literal text, and
 * placeholders with a name or without one. <code>{{</code> and <code>}}</code> stand for braces.
 *
 * <p>A placeholder takes at least one character and as few as possible, up to where the literal
 * behind it occurs first; the last one takes the rest, or all but the literal at the end. So the
 * parts of a key are the same for everybody who reads the pattern, and an id may hold the
 * separator. A pattern of one placeholder alone takes any value of any type.
 *
 * <p>Immutable; safe for use by several threads.
 */
public final class KeyPattern {
  /** Longest pattern in bytes of UTF-8: that of the longest key which DynamoDB allows. */
  static final int MOST_LENGTH = 2048;

  private static final int MOST_PLACEHOLDERS = 50;

  /** Stands in the array of places for a pattern that does not fit. */
  private static final int NONE = -1;

  private final String text;
  private final byte[][] literals; // one more than placeholders, any of the outer two may be empty
  private final List<String> names; // of the placeholders; empty where it has none

  private KeyPattern(String text, byte[][] literals, List<String> names) {
    this.text = text;
    this.literals = literals;
    this.names = List.copyOf(names);
  }

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException saying what is wrong with it and how to put it right
   */
  public static KeyPattern parse(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("the pattern is empty; write {} for any key");
    }
    List<byte[]> literals = new ArrayList<>();
    List<String> names = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char character = text.charAt(i);
      boolean twice = i + 1 < length && text.charAt(i + 1) == character;
      if (character == '{' && !twice) {
        if (!names.isEmpty() && literal.length() == 0) {
          throw new IllegalArgumentException(
              "two placeholders without text between them, of which nobody can tell where the first one ends;"
                  + " write one, or the text that separates them");
        }
        int end = text.indexOf('}', i);
        if (end < 0) {
          throw new IllegalArgumentException(
              "a { without }; close the placeholder, or write {{ for a brace");
        }
        String name = text.substring(i + 1, end).strip();
        if (name.indexOf('{') >= 0) {
          throw new IllegalArgumentException(
              "a { inside a placeholder; close it before, or write {{ for a brace");
        }
        if (!name.isEmpty() && names.contains(name)) {
          throw new IllegalArgumentException(
              "two placeholders are called %s; give one of them another name, or none: {}"
                  .formatted(name));
        }
        literals.add(utf8(literal.toString()));
        literal.setLength(0);
        utf8(name);
        names.add(name);
        i = end;
      } else if (character == '}' && !twice) {
        throw new IllegalArgumentException("a } without {; write }} for a brace");
      } else {
        literal.append(character);
        i += character == '{' || character == '}' ? 1 : 0;
      }
    }
    literals.add(utf8(literal.toString()));
    if (names.size() > MOST_PLACEHOLDERS || utf8(text).length > MOST_LENGTH) {
      throw new IllegalArgumentException(
          "the pattern has more than %s placeholders or %s bytes; shorten it"
              .formatted(MOST_PLACEHOLDERS, MOST_LENGTH));
    }
    return new KeyPattern(text, literals.toArray(new byte[0][]), names);
  }

  /** Returns the pattern of one key alone. */
  public static KeyPattern ofLiteral(String key) {
    return parse(escape(key));
  }

  /** Returns a text as it is written in a pattern, with its braces twice. */
  public static String escape(String literal) {
    return literal.replace("{", "{{").replace("}", "}}");
  }

  private static byte[] utf8(String text) {
    try {
      return bytes(text);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "half of a surrogate pair, which no key can hold; write the whole character", e);
    }
  }

  /** The bytes of a text that a key could hold. */
  static byte[] bytes(String text) throws CharacterCodingException {
    ByteBuffer buffer = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  // ---- reading

  /** Returns the text that {@link #parse} reads. */
  public String text() {
    return text;
  }

  /** Returns the names of the placeholders in their order; empty for those without. */
  public List<String> names() {
    return names;
  }

  /** Returns whether any value of any type fits: the pattern is one placeholder alone. */
  public boolean isAnything() {
    return names.size() == 1 && literals[0].length == 0 && literals[1].length == 0;
  }

  /** Returns whether one key alone fits, because there is no placeholder. */
  public boolean isLiteral() {
    return names.isEmpty();
  }

  /** How many bytes of a key must be as they stand here. */
  int literalBytes() {
    int bytes = 0;
    for (byte[] literal : literals) {
      bytes += literal.length;
    }
    return bytes;
  }

  /** Returns how many places {@link #match} needs: two for each placeholder. */
  public int places() {
    return 2 * names.size();
  }

  /**
   * Returns whether a key fits, in UTF-8, and where its parts are.
   *
   * @param places takes where each placeholder's part starts and ends, in the order of the
   *     placeholders; null if nobody wants to know. What it holds is meaningless if the key does
   *     not fit.
   */
  public boolean match(byte[] key, int start, int end, int[] places) {
    byte[] first = literals[0];
    if (end - start < first.length
        || !Arrays.equals(key, start, start + first.length, first, 0, first.length)) {
      return false;
    }
    int at = start + first.length;
    if (names.isEmpty()) {
      return at == end;
    }
    byte[] last = literals[literals.length - 1];
    int stop = end - last.length;
    if (stop <= at || !Arrays.equals(key, stop, end, last, 0, last.length)) {
      return false;
    }
    for (int i = 0; i < names.size() - 1; i++) {
      int next = find(key, at + 1, stop, literals[i + 1]);
      if (next == NONE) {
        return false;
      }
      if (places != null) {
        places[2 * i] = at;
        places[2 * i + 1] = next;
      }
      at = next + literals[i + 1].length;
    }
    if (places != null) {
      places[places() - 2] = at;
      places[places() - 1] = stop;
    }
    return at < stop;
  }

  private static int find(byte[] key, int from, int end, byte[] literal) {
    for (int i = from; i + literal.length <= end; i++) {
      if (key[i] == literal[0]
          && Arrays.equals(key, i, i + literal.length, literal, 0, literal.length)) {
        return i;
      }
    }
    return NONE;
  }

  /** Returns the parts of a key, in the order of the placeholders; empty if it does not fit. */
  public Optional<List<String>> match(String key) {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    int[] places = new int[places()];
    if (!match(bytes, 0, bytes.length, places)) {
      return Optional.empty();
    }
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < places.length; i += 2) {
      parts.add(new String(bytes, places[i], places[i + 1] - places[i], StandardCharsets.UTF_8));
    }
    return Optional.of(parts);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyPattern that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return Objects.hash(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
