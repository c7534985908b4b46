package io.dynamodblake.lake.restore;

import io.dynamodblake.lake.input.RowInput;
import io.dynamodblake.lake.input.RowPlaces;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.RowColumns;
import io.dynamodblake.spark.run.LiveReads;
import io.dynamodblake.spark.write.CsvHeader;
import io.dynamodblake.spark.write.ImportCompression;
import io.dynamodblake.spark.write.ImportFormat;
import java.io.Serializable;
import java.util.List;

/**
 * What every task has to know that packs items, and which partition of the shuffle gets what: the
 * first ones hashes of keys, one the rows that were set aside, the others packed lines.
 *
 * @param sources how the rows are read
 * @param header fields of a line where the format is CSV
 * @param places the files that the rows come from
 * @param sizes how the work is cut up
 * @param seed for the hashes of keys; secret enough that nobody makes keys of equal hashes
 * @param setAside whether rows that cannot be items are kept apart; otherwise nothing is packed any
 *     more where one was found
 * @param repeatedKeys keys that come more than once, whose items are set aside
 * @param progress counts rows, for the eye
 */
record PackPlan(
    TableSchema schema,
    RowColumns.Maker sources,
    List<KeyAttribute> keys,
    ImportFormat format,
    CsvHeader header,
    ImportCompression compression,
    RowPlaces places,
    PackSizes sizes,
    long seed,
    boolean setAside,
    KeySet repeatedKeys,
    LiveReads.Counter progress)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The partition that gets what the packing tasks have counted. */
  static final int FINDINGS_PARTITION = 0;

  int keyPartitions() {
    return sizes.keyPartitions();
  }

  int buckets() {
    return sizes.buckets();
  }

  /** The partition that looks at a key. */
  int keyPartition(long high) {
    return (int) ((high >>> 33) * keyPartitions() >>> 31);
  }

  /** The partition of rows that were set aside. */
  int setAsidePartition() {
    return keyPartitions();
  }

  /** The partition of a bucket, counted from 0. */
  int bucketPartition(int bucket) {
    return keyPartitions() + 1 + bucket;
  }

  /** All partitions. */
  int partitions() {
    return keyPartitions() + 1 + buckets();
  }

  /** The same for rows of another table. */
  PackPlan of(RowInput part) {
    return new PackPlan(
        part.schema(),
        part.sources(),
        keys,
        format,
        header,
        compression,
        places,
        sizes,
        seed,
        setAside,
        repeatedKeys,
        progress);
  }

  PackPlan withoutKeys(KeySet repeated) {
    return new PackPlan(
        schema,
        sources,
        keys,
        format,
        header,
        compression,
        places,
        sizes,
        seed,
        setAside,
        repeated,
        progress);
  }
}
