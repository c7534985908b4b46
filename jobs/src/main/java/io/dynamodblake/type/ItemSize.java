package io.dynamodblake.type;

/**
 * The size of attribute values as DynamoDB counts it for its 400 KB limit and for capacity, in
 * bytes. Numbers and sets are approximate: DynamoDB documents the former as approximate and the
 * latter not at all.
 */
public final class ItemSize {
  /** The largest item DynamoDB stores. */
  public static final int MOST_ITEM_BYTES = 409_600;

  /** BOOL and NULL. */
  public static final int FLAG = 1;

  private static final int CONTAINER = 3;

  private ItemSize() {}

  /**
   * Returns what a list or map adds to the sizes of its contents (names of map entries are
   * contents).
   */
  public static int container(int elements) {
    return CONTAINER + elements;
  }

  /**
   * Returns the size of a number from its digits: one byte, one for each two significant digits,
   * and one for a minus.
   */
  public static int number(byte[] ascii, int start, int end) {
    int negative = start < end && ascii[start] == '-' ? 1 : 0;
    return 1 + (significantDigits(ascii, start, end) + 1) / 2 + negative;
  }

  /**
   * Returns the same as {@link #number(byte[], int, int)}, from the digits without sign, point and
   * exponent.
   */
  public static int number(long unscaled) {
    long magnitude = Math.abs(unscaled);
    int digits = Digits.count(magnitude);
    while (digits > 0 && magnitude % 10 == 0) {
      magnitude /= 10;
      digits--;
    }
    return 1 + (digits + 1) / 2 + (unscaled < 0 ? 1 : 0);
  }

  /**
   * Counts the digits from the first to the last that is not zero; 0 for zero itself. The exponent
   * does not count.
   */
  public static int significantDigits(byte[] ascii, int start, int end) {
    int digits = 0;
    int significant = 0;
    for (int i = start; i < end; i++) {
      int character = ascii[i];
      if (character >= '0' && character <= '9') {
        if (digits > 0 || character != '0') {
          digits++;
          if (character != '0') {
            significant = digits;
          }
        }
      } else if (character == 'e' || character == 'E') {
        break;
      }
    }
    return significant;
  }

  /** Returns the number of bytes that padded base64 stands for. */
  public static int base64(byte[] ascii, int start, int end) {
    int length = end - start;
    if (length == 0) {
      return 0;
    }
    int padding = ascii[end - 1] != '=' ? 0 : ascii[end - 2] != '=' ? 1 : 2;
    return length / 4 * 3 - padding;
  }
}
