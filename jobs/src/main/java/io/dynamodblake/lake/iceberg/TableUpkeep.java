package io.dynamodblake.lake.iceberg;

import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.LakeLayout;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.actions.DeleteOrphanFiles;
import org.apache.iceberg.actions.ExpireSnapshots;
import org.apache.iceberg.actions.RewriteDataFiles;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.spark.actions.SparkActions;
import org.apache.spark.SparkException;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a table of Iceberg needs from time to time: small files put together, rows that are no more
 * taken out of them, and what nobody reads any more deleted. Each step can be repeated. Driver
 * only.
 */
public final class TableUpkeep {
  private static final Logger LOG = LoggerFactory.getLogger(TableUpkeep.class);
  private static final Pattern OF_S3_TABLES = Pattern.compile("s3[an]?://[^/]*--table-s3(/.*)?");
  private static final String S3_TABLES = "arn:aws:s3tables:";
  // fewer are read as fast as one
  private static final int MANY_MANIFESTS = 20;

  private final OpenTable place;
  private final Table table;

  private TableUpkeep(OpenTable place, Table table) {
    this.place = place;
    this.table = table;
  }

  /**
   * Opens the table of a snapshot.
   *
   * @throws io.dynamodblake.schema.DataRefusedException if it is gone, or another one is in its
   *     place
   */
  public static TableUpkeep of(SparkSession session, LakeLayout layout, IcebergVersion version) {
    OpenTable place = new OpenTable(session, layout, version.table());
    return new TableUpkeep(place, place.require(version));
  }

  /** Returns the service that does all of this by itself; empty where nobody does. */
  public Optional<String> service() {
    boolean byCatalog =
        place
            .name()
            .map(name -> "spark.sql.catalog." + name.catalog() + ".warehouse")
            .filter(place.session().conf()::contains)
            .map(place.session().conf()::get)
            .filter(warehouse -> warehouse.startsWith(S3_TABLES))
            .isPresent();
    return byCatalog || OF_S3_TABLES.matcher(table.location()).matches()
        ? Optional.of("S3 Tables")
        : Optional.empty();
  }

  /**
   * Files that went and files that took their place.
   *
   * @param before how many of data and of positions went
   * @param after how many came
   */
  public record Rewritten(long before, long after) {}

