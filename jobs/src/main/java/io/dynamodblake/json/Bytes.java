package io.dynamodblake.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Eight bytes at a time: the tricks that the scanner's loops share ("SIMD within a register"). */
final class Bytes {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH = 0x8080808080808080L;
  private static final long QUOTES = ONES * '"';
  private static final long BACKSLASHES = ONES * '\\';
  private static final long SPACES = ONES * ' ';

  private Bytes() {}

  /** The eight bytes from {@code index}, the first one lowest. */
  static long eight(byte[] bytes, int index) {
    return (long) LONG.get(bytes, index);
  }

  /**
   * Marks, with the high bit of its byte, the first of eight bytes that a JSON string cannot simply
   * run over: a quote, a backslash, a control character, or a byte outside ASCII. Bytes above the
   * first marked one may be marked wrongly (the subtractions borrow), so only {@link #firstMark}
   * may be taken from the result.
   */
  static long markSpecial(long eight) {
    long quote = eight ^ QUOTES;
    long backslash = eight ^ BACKSLASHES;
    // zero bytes of x: (x - 1) & ~x has the high bit; bytes below 0x20 likewise with - 0x20
    return (((quote - ONES) & ~quote)
            | ((backslash - ONES) & ~backslash)
            | ((eight - SPACES) & ~eight)
            | eight)
        & HIGH;
  }

  /** Like {@link #markSpecial}, for quotes and backslashes alone. */
  static long markQuoteOrBackslash(long eight) {
    long quote = eight ^ QUOTES;
    long backslash = eight ^ BACKSLASHES;
    return (((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash)) & HIGH;
  }

  /** Which of the eight bytes is marked first; 8 if none is. */
  static int firstMark(long marks) {
    return Long.numberOfTrailingZeros(marks) >>> 3;
  }
}
