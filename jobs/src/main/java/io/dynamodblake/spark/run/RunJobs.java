package io.dynamodblake.spark.run;

import java.util.Arrays;
import java.util.UUID;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.SparkStatusTracker;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/**
 * The Spark jobs of a run end with it. Spark lets a job go on if the thread that waits for it is
 * interrupted, and tasks of a cancelled one write on for a moment; whoever then puts away what the
 * run has made must not have it made again. Driver only.
 */
public final class RunJobs {
  private static final String TAG = "dynamodb-lake-";

  // a task looks whether it was told to end after each row
  private static final long PATIENCE_MILLIS = 10_000;
  private static final long POLL_MILLIS = 20;

  private RunJobs() {}

  /**
   * What a run does.
   *
   * @param <R> what it returns
   * @param <E> what it may throw
   */
  @FunctionalInterface
  public interface Work<R, E extends Exception> {
    /** Does it. */
    R run() throws E;
  }

  /**
   * Does it on this thread. If it fails, the jobs that it has started are cancelled and, as far as
   * that takes no longer than some seconds, their tasks have ended. Jobs of others, such as those
   * of the same notebook, go on.
   */
  public static <R, E extends Exception> R during(SparkSession session, Work<R, E> work) throws E {
    SparkContext context = session.sparkContext();
    String tag = TAG + UUID.randomUUID();
    context.addJobTag(tag);
    boolean done = false;
    try {
      R result = work.run();
      done = true;
      return result;
    } finally {
      if (!context.isStopped()) {
        context.removeJobTag(tag);
        if (!done) {
          end(context, tag);
        }
      }
    }
  }

  private static void end(SparkContext context, String tag) {
    boolean interrupted = Thread.interrupted();
    long limit = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    context.cancelJobsWithTag(tag);
    try {
      while (!context.isStopped() && works(context, tag) && System.nanoTime() < limit) {
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      interrupted = true; // who is in such a hurry does not wait
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean works(SparkContext context, String tag) {
    SparkStatusTracker tracker = context.statusTracker();
    return Arrays.stream(tracker.getJobIdsForTag(tag))
        .mapToObj(tracker::getJobInfo)
        .filter(Option::isDefined)
        .flatMapToInt(job -> Arrays.stream(job.get().stageIds()))
        .mapToObj(tracker::getStageInfo)
        .filter(Option::isDefined)
        .map(Option::get)
        .mapToInt(SparkStageInfo::numActiveTasks)
        .anyMatch(tasks -> tasks > 0);
  }
}
