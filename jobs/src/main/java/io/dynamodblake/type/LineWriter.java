package io.dynamodblake.type;

/**
 * Writes items as lines, one each, into a buffer that is kept: {@link #reset}, one or more items,
 * then {@link #bytes} up to {@link #length}.
 */
public interface LineWriter extends ItemWriter {
  /** Forgets all lines. */
  void reset();

  /**
   * Returns the lines written since {@link #reset}, each with its line feed; another array after
   * the next write.
   */
  byte[] bytes();

  /** Returns how many of the bytes there are. */
  int length();

  /**
   * Returns why the format cannot hold the item that was ended last, without its values; null if it
   * can.
   */
  default String defect() {
    return null;
  }
}
