package io.dynamodblake.spark.convert;

import io.dynamodblake.flatten.ColumnSource;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * The columns of rows of a lake table: those of a batch are read where they lie, any other rows as
 * {@link RowSource} does.
 */
public final class BatchColumns implements RowColumns {
  private final RowSource rows = RowSource.forRows();
  private final VectorSource batches = VectorSource.forRows();
  private ColumnSource columns = rows;

  @Override
  public void row(InternalRow row) {
    if (row instanceof BatchRow batch) {
      batches.row(batch);
      columns = batches;
    } else {
      rows.row(row);
      columns = rows;
    }
  }

  @Override
  public ColumnSource columns() {
    return columns;
  }
}
