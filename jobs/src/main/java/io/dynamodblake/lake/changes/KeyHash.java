package io.dynamodblake.lake.changes;

import io.dynamodblake.flatten.ItemDecoder;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.lake.PartitionExpressions;
import io.dynamodblake.spark.convert.ScalaCollections;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.convert.UnsafeRowSink;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.XxHash64;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * A hash of keys as key columns hold them, which Spark computes of the columns of a table faster
 * than anybody takes a digest: equal keys have equal hashes, and that is all that it is good for.
 * One a thread.
 */
final class KeyHash {
  // that of Spark's function
  private static final long SEED = 42;

  private final ItemDecoder decoder;
  private final UnsafeRowSink sink;
  private final XxHash64 hash;

  KeyHash(ItemDigests keys) {
    StructType columns = SparkTypes.toStruct(keys.schema());
    this.decoder = ItemDecoder.forSchema(keys.schema(), keys.hashKey());
    this.sink = UnsafeRowSink.forSchema(columns);
    List<Expression> children = new ArrayList<>();
    for (int i = 0; i < keys.schema().writtenColumns().size(); i++) {
      children.add(new BoundReference(i, columns.fields()[i].dataType(), true));
    }
    this.hash = new XxHash64(ScalaCollections.seq(children), SEED);
  }

  /** The hash of the key of a change record. */
  long of(ItemTape key) {
    sink.begin();
    decoder.decode(key, sink);
    return (Long) hash.eval(sink.row());
  }

  /** The same of the key columns of a table. */
  static Column ofColumns(ItemDigests keys) {
    return functions.xxhash64(
        keys.schema().writtenColumns().stream()
            .map(column -> PartitionExpressions.column(column.name()))
            .toArray(Column[]::new));
  }
}
