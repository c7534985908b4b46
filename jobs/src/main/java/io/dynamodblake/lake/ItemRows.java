package io.dynamodblake.lake;

import io.dynamodblake.flatten.DiscardingWriter;
import io.dynamodblake.flatten.ItemCheck;
import io.dynamodblake.flatten.ItemDefectException;
import io.dynamodblake.flatten.ItemEncoder;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.RowSource;
import io.dynamodblake.spark.convert.SparkLine;
import io.dynamodblake.spark.write.ImportFormat;
import io.dynamodblake.type.LineWriter;
import java.util.Iterator;
import java.util.List;
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
 * Makes items of rows, row by row in the tasks and without an object a value. What an iterator
 * returns is valid until its next row, which is all that Spark needs.
 */
final class ItemRows {
  static final String LINE = "value";
  static final String KEY = "key";
  static final String DEFECT = "defect";
  static final String PLACE = "place";

  private static final StructType LINES = new StructType().add(LINE, DataTypes.StringType);
  private static final StructType CHECKED =
      new StructType()
          .add(KEY, DataTypes.BinaryType)
          .add(DEFECT, DataTypes.StringType)
          .add(PLACE, DataTypes.LongType);

  private ItemRows() {}

  /** The items as lines, without their line feeds. The rows have been checked. */
  static Dataset<Row> lines(
      SparkSession session, Dataset<Row> rows, TableSchema schema, ImportFormat format) {
    JavaRDD<InternalRow> lines =
        rows.queryExecution()
            .toRdd()
            .toJavaRDD()
            .mapPartitions(partition -> new LineIterator(partition, schema, format));
    return SparkLine.dataset(session, lines, LINES);
  }

  /**
   * For each row its key, or its defect, and its place.
   *
   * @param rowsWithPlaces as {@link RestoreInput#rows} has them
   */
  static Dataset<Row> checked(
      SparkSession session,
      Dataset<Row> rowsWithPlaces,
      TableSchema schema,
      List<KeyAttribute> keys,
      RowPlaces places) {
    JavaRDD<InternalRow> checked =
        rowsWithPlaces
            .queryExecution()
            .toRdd()
            .toJavaRDD()
            .mapPartitions(partition -> new CheckIterator(partition, schema, keys, places));
    return SparkLine.dataset(session, checked, CHECKED);
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
            "Cannot restore: the data changed while it was read: " + e.getMessage() + "; run again",
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
    private final RowPlaces places;
    private final int pathOrdinal;
    private final RowSource source = RowSource.forRows();
    private final GenericInternalRow checked = new GenericInternalRow(3);
    private UTF8String path;
    private int file;

    CheckIterator(
        Iterator<InternalRow> rows, TableSchema schema, List<KeyAttribute> keys, RowPlaces places) {
      this.rows = rows;
      this.encoder = ItemEncoder.forSchema(schema);
      this.check = new ItemCheck(keys, new DiscardingWriter());
      this.places = places;
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
      String defect = row.isNullAt(pathOrdinal + 2) ? null : row.getString(pathOrdinal + 2);
      if (defect == null) {
        try {
          encoder.encode(source, check);
          defect = check.defect();
        } catch (ItemDefectException e) {
          defect = e.getMessage();
        }
      }
      checked.update(0, defect == null ? check.key() : null);
      checked.update(1, defect == null ? null : UTF8String.fromString(defect));
      checked.update(2, place(row));
      return checked;
    }

    private long place(InternalRow row) {
      if (!row.isNullAt(pathOrdinal)) {
        UTF8String now = row.getUTF8String(pathOrdinal);
        if (!now.equals(path)) {
          path = now.copy();
          file = places.file(now.toString());
        }
      }
      boolean known = !row.isNullAt(pathOrdinal + 1);
      return RowPlaces.place(file, known ? row.getLong(pathOrdinal + 1) : RowPlaces.NO_ROW);
    }
  }
}
