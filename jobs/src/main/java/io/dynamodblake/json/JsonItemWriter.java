package io.dynamodblake.json;

import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.LineWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes items as lines of DynamoDB JSON, as exports hold and {@code ImportTable} takes them:
 * {@code {"Item":{"pk":{"S":"x"}}}} and a line feed. The lines are appended to one buffer that is
 * kept; writing a value makes no object. One writer a thread.
 *
 * <pre>{@code
 * writer.reset();
 * encoder.encode(row, writer);
 * out.write(writer.bytes(), 0, writer.length());
 * }</pre>
 */
public final class JsonItemWriter implements LineWriter {
  private static final byte[] ITEM = ascii("{\"Item\":{");
  private static final byte[] END_ITEM = ascii("}}\n");
  private static final Token TEXT = Token.of("{\"S\":\"");
  private static final Token NUMBER = Token.of("{\"N\":\"");
  private static final Token BINARY = Token.of("{\"B\":\"");
  private static final Token END_SCALAR = Token.of("\"}");
  private static final byte[] TRUE = ascii("{\"BOOL\":true}");
  private static final byte[] FALSE = ascii("{\"BOOL\":false}");
  private static final byte[] NULL = ascii("{\"NULL\":true}");
  private static final Token LIST = Token.of("{\"L\":[");
  private static final Token END_LIST = Token.of("]}");
  private static final Token MAP = Token.of("{\"M\":{");
  private static final Token END_MAP = Token.of("}}");
  private static final Token SS = Token.of("{\"SS\":[");
  private static final Token NS = Token.of("{\"NS\":[");
  private static final Token BS = Token.of("{\"BS\":[");
  private static final byte[] BASE64 =
      ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  private static final byte[] HEX = ascii("0123456789abcdef");

  private static final int LONGEST_ESCAPE = 6;
  private static final int SHORT_COPY = 32; // bytes that are not worth a call

  /** Up to eight letters that are put at once. */
  private record Token(long eight, int length) {
    static Token of(String text) {
      byte[] letters = ascii(text);
      return new Token(Bytes.eight(Arrays.copyOf(letters, Long.BYTES), 0), letters.length);
    }
  }

  private byte[] opening = ITEM;
  private byte[] closing = END_ITEM;
  private byte[] buffer = new byte[4096];
  private int size;

  /** Whether something stands before the next value or name in its container. */
  private boolean comma;

  private boolean inSet;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Forgets all lines, also one that was begun and not ended. */
  @Override
  public void reset() {
    size = 0;
    comma = false;
    inSet = false;
  }

  /** Returns the lines, up to {@link #length()}; another array after the next write. */
  @Override
  public byte[] bytes() {
    return buffer;
  }

  @Override
  public int length() {
    return size;
  }

  /** Says what stands around the items from now on, in place of {@code {"Item":{}}} and a line. */
  void frame(byte[] before, byte[] after) {
    opening = before;
    closing = after;
  }

  /** Writes a string of JSON between others of its frame. */
  void putString(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    put((byte) '"');
    putEscaped(utf8, 0, utf8.length);
    put((byte) '"');
  }

  @Override
  public void beginItem() {
    put(opening);
    comma = false;
  }

  @Override
  public void endItem() {
    put(closing);
    comma = false;
  }

  @Override
  public void name(byte[] utf8, int offset, int length) {
    separate();
    put((byte) '"');
    putEscaped(utf8, offset, length);
    put((byte) '"');
    put((byte) ':');
    comma = false; // the value follows at once
  }

  @Override
  public void text(byte[] utf8, int offset, int length) {
    beginScalar(TEXT);
    putEscaped(utf8, offset, length);
    endScalar();
  }

  @Override
  public void number(byte[] ascii, int offset, int length) {
    beginScalar(NUMBER);
    if (length <= SHORT_COPY && ascii.length - offset >= SHORT_COPY) {
      // a few bytes too many, which what follows overwrites
      reserve(SHORT_COPY);
      for (int i = 0; i < length; i += Long.BYTES) {
        Bytes.putEight(buffer, size + i, Bytes.eight(ascii, offset + i));
      }
    } else {
      reserve(length);
      System.arraycopy(ascii, offset, buffer, size, length);
    }
    size += length;
    endScalar();
  }

  @Override
  public void binary(byte[] bytes, int offset, int length) {
    beginScalar(BINARY);
    putBase64(bytes, offset, length);
    endScalar();
  }

  private void beginScalar(Token opening) {
    separate();
    if (inSet) {
      put((byte) '"');
    } else {
      put(opening);
    }
  }

  private void endScalar() {
    if (inSet) {
      put((byte) '"');
    } else {
      put(END_SCALAR);
    }
    comma = true;
  }

  @Override
  public void bool(boolean value) {
    separate();
    put(value ? TRUE : FALSE);
    comma = true;
  }

