package io.dynamodblake.lake.changes;

import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.entity.EntityRules;
import io.dynamodblake.spark.run.JavaBytes;
import io.dynamodblake.spark.run.LookAhead;
import java.io.IOException;
import java.io.Serializable;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
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

  private final JavaRDD<UnsafeRow> changes;
  private final JavaRDD<UnsafeRow> merged;
  private final Broadcasts broadcasts;
  private final MergeCounts counts;
  private final TableCounts[] tableCounts;
  private final long[] removed;
  private final List<TableMerge> tables = new ArrayList<>();

  private ChangeMerge(
      List<Table> of,
      OldDigests digests,
      JavaRDD<UnsafeRow> changes,
      JavaRDD<UnsafeRow> merged,
      Broadcasts broadcasts,
      TaskAccount account) {
    this.changes = changes;
    this.merged = merged;
    this.broadcasts = broadcasts;
    this.counts = account.counts();
    this.tableCounts = account.tables();
    this.removed = account.removed();
    for (int i = 0; i < of.size(); i++) {
      tables.add(
          new TableMerge(
              this,
              i,
              digests.tables().firstFiles()[i],
              of.get(i).contents().files().size(),
              digests.digests().get(i)));
    }
  }

  /**
   * A table that changes are brought together with.
   *
   * @param contents the files of the snapshot, by whose order they are numbered
   */
  public record Table(LakeSnapshot base, SnapshotContents contents) {}

  /** The filters that tasks get: one for the tables that have keys in columns of the same types. */
  private record Broadcasts(Broadcast<ChangedKeys> changed, Broadcast<ChangedKeys> any) {
    void destroy() {
      changed.destroy();
      any.destroy();
    }
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
   * @param session in which the snapshots are read
   * @param rules that tell which table an item belongs to; empty for one table
   * @param tables in the order of the rules
   * @param hashKey for columns that are hashed with one
   */
  public static ChangeMerge of(
      SparkSession session,
      Input input,
      Optional<EntityRules> rules,
      List<Table> tables,
      HashKey hashKey,
      Progress progress)
      throws IOException {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    OldDigests old = digests(rules, tables, hashKey, secret);
    TableKeys keys = TableKeys.of(tables, input.keys(), hashKey, secret);
    JavaRDD<UnsafeRow> changes = changes(session, input, keys.ofChanges(), old);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
    Broadcasts broadcasts = null;
    JavaRDD<UnsafeRow> merged = null;
    boolean done = false;
    try {
      broadcasts =
          new Broadcasts(
              context.broadcast(changedKeys(changes, input.atMost())),
              context.broadcast(ChangedKeys.any()));
      progress.changesRead();
      Source source = input.source();
      boolean keptRows = input.keptRows();
      MergeTables merging = old.tables();
      int files = tables.stream().mapToInt(table -> table.contents().files().size()).sum();
      JavaRDD<InternalRow> all = changes.map(row -> (InternalRow) row);
      for (int i = 0; i < tables.size(); i++) {
        SnapshotContents contents = tables.get(i).contents();
        LakeSnapshot base = tables.get(i).base();
        Optional<ItemDigests> own = keys.ofTable(i);
        if (contents.files().isEmpty() || own.isEmpty()) {
          continue;
        }
        int first = merging.firstFiles()[i];
        Broadcast<ChangedKeys> changed =
            keys.isAsInChanges(i) ? broadcasts.changed() : broadcasts.any();
        all =
            all.union(
                !contents.isPlain()
                    ? PlacedKeys.of(session, base, contents, first, own.get(), changed)
                    : KeyPlaces.of(session, base, contents, first, own.get(), changed));
      }
      merged =
          kept(
              MergeRows.SORT
                  .sort(session, all)
                  .mapPartitions(rows -> new KeyMerge(rows, source, keptRows, merging, files)),
              MergeRows.RESULT);
      TaskAccount account = account(merged, tables.size(), files);
      ChangeMerge merge = new ChangeMerge(tables, old, changes, merged, broadcasts, account);
      done = true;
      return merge;
    } finally {
      if (!done) {
        release(changes, merged, broadcasts);
      }
    }
  }

  private static OldDigests digests(
      Optional<EntityRules> rules, List<Table> tables, HashKey hashKey, byte[] secret) {
    int[] firstFiles = new int[tables.size()];
    List<ItemDigests> digests = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < tables.size(); i++) {
      firstFiles[i] = next;
      next += tables.get(i).contents().files().size();
      digests.add(new ItemDigests(tables.get(i).base().schema(), hashKey, secret));
    }
    return new OldDigests(new MergeTables(rules.orElse(null), firstFiles), digests);
  }

  private static JavaRDD<UnsafeRow> changes(
      SparkSession session, Input input, ItemDigests keys, OldDigests tables) {
    HadoopConfiguration settings = new HadoopConfiguration(session.sessionState().newHadoopConf());
    List<KeyAttribute> attributes = List.copyOf(input.keys());
    OldDigests compared = input.compareOld() ? tables : null;
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

  private static TaskAccount account(JavaRDD<UnsafeRow> merged, int tables, int files) {
    TableCounts[] noTables = new TableCounts[tables];
    Arrays.fill(noTables, TableCounts.NONE);
    TaskAccount none = new TaskAccount(MergeCounts.NONE, noTables, new long[files]);
    return merged
        .filter(row -> row.getInt(MergeRows.RESULT_KIND) == MergeRows.ACCOUNT)
        .map(row -> JavaBytes.to(TaskAccount.class, row.getBinary(MergeRows.CONTENT)))
        .treeAggregate(none, TaskAccount::plus, TaskAccount::plus);
  }

  /** Returns what was found, in numbers. */
  public MergeCounts counts() {
    return counts;
  }

  /** Returns what was found of a table, by its number. */
  public TableMerge table(int number) {
    return tables.get(number);
  }

  TableCounts tableCounts(int table) {
    return tableCounts[table];
  }

  /** How many rows of each file go, by the numbers of the files of all tables. */
  long[] removed() {
    return removed;
  }

  /** The items that come into a table, as lines of an export, in no order. */
  JavaRDD<byte[]> images(int table) {
    return merged
        .filter(
            row ->
                row.getInt(MergeRows.RESULT_KIND) == MergeRows.IMAGE
                    && row.getInt(MergeRows.FILE) == table)
        .map(row -> row.getBinary(MergeRows.CONTENT));
  }

  /** Chooses files, in tasks. */
  @FunctionalInterface
  interface FileChoice extends Serializable {
    boolean isWanted(int file);
  }

  /** The places of the rows of some files that go, in no order. */
  JavaRDD<Long> removals(FileChoice files) {
    return merged
        .filter(
            row ->
                row.getInt(MergeRows.RESULT_KIND) == MergeRows.REMOVAL
                    && files.isWanted(row.getInt(MergeRows.FILE)))
        .map(row -> place(row.getInt(MergeRows.FILE), row.getLong(MergeRows.POSITION)));
  }

  /**
   * What changes say of the rows of some files that go, where they say it: a digest by the {@link
   * #place}, in no order.
   *
   * @param most how many first rows of a file
   */
  JavaRDD<Tuple2<Long, byte[]>> said(FileChoice files, long most) {
    return merged
        .filter(
            row ->
                row.getInt(MergeRows.RESULT_KIND) == MergeRows.REMOVAL
                    && !row.isNullAt(MergeRows.CONTENT)
                    && row.getLong(MergeRows.POSITION) < most
                    && files.isWanted(row.getInt(MergeRows.FILE)))
        .map(
            row ->
                new Tuple2<>(
                    place(row.getInt(MergeRows.FILE), row.getLong(MergeRows.POSITION)),
                    row.getBinary(MergeRows.CONTENT)));
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
    release(changes, merged, broadcasts);
  }

  private static void release(
      JavaRDD<UnsafeRow> changes, JavaRDD<UnsafeRow> merged, Broadcasts broadcasts) {
    changes.unpersist();
    Optional.ofNullable(merged).ifPresent(JavaRDD::unpersist);
    Optional.ofNullable(broadcasts).ifPresent(Broadcasts::destroy);
  }
}
