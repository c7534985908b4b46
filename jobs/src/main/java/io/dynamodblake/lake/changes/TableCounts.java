package io.dynamodblake.lake.changes;

import java.io.Serializable;

/**
 * What a merge has found of one of several tables that are published together, in numbers.
 *
 * @param inserted keys that it has then, and that no table had
 * @param updated keys that it had and has
 * @param deleted keys that it had, and that no table has then
 * @param movedIn keys that it has then, and that another table had: the item is of another kind now
 * @param movedOut keys that it had, and that another table has then
 */
public record TableCounts(long inserted, long updated, long deleted, long movedIn, long movedOut)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Nothing was found. */
  public static final TableCounts NONE = new TableCounts(0, 0, 0, 0, 0);

  TableCounts plus(TableCounts other) {
    return new TableCounts(
        inserted + other.inserted,
        updated + other.updated,
        deleted + other.deleted,
        movedIn + other.movedIn,
        movedOut + other.movedOut);
  }

  /** Returns how many items come into the table's next snapshot. */
  public long images() {
    return inserted + updated + movedIn;
  }
}
