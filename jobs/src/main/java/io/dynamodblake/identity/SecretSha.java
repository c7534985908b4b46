package io.dynamodblake.identity;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * SHA-256 as a random function: for whoever does not know the secret, what it gives is as good as
 * chance. What goes in begins with the secret and with a byte for what it is used for, so that uses
 * never meet. One a thread.
 */
final class SecretSha {
  /** How long a result is. */
  static final int LONGS = 4;

  private static final int BLOCK = 64;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final MessageDigest sha;
  private final byte[] digested;
  private final byte[] head; // the secret, and what follows it, as long as there is room
  private final int secretBytes;
  private int size;

  SecretSha(byte[] secret) {
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
    digested = new byte[sha.getDigestLength()];
    secretBytes = secret.length;
    head = Arrays.copyOf(secret, secretBytes + BLOCK);
  }

  SecretSha begin(byte use) {
    head[secretBytes] = use;
    size = secretBytes + 1;
    return this;
  }

  /** Not after {@link #update}, and not more than {@value #LONGS}. */
  SecretSha put(long value) {
    LONG.set(head, size, value);
    size += Long.BYTES;
    return this;
  }

  SecretSha put(byte value) {
    head[size++] = value;
    return this;
  }

  /** Any number of bytes. */
  SecretSha update(byte[] bytes, int start, int length) {
    boolean first = size > 0; // else the secret would be overwritten
    if (first && length <= head.length - size) { // one call for all of it
      System.arraycopy(bytes, start, head, size, length);
      size += length;
    } else {
      flush();
      sha.update(bytes, start, length);
    }
    return this;
  }

  private void flush() {
    sha.update(head, 0, size);
    size = 0;
  }

  /** Ends; {@link #word} tells the result until the next end. */
  void end() {
    flush();
    try {
      sha.digest(digested, 0, digested.length);
    } catch (DigestException e) {
      throw new IllegalStateException("A digest is as long as it says", e);
    }
  }

  /** One of the longs of the result. */
  long word(int index) {
    return (long) LONG.get(digested, index * Long.BYTES);
  }
}
