package io.dynamodblake.export;

import java.io.Closeable;
import java.security.MessageDigest;
import java.util.zip.Inflater;

/**
 * What a {@link DataFileReader} needs and leaves behind for the next one: buffers, the JDK's
 * inflater, the digest. A small data file costs more in clean memory than in lines if each has its
 * own. For one reader at a time, and one thread.
 */
public final class ReadMemory implements Closeable {
  private static final int STORED_BYTES = 128 << 10;
  private static final int FIRST_LINE_BYTES = 256 << 10;
  private static final int MOST_KEPT = 8; // times what the buffer of lines is at first

  private final int firstLineBytes;
  private byte[] lines;
  private byte[] stored;
  private Inflater inflater;
  private MessageDigest md5;

  /** Takes nothing before it is needed. */
  public ReadMemory() {
    this(FIRST_LINE_BYTES);
  }

  /** One whose buffer of lines has another size at first. */
  ReadMemory(int firstLineBytes) {
    this.firstLineBytes = firstLineBytes;
  }

  /** Bytes that a buffer of lines has at first. */
  int firstLineBytes() {
    return firstLineBytes;
  }

  /** A buffer of lines, of at least as many bytes; what is in it means nothing. */
  byte[] lines() {
    if (lines == null) {
      lines = new byte[firstLineBytes];
    }
    return lines;
  }

  /**
   * Takes a buffer of lines back that may have grown, unless that was for lines of unusual size.
   */
  void takeBack(byte[] grown) {
    lines = grown.length / MOST_KEPT <= firstLineBytes ? grown : null;
  }

  /** A buffer of stored bytes. */
  byte[] stored() {
    if (stored == null) {
      stored = new byte[STORED_BYTES];
    }
    return stored;
  }

  /** An inflater of raw deflate data that knows of nothing before. */
  Inflater inflater() {
    if (inflater == null) {
      inflater = new Inflater(true);
    } else {
      inflater.reset();
    }
    return inflater;
  }

  /** A digest that was told nothing yet. */
  MessageDigest md5() {
    if (md5 == null) {
      md5 = Digests.md5();
    } else {
      md5.reset();
    }
    return md5;
  }

  /** Gives everything back; no reader may use it any more. */
  @Override
  public void close() {
    if (inflater != null) {
      inflater.end();
      inflater = null;
    }
  }
}
