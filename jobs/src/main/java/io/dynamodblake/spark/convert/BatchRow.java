package io.dynamodblake.spark.convert;

import java.util.Arrays;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarBatchRow;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.sql.vectorized.ColumnarRow;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * A row of a batch of columns, as it lies in them: one object for all rows of a task. {@link
 * BatchColumns} reads its values without an object for each; for whoever asks the row itself, it is
 * what Spark's own row of a batch is.
 */
public final class BatchRow extends GenericInternalRow {
  private static final long serialVersionUID = 1L;

  // as quickly looked at one by one as found
  private static final int FEW_COLUMNS = 64;

  private transient ColumnVector[] vectors = {};
  private transient ColumnarBatchRow row;
  private int at;
  private int batch;

  // of many columns, those that have a value in a row: from a start to the next
  private boolean sparse;
  private int[] starts = {};
  private int[] present = {};
  private int[] cells = {}; // rows that have a value, column by column
  private int[] ends = {}; // of each column there

  /** Goes before the first row of a batch. */
  public void begin(ColumnVector[] columns, int rows) {
    vectors = columns;
    row = new ColumnarBatchRow(columns);
    at = -1;
    batch++;
    sparse = columns.length > FEW_COLUMNS;
    if (sparse) {
      findPresent(rows);
    }
  }

  /** Goes to a row of the batch. */
  public void at(int newAt) {
    at = newAt;
    row.rowId = newAt;
  }

  /**
   * Goes through the nulls column by column, as they lie in memory: row by row, each of thousands
   * of columns would have to be fetched anew.
   */
  private void findPresent(int rows) {
    if (starts.length <= rows) {
      starts = new int[rows + 1];
    }
    if (ends.length < vectors.length) {
      ends = new int[vectors.length];
    }
    int[] counts = starts;
    Arrays.fill(counts, 0, rows + 1, 0);
    int count = 0;
    for (int column = 0; column < vectors.length; column++) {
      ColumnVector vector = vectors[column];
      if (cells.length < count + rows) {
        cells = Arrays.copyOf(cells, Math.max(count + rows, 2 * cells.length));
      }
      for (int i = 0; i < rows; i++) {
        if (!vector.isNullAt(i)) {
          cells[count++] = i;
          counts[i + 1]++;
        }
      }
      ends[column] = count;
    }
    for (int i = 0; i < rows; i++) {
      counts[i + 1] += counts[i];
    }
    if (present.length < count) {
      present = new int[cells.length];
    }
    int cell = 0;
    for (int column = 0; column < vectors.length; column++) {
      for (; cell < ends[column]; cell++) {
        present[starts[cells[cell]]++] = column;
      }
    }
    // each start has become the next one's
    System.arraycopy(starts, 0, starts, 1, rows);
    starts[0] = 0;
  }

  /** Which batch it is, so that what was remembered of another one is not used. */
  int batch() {
    return batch;
  }

  ColumnVector[] vectors() {
    return vectors;
  }

  /** Of the row, in the batch. */
  int index() {
    return at;
  }

  /** Whether it is known which columns have a value. */
  boolean isSparse() {
    return sparse;
  }

  /** How many columns have a value. */
  int presentCount() {
    return starts[at + 1] - starts[at];
  }

  /** One of the columns that have a value, in their order. */
  int present(int index) {
    return present[starts[at] + index];
  }

  // ---- as Spark's own row

  @Override
  public int numFields() {
    return vectors.length;
  }

  @Override
  public Object genericGet(int ordinal) {
    return isNullAt(ordinal) ? null : row.get(ordinal, vectors[ordinal].dataType());
  }

  @Override
  public boolean isNullAt(int ordinal) {
    return vectors[ordinal].isNullAt(at);
  }

  @Override
  public boolean getBoolean(int ordinal) {
    return vectors[ordinal].getBoolean(at);
  }

  @Override
  public byte getByte(int ordinal) {
    return vectors[ordinal].getByte(at);
  }

  @Override
  public short getShort(int ordinal) {
    return vectors[ordinal].getShort(at);
  }

  @Override
  public int getInt(int ordinal) {
    return vectors[ordinal].getInt(at);
  }

  @Override
  public long getLong(int ordinal) {
    return vectors[ordinal].getLong(at);
  }

  @Override
  public float getFloat(int ordinal) {
    return vectors[ordinal].getFloat(at);
  }

  @Override
  public double getDouble(int ordinal) {
    return vectors[ordinal].getDouble(at);
  }

  @Override
  public Decimal getDecimal(int ordinal, int precision, int scale) {
    return vectors[ordinal].getDecimal(at, precision, scale);
  }

  @Override
  public UTF8String getUTF8String(int ordinal) {
    return vectors[ordinal].getUTF8String(at);
  }

  @Override
  public byte[] getBinary(int ordinal) {
    return vectors[ordinal].getBinary(at);
  }

  @Override
  public ColumnarRow getStruct(int ordinal, int fields) {
    return vectors[ordinal].getStruct(at);
  }

  @Override
  public ColumnarArray getArray(int ordinal) {
    return vectors[ordinal].getArray(at);
  }

  @Override
  public ColumnarMap getMap(int ordinal) {
    return vectors[ordinal].getMap(at);
  }
}
