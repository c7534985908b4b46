package io.dynamodblake.spark.write;

/**
 * CRC-32 of what is made of parts, from the sums of the parts alone, as zlib's {@code
 * crc32_combine} has it.
 */
final class Crc32Sums {
  private static final int POLYNOMIAL = 0xedb88320;
  private static final int ONE = 1 << 31; // x^0: bits are reflected
  private static final int BITS_OF_BYTE_LOG = 3;

  // x^(2^n) modulo the polynomial
  private static final int[] SQUARES = new int[32];

  static {
    SQUARES[0] = 1 << 30;
    for (int n = 1; n < SQUARES.length; n++) {
      SQUARES[n] = multiply(SQUARES[n - 1], SQUARES[n - 1]);
    }
  }

  private Crc32Sums() {}

  /**
   * The sum of two parts, one behind the other.
   *
   * @param secondBytes length of the second part, 0 or more
   */
  static int combine(int first, int second, long secondBytes) {
    int shift = ONE;
    int n = BITS_OF_BYTE_LOG;
    for (long rest = secondBytes; rest != 0; rest >>>= 1, n++) {
      if ((rest & 1) != 0) {
        shift = multiply(SQUARES[n & 31], shift);
      }
    }
    return multiply(shift, first) ^ second;
  }

  private static int multiply(int a, int b) {
    int product = 0;
    int factor = b;
    for (int rest = a; rest != 0; rest <<= 1) {
      if (rest < 0) {
        product ^= factor;
      }
      factor = (factor & 1) != 0 ? factor >>> 1 ^ POLYNOMIAL : factor >>> 1;
    }
    return product;
  }
}
