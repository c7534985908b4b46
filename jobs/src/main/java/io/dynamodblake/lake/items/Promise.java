package io.dynamodblake.lake.items;

import io.dynamodblake.schema.DataRefusedException;

/**
 * How many items or rows there should be, by a manifest, a footer or an earlier reading.
 *
 * @param claim the words before the number, such as {@code A should have}
 * @param count the number; -1 if nobody promises one
 * @param unit what is counted, such as {@code items}
 */
public record Promise(String claim, long count, String unit) {
  /** Whether so many are all of them, as far as anybody knows. */
  public boolean isKept(long read) {
    return count < 0 || read == count;
  }

  /**
   * Returns what is thrown if so many are not all of them.
   *
   * @param action what cannot be done, such as {@code compare}
   * @param place where it was read, such as {@code , in s3://lake/orders}; empty if there are
   *     several
   */
  public DataRefusedException broken(String action, long read, String place) {
    return new DataRefusedException(
        "Cannot %s: %s %d %s but %d were read%s; run again"
            .formatted(action, claim, count, unit, read, place));
  }
}
