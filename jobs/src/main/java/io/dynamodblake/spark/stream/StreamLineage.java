package io.dynamodblake.spark.stream;

import io.dynamodblake.aws.AwsFailureException;
import io.dynamodblake.aws.StreamShards;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which shards may be read when: a shard not before the one that it continues was read to its end,
 * so that the changes of an item come in their order. Finds shards that are not there any more,
 * which are never taken for read.
 */
final class StreamLineage {
  private final Map<String, ShardState> shards;
  private final Optional<StreamGap> gap;
  private final boolean stale;

  /**
   * @param known what a checkpoint says
   * @param gap what to say of a gap; empty where nothing was read before, and there can be none
   * @param stale whether the service may have deleted records since the checkpoint
   */
  StreamLineage(Map<String, ShardState> known, Optional<StreamGap> gap, boolean stale) {
    this.shards = new LinkedHashMap<>(known);
    this.gap = gap;
    this.stale = stale;
  }

  /**
   * Takes over what there is now, and gives what is to be read next.
   *
   * @param read shards that were read as far as they are wanted
   * @return shards whose turn it is; none if all are read as far as can be
   * @throws io.dynamodblake.export.ExportFormatException if a shard is missing
   */
  List<StreamShards.Shard> next(List<StreamShards.Shard> listed, Set<String> read) {
    Set<String> present = listed.stream().map(StreamShards.Shard::id).collect(Collectors.toSet());
    for (ShardState state : shards.values()) {
      if (!state.ended() && !present.contains(state.id()) && !read.contains(state.id())) {
        throw gapped().vanished(state.id());
      }
    }
    List<StreamShards.Shard> ready = new ArrayList<>();
    for (StreamShards.Shard shard : listed) {
      boolean isNew = !shards.containsKey(shard.id());
      if (isNew) {
        checkParent(shard, present);
      }
      ShardState state = shards.computeIfAbsent(shard.id(), id -> ShardState.unread(shard));
      if (state.ended() || read.contains(shard.id())) {
        continue;
      }
      if (gap.isPresent() && stale && state.position().isHorizon()) {
        throw gap.get().tooLate(shard.id());
      }
      if (!waits(shard, present)) {
        ready.add(shard);
      }
    }
    return ready;
  }

  private void checkParent(StreamShards.Shard shard, Set<String> present) {
    String parent = shard.parent();
    if (gap.isPresent()
        && !parent.isEmpty()
        && !present.contains(parent)
        && !shards.containsKey(parent)) {
      throw gap.get().unseenParent(shard.id(), parent);
    }
  }

  private boolean waits(StreamShards.Shard shard, Set<String> present) {
    ShardState parent = shards.get(shard.parent());
    return parent == null ? present.contains(shard.parent()) : !parent.ended();
  }

  /** A shard that was seen in this very run is gone; there is no checkpoint that lacks it. */
  private StreamGap gapped() {
    return gap.orElseThrow(
        () ->
            new AwsFailureException(
                "Cannot read the stream: a shard has vanished that was there when the run began; run again"));
  }

  ShardState state(String shard) {
    return shards.get(shard);
  }

  void update(ShardState state) {
    shards.put(state.id(), state);
  }

  /** What is known of the shards that there are. */
  Map<String, ShardState> known(List<StreamShards.Shard> listed) {
    Map<String, ShardState> known = new LinkedHashMap<>();
    for (StreamShards.Shard shard : listed) {
      known.put(shard.id(), shards.get(shard.id()));
    }
    // one that was read and not to its end stays, so that the next run misses it
    shards.forEach(
        (id, state) -> {
          if (!state.ended()) {
            known.putIfAbsent(id, state);
          }
        });
    return known;
  }
}
