package io.dynamodblake.export;

import io.dynamodblake.conf.ReadKeys;
import io.dynamodblake.io.ObjectStore;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;

/**
 * The lines of one data file, in one pass over its stored bytes, which are verified on the way:
 * their MD5 and the number of lines, as far as the options ask for it and the manifest knows it.
 * Whether a file is gzip, Zstandard or plain is told from its first bytes; gzip may have any number
 * of members, Zstandard any number of frames.
 *
 * <p>Memory is bounded by {@link ReadOptions#maxLineBytes}, whatever the file holds. What a reader
 * found in a file that is not read to its end is not verified. Not safe for use by several threads.
 */
public final class DataFileReader implements Closeable {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
  private static final byte[] ION_MARK = "$ion_1_0".getBytes(StandardCharsets.US_ASCII);

  private final DataFile file;
  private final ReadOptions options;
  private final MessageDigest digest; // null unless MD5 is verified
  private final long promised; // -1 unless counts are verified
  private final ReadMemory memory;
  private final boolean ownsMemory;
  private final StoredInput stored;
  private final InputStream in;
  private String compression = ""; // for messages

  private final int skipBytes; // read at once from a line that is too long

  private byte[] buffer;
  private int limit; // end of what is filled
  private int next; // start of the next line
  private long bytes; // decompressed bytes that ever came into the buffer
  private boolean ended; // nothing follows what is in the buffer
  private boolean done;
  private boolean md5Verified;
  private long lines;
  private long records;

  private int start;
  private int end;
  private long offset;
  private long length;
  private boolean tooLong;

  private DataFileReader(
      DataFile file, ReadOptions options, InputStream raw, ReadMemory memory, boolean ownsMemory)
      throws IOException {
    this.file = file;
    this.options = options;
    this.memory = memory;
    this.ownsMemory = ownsMemory;
    this.digest = options.verify() == Verify.MD5 && !file.md5().isEmpty() ? memory.md5() : null;
    this.promised = options.verify() == Verify.NONE ? -1 : file.itemCount();
    this.stored = new StoredInput(raw, digest);
    this.in = decompressed();
    this.buffer = memory.lines();
    this.skipBytes = memory.firstLineBytes();
  }

  /**
   * Opens a data file; {@link #next} moves to its first line.
   *
   * @throws ExportFormatException if there is no such file, or it is neither gzip nor zstd although
   *     it begins like one
   * @throws IOException if the store fails
   */
  public static DataFileReader open(ObjectStore store, DataFile file, ReadOptions options)
      throws IOException {
    return open(store, file, options, new ReadMemory(), true);
  }

  /** With a buffer of another size, so that tests need no large files. */
  static DataFileReader open(ObjectStore store, DataFile file, ReadOptions options, int bufferBytes)
      throws IOException {
    return open(store, file, options, new ReadMemory(bufferBytes), true);
  }

  /**
   * Opens a data file as {@link #open(ObjectStore, DataFile, ReadOptions)} does.
   *
   * @param memory in use until the reader is closed, and longer, for whoever comes next
   */
  public static DataFileReader open(
      ObjectStore store, DataFile file, ReadOptions options, ReadMemory memory) throws IOException {
    return open(store, file, options, memory, false);
  }

