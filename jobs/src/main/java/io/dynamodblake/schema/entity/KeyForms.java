package io.dynamodblake.schema.entity;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What the segments of keys look like: words that somebody chose, or values. It goes by their form
 * alone, so it knows few of the values; how many there are tells the rest.
 */
final class KeyForms {
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long HIGH_NIBBLES = 0xf0f0f0f0f0f0f0f0L;
  private static final long ZEROS = ONES * '0';
  private static final long SIXES = ONES * 6;
  private static final long AT_SIGNS = ONES * '@';
  private static final long GATHER = 0x0102040810204080L;

  private static final int DIGIT_RUN = 4;
  private static final int LONG_TOKEN = 20;
  private static final int LONGEST_WORD = 64;
  private static final int UUID = 36;
  private static final int SHORTEST_HEX = 12;

  private KeyForms() {}

  /**
   * Whether a segment is a value by its form: a number, something with four digits in a row as
   * dates and most ids have, a UUID, ULID, KSUID, a hash in hexadecimal digits, an e-mail address,
   * or too long for a word.
   */
  static boolean isValue(byte[] bytes, int start, int end) {
    int length = end - start;
    if (length > LONGEST_WORD || length == UUID && hasDashesOfUuid(bytes, start)) {
      return true;
    }
    int digits = 0;
    int before = 0; // digits among the last bytes, the last one highest
    for (int i = start; i < end; i += Long.BYTES) {
      long eight = eight(bytes, i);
      int count = Math.min(Long.BYTES, end - i);
      long within = count == Long.BYTES ? -1L : (1L << count * Byte.SIZE) - 1;
      long address = eight ^ AT_SIGNS;
      long value = ~eight;
      long marks = ((address - ONES) & ~address | (value - ONES) & ~value) & HIGH_BITS & within;
      if (marks != 0) {
        return true;
      }
      int bits = digitBits(eight) & (1 << count) - 1;
      digits += Integer.bitCount(bits);
      int window = before | bits << DIGIT_RUN - 1;
      if ((window & window >> 1 & window >> 2 & window >> 3) != 0) {
        return true;
      }
      before = window >> Long.BYTES;
    }
    return digits > 0 && isCode(bytes, start, end, digits);
  }

  /** The eight bytes from an index, the first one lowest; zeros beyond the end of the array. */
  private static long eight(byte[] bytes, int index) {
    if (index + Long.BYTES <= bytes.length) {
      return (long) EIGHT.get(bytes, index);
    }
    long eight = 0;
    for (int i = bytes.length - 1; i >= index; i--) {
      eight = eight << Byte.SIZE | bytes[i] & 0xff;
    }
    return eight;
  }

  /** Which of eight bytes are digits, the first one in the lowest bit. */
  private static int digitBits(long eight) {
    // a digit has the high nibble 3 before and after adding 6; no byte of UTF-8 overflows
    long other = (eight & HIGH_NIBBLES ^ ZEROS) | (eight + SIXES & HIGH_NIBBLES ^ ZEROS);
    long marks = ~((other & ~HIGH_BITS) + ~HIGH_BITS | other | ~HIGH_BITS);
    return (int) ((marks >>> 7) * GATHER >>> 56);
  }

  private static boolean hasDashesOfUuid(byte[] bytes, int start) {
    return bytes[start + 8] == '-'
        && bytes[start + 13] == '-'
        && bytes[start + 18] == '-'
        && bytes[start + 23] == '-';
  }

  /** Where a separator stands; -1 if it does not. */
  static int indexOf(byte[] bytes, int start, int end, int separator) {
    long pattern = ONES * separator;
    for (int i = start; i < end; i += Long.BYTES) {
      long difference = eight(bytes, i) ^ pattern;
      long marks = (difference - ONES) & ~difference & HIGH_BITS;
      if (marks != 0) {
        int found = i + (Long.numberOfTrailingZeros(marks) >>> 3);
        return found < end ? found : -1;
      }
    }
    return -1;
  }

  /** Whether something with some digits is a number, a hash, or a code that programs make up. */
  private static boolean isCode(byte[] bytes, int start, int end, int digits) {
    int length = end - start;
    int upper = 0;
    int lower = 0;
    int hex = digits;
    for (int i = start; i < end; i++) {
      int each = bytes[i];
      if (each >= 'A' && each <= 'Z') {
        upper++;
        hex += each <= 'F' ? 1 : 0;
      } else if (each >= 'a' && each <= 'z') {
        lower++;
        hex += each <= 'f' ? 1 : 0;
      }
    }
    int letters = upper + lower;
    boolean hash = hex == length && length >= SHORTEST_HEX;
    boolean token = digits + letters == length && length >= LONG_TOKEN;
    boolean mixed = upper > 0 && lower > 0 && digits > 1 && length >= SHORTEST_HEX;
    return letters == 0 || hash || token || mixed;
  }

  static boolean isValue(byte[] bytes) {
    return isValue(bytes, 0, bytes.length);
  }
}
