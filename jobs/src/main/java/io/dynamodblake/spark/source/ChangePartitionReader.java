package io.dynamodblake.spark.source;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.io.ObjectStore;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.convert.UnsafeRowSink;
import io.dynamodblake.spark.read.ChangeCursor;
import io.dynamodblake.spark.read.ChangeDecoder;
import io.dynamodblake.spark.read.TaskBooks;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.PartitionReader;

/** Turns the lines that a {@link ChangeCursor} stands on into Spark's rows. Runs on executors. */
final class ChangePartitionReader implements PartitionReader<InternalRow> {
  private final ChangeCursor cursor;
  private final TaskBooks books;
  private final ChangeDecoder decoder;
  private final UnsafeRowSink sink;
  private final LineColumns lineColumns;
  private final int limit;

  private InternalRow row;
  private int rows;

  ChangePartitionReader(
      ChangeRowPlan plan, ObjectStore store, List<DataFile> files, TaskBooks books) {
    this.limit = plan.limit();
    this.decoder =
        new ChangeDecoder(
            plan.rowType(), plan.view(), plan.keys(), plan.newImage(), plan.oldImage());
    this.sink = UnsafeRowSink.forSchema(plan.rowType());
    this.lineColumns =
        new LineColumns(
            List.of(plan.rowType().fieldNames()),
            plan.corruptColumn(),
            plan.keys().writtenColumns().stream().map(Column::name).collect(Collectors.toSet()));
    this.books = books;
    this.cursor = new ChangeCursor(store, files, plan.format(), plan.options(), plan.view(), books);
  }

  @Override
  public boolean next() throws IOException {
    if (rows == limit || !cursor.advance()) {
      return false;
    }
    rows++;
    sink.begin();
    if (!cursor.onChange()) {
      lineColumns.putCorrupt(cursor.line(), sink);
    } else if (!decoder.decode(cursor.tape(), sink)) {
      throw cursor.unlessDamaged(
          new DataRefusedException(
              "Cannot read change: the key of a deleted item does not fit its column, %s; give a schema in which it does, or none, so that it is found"
                  .formatted(cursor.place())));
    }
    lineColumns.putSource(cursor.line(), sink);
    row = sink.row();
    return true;
  }

  @Override
  public InternalRow get() {
    return row;
  }

  @Override
  public CustomTaskMetric[] currentMetricsValues() {
    return ExportMetrics.ofTask(cursor, decoder.rescued());
  }

  @Override
  public void close() throws IOException {
    try (books) {
      cursor.close();
    }
  }
}
