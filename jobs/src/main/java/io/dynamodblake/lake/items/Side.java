package io.dynamodblake.lake.items;

import io.dynamodblake.spark.scan.TableReading;
import java.util.Optional;

/**
 * One set of items, as a user names it.
 *
 * @param path of an export, a lake table or import files; what the user called a live table
 * @param snapshot which one of a lake table; empty for the current one
 * @param table how to read the live table; empty for what lies at a path
 */
public record Side(String path, Optional<String> snapshot, Optional<TableReading> table) {
  /** What lies at a path. */
  public Side(String path, Optional<String> snapshot) {
    this(path, snapshot, Optional.empty());
  }
}
