package io.dynamodblake.type;

/**
 * The numbers by which the records of a stream are in order: whole numbers of up to 40 digits,
 * which DynamoDB writes with zeros before them or without.
 */
public final class SequenceNumbers {
  private SequenceNumbers() {}

  /** Compares two numbers by what they count, as a comparator does. */
  public static int compare(String one, String other) {
    String a = withoutZeros(one);
    String b = withoutZeros(other);
    return a.length() != b.length() ? Integer.compare(a.length(), b.length()) : a.compareTo(b);
  }

  private static String withoutZeros(String digits) {
    int start = 0;
    while (start < digits.length() - 1 && digits.charAt(start) == '0') {
      start++;
    }
    return digits.substring(start);
  }
}
