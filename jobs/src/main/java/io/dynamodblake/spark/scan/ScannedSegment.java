package io.dynamodblake.spark.scan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import java.io.Serializable;
import java.util.Optional;

/**
 * A segment of a table that was read to its end, and its data file. Kept beside the data, so that a
 * later run need not read it again.
 *
 * @param segment from 0
 * @param segments of how many
 * @param file name of the data file
 * @param bytes how long it is, as it is stored
 * @param md5 of these bytes, in base64
 * @param readUnits what the service says it has consumed
 */
record ScannedSegment(
    int segment,
    int segments,
    long items,
    long pages,
    double readUnits,
    String file,
    long bytes,
    String md5)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Envelope ENVELOPE = new Envelope("scan-segment", 1);

  String toJson() {
    ObjectNode tree = ENVELOPE.begin();
    tree.put("segment", segment);
    tree.put("segments", segments);
    tree.put("items", items);
    tree.put("pages", pages);
    tree.put("consumedReadUnits", readUnits);
    tree.put("file", file);
    tree.put("bytes", bytes);
    tree.put("md5", md5);
    return JsonDocuments.print(tree);
  }

  /** Empty if the text is not one that was written to its end. */
  static Optional<ScannedSegment> ofJson(String text) {
    return JsonDocuments.parseObject(text)
        .filter(tree -> ENVELOPE.isOf(tree) && tree.has("md5"))
        .map(ScannedSegment::of);
  }

  private static ScannedSegment of(JsonNode tree) {
    return new ScannedSegment(
        tree.path("segment").asInt(-1),
        tree.path("segments").asInt(-1),
        tree.path("items").asLong(),
        tree.path("pages").asLong(),
        tree.path("consumedReadUnits").asDouble(),
        tree.path("file").asText(),
        tree.path("bytes").asLong(),
        tree.path("md5").asText());
  }
}
