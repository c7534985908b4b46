package io.dynamodblake.parquet;

/**
 * The columns of rows. A column that has no value in a row is not touched: its nulls are added in
 * one go with its next value, so that an item costs what its attributes cost and not what the table
 * is wide.
 */
final class RowPlaces {
  private final Place[] columns;
  private final int[] rowsOf; // by column, that have arrived there
  private int rows;

  RowPlaces(Place[] columns) {
    this.columns = columns;
    this.rowsOf = new int[columns.length];
  }

  /** The place of a column, which is about to get a value. */
  Place next(int ordinal) {
    catchUp(ordinal);
    rowsOf[ordinal] = rows + 1;
    return columns[ordinal];
  }

  private void catchUp(int ordinal) {
    int missing = rows - rowsOf[ordinal];
    if (missing > 0) {
      columns[ordinal].addNulls(0, 0, missing);
    }
  }

  Place place(int ordinal) {
    return columns[ordinal];
  }

  void endRow() {
    rows++;
  }

  /** Rows since the last row group. */
  int rows() {
    return rows;
  }

  /** Brings all columns to the same number of rows and counts anew. */
  void endRowGroup() {
    for (int i = 0; i < columns.length; i++) {
      catchUp(i);
      rowsOf[i] = 0;
    }
    rows = 0;
  }
}
