package io.dynamodblake.lake.write;

import io.dynamodblake.flatten.ColumnSink;
import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.flatten.ItemDecoder;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.parquet.ParquetItemFile;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.read.RunItems;
import io.dynamodblake.spark.run.FileJob;
import io.dynamodblake.spark.run.WriteSessions;
import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;

/**
 * Writes the items of an export as Parquet, each task straight from the decoder into the columns of
 * its files. To readers the files are what Spark's own writer would have made of the same rows: the
 * same schema, types and metadata.
 */
final class ItemFiles {
  // the setting by which Spark's own writer goes, too
  private static final String ROW_GROUP_KEY = "parquet.block.size";
  private static final long MOST_ROW_GROUP_BYTES = 128L << 20;
  private static final long LEAST_ROW_GROUP_BYTES = 4L << 20;
  // of the heap, for the row groups of all tasks: data files, lines and Spark need the rest
  private static final int SHARE_OF_HEAP = 4;

  private ItemFiles() {}

  /** The items of one task, one after the other. */
  interface Tapes extends Closeable {
    /** Moves to the next item; false after the last one. */
    boolean advance() throws IOException;

    /** Returns the present item. */
    ItemTape tape();
  }

  /** Opens the items of a task. */
  @FunctionalInterface
  interface Opener extends Serializable {
    /**
     * @param settings by which files are read
     * @param share what the task has got
     * @param decoder tells what it has rescued
     */
    Tapes open(Configuration settings, Iterator<byte[]> share, ItemDecoder decoder);
  }

  /**
   * What is written.
   *
   * @param schema of the columns that items are decoded into
   * @param hashKey of those that are hashed with one
   * @param opener how tasks read their shares
   */
  record Source(TableSchema schema, HashKey hashKey, Opener opener) {

    /** The items of an export. */
    static Source of(RunItems items) {
      return new Source(
          items.schema(),
          items.hashKey(),
          (settings, share, decoder) -> tapes(items.open(settings, share, decoder)));
    }

    private static Tapes tapes(RunItems.Items items) {
      return new Tapes() {
        @Override
        public boolean advance() throws IOException {
          return items.advance();
        }

        @Override
        public ItemTape tape() {
          return items.tape();
        }

        @Override
        public void close() throws IOException {
          items.close();
        }
      };
    }
  }

  /**
   * Runs the job.
   *
   * @param session one that {@link WriteSessions} made for the folder
   * @param shape of the files
   * @param shares one partition for each task
   * @param fileBytes after which a task begins another file
   * @throws IOException if a file system fails
   */
  static void write(
      SparkSession session,
      Source source,
      FileShape shape,
      JavaRDD<byte[]> shares,
      String folder,
      long fileBytes)
      throws IOException {
    FileJob.run(
        session,
        shares,
        folder,
        Long.class,
        new Body(
            source.schema(),
            source.hashKey(),
            source.opener(),
            shape,
            fileBytes,
            concurrentTasks(session.sparkContext())));
  }

  /** Tasks that share a heap; 0 if only their machine knows. */
  static int concurrentTasks(SparkContext context) {
    return context.isLocal()
        ? context.defaultParallelism()
        : context.conf().getInt("spark.executor.cores", 0);
  }

  /** What a task does. */
  private record Body(
      TableSchema schema,
      HashKey hashKey,
      Opener opener,
      FileShape shape,
      long fileBytes,
      int concurrentTasks)
      implements FileJob.TaskBody<byte[], Long> {
    private static final long serialVersionUID = 1L;

    @Override
    public Long write(Iterator<byte[]> share, FileJob.TaskFiles files) throws IOException {
      ItemDecoder decoder = ItemDecoder.forSchema(schema, hashKey);
      try (Tapes input = opener.open(files.configuration(), share, decoder);
          Output output = new Output(this, files)) {
        while (input.advance()) {
          decoder.decode(input.tape(), output.row());
          output.endRow();
        }
        output.finish();
        return output.rows;
      }
    }
  }

  /**
   * Memory that a task may take for a row group.
   *
   * @param concurrentTasks as {@link #concurrentTasks(SparkContext)} says
   */
  static long rowGroupBytes(Configuration configuration, int concurrentTasks) {
    int tasks = concurrentTasks > 0 ? concurrentTasks : Runtime.getRuntime().availableProcessors();
    long share = Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP / tasks;
    long wanted = configuration.getLong(ROW_GROUP_KEY, MOST_ROW_GROUP_BYTES);
    return Math.max(LEAST_ROW_GROUP_BYTES, Math.min(wanted, share));
  }

  /** The files of a task, one after the other. */
  private static final class Output implements Closeable {
    private static final int ROWS_A_LOOK = 64;

    private final Body body;
    private final FileJob.TaskFiles files;
    private final MessageType schema;
    private ParquetItemFile file; // null before the first row of a file
    private boolean any;
    private long rows;

    Output(Body body, FileJob.TaskFiles files) {
      this.body = body;
      this.files = files;
      this.schema = body.shape().schema(files.configuration());
    }

    ColumnSink row() throws IOException {
      if (file == null) {
        begin();
      }
      return file.row();
    }

    private void begin() throws IOException {
      file =
          ParquetItemFile.create(
              files.newFile(".zstd.parquet"),
              files.configuration(),
              schema,
              body.shape().metadata(),
              rowGroupBytes(files.configuration(), body.concurrentTasks()));
      any = true;
    }

    void endRow() throws IOException {
      file.endRow();
      rows++;
      if (file.rows() % ROWS_A_LOOK == 0 && file.bytes() >= body.fileBytes()) {
        end();
      }
    }

    private void end() throws IOException {
      file.finish();
      file.close();
      file = null;
    }

    void finish() throws IOException {
      if (!any && TaskContext.getPartitionId() == 0) {
        begin(); // a table without rows has its columns nevertheless
      }
      if (file != null) {
        end();
      }
    }

    @Override
    public void close() throws IOException {
      if (file != null) {
        file.close();
      }
    }
  }
}
