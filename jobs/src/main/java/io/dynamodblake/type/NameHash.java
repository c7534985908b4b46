package io.dynamodblake.type;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/**
 * The hash by which attribute names are looked up. It differs from JVM to JVM, so that nobody can
 * prepare names that collide; it must therefore not travel from one to another.
 */
public final class NameHash {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long SEED = new SecureRandom().nextLong() | 1;

  private NameHash() {}

  /** Returns the hash of {@code bytes[start, end)}. */
  public static int of(byte[] bytes, int start, int end) {
    long hash = end - start;
    int index = start;
    for (; end - index >= Long.BYTES; index += Long.BYTES) {
      hash = mix(hash ^ (long) LONG.get(bytes, index));
    }
    if (index < end) {
      hash = mix(hash ^ tail(bytes, index, end));
    }
    return (int) (hash ^ (hash >>> 32));
  }

  private static long mix(long value) {
    long product = value * SEED;
    return product ^ (product >>> 29);
  }

  /** The last one to seven bytes, the rest zero. */
  private static long tail(byte[] bytes, int index, int end) {
    if (index + Long.BYTES <= bytes.length) {
      return (long) LONG.get(bytes, index) & ((1L << ((end - index) * Byte.SIZE)) - 1);
    }
    long tail = 0;
    for (int i = end - 1; i >= index; i--) {
      tail = (tail << Byte.SIZE) | (bytes[i] & 0xff);
    }
    return tail;
  }
}
