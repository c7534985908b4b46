package io.dynamodblake.spark.read;

import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.FilePacker;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.flatten.ItemDecoder;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.run.JavaBytes;
import io.dynamodblake.spark.run.LiveReads;
import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * The items of an export for the tasks of a job that decodes them itself, with the same books as a
 * read through {@code dynamodb-export}: every data file is verified and accounted for in the {@link
 * RunAccounts}, and bad lines fail the job or are set aside. Made on the driver, shipped to
 * executors within the job's closure, never by broadcast: the books are Spark's accumulators.
 */
public final class RunItems implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ReadPlan plan;
  private final FileAccounts accounts;
  private final LiveReads.Counter counter;

  private RunItems(ReadPlan plan, FileAccounts accounts, LiveReads.Counter counter) {
    this.plan = plan;
    this.accounts = accounts;
    this.counter = counter;
  }

  /** Items whose first bad line fails the job. */
  public static RunItems failing(RunAccounts run, TableSchema schema, ReadOptions options) {
    return of(run, schema, options, ReadMode.FAILFAST, "", 0);
  }

  /**
   * Items whose bad lines are set aside.
   *
   * @param quarantine the folder for them, as {@link RunAccounts#QUARANTINE_PATH_OPTION} says
   * @param mostOfTask bad lines that one task may meet before it fails the job
   */
  public static RunItems settingAside(
      RunAccounts run,
      TableSchema schema,
      ReadOptions options,
      String quarantine,
      long mostOfTask) {
    return of(run, schema, options, ReadMode.DROPMALFORMED, quarantine, mostOfTask);
  }

  private static RunItems of(
      RunAccounts run,
      TableSchema schema,
      ReadOptions options,
      ReadMode mode,
      String quarantine,
      long mostOfTask) {
    ReadPlan plan =
        new ReadPlan(
            schema,
            run.manifest().recordFormat(),
            SparkTypes.toStruct(schema),
            options,
            mode,
            "",
            ReadPlan.NO_LIMIT,
            quarantine,
            mostOfTask,
            run.hashKey());
    return new RunItems(plan, run.accumulator(), run.counter());
  }

  /** The columns that items are decoded into. */
  public TableSchema schema() {
    return plan.tableSchema();
  }

  /** By which columns are hashed. */
  public HashKey hashKey() {
    return plan.hashKey();
  }

  /**
   * The shares of the tasks, one partition each; at least one, which may be empty.
   *
   * @param configuration by which lengths are asked for that the manifest does not tell
   * @param taskBytes stored bytes that one task should read
   * @throws IOException if the store fails
   */
  public static JavaRDD<byte[]> shares(
      SparkSession spark, Configuration configuration, ExportManifest manifest, long taskBytes)
      throws IOException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    HadoopObjectStore store = new HadoopObjectStore(configuration);
    List<byte[]> shares = new ArrayList<>();
    for (List<DataFile> files :
        FilePacker.pack(
                manifest.files(),
                file -> store.length(file.path()),
                taskBytes,
                context.defaultParallelism())
            .tasks()) {
      // as bytes: Kryo, if that is the session's serializer, does not know records
      shares.add(JavaBytes.of(new ArrayList<>(files)));
    }
    return context.parallelize(shares, Math.max(1, shares.size()));
  }

  /**
   * Opens the items of a share. Executors only.
   *
   * @param settings by which data files are read and bad lines written
   * @param decoder tells what it has rescued
   */
  public Items open(Configuration settings, Iterator<byte[]> share, ItemDecoder decoder) {
    List<DataFile> files = new ArrayList<>();
    while (share.hasNext()) {
      for (Object file : JavaBytes.to(ArrayList.class, share.next())) {
        files.add((DataFile) file);
      }
    }
    TaskBooks books = new TaskBooks(plan, settings, accounts, counter);
    books.countRescuedBy(decoder::rescuedCounts);
    ItemCursor cursor =
        new ItemCursor(
            new HadoopObjectStore(settings),
            files,
            plan.format(),
            plan.options(),
            decoder.wantedNames(),
            books);
    return new Items(cursor, books);
  }

  /** The items of one task, one after the other. */
  public static final class Items implements Closeable {
    private static final int ITEMS_A_LOOK = 1024;

    private final ItemCursor cursor;
    private final TaskBooks books;
    private final TaskContext task = TaskContext.get();
    private int items;

    private Items(ItemCursor cursor, TaskBooks books) {
      this.cursor = cursor;
      this.books = books;
    }

    /**
     * Moves to the next item.
     *
     * @return false after the last one
     * @throws io.dynamodblake.export.ExportFormatException if a file is damaged
     * @throws io.dynamodblake.schema.DataRefusedException if a line is bad, or too many are
     * @throws IOException if the store fails
     */
    public boolean advance() throws IOException {
      if (++items % ITEMS_A_LOOK == 0 && task != null && task.isInterrupted()) {
        throw new TaskKilledException("not needed any more");
      }
      return cursor.advance();
    }

    /** The present item. */
    public ItemTape tape() {
      return cursor.tape();
    }

    @Override
    public void close() throws IOException {
      try (books) {
        cursor.close();
      }
    }
  }
}