  @Override
  public void nullValue() {
    separate();
    put(NULL);
    comma = true;
  }

  @Override
  public void beginList() {
    begin(LIST);
  }

  @Override
  public void endList() {
    end(END_LIST);
  }

  @Override
  public void beginMap() {
    begin(MAP);
  }

  @Override
  public void endMap() {
    end(END_MAP);
  }

  @Override
  public void beginSet(Descriptor set) {
    begin(
        switch (set) {
          case SS -> SS;
          case NS -> NS;
          case BS -> BS;
          case S, N, B, BOOL, NULL, L, M ->
              throw new IllegalArgumentException("Not a set descriptor: " + set);
        });
    inSet = true;
  }

  @Override
  public void endSet() {
    inSet = false;
    end(END_LIST);
  }

  private void begin(Token opening) {
    separate();
    put(opening);
    comma = false;
  }

  private void end(Token closing) {
    put(closing);
    comma = true;
  }

  private void separate() {
    if (comma) {
      put((byte) ',');
    }
  }

  // ---- bytes

  private void reserve(int more) {
    if (buffer.length - size < more) {
      long needed = (long) size + more;
      long doubled = Math.max(needed, 2L * buffer.length);
      buffer = Arrays.copyOf(buffer, Math.toIntExact(Math.min(doubled, Integer.MAX_VALUE - 16)));
    }
  }

  private void put(byte value) {
    reserve(1);
    buffer[size++] = value;
  }

  private void put(Token token) {
    reserve(Long.BYTES);
    Bytes.putEight(buffer, size, token.eight());
    size += token.length();
  }

  void put(byte[] bytes) {
    reserve(bytes.length);
    System.arraycopy(bytes, 0, buffer, size, bytes.length);
    size += bytes.length;
  }

  /** Escapes what JSON requires and nothing else; all else stays UTF-8 as it is. */
  private void putEscaped(byte[] utf8, int offset, int length) {
    int end = offset + length;
    int i = offset;
    while (i < end) {
      reserve(end - i + Long.BYTES);
      i = putPlain(utf8, i, end);
      if (i < end) {
        putEscape(utf8[i++]);
      }
    }
  }

  /** Copies what needs no escape, eight bytes at a time. Returns where that ends. */
  private int putPlain(byte[] utf8, int start, int end) {
    int i = start;
    int lastWhole = Math.min(end, utf8.length - Long.BYTES + 1);
    while (i < lastWhole) {
      long eight = Bytes.eight(utf8, i);
      int plain = Math.min(Bytes.firstMark(Bytes.markEscaped(eight)), end - i);
      Bytes.putEight(buffer, size, eight);
      size += plain;
      i += plain;
      if (plain < Long.BYTES) {
        return i;
      }
    }
    for (; i < end && !isEscaped(utf8[i]); i++) {
      buffer[size++] = utf8[i];
    }
    return i;
  }

  private static boolean isEscaped(byte letter) {
    return letter == '"' || letter == '\\' || (letter >= 0 && letter < ' ');
  }

  private void putEscape(byte letter) {
    reserve(LONGEST_ESCAPE);
    buffer[size++] = '\\';
    switch (letter) {
      case '"', '\\' -> buffer[size++] = letter;
      case '\b' -> buffer[size++] = 'b';
      case '\f' -> buffer[size++] = 'f';
      case '\n' -> buffer[size++] = 'n';
      case '\r' -> buffer[size++] = 'r';
      case '\t' -> buffer[size++] = 't';
      default -> {
        buffer[size++] = 'u';
        buffer[size++] = '0';
        buffer[size++] = '0';
        buffer[size++] = HEX[letter >> 4];
        buffer[size++] = HEX[letter & 0xf];
      }
    }
  }

  private void putBase64(byte[] bytes, int offset, int length) {
    reserve(Math.toIntExact((length + 2L) / 3 * 4));
    int i = offset;
    int wholeEnd = offset + length / 3 * 3;
    while (i < wholeEnd) {
      int bits = (bytes[i] & 0xff) << 16 | (bytes[i + 1] & 0xff) << 8 | bytes[i + 2] & 0xff;
      putSextets(bits, 4);
      i += 3;
    }
    int rest = offset + length - i;
    if (rest > 0) {
      int bits = (bytes[i] & 0xff) << 16 | (rest == 2 ? (bytes[i + 1] & 0xff) << 8 : 0);
      putSextets(bits, rest + 1);
      for (int padding = rest; padding < 3; padding++) {
        buffer[size++] = '=';
      }
    }
  }

  private void putSextets(int bits, int count) {
    for (int i = 0; i < count; i++) {
      buffer[size++] = BASE64[bits >> (18 - 6 * i) & 0x3f];
    }
  }
}
