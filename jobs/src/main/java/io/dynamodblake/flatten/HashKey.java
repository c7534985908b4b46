package io.dynamodblake.flatten;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of hashes that nobody else can make. It travels to tasks within their closures and is
 * shown nowhere: its text is that of its fingerprint.
 */
public final class HashKey implements Serializable {
  private static final long serialVersionUID = 1L;

  /** No key, with which no column can be hashed. */
  public static final HashKey NONE = new HashKey(new byte[0]);

  /** Fewer bytes could be found by trying. */
  public static final int LEAST_BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";
  private static final int FINGERPRINT_BYTES = 8;
  private static final byte[] FINGERPRINT_LABEL =
      "dynamodb-lake: fingerprint of a hash key".getBytes(StandardCharsets.US_ASCII);

  private final byte[] bytes;

  private HashKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Makes a key of these bytes.
   *
   * @throws IllegalArgumentException if it is shorter than {@link #LEAST_BYTES}
   */
  public static HashKey of(byte[] bytes) {
    if (bytes.length < LEAST_BYTES) {
      throw new IllegalArgumentException(
          "it has " + bytes.length + " bytes, and fewer than " + LEAST_BYTES + " can be guessed");
    }
    return new HashKey(bytes.clone());
  }

  /** Whether there is one. */
  public boolean isPresent() {
    return bytes.length > 0;
  }

  /**
   * Returns sixteen hex digits that are the same for the same key, and from which neither the key
   * nor any hash can be found: a digest of what the key makes of a text that is no value. Empty
   * without a key.
   */
  public String fingerprint() {
    if (!isPresent()) {
      return "";
    }
    try {
      byte[] made = mac().doFinal(FINGERPRINT_LABEL);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(made);
      return HexFormat.of().formatHex(Arrays.copyOf(digest, FINGERPRINT_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /** What hashes with it. */
  Mac mac() {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(bytes, ALGORITHM));
      return mac;
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HashKey that && MessageDigest.isEqual(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return fingerprint().hashCode();
  }

  @Override
  public String toString() {
    return "HashKey[" + fingerprint() + "]";
  }
}
