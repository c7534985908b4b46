package io.dynamodblake.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A position in one line of JSON, and what can be said of a line without knowing what it means:
 * where it ends, white space, and how to get behind a value that nobody reads. Scanners extend it,
 * so that on the hot path the position is a field of their own.
 */
abstract class JsonLine {
  /** How exports open a value: <code>{"S":"</code>. */
  static final int OPENING_BYTES = 6;

  static final long OPENING_MASK = -1L >>> (Long.BYTES - OPENING_BYTES) * Byte.SIZE;

  // the same with any letter
  private static final long ANY_OPENING_MASK = OPENING_MASK & ~0xff0000L;
  private static final long ANY_OPENING = opening("{\"S\":\"") & ANY_OPENING_MASK;

  byte[] bytes;
  int pos;
  int end;
  private int base; // where the line starts, for offsets in messages

  /** Puts the position at the start of {@code line[start, end)}. */
  final void place(byte[] line, int start, int end) {
    this.bytes = line;
    this.base = start;
    this.pos = start;
    this.end = end;
  }

  /** Where in the value the position is, for messages: names at most, never a value. */
  abstract String path();

  final void expectEndOfLine() throws MalformedRecordException {
    skipWhitespace();
    if (pos < end) {
      throw defect("more than one JSON value on the line");
    }
  }

  // ---- skipping

  /** An unwanted value: an object skipped by its brackets, with no look at anything else. */
  final void skipObject() throws MalformedRecordException {
    if (peek() != '{') {
      throw defect("value is not an object with a type descriptor");
    }
    if (!skipUsualScalar() && !skipPlainBrackets()) {
      skipBrackets();
    }
  }

  /** Fast path: one string under a descriptor of one letter, without escapes. */
  private boolean skipUsualScalar() {
    int last = bytes.length - Long.BYTES;
    int start = pos;
    if (start > last || (Bytes.eight(bytes, start) & ANY_OPENING_MASK) != ANY_OPENING) {
      return false;
    }
    for (int i = start + OPENING_BYTES; i <= last; i += Long.BYTES) {
      long marks = Bytes.markQuoteOrBackslash(Bytes.eight(bytes, i));
      if (marks != 0) {
        i += Bytes.firstMark(marks);
        boolean closed = i + 1 < end && bytes[i] == '"' && bytes[i + 1] == '}';
        pos = closed ? i + 2 : start;
        return closed;
      }
    }
    return false;
  }

  /**
   * Fast path: counts the brackets that stand outside of strings, eight bytes at a time. Where a
   * backslash stands, or the value does not end within whole words, the position stays where it
   * was, for the exact path to decide.
   */
  private boolean skipPlainBrackets() {
    int open = 0;
    long inString = 0; // all ones inside a string
    for (int i = pos; i + Long.BYTES <= end; i += Long.BYTES) {
      long eight = Bytes.eight(bytes, i);
      if (Bytes.markEqual(eight, Bytes.BACKSLASHES) != 0) {
        return false;
      }
      long folded = eight | Bytes.SPACES; // makes '{' of '[' and '}' of ']'
      long behindQuotes = Bytes.behindQuotes(Bytes.markEqual(eight, Bytes.QUOTES));
      long outside = ~((behindQuotes * 0xff) ^ inString);
      long opening = Bytes.markEqual(folded, Bytes.OPENING_BRACKETS) & outside;
      long closing = Bytes.markEqual(folded, Bytes.CLOSING_BRACKETS) & outside;
      int closed = Long.bitCount(closing);
      if (open <= closed) {
        // the value may end here: bracket by bracket
        for (long both = opening | closing; both != 0; both &= both - 1) {
          open += (both & -both & opening) != 0 ? 1 : -1;
          if (open == 0) {
            pos = i + Bytes.firstMark(both) + 1;
            return true;
          }
        }
      } else {
        open += Long.bitCount(opening) - closed;
      }
      inString ^= -(behindQuotes >>> 56);
    }
    return false;
  }

  private void skipBrackets() throws MalformedRecordException {
    int start = pos;
    int open = 0;
    while (pos < end) {
      byte next = bytes[pos];
      if (next == '"') {
        skipString();
        continue;
      }
      pos++;
      if (next == '{' || next == '[') {
        open++;
      } else if ((next == '}' || next == ']') && --open == 0) {
        return;
      }
    }
    throw defectAt("value does not end", start);
  }

  private void skipString() throws MalformedRecordException {
    int start = pos;
    int i = pos + 1;
    while (i < end) {
      if (i + Long.BYTES <= end) {
        long marks = Bytes.markQuoteOrBackslash(Bytes.eight(bytes, i));
        if (marks == 0) {
          i += Long.BYTES;
          continue;
        }
        i += Bytes.firstMark(marks);
      }
      byte next = bytes[i];
      if (next == '"') {
        pos = i + 1;
        return;
      }
      i += next == '\\' ? 2 : 1;
    }
    throw defectAt("string does not end", start);
  }

  /**
   * Any JSON value of an unknown top-level member, without recursion and without a look at its
   * scalars.
   */
  final void skipAnyJson() throws MalformedRecordException {
    byte first = peek();
    if (first == '{' || first == '[') {
      skipBrackets();
    } else if (first == '"') {
      skipString();
    } else {
      int start = pos;
      while (pos < end && isLiteral(bytes[pos])) {
        pos++;
      }
      if (pos == start) {
        throw defect("not JSON");
      }
    }
  }

  private static boolean isLiteral(byte value) {
    return value >= 'a' && value <= 'z'
        || isDigit(value)
        || value == '-'
        || value == '+'
        || value == '.'
        || value == 'E';
  }

  final void skipWhitespace() {
    while (pos < end && isWhitespace(bytes[pos])) {
      pos++;
    }
  }

  private static boolean isWhitespace(byte value) {
    return value == ' ' || value == '\n' || value == '\r' || value == '\t';
  }

  final byte peek() throws MalformedRecordException {
    if (pos >= end) {
      throw defect("line ends too early");
    }
    return bytes[pos];
  }

  static boolean isDigit(byte value) {
    return value >= '0' && value <= '9';
  }

  /** The bytes that open a value, as {@link Bytes#eight} reads them. */
  static long opening(String text) {
    return Bytes.eight(Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), Long.BYTES), 0);
  }

  // ---- messages

  final MalformedRecordException defect(String what) {
    return defectAt(what, pos);
  }

  final MalformedRecordException defectAt(String what, int position) {
    return new MalformedRecordException(what + " at " + path(), position - base);
  }
}
