package io.dynamodblake.lake.changes;

import io.dynamodblake.flatten.ItemDecoder;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.spark.convert.ScalaCollections;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.convert.UnsafeRowSink;
import io.dynamodblake.spark.run.ParquetRows;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.XxHash64;
import org.apache.spark.sql.types.StructType;

/**
 * A hash of keys as key columns hold them, which is computed faster than anybody takes a digest:
 * equal keys have equal hashes, and that is all that it is good for. One a thread.
 */
final class KeyHash {
  // that of Spark's function
  private static final long SEED = 42;

  private final XxHash64 hash;

  private KeyHash(List<Expression> columns) {
    this.hash = new XxHash64(ScalaCollections.seq(columns), SEED);
  }

  /**
   * Hashes rows of a table.
   *
   * @param rows whose first columns are those of the key
   * @param columns how many they are
   */
  static KeyHash ofRows(ParquetRows rows, int columns) {
    List<Expression> references = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      references.add(new BoundReference(rows.ordinal(i), rows.type(i), true));
    }
    return new KeyHash(references);
  }

  /** Returns the hash of the key of a row. */
  long of(InternalRow row) {
    return (Long) hash.eval(row);
  }

  /** Hashes the keys of change records, which go into columns first. One a thread. */
  static final class OfItems {
    private final ItemDecoder decoder;
    private final UnsafeRowSink sink;
    private final KeyHash hash;

    OfItems(ItemDigests keys) {
      StructType columns = SparkTypes.toStruct(keys.schema());
      this.decoder = ItemDecoder.forSchema(keys.schema(), keys.hashKey());
      this.sink = UnsafeRowSink.forSchema(columns);
      List<Expression> references = new ArrayList<>();
      for (int i = 0; i < keys.schema().writtenColumns().size(); i++) {
        references.add(new BoundReference(i, columns.fields()[i].dataType(), true));
      }
      this.hash = new KeyHash(references);
    }

    /** Returns the hash of a key. */
    long of(ItemTape key) {
      sink.begin();
      decoder.decode(key, sink);
      return hash.of(sink.row());
    }
  }
}
