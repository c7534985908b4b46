package io.dynamodblake.aws;

import io.dynamodblake.type.ChangeOrigin;
import java.io.Serializable;

/**
 * How far a shard was read.
 *
 * @param sequenceNumber of the last record that was read; empty if there was none
 * @param writeTimeMicros when that was written; {@link ChangeOrigin#UNKNOWN_TIME} for unknown
 */
public record ShardPosition(String sequenceNumber, long writeTimeMicros) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Before the first record that there still is. */
  public static final ShardPosition HORIZON = new ShardPosition("", ChangeOrigin.UNKNOWN_TIME);

  public boolean isHorizon() {
    return sequenceNumber.isEmpty();
  }
}
