package io.dynamodblake.lake.changes;

import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.Protection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What takes digests of the keys of changes and of the rows of tables, so that equal keys have
 * equal digests wherever they are.
 *
 * @param ofChanges for the keys of changes
 * @param ofTables by the number of the table; empty for one that has no row
 */
record TableKeys(ItemDigests ofChanges, List<Optional<ItemDigests>> ofTables) {

  /**
   * Looks at the key columns of all tables.
   *
   * @throws DataRefusedException if a table has not kept a key attribute, or keeps it otherwise
   *     than another one
   */
  static TableKeys of(
      List<ChangeMerge.Table> tables, List<KeyAttribute> keys, HashKey hashKey, byte[] secret) {
    List<Optional<ItemDigests>> ofTables = new ArrayList<>();
    ItemDigests first = null;
    for (ChangeMerge.Table table : tables) {
      boolean empty = tables.size() > 1 && table.base().current().snapshot().rows() == 0;
      if (empty) {
        ofTables.add(Optional.empty());
        continue;
      }
      ItemDigests own = KeyColumns.digests(table.base().schema(), keys, hashKey, secret);
      if (first != null && !protections(first).equals(protections(own))) {
        throw new DataRefusedException(
            "Cannot apply changes: a key attribute is protected in one table of the lake and not in another, so nobody can say which row a change is of, at %s; protect it in the schema.json of each, or of none, and flatten again"
                .formatted(table.base().layout().root()));
      }
      first = first == null ? own : first;
      ofTables.add(Optional.of(own));
    }
    return new TableKeys(
        first != null
            ? first
            : KeyColumns.digests(tables.get(0).base().schema(), keys, hashKey, secret),
        ofTables);
  }

  private static List<Protection> protections(ItemDigests keys) {
    return keys.schema().columns().stream().map(Column::protection).toList();
  }

  Optional<ItemDigests> ofTable(int number) {
    return ofTables.get(number);
  }

  /** Whether the columns of a table hash keys as those of the changes do. */
  boolean isAsInChanges(int number) {
    return ofTables
        .get(number)
        .filter(own -> mappings(own).equals(mappings(ofChanges)))
        .isPresent();
  }

  private static List<Object> mappings(ItemDigests keys) {
    return keys.schema().columns().stream().<Object>map(Column::mapping).toList();
  }
}
