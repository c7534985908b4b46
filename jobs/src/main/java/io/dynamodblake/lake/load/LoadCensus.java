package io.dynamodblake.lake.load;

/**
 * What a table holds in comparison to the items that are to be loaded.
 *
 * @param sourceItems items to be loaded
 * @param tableItems items of the table, as its keys were read
 * @param common those of them whose keys are among the items to be loaded
 * @param readUnits what reading the keys has consumed
 */
public record LoadCensus(long sourceItems, long tableItems, long common, double readUnits) {
  /** Returns the number of items of the table that are not among those to be loaded. */
  public long surplus() {
    return tableItems - common;
  }

  /** Returns the number of items to be loaded that the table does not have yet. */
  public long fresh() {
    return sourceItems - common;
  }
}
