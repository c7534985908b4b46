package io.dynamodblake.lake.write;

import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.FileAccount;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.lake.Ledger;
import io.dynamodblake.lake.LedgerEntry;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.TableFacts;
import io.dynamodblake.lake.changes.ChangeFeed;
import io.dynamodblake.lake.changes.ChangeMerge;
import io.dynamodblake.lake.changes.MergeCounts;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * The changes that a run applies: how they are read, what is checked of them, and what the lake
 * table remembers of them. Driver only; for one run.
 */
interface ApplyInput extends AutoCloseable {

  /** What reading needs of the run. */
  record Reading(
      SparkSession session,
      Configuration configuration,
      HashKey hashKey,
      ReadProgress progress,
      String runId,
      Quarantine quarantine) {}

  /** Names the folder of what is set aside, once there may be something. */
  @FunctionalInterface
  interface Quarantine {
    String folder();
  }

  /**
   * What a run came to.
   *
   * @param rows of the table then
   */
  record Published(String runId, Instant at, long rows, LedgerEntry.Changed changed) {}

  /** Returns what is read, as the report of the run names it. */
  List<ExportManifest> exports();

  /** Returns those of them that are windows, of which a history can be kept. */
  default List<ExportManifest> windows() {
    return List.of();
  }

  /** Returns a name for the snapshot that no other run gives. */
  default String snapshotId(String runId) {
    ExportManifest last = exports().get(exports().size() - 1);
    return LakeTarget.snapshotId(last, LakeTarget.fingerprint(last), runId);
  }

  /** Returns what the user may want to know. */
  List<String> notes();

  /** Returns about how many records there are at most. */
  long records();

  /** Returns what their order means, and what of them the table has. */
  ChangeMerge.Source source();

  /** Opens the changes. They are read to their end before {@link #settle} is called. */
  List<ChangeFeed> feeds(Reading reading) throws IOException;

  /**
   * Checks what was read.
   *
   * @return what became of the files of each of {@link #exports}
   * @throws io.dynamodblake.export.ExportFormatException if it is not what it should be
   */
  List<List<FileAccount>> settle() throws IOException;

  /**
   * Checks what the changes of each key came to, after {@link #settle}.
   *
   * @throws io.dynamodblake.export.ExportFormatException if it is not what it should be
   */
  void check(MergeCounts counts);

  /** Returns what the report says of an archive, after {@link #settle}. */
  default Optional<RunReport.Archive> archive(MergeCounts counts) {
    return Optional.empty();
  }

  /** Returns what the user may want to know besides, after {@link #settle}. */
  default List<String> notes(MergeCounts counts) {
    return List.of();
  }

  /** Returns the snapshot's source that it is the last part of, after {@link #settle}. */
  SnapshotRun.Source source(String earlierFingerprint, String planFingerprint);

  /** Returns what is known of the table then, after {@link #settle}. */
  TableFacts facts();

  /** Returns what the ledger says of it, after {@link #settle}. */
  List<LedgerEntry> entries(Published published);

  /** Returns the ledger of the table then. */
  default Ledger ledger(Ledger before, Published published) {
    return before.and(entries(published));
  }

  /** Keeps in the lake what the ledger refers to, just before that is published. */
  default void keep() throws IOException {}

  /** Ends the reading. */
  @Override
  void close();
}
