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
  static final long QUOTES = ONES * '"';
  static final long BACKSLASHES = ONES * '\\';
  static final long SPACES = ONES * ' ';
  static final long OPENING_BRACKETS = ONES * '{';
  static final long CLOSING_BRACKETS = ONES * '}';
  private static final long HIGH_NIBBLES = 0xf0f0f0f0f0f0f0f0L;
  private static final long ZEROS = ONES * '0';
  private static final long SIXES = ONES * 6;

  private Bytes() {}

  /** The eight bytes from {@code index}, the first one lowest. */
  static long eight(byte[] bytes, int index) {
    return (long) LONG.get(bytes, index);
  }

  /** Puts eight bytes, the lowest first. */
  static void putEight(byte[] bytes, int index, long eight) {
    LONG.set(bytes, index, eight);
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

  /** Like {@link #markSpecial}, for what a JSON string must escape: all but what is not ASCII. */
  static long markEscaped(long eight) {
    long quote = eight ^ QUOTES;
    long backslash = eight ^ BACKSLASHES;
    return (((quote - ONES) & ~quote)
            | ((backslash - ONES) & ~backslash)
            | ((eight - SPACES) & ~eight))
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

  /** How many of the eight bytes, from the first, are ASCII digits. */
  static int leadingDigits(long eight) {
    // a digit has the high nibble 3 before and after adding 6
    long mark = ((eight & HIGH_NIBBLES) ^ ZEROS) | (((eight + SIXES) & HIGH_NIBBLES) ^ ZEROS);
    return Long.numberOfTrailingZeros(mark) >>> 3;
  }

  /**
   * The number that the first {@code count} of eight bytes stand for, which are digits: pairs are
   * joined to hundreds, these to ten thousands, and so on.
   */
  static int digits(long eight, int count) {
    if (count == 0) {
      return 0;
    }
    // digits move to the end, so that the places before them become zeros
    long digits = (eight << (Long.BYTES - count) * Byte.SIZE) & ONES * 0x0f;
    digits = digits * 10 + (digits >>> 8);
    return (int)
        (((digits & 0x000000ff_000000ffL) * 0x000f4240_00000064L
                + (digits >>> 16 & 0x000000ff_000000ffL) * 0x00002710_00000001L)
            >>> 32);
  }

  /**
   * Marks every one of eight bytes that is equal to the one that {@code pattern} repeats with its
   * high bit; unlike the quicker marks above, all of them rightly.
   */
  static long markEqual(long eight, long pattern) {
    long difference = eight ^ pattern;
    return ~(((difference & ~HIGH) + ~HIGH) | difference | ~HIGH);
  }

  /**
   * Whether each of eight bytes stands behind an odd number of quotes: in its lowest bit. The quote
   * that opens a string counts as inside, the one that closes it as outside.
   *
   * @param quotes marks of the quotes
   */
  static long behindQuotes(long quotes) {
    return (quotes >>> 7) * ONES & ONES;
  }
}
