package io.dynamodblake.lake.changes;

import java.util.Arrays;
import java.util.Set;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * What a merge has found of one table: which of its rows go, and which items come. Its files are
 * numbered in their order, from 0. Driver only; as long as the {@link ChangeMerge} is open.
 */
public final class TableMerge {
  private final ChangeMerge merge;
  private final int table;
  private final int firstFile;
  private final int files;
  private final ItemDigests digests;

  TableMerge(ChangeMerge merge, int table, int firstFile, int files, ItemDigests digests) {
    this.merge = merge;
    this.table = table;
    this.firstFile = firstFile;
    this.files = files;
    this.digests = digests;
  }

  /** Returns what was found, in numbers. */
  public TableCounts counts() {
    return merge.tableCounts(table);
  }

  /** Returns how many rows of each of its files go, by the numbers of the files. */
  public long[] removed() {
    return Arrays.copyOfRange(merge.removed(), firstFile, firstFile + files);
  }

  /** Returns how many rows of the table go. */
  public long removedRows() {
    return Arrays.stream(removed()).sum();
  }

  /** Returns the items that come, as lines of an export, in no order. */
  public JavaRDD<byte[]> images() {
    return merge.images(table);
  }

  /**
   * Returns the places of the rows that go, as {@link ChangeMerge#place} makes them: one partition
   * for each group of files, each in the order of its files.
   *
   * @param groupOf by the number of a file its group; -1 for files that nobody asks for
   */
  public JavaRDD<Long> removals(int[] groupOf, int groups) {
    int first = firstFile;
    int end = firstFile + files;
    return merge
        .removals(file -> file >= first && file < end && groupOf[file - first] >= 0)
        .mapToPair(place -> new Tuple2<>(local(place, first), (byte) 0))
        .repartitionAndSortWithinPartitions(new ByFile(groupOf, groups))
        .keys();
  }

  /**
   * What changes say of the rows that go, where they say it: a digest by the place, in no order.
   *
   * @param wanted numbers of the files whose rows are asked for
   * @param most how many first rows of a file
   */
  JavaPairRDD<Long, byte[]> said(Set<Integer> wanted, long most) {
    int first = firstFile;
    return merge
        .said(file -> wanted.contains(file - first), most)
        .mapToPair(said -> new Tuple2<>(local(said._1(), first), said._2()));
  }

  private static long local(long place, int firstFile) {
    return ChangeMerge.place(ChangeMerge.file(place) - firstFile, ChangeMerge.position(place));
  }

  /** Takes digests of the table's rows. */
  ItemDigests table() {
    return digests;
  }
}
