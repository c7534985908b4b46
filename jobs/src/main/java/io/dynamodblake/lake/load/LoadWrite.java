package io.dynamodblake.lake.load;

import io.dynamodblake.aws.AwsFailureException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.items.ItemKeys;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.run.LiveReads;
import io.dynamodblake.spark.run.RunJobs;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.spark.run.WriteSessions;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * The second step of a load: writes what was checked, spread by the keys over as many tasks as
 * write at the same time, each with an equal share of the rate. Parts that were put can be
 * remembered, so that a run after a failure goes on with the others. Driver only.
 */
public final class LoadWrite {
  // what is written again after a failure, at most, by each task
  private static final double PART_SECONDS = 10;
  private static final int LEAST_PARTS_OF_TASK = 4;
  private static final int LEAST_ITEMS_OF_PART = 25;
  private static final int MOST_PARTS = 10_000;

  private final Checked checked;
  private final SparkSession spark;
  private final TableWriting writing;
  private final int mostTasks;
  private final LakeFiles files;
  private final Optional<LoadState> state;

  private LoadWrite(Checked checked, TableWriting writing) throws IOException {
    this.checked = checked;
    this.spark = checked.spark();
    this.writing = writing;
    this.mostTasks = writing.tasks(spark.sparkContext().defaultParallelism());
    this.files = new LakeFiles(spark.sessionState().newHadoopConf());
    this.state = openState();
  }

  /**
   * Begins to write, or finds where an earlier run has stopped. Puts nothing yet.
   *
   * @throws UncheckedIOException if what to remember cannot be read or written
   */
  public static LoadWrite of(Checked checked, TableWriting writing) {
    try {
      return new LoadWrite(checked, writing);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private Optional<LoadState> openState() throws IOException {
    LoadOptions options = checked.options();
    if (options.state().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        LoadState.open(
            files,
            options.state().get(),
            checked.source(files),
            checked.target().table(),
            checked.fingerprint(),
            parts(checked.input(), mostTasks, writing.unitsPerSecond())));
  }

  /** How many parts a load has that remembers them: each some seconds long. */
  private static int parts(LoadInput input, int tasks, double unitsPerSecond) {
    double byTime = input.writeUnits() * tasks / (unitsPerSecond * PART_SECONDS);
    long wanted = Math.max(tasks * (long) LEAST_PARTS_OF_TASK, (long) Math.ceil(byTime));
    long most = Math.min(MOST_PARTS, input.items() / LEAST_ITEMS_OF_PART);
    return (int) Math.max(1, Math.min(wanted, most));
  }

  /**
   * Writes all of it, but for the parts that an earlier run has finished.
   *
   * @throws AwsFailureException if the service refuses, or did not acknowledge every item
   * @throws DataRefusedException if the input has changed since it was checked
   */
  public LoadedItems run(ReadProgress progress) {
    return RunJobs.during(spark, () -> write(progress));
  }

  private LoadedItems write(ReadProgress progress) {
    String table = checked.target().table().name();
    long items = checked.input().items();
    ItemKeys keys = checked.keys();
    try (LiveReads reads = LiveReads.counting(spark.sparkContext(), progress)) {
      Map<Integer, LoadState.Part> done =
          state.isPresent() ? state.get().finished(files) : Map.of();
      long itemsBefore = done.values().stream().mapToLong(LoadState.Part::items).sum();
      LoadParts parts =
          new LoadParts(state.map(LoadState::parts).orElse(mostTasks), done.keySet(), mostTasks);
      reads.phase("Writing", items - itemsBefore);
      LiveReads.Counter counter = reads.counter();
      Memory memory = state.map(this::memory).orElse(null);
      JavaPairRDD<Integer, byte[]> lines = checked.lines(parts);
      LineWriting how = checked.writing(writing.table(), parts.numPartitions());
      spark.sparkContext().setJobDescription("Writing items to table " + table);
      Written now =
          writing.write(
              memory == null
                  ? lines.partitionBy(parts)
                  // part by part, so that each is finished before the next one begins
                  : lines.repartitionAndSortWithinPartitions(parts),
              checked.target().indexes(),
              (own, batches, clients) ->
                  write(own, how.open(keys, batches, clients), counter, memory));
      progress.read(now.keys(), 0);
      if (now.keys() + itemsBefore != items) {
        throw new AwsFailureException(
            "Cannot load: %,d items were checked but %,d were acknowledged by table %s; run again"
                .formatted(items, now.keys() + itemsBefore, table));
      }
      return new LoadedItems(
          now.totals(), now.left(), itemsBefore, state.map(LoadState::beganAnew).orElse(false));
    } catch (Exception e) {
      // not only what is declared: Scala throws checked exceptions without saying so
      throw SparkFailures.unwrapped(e);
    } finally {
      spark.sparkContext().setJobDescription(null);
    }
  }

  /** Forgets which parts were put, because nothing is left to be done. */
  public void forget() {
    try {
      if (state.isPresent()) {
        state.get().forget(files);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private Memory memory(LoadState open) {
    Configuration configuration = spark.sessionState().newHadoopConf();
    WriteSessions.fileSystemsFor(open.folder()).forEach(configuration::set);
    return new Memory(open, new HadoopConfiguration(configuration));
  }

  /** Where a task remembers the parts that it has finished. */
  private record Memory(LoadState state, HadoopConfiguration hadoop) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Writes the lines of one task.
   *
   * @param memory null if nothing is to be remembered; else the lines come part by part
   */
  private static Written write(
      Iterator<Tuple2<Integer, byte[]>> own,
      LineWriting.Lines lines,
      LiveReads.Counter counter,
      Memory memory)
      throws IOException {
    LakeFiles files = memory == null ? null : new LakeFiles(memory.hadoop().configuration());
    Written before = Written.NOTHING;
    int part = -1;
    while (own.hasNext()) {
      Tuple2<Integer, byte[]> next = own.next();
      if (memory != null && next._1() != part) {
        before = remember(memory, files, part, before, lines);
        part = next._1();
      }
      lines.write(next._2());
      counter.item();
    }
    return memory == null ? lines.finish() : remember(memory, files, part, before, lines);
  }

  /** Ends a part: all of it is acknowledged, and then known to be. */
  private static Written remember(
      Memory memory, LakeFiles files, int part, Written before, LineWriting.Lines lines)
      throws IOException {
    Written now = lines.finish();
    if (part >= 0) {
      LoadState.Part done =
          new LoadState.Part(
              part,
              now.keys() - before.keys(),
              now.totals().writeUnits() - before.totals().writeUnits());
      memory.state().remember(files, done);
    }
    return now;
  }
}
