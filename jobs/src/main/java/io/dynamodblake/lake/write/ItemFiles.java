package io.dynamodblake.lake.write;

import io.dynamodblake.flatten.HashKey;
import io.dynamodblake.flatten.TableDecoders;
import io.dynamodblake.flatten.TableObservers;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.PlanOptions;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.schema.ProfileLimits;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.entity.EntityRules;
import io.dynamodblake.spark.read.RunItems;
import io.dynamodblake.spark.run.FileJob;
import io.dynamodblake.spark.run.WriteSessions;
import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
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

    /** Returns the length of the line that it was read from. */
    long lineBytes();
  }

  /** Opens the items of a task. */
  @FunctionalInterface
  interface Opener extends Serializable {
    /**
     * @param settings by which files are read
     * @param share what the task has got
     * @param rescued tells how many values were rescued so far
     */
    Tapes open(Configuration settings, Iterator<byte[]> share, Supplier<Map<String, Long>> rescued);
  }

  /**
   * What is written.
   *
   * @param rules that tell which table an item belongs to; empty for one table
   * @param hashKey of columns that are hashed with one
   * @param opener how tasks read their shares
   */
  record Source(Optional<EntityRules> rules, HashKey hashKey, Opener opener) {

    /** The items of an export. */
    static Source of(RunItems items, Optional<EntityRules> rules) {
      return new Source(
          rules,
          items.hashKey(),
          (settings, share, rescued) -> tapes(items.open(settings, share, rescued)));
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
        public long lineBytes() {
          return items.lineBytes();
        }

        @Override
        public void close() throws IOException {
          items.close();
        }
      };
    }
  }

  /**
   * Where the items of a table go.
   *
   * @param schema of the columns that they are decoded into
   * @param shape of the files
   * @param fileBytes after which a task begins another file
   */
  record Destination(String folder, TableSchema schema, FileShape shape, long fileBytes)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Whether what was written is what all items ask for. Asked on the driver, before the files are
   * there.
   */
  @FunctionalInterface
  interface Verdict {
    /**
     * Decides.
     *
     * @param seen what all items were that were written, of each table
     * @return false to have the files taken away
     */
    boolean holds(List<Profile> seen) throws IOException;
  }

  /**
   * Runs the job.
   *
   * @param session one that {@link WriteSessions} made for all folders
   * @param shares one partition for each task
   * @param destinations of the tables, in the order of the rules
   * @throws IOException if a file system fails
   */
  static void write(
      SparkSession session, Source source, JavaRDD<byte[]> shares, List<Destination> destinations)
      throws IOException {
    FileJob.run(
        session,
        shares,
        folders(destinations),
        Seen.class,
        body(session, source, destinations, null),
        new Observed(0, ProfileLimits.DEFAULT, seen -> true));
  }

  /**
   * Runs the job, and observes each item while it is written.
   *
   * @param verdict whether the files may stay
   * @return what it was
   */
  static boolean writeObserving(
      SparkSession session,
      Source source,
      JavaRDD<byte[]> shares,
      List<Destination> destinations,
      ProfileLimits limits,
      Verdict verdict)
      throws IOException {
    try {
      FileJob.run(
          session,
          shares,
          folders(destinations),
          Seen.class,
          body(session, source, destinations, limits),
          new Observed(destinations.size(), limits, verdict));
      return true;
    } catch (NotSo e) {
      return false;
    }
  }

  private static List<String> folders(List<Destination> destinations) {
    return destinations.stream().map(Destination::folder).toList();
  }

  private static Body body(
      SparkSession session, Source source, List<Destination> destinations, ProfileLimits limits) {
    return new Body(
        source.rules().orElse(null),
        source.hashKey(),
        source.opener(),
        new ArrayList<>(destinations),
        limits,
        concurrentTasks(session.sparkContext()));
  }

  /** Has the files of a job taken away. */
  private static final class NotSo extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * What a task has seen of each table; nothing where nobody asks.
   *
   * @param written whether it has also written all of it
   */
  private record Seen(byte[][] profiles, boolean written) implements Serializable {
    private static final long serialVersionUID = 1L;
    static final Seen NOTHING = new Seen(new byte[0][], true);
  }

  /** What all tasks have seen, merged as they end. */
  private static final class Observed implements FileJob.Answers<Seen> {
    private final List<Profile> profiles = new ArrayList<>();
    private final Verdict verdict;
    private boolean written = true;

    Observed(int tables, ProfileLimits limits, Verdict verdict) {
      for (int i = 0; i < tables; i++) {
        profiles.add(new Profile(limits));
      }
      this.verdict = verdict;
    }

    @Override
    public void add(Seen seen) {
      TableObservers.merge(profiles, seen.profiles());
      written &= seen.written();
    }

    @Override
    public void beforeCommit() throws IOException {
      if (!verdict.holds(profiles) || !written) {
        throw new NotSo();
      }
    }
  }

  /** Tasks that share a heap; 0 if only their machine knows. */
  static int concurrentTasks(SparkContext context) {
    return context.isLocal()
        ? context.defaultParallelism()
        : context.conf().getInt("spark.executor.cores", 0);
  }

  /** What a task does. */
  private record Body(
      EntityRules rules, // null for one table
      HashKey hashKey,
      Opener opener,
      ArrayList<Destination> destinations,
      ProfileLimits limits, // null where nobody asks what items are
      int concurrentTasks)
      implements FileJob.TaskBody<byte[], Seen> {
    private static final long serialVersionUID = 1L;

    @Override
    public Seen write(Iterator<byte[]> share, FileJob.TaskFiles files) throws IOException {
      TableDecoders decoders =
          new TableDecoders(
              Optional.ofNullable(rules),
              destinations.stream().map(Destination::schema).toList(),
              hashKey);
      TableObservers observers =
          limits == null ? null : TableObservers.ofTypes(limits, destinations.size());
      boolean writes = true;
      long memory = rowGroupBytes(files.configuration(), concurrentTasks);
      try (Tapes input = opener.open(files.configuration(), share, decoders::rescuedCounts);
          Outputs outputs = new Outputs(destinations, files, memory)) {
        while (input.advance()) {
          ItemTape tape = input.tape();
          int table = decoders.table(tape);
          if (writes) {
            TaskOutput output = outputs.of(table);
            decoders.decode(tape, output.row());
            output.endRow();
            outputs.rowEnded();
          }
          if (observers != null) {
            observers.observe(table, tape, input.lineBytes());
            if (writes && decoders.lacksColumn(table) && mayGetColumns(table)) {
              // the attribute will have a column, so that no file of this job will stay
              outputs.close();
              writes = false;
            }
          }
        }
        if (writes) {
          outputs.finish();
        }
        return observers == null ? Seen.NOTHING : new Seen(observers.profiles(), writes);
      }
    }

    private boolean mayGetColumns(int table) {
      return destinations.get(table).schema().columns().size() < PlanOptions.DEFAULT_MAX_COLUMNS;
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

  /** The files of a task: those of several tables share its memory. */
  private static final class Outputs implements Closeable {
    private final TaskOutput[] outputs;
    private final long memory;
    private long rows;

    Outputs(List<Destination> destinations, FileJob.TaskFiles files, long memory) {
      this.memory = memory;
      this.outputs = new TaskOutput[destinations.size()];
      for (int i = 0; i < outputs.length; i++) {
        Destination destination = destinations.get(i);
        outputs[i] = new TaskOutput(i, destination.shape(), destination.fileBytes(), files, memory);
      }
    }

    TaskOutput of(int table) {
      return outputs[table];
    }

    /** Where several files are begun, the one that holds most makes room for the others. */
    void rowEnded() throws IOException {
      if (++rows % TaskOutput.ROWS_A_LOOK != 0 || outputs.length == 1) {
        return;
      }
      long held = 0;
      TaskOutput largest = outputs[0];
      for (TaskOutput output : outputs) {
        held += output.memory();
        largest = output.memory() > largest.memory() ? output : largest;
      }
      if (held >= memory) {
        largest.release();
      }
    }

    void finish() throws IOException {
      for (TaskOutput output : outputs) {
        output.finish();
      }
    }

    @Override
    public void close() throws IOException {
      IOException failure = null;
      for (TaskOutput output : outputs) {
        try {
          output.close();
        } catch (IOException e) {
          failure = e;
        }
      }
      if (failure != null) {
        throw failure;
      }
    }
  }
}
