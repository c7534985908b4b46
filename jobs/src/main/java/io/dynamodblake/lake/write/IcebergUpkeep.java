package io.dynamodblake.lake.write;

import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.GuardedFile;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.lake.HistoryTable;
import io.dynamodblake.lake.IcebergReader;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.ImplausibleTimes;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LakePointer;
import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.PublishedSnapshot;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.lake.SnapshotFiles;
import io.dynamodblake.lake.iceberg.DeletedRows;
import io.dynamodblake.lake.iceberg.TableUpkeep;
import io.dynamodblake.schema.DataRefusedException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * The upkeep of a table of Iceberg that keeps a lake table, or its history: before snapshots are
 * forgotten its files are put together, and afterwards what they had alone is deleted. Driver only.
 */
final class IcebergUpkeep {
  private final SparkSession spark;
  private final LakeLayout layout;
  private final IcebergVersion version;
  private final Naming naming;
  private final TableUpkeep table;
  private TableUpkeep.Rewritten rewritten = new TableUpkeep.Rewritten(0, 0);

  /** How the pointer of all that is published together names snapshots of the table. */
  private interface Naming {
    /** All that it names. */
    Set<Long> all(LakePointer lake);

    /** The last one, which has the rows that readers see. */
    long last(LakePointer lake);

    /**
     * The pointer that names what has come of putting files together.
     *
     * @throws DataRefusedException if that has other rows
     */
    LakePointer renamed(LakePointer lake, IcebergVersion now, SnapshotContents head)
        throws IOException;
  }

  private IcebergUpkeep(
      SparkSession spark, LakeLayout layout, IcebergVersion version, Naming naming) {
    this.spark = spark;
    this.layout = layout;
    this.version = version;
    this.naming = naming;
    this.table = TableUpkeep.of(spark, layout, version);
  }

  /** Returns what is to be done for a lake table; nothing if Iceberg keeps nothing of it. */
  static List<IcebergUpkeep> of(SparkSession spark, LakeFiles files, LakeTarget target) {
    LakeLayout layout = target.layout();
    LakePointer lake = target.lake().orElseThrow();
    List<IcebergUpkeep> tables = new ArrayList<>();
    for (String name : lake.names()) {
      LakeLayout own = layout.entity(name);
      lake.of(name)
          .flatMap(current -> current.snapshot().iceberg())
          .map(
              version ->
                  new IcebergUpkeep(
                      spark, own, version, new OfRows(spark, files, own, name, version)))
          .ifPresent(tables::add);
    }
    lake.ledger()
        .historyTable()
        .map(
            version ->
                new IcebergUpkeep(
                    spark, layout.ofHistory(), version, new OfHistory(layout.ofHistory())))
        .ifPresent(tables::add);
    return tables;
  }

  /** Of the rows of the lake table, where earlier snapshots have names, too. */
  private record OfRows(
      SparkSession spark, LakeFiles files, LakeLayout layout, String name, IcebergVersion version)
      implements Naming {
    @Override
    public Set<Long> all(LakePointer lake) {
      Set<Long> named = new HashSet<>(Set.of(last(lake)));
      current(lake).earlier().stream()
          .flatMap(one -> one.iceberg().stream())
          .map(IcebergVersion::snapshotId)
          .forEach(named::add);
      return named;
    }

    @Override
    public long last(LakePointer lake) {
      return current(lake).snapshot().iceberg().orElseThrow().snapshotId();
    }

    private CurrentPointer current(LakePointer lake) {
      return lake.of(name).orElseThrow();
    }

    @Override
    public LakePointer renamed(LakePointer lake, IcebergVersion now, SnapshotContents head)
        throws IOException {
      CurrentPointer current = current(lake);
      PublishedSnapshot snapshot = current.snapshot();
      ImplausibleTimes times =
          new ImplausibleTimes(LakeSnapshot.of(files, layout, current).schema());
      SnapshotFiles list =
          SnapshotFiles.ofIceberg(
              head, spark.sessionState().newHadoopConf(), times, DeletedRows.count(spark, head));
      if (list.rows() != snapshot.rows()) {
        throw new DataRefusedException(
            "Cannot maintain lake table: the table of Iceberg has %,d rows after its files were put together and %,d were published, %s; roll the table back to snapshot %d"
                .formatted(list.rows(), snapshot.rows(), layout.root(), version.snapshotId()));
      }
      String text = list.toJson(snapshot.id());
      String folder = layout.root() + "/" + snapshot.path();
      files.replace(LakeLayout.snapshotFiles(folder, now.snapshotId()), text);
      return lake.with(
          name, snapshot.in(now, head.files().size(), head.bytes(), Fingerprint.of(text)));
    }
  }

