package io.dynamodblake.spark.source;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.flatten.ItemDecoder;
import io.dynamodblake.io.ObjectStore;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.UnsafeRowSink;
import io.dynamodblake.spark.read.ItemCursor;
import io.dynamodblake.spark.read.ReadMode;
import io.dynamodblake.spark.read.ReadPlan;
import io.dynamodblake.spark.read.TaskBooks;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.PartitionReader;

/** Turns the lines that an {@link ItemCursor} stands on into Spark's rows. Runs on executors. */
final class ExportPartitionReader implements PartitionReader<InternalRow> {
  private final ItemCursor cursor;
  private final TaskBooks books;
  private final ItemDecoder decoder;
  private final UnsafeRowSink sink;
  private final int limit;

  private final LineColumns lineColumns;

  private InternalRow row;
  private int rows;

  ExportPartitionReader(ReadPlan plan, ObjectStore store, List<DataFile> files, TaskBooks books) {
    TableSchema schema = plan.tableSchema();
    List<String> names = List.of(plan.rowType().fieldNames());
    Set<String> columns =
        schema.writtenColumns().stream().map(Column::name).collect(Collectors.toSet());
    this.limit = plan.limit();
    this.decoder = ItemDecoder.forColumns(schema, names, plan.hashKey());
    this.sink = UnsafeRowSink.forSchema(plan.rowType());
    // an attribute of that name hides the source column
    this.lineColumns = new LineColumns(names, plan.corruptColumn(), columns);
    this.books = books;
    books.countRescuedBy(decoder::rescuedCounts);
    // where bad lines are rows or left out, which lines are bad must not depend on the columns read
    boolean skipsUnread = plan.mode() == ReadMode.FAILFAST;
    this.cursor =
        new ItemCursor(
            store,
            files,
            plan.format(),
            plan.options(),
            skipsUnread ? decoder.wantedNames() : null,
            books);
  }

  @Override
  public boolean next() throws IOException {
    if (rows == limit || !cursor.advance()) {
      return false;
    }
    rows++;
    sink.begin();
    if (cursor.onItem()) {
      decoder.decode(cursor.tape(), sink);
    } else {
      lineColumns.putCorrupt(cursor.line(), sink);
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
    long rescued = decoder.rescuedCounts().values().stream().mapToLong(Long::longValue).sum();
    return ExportMetrics.ofTask(cursor, rescued);
  }

  @Override
  public void close() throws IOException {
    try (books) {
      cursor.close();
    }
  }
}
