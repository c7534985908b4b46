package io.dynamodblake.export;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * What a gzip file (RFC 1952) of one or more members holds, each checked against the checksum and
 * the length in its trailer. Where the file ends too early, or anything but a member follows one,
 * reading fails.
 *
 * <p>For the bulk of all data that is read: the stored bytes go from one large buffer straight to
 * the JDK's {@link Inflater}, and what comes out straight into the array of the caller. The JDK's
 * own stream cannot take its place, for it takes whatever follows a member and is no member for the
 * end.
 */
final class GzipInput extends InputStream {
  private static final int FIRST_MAGIC = 0x1f;
  private static final int SECOND_MAGIC = 0x8b;
  private static final int DEFLATE = 8;
  private static final int HAS_HEADER_CHECKSUM = 0x02;
  private static final int HAS_EXTRA = 0x04;
  private static final int HAS_NAME = 0x08;
  private static final int HAS_COMMENT = 0x10;
  private static final int RESERVED_FLAGS = 0xe0;
  private static final int TIME_LEVEL_SYSTEM_BYTES = 6;
  private static final int END = -1;

  private final InputStream in;
  private final Inflater inflater;
  private final CRC32 checksum = new CRC32();
  private final byte[] buffer;
  private int next; // in the buffer, of what the inflater has not got
  private int limit;
  private boolean ended;

  /**
   * Begins with the header of the first member, which must be there.
   *
   * @param memory whose buffer of stored bytes and inflater are used until this is closed
   * @param read bytes that were read into that buffer already
   */
  GzipInput(InputStream in, ReadMemory memory, int read) throws IOException {
    this.in = in;
    this.buffer = memory.stored();
    this.limit = read;
    this.inflater = memory.inflater();
    readHeader(readByte());
  }

  @Override
  public int read() throws IOException {
    byte[] single = new byte[1];
    return read(single, 0, 1) == END ? END : single[0] & 0xff;
  }

  /** Reads as much as there is room for, if there is so much. */
  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = 0;
    while (read < length && !ended) {
      if (inflater.needsInput()) {
        giveInput();
      }
      int inflated = inflate(bytes, offset + read, length - read);
      checksum.update(bytes, offset + read, inflated);
      read += inflated;
      if (inflater.finished()) {
        next = limit - inflater.getRemaining();
        readTrailer();
        beginNextMember();
      } else if (inflated == 0 && !inflater.needsInput()) {
        throw new IOException("gzip asks for a dictionary"); // or we would ask for ever
      }
    }
    return read == 0 && length > 0 ? END : read;
  }

  private int inflate(byte[] bytes, int offset, int length) throws IOException {
    try {
      return inflater.inflate(bytes, offset, length);
    } catch (DataFormatException e) {
      throw new IOException("gzip data is corrupt", e);
    }
  }

  private void giveInput() throws IOException {
    if (next == limit) {
      require(fill());
    }
    inflater.setInput(buffer, next, limit - next);
    next = limit;
  }

  private void readHeader(int first) throws IOException {
    if (first != FIRST_MAGIC || readByte() != SECOND_MAGIC) {
      throw new IOException("what follows is not gzip");
    }
    if (readByte() != DEFLATE) {
      throw new IOException("gzip method is unknown");
    }
    int flags = readByte();
    if ((flags & RESERVED_FLAGS) != 0) {
      throw new IOException("gzip flags are unknown");
    }
    skip(TIME_LEVEL_SYSTEM_BYTES);
    if ((flags & HAS_EXTRA) != 0) {
      skip(readByte() | readByte() << Byte.SIZE);
    }
    if ((flags & HAS_NAME) != 0) {
      skipText();
    }
    if ((flags & HAS_COMMENT) != 0) {
      skipText();
    }
    if ((flags & HAS_HEADER_CHECKSUM) != 0) {
      skip(Short.BYTES);
    }
  }

  private void readTrailer() throws IOException {
    if (readInt() != (int) checksum.getValue()) {
      throw new IOException("gzip checksum is wrong");
    }
    if (readInt() != (int) inflater.getBytesWritten()) {
      throw new IOException("gzip length is wrong");
    }
  }

  private void beginNextMember() throws IOException {
    if (next == limit && !fill()) {
      ended = true;
      return;
    }
    readHeader(readByte());
    inflater.reset();
    checksum.reset();
  }

  private void skip(int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      readByte();
    }
  }

  private void skipText() throws IOException {
    while (readByte() != 0) {
      // up to the zero behind it
    }
  }

  private int readInt() throws IOException {
    int value = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      value |= readByte() << shift;
    }
    return value;
  }

  private int readByte() throws IOException {
    if (next == limit) {
      require(fill());
    }
    return buffer[next++] & 0xff;
  }

  private static void require(boolean more) throws EOFException {
    if (!more) {
      throw new EOFException("gzip ends too early");
    }
  }

  private boolean fill() throws IOException {
    int read;
    do {
      read = in.read(buffer, 0, buffer.length);
    } while (read == 0);
    next = 0;
    limit = Math.max(read, 0);
    return read > 0;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
