package io.dynamodblake.lake;

import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.source.TableReading;
import java.util.List;
import java.util.Optional;

/**
 * What to compare and how.
 *
 * @param keys by which items are paired; empty for those that a lake table knows
 * @param show most differing keys that are described
 * @param showValues whether values of items may be shown
 * @param taskBytes stored bytes of an export that one task should read
 */
public record ComparisonOptions(
    Side a,
    Side b,
    List<KeyAttribute> keys,
    int show,
    boolean showValues,
    ReadOptions reading,
    long taskBytes) {

  /**
   * One of the two sets.
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

  public ComparisonOptions {
    keys = List.copyOf(keys);
  }
}
