package io.dynamodblake.spark.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.aws.ShardPosition;
import io.dynamodblake.aws.StreamShards;
import io.dynamodblake.type.ChangeOrigin;

/**
 * A shard as a checkpoint knows it.
 *
 * @param parent the shard that it continues; empty for none
 * @param ended whether it was read to its end
 */
record ShardState(String id, String parent, ShardPosition position, boolean ended) {
  /** A shard of which nothing was read. */
  static ShardState unread(StreamShards.Shard shard) {
    return new ShardState(shard.id(), shard.parent(), ShardPosition.HORIZON, false);
  }

  /** A shard of which nothing is wanted. */
  static ShardState passedOver(StreamShards.Shard shard) {
    return new ShardState(shard.id(), shard.parent(), ShardPosition.HORIZON, true);
  }

  ShardState readTo(ShardPosition to, boolean end) {
    return new ShardState(id, parent, to, end);
  }

  void write(ObjectNode tree) {
    tree.put("shardId", id);
    if (!parent.isEmpty()) {
      tree.put("parentShardId", parent);
    }
    if (!position.isHorizon()) {
      tree.put("sequenceNumber", position.sequenceNumber());
      if (position.writeTimeMicros() != ChangeOrigin.UNKNOWN_TIME) {
        tree.put("writeTimestampMicros", position.writeTimeMicros());
      }
    }
    tree.put("ended", ended);
  }

  static ShardState of(JsonNode tree) {
    return new ShardState(
        tree.path("shardId").asText(),
        tree.path("parentShardId").asText(),
        new ShardPosition(
            tree.path("sequenceNumber").asText(),
            tree.path("writeTimestampMicros").asLong(ChangeOrigin.UNKNOWN_TIME)),
        tree.path("ended").asBoolean());
  }
}
