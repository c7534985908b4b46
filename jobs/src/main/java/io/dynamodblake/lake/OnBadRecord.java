package io.dynamodblake.lake;

import java.util.Locale;

/** What becomes of a line that is not a DynamoDB item. */
public enum OnBadRecord {
  /** The first one ends the run and nothing is published. */
  FAIL,
  /** It is set aside with file, line, byte offset and reason, and counted. */
  QUARANTINE;

  /** Returns the word used in options and documents. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
