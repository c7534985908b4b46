package io.dynamodblake.lake;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;

/** SHA-256 over a sequence of texts; where one ends and the next begins counts. */
public final class Fingerprint {
  private final MessageDigest digest;

  public Fingerprint() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  public static String of(String text) {
    return new Fingerprint().add(text).hex();
  }

  /** SHA-256 of bytes, in 64 hex digits. */
  static String of(byte[] bytes) {
    Fingerprint fingerprint = new Fingerprint();
    fingerprint.digest.update(bytes);
    return fingerprint.hex();
  }

  public Fingerprint add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    add(bytes.length);
    digest.update(bytes);
    return this;
  }

  public Fingerprint add(long number) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      digest.update((byte) (number >>> shift));
    }
    return this;
  }

  public Fingerprint addAll(Iterable<String> texts) {
    long count = 0;
    for (String text : texts) {
      add(text);
      count++;
    }
    return add(count);
  }

  /** Adds paths, lengths and times of files: times count, because contents cannot. */
  public Fingerprint addFiles(List<FileStatus> files) {
    for (FileStatus file : files) {
      add(file.getPath().toString()).add(file.getLen()).add(file.getModificationTime());
    }
    return this;
  }

  /** Returns the digest in 64 hex digits. Ends the sequence. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
