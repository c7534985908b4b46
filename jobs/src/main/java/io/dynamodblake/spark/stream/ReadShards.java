package io.dynamodblake.spark.stream;

import io.dynamodblake.aws.ShardPosition;
import io.dynamodblake.spark.run.ChangeFile;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What a task has read and written.
 *
 * @param pages how many pages it has read, empty ones too
 */
record ReadShards(
    ArrayList<Shard> shards, ArrayList<ChangeFile> files, ChangeCounts counts, long pages)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * How far a shard was read.
   *
   * @param ended whether to its end
   */
  record Shard(String id, ShardPosition position, boolean ended) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  static ReadShards of(
      List<Shard> shards, List<ChangeFile> files, ChangeCounts counts, long pages) {
    return new ReadShards(new ArrayList<>(shards), new ArrayList<>(files), counts, pages);
  }
}
