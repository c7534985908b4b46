package io.dynamodblake.bench;

import io.dynamodblake.flatten.ItemCheck;
import io.dynamodblake.flatten.ItemDecoder;
import io.dynamodblake.flatten.ItemDefectException;
import io.dynamodblake.flatten.ItemEncoder;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.RowSource;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.convert.UnsafeRowSink;
import io.dynamodblake.type.ItemWriter;
import org.apache.spark.sql.catalyst.InternalRow;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;

/**
 * Nanoseconds to make a line of DynamoDB JSON of one row again: alone, and with the checks of
 * DynamoDB's limits that restoring makes. Neither reading Parquet nor gzip is in it. Run it with
 *
 * <pre>{@code
 * bin/benchmark jmh JmhItemEncoder -p shape=ORDERS -prof gc
 * }</pre>
 */
public class JmhItemEncoder extends ItemBenchmark {
  private final InternalRow[] rows = new InternalRow[Lines.COUNT];
  private final RowSource source = RowSource.forRows();
  private final JsonItemWriter writer = new JsonItemWriter();
  private ItemEncoder encoder;
  private ItemCheck check;

  @Setup
  public void generate() throws MalformedRecordException {
    Shape generated = Shape.of(shape);
    TableSchema schema = generated.schema();
    Lines lines = new Lines(generated);
    ItemScanner scanner = new ItemScanner();
    ItemTape tape = new ItemTape();
    ItemDecoder decoder = ItemDecoder.forSchema(schema);
    UnsafeRowSink sink = UnsafeRowSink.forSchema(SparkTypes.toStruct(schema));
    for (int i = 0; i < Lines.COUNT; i++) {
      scanner.scan(lines.bytes(), lines.start(i), lines.end(i), tape);
      sink.begin();
      decoder.decode(tape, sink);
      rows[i] = sink.row().copy();
    }
    encoder = ItemEncoder.forSchema(schema);
    check = new ItemCheck(schema.keys(), writer);
  }

  @Benchmark
  @OperationsPerInvocation(Lines.COUNT)
  public long unchecked() throws ItemDefectException {
    return encode(writer);
  }

  @Benchmark
  @OperationsPerInvocation(Lines.COUNT)
  public long checked() throws ItemDefectException {
    return encode(check);
  }

  private long encode(ItemWriter into) throws ItemDefectException {
    long bytes = 0;
    for (InternalRow row : rows) {
      source.row(row);
      writer.reset();
      encoder.encode(source, into);
      bytes += writer.length();
    }
    if (check.defect() != null) {
      throw new IllegalStateException(check.defect());
    }
    return bytes;
  }
}
