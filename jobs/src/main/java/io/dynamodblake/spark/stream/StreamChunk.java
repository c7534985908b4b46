package io.dynamodblake.spark.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * What one run has added to an archive, in the layout of an incremental export.
 *
 * @param streamArn of the stream that the changes are from
 * @param from every change from then on
 * @param to and before then is in it, and maybe some that are later
 * @param records how many changes it holds
 */
record StreamChunk(
    String exportId,
    String streamArn,
    String view,
    Instant startedAt,
    Instant finishedAt,
    Instant from,
    Instant to,
    long records) {

  void write(ObjectNode tree) {
    tree.put("exportId", exportId);
    tree.put("streamArn", streamArn);
    tree.put("view", view);
    tree.put("startedAt", startedAt.toString());
    tree.put("finishedAt", finishedAt.toString());
    tree.put("from", from.toString());
    tree.put("to", to.toString());
    tree.put("records", records);
  }

  static StreamChunk of(JsonNode tree) {
    return new StreamChunk(
        tree.path("exportId").asText(),
        tree.path("streamArn").asText(),
        tree.path("view").asText(),
        Instant.parse(tree.path("startedAt").asText()),
        Instant.parse(tree.path("finishedAt").asText()),
        Instant.parse(tree.path("from").asText()),
        Instant.parse(tree.path("to").asText()),
        tree.path("records").asLong());
  }
}
