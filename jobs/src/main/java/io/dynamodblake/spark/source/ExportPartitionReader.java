package io.dynamodblake.spark.source;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.DataFileReader;
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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.PartitionReader;

/** Turns the lines that an {@link ItemCursor} stands on into Spark's rows. Runs on executors. */
final class ExportPartitionReader implements PartitionReader<InternalRow> {
  private static final int ABSENT = -1;

  private final ItemCursor cursor;
  private final TaskBooks books;
  private final ItemDecoder decoder;
  private final UnsafeRowSink sink;
  private final int limit;

  // places of the columns that are not of the table schema
  private final int corruptOrdinal;
  private final int fileOrdinal;
  private final int lineOrdinal;
  private final int offsetOrdinal;

  private InternalRow row;
  private int rows;
  private int namedFile = ABSENT; // index of the file whose name is at hand
  private byte[] fileName;

  ExportPartitionReader(ReadPlan plan, ObjectStore store, List<DataFile> files, TaskBooks books) {
    TableSchema schema = plan.tableSchema();
    List<String> names = List.of(plan.rowType().fieldNames());
    Set<String> columns =
        schema.writtenColumns().stream().map(Column::name).collect(Collectors.toSet());
    this.limit = plan.limit();
    this.decoder = ItemDecoder.forColumns(schema, names, plan.hashKey());
    this.sink = UnsafeRowSink.forSchema(plan.rowType());
    this.corruptOrdinal =
        plan.corruptColumn().isEmpty() ? ABSENT : names.indexOf(plan.corruptColumn());
    // an attribute of that name hides the source column
    this.fileOrdinal =
        columns.contains(SourceColumns.FILE) ? ABSENT : names.indexOf(SourceColumns.FILE);
    this.lineOrdinal =
        columns.contains(SourceColumns.LINE) ? ABSENT : names.indexOf(SourceColumns.LINE);
    this.offsetOrdinal =
        columns.contains(SourceColumns.OFFSET) ? ABSENT : names.indexOf(SourceColumns.OFFSET);
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
    } else if (corruptOrdinal >= 0) {
      putCorruptLine();
    }
    putSource();
    row = sink.row();
    return true;
  }

  private void putCorruptLine() {
    DataFileReader line = cursor.line();
    int length = line.end() - line.start();
    // by way of a string, so that a column never holds what is not UTF-8
    byte[] text =
        new String(line.buffer(), line.start(), length, StandardCharsets.UTF_8)
            .getBytes(StandardCharsets.UTF_8);
    sink.putBytes(corruptOrdinal, text, 0, text.length);
  }

  private void putSource() {
    DataFileReader line = cursor.line();
    if (fileOrdinal >= 0) {
      if (namedFile != line.file().index()) {
        namedFile = line.file().index();
        fileName = line.file().key().getBytes(StandardCharsets.UTF_8);
      }
      sink.putBytes(fileOrdinal, fileName, 0, fileName.length);
    }
    if (lineOrdinal >= 0) {
      sink.putLong(lineOrdinal, line.line());
    }
    if (offsetOrdinal >= 0) {
      sink.putLong(offsetOrdinal, line.offset());
    }
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
