package io.dynamodblake.export;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** MD5 as exports, and what is made in their layout, use it: against damage, not attackers. */
public final class Digests {
  /** Of no bytes, in base64. */
  static final String EMPTY = "1B2M2Y8AsgTpgAmY7PhCfg==";

  private static final int MD5_BYTES = 16;

  private Digests() {}

  /** Returns one that was told nothing yet. */
  public static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has MD5", e);
    }
  }

  static boolean isMd5(String base64) {
    try {
      return Base64.getDecoder().decode(base64).length == MD5_BYTES;
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }
}
