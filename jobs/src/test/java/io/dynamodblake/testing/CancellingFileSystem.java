package io.dynamodblake.testing;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.SparkSession;

/**
 * The local disk under the scheme {@code cancel}: once, a task that opens a file there cancels all
 * jobs, as the interrupt of a notebook's cell does, and goes on when it is told to end.
 */
public final class CancellingFileSystem extends HeldFileSystem {
  private static final String SCHEME = "cancel";
  private static final int LIMIT_SECONDS = 20;
  private static final AtomicReference<CountDownLatch> ARMED = new AtomicReference<>();
  private static volatile CompletableFuture<Boolean> told = new CompletableFuture<>();
  private static volatile Runnable stopping = () -> {};

  /** A path there. */
  public static String path(java.nio.file.Path local) {
    return SCHEME + ":" + local;
  }

  /**
   * Runs something with the file system known and ready to cancel once.
   *
   * @param opens how many files are opened by tasks until then
   */
  public static void with(SparkSession session, int opens, Consumer<SparkSession> action) {
    with(session, opens, session.sparkContext()::cancelAllJobs, action);
  }

  /**
   * The same, but what comes from the task is an interrupt of this thread.
   *
   * @return whether the task was told to end
   */
  public static boolean interrupting(
      SparkSession session, int opens, Consumer<SparkSession> action) {
    Thread driver = Thread.currentThread();
    with(session, opens, driver::interrupt, action);
    // a stage has ended for the driver as soon as it is cancelled, a moment before its tasks have
    // read so
    return told.completeOnTimeout(false, LIMIT_SECONDS, TimeUnit.SECONDS).join();
  }

  private static void with(
      SparkSession session, int opens, Runnable stop, Consumer<SparkSession> action) {
    stopping = stop;
    told = new CompletableFuture<>();
    String key = "fs." + SCHEME + ".impl";
    session.conf().set(key, CancellingFileSystem.class.getName());
    ARMED.set(new CountDownLatch(opens));
    try {
      action.accept(session);
    } finally {
      ARMED.set(null);
      session.conf().unset(key);
    }
  }

  @Override
  protected void hold(Path path) {
    CountDownLatch armed = ARMED.get();
    if (armed == null || !SCHEME.equals(getUri().getScheme()) || TaskContext.get() == null) {
      return;
    }
    synchronized (ARMED) {
      armed.countDown();
      if (armed.getCount() > 0 || !ARMED.compareAndSet(armed, null)) {
        return;
      }
    }
    stopping.run();
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!TaskContext.get().isInterrupted() && System.nanoTime() < limit) {
      Thread.onSpinWait();
    }
    told.complete(TaskContext.get().isInterrupted());
  }
}
