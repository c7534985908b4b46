package io.dynamodblake.bench;

import io.dynamodblake.flatten.ColumnSink;
import io.dynamodblake.flatten.ItemDecoder;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.convert.UnsafeRowSink;
import java.math.BigDecimal;
import java.util.List;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;

/**
 * Nanoseconds to bring one line through scanner and decoder: into a sink that only counts, into
 * Spark's row format, and with one column asked for. Run it with
 *
 * <pre>{@code
 * bin/benchmark jmh JmhItemDecoder
 * bin/benchmark jmh JmhItemDecoder -p shape=ORDERS -prof gc
 * }</pre>
 *
 * The difference to {@link JmhItemScanner} is the decoder's share. {@code -prof gc} shows what is
 * allocated for an item.
 */
public class JmhItemDecoder extends ItemBenchmark {
  private final ItemScanner scanner = new ItemScanner();
  private final ItemScanner pruningScanner = new ItemScanner();
  private final ItemTape tape = new ItemTape();
  private final CountingSink counting = new CountingSink();
  private Lines lines;
  private ItemDecoder allColumns;
  private ItemDecoder firstColumn;
  private ItemDecoder twoColumns;
  private UnsafeRowSink row;
  private UnsafeRowSink rowOfTwo;

  @Setup
  public void generate() {
    Shape generated = Shape.of(shape);
    TableSchema schema = generated.schema();
    lines = new Lines(generated);
    allColumns = ItemDecoder.forSchema(schema);
    firstColumn = ItemDecoder.forColumns(schema, List.of(schema.columns().get(0).name()));
    StructType type = SparkTypes.toStruct(schema);
    row = UnsafeRowSink.forSchema(type);
    StructField first = type.apply(0);
    StructField second = type.apply(schema.columns().size() / 2);
    twoColumns = ItemDecoder.forColumns(schema, List.of(first.name(), second.name()));
    rowOfTwo = UnsafeRowSink.forSchema(new StructType(new StructField[] {first, second}));
  }

  @Benchmark
  @OperationsPerInvocation(Lines.COUNT)
  public long everyColumnCounted() throws MalformedRecordException {
    for (int i = 0; i < Lines.COUNT; i++) {
      decode(scanner, allColumns, i, counting);
    }
    return counting.puts;
  }

  @Benchmark
  @OperationsPerInvocation(Lines.COUNT)
  public long oneColumnCounted() throws MalformedRecordException {
    for (int i = 0; i < Lines.COUNT; i++) {
      decode(pruningScanner, firstColumn, i, counting);
    }
    return counting.puts;
  }

  @Benchmark
  @OperationsPerInvocation(Lines.COUNT)
  public long everyColumnIntoSparkRow() throws MalformedRecordException {
    long bytes = 0;
    for (int i = 0; i < Lines.COUNT; i++) {
      row.begin();
      decode(scanner, allColumns, i, row);
      bytes += row.row().getSizeInBytes();
    }
    return bytes;
  }

  @Benchmark
  @OperationsPerInvocation(Lines.COUNT)
  public long twoColumnsIntoSparkRow() throws MalformedRecordException {
    long bytes = 0;
    for (int i = 0; i < Lines.COUNT; i++) {
      rowOfTwo.begin();
      decode(pruningScanner, twoColumns, i, rowOfTwo);
      bytes += rowOfTwo.row().getSizeInBytes();
    }
    return bytes;
  }

  private void decode(ItemScanner with, ItemDecoder decoder, int line, ColumnSink sink)
      throws MalformedRecordException {
    with.scan(lines.bytes(), lines.start(line), lines.end(line), tape, decoder.wantedNames());
    decoder.decode(tape, sink);
  }

  /** Takes everything and keeps a number that depends on it. */
  private static final class CountingSink implements ColumnSink {
    private long puts;

    @Override
    public void putNull(int ordinal) {
      puts++;
    }

    @Override
    public void putBoolean(int ordinal, boolean value) {
      puts += value ? 2 : 1;
    }

    @Override
    public void putInt(int ordinal, int value) {
      puts += value;
    }

    @Override
    public void putLong(int ordinal, long value) {
      puts += value;
    }

    @Override
    public void putDouble(int ordinal, double value) {
      puts++;
    }

    @Override
    public void putDecimal(int ordinal, long unscaled, int precision, int scale) {
      puts += unscaled;
    }

    @Override
    public void putDecimal(int ordinal, BigDecimal value, int precision, int scale) {
      puts += value.precision();
    }

    @Override
    public void putBytes(int ordinal, byte[] bytes, int offset, int length) {
      puts += length;
    }

    @Override
    public ColumnSink beginStruct(int ordinal) {
      return this;
    }

    @Override
    public void endStruct(int ordinal) {
      puts++;
    }

    @Override
    public ColumnSink beginArray(int ordinal, int size) {
      puts += size;
      return this;
    }

    @Override
    public void endArray(int ordinal) {
      puts++;
    }

    @Override
    public ColumnSink beginMapKeys(int ordinal, int size) {
      puts += size;
      return this;
    }

    @Override
    public ColumnSink beginMapValues(int ordinal) {
      return this;
    }

    @Override
    public void endMap(int ordinal) {
      puts++;
    }
  }
}
