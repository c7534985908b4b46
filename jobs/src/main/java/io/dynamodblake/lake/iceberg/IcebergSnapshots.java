package io.dynamodblake.lake.iceberg;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.Words;
import io.dynamodblake.lake.IcebergReader;
import io.dynamodblake.lake.IcebergVersion;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.PlacedRows;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.schema.DataRefusedException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Reads snapshots through Iceberg; found as a service. */
public final class IcebergSnapshots implements IcebergReader {
  private static final String FILE = "_file";
  private static final String POSITION = "_pos";

  @Override
  public SnapshotContents contents(SparkSession session, LakeLayout layout, IcebergVersion version)
      throws IOException {
    OpenTable place = new OpenTable(session, layout, version.table());
    Table table = place.require(version);
    return contents(session, table, snapshot(table, version, place));
  }

  @Override
  public SnapshotContents head(SparkSession session, LakeLayout layout, IcebergVersion version)
      throws IOException {
    OpenTable place = new OpenTable(session, layout, version.table());
    Table table = place.require(version);
    return contents(session, table, sameRows(table, version, place));
  }

  @Override
  public Metadata metadata(SparkSession session, LakeLayout layout, IcebergVersion version) {
    OpenTable place = new OpenTable(session, layout, version.table());
    Table table = place.require(version);
    sameRows(table, version, place);
    TableMetadata now = ((HasTableOperations) table).operations().current();
    List<TableMetadata.MetadataLogEntry> before = now.previousFiles();
    return new Metadata(
        now.metadataFileLocation(),
        before.isEmpty() ? Optional.empty() : Optional.of(before.get(before.size() - 1).file()));
  }

  static SnapshotContents contents(SparkSession session, Table table, Snapshot snapshot)
      throws IOException {
    return ListedFiles.contents(table, snapshot, session.sessionState().newHadoopConf());
  }

  /** The snapshot itself; once Iceberg has expired it, what has the same rows. */
  private static Snapshot snapshot(Table table, IcebergVersion version, OpenTable place) {
    Snapshot snapshot = table.snapshot(version.snapshotId());
    return snapshot != null ? snapshot : sameRows(table, version, place);
  }

  /**
   * The snapshot that readers of the table see, if it has the rows of ours.
   *
   * @throws DataRefusedException if somebody else has changed rows since
   */
  static Snapshot sameRows(Table table, IcebergVersion version, OpenTable place) {
    Optional<Snapshot> head = Optional.ofNullable(table.currentSnapshot());
    Snapshot now = head.orElse(null);
    while (now != null && !has(now, version)) {
      if (!DataOperations.REPLACE.equals(now.operation())) {
        if (table.snapshot(version.snapshotId()) == null) {
          throw gone(version, place);
        }
        if (now.summary().containsKey(IcebergTable.SNAPSHOT)) {
          throw overtaken(now, place);
        }
        throw new DataRefusedException(
            "Cannot go on with the table of Iceberg: snapshot %d, which others have made since by %s, has other rows than the lake table published, %s; roll the table back to snapshot %d, or flatten a full export with %s"
                .formatted(
                    now.snapshotId(),
                    now.operation(),
                    place.text(),
                    version.snapshotId(),
                    Words.FLATTEN.of(FlattenKeys.REPLACE)));
      }
      now = now.parentId() == null ? null : table.snapshot(now.parentId());
    }
    if (now == null && !isCutOff(table, version)) {
      throw gone(version, place);
    }
    return head.orElseThrow();
  }

  /** It is no snapshot of others, and nobody is to roll it back. */
  private static DataRefusedException overtaken(Snapshot now, OpenTable place) {
    return new DataRefusedException(
        "Cannot go on with the table of Iceberg: another run has published snapshot '%s' meanwhile, %s; nothing was changed, run again"
            .formatted(now.summary().get(IcebergTable.SNAPSHOT), place.text()));
  }

  private static boolean has(Snapshot now, IcebergVersion version) {
    return now.snapshotId() == version.snapshotId()
        || String.valueOf(version.snapshotId()).equals(now.summary().get(IcebergTable.STANDS_FOR));
  }

  private static DataRefusedException gone(IcebergVersion version, OpenTable place) {
    return new DataRefusedException(
        "Cannot open snapshot %d of the table of Iceberg: it was expired or rolled back, %s; flatten a full export with %s"
            .formatted(version.snapshotId(), place.text(), Words.FLATTEN.of(FlattenKeys.REPLACE)));
  }

  /**
   * Whether it is only that what came before was expired, while nothing of ours has come since: the
   * table says which snapshot of ours was the last.
   */
  private static boolean isCutOff(Table table, IcebergVersion version) {
    Snapshot oldest = table.currentSnapshot();
    while (oldest != null && oldest.parentId() != null) {
      oldest = table.snapshot(oldest.parentId());
    }
    return oldest == null
        && String.valueOf(version.snapshotId())
            .equals(table.properties().get(IcebergTable.ICEBERG_SNAPSHOT));
  }

  @Override
  public PlacedRows rows(SparkSession session, LakeLayout layout, IcebergVersion version) {
    OpenTable place = new OpenTable(session, layout, version.table());
    Table table = place.require(version);
    return rows(session, place, snapshot(table, version, place).snapshotId());
  }

  static PlacedRows rows(SparkSession session, OpenTable place, long snapshotId) {
    Dataset<Row> rows =
        session.sql("SELECT * FROM %s VERSION AS OF %d".formatted(place.sql(), snapshotId));
    return new PlacedRows(rows, rows.metadataColumn(FILE), rows.metadataColumn(POSITION));
  }
}
