package io.dynamodblake.export;

import java.util.Locale;

/** How much of its table an export holds, as far as its manifest says. */
public enum Extent {
  /** All items and all of their attributes. */
  WHOLE,
  /** Attributes or items were left out. */
  PARTIAL,
  /** The manifest does not say, as those of DynamoDB's own exports, or there is none. */
  UNSAID;

  /** Returns the word used in documents. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
