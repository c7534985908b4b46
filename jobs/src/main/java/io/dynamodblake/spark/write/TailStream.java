package io.dynamodblake.spark.write;

import java.io.IOException;
import java.io.OutputStream;

/** Counts what goes by and keeps its end. */
final class TailStream extends OutputStream {
  private final OutputStream out;
  private long length;
  private long tail;
  private boolean closed;

  TailStream(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int value) throws IOException {
    out.write(value);
    length++;
    tail = tail << Byte.SIZE | value & 0xff;
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    out.write(bytes, offset, count);
    length += count;
    for (int i = Math.max(0, count - ImportFile.TAIL_BYTES); i < count; i++) {
      tail = tail << Byte.SIZE | bytes[offset + i] & 0xff;
    }
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      out.close();
    }
  }

  /** Bytes so far. */
  long length() {
    return length;
  }

  /** The last bytes, as {@link ImportFile#tail} has them. */
  long tail() {
    return tail;
  }
}
