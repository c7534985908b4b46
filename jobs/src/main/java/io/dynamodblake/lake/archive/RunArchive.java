package io.dynamodblake.lake.archive;

import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.changes.ChangeFeed;
import io.dynamodblake.spark.read.FileShares;
import io.dynamodblake.spark.run.LiveReads;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** The reading of the files of an archive, and what they turned out to hold. Driver only. */
public final class RunArchive implements AutoCloseable {
  private final SparkSession spark;
  private final LiveReads reads;
  private final ArchiveFacts facts;

  /**
   * Begins.
   *
   * @param progress hears how far the tasks are
   */
  public RunArchive(SparkSession spark, ReadProgress progress) {
    this.spark = spark;
    this.reads = LiveReads.start(spark.sparkContext(), progress);
    this.facts = new ArchiveFacts(reads);
    spark.sparkContext().register(facts);
  }

  /**
   * Returns the records of the archive.
   *
   * @param files those that are read, as of a folder without a manifest
   * @param taskBytes stored bytes that one task should read
   * @throws IOException if the store fails
   */
  public ChangeFeed feed(
      Configuration configuration, ExportManifest files, ArchiveReading reading, long taskBytes)
      throws IOException {
    ArchiveFacts counted = facts;
    LiveReads.Counter counter = reads.counter();
    return new ChangeFeed(
        FileShares.of(spark, configuration, files, taskBytes),
        (settings, share) ->
            new ArchiveRecords(reading, counted, counter, settings, FileShares.files(share)));
  }

  /** Returns the facts of the files that were read to their end, in their order. */
  public List<FileFacts> files() {
    return facts.value();
  }

  @Override
  public void close() {
    reads.close();
  }
}
