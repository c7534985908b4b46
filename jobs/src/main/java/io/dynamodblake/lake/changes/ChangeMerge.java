package io.dynamodblake.lake.changes;

import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.run.JavaBytes;
import io.dynamodblake.spark.run.LookAhead;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * Brings the change records of an input together by their keys, and with the rows of a snapshot
 * that have those keys. What comes out is kept on the executors' disks until this is closed: which
 * rows go, which items come, and how many of what. No task needs memory for keys, however many
 * there are or however often one of them changed. Driver only.
 *
 * <p>It takes three passes over the changes, of which only the first reads their files, and one
 * over the key columns of the snapshot.
 */
public final class ChangeMerge implements AutoCloseable {
  private static final int SECRET_BYTES = 32;
  private static final int POSITION_BITS = 40;
  private static final long POSITION_MASK = (1L << POSITION_BITS) - 1;

  private final ItemDigests table;
  private final JavaRDD<UnsafeRow> changes;
  private final JavaRDD<UnsafeRow> merged;
  private final Broadcast<ChangedKeys> changed;
  private final MergeCounts counts;
  private final long[] removed;

  private ChangeMerge(
      ItemDigests table,
      JavaRDD<UnsafeRow> changes,
      JavaRDD<UnsafeRow> merged,
      Broadcast<ChangedKeys> changed,
      TaskAccount account) {
    this.table = table;
    this.changes = changes;
    this.merged = merged;
    this.changed = changed;
    this.counts = account.counts();
    this.removed = account.removed();
  }

  /**
   * What is brought together.
   *
   * @param feeds all change records
   * @param atMost how many there are at most, about
   * @param keys attributes of the key that each of them has
   * @param source what their order means, and what of them the table has
   * @param compareOld whether digests of old images are kept
   * @param keptRows whether the table may have rows of items that are gone, so that an insert of a
   *     key that it has is no contradiction
   */
  public record Input(
      List<ChangeFeed> feeds,
      long atMost,
      List<KeyAttribute> keys,
      Source source,
      boolean compareOld,
      boolean keptRows) {}

  /** What the order of the changes of a key means, and what of them the table has already. */
  public enum Source {
    /**
     * A key comes once under one {@link ChangeFeed.Records#major}; a second time is counted as
     * repeated, and is damage. The first change follows what the table has.
     */
    WINDOWS,
    /**
     * Each write is a change; where the order of two is equal, they are one that was delivered
     * twice, which is counted as repeated. The first change follows what the table has.
     */
    EVENTS,
    /** The same, but the table may have the first ones already. */
    OVERLAPPING_EVENTS
  }

  /** Hears that the changes were read, and what comes next. */
  @FunctionalInterface
  public interface Progress {
    /** Called when all files of changes have been read to their end. */
    void changesRead() throws IOException;
  }

  /**
   * Runs the passes.
   *
   * @param session in which the snapshot is read
   * @param base the snapshot
   * @param contents its files, by whose order they are numbered
   * @param hashKey for columns that are hashed with one
   */
  public static ChangeMerge of(
      SparkSession session,
      Input input,
      LakeSnapshot base,
      SnapshotContents contents,
      HashKey hashKey,
      Progress progress)
      throws IOException {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    ItemDigests keys = KeyColumns.digests(base.schema(), input.keys(), hashKey, secret);
    ItemDigests table = new ItemDigests(base.schema(), hashKey, secret);
    JavaRDD<UnsafeRow> changes = changes(session, input, keys, table);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
    Broadcast<ChangedKeys> changed = null;
    JavaRDD<UnsafeRow> merged = null;
    boolean done = false;
    try {
      changed = context.broadcast(changedKeys(changes, input.atMost()));
      progress.changesRead();
      int files = contents.files().size();
      Source source = input.source();
      boolean keptRows = input.keptRows();
      JavaRDD<InternalRow> all = changes.map(row -> (InternalRow) row);
      if (files > 0) {
        all =
            all.union(
                !contents.isPlain()
                    ? PlacedKeys.of(session, base, contents, keys, changed)
                    : KeyPlaces.of(session, base, contents, keys, changed));
      }
      merged =
          kept(
              MergeRows.SORT
                  .sort(session, all)
                  .mapPartitions(rows -> new KeyMerge(rows, source, keptRows, files)),
              MergeRows.RESULT);
      ChangeMerge merge = new ChangeMerge(table, changes, merged, changed, account(merged, files));
      done = true;
      return merge;
    } finally {
      if (!done) {
        release(changes, merged, changed);
      }
    }
  }

  private static JavaRDD<UnsafeRow> changes(
      SparkSession session, Input input, ItemDigests keys, ItemDigests table) {
    HadoopConfiguration settings = new HadoopConfiguration(session.sessionState().newHadoopConf());
    List<KeyAttribute> attributes = List.copyOf(input.keys());
    ItemDigests compared = input.compareOld() ? table : null;
    JavaRDD<InternalRow> all = JavaSparkContext.fromSparkContext(session.sparkContext()).emptyRDD();
    for (ChangeFeed feed : input.feeds()) {
      ChangeFeed.Opener opener = feed.opener();
      all =
          all.union(
              feed.shares()
                  .mapPartitions(
                      share ->
                          new ChangeRows(
                              opener.open(settings.configuration(), share),
                              attributes,
                              keys,
                              compared)));
    }
    return kept(all, MergeRows.SORT.type());
  }

