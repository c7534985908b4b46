package io.dynamodblake.export;

import io.dynamodblake.io.ObjectStore;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/**
 * The JSON objects of a file that has nothing else, whatever stands between them: nothing, white
 * space, line ends, or the commas and brackets of an array around them. Whether it is gzip is told
 * from its first bytes and not from its name. An object ends where its brackets say; whether it is
 * JSON inside is for whoever reads it.
 *
 * <p>Memory is bounded by {@link ReadOptions#maxLineBytes}, whatever the file holds. Where anything
 * else stands, an object is longer than that, or the file ends within one, nobody can tell where
 * the next object begins: all that follows is one stretch that is {@link #damaged}. Not safe for
 * use by several threads.
 */
public final class DocumentReader implements Closeable {
  private static final int STORED_BUFFER_BYTES = 128 << 10;
  private static final int FIRST_BUFFER_BYTES = 256 << 10;
  private static final int FIRST_MAGIC = 0x1f;
  private static final int SECOND_MAGIC = 0x8b;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final DataFile file;
  private final ReadOptions options;
  private final StoredInput stored;
  private final ReadMemory memory = new ReadMemory();
  private final InputStream in;

  private byte[] buffer;
  private int limit; // end of what is filled
  private int next; // where to go on
  private long bytes; // decompressed bytes that ever came into the buffer
  private boolean ended;
  private boolean begun;
  private boolean done;
  private boolean inArray;
  private boolean elementDue; // behind a comma of the array

  private long documents;
  private int start;
  private int end;
  private long offset;
  private long length;
  private String damage; // null if there is none

  private DocumentReader(DataFile file, ReadOptions options, InputStream raw, int bufferBytes)
      throws IOException {
    this.file = file;
    this.options = options;
    this.stored = new StoredInput(raw, null);
    this.in = decompressed(new BufferedInputStream(stored, STORED_BUFFER_BYTES));
    this.buffer = new byte[bufferBytes];
  }

  /**
   * Opens a file; {@link #next} moves to its first object.
   *
   * @throws ExportFormatException if there is no such file, or it is not gzip although it begins
   *     like that
   * @throws IOException if the store fails
   */
  public static DocumentReader open(ObjectStore store, DataFile file, ReadOptions options)
      throws IOException {
    return open(store, file, options, FIRST_BUFFER_BYTES);
  }

