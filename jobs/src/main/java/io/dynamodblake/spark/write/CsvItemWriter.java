package io.dynamodblake.spark.write;

import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.ItemPath;
import io.dynamodblake.type.LineWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes items as lines of CSV (RFC 4180, but with a line feed alone), as {@code ImportTable} reads
 * them by a {@link CsvHeader}: a field for each of its attributes, nothing where the item has none.
 * Attributes have to come in the order of the header. What CSV cannot say is a {@link #defect}, and
 * the line is then not to be used. One writer a thread.
 */
final class CsvItemWriter implements LineWriter {
  private static final int NONE = -1;

  private final byte[][] names;
  private final boolean[] numbers;
  private byte[] buffer = new byte[4096];
  private int size;
  private int next; // index of the field that begins where the buffer ends
  private int field; // of the value that is written next, or NONE
  private int depth;
  private String defect;
  private byte[] unknown = new byte[0]; // name of an attribute that has no field

  CsvItemWriter(CsvHeader header) {
    List<CsvHeader.Field> fields = header.fields();
    this.names = new byte[fields.size()][];
    this.numbers = new boolean[fields.size()];
    for (int i = 0; i < names.length; i++) {
      names[i] = fields.get(i).attribute().getBytes(StandardCharsets.UTF_8);
      numbers[i] = fields.get(i).descriptor() == Descriptor.N;
    }
  }

  @Override
  public void reset() {
    size = 0;
    depth = 0;
    defect = null;
  }

  @Override
  public byte[] bytes() {
    return buffer;
  }

  @Override
  public int length() {
    return size;
  }

  @Override
  public String defect() {
    return defect;
  }

  private void found(String before, String behind) {
    if (defect == null) {
      byte[] name = field == NONE ? unknown : names[field];
      String path = ItemPath.ofAttribute(new String(name, StandardCharsets.UTF_8));
      defect = before + "attribute " + path + behind;
    }
  }

  @Override
  public void beginItem() {
    next = 0;
    field = NONE;
    depth = 0;
    defect = null;
  }

  @Override
  public void endItem() {
    for (; next < names.length - 1; next++) {
      put((byte) ',');
    }
    put((byte) '\n');
  }

  @Override
  public void name(byte[] utf8, int offset, int length) {
    if (depth > 0) {
      return;
    }
    for (field = next; field < names.length; field++) {
      byte[] name = names[field];
      if (Arrays.equals(name, 0, name.length, utf8, offset, offset + length)) {
        break;
      }
    }
    if (field == names.length) {
      field = NONE;
      unknown = Arrays.copyOfRange(utf8, offset, offset + length);
      found("", " has no column, and CSV no place for it");
      return;
    }
    for (; next < field; next++) {
      put((byte) ',');
    }
  }

  /** Whether the value is that of a field, and of the type that the import gives it. */
  private boolean takes(Descriptor descriptor, boolean number) {
    if (depth > 0 || field == NONE) {
      return false;
    }
    if (numbers[field] == number && (number || descriptor == Descriptor.S)) {
      return true;
    }
    found("", " is " + descriptor + ", which CSV cannot say");
    return false;
  }

  /** A field was written: where another one follows, it begins here. */
  private void endField() {
    if (next < names.length - 1) {
      put((byte) ',');
    }
    next++;
  }

  @Override
  public void text(byte[] utf8, int offset, int length) {
    if (!takes(Descriptor.S, false)) {
      return;
    }
    if (length == 0) {
      found("", " is the empty text, which CSV cannot tell from an absent attribute");
    }
    reserve(2 * length + 2);
    int end = offset + length;
    boolean quoted = length > 0 && (isOuter(utf8[offset]) || isOuter(utf8[end - 1]));
    int quotes = 0;
    for (int i = offset; i < end; i++) {
      byte b = utf8[i];
      if (b == '"') {
        quotes++;
      } else if (b == ',') {
        quoted = true;
      } else if (b == '\n' || b == '\r') {
        found("a line break in ", ", which an import of CSV need not take");
      }
    }
    if (quoted || quotes > 0) {
      buffer[size++] = '"';
      for (int i = offset; i < end; i++) {
        if (utf8[i] == '"') {
          buffer[size++] = '"';
        }
        buffer[size++] = utf8[i];
      }
      buffer[size++] = '"';
    } else {
      System.arraycopy(utf8, offset, buffer, size, length);
      size += length;
    }
    endField();
  }

  /**
   * Whether a reader could take the byte for no part of the field where it is the first or last:
   * blanks, control characters, and what is not ASCII, among it other blanks and the mark in front
   * of a file.
   */
  private static boolean isOuter(byte b) {
    return b <= ' ' || b == 0x7f;
  }

  @Override
  public void number(byte[] ascii, int offset, int length) {
    if (takes(Descriptor.N, true)) {
      reserve(length);
      System.arraycopy(ascii, offset, buffer, size, length);
      size += length;
      endField();
    }
  }

  @Override
  public void binary(byte[] bytes, int offset, int length) {
    takes(Descriptor.B, false);
  }

  @Override
  public void bool(boolean value) {
    takes(Descriptor.BOOL, false);
  }

  @Override
  public void nullValue() {
    takes(Descriptor.NULL, false);
  }

  @Override
  public void beginList() {
    takes(Descriptor.L, false);
    depth++;
  }

  @Override
  public void endList() {
    depth--;
  }

  @Override
  public void beginMap() {
    takes(Descriptor.M, false);
    depth++;
  }

  @Override
  public void endMap() {
    depth--;
  }

  @Override
  public void beginSet(Descriptor set) {
    takes(set, false);
    depth++;
  }

  @Override
  public void endSet() {
    depth--;
  }

  private void put(byte b) {
    reserve(1);
    buffer[size++] = b;
  }

  private void reserve(int more) {
    if (buffer.length - size < more) {
      buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, size + more));
    }
  }
}
