package io.dynamodblake.export;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * The stored bytes of a data file: counted and digested as they pass, and remembering whether
 * reading them failed.
 */
final class StoredInput extends InputStream {
  private final InputStream in;
  private final MessageDigest digest; // null if nobody asks
  private long count;
  private boolean failed;

  StoredInput(InputStream in, MessageDigest digest) {
    this.in = in;
    this.digest = digest;
  }

  long count() {
    return count;
  }

  /** True after the store failed: what follows is no fault of the data. */
  boolean failed() {
    return failed;
  }

  @Override
  public int read() throws IOException {
    byte[] single = new byte[1];
    int read = read(single, 0, 1);
    return read < 0 ? -1 : single[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read;
    try {
      read = in.read(bytes, offset, length);
    } catch (IOException e) {
      failed = true;
      throw e;
    }
    if (read > 0) {
      count += read;
      if (digest != null) {
        digest.update(bytes, offset, read);
      }
    }
    return read;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
