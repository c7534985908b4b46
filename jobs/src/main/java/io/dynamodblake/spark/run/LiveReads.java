package io.dynamodblake.spark.run;

import io.dynamodblake.export.ReadProgress;
import java.io.Serializable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple4;
import scala.collection.Iterator;
import scala.collection.Seq;

/**
 * Lets progress move while tasks run, not only when they end: a task of a large data file takes
 * minutes. Tasks count what they read, and Spark's heartbeats bring the counts home. The counts are
 * for the eye only; what is accounted for comes from tasks that succeeded. Driver only, but for its
 * {@link Counter}.
 *
 * <p>Nothing is shown twice. A partition is counted once in a stage, whatever attempts there are of
 * its task; a heartbeat that comes after its task has ended is not heard; and where accounts are
 * told, passes over the same files are not added up: sorting reads the export once for the bounds
 * and once for the rows, and accounts and events speak of the same work, each late in its own way,
 * so that the larger number is the right one.
 */
public final class LiveReads extends SparkListener implements ReadProgress, AutoCloseable {
  private final SparkContext context;
  private final ReadProgress display;
  private final Counter counter;
  private final boolean told; // what finished tasks have read, by whoever takes their accounts

  private final Map<Integer, StageReads> stages = new HashMap<>();
  private long toldItems;
  private long toldBytes;
  private boolean closed;

  private LiveReads(SparkContext context, ReadProgress display, boolean told) {
    this.context = context;
    this.display = display;
    this.told = told;
    // with names, because Spark tells of no others when a task ends
    this.counter =
        new Counter(context.longAccumulator("items"), context.longAccumulator("stored bytes"));
  }

  /** Begins to listen, until it is closed; {@link #read} says what finished tasks have read. */
  public static LiveReads start(SparkContext context, ReadProgress display) {
    return listening(new LiveReads(context, display, true));
  }

  /** Begins to listen, until it is closed, to tasks that count one by one and give no accounts. */
  public static LiveReads counting(SparkContext context, ReadProgress display) {
    return listening(new LiveReads(context, display, false));
  }

  private static LiveReads listening(LiveReads reads) {
    reads.context.addSparkListener(reads);
    return reads;
  }

  /** Returns what tasks count in. */
  public Counter counter() {
    return counter;
  }

  /** Begins a phase from nothing: what tasks of earlier stages still tell is no part of it. */
  @Override
  public synchronized void phase(String name, long totalItems, long totalStoredBytes) {
    stages.clear();
    toldItems = 0;
    toldBytes = 0;
    display.phase(name, totalItems, totalStoredBytes);
  }

  /** Takes what finished tasks have read. */
  @Override
  public synchronized void read(long items, long storedBytes) {
    toldItems = items;
    toldBytes = storedBytes;
    show();
  }

  @Override
  public synchronized void onTaskStart(SparkListenerTaskStart start) {
    TaskReads task = new TaskReads(start.taskInfo().partitionId());
    stages
        .computeIfAbsent(start.stageId(), stage -> new StageReads())
        .running
        .put(start.taskInfo().taskId(), task);
  }

  @Override
  public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate heartbeat) {
    boolean moved = false;
    // untyped, because the sequence of Scala 2.12 is not that of 2.13
    for (Iterator<?> tasks = heartbeat.accumUpdates().iterator(); tasks.hasNext(); ) {
      Tuple4<?, ?, ?, ?> told = (Tuple4<?, ?, ?, ?>) tasks.next();
      StageReads stage = stages.get((Integer) told._2());
      TaskReads task = stage == null ? null : stage.running.get((Long) told._1());
      moved |= task != null && take(task, (Seq<?>) told._4());
    }
    if (moved) {
      show();
    }
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    StageReads stage = stages.get(end.stageId());
    TaskReads task = stage == null ? null : stage.running.remove(end.taskInfo().taskId());
    if (task == null) {
      return;
    }
    take(task, (Seq<?>) end.taskInfo().accumulables());
    if (end.taskInfo().successful()) {
      stage.finish(task);
    }
    if (task.items != 0 || task.storedBytes != 0) {
      show();
    }
  }

  /** Takes over how far a task says it is; false if it says nothing of that. */
  private boolean take(TaskReads task, Seq<?> told) {
    boolean moved = false;
    for (Iterator<?> infos = told.iterator(); infos.hasNext(); ) {
      AccumulableInfo info = (AccumulableInfo) infos.next();
      if (info.update().isEmpty()) {
        continue;
      }
      if (info.id() == counter.items.id()) {
        task.items = (Long) info.update().get();
        moved = true;
      } else if (info.id() == counter.storedBytes.id()) {
        task.storedBytes = (Long) info.update().get();
        moved = true;
      }
    }
    return moved;
  }

  private void show() {
    if (closed) {
      // Spark's events come late, and would be shown as those of the next phase
      return;
    }
    long items = told ? toldItems : 0;
    long storedBytes = toldBytes;
    for (StageReads stage : stages.values()) {
      TaskReads reads = stage.sum();
      items = told ? Math.max(items, reads.items) : items + reads.items;
      storedBytes =
          told ? Math.max(storedBytes, reads.storedBytes) : storedBytes + reads.storedBytes;
    }
    display.read(items, storedBytes);
  }

  @Override
  public synchronized void close() {
    closed = true;
    context.removeSparkListener(this);
  }

  /** How far one attempt of a task is, or several partitions. */
  private static final class TaskReads {
    final int partition;
    long items;
    long storedBytes;

    TaskReads(int partition) {
      this.partition = partition;
    }

    void add(TaskReads other) {
      items += other.items;
      storedBytes += other.storedBytes;
    }
  }

  /** How far the tasks of a stage are, each partition counted once. */
  private static final class StageReads {
    private static final int ALL = -1;

    final Map<Long, TaskReads> running = new HashMap<>(); // by the attempt's id
    private final TaskReads finished = new TaskReads(ALL);
    private final Set<Integer> finishedPartitions = new HashSet<>();

    void finish(TaskReads task) {
      if (finishedPartitions.add(task.partition)) {
        finished.add(task);
      }
    }

    TaskReads sum() {
      Map<Integer, TaskReads> farthest = new HashMap<>();
      for (TaskReads task : running.values()) {
        if (!finishedPartitions.contains(task.partition)) {
          farthest.merge(task.partition, task, (one, two) -> one.items >= two.items ? one : two);
        }
      }
      TaskReads sum = new TaskReads(ALL);
      sum.add(finished);
      farthest.values().forEach(sum::add);
      return sum;
    }
  }

  /** What travels to tasks, for them to count in. */
  public static final class Counter implements Serializable {
    private static final long serialVersionUID = 1L;

    public final LongAccumulator items;
    final LongAccumulator storedBytes;

    private Counter(LongAccumulator items, LongAccumulator storedBytes) {
      this.items = items;
      this.storedBytes = storedBytes;
    }

    /** Counts one item. */
    public void item() {
      items.add(1L);
    }

    /** Counts some items. */
    public void items(long read) {
      items.add(read);
    }

    /**
     * Says how far a task is.
     *
     * @param read lines that it has read, bad ones too
     * @param stored stored bytes that it has read
     */
    public void at(long read, long stored) {
      items.setValue(read);
      storedBytes.setValue(stored);
    }
  }
}
