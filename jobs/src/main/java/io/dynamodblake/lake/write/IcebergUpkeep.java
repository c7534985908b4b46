package io.dynamodblake.lake.write;

import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.GuardedFile;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.Fingerprint;
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
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * The upkeep of the table of Iceberg that keeps a lake table: before snapshots are forgotten its
 * files are put together, and afterwards what they had alone is deleted. Driver only.
 */
final class IcebergUpkeep {
  private final SparkSession spark;
  private final LakeFiles files;
  private final LakeLayout layout;
  private final IcebergVersion version;
  private final TableUpkeep table;
  private TableUpkeep.Rewritten rewritten = new TableUpkeep.Rewritten(0, 0);

  IcebergUpkeep(SparkSession spark, LakeFiles files, LakeLayout layout, IcebergVersion version) {
    this.spark = spark;
    this.files = files;
    this.layout = layout;
    this.version = version;
    this.table = TableUpkeep.of(spark, layout, version);
  }

  boolean isLeftToService() {
    return table.service().isPresent();
  }

  /**
   * Puts files together, and lets the pointer name what has come of it. The rows are the same, and
   * so is the snapshot of the lake table.
   *
   * @param target all that is published together
   * @param name of the table; empty for a table that is published alone
   * @return what is published together as it is then
   * @throws DataRefusedException if others have changed rows
   * @throws ExportFormatException if another run publishes meanwhile
   */
  LakeTarget rewrite(
      LakeTarget target, String name, Configuration configuration, ReadProgress progress)
      throws IOException {
    IcebergReader.find().head(spark, layout, version); // refuses rows of others
    progress.phase("Putting files together", -1);
    rewritten = table.rewrite().orElseThrow(this::overtaken);
    SnapshotContents head = IcebergReader.find().head(spark, layout, version);
    long now = head.kept().orElseThrow().snapshotId();
    if (now == version.snapshotId()) {
      return target;
    }
    LakePointer lake = target.lake().orElseThrow();
    CurrentPointer current = lake.of(name).orElseThrow();
    PublishedSnapshot snapshot = current.snapshot();
    ImplausibleTimes times = new ImplausibleTimes(LakeSnapshot.of(files, layout, current).schema());
    SnapshotFiles list =
        SnapshotFiles.ofIceberg(head, configuration, times, DeletedRows.count(spark, head));
    if (list.rows() != snapshot.rows()) {
      throw new DataRefusedException(
          "Cannot maintain lake table: the table of Iceberg has %,d rows after its files were put together and %,d were published, %s; roll the table back to snapshot %d"
              .formatted(list.rows(), snapshot.rows(), layout.root(), version.snapshotId()));
    }
    String text = list.toJson(snapshot.id());
    files.replace(LakeLayout.snapshotFiles(layout.root() + "/" + snapshot.path(), now), text);
    LakePointer next =
        lake.with(
            name,
            snapshot.in(version.at(now), head.files().size(), head.bytes(), Fingerprint.of(text)));
    if (!new GuardedFile(configuration, layout.current()).replace(target.seen(), next.toJson())) {
      throw overtaken();
    }
    return LakeTarget.open(files, configuration, target.layout());
  }

  private ExportFormatException overtaken() {
    return new ExportFormatException(
        "Cannot go on maintaining the lake table: another run has published meanwhile, at %s; no snapshot was deleted, run again"
            .formatted(layout.root()));
  }

  /** Deletes what nobody needs after the pointer has forgotten it. */
  MaintainReport.Upkeep clean(CurrentPointer current, MaintainOptions options, Instant now)
      throws IOException {
    if (!options.dryRun()) {
      table.published(current.snapshot().iceberg().orElseThrow().snapshotId());
    }
    Set<Long> named = new HashSet<>();
    current.snapshot().iceberg().map(IcebergVersion::snapshotId).ifPresent(named::add);
    current.earlier().stream()
        .flatMap(one -> one.iceberg().stream())
        .map(IcebergVersion::snapshotId)
        .forEach(named::add);
    Set<Long> going =
        options.forgets() ? table.expirable(named, now.minus(options.age())) : Set.of();
    if (!options.dryRun()) {
      table.expire(going);
    }
    long orphans =
        options.upkeep() ? table.deleteOrphans(now.minus(Leftovers.AGE), options.dryRun()) : 0;
    return new MaintainReport.Upkeep(
        rewritten.before(), rewritten.after(), going.size(), orphans, Optional.empty());
  }

  /** What is said where a service does all of it. */
  MaintainReport.Upkeep left() {
    return new MaintainReport.Upkeep(0, 0, 0, 0, table.service());
  }
}
