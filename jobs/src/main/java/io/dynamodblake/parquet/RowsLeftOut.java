package io.dynamodblake.parquet;

/** The rows of one row group that are left out. */
final class RowsLeftOut {
  private final int[] rows; // from 0, ascending

  RowsLeftOut(int[] rows) {
    this.rows = rows;
  }

  int count() {
    return rows.length;
  }

  /** Goes through all rows of the row group once. */
  Cursor cursor() {
    return new Cursor(rows);
  }

  static final class Cursor {
    private final int[] leftOut;
    private int next;
    private int nextRow; // to be left out
    private int row;
    private boolean stays;

    private Cursor(int[] leftOut) {
      this.leftOut = leftOut;
      this.nextRow = leftOut.length == 0 ? Integer.MAX_VALUE : leftOut[0];
    }

    /** Goes to the next row and says whether it stays. */
    boolean nextStays() {
      stays = row != nextRow;
      row++;
      if (!stays) {
        next++;
        nextRow = next == leftOut.length ? Integer.MAX_VALUE : leftOut[next];
      }
      return stays;
    }

    /** Goes over the rows that stay up to the next that is left out; says how many they are. */
    int skipStaying(int most) {
      int staying = Math.min(most, nextRow - row);
      row += staying;
      return staying;
    }

    /** Goes over a row that is left out, which must be next. */
    void skipLeftOut() {
      if (nextStays()) {
        throw new IllegalStateException("Row %d is not left out".formatted(row - 1));
      }
    }

    /** Whether the present row stays. */
    boolean stays() {
      return stays;
    }

    /** Rows so far. */
    int rows() {
      return row;
    }
  }
}
