package io.dynamodblake.lake.changes;

import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.TableSchema;
import java.util.List;

/** The schema of nothing but the key columns of a lake table, by which its keys are told apart. */
final class KeyColumns {
  private KeyColumns() {}

  /**
   * Returns what takes digests of keys.
   *
   * @param table the schema of the lake table
   * @param keys the attributes of the key
   * @throws DataRefusedException if the table has not kept one of them
   */
  static ItemDigests digests(
      TableSchema table, List<KeyAttribute> keys, HashKey hashKey, byte[] secret) {
    List<Column> columns =
        keys.stream()
            .map(
                key ->
                    table.columns().stream()
                        .filter(column -> column.isOf(key.attribute()))
                        .filter(column -> !column.dropped())
                        .findFirst()
                        .orElseThrow(() -> notKept(key)))
            .toList();
    return new ItemDigests(new TableSchema(table.table(), keys, columns), hashKey, secret);
  }

  private static DataRefusedException notKept(KeyAttribute key) {
    return new DataRefusedException(
        "Cannot apply changes: the lake table has no column for key attribute '%s', so nobody can say which row a change is of; flatten again with a schema.json that keeps it"
            .formatted(key.attribute()));
  }
}
