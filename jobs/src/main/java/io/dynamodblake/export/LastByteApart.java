package io.dynamodblake.export;

import java.io.IOException;
import java.io.InputStream;

/**
 * A stream whose last byte comes in a read of its own.
 *
 * <p>For the Zstandard reader, which knows only from its next read that the frame it is in is not
 * the one that it has finished: what is left of a frame that was cut off, behind a whole one and in
 * the same read, would be taken for the end.
 */
final class LastByteApart extends InputStream {
  private static final int NOT_READ = -2;
  private static final int END = -1;

  private final InputStream in;
  private int ahead = NOT_READ; // the next byte

  LastByteApart(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    int read = ahead == NOT_READ ? in.read() : ahead;
    ahead = read == END ? END : NOT_READ;
    return read;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int first = read();
    if (first == END) {
      return END;
    }
    bytes[offset] = (byte) first;
    int more = length == 1 ? 0 : in.read(bytes, offset + 1, length - 1);
    if (more <= 0) {
      return 1;
    }
    ahead = in.read();
    if (ahead == END) {
      ahead = bytes[offset + more] & 0xff;
      return more;
    }
    return 1 + more;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