  /** Rows that stay on the executors' disks, so that nothing is read twice. */
  private static JavaRDD<UnsafeRow> kept(JavaRDD<InternalRow> rows, StructType type) {
    return rows.mapPartitions(part -> new Copies(part, type)).persist(StorageLevel.DISK_ONLY());
  }

  private static final class Copies extends LookAhead<UnsafeRow> {
    private final Iterator<InternalRow> rows;
    private final UnsafeProjection projection;

    Copies(Iterator<InternalRow> rows, StructType type) {
      this.rows = rows;
      this.projection = UnsafeProjection.create(type);
    }

    @Override
    protected boolean advance() {
      return rows.hasNext();
    }

    @Override
    protected UnsafeRow take() {
      return projection.apply(rows.next()).copy();
    }
  }

  private static ChangedKeys changedKeys(JavaRDD<UnsafeRow> changes, long atMost) {
    JavaRDD<ChangedKeys> parts =
        changes.mapPartitions(
            rows -> {
              ChangedKeys.Builder builder = new ChangedKeys.Builder(atMost);
              rows.forEachRemaining(row -> builder.add(row.getLong(MergeRows.KEY_HASH)));
              return List.of(builder.build()).iterator();
            });
    return parts.getNumPartitions() == 0
        ? new ChangedKeys.Builder(1).build()
        : parts.treeReduce(ChangedKeys::or);
  }

  private static TaskAccount account(JavaRDD<UnsafeRow> merged, int files) {
    TaskAccount none = new TaskAccount(MergeCounts.NONE, new long[files]);
    return merged
        .filter(row -> row.getInt(MergeRows.RESULT_KIND) == MergeRows.ACCOUNT)
        .map(row -> JavaBytes.to(TaskAccount.class, row.getBinary(MergeRows.CONTENT)))
        .treeAggregate(none, TaskAccount::plus, TaskAccount::plus);
  }

  /** Returns what was found, in numbers. */
  public MergeCounts counts() {
    return counts;
  }

  /** Returns how many rows of each file of the snapshot go, by the numbers of the files. */
  public long[] removed() {
    return removed.clone();
  }

  /** Returns the items that come, as lines of an export, in no order. */
  public JavaRDD<byte[]> images() {
    return merged
        .filter(row -> row.getInt(MergeRows.RESULT_KIND) == MergeRows.IMAGE)
        .map(row -> row.getBinary(MergeRows.CONTENT));
  }

  /**
   * Returns the places of the rows that go, as {@link #place} makes them: one partition for each
   * group of files, each in the order of its files.
   *
   * @param groupOf by the number of a file its group; -1 for files that nobody asks for
   */
  public JavaRDD<Long> removals(int[] groupOf, int groups) {
    return merged
        .filter(
            row ->
                row.getInt(MergeRows.RESULT_KIND) == MergeRows.REMOVAL
                    && groupOf[row.getInt(MergeRows.FILE)] >= 0)
        .mapToPair(
            row ->
                new Tuple2<>(
                    place(row.getInt(MergeRows.FILE), row.getLong(MergeRows.POSITION)), (byte) 0))
        .repartitionAndSortWithinPartitions(new ByFile(groupOf, groups))
        .keys();
  }

  /**
   * What changes say of the rows that go, where they say it: a digest by the {@link #place}, in no
   * order.
   *
   * @param files numbers of those whose rows are asked for
   * @param most how many first rows of a file
   */
  JavaPairRDD<Long, byte[]> said(Set<Integer> files, long most) {
    return merged
        .filter(
            row ->
                row.getInt(MergeRows.RESULT_KIND) == MergeRows.REMOVAL
                    && !row.isNullAt(MergeRows.CONTENT)
                    && row.getLong(MergeRows.POSITION) < most
                    && files.contains(row.getInt(MergeRows.FILE)))
        .mapToPair(
            row ->
                new Tuple2<>(
                    place(row.getInt(MergeRows.FILE), row.getLong(MergeRows.POSITION)),
                    row.getBinary(MergeRows.CONTENT)));
  }

  /** Takes digests of the table's rows. */
  ItemDigests table() {
    return table;
  }

  /** Returns a place as one number; those of a file come in the order of its rows. */
  public static long place(int file, long position) {
    return (long) file << POSITION_BITS | position;
  }

  /** Returns the number of the file of a place. */
  public static int file(long place) {
    return (int) (place >>> POSITION_BITS);
  }

  /** Returns the position of a place in its file, from 0. */
  public static long position(long place) {
    return place & POSITION_MASK;
  }

  @Override
  public void close() {
    release(changes, merged, changed);
  }

  private static void release(
      JavaRDD<UnsafeRow> changes, JavaRDD<UnsafeRow> merged, Broadcast<ChangedKeys> changed) {
    changes.unpersist();
    Optional.ofNullable(merged).ifPresent(JavaRDD::unpersist);
    Optional.ofNullable(changed).ifPresent(Broadcast::destroy);
  }
}
