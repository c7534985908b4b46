package io.dynamodblake.spark.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.ExportFormatException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How far the stream of a table was read into an archive. That a run replaces it is what makes the
 * run's data part of the archive.
 *
 * @param generation how many runs have replaced it; a run that began from an earlier one can
 *     replace it no more
 * @param runId of the run that wrote it
 * @param coveredTo every change before this time is in the archive, or was not wanted
 * @param chunk what was written into the archive last; empty where nothing was yet
 * @param shards by id, in the order in which the stream lists them
 */
record StreamCheckpoint(
    String tableArn,
    String tableId,
    String streamArn,
    String view,
    long generation,
    String runId,
    Instant coveredTo,
    Optional<StreamChunk> chunk,
    Map<String, ShardState> shards) {
  private static final Envelope ENVELOPE = new Envelope("stream-checkpoint", 1);

  StreamCheckpoint {
    shards = new LinkedHashMap<>(shards);
  }

  /** Whether there is nothing left to read of the shards that it knows. */
  boolean isAtEnd() {
    return shards.values().stream().allMatch(ShardState::ended);
  }

  String toJson() {
    ObjectNode tree = ENVELOPE.begin();
    tree.put("tableArn", tableArn);
    tree.put("tableId", tableId);
    tree.put("streamArn", streamArn);
    tree.put("view", view);
    tree.put("generation", generation);
    tree.put("runId", runId);
    tree.put("coveredTo", coveredTo.toString());
    chunk.ifPresent(written -> written.write(tree.putObject("lastExport")));
    ArrayNode array = tree.putArray("shards");
    shards.values().forEach(shard -> shard.write(array.addObject()));
    return JsonDocuments.print(tree);
  }

  /**
   * Reads what {@link #toJson} made.
   *
   * @param path where it stands, for messages
   * @throws ExportFormatException if it is something else
   */
  static StreamCheckpoint ofJson(String text, String path) {
    JsonNode tree =
        JsonDocuments.parseObject(text)
            .filter(ENVELOPE::isOf)
            .orElseThrow(() -> damaged(path, null));
    if (ENVELOPE.isOlderThan(tree)) {
      throw new ExportFormatException(
          "Cannot continue the stream: a newer dynamodb-lake has written the checkpoint %s; use that one"
              .formatted(path));
    }
    try {
      Map<String, ShardState> shards = new LinkedHashMap<>();
      for (JsonNode shard : tree.path("shards")) {
        ShardState state = ShardState.of(shard);
        shards.put(state.id(), state);
      }
      return new StreamCheckpoint(
          tree.path("tableArn").asText(),
          tree.path("tableId").asText(),
          tree.path("streamArn").asText(),
          tree.path("view").asText(),
          tree.path("generation").asLong(),
          tree.path("runId").asText(),
          Instant.parse(tree.path("coveredTo").asText()),
          Optional.of(tree.path("lastExport")).filter(JsonNode::isObject).map(StreamChunk::of),
          shards);
    } catch (DateTimeException e) {
      throw damaged(path, e);
    }
  }

  private static ExportFormatException damaged(String path, Exception cause) {
    return new ExportFormatException(
        "Cannot continue the stream: the checkpoint %s is damaged; bring back an earlier version of it, or begin again in another folder"
            .formatted(path),
        cause);
  }
}
