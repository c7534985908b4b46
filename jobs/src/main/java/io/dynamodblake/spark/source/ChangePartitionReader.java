package io.dynamodblake.spark.source;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.Window;
import io.dynamodblake.flatten.ColumnSink;
import io.dynamodblake.flatten.ItemDecoder;
import io.dynamodblake.io.ObjectStore;
import io.dynamodblake.json.ChangeTape;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.convert.UnsafeRowSink;
import io.dynamodblake.spark.read.ChangeCursor;
import io.dynamodblake.spark.read.TaskBooks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.types.StructType;

/** Turns the lines that a {@link ChangeCursor} stands on into Spark's rows. Runs on executors. */
final class ChangePartitionReader implements PartitionReader<InternalRow> {
  private static final byte[] INSERT = ascii("insert");
  private static final byte[] UPDATE = ascii("update");
  private static final byte[] PUT = ascii("put");
  private static final byte[] DELETE = ascii("delete");

  private final ChangeCursor cursor;
  private final TaskBooks books;
  private final Window.View view;
  private final int limit;
  private final UnsafeRowSink sink;
  private final LineColumns lineColumns;
  private final int operationOrdinal;
  private final int timeOrdinal;
  private final ItemDecoder keys;
  private final Image newImage;
  private final Image oldImage;
  private final LoneKeys loneKeys;

  private InternalRow row;
  private int rows;

  ChangePartitionReader(
      ChangeRowPlan plan, ObjectStore store, List<DataFile> files, TaskBooks books) {
    List<String> names = List.of(plan.rowType().fieldNames());
    List<String> lowerCase = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    this.view = plan.view();
    this.limit = plan.limit();
    this.sink = UnsafeRowSink.forSchema(plan.rowType());
    this.lineColumns =
        new LineColumns(
            names,
            plan.corruptColumn(),
            plan.keys().writtenColumns().stream().map(Column::name).collect(Collectors.toSet()));
    this.operationOrdinal = lowerCase.indexOf(ChangeColumns.OPERATION);
    this.timeOrdinal = lowerCase.indexOf(ChangeColumns.TIME);
    this.keys = ItemDecoder.forColumns(plan.keys(), names);
    this.newImage =
        new Image(plan.rowType(), lowerCase.indexOf(ChangeColumns.NEW), plan.newImage());
    this.oldImage =
        new Image(plan.rowType(), lowerCase.indexOf(ChangeColumns.OLD), plan.oldImage());
    this.loneKeys = new LoneKeys(plan.keys());
    this.books = books;
    this.cursor = new ChangeCursor(store, files, plan.format(), plan.options(), view, books);
  }

  /** One of the images as a struct of the row. */
  private static final class Image {
    private final int ordinal;
    private final ItemDecoder decoder;

    Image(StructType rowType, int ordinal, TableSchema schema) {
      this.ordinal = ordinal;
      this.decoder =
          ordinal < 0
              ? null
              : ItemDecoder.forColumns(
                  schema, List.of(((StructType) rowType.apply(ordinal).dataType()).fieldNames()));
    }

    boolean isWanted() {
      return ordinal >= 0;
    }

    void put(ItemTape image, ColumnSink row) {
      ColumnSink struct = row.beginStruct(ordinal);
      decoder.decode(image, struct);
      row.endStruct(ordinal);
    }

    long rescued() {
      return decoder == null ? 0 : sum(decoder);
    }
  }

  /**
   * Keys of records that have no image. What does not fit a column of an image is kept beside it;
   * where there is none, it would be lost.
   */
  private static final class LoneKeys {
    private final ItemDecoder decoder;
    private final UnsafeRowSink nowhere;

    LoneKeys(TableSchema keys) {
      this.decoder = ItemDecoder.forSchema(keys);
      this.nowhere = UnsafeRowSink.forSchema(SparkTypes.toStruct(withoutDropped(keys)));
    }

    private static TableSchema withoutDropped(TableSchema schema) {
      return new TableSchema(schema.table(), schema.keys(), schema.writtenColumns());
    }

    boolean fit(ItemTape key) {
      nowhere.begin();
      decoder.decode(key, nowhere);
      return decoder.rescuedCounts().keySet().stream().allMatch(TableSchema.RESCUED::equals);
    }
  }

  @Override
  public boolean next() throws IOException {
    if (rows == limit || !cursor.advance()) {
      return false;
    }
    rows++;
    sink.begin();
    if (cursor.onChange()) {
      put(cursor.tape());
    } else {
      lineColumns.putCorrupt(cursor.line(), sink);
    }
    lineColumns.putSource(cursor.line(), sink);
    row = sink.row();
    return true;
  }

  private void put(ChangeTape change) throws IOException {
    if (operationOrdinal >= 0) {
      byte[] operation = operation(change);
      sink.putBytes(operationOrdinal, operation, 0, operation.length);
    }
    if (timeOrdinal >= 0 && change.writeTimeMicros() != ChangeTape.UNKNOWN_TIME) {
      sink.putLong(timeOrdinal, change.writeTimeMicros());
    }
    keys.decode(change.keys(), sink);
    if (change.hasNewImage()) {
      if (newImage.isWanted()) {
        newImage.put(change.newImage(), sink);
      }
    } else if (!change.hasOldImage() && !loneKeys.fit(change.keys())) {
      throw cursor.unlessDamaged(
          new DataRefusedException(
              "Cannot read change: the key of a deleted item does not fit its column, %s; give a schema in which it does, or none, so that it is found"
                  .formatted(cursor.place())));
    }
    if (change.hasOldImage() && oldImage.isWanted()) {
      oldImage.put(change.oldImage(), sink);
    }
  }

  private byte[] operation(ChangeTape change) {
    if (!change.hasNewImage()) {
      return DELETE;
    }
    if (view == Window.View.NEW_IMAGE) {
      return PUT; // nobody knows whether the item was there before
    }
    return change.hasOldImage() ? UPDATE : INSERT;
  }

  @Override
  public InternalRow get() {
    return row;
  }

  @Override
  public CustomTaskMetric[] currentMetricsValues() {
    long rescued = Stream.of(newImage, oldImage).mapToLong(Image::rescued).sum();
    return ExportMetrics.ofTask(cursor, rescued);
  }

  @Override
  public void close() throws IOException {
    try (books) {
      cursor.close();
    }
  }

  private static long sum(ItemDecoder decoder) {
    return decoder.rescuedCounts().values().stream().mapToLong(Long::longValue).sum();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