  /** Of the history, which has one state. */
  private record OfHistory(LakeLayout layout) implements Naming {
    @Override
    public Set<Long> all(LakePointer lake) {
      return Set.of(last(lake));
    }

    @Override
    public long last(LakePointer lake) {
      return lake.ledger().historyTable().orElseThrow().snapshotId();
    }

    @Override
    public LakePointer renamed(LakePointer lake, IcebergVersion now, SnapshotContents head) {
      HistoryTable.requireRows(lake.ledger(), head, layout);
      return lake.at(
          lake.facts(), lake.ledger().withHistory(lake.ledger().history(), Optional.of(now)));
    }
  }

  boolean isLeftToService() {
    return table.service().isPresent();
  }

  /**
   * Puts files together, and lets the pointer name what has come of it. The rows are the same, and
   * so is the snapshot of the lake table.
   *
   * @param target all that is published together
   * @return what is published together as it is then
   * @throws DataRefusedException if others have changed rows
   * @throws ExportFormatException if another run publishes meanwhile
   */
  LakeTarget rewrite(
      LakeTarget target, LakeFiles files, Configuration configuration, ReadProgress progress)
      throws IOException {
    IcebergReader.find().head(spark, layout, version); // refuses rows of others
    progress.phase("Putting files together", -1);
    rewritten = table.rewrite().orElseThrow(this::overtaken);
    SnapshotContents head = IcebergReader.find().head(spark, layout, version);
    long now = head.kept().orElseThrow().snapshotId();
    if (now == version.snapshotId()) {
      return target;
    }
    LakePointer next = naming.renamed(target.lake().orElseThrow(), version.at(now), head);
    LakeLayout lake = target.layout();
    if (!new GuardedFile(configuration, lake.current()).replace(target.seen(), next.toJson())) {
      throw overtaken();
    }
    return LakeTarget.open(files, configuration, lake);
  }

  private ExportFormatException overtaken() {
    return new ExportFormatException(
        "Cannot go on maintaining the lake table: another run has published meanwhile, at %s; no snapshot was deleted, run again"
            .formatted(layout.root()));
  }

  /** Deletes what nobody needs after the pointer has forgotten it. */
  private MaintainReport.Upkeep clean(LakePointer lake, MaintainOptions options, Instant now)
      throws IOException {
    if (isLeftToService()) {
      return new MaintainReport.Upkeep(0, 0, 0, 0, table.service());
    }
    if (!options.dryRun()) {
      table.published(naming.last(lake));
    }
    Set<Long> going =
        options.forgets() ? table.expirable(naming.all(lake), now.minus(options.age())) : Set.of();
    if (!options.dryRun()) {
      table.expire(going);
    }
    long orphans =
        options.upkeep() ? table.deleteOrphans(now.minus(Leftovers.AGE), options.dryRun()) : 0;
    return new MaintainReport.Upkeep(
        rewritten.before(), rewritten.after(), going.size(), orphans, Optional.empty());
  }

  /** Cleans all tables of a lake table, and adds up what was done. */
  static Optional<MaintainReport.Upkeep> clean(
      List<IcebergUpkeep> tables, LakePointer lake, MaintainOptions options, Instant now)
      throws IOException {
    Optional<MaintainReport.Upkeep> done = Optional.empty();
    for (IcebergUpkeep one : tables) {
      MaintainReport.Upkeep more = one.clean(lake, options, now);
      done = Optional.of(done.map(before -> before.and(more)).orElse(more));
    }
    return done;
  }
}
