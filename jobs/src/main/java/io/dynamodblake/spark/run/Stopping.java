package io.dynamodblake.spark.run;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.SparkException;

/**
 * Whether somebody wanted a run to end: what fails then did not fail by itself. A process is told
 * by Ctrl-C or a scheduler, a run in a notebook by an interrupt of its cell, which cancels its
 * jobs.
 */
public final class Stopping {
  private static final String PROCESS = "The process was told to stop";
  private static final String SESSION = "The Spark session was stopped";
  private static final String JOB = "The Spark job was cancelled";
  private static final String THREAD = "The run was interrupted";

  // Spark has one class for all its failures, and its two lines have these words in common
  private static final Pattern CANCELLED =
      Pattern.compile("^(\\[SPARK_JOB_CANCELLED\\] )?Job \\d+ cancelled\\b");
  private static final String SHUT_DOWN = "SparkContext was shut down";
  private static final String CONTEXT_GONE = "stopped SparkContext";

  private static final int DEEPEST_CAUSE = 50;

  private Stopping() {}

  /** Something that touches files. */
  @FunctionalInterface
  public interface FileAction {
    /** Does it. */
    void run() throws IOException;
  }

  /** Returns true from the moment on in which the process was told. */
  public static boolean begun() {
    Thread probe = new Thread(() -> {}, "stopping");
    try {
      // the only question that the machine answers the same for signals and for exits
      Runtime.getRuntime().addShutdownHook(probe);
      Runtime.getRuntime().removeShutdownHook(probe);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  /** Returns what a report says of a run that ended so because it was told to; else empty. */
  public static Optional<String> reason(Throwable failure) {
    if (begun()) {
      return Optional.of(PROCESS);
    }
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
      Optional<String> reason = ownReason(cause);
      if (reason.isPresent()) {
        return reason;
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }

  private static Optional<String> ownReason(Throwable failure) {
    String words = String.valueOf(failure.getMessage());
    if (failure instanceof InterruptedException || failure instanceof ClosedByInterruptException) {
      return Optional.of(THREAD);
    }
    if (failure instanceof SparkException && words.contains(SHUT_DOWN)) {
      return Optional.of(SESSION);
    }
    if (failure instanceof SparkException && CANCELLED.matcher(words).find()) {
      return Optional.of(JOB);
    }
    return failure instanceof IllegalStateException && words.contains(CONTEXT_GONE)
        ? Optional.of(SESSION)
        : Optional.empty();
  }

  /**
   * Does what has to be done after a run has ended, whatever ended it: an interrupt of this thread
   * waits until then.
   *
   * @param failure hears of what fails meanwhile, which must not hide it
   */
  public static void afterwards(Throwable failure, FileAction action) {
    boolean interrupted = Thread.interrupted();
    try {
      action.run();
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
