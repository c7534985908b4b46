package io.dynamodblake.spark.read;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.FileAccount;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.spark.run.LiveReads;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.sql.SparkSession;

/**
 * The bookkeeping of a job that reads an export through {@code dynamodb-export} and has to know
 * what became of each data file. Driver only; safe for use by several threads.
 *
 * <pre>{@code
 * try (RunAccounts accounts = RunAccounts.open(spark, manifest, progress)) {
 *   spark.read().format("dynamodb-export").option(RunAccounts.ID_OPTION, accounts.id()) ...
 *   accounts.files(); // once the write is done
 * }
 * }</pre>
 *
 * The options named here are how the jobs of this project talk to the data source. They are no
 * public options: they have no row in the option table and may change.
 */
public final class RunAccounts implements AutoCloseable {
  /** Reads on behalf of the run with that {@link #id()}, with the manifest it was opened with. */
  public static final String ID_OPTION = "run-account";

  /**
   * With mode {@code DROPMALFORMED}: the folder where the bad lines of each data file are kept, as
   * JSON lines in {@code <index>.jsonl}, the index having ten digits. Files without bad lines have
   * none. A repeated task writes the same bytes.
   */
  public static final String QUARANTINE_PATH_OPTION = "quarantine-path";

  /** With mode {@code DROPMALFORMED}: bad lines that one task may meet before it fails the read. */
  public static final String MAX_BAD_RECORDS_OPTION = "max-bad-records";

  /** Name of the command on whose behalf is read, for messages. */
  public static final String COMMAND_OPTION = "command";

  private static final Map<String, RunAccounts> OPEN = new ConcurrentHashMap<>();

  private final String id = UUID.randomUUID().toString();
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
   * @param manifest what is read; the data source does not read manifests again
   * @param progress hears how far the tasks are
   */
  public static RunAccounts open(
      SparkSession spark, ExportManifest manifest, ReadProgress progress) {
    return open(spark, manifest, progress, HashKey.NONE);
  }

  /**
   * Opens the books of a run that hashes columns with a key. It is kept here, because options of a
   * data source are shown in plans.
   */
  public static RunAccounts open(
      SparkSession spark, ExportManifest manifest, ReadProgress progress, HashKey hashKey) {
    Objects.requireNonNull(manifest, "manifest is null");
    LiveReads reads =
        LiveReads.start(spark.sparkContext(), Objects.requireNonNull(progress, "progress is null"));
    FileAccounts accounts = new FileAccounts(reads);
    spark.sparkContext().register(accounts);
    RunAccounts run = new RunAccounts(manifest, accounts, reads, hashKey);
    OPEN.put(run.id, run);
    return run;
  }

  public static RunAccounts of(String id) {
    RunAccounts run = OPEN.get(id);
    if (run == null) {
      throw new UsageException("Unknown " + ID_OPTION + " '" + id + "': that run is over");
    }
    return run;
  }

  public String id() {
    return id;
  }

  /**
   * The accounts of the files that were read to their end, in the order of the manifest. A file is
   * accounted for when the task that read it has succeeded.
   */
  public List<FileAccount> files() {
    return accounts.value();
  }

  public ExportManifest manifest() {
    return manifest;
  }

  public FileAccounts accumulator() {
    return accounts;
  }

  public HashKey hashKey() {
    return hashKey;
  }

  public LiveReads.Counter counter() {
    return reads.counter();
  }

  @Override
  public void close() {
    OPEN.remove(id);
    reads.close();
  }
}
