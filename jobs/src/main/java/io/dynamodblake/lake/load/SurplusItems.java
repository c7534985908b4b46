package io.dynamodblake.lake.load;

import io.dynamodblake.identity.CanonicalItem;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.convert.SparkLine;
import io.dynamodblake.spark.read.ExportItems;
import io.dynamodblake.spark.run.JavaBytes;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The items of a table that are not among those to be loaded: found by bringing the hashes of all
 * keys together in their order, so that no task holds more than two of them. Driver only.
 *
 * <p>The keys are kept where they were found, in the executors, and never looked for again: a
 * second look would also find what others have put into the table since. If an executor is lost, so
 * are its keys, and Spark fails.
 */
final class SurplusItems implements AutoCloseable {
  private static final byte SOURCE = 0;
  private static final byte TABLE = 1;
  private static final byte KEY = 0;
  private static final byte COUNTS = 1;
  private static final StructType KEYS =
      new StructType()
          .add("k1", DataTypes.LongType, false)
          .add("k2", DataTypes.LongType, false)
          .add("side", DataTypes.ByteType, false)
          .add("line", DataTypes.BinaryType, true);

  /** What one partition has seen. */
  private record Counts(long source, long table, long common) implements Serializable {
    private static final long serialVersionUID = 1L;

    Counts plus(Counts other) {
      return new Counts(source + other.source, table + other.table, common + other.common);
    }
  }

  private final JavaRDD<byte[]> found;
  private Counts counts = new Counts(0, 0, 0);

  private SurplusItems(JavaRDD<byte[]> found) {
    this.found = found;
  }

  /** Makes of each item to be loaded the hash of its key. */
  static ExportItems.Maker<InternalRow> sourceKeys(List<KeyAttribute> keys) {
    return () -> new Hashes(keys, SOURCE);
  }

  /**
   * Compares the keys, which reads both sides.
   *
   * @param source rows of {@link #sourceKeys}
   * @param table keys of the table as lines of DynamoDB JSON
   */
  static SurplusItems find(
      SparkSession spark,
      List<KeyAttribute> keys,
      JavaRDD<InternalRow> source,
      JavaRDD<byte[]> table) {
    JavaRDD<InternalRow> ofTable = table.mapPartitions(lines -> new TableKeys(lines, keys));
    JavaRDD<byte[]> found =
        SparkLine.dataset(spark, source.union(ofTable), KEYS)
            .repartition(PartitionExpressions.column("k1"))
            .sortWithinPartitions(
                PartitionExpressions.column("k1"),
                PartitionExpressions.column("k2"),
                PartitionExpressions.column("side"))
            .queryExecution()
            .toRdd()
            .toJavaRDD()
            .mapPartitions(Merge::new);
    found.rdd().localCheckpoint();
    SurplusItems surplus = new SurplusItems(found);
    for (byte[] packet : found.filter(packet -> packet[0] == COUNTS).collect()) {
      byte[] counted = Arrays.copyOfRange(packet, 1, packet.length);
      surplus.counts = surplus.counts.plus(JavaBytes.to(Counts.class, counted));
    }
    return surplus;
  }

  LoadCensus census(double readUnits) {
    return new LoadCensus(counts.source(), counts.table(), counts.common(), readUnits);
  }

  /** The keys of the items of the table alone, as lines of DynamoDB JSON without line feeds. */
  JavaRDD<byte[]> lines() {
    return found
        .filter(packet -> packet[0] == KEY)
        .map(packet -> Arrays.copyOfRange(packet, 1, packet.length));
  }

  @Override
  public void close() {
    found.unpersist(false);
  }

  /** Makes of each item the hash of its key; the row is used again. */
  private static final class Hashes implements Function<ItemTape, InternalRow> {
    private final byte[][] names;
    private final CanonicalItem canonical = new CanonicalItem();
    private final GenericInternalRow row = new GenericInternalRow(4);

    Hashes(List<KeyAttribute> keys, byte side) {
      names =
          keys.stream()
              .map(key -> key.attribute().getBytes(StandardCharsets.UTF_8))
              .toArray(byte[][]::new);
      row.update(2, side);
    }

    @Override
    public InternalRow apply(ItemTape tape) {
      if (canonical.digestAttributes(tape, names) >= 0) {
        throw LoadFindings.changed();
      }
      row.update(0, canonical.high());
      row.update(1, canonical.low());
      return row;
    }

    InternalRow apply(ItemTape tape, byte[] line) {
      row.update(3, line);
      return apply(tape);
    }
  }

  private static final class TableKeys implements Iterator<InternalRow> {
    private final Iterator<byte[]> lines;
    private final Hashes hashes;
    private final ItemScanner scanner = new ItemScanner();
    private final ItemTape tape = new ItemTape();

    TableKeys(Iterator<byte[]> lines, List<KeyAttribute> keys) {
      this.lines = lines;
      this.hashes = new Hashes(keys, TABLE);
    }

    @Override
    public boolean hasNext() {
      return lines.hasNext();
    }

    @Override
    public InternalRow next() {
      byte[] line = lines.next();
      try {
        scanner.scan(line, 0, line.length, tape);
      } catch (MalformedRecordException e) {
        throw new IllegalStateException("A key that was written as an item is none now", e);
      }
      return hashes.apply(tape, line);
    }
  }

  /** Keys that only the table has, and at the end what was counted. */
  private static final class Merge implements Iterator<byte[]> {
    private final Iterator<InternalRow> rows;
    private long k1;
    private long k2;
    private boolean any; // whether k1 and k2 are a key
    private boolean inSource; // whether that key is to be loaded
    private boolean inTable; // whether it was counted as one of the table
    private long source;
    private long table;
    private long common;
    private byte[] next;
    private boolean ended;

    Merge(Iterator<InternalRow> rows) {
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      while (next == null && rows.hasNext()) {
        take(rows.next());
      }
      if (next == null && !ended) {
        ended = true;
        next = packet(COUNTS, JavaBytes.of(new Counts(source, table, common)));
      }
      return next != null;
    }

    private void take(InternalRow row) {
      if (!any || row.getLong(0) != k1 || row.getLong(1) != k2) {
        k1 = row.getLong(0);
        k2 = row.getLong(1);
        any = true;
        inSource = false;
        inTable = false;
      }
      if (row.getByte(2) == SOURCE) {
        inSource = true;
        source++;
        return;
      }
      if (inTable) {
        // a table that splits meanwhile might show an item twice
        return;
      }
      inTable = true;
      table++;
      if (inSource) {
        common++;
      } else {
        next = packet(KEY, row.getBinary(3));
      }
    }

    private static byte[] packet(byte kind, byte[] content) {
      byte[] packet = new byte[1 + content.length];
      packet[0] = kind;
      System.arraycopy(content, 0, packet, 1, content.length);
      return packet;
    }

    @Override
    public byte[] next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      byte[] packet = next;
      next = null;
      return packet;
    }
  }
}
