package io.dynamodblake.type;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The numbers by which the records of a stream are in order: whole numbers of up to 40 digits,
 * which DynamoDB writes with zeros before them or without, which neither a long nor a double holds,
 * and which are not in order as text.
 */
public final class SequenceNumbers {
  private static final int MOST_DIGITS = 127; // a length that is one byte, whatever its sign

  private SequenceNumbers() {}

  /** Compares two numbers by what they count, as a comparator does. */
  public static int compare(String one, String other) {
    String a = withoutZeros(one);
    String b = withoutZeros(other);
    return a.length() != b.length() ? Integer.compare(a.length(), b.length()) : a.compareTo(b);
  }

  /**
   * Returns bytes that, compared unsigned, are in the order of the numbers: how many digits there
   * are, and then the digits. Zeros before a number are no part of it.
   *
   * @return empty if the text is no such number
   */
  public static Optional<byte[]> order(String text) {
    String digits = withoutZeros(text);
    int length = digits.length();
    if (length == 0 || length > MOST_DIGITS || !text.chars().allMatch(SequenceNumbers::isDigit)) {
      return Optional.empty();
    }
    byte[] order = new byte[length + 1];
    order[0] = (byte) length;
    System.arraycopy(digits.getBytes(StandardCharsets.US_ASCII), 0, order, 1, length);
    return Optional.of(order);
  }

  private static boolean isDigit(int character) {
    return character >= '0' && character <= '9';
  }

  private static String withoutZeros(String digits) {
    int start = 0;
    while (start < digits.length() - 1 && digits.charAt(start) == '0') {
      start++;
    }
    return digits.substring(start);
  }
}
