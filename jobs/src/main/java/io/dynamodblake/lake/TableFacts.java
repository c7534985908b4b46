package io.dynamodblake.lake;

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
}
