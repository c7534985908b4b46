package io.dynamodblake.schema;

import java.util.Locale;

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
  /**
   * HMAC-SHA-256 of the same bytes with a key that only the writer has, as 64 lower-case hex
   * digits: whoever does not have it cannot guess short values by trying all of them.
   */
  HASH_HMAC,
  /** The text {@code ****} for every value. */
  MASK;

  /** Returns the word used in {@code schema.json}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether values become a hash of theirs, with or without a key. */
  public boolean isHash() {
    return this == HASH || this == HASH_HMAC;
  }
}