  /** With a buffer of another size, so that tests need no large files. */
  static DocumentReader open(ObjectStore store, DataFile file, ReadOptions options, int bufferBytes)
      throws IOException {
    Objects.requireNonNull(options, "options is null");
    InputStream raw;
    try {
      raw = store.open(file.path(), file.length());
    } catch (FileNotFoundException e) {
      throw new ExportFormatException(
          "Cannot read archive: file %s was there and is gone; run again, with the files that are there"
              .formatted(file.key()),
          e);
    } catch (IOException e) {
      throw new IOException("Cannot open file " + file.key() + ": " + e.getMessage(), e);
    }
    try {
      return new DocumentReader(file, options, raw, bufferBytes);
    } catch (IOException | RuntimeException e) {
      try {
        raw.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private InputStream decompressed(BufferedInputStream input) throws IOException {
    try {
      input.mark(2);
      boolean gzip = input.read() == FIRST_MAGIC && input.read() == SECOND_MAGIC;
      input.reset();
      return gzip ? new GzipInput(input, memory, 0) : input;
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /**
   * Moves to the next object, or to the damaged rest.
   *
   * @return false at the end of the file
   * @throws ExportFormatException if the file cannot be unpacked
   * @throws IOException if the store fails
   */
  public boolean next() throws IOException {
    if (done) {
      return false;
    }
    if (!begun) {
      begun = true;
      skipMark();
    }
    while (true) {
      if (next == limit && !more()) {
        done = true;
        if (inArray) {
          return damaged("the array does not end", next);
        }
        return false;
      }
      byte first = buffer[next];
      if (first == ' ' || first == '\n' || first == '\r' || first == '\t') {
        next++;
      } else if (first == '{' && (!inArray || elementDue)) {
        elementDue = false;
        return object();
      } else if (first == '[' && !inArray) {
        inArray = true;
        elementDue = true;
        next++;
      } else if (first == ',' && inArray && !elementDue) {
        elementDue = true;
        next++;
      } else if (first == ']' && inArray) {
        inArray = false;
        elementDue = false;
        next++;
      } else {
        return damaged("something that is no JSON object", next);
      }
    }
  }

  private void skipMark() throws IOException {
    while (limit < BYTE_ORDER_MARK.length && more()) {
      // until there are as many bytes
    }
    if (limit >= BYTE_ORDER_MARK.length
        && Arrays.equals(buffer, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, 3)) {
      next = BYTE_ORDER_MARK.length; // editors put it there, and it is no part of the text
    }
  }

  /** From the '{' of an object to behind its '}'. */
  private boolean object() throws IOException {
    int depth = 0;
    boolean inString = false;
    int i = next;
    while (true) {
      if (i == limit) {
        if (limit - next > options.maxLineBytes()) {
          return damaged(
              "an object of more than %,d bytes".formatted(options.maxLineBytes()), next);
        }
        int before = next;
        if (!more()) {
          return damaged("the file ends within an object", next);
        }
        i -= before - next; // what is before the object has left the buffer
      }
      byte value = buffer[i++];
      if (inString) {
        if (value == '"') {
          inString = false;
        } else if (value == '\\') {
          if (i == limit) {
            int before = next;
            if (!more()) {
              return damaged("the file ends within an object", next);
            }
            i -= before - next;
          }
          i++;
        }
      } else if (value == '"') {
        inString = true;
      } else if (value == '{' || value == '[') {
        depth++;
      } else if ((value == '}' || value == ']') && --depth == 0) {
        if (i - next > options.maxLineBytes()) {
          return damaged(
              "an object of more than %,d bytes".formatted(options.maxLineBytes()), next);
        }
        start = next;
        end = i;
        length = end - start;
        offset = bytes - limit + start;
        next = i;
        documents++;
        return true;
      }
    }
  }

  /** All from a place on, of which the first bytes are kept. */
  private boolean damaged(String what, int from) throws IOException {
    damage = what;
    offset = bytes - limit + from;
    next = from;
    while (limit - next <= options.maxLineBytes() && more()) {
      // as much as is kept of a line that is too long
    }
    start = next;
    end = Math.min(limit, start + options.maxLineBytes());
    byte[] rest = new byte[STORED_BUFFER_BYTES];
    int read;
    while ((read = read(rest, 0, rest.length)) > 0) {
      bytes += read;
    }
    length = bytes - offset;
    documents++;
    done = true;
    return true;
  }

  /** Reads on; false at the end. What is before {@link #next} leaves the buffer. */
  private boolean more() throws IOException {
    if (ended) {
      return false;
    }
    if (next > 0) {
      System.arraycopy(buffer, next, buffer, 0, limit - next);
      limit -= next;
      next = 0;
    }
    if (limit == buffer.length) {
      buffer = Arrays.copyOf(buffer, buffer.length * 2);
    }
    int read = read(buffer, limit, buffer.length - limit);
    if (read <= 0) {
      ended = true;
      return false;
    }
    limit += read;
    bytes += read;
    if (bytes > options.maxFileBytes()) {
      throw new ExportFormatException(
          "Cannot read archive: file %s unpacks to more than %,d bytes; it is damaged, or no archive of a stream"
              .formatted(file.key(), options.maxFileBytes()));
    }
    return true;
  }

  private int read(byte[] into, int from, int count) throws IOException {
    try {
      return in.read(into, from, count);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private IOException failure(IOException e) throws ExportFormatException {
    if (stored.failed()) {
      return new IOException("Cannot read file " + file.key() + ": " + e.getMessage(), e);
    }
    throw new ExportFormatException(
        "Cannot read archive: %s, in %s; copy the file again".formatted(e.getMessage(), file.key()),
        e);
  }

  /** Returns whether the reader stands on a stretch that cannot be divided into objects. */
  public boolean damaged() {
    return damage != null;
  }

  /** Returns what is wrong with that stretch; holds nothing of it. */
  public String damage() {
    return damage;
  }

  /**
   * Returns the array that holds the object from {@link #start} to {@link #end}, valid until the
   * next call of {@link #next}; until then it may be written to.
   */
  public byte[] buffer() {
    return buffer;
  }

  public int start() {
    return start;
  }

  public int end() {
    return end;
  }

  /** Returns where it starts in the unpacked file, in bytes from 0. */
  public long offset() {
    return offset;
  }

  /** Returns its length in bytes, also of a damaged stretch of which only the first are there. */
  public long length() {
    return length;
  }

  /** Returns its number in the file, from 1. */
  public long number() {
    return documents;
  }

  /** Returns the number of bytes so far, as they are stored. */
  public long storedBytes() {
    return stored.count();
  }

  public DataFile file() {
    return file;
  }

  /** Returns the account of this file, which only its user can complete. */
  public FileAccount account(long records, long badRecords, long falseNulls) {
    return new FileAccount(
        file.index(), records, badRecords, falseNulls, bytes, storedBytes(), false, Map.of());
  }

  @Override
  public void close() throws IOException {
    done = true;
    memory.close();
    in.close();
  }
}
