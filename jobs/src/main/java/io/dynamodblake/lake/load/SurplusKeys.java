package io.dynamodblake.lake.load;

import io.dynamodblake.identity.CanonicalItem;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.lake.items.ItemKeys;
import io.dynamodblake.spark.read.ExportItems;
import io.dynamodblake.spark.run.JavaBytes;
import io.dynamodblake.spark.run.KeyRuns;
import io.dynamodblake.spark.run.KeySort;
import io.dynamodblake.spark.run.LiveReads;
import io.dynamodblake.spark.run.LookAhead;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;

/**
 * What the tasks do that look for {@link SurplusItems}: make rows of the keys of both sides, which
 * are sorted, so that those to be loaded come before those of the table, and merge them.
 */
final class SurplusKeys {
  private static final byte SOURCE = 0;
  private static final byte TABLE = 1;
  private static final byte KEY = 0;
  private static final byte COUNTS = 1;
  private static final int SIDE_ORDINAL = 2;
  private static final int LINE_ORDINAL = 3;

  /** The rows by their keys, and those of one key by their sides. */
  static final KeySort SORT =
      new KeySort(
          KeySort.KEY
              .add("side", DataTypes.ByteType, false)
              .add("line", DataTypes.BinaryType, true),
          3);

  private SurplusKeys() {}

  /** What was seen of both sides. */
  record Counts(long source, long table, long common) implements Serializable {
    private static final long serialVersionUID = 1L;

    static final Counts NONE = new Counts(0, 0, 0);

    Counts plus(Counts other) {
      return new Counts(source + other.source, table + other.table, common + other.common);
    }
  }

  /** Makes rows of the keys of items to be loaded. */
  static ExportItems.Maker<InternalRow> ofSource(ItemKeys keys, LiveReads.Counter counter) {
    return () -> {
      Hashes hashes = new Hashes(keys, SOURCE);
      return tape -> {
        counter.item();
        return hashes.apply(tape);
      };
    };
  }

  /** Makes rows of keys of the table, which come as lines. */
  static Iterator<InternalRow> ofTable(ItemKeys keys, Iterator<byte[]> lines) {
    return new TableKeys(keys, lines);
  }

  /** Makes packets of the rows of one partition, which are sorted. */
  static Iterator<byte[]> merge(Iterator<InternalRow> rows) {
    return new Merge(rows);
  }

  /** Whether a packet holds the key of an item that only the table has; otherwise counts. */
  static boolean isKey(byte[] packet) {
    return packet[0] == KEY;
  }

  /** The key in a packet, as a line of DynamoDB JSON without line feed. */
  static byte[] key(byte[] packet) {
    return Arrays.copyOfRange(packet, 1, packet.length);
  }

  /** The counts in a packet. */
  static Counts counts(byte[] packet) {
    return JavaBytes.to(Counts.class, Arrays.copyOfRange(packet, 1, packet.length));
  }

  /** Makes of each item the hash of its key; the row is used again. */
  private static final class Hashes implements Function<ItemTape, InternalRow> {
    private final ItemKeys keys;
    private final CanonicalItem canonical = new CanonicalItem();
    private final GenericInternalRow row = new GenericInternalRow(SORT.type().length());

    Hashes(ItemKeys keys, byte side) {
      this.keys = keys;
      row.update(SIDE_ORDINAL, side);
    }

    @Override
    public InternalRow apply(ItemTape tape) {
      if (!keys.digest(canonical, tape)) {
        throw LoadFindings.changed();
      }
      row.update(0, canonical.high());
      row.update(1, canonical.low());
      return row;
    }

    InternalRow apply(ItemTape tape, byte[] line) {
      row.update(LINE_ORDINAL, line);
      return apply(tape);
    }
  }

  private static final class TableKeys implements Iterator<InternalRow> {
    private final Iterator<byte[]> lines;
    private final Hashes hashes;
    private final ItemScanner scanner = new ItemScanner();
    private final ItemTape tape = new ItemTape();

    TableKeys(ItemKeys keys, Iterator<byte[]> lines) {
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
  private static final class Merge extends LookAhead<byte[]> {
    private final Iterator<InternalRow> rows;
    private final KeyRuns runs = new KeyRuns();
    private boolean inSource; // whether the present key is to be loaded
    private boolean inTable; // whether it was counted as one of the table
    private long source;
    private long table;
    private long common;
    private byte[] packet;
    private boolean ended;

    Merge(Iterator<InternalRow> rows) {
      this.rows = rows;
    }

    @Override
    protected boolean advance() {
      packet = null;
      while (packet == null && rows.hasNext()) {
        read(rows.next());
      }
      if (packet == null && !ended) {
        ended = true;
        packet = packet(COUNTS, JavaBytes.of(new Counts(source, table, common)));
      }
      return packet != null;
    }

    private void read(InternalRow row) {
      if (runs.begins(row)) {
        inSource = false;
        inTable = false;
      }
      if (row.getByte(SIDE_ORDINAL) == SOURCE) {
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
        packet = packet(KEY, row.getBinary(LINE_ORDINAL));
      }
    }

    private static byte[] packet(byte kind, byte[] content) {
      byte[] packet = new byte[1 + content.length];
      packet[0] = kind;
      System.arraycopy(content, 0, packet, 1, content.length);
      return packet;
    }

    @Override
    protected byte[] take() {
      return packet;
    }
  }
}
