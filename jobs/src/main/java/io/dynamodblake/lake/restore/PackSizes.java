package io.dynamodblake.lake.restore;

import io.dynamodblake.spark.write.ImportCompression;
import java.io.Serializable;
import java.util.OptionalLong;

/**
 * How the work of a restore is cut up, by what is known of the rows before they are read.
 *
 * @param keyPartitions partitions that look for keys that come more than once
 * @param buckets partitions of packed lines
 * @param packBytes bytes of lines that are packed together, about
 */
record PackSizes(int keyPartitions, int buckets, int packBytes) implements Serializable {
  private static final long serialVersionUID = 1L;

  // the service's advice for items below 1 KB
  private static final long MOST_ROWS_OF_FILE = 4_000_000;

  // a table of 24 to 36 MB in each task that looks for keys that come more than once
  private static final long KEYS_OF_PARTITION = 500_000;
  private static final long MOST_KEY_PARTITIONS = 4_000;
  // where nobody knows how many rows there are
  private static final long LEAST_BYTES_OF_ROW = 64;

  // A file is written of some buckets, which get packs of lines by turns, so that what one task has
  // read comes in several places of it. Import files may be larger than Parquet.
  private static final long BUCKETS_OF_FILE = 16;
  private static final long LEAST_BUCKETS = 32;
  // 50,000 objects an import at most; each bucket costs a few bytes for each task that reads
  private static final long MOST_BUCKETS = 16_384;
  private static final long MOST_GROWTH = 3;
  private static final long UNKNOWN_BYTES = 1L << 40;
  // what is packed for zstd is compressed only when it is written
  private static final long RATIO_OF_ZSTD = 4;

  // the larger the better to compress; a file should be of many, so that all get about the same
  // size
  private static final long MOST_PACK_BYTES = 256 << 10;
  private static final long LEAST_PACK_BYTES = 4 << 10;
  private static final long LEAST_PACKS_OF_FILE = 16;

  /**
   * Returns the sizes for an input.
   *
   * @param bytes stored bytes of it; 0 if nobody knows
   * @param allRows rows that it has, as far as that is known
   * @param fileBytes bytes of one import file as it is stored, about
   */
  static PackSizes of(long bytes, OptionalLong allRows, long fileBytes) {
    long expectedRows = allRows.orElse(bytes / LEAST_BYTES_OF_ROW);
    boolean known = bytes > 0 || expectedRows == 0 && allRows.isPresent();
    long expectedBytes = known ? bytes * MOST_GROWTH : UNKNOWN_BYTES;
    return new PackSizes(
        (int) between(1, ceilDiv(expectedRows, KEYS_OF_PARTITION), MOST_KEY_PARTITIONS),
        (int)
            between(
                LEAST_BUCKETS, BUCKETS_OF_FILE * ceilDiv(expectedBytes, fileBytes), MOST_BUCKETS),
        (int) between(LEAST_PACK_BYTES, fileBytes / LEAST_PACKS_OF_FILE, MOST_PACK_BYTES));
  }

  /** Returns how many files are to be written of what was packed. */
  static int files(ItemFindings packed, ImportCompression compression, long fileBytes) {
    long stored =
        compression == ImportCompression.ZSTD
            ? packed.packedBytes() / RATIO_OF_ZSTD
            : packed.packedBytes();
    long bySize = ceilDiv(stored, fileBytes);
    long byRows = ceilDiv(packed.items(), MOST_ROWS_OF_FILE);
    return (int) between(1, Math.max(bySize, byRows), MOST_BUCKETS);
  }

  private static long between(long least, long value, long most) {
    return Math.max(least, Math.min(value, most));
  }

  private static long ceilDiv(long whole, long part) {
    return (whole + part - 1) / part;
  }
}
