package io.dynamodblake.type;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Sequence numbers of a stream as bytes that are in order where the numbers are: whole numbers of
 * up to 40 digits, which neither a long nor a double holds, and which are not in order as text.
 */
public final class SequenceOrder {
  private static final int MOST_DIGITS = 127; // a length that is one byte, whatever its sign

  private SequenceOrder() {}

  /**
   * Returns bytes that, compared unsigned, are in the order of the numbers: how many digits there
   * are, and then the digits. Zeros before a number are no part of it.
   *
   * @return empty if the text is no such number
   */
  public static Optional<byte[]> of(String digits) {
    int start = 0;
    while (start < digits.length() - 1 && digits.charAt(start) == '0') {
      start++;
    }
    int length = digits.length() - start;
    if (length == 0 || length > MOST_DIGITS || !digits.chars().allMatch(SequenceOrder::isDigit)) {
      return Optional.empty();
    }
    byte[] order = new byte[length + 1];
    order[0] = (byte) length;
    System.arraycopy(digits.getBytes(StandardCharsets.US_ASCII), start, order, 1, length);
    return Optional.of(order);
  }

  private static boolean isDigit(int character) {
    return character >= '0' && character <= '9';
  }
}
