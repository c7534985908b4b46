package io.dynamodblake.spark.stream;

import io.dynamodblake.aws.ShardPosition;
import java.io.Serializable;

/**
 * A shard that a task is to read.
 *
 * @param closed whether it has an end, so that empty pages are none
 */
record ShardShare(String shard, ShardPosition from, boolean closed) implements Serializable {
  private static final long serialVersionUID = 1L;
}
