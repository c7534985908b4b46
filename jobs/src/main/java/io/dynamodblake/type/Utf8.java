package io.dynamodblake.type;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Checks bytes that claim to be text; files that other programs wrote may hold anything. */
public final class Utf8 {
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8() {}

  /** Whether the bytes are UTF-8 by RFC 3629: no overlong forms, no surrogates. */
  public static boolean isValid(byte[] bytes, int start, int end) {
    int i = start;
    while (true) {
      i = asciiEnd(bytes, i, end);
      if (i == end) {
        return true;
      }
      int length = characterLength(bytes, i, end);
      if (length == 0) {
        return false;
      }
      i += length;
    }
  }

  /** Where the first byte stands that is not ASCII, or the end. */
  private static int asciiEnd(byte[] bytes, int start, int end) {
    int i = start;
    for (; end - i >= Long.BYTES; i += Long.BYTES) {
      long high = (long) EIGHT.get(bytes, i) & HIGH_BITS;
      if (high != 0) {
        return i + (Long.numberOfTrailingZeros(high) >>> 3);
      }
    }
    while (i < end && bytes[i] >= 0) {
      i++;
    }
    return i;
  }

  /** Bytes of a character of more than one, or 0 if it is none. */
  private static int characterLength(byte[] bytes, int index, int end) {
    int first = bytes[index] & 0xff;
    int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || index + length > end) {
      return 0;
    }
    int second = bytes[index + 1] & 0xff;
    int lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (second < lowest || second > highest) {
      return 0;
    }
    for (int i = index + 2; i < index + length; i++) {
      if ((bytes[i] & 0xc0) != 0x80) {
        return 0;
      }
    }
    return length;
  }
}
