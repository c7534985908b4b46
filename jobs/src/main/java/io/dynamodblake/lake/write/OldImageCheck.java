package io.dynamodblake.lake.write;

import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.lake.changes.OldImages;
import io.dynamodblake.lake.changes.TableMerge;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;

/**
 * Whether the rows that changes replace or delete are what the changes say they were: it notices a
 * window that nobody knows to be missing. Driver only.
 */
record OldImageCheck(
    SparkSession session, LakeSnapshot base, SnapshotContents contents, TableMerge merge) {
  /** A sample is taken of as many first rows of a file. */
  static final long ROWS_OF_SAMPLE = 16_384;

  /**
   * What was found.
   *
   * @param compared rows that were compared
   * @param different those that are not equal to the old image
   */
  record Result(long compared, long different) {
    static final Result NONE = new Result(0, 0);
  }

  Result compare(ApplyOptions.OldImages which) throws IOException {
    long[] removed = merge.removed();
    List<Integer> touched =
        IntStream.range(0, removed.length)
            .filter(file -> removed[file] > 0)
            .boxed()
            .sorted(Comparator.comparingLong(this::length))
            .toList();
    if (touched.isEmpty() || which == ApplyOptions.OldImages.NONE) {
      return Result.NONE;
    }
    boolean all = which == ApplyOptions.OldImages.ALL;
    long[] found =
        OldImages.compare(
            session,
            base,
            contents,
            Set.copyOf(all ? touched : touched.subList(0, 1)),
            merge,
            all ? Long.MAX_VALUE : ROWS_OF_SAMPLE);
    return new Result(found[0], found[1]);
  }

  private long length(int file) {
    return contents.files().get(file).getLen();
  }
}
