package io.dynamodblake.aws;

import java.io.Serializable;
import java.util.List;
import java.util.OptionalLong;

/**
 * A table that items can be put into.
 *
 * @param table the table itself
 * @param indexKeys attributes that are keys of its indexes only: an item may lack them
 * @param indexes how many secondary indexes it has
 * @param onDemand whether writes are paid one by one
 * @param writeUnits the write units a second that it has provisioned, or as its on-demand maximum;
 *     empty for an on-demand table without a maximum
 */
public record LoadTarget(
    LiveTable table,
    List<IndexKey> indexKeys,
    int indexes,
    boolean onDemand,
    OptionalLong writeUnits) {

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
}
