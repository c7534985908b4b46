package io.dynamodblake.lake.changes;

import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.flatten.ItemDecoder;
import io.dynamodblake.flatten.ItemDefectException;
import io.dynamodblake.flatten.ItemEncoder;
import io.dynamodblake.identity.KeyedItemDigest;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.RowSource;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.convert.UnsafeRowSink;
import java.io.Serializable;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Digests of items as a lake table holds them: of an item and of the row that it became the same.
 * Columns may hold less than attributes did, as hashes or nothing of them, so items are taken as
 * their columns would give them back.
 *
 * @param secret so that nobody can make digests agree
 */
record ItemDigests(TableSchema schema, HashKey hashKey, byte[] secret) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Makes what takes the digests, for one thread. */
  Taker taker() {
    return new Taker(this);
  }

  /** Takes digests. */
  static final class Taker {
    private final KeyedItemDigest digest;
    private final ItemEncoder encoder;
    private final RowSource source = RowSource.forRows();
    private final JsonItemWriter writer = new JsonItemWriter();
    private final ItemScanner scanner = new ItemScanner();
    private final ItemTape tape = new ItemTape();
    private final boolean asIs;
    private final ItemDecoder decoder;
    private final UnsafeRowSink sink;

    private Taker(ItemDigests of) {
      this.digest = new KeyedItemDigest(of.secret(), new byte[0][]);
      this.encoder = ItemEncoder.forSchema(of.schema());
      this.asIs =
          of.schema().columns().stream()
              .allMatch(column -> !column.dropped() && column.protection() == Protection.NONE);
      this.decoder = ItemDecoder.forSchema(of.schema(), of.hashKey());
      this.sink = UnsafeRowSink.forSchema(SparkTypes.toStruct(of.schema()));
    }

    /** Takes the digest of an item. */
    void ofItem(ItemTape item) {
      if (asIs) {
        digest.read(item);
        return;
      }
      sink.begin();
      decoder.decode(item, sink);
      ofRow(sink.row());
    }

    /** Takes the digest of the item that a row stands for. */
    void ofRow(InternalRow row) {
      source.row(row);
      writer.reset();
      try {
        encoder.encode(source, writer);
        scanner.scan(writer.bytes(), 0, writer.length() - 1, tape);
      } catch (ItemDefectException | MalformedRecordException e) {
        throw new DataRefusedException(
            "Cannot apply changes: a row of the lake table is no item: %s; flatten the export again"
                .formatted(e.getMessage()),
            e);
      }
      digest.read(tape);
    }

    long high() {
      return digest.high();
    }

    long low() {
      return digest.low();
    }
  }
}
