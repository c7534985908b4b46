package io.dynamodblake.lake.compare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * The incremental export that leads from the items of A to those of B.
 *
 * @param path folder of the export
 * @param from the moment of A
 * @param to the moment of B
 * @param inserts keys that only B has
 * @param updates keys that both have, with different items
 * @param deletes keys that only A has
 * @param bytes stored bytes of the data files
 */
public record WrittenChanges(
    String path,
    String exportId,
    Instant from,
    Instant to,
    long inserts,
    long updates,
    long deletes,
    int files,
    long bytes) {
  /** Returns how many change records there are. */
  public long records() {
    return inserts + updates + deletes;
  }

  void putInto(ObjectNode node) {
    node.put("path", path);
    node.put("exportId", exportId);
    node.put("exportFromTime", from.toString());
    node.put("exportToTime", to.toString());
    node.put("records", records());
    node.put("inserted", inserts);
    node.put("updated", updates);
    node.put("deleted", deletes);
    node.put("files", files);
    node.put("bytes", bytes);
  }
}
