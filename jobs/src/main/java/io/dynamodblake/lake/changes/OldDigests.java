package io.dynamodblake.lake.changes;

import io.dynamodblake.json.ItemTape;
import java.io.Serializable;
import java.util.List;

/**
 * Takes digests of old images as the table that they are of holds them.
 *
 * @param tables which one that is
 * @param digests by the number of the table
 */
record OldDigests(MergeTables tables, List<ItemDigests> digests) implements Serializable {
  private static final long serialVersionUID = 1L;

  Taker taker() {
    return new Taker(this);
  }

  /** Takes digests. One a thread. */
  static final class Taker {
    private final MergeTables.Sorter sorter;
    private final List<ItemDigests> digests;
    private final ItemDigests.Taker[] takers; // made when they are needed

    private Taker(OldDigests all) {
      this.sorter = all.tables().sorter();
      this.digests = all.digests();
      this.takers = new ItemDigests.Taker[digests.size()];
    }

    /** Returns the taker that has taken the digest of an item. */
    ItemDigests.Taker ofItem(ItemTape item) {
      int table = sorter.table(item);
      if (takers[table] == null) {
        takers[table] = digests.get(table).taker();
      }
      takers[table].ofItem(item);
      return takers[table];
    }
  }
}
