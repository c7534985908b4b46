package io.dynamodblake.spark.run;

import io.dynamodblake.export.ReadProgress;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.util.LongAccumulator;
import scala.Option;
import scala.Tuple4;
import scala.collection.Iterator;
import scala.collection.Seq;

/**
 * Lets progress move while tasks run, not only when they end: a task of a large data file takes
 * minutes. Tasks count what they read, and Spark's heartbeats bring the counts home. The counts are
 * for the eye only; what is accounted for comes from tasks that succeeded. Driver only, but for its
 * {@link Counter}.
 */
public final class LiveReads extends SparkListener implements ReadProgress, AutoCloseable {
  private final SparkContext context;
  private final ReadProgress display;
  private final Counter counter;
  private final boolean told; // what finished tasks have read, by whoever takes their accounts

  private final Map<Long, long[]> running = new HashMap<>(); // task to items and stored bytes
  private long finishedItems;
  private long finishedBytes;

  private LiveReads(SparkContext context, ReadProgress display, boolean told) {
    this.context = context;
    this.display = display;
    this.told = told;
    this.counter = new Counter(context.longAccumulator(), context.longAccumulator());
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

  /** What tasks count in. */
  public Counter counter() {
    return counter;
  }

  @Override
  public void phase(String name, long totalItems, long totalStoredBytes) {
    display.phase(name, totalItems, totalStoredBytes);
  }

  /** What finished tasks have read. */
  @Override
  public synchronized void read(long items, long storedBytes) {
    finishedItems = items;
    finishedBytes = storedBytes;
    show();
  }

  @Override
  public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate heartbeat) {
    boolean moved = false;
    // untyped, because the sequence of Scala 2.12 is not that of 2.13
    for (Iterator<?> tasks = heartbeat.accumUpdates().iterator(); tasks.hasNext(); ) {
      Tuple4<?, ?, ?, ?> task = (Tuple4<?, ?, ?, ?>) tasks.next();
      for (Iterator<?> infos = ((Seq<?>) task._4()).iterator(); infos.hasNext(); ) {
        moved |= take((Long) task._1(), (AccumulableInfo) infos.next());
      }
    }
    if (moved) {
      show();
    }
  }

  private boolean take(long task, AccumulableInfo info) {
    boolean isItems = info.id() == counter.items.id();
    if (!isItems && info.id() != counter.storedBytes.id()) {
      return false;
    }
    Option<Object> soFar = info.update();
    if (soFar.isDefined()) {
      running.computeIfAbsent(task, key -> new long[2])[isItems ? 0 : 1] = (Long) soFar.get();
    }
    return soFar.isDefined();
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    if (running.remove(end.taskInfo().taskId()) != null) {
      show();
    }
  }

  private void show() {
    long items = told ? finishedItems : counter.items.value();
    long storedBytes = finishedBytes;
    for (long[] task : running.values()) {
      items += task[0];
      storedBytes += task[1];
    }
    display.read(items, storedBytes);
  }

  @Override
  public void close() {
    context.removeSparkListener(this);
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
