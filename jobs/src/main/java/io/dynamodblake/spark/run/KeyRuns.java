package io.dynamodblake.spark.run;

import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Tells where keys begin in rows that come in the order of their keys, as {@link KeySort} brings
 * them. One a partition.
 */
public final class KeyRuns {
  private final int ordinal;
  private long high;
  private long low;
  private boolean any; // whether high and low are a key

  /** For rows that begin with the digest of their key. */
  public KeyRuns() {
    this(0);
  }

  /**
   * For rows that have the digest elsewhere.
   *
   * @param ordinal of the first of its two longs
   */
  public KeyRuns(int ordinal) {
    this.ordinal = ordinal;
  }

  /** Whether the next row has another key than the one before it, or is the first. */
  public boolean begins(InternalRow row) {
    long nextHigh = row.getLong(ordinal);
    long nextLow = row.getLong(ordinal + 1);
    boolean same = any && nextHigh == high && nextLow == low;
    high = nextHigh;
    low = nextLow;
    any = true;
    return !same;
  }

  /** Returns the first 64 bits of the digest of the key that the last row has. */
  public long high() {
    return high;
  }

  /** Returns the 64 bits that follow. */
  public long low() {
    return low;
  }
}