  /**
   * Puts small files together and writes files anew of which rows are no more. Readers of the table
   * see the same rows.
   *
   * @return empty if somebody else has changed the files meanwhile, and won
   */
  public Optional<Rewritten> rewrite() throws IOException {
    try {
      return Optional.of(rewriteAll());
    } catch (RuntimeException e) {
      // actions wrap what a commit says
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof SparkException) {
          throw e; // of a task, which commits nothing
        }
        if (cause instanceof ValidationException || cause instanceof CommitFailedException) {
          LOG.warn("Somebody else has changed the table of Iceberg {}", place.text(), e);
          return Optional.empty();
        }
      }
      throw e;
    }
  }

  private Rewritten rewriteAll() throws IOException {
    RewriteDataFiles.Result data =
        actions()
            .rewriteDataFiles(table)
            .binPack()
            .option("delete-file-threshold", "1")
            // so that deletes of before are about none of the new files, whatever their names
            .option("use-starting-sequence-number", "false")
            .execute();
    long before = data.rewrittenDataFilesCount();
    long after = data.addedDataFilesCount();
    table.refresh();
    if (count(SnapshotSummary.TOTAL_DELETE_FILES_PROP) > 0) {
      before += removeDeletes();
      table.refresh();
    }
    if (table.currentSnapshot().allManifests(table.io()).size() >= MANY_MANIFESTS) {
      actions().rewriteManifests(table).execute();
      table.refresh();
    }
    return new Rewritten(before, after);
  }

  /**
   * Takes files of positions out of the table that are about none of its files any more. Iceberg's
   * own action for them reads no table with lists.
   *
   * @return how many they are
   */
  private long removeDeletes() throws IOException {
    Set<String> used = new HashSet<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      tasks.forEach(task -> task.deletes().forEach(delete -> used.add(delete.location())));
    }
    List<DeleteFile> unused = new ArrayList<>();
    for (ManifestFile manifest : table.currentSnapshot().deleteManifests(table.io())) {
      try (ManifestReader<DeleteFile> deletes =
          ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
        for (DeleteFile delete : deletes) {
          if (!used.contains(delete.location())) {
            unused.add(delete.copy());
          }
        }
      }
    }
    if (!unused.isEmpty()) {
      RewriteFiles rewrite = table.newRewrite();
      unused.forEach(rewrite::deleteFile);
      place.within(
          () -> {
            rewrite.commit();
            return table;
          });
    }
    return unused.size();
  }

  private long count(String property) {
    Snapshot now = table.currentSnapshot();
    return now == null ? 0 : Long.parseLong(now.summary().getOrDefault(property, "0"));
  }

  /** Writes into the table which snapshot has the rows that this program published last. */
  public void published(long snapshotId) {
    String id = String.valueOf(snapshotId);
    Attempts.on(
        table,
        place,
        () -> {
          if (!id.equals(table.properties().get(IcebergTable.ICEBERG_SNAPSHOT))) {
            table.updateProperties().set(IcebergTable.ICEBERG_SNAPSHOT, id).commit();
          }
          return table;
        });
    place.forget();
  }

  /**
   * Says which snapshots nobody needs: those that were replaced before an instant and have neither
   * a tag nor a branch.
   *
   * @param named those that the lake table names
   */
  public Set<Long> expirable(Set<Long> named, Instant before) {
    table.refresh();
    Map<Long, Long> replacedAt = new HashMap<>();
    Snapshot now = table.currentSnapshot();
    while (now != null && now.parentId() != null) {
      replacedAt.put(now.parentId(), now.timestampMillis());
      now = table.snapshot(now.parentId());
    }
    Set<Long> stay = new HashSet<>(named);
    table.refs().values().stream().map(SnapshotRef::snapshotId).forEach(stay::add);
    Set<Long> going = new HashSet<>();
    for (Snapshot snapshot : table.snapshots()) {
      long id = snapshot.snapshotId();
      long since = replacedAt.getOrDefault(id, snapshot.timestampMillis());
      if (!stay.contains(id) && since < before.toEpochMilli()) {
        going.add(id);
      }
    }
    return going;
  }

  /** Lets Iceberg forget snapshots, and delete the files that only they had. */
  public void expire(Set<Long> going) {
    if (going.isEmpty()) {
      return;
    }
    // by their numbers alone, and not by Iceberg's own idea of what is old
    ExpireSnapshots expire = actions().expireSnapshots(table).expireOlderThan(0);
    for (long id : going) {
      expire = expire.expireSnapshotId(id);
    }
    expire.execute();
    table.refresh();
  }

  /**
   * Deletes files among those of the table that no snapshot of it names.
   *
   * @param before only those written before; younger ones may be of a run that is not over
   * @param dryRun whether they are only counted
   * @return how many they are
   */
  public long deleteOrphans(Instant before, boolean dryRun) throws IOException {
    String location = withoutSlash(table.location());
    long count = 0;
    // never the whole folder: documents and history of the lake table lie there, too
    for (String folder : List.of(location + "/data", location + "/metadata")) {
      Path path = new Path(folder);
      if (!path.getFileSystem(place.session().sessionState().newHadoopConf()).exists(path)) {
        continue; // of a table without rows
      }
      DeleteOrphanFiles delete =
          actions().deleteOrphanFiles(table).location(folder).olderThan(before.toEpochMilli());
      if (dryRun) {
        delete = delete.deleteWith(file -> {});
      }
      for (String file : delete.execute().orphanFileLocations()) {
        count += file.isEmpty() ? 0 : 1;
      }
    }
    return count;
  }

  private static String withoutSlash(String location) {
    return location.endsWith("/") ? location.substring(0, location.length() - 1) : location;
  }

  private SparkActions actions() {
    return SparkActions.get(place.session());
  }
}
