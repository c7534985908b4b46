package io.dynamodblake.spark.read;

import java.io.Serializable;

/**
 * How many lines that are no items a pass over an export puts up with. Shipped to executors.
 *
 * @param max 0 to fail at the first
 */
public record BadRecordPolicy(long max) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The first bad line ends the pass. */
  public static final BadRecordPolicy FAIL = new BadRecordPolicy(0);

  /** Bad lines are counted, however many there are. */
  public static final BadRecordPolicy COUNT_ALL = new BadRecordPolicy(Long.MAX_VALUE);

  public BadRecordPolicy {
    if (max < 0) {
      throw new IllegalArgumentException("max is negative");
    }
  }

  /** Returns a policy by which bad lines are counted; more than that end the pass. */
  public static BadRecordPolicy countUpTo(long max) {
    return new BadRecordPolicy(max);
  }
}
