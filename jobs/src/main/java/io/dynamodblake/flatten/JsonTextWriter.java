package io.dynamodblake.flatten;

import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.ItemWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Prints values as JSON text in one way: no blanks, names in the order in which they are written,
 * numbers as {@code type.DynamoNumber} has them, and in strings only those characters escaped that
 * have to be, as {@code JSON.stringify} does it.
 */
final class JsonTextWriter implements ItemWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private boolean comma;

  /** Begins another text. */
  void reset() {
    out.reset();
    comma = false;
  }

  /** Returns the text in UTF-8. */
  byte[] text() {
    return out.toByteArray();
  }

  @Override
  public void beginItem() {
    throw noJson();
  }

  @Override
  public void endItem() {
    throw noJson();
  }

  @Override
  public void name(byte[] utf8, int offset, int length) {
    separate();
    string(utf8, offset, length);
    out.write(':');
    comma = false;
  }

  @Override
  public void text(byte[] utf8, int offset, int length) {
    separate();
    string(utf8, offset, length);
  }

  @Override
  public void number(byte[] ascii, int offset, int length) {
    separate();
    out.write(ascii, offset, length);
  }

  @Override
  public void binary(byte[] bytes, int offset, int length) {
    throw noJson();
  }

  @Override
  public void bool(boolean value) {
    separate();
    ascii(value ? "true" : "false");
  }

  @Override
  public void nullValue() {
    separate();
    ascii("null");
  }

  @Override
  public void beginList() {
    begin('[');
  }

  @Override
  public void endList() {
    end(']');
  }

  @Override
  public void beginMap() {
    begin('{');
  }

  @Override
  public void endMap() {
    end('}');
  }

  @Override
  public void beginSet(Descriptor set) {
    throw noJson();
  }

  @Override
  public void endSet() {
    throw noJson();
  }

  private static IllegalStateException noJson() {
    return new IllegalStateException("No schema lets JSON text hold items, sets or bytes");
  }

  private void begin(char bracket) {
    separate();
    out.write(bracket);
    comma = false;
  }

  private void end(char bracket) {
    out.write(bracket);
    comma = true;
  }

  private void separate() {
    if (comma) {
      out.write(',');
    }
    comma = true;
  }

  private void string(byte[] utf8, int offset, int length) {
    out.write('"');
    int plain = offset;
    for (int i = offset; i < offset + length; i++) {
      byte letter = utf8[i];
      if (letter == '"' || letter == '\\' || letter >= 0 && letter < ' ') {
        out.write(utf8, plain, i - plain);
        escape(letter);
        plain = i + 1;
      }
    }
    out.write(utf8, plain, offset + length - plain);
    out.write('"');
  }

  private void escape(byte letter) {
    switch (letter) {
      case '"' -> ascii("\\\"");
      case '\\' -> ascii("\\\\");
      case '\b' -> ascii("\\b");
      case '\f' -> ascii("\\f");
      case '\n' -> ascii("\\n");
      case '\r' -> ascii("\\r");
      case '\t' -> ascii("\\t");
      default -> ascii("\\u%04x".formatted(letter));
    }
  }

  private void ascii(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    out.write(bytes, 0, bytes.length);
  }
}