  private static DataFileReader open(
      ObjectStore store, DataFile file, ReadOptions options, ReadMemory memory, boolean ownsMemory)
      throws IOException {
    Objects.requireNonNull(file, "file is null");
    Objects.requireNonNull(options, "options is null");
    InputStream raw;
    try {
      raw = store.open(file.path(), file.length());
    } catch (FileNotFoundException e) {
      raw = openUnpacked(store, file, options, e);
    } catch (IOException e) {
      throw new IOException("Cannot open data file " + file.key() + ": " + e.getMessage(), e);
    }
    try {
      return new DataFileReader(file, options, raw, memory, ownsMemory);
    } catch (IOException | RuntimeException e) {
      try {
        raw.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /**
   * A file that was unpacked where it lay has lost the end of its name. Its bytes are not those of
   * the checksum, but its lines can be counted.
   */
  private static InputStream openUnpacked(
      ObjectStore store, DataFile file, ReadOptions options, FileNotFoundException missing)
      throws IOException {
    String wayOut = "copy the export whole or export again";
    String unpacked = Paths.unpacked(file.path());
    if (!unpacked.equals(file.path()) && store.exists(unpacked)) {
      if (options.verify() != Verify.MD5) {
        return store.open(unpacked);
      }
      wayOut =
          "%s lies there, which may be the same unpacked, but checksums are of packed bytes: %s, or use %s to check its number of items alone"
              .formatted(
                  Paths.name(unpacked), wayOut, options.words().of(ReadKeys.VERIFY, "counts"));
    }
    throw new ExportFormatException(
        "Cannot read data file: it is missing, in %s (looked for at %s); %s"
            .formatted(file.key(), file.path(), wayOut),
        missing);
  }

  /**
   * Moves to the next line that is not blank.
   *
   * @return false at the end of the file, which was then verified
   * @throws ExportFormatException if the file is damaged or not what the manifest says
   * @throws IOException if the store fails
   */
  public boolean next() throws IOException {
    while (!done) {
      if (!advance()) {
        done = true;
        verify();
        return false;
      }
      if (tooLong || !blank()) {
        records++;
        if (promised >= 0 && records > promised) {
          done = true;
          throw surplus();
        }
        return true;
      }
    }
    return false;
  }

  /**
   * Reads what is left of the file, so that a damaged file is known as such before its lines are
   * blamed.
   *
   * @throws ExportFormatException if the file is damaged or not what the manifest says
   * @throws IOException if the store fails
   */
  public void verifyRest() throws IOException {
    while (next()) {
      // up to the end, where the file is verified
    }
  }

  /**
   * Returns the array that holds the line from {@link #start} to {@link #end}; valid until the next
   * call of {@link #next}.
   */
  public byte[] buffer() {
    return buffer;
  }

  public int start() {
    return start;
  }

  /**
   * Returns the end of the line, without its line feed; a carriage return before that is still
   * there.
   */
  public int end() {
    return end;
  }

  /** Returns the number of the line in the file from 1, blank lines counted. */
  public long line() {
    return lines;
  }

  /** Returns where the line starts in the decompressed file, in bytes from 0. */
  public long offset() {
    return offset;
  }

  /** Returns the length of the whole line in bytes, also of one that is too long. */
  public long length() {
    return length;
  }

  /**
   * Whether the line is longer than {@link ReadOptions#maxLineBytes}; only its first bytes are
   * there then.
   */
  public boolean tooLong() {
    return tooLong;
  }

  /** Returns the number of lines so far that were not blank. */
  public long records() {
    return records;
  }

  /** Returns the number of decompressed bytes so far. */
  public long bytes() {
    return bytes;
  }

  /** Returns the number of bytes so far, as they are stored. */
  public long storedBytes() {
    return stored.count();
  }

  public DataFile file() {
    return file;
  }

  /** Returns the account of this file, which only its user can complete. */
  public FileAccount account(
      long items, long badRecords, long falseNulls, Map<String, Long> rescued) {
    return new FileAccount(
        file.index(), items, badRecords, falseNulls, bytes, storedBytes(), md5Verified, rescued);
  }

  /** Releases the file. What was not read stays unverified. */
  @Override
  public void close() throws IOException {
    done = true;
    memory.takeBack(buffer);
    if (ownsMemory) {
      memory.close();
    }
    in.close();
  }

  private InputStream decompressed() throws IOException {
    try {
      int read = StoredForm.readSome(stored, memory.stored());
      if (read == 0) {
        refuseNothing();
      }
      StoredForm form = StoredForm.of(memory.stored(), read);
      compression = form.words();
      return form.unpacked(stored, memory, read);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /**
   * The shortest gzip file has 20 bytes: what has none was cut off, unless somebody knows it so.
   */
  private void refuseNothing() {
    boolean known = promised == 0 || file.md5().equals(Digests.EMPTY);
    if (options.verify() != Verify.NONE
        && !known
        && !Paths.unpacked(file.path()).equals(file.path())) {
      throw fault(
          "it has no bytes, and even an empty file has some when it is packed",
          "; copy it again or export again");
    }
  }

  private boolean advance() throws IOException {
    start = next;
    tooLong = false;
    int searched = next;
    while (true) {
      int newline = LineFeeds.find(buffer, searched, limit);
      int reach = newline >= 0 ? newline : limit;
      if (reach - start > options.maxLineBytes()) {
        return tooLong(newline);
      }
      if (newline >= 0) {
        return line(newline, newline + 1);
      }
      if (ended) {
        return limit > start && line(limit, limit);
      }
      searched = limit;
      if (buffer.length - limit <= buffer.length / 2) {
        searched -= makeRoom();
      }
      fill();
    }
  }

  private boolean line(int newEnd, int newNext) {
    if (lines == 0 && newEnd - start >= BYTE_ORDER_MARK.length && startsWith(BYTE_ORDER_MARK)) {
      start += BYTE_ORDER_MARK.length; // editors put it there, and it is no part of the text
    }
    end = newEnd;
    next = newNext;
    offset = bytes - limit + start;
    length = end - start;
    lines++;
    return true;
  }

  /**
   * A line that is longer than allowed: its first bytes stay, the rest runs through the remaining
   * buffer.
   */
  private boolean tooLong(int newline) throws IOException {
    tooLong = true;
    int kept = options.maxLineBytes();
    if (newline >= 0) {
      line(newline, newline + 1);
      end = start + kept;
      return true;
    }
    offset = bytes - limit + start;
    length = limit - start;
    makeRoom();
    if (buffer.length - kept < skipBytes) {
      buffer = Arrays.copyOf(buffer, kept + skipBytes);
    }
    end = kept;
    lines++;
    while (true) {
      limit = kept;
      if (!fill()) {
        next = limit;
        return true;
      }
      int found = LineFeeds.find(buffer, kept, limit);
      if (found >= 0) {
        length += found - kept;
        next = found + 1;
        return true;
      }
      length += limit - kept;
    }
  }

  /**
   * Moves the line begun to the front, or lets the buffer grow if it is there. Returns by how much
   * it moved.
   */
  private int makeRoom() {
    int moved = start;
    if (moved > 0) {
      System.arraycopy(buffer, moved, buffer, 0, limit - moved);
      limit -= moved;
      start = 0;
    } else if (limit == buffer.length) {
      long enough = (long) options.maxLineBytes() + skipBytes;
      buffer =
          Arrays.copyOf(
              buffer, (int) Math.max(Math.min(2L * buffer.length, enough), buffer.length + 1L));
    }
    return moved;
  }

  private boolean fill() throws IOException {
    int read;
    try {
      read = in.read(buffer, limit, buffer.length - limit);
    } catch (IOException e) {
      done = true;
      throw failure(e);
    }
    if (read < 0) {
      ended = true;
      return false;
    }
    limit += read;
    bytes += read;
    if (bytes > options.maxFileBytes()) {
      done = true;
      throw new ExportFormatException(
          "Cannot read data file: more than "
              + options.maxFileBytes()
              + " bytes when decompressed, in "
              + file.key()
              + "; export again");
    }
    return true;
  }

  private boolean startsWith(byte[] text) {
    return Arrays.equals(buffer, start, start + text.length, text, 0, text.length);
  }

  /** Nothing but spaces, or the mark that a stream of Ion may have on a line of its own. */
  private boolean blank() {
    int last = end;
    while (last > start && isSpace(buffer[last - 1])) {
      last--;
    }
    int first = start;
    while (first < last && isSpace(buffer[first])) {
      first++;
    }
    return first == last || Arrays.equals(buffer, first, last, ION_MARK, 0, ION_MARK.length);
  }

  private static boolean isSpace(byte value) {
    return value == ' ' || value == '\t' || value == '\r';
  }

  /** The checksum speaks first: where it is wrong, the number of lines is a consequence. */
  private void verify() {
    verifyMd5();
    if (promised >= 0 && records != promised) {
      throw fault(
          "item count " + records + " but manifest says " + promised,
          WayOut.exportAgain(options.words()));
    }
  }

  private void verifyMd5() {
    if (digest != null) {
      String actual = Base64.getEncoder().encodeToString(digest.digest());
      if (!actual.equals(file.md5())) {
        boolean unpacked =
            compression.isEmpty() && !Paths.unpacked(file.path()).equals(file.path());
        throw fault(
            "MD5 "
                + actual
                + " but manifest says "
                + file.md5()
                + (unpacked ? ", and the file is not packed any more, as its name says" : ""),
            WayOut.recompressed(options.words()));
      }
      md5Verified = true;
    }
  }

  /** More lines than promised: the rest matters for the checksum alone. */
  private ExportFormatException surplus() throws IOException {
    long found = records;
    if (digest != null) {
      while (advance()) {
        // up to the end
      }
      verifyMd5();
    }
    return fault(
        "item count " + found + " or more but manifest says " + promised,
        WayOut.exportAgain(options.words()));
  }

  private ExportFormatException fault(String what, String wayOut) {
    return new ExportFormatException(
        "Cannot read data file: " + what + ", in " + file.key() + wayOut);
  }

  /** Tells a store that fails from bytes that cannot be decompressed. Throws the latter. */
  private IOException failure(IOException e) {
    if (stored.failed()) {
      return new IOException("Cannot read data file " + file.key() + ": " + e.getMessage(), e);
    }
    throw new ExportFormatException(
        "Cannot decompress data file: truncated or corrupt "
            + compression
            + " after line "
            + lines
            + " and "
            + stored.count()
            + " stored bytes, in "
            + file.key()
            + "; copy it again or export again",
        e);
  }
}
