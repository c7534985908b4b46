package io.dynamodblake.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.ExportManifest;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known of the DynamoDB table that a lake table shows. It goes from snapshot to snapshot:
 * an input that knows less takes nothing away.
 *
 * @param arn of the table
 * @param id by which DynamoDB tells a table from another one that had its name before
 * @param time the moment that the lake table shows
 */
public record TableFacts(Optional<String> arn, Optional<String> id, Optional<Instant> time) {
  /** Nothing is known. */
  public static final TableFacts UNKNOWN =
      new TableFacts(Optional.empty(), Optional.empty(), Optional.empty());

  /** Returns what is known once an export of the table is published. */
  public TableFacts with(ExportManifest export) {
    return new TableFacts(
        export.tableArn().or(this::arn),
        export.tableId().or(this::id),
        export.exportTime().or(this::time));
  }

  /** Adds it to a document. */
  void putInto(ObjectNode tree) {
    JsonDocuments.put(tree, "tableArn", arn);
    JsonDocuments.put(tree, "tableId", id);
    JsonDocuments.putInstant(tree, "tableTime", time);
  }

  /**
   * Reads what {@link #putInto} has added.
   *
   * @param otherwise the moment where the document does not tell it
   */
  static TableFacts of(JsonNode tree, PointerText text, Optional<Instant> otherwise) {
    return new TableFacts(
        JsonDocuments.text(tree, "tableArn"),
        JsonDocuments.text(tree, "tableId"),
        text.instant(tree, "tableTime").or(() -> otherwise));
  }
}
