package io.dynamodblake.export;

import io.dynamodblake.conf.Words;
import java.io.Serializable;
import java.util.Objects;

/**
 * How an export is read. Shipped to executors.
 *
 * @param verify what is checked
 * @param maxLineBytes longest line that is held in memory, in bytes; longer ones become bad records
 * @param maxFileBytes bound for one data file when decompressed, in bytes; a larger one is taken
 *     for damage
 * @param allowOutside whether a manifest may name data files outside the export's own prefix
 * @param words how whoever asks writes options, for messages
 */
public record ReadOptions(
    Verify verify, int maxLineBytes, long maxFileBytes, boolean allowOutside, Words words)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public static final int DEFAULT_MAX_LINE_BYTES = 16 << 20;
  public static final long DEFAULT_MAX_FILE_BYTES = 256L << 30;

  private static final int LARGEST_LINE = 1 << 30;
  private static final ReadOptions DEFAULTS =
      new ReadOptions(
          Verify.MD5, DEFAULT_MAX_LINE_BYTES, DEFAULT_MAX_FILE_BYTES, false, Words.FLATTEN);

  public ReadOptions {
    Objects.requireNonNull(verify, "verify is null");
    Objects.requireNonNull(words, "words is null");
    if (maxLineBytes < 1 || maxLineBytes > LARGEST_LINE) {
      throw new IllegalArgumentException(
          "Invalid maximal line length " + maxLineBytes + ": 1 to " + LARGEST_LINE + " bytes");
    }
    if (maxFileBytes < 1) {
      throw new IllegalArgumentException(
          "Invalid maximal file length " + maxFileBytes + ": at least 1 byte");
    }
  }

  /**
   * Returns the defaults: everything verified, lines to 16 MiB, data files to 256 GiB, nothing
   * outside, asked by {@code flatten}.
   */
  public static ReadOptions defaults() {
    return DEFAULTS;
  }

  public ReadOptions withVerify(Verify newVerify) {
    return new ReadOptions(newVerify, maxLineBytes, maxFileBytes, allowOutside, words);
  }

  public ReadOptions withMaxLineBytes(int newMaxLineBytes) {
    return new ReadOptions(verify, newMaxLineBytes, maxFileBytes, allowOutside, words);
  }

  public ReadOptions withMaxFileBytes(long newMaxFileBytes) {
    return new ReadOptions(verify, maxLineBytes, newMaxFileBytes, allowOutside, words);
  }

  public ReadOptions withAllowOutside(boolean newAllowOutside) {
    return new ReadOptions(verify, maxLineBytes, maxFileBytes, newAllowOutside, words);
  }

  public ReadOptions withWords(Words newWords) {
    return new ReadOptions(verify, maxLineBytes, maxFileBytes, allowOutside, newWords);
  }
}
