package io.dynamodblake.lake.write;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.FilePacker;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.PublishedSnapshot;
import java.io.IOException;
import java.util.Optional;

/**
 * How a run hits the intended file size: what a task reads decides how small inputs are merged, the
 * most rows of a file decides how large ones are split.
 *
 * @param taskBytes stored bytes of the export that one task should read
 * @param maxRecordsPerFile rows after which a task begins another file
 * @param fileBytes bytes after which a task that knows them begins another file
 * @param shuffleBytes bytes of a shuffled partition that make one file; for partitioned tables
 * @param shufflePartitions partitions of the shuffle before small ones are merged
 * @param storedBytes of the data files of an export, about; 0 for what is no export
 */
record FileSizing(
    long taskBytes,
    long maxRecordsPerFile,
    long fileBytes,
    long shuffleBytes,
    int shufflePartitions,
    long storedBytes) {
  // stored bytes out by stored bytes in, gzipped DynamoDB JSON to zstd Parquet: 0.5 to 1
  private static final double EXPECTED_RATIO = 0.8;
  // the same as text that is not compressed
  private static final double EXPECTED_RATIO_AS_TEXT = 5;
  // rows in a shuffle are uncompressed in memory and lz4 on disk; Spark sizes them as on disk
  private static final double SHUFFLE_RATIO = 3.0;
  // a file may be this much larger than intended before it is worth a second one
  private static final double TOLERANCE = 1.25;
  private static final int LEAST_SHUFFLE_PARTITIONS = 200;
  private static final int MOST_SHUFFLE_PARTITIONS = 10_000;

  private static final double UNKNOWN_ROW = 100;
  // of items that come to a table, to have several tasks at work without making many small files
  private static final double WORTH_A_FILE = 16 << 20;
  private static final int MOST_AT_ONCE = 16;

  /**
   * Sizes for an export.
   *
   * @param before the published snapshot, whose files tell what a row takes; if of the same format
   */
  static FileSizing of(
      ExportManifest export,
      FilePacker.Lengths lengths,
      Optional<CurrentPointer> before,
      FlattenOptions options)
      throws IOException {
    long storedBytes = FilePacker.pack(export.files(), lengths, Long.MAX_VALUE, 1).storedBytes();
    long items = export.files().stream().mapToLong(DataFile::itemCount).filter(n -> n > 0).sum();
    double storedPerItem = items > 0 ? (double) storedBytes / items : 0;
    double writtenPerRow =
        before
            .map(CurrentPointer::snapshot)
            .filter(snapshot -> snapshot.dataFormat() == options.format() && snapshot.rows() > 0)
            .map(snapshot -> (double) snapshot.bytes() / snapshot.rows())
            .orElse(storedPerItem * expectedRatio(options));
    double ratio =
        storedPerItem > 0 && writtenPerRow > 0
            ? Math.min(10, Math.max(0.05, writtenPerRow / storedPerItem))
            : expectedRatio(options);
    long target = options.targetFileBytes();
    long taskBytes = Math.max(1, (long) (target / ratio));
    long maxRecords =
        writtenPerRow > 0 ? Math.max(1, (long) (target * TOLERANCE / writtenPerRow)) : 0;
    long files = (long) Math.ceil(storedBytes * ratio / target);
    int partitions =
        (int) Math.max(LEAST_SHUFFLE_PARTITIONS, Math.min(MOST_SHUFFLE_PARTITIONS, files * 2));
    return new FileSizing(
        taskBytes,
        maxRecords,
        (long) (target * TOLERANCE),
        (long) (target * SHUFFLE_RATIO),
        partitions,
        storedBytes);
  }

  private static double expectedRatio(FlattenOptions options) {
    boolean plain = options.format() == OutputFormat.CSV && !options.csv().dialect().gzip();
    return plain ? EXPECTED_RATIO_AS_TEXT : EXPECTED_RATIO;
  }

  /**
   * Sizes for items that are already there and only have to be written.
   *
   * @param before the published snapshot, whose files tell what a row takes
   */
  static FileSizing of(PublishedSnapshot before, long items, long target) {
    double perRow =
        before.rows() > 0 ? Math.max(1, (double) before.bytes() / before.rows()) : UNKNOWN_ROW;
    double bytes = items * perRow;
    int files = (int) Math.min(MOST_SHUFFLE_PARTITIONS, Math.max(1, Math.ceil(bytes / target)));
    int atOnce = (int) Math.min(MOST_AT_ONCE, Math.ceil(bytes / WORTH_A_FILE));
    return new FileSizing(
        1,
        Math.max(1, (long) (target * TOLERANCE / perRow)),
        (long) (target * TOLERANCE),
        (long) (target * SHUFFLE_RATIO),
        Math.max(files, atOnce),
        0);
  }
}
