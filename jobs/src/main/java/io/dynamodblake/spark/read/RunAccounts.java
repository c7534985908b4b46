package io.dynamodblake.spark.read;

import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.FileAccount;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.spark.run.LiveReads;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.SparkSession;

/**
 * The bookkeeping of a job that reads an export and has to know what became of each data file.
 * Driver only; safe for use by several threads.
 *
 * <pre>{@code
 * try (RunAccounts accounts = RunAccounts.open(spark, manifest, progress)) {
 *   RunItems.failing(accounts, schema, options).rows(spark, manifest, taskBytes) ...
 *   accounts.files(); // once the write is done
 * }
 * }</pre>
 */
public final class RunAccounts implements AutoCloseable {
  private final ExportManifest manifest;
  private final FileAccounts accounts;
  private final LiveReads reads;
  private final HashKey hashKey;

  private RunAccounts(
      ExportManifest manifest, FileAccounts accounts, LiveReads reads, HashKey hashKey) {
    this.hashKey = hashKey;
    this.manifest = manifest;
    this.accounts = accounts;
    this.reads = reads;
  }

  /**
   * Opens the books of a run.
   *
   * @param manifest what is read
   * @param progress hears how far the tasks are
   */
  public static RunAccounts open(
      SparkSession spark, ExportManifest manifest, ReadProgress progress) {
    return open(spark, manifest, progress, HashKey.NONE);
  }

  /** Opens the books of a run that hashes columns with a key. */
  public static RunAccounts open(
      SparkSession spark, ExportManifest manifest, ReadProgress progress, HashKey hashKey) {
    Objects.requireNonNull(manifest, "manifest is null");
    LiveReads reads =
        LiveReads.start(spark.sparkContext(), Objects.requireNonNull(progress, "progress is null"));
    FileAccounts accounts = new FileAccounts(reads);
    spark.sparkContext().register(accounts);
    return new RunAccounts(manifest, accounts, reads, hashKey);
  }

  /**
   * Returns the accounts of the files that were read to their end, in the order of the manifest. A
   * file is accounted for when the task that read it has succeeded.
   */
  public List<FileAccount> files() {
    return accounts.value();
  }

  /** Returns what is read. */
  public ExportManifest manifest() {
    return manifest;
  }

  FileAccounts accumulator() {
    return accounts;
  }

  HashKey hashKey() {
    return hashKey;
  }

  LiveReads.Counter counter() {
    return reads.counter();
  }

  @Override
  public void close() {
    reads.close();
  }
}
