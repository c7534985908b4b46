package io.dynamodblake.spark.read;

import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.flatten.ItemDecoder;
import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkLine;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.convert.UnsafeRowSink;
import io.dynamodblake.spark.run.LiveReads;
import io.dynamodblake.spark.run.LookAhead;
import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * The items of an export for a job that has to know what became of each data file: as tapes, for
 * tasks that decode them, or as rows. Every data file is verified and accounted for in the {@link
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

  /** Returns items whose first bad line fails the job. */
  public static RunItems failing(RunAccounts run, TableSchema schema, ReadOptions options) {
    return of(run, schema, options, ReadMode.FAILFAST, "", 0);
  }

  /**
   * Returns items whose bad lines are set aside, and with them items that lack a key attribute.
   *
   * @param quarantine the folder where the bad lines of each data file are kept, as JSON lines in
   *     {@code <index>.jsonl}, the index having ten digits. Files without bad lines have none. A
   *     repeated task writes the same bytes.
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

  /** Returns the columns that items are decoded into. */
  public TableSchema schema() {
    return plan.tableSchema();
  }

  /** Returns the key by which columns are hashed. */
  public HashKey hashKey() {
    return plan.hashKey();
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
   * Opens the items of a share, with all their attributes. Executors only.
   *
   * @param settings by which data files are read and bad lines written
   * @param rescued tells how many values were rescued so far, by column
   */
  public Items open(
      Configuration settings, Iterator<byte[]> share, Supplier<Map<String, Long>> rescued) {
    TaskBooks books = new TaskBooks(plan.badLines(), settings, accounts, counter);
    books.countRescuedBy(rescued);
    ItemCursor cursor =
        new ItemCursor(
            new HadoopObjectStore(settings),
            FileShares.files(share),
            plan.format(),
            plan.options(),
            null,
            books);
    if (plan.mode() == ReadMode.DROPMALFORMED) {
      cursor.requiring(plan.tableSchema().keys());
    }
    return new Items(cursor, books);
  }

  /**
   * Returns the items as rows, for a job of Spark's. Rows are read when they are asked for, and
   * again each time that they are.
   *
   * @param spark whose Hadoop settings are those by which data files are read and bad lines written
   * @param taskBytes stored bytes that one task should read
   * @throws IOException if the store fails
   */
  public Dataset<Row> rows(SparkSession spark, ExportManifest manifest, long taskBytes)
      throws IOException {
    return rows(
        spark, FileShares.of(spark, spark.sessionState().newHadoopConf(), manifest, taskBytes));
  }

  /**
   * Returns the same rows, read by few tasks, however much each of them reads. A task reads files
   * one after the other, and one alone all of them in the order of the manifest.
   *
   * @param most tasks
   * @throws IOException if the store fails
   */
  public Dataset<Row> rowsOfFewTasks(SparkSession spark, ExportManifest manifest, int most)
      throws IOException {
    return rows(
        spark, FileShares.atMost(spark, spark.sessionState().newHadoopConf(), manifest, most));
  }

  private Dataset<Row> rows(SparkSession spark, JavaRDD<byte[]> shares) {
    HadoopConfiguration settings = new HadoopConfiguration(spark.sessionState().newHadoopConf());
    JavaRDD<InternalRow> rows =
        shares.mapPartitions(share -> new Rows(this, settings.configuration(), share));
    return SparkLine.dataset(spark, rows, plan.rowType());
  }

  /** The rows of one task. A row is valid until the next one. */
  private static final class Rows extends LookAhead<InternalRow> {
    private final ItemDecoder decoder;
    private final UnsafeRowSink sink;
    private final Items items;

    Rows(RunItems all, Configuration settings, Iterator<byte[]> share) {
      this.decoder = ItemDecoder.forSchema(all.schema(), all.hashKey());
      this.sink = UnsafeRowSink.forSchema(all.plan.rowType());
      this.items = all.open(settings, share, decoder::rescuedCounts);
      closeWithTask(items);
    }

    @Override
    protected boolean advance() throws IOException {
      return items.advance();
    }

    @Override
    protected InternalRow take() {
      sink.begin();
      decoder.decode(items.tape(), sink);
      return sink.row();
    }
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

    /** Returns the present item. */
    public ItemTape tape() {
      return cursor.tape();
    }

    /** Returns the length of its line in the data file. */
    public long lineBytes() {
      return cursor.line().length();
    }

    @Override
    public void close() throws IOException {
      try (books) {
        cursor.close();
      }
    }
  }
}
