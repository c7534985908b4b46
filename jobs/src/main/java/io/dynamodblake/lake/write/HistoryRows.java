package io.dynamodblake.lake.write;

import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.flatten.ItemDecoder;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.lake.changes.ChangeFeed;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.convert.UnsafeRowSink;
import io.dynamodblake.spark.run.LookAhead;
import io.dynamodblake.type.Instants;
import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The changes that a task reads as rows of the history: what happened, the columns of the new
 * image, or of the key where there is none, and the day. A row is valid until the next one.
 */
final class HistoryRows extends LookAhead<InternalRow> {
  private static final UTF8String INSERT = UTF8String.fromString("insert");
  private static final UTF8String UPDATE = UTF8String.fromString("update");
  private static final UTF8String PUT = UTF8String.fromString("put");
  private static final UTF8String DELETE = UTF8String.fromString("delete");
  private static final long MICROS_OF_DAY = ChronoUnit.DAYS.getDuration().toSeconds() * 1_000_000;

  private final ChangeFeed.Records records;
  private final Times times;
  private final ItemDecoder decoder;
  private final UnsafeRowSink sink;

  /**
   * When things happened, in microseconds.
   *
   * @param from the earliest that an event can be
   * @param to the latest, and when one is whose time nobody knows
   * @param written when the row comes into the lake
   */
  record Times(long from, long to, long written) implements Serializable {
    private static final long serialVersionUID = 1L;

    static Times of(Instant from, Instant to, Instant written) {
      return new Times(Instants.toMicros(from), Instants.toMicros(to), Instants.toMicros(written));
    }

    private long event(long known) {
      return known < 0 ? to : Math.max(from, Math.min(to, known));
    }
  }

  HistoryRows(ChangeFeed.Records records, TableSchema schema, HashKey hashKey, Times times) {
    this.records = records;
    this.times = times;
    this.decoder = ItemDecoder.forSchema(schema, hashKey);
    this.sink = UnsafeRowSink.forSchema(SparkTypes.toStruct(schema));
    closeWithTask(records);
  }

  @Override
  protected boolean advance() throws IOException {
    return records.advance();
  }

  @Override
  protected InternalRow take() {
    ItemTape image = records.newImage();
    long event = times.event(records.timeMicros());
    sink.begin();
    decoder.decode(image == null ? records.key() : image, sink);
    InternalRow own =
        new GenericInternalRow(new Object[] {op(image), event, times.written(), image == null});
    InternalRow day =
        new GenericInternalRow(new Object[] {(int) Math.floorDiv(event, MICROS_OF_DAY)});
    return new JoinedRow(new JoinedRow(own, sink.row()), day);
  }

  private UTF8String op(ItemTape image) {
    if (image == null) {
      return DELETE;
    }
    if (!records.oldKnown()) {
      return PUT;
    }
    return records.oldImage() == null ? INSERT : UPDATE;
  }
}
