package io.dynamodblake.lake;

import io.dynamodblake.flatten.DiscardingWriter;
import io.dynamodblake.flatten.ItemCheck;
import io.dynamodblake.flatten.ItemDefectException;
import io.dynamodblake.flatten.ItemEncoder;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.RowSource;
import io.dynamodblake.type.LineWriter;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Makes items of the rows of a snapshot, row by row in the tasks and without an object a value.
 * What an iterator returns is valid until its next row, which is all that Spark needs.
 */
final class ItemRows {
  static final String LINE = "value";
  static final String KEY = "key";
  static final String DEFECT = "defect";
  static final String POSITION = "position";

  private static final StructType LINES = new StructType().add(LINE, DataTypes.StringType);
  private static final StructType CHECKED =
      new StructType()
          .add(KEY, DataTypes.BinaryType)
          .add(DEFECT, DataTypes.StringType)
          .add(POSITION, DataTypes.LongType);

  private static final int ROW_BITS = 40;

  private ItemRows() {}

  /** The items as lines, without their line feeds. The rows have been checked. */
  static Dataset<Row> lines(
      SparkSession session, Dataset<Row> rows, TableSchema schema, ImportFormat format) {
    JavaRDD<InternalRow> lines =
        rows.queryExecution()
            .toRdd()
            .toJavaRDD()
            .mapPartitions(partition -> new LineIterator(partition, schema, format));
    return session.internalCreateDataFrame(lines.rdd(), LINES, false);
  }

  /**
   * For each row its key, or its defect, and its position.
   *
   * @param fileNumbers number of each data file by its path
   */
  static Dataset<Row> checked(
      SparkSession session,
      Dataset<Row> rowsWithPositions,
      TableSchema schema,
      List<KeyAttribute> keys,
      Map<String, Integer> fileNumbers) {
    JavaRDD<InternalRow> checked =
        rowsWithPositions
            .queryExecution()
            .toRdd()
            .toJavaRDD()
            .mapPartitions(partition -> new CheckIterator(partition, schema, keys, fileNumbers));
    return session.internalCreateDataFrame(checked.rdd(), CHECKED, false);
  }

  /** The number of the file of a position. */
  static int fileOf(long position) {
    return (int) (position >>> ROW_BITS);
  }

  /** The row of a position in its file, counted from 1. */
  static long rowOf(long position) {
    return (position & ((1L << ROW_BITS) - 1)) + 1;
  }

  private static final class LineIterator implements Iterator<InternalRow> {
    private final Iterator<InternalRow> rows;
    private final ItemEncoder encoder;
    private final LineWriter writer;
    private final RowSource source = RowSource.forRows();
    private final GenericInternalRow line = new GenericInternalRow(1);

    LineIterator(Iterator<InternalRow> rows, TableSchema schema, ImportFormat format) {
      this.rows = rows;
      this.encoder = ItemEncoder.forSchema(schema);
      this.writer = format.newWriter();
    }

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public InternalRow next() {
      source.row(rows.next());
      writer.reset();
      try {
        encoder.encode(source, writer);
      } catch (ItemDefectException e) {
        throw new DataRefusedException(
            "Cannot restore: the lake table changed while it was read: "
                + e.getMessage()
                + "; run again",
            e);
      }
      line.update(0, UTF8String.fromBytes(writer.bytes(), 0, writer.length() - 1));
      return line;
    }
  }

  private static final class CheckIterator implements Iterator<InternalRow> {
    private final Iterator<InternalRow> rows;
    private final ItemEncoder encoder;
    private final ItemCheck check;
    private final Map<String, Integer> fileNumbers;
    private final int pathOrdinal;
    private final RowSource source = RowSource.forRows();
    private final GenericInternalRow checked = new GenericInternalRow(3);
    private UTF8String path;
    private long file;

    CheckIterator(
        Iterator<InternalRow> rows,
        TableSchema schema,
        List<KeyAttribute> keys,
        Map<String, Integer> fileNumbers) {
      this.rows = rows;
      this.encoder = ItemEncoder.forSchema(schema);
      this.check = new ItemCheck(keys, new DiscardingWriter());
      this.fileNumbers = fileNumbers;
      this.pathOrdinal = schema.writtenColumns().size() + 2;
    }

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public InternalRow next() {
      InternalRow row = rows.next();
      source.row(row);
      String defect;
      try {
        encoder.encode(source, check);
        defect = check.defect();
      } catch (ItemDefectException e) {
        defect = e.getMessage();
      }
      checked.update(0, defect == null ? check.key() : null);
      checked.update(1, defect == null ? null : UTF8String.fromString(defect));
      checked.update(2, position(row));
      return checked;
    }

    private long position(InternalRow row) {
      UTF8String now = row.getUTF8String(pathOrdinal);
      if (!now.equals(path)) {
        path = now.copy();
        file = fileNumbers.getOrDefault(now.toString(), 0);
      }
      return file << ROW_BITS | row.getLong(pathOrdinal + 1);
    }
  }
}
