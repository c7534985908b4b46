package io.dynamodblake.parquet;

import java.util.Arrays;

/**
 * Values of a page or of a dictionary, without nulls: numbers, or byte strings that stand in one
 * array. Which of them it is, the type of the column says.
 */
final class DecodedValues {
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 16;

  private int count;

  /** As files have them; doubles by their bits, booleans as 0 and 1. */
  long[] numbers = new long[0];

  /** Holds all byte strings. */
  byte[] bytes = new byte[0];

  int[] starts = new int[0];
  int[] ends = new int[0];
  private int length; // of what was appended to the bytes

  int count() {
    return count;
  }

  /** Makes room for numbers, which the caller puts. */
  void beginNumbers(int values) {
    count = values;
    if (numbers.length < values) {
      numbers = new long[values];
    }
  }

  /** Makes room for where byte strings begin and end in an array, which the caller puts. */
  void beginBytes(int values, byte[] array) {
    count = values;
    bytes = array;
    length = 0;
    if (starts.length < values) {
      starts = new int[values];
      ends = new int[values];
    }
  }

  /** Appends the byte string of an index; after {@link #beginBytes} with an array of one's own. */
  void append(int index, byte[] value) {
    int end = Math.addExact(length, value.length);
    if (end > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(LONGEST_ARRAY, Math.max(2L * bytes.length, end)));
    }
    System.arraycopy(value, 0, bytes, length, value.length);
    starts[index] = length;
    ends[index] = end;
    length = end;
  }
}
