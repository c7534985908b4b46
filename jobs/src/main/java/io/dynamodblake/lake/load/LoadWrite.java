package io.dynamodblake.lake.load;

import io.dynamodblake.aws.AwsFailureException;
import io.dynamodblake.aws.WriteBatches;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.flatten.TapeValues;
import io.dynamodblake.identity.CanonicalItem;
import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.lake.items.ItemKeys;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.run.LiveReads;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.spark.run.WriteSessions;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * The second step of a load: reads the items that were checked again, spread by their keys over as
 * many tasks as write at the same time, each with an equal share of the rate. Parts that were put
 * can be remembered, so that a run after a failure goes on with the others. Driver only.
 */
public final class LoadWrite {
  // what is written again after a failure, at most, by each task
  private static final double PART_SECONDS = 10;
  private static final int LEAST_PARTS_OF_TASK = 4;
  private static final int LEAST_ITEMS_OF_PART = 25;
  private static final int MOST_PARTS = 10_000;

  private final CheckedItems checked;
  private final SparkSession spark;
  private final TableWriting writing;
  private final int mostTasks;
  private final LakeFiles files;
  private final Optional<LoadState> state;

  private LoadWrite(CheckedItems checked, TableWriting writing) throws IOException {
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
  public static LoadWrite of(CheckedItems checked, TableWriting writing) {
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
    String source =
        files.qualify(options.path()) + options.snapshot().map(id -> "#" + id).orElse("");
    return Optional.of(
        LoadState.open(
            files,
            options.state().get(),
            source,
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
   * Puts the items, but for the parts that an earlier run has finished.
   *
   * @throws AwsFailureException if the service refuses, or did not acknowledge every item
   * @throws DataRefusedException if the input has changed since it was checked
   */
  public LoadedItems run(ReadProgress progress) {
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
      JavaPairRDD<Integer, byte[]> lines =
          JavaPairRDD.fromJavaRDD(checked.set().items(() -> new Lines(keys, parts)));
      spark.sparkContext().setJobDescription("Writing items to table " + table);
      WriteBatches.Totals now =
          writing.write(
              memory == null
                  ? lines.partitionBy(parts)
                  // part by part, so that each is finished before the next one begins
                  : lines.repartitionAndSortWithinPartitions(parts),
              checked.target().indexes(),
              (own, batches) -> put(own, keys, batches, counter, memory));
      progress.read(now.items(), 0);
      if (now.items() + itemsBefore != items) {
        throw new AwsFailureException(
            "Cannot load: %,d items were checked but %,d were acknowledged by table %s; run again"
                .formatted(items, now.items() + itemsBefore, table));
      }
      return new LoadedItems(now, itemsBefore, state.map(LoadState::beganAnew).orElse(false));
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

  /** Makes of each item its part and a line, in an array of its own. */
  private static final class Lines implements Function<ItemTape, Tuple2<Integer, byte[]>> {
    private final ItemKeys keys;
    private final LoadParts parts;
    private final CanonicalItem canonical = new CanonicalItem();
    private final TapeValues values = new TapeValues();
    private final JsonItemWriter writer = new JsonItemWriter();

    Lines(ItemKeys keys, LoadParts parts) {
      this.keys = keys;
      this.parts = parts;
    }

    @Override
    public Tuple2<Integer, byte[]> apply(ItemTape tape) {
      if (!keys.digest(canonical, tape)) {
        throw LoadFindings.changed();
      }
      int part = parts.part(canonical.high());
      if (parts.isDone(part)) {
        return null;
      }
      writer.reset();
      values.writeItem(tape, writer);
      // without the line feed
      return new Tuple2<>(part, Arrays.copyOf(writer.bytes(), writer.length() - 1));
    }
  }

  /**
   * Puts the items of one task.
   *
   * @param memory null if nothing is to be remembered; else the items come part by part
   */
  private static WriteBatches.Totals put(
      Iterator<Tuple2<Integer, byte[]>> lines,
      ItemKeys keys,
      WriteBatches batches,
      LiveReads.Counter counter,
      Memory memory)
      throws IOException {
    BatchLines puts = new BatchLines(keys, batches);
    LakeFiles files = memory == null ? null : new LakeFiles(memory.hadoop().configuration());
    WriteBatches.Totals before = WriteBatches.Totals.NONE;
    int part = -1;
    while (lines.hasNext()) {
      Tuple2<Integer, byte[]> next = lines.next();
      if (memory != null && next._1() != part) {
        before = remember(memory, files, part, before, batches);
        part = next._1();
      }
      puts.put(next._2());
      counter.item();
    }
    return memory == null ? batches.finish() : remember(memory, files, part, before, batches);
  }

  /** Ends a part: all of it is acknowledged, and then known to be. */
  private static WriteBatches.Totals remember(
      Memory memory, LakeFiles files, int part, WriteBatches.Totals before, WriteBatches batches)
      throws IOException {
    WriteBatches.Totals now = batches.finish();
    if (part >= 0) {
      LoadState.Part done =
          new LoadState.Part(
              part, now.items() - before.items(), now.writeUnits() - before.writeUnits());
      memory.state().remember(files, done);
    }
    return now;
  }
}
