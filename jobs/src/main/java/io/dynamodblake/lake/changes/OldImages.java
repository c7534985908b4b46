package io.dynamodblake.lake.changes;

import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.run.ParquetRows;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.Tuple2;

/** Compares old images of changes with the rows of a snapshot that they should be equal to. */
public final class OldImages {
  private OldImages() {}

  /**
   * Compares. A task goes through one file and what changes say of its rows, both in the order of
   * the rows, as far as anything is said.
   *
   * @param contents all files of the snapshot, by whose order they are numbered
   * @param files numbers of those whose rows are compared
   * @param rows how many rows of a file are looked at, counted from its first
   * @return how many rows were compared, and how many of them differ
   */
  public static long[] compare(
      SparkSession session,
      LakeSnapshot base,
      SnapshotContents contents,
      Set<Integer> files,
      TableMerge merge,
      long rows)
      throws IOException {
    if (!contents.isPlain()) {
      return PlacedImages.compare(session, base, contents, files, merge, rows);
    }
    Map<Integer, FileStatus> chosen = new HashMap<>();
    files.forEach(file -> chosen.put(file, contents.files().get(file)));
    List<String> columns = new ArrayList<>();
    ItemDigests table = merge.table();
    table.schema().writtenColumns().forEach(column -> columns.add(column.name()));
    columns.add(TableSchema.RESCUED);
    columns.add(TableSchema.NULLS);
    ParquetRows had =
        ParquetRows.of(
            base.relation(
                session,
                new SnapshotContents(
                    contents.folder(), List.copyOf(chosen.values()), contents.partitions()),
                Map.of()),
            contents.files(),
            columns);
    List<ParquetRows.Part> parts = had.whole();
    int[] partOf = new int[contents.files().size()];
    Arrays.fill(partOf, -1);
    for (int i = 0; i < parts.size(); i++) {
      partOf[parts.get(i).file()] = i;
    }
    return merge
        .said(Set.copyOf(files), rows)
        .repartitionAndSortWithinPartitions(new ByFile(partOf, parts.size()))
        .mapPartitions(
            said -> {
              ParquetRows.Part part = parts.get(TaskContext.getPartitionId());
              return List.of(count(had, part, said, table.taker())).iterator();
            })
        .treeAggregate(new long[2], OldImages::sum, OldImages::sum);
  }

  private static long[] count(
      ParquetRows rows,
      ParquetRows.Part part,
      Iterator<Tuple2<Long, byte[]>> said,
      ItemDigests.Taker digest) {
    long[] found = new long[2];
    if (!said.hasNext()) {
      return found;
    }
    Iterator<InternalRow> had = rows.open(part);
    while (said.hasNext()) {
      Tuple2<Long, byte[]> next = said.next();
      long position = ChangeMerge.position(next._1());
      InternalRow row = had.next();
      while (rows.position(row) < position) {
        row = had.next();
      }
      digest.ofRow(rows.columns(row));
      ByteBuffer known = ByteBuffer.wrap(next._2());
      found[0]++;
      found[1] += known.getLong() == digest.high() && known.getLong() == digest.low() ? 0 : 1;
    }
    return found;
  }

  private static long[] sum(long[] left, long[] right) {
    return new long[] {left[0] + right[0], left[1] + right[1]};
  }
}
