package io.dynamodblake.aws;

import java.time.Instant;
import java.util.List;

/**
 * A stream as DescribeStream says it, all pages of it.
 *
 * @param createdAt when it was switched on
 * @param on whether changes still go into it
 */
public record StreamShards(Instant createdAt, boolean on, List<Shard> shards) {
  /**
   * A shard of a stream.
   *
   * @param parent the shard that it continues, which may be gone; empty for none
   * @param closed whether nothing will be added to it
   */
  public record Shard(String id, String parent, boolean closed) {}

  public StreamShards {
    shards = List.copyOf(shards);
  }
}
