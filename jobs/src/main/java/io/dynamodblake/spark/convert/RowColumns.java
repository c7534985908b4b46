package io.dynamodblake.spark.convert;

import io.dynamodblake.flatten.ColumnSource;
import java.io.Serializable;
import org.apache.spark.sql.catalyst.InternalRow;

/** The columns of rows, one row after the other. One a thread. */
public interface RowColumns {
  /** Points at the next row. */
  void row(InternalRow row);

  /** Returns the columns of the row; asked anew for each. */
  ColumnSource columns();

  /** Makes them in tasks. */
  @FunctionalInterface
  interface Maker extends Serializable {
    RowColumns make();
  }
}
