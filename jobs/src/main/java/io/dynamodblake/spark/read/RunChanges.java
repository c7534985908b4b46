package io.dynamodblake.spark.read;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.DataFileReader;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.RecordFormat;
import io.dynamodblake.export.RecordKind;
import io.dynamodblake.export.Window;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.json.ChangeTape;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.run.LiveReads;
import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;

/**
 * The change records of one incremental export for a job that has to know what became of each data
 * file; what {@link RunItems} is for items. Every data file is verified and accounted for in the
 * {@link RunAccounts}, where the changes are its items, and bad lines fail the job or are set
 * aside. Made on the driver, shipped to executors within the job's closure, never by broadcast: the
 * books are Spark's accumulators.
 */
public final class RunChanges implements Serializable {
  private static final long serialVersionUID = 1L;

  private final RecordFormat format;
  private final Window window;
  private final BadLines bad;
  private final FileAccounts accounts;
  private final LiveReads.Counter counter;

  private RunChanges(RunAccounts run, BadLines bad) {
    ExportManifest manifest = run.manifest();
    this.format = manifest.recordFormat();
    this.window =
        manifest
            .window()
            .orElseThrow(() -> new IllegalArgumentException("Not an incremental export"));
    this.bad = bad;
    this.accounts = run.accumulator();
    this.counter = run.counter();
  }

  /**
   * Returns changes whose first bad line fails the job.
   *
   * @param run the books of one incremental export
   */
  public static RunChanges failing(RunAccounts run, ReadOptions options) {
    return new RunChanges(run, new BadLines(RecordKind.CHANGE, ReadMode.FAILFAST, options, "", 0));
  }

  /**
   * Returns changes whose bad lines are set aside.
   *
   * @param run the books of one incremental export
   * @param quarantine the folder where the bad lines of each data file are kept, as {@link
   *     RunItems#settingAside} keeps them; one for each export, as data files are numbered anew in
   *     each
   * @param mostOfTask bad lines that one task may meet before it fails the job
   */
  public static RunChanges settingAside(
      RunAccounts run, ReadOptions options, String quarantine, long mostOfTask) {
    return new RunChanges(
        run,
        new BadLines(RecordKind.CHANGE, ReadMode.DROPMALFORMED, options, quarantine, mostOfTask));
  }

  /** Returns which images the changes have. */
  public Window.View view() {
    return window.view();
  }

  /**
   * Returns the shares of the tasks, one partition each; at least one, which may be empty.
   *
   * @param configuration by which lengths are asked for that the manifest does not tell
   * @param taskBytes stored bytes that one task should read
   * @throws IOException if the store fails
   */
  public static JavaRDD<byte[]> shares(
      SparkSession spark, Configuration configuration, ExportManifest manifest, long taskBytes)
      throws IOException {
    return FileShares.of(spark, configuration, manifest, taskBytes);
  }

  /**
   * Opens the changes of a share. Executors only.
   *
   * @param settings by which data files are read and bad lines written
   */
  public Changes open(Configuration settings, Iterator<byte[]> share) {
    TaskBooks books = new TaskBooks(bad, settings, accounts, counter);
    ChangeCursor cursor =
        new ChangeCursor(
            new HadoopObjectStore(settings),
            FileShares.files(share),
            format,
            bad.options(),
            window.view(),
            window.compacted(),
            books);
    return new Changes(cursor, books);
  }

  /** The changes of one task, one after the other, in the order of the data files. */
  public static final class Changes implements Closeable {
    private static final int CHANGES_A_LOOK = 1024;

    private final ChangeCursor cursor;
    private final TaskBooks books;
    private final TaskContext task = TaskContext.get();
    private int changes;

    private Changes(ChangeCursor cursor, TaskBooks books) {
      this.cursor = cursor;
      this.books = books;
    }

    /**
     * Moves to the next change.
     *
     * @return false after the last one
     * @throws io.dynamodblake.export.ExportFormatException if a file is damaged
     * @throws DataRefusedException if a line is bad, or too many are
     * @throws IOException if the store fails
     */
    public boolean advance() throws IOException {
      if (++changes % CHANGES_A_LOOK == 0 && task != null && task.isInterrupted()) {
        throw new TaskKilledException("not needed any more");
      }
      return cursor.advance();
    }

    /** Returns the present change. */
    public ChangeTape tape() {
      return cursor.tape();
    }

    /** Returns the data file that the present change is in. */
    public DataFile file() {
      return cursor.line().file();
    }

    /** Returns the line that the present change is. */
    public DataFileReader line() {
      return cursor.line();
    }

    /** Returns where the present change is, for messages. */
    public String place() {
      return cursor.place();
    }

    /**
     * Returns what is to be said of a change that was refused: the refusal, unless the file it is
     * in turns out to be damaged.
     *
     * @throws io.dynamodblake.export.ExportFormatException if the file is damaged
     * @throws IOException if the store fails
     */
    public DataRefusedException unlessDamaged(DataRefusedException refused) throws IOException {
      return cursor.unlessDamaged(refused);
    }

    @Override
    public void close() throws IOException {
      try (books) {
        cursor.close();
      }
    }
  }
}
