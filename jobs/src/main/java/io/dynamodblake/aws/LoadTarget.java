package io.dynamodblake.aws;

import java.io.Serializable;
import java.util.List;
import java.util.OptionalLong;

/**
 * A table that items can be put into.
 *
 * @param described the table, and how it is to read
 * @param indexKeys attributes that are keys of its indexes only: an item may lack them
 * @param indexes how many secondary indexes it has
 */
public record LoadTarget(ScannedTable described, List<IndexKey> indexKeys, int indexes) {

  /**
   * A key attribute of an index.
   *
   * @param type S, N or B
   * @param mostBytes of a value
   */
  public record IndexKey(String attribute, String type, int mostBytes) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  public LoadTarget {
    indexKeys = List.copyOf(indexKeys);
  }

  /** Returns the table itself. */
  public LiveTable table() {
    return described.table();
  }

  /** Returns how it is paid, and what it can do a second. */
  public TableCapacity capacity() {
    return described.capacity();
  }

  /** Returns whether writes are paid one by one. */
  public boolean onDemand() {
    return capacity().onDemand();
  }

  /** Returns the write units a second that it has, if there is a limit. */
  public OptionalLong writeUnits() {
    return capacity().writeUnits();
  }
}
