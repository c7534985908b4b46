package io.dynamodblake.spark.source;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.RecordFormat;
import io.dynamodblake.export.RecordKind;
import io.dynamodblake.export.Window;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.read.ReadMode;
import io.dynamodblake.spark.read.TaskBooks;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.types.StructType;

/**
 * How change records become rows.
 *
 * @param keys columns of the key
 * @param newImage columns of the struct {@code new}
 * @param oldImage columns of the struct {@code old}
 * @param view which images the records have
 * @param rowType columns of {@link ChangeColumns}, the corrupt-record column and source columns, in
 *     any selection and order
 * @param corruptColumn name of the corrupt-record column; empty if the rows have none
 */
record ChangeRowPlan(
    TableSchema keys,
    TableSchema newImage,
    TableSchema oldImage,
    RecordFormat format,
    Window.View view,
    StructType rowType,
    ReadOptions options,
    ReadMode mode,
    String corruptColumn,
    int limit)
    implements RowPlan {
  private static final long serialVersionUID = 1L;

  @Override
  public PartitionReader<InternalRow> open(Configuration settings, List<DataFile> files) {
    TaskBooks books = TaskBooks.unkept(RecordKind.CHANGE, mode, options, settings);
    return new ChangePartitionReader(this, new HadoopObjectStore(settings), files, books);
  }
}
