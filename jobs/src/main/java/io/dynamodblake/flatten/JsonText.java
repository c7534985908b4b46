package io.dynamodblake.flatten;

import java.util.Arrays;

/**
 * Writes JSON text as DynamoDB JSON: objects as M, arrays as L, texts as S, numbers as N. Only as
 * much is looked at as is needed for that; whoever scans what comes out finds everything else that
 * is wrong with it.
 */
final class JsonText {
  /** Deeper text is taken for no JSON, as DynamoDB has no deeper values. */
  static final int MOST_DEPTH = 32;

  private byte[] text;
  private int pos;
  private int end;
  private byte[] out = new byte[256];
  private int size;

  /** Reads an object; false if the text is none. */
  boolean read(byte[] bytes, int start, int stop) {
    text = bytes;
    pos = start;
    end = stop;
    size = 0;
    skipBlanks();
    if (peek() != '{' || !value(1)) {
      return false;
    }
    skipBlanks();
    return pos == end;
  }

  /** Holds the DynamoDB JSON in its first {@link #size} bytes, until the next text is read. */
  byte[] bytes() {
    return out;
  }

  int size() {
    return size;
  }

  private int peek() {
    return pos < end ? text[pos] : -1;
  }

  private void skipBlanks() {
    while (pos < end && " \t\r\n".indexOf(text[pos]) >= 0) {
      pos++;
    }
  }

  private boolean value(int depth) {
    skipBlanks();
    return switch (peek()) {
      case '{' -> depth <= MOST_DEPTH && object(depth);
      case '[' -> depth <= MOST_DEPTH && array(depth);
      case '"' -> put("{\"S\":") && string() && put("}");
      case 't' -> word("true", "{\"BOOL\":true}");
      case 'f' -> word("false", "{\"BOOL\":false}");
      case 'n' -> word("null", "{\"NULL\":true}");
      default -> number();
    };
  }

  private boolean object(int depth) {
    pos++;
    put("{\"M\":{");
    skipBlanks();
    if (peek() == '}') {
      pos++;
      return put("}}");
    }
    while (true) {
      skipBlanks();
      if (peek() != '"' || !string()) {
        return false;
      }
      skipBlanks();
      if (peek() != ':') {
        return false;
      }
      pos++;
      put(":");
      if (!value(depth + 1)) {
        return false;
      }
      skipBlanks();
      int next = peek();
      pos++;
      if (next == '}') {
        return put("}}");
      }
      if (next != ',') {
        return false;
      }
      put(",");
    }
  }

  private boolean array(int depth) {
    pos++;
    put("{\"L\":[");
    skipBlanks();
    if (peek() == ']') {
      pos++;
      return put("]}");
    }
    while (true) {
      if (!value(depth + 1)) {
        return false;
      }
      skipBlanks();
      int next = peek();
      pos++;
      if (next == ']') {
        return put("]}");
      }
      if (next != ',') {
        return false;
      }
      put(",");
    }
  }

  /** Copies a string as it is: both kinds of JSON escape alike. */
  private boolean string() {
    int start = pos++;
    while (pos < end && text[pos] != '"') {
      pos += text[pos] == '\\' ? 2 : 1;
    }
    if (pos >= end) {
      return false;
    }
    pos++;
    return put(text, start, pos);
  }

  private boolean word(String word, String value) {
    for (int i = 0; i < word.length(); i++, pos++) {
      if (peek() != word.charAt(i)) {
        return false;
      }
    }
    return put(value);
  }

  /** Copies a number as RFC 8259 has it. */
  private boolean number() {
    int start = pos;
    if (peek() == '-') {
      pos++;
    }
    int first = pos;
    int whole = digits();
    boolean sound = whole == 1 || whole > 1 && text[first] != '0';
    if (sound && peek() == '.') {
      pos++;
      sound = digits() > 0;
    }
    if (sound && (peek() == 'e' || peek() == 'E')) {
      pos++;
      if (peek() == '+' || peek() == '-') {
        pos++;
      }
      sound = digits() > 0;
    }
    return sound && put("{\"N\":\"") && put(text, start, pos) && put("\"}");
  }

  private int digits() {
    int start = pos;
    while (peek() >= '0' && peek() <= '9') {
      pos++;
    }
    return pos - start;
  }

  // ---- bytes; always true, so that they stand in a condition

  private boolean put(String ascii) {
    reserve(ascii.length());
    for (int i = 0; i < ascii.length(); i++) {
      out[size++] = (byte) ascii.charAt(i);
    }
    return true;
  }

  private boolean put(byte[] bytes, int from, int to) {
    reserve(to - from);
    System.arraycopy(bytes, from, out, size, to - from);
    size += to - from;
    return true;
  }

  private void reserve(int more) {
    if (out.length - size < more) {
      out = Arrays.copyOf(out, Math.max(out.length * 2, size + more));
    }
  }
}
