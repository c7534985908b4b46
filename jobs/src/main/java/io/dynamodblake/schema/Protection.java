package io.dynamodblake.schema;

/**
 * What the user wants hidden in a column. A protected value is not rescued either: it would show
 * there.
 */
public enum Protection {
  NONE,
  /**
   * SHA-256 of the value as 64 lower-case hex digits: S by its UTF-8, N by its canonical digits, B
   * by its bytes.
   */
  HASH,
  /** The text {@code ****} for every value. */
  MASK
}
