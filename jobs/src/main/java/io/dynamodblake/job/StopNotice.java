package io.dynamodblake.job;

import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.spark.run.Stopping;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.sql.SparkSession;

/**
 * Says on stderr what holds now and how to go on if the process is told to stop while a command
 * runs, as by Ctrl-C, and has the report say the same.
 */
final class StopNotice {
  /** How a command goes on that begins anew. */
  static final String AGAIN = "; the same command starts over";

  // what a run that is stopped has to delete and to write takes no longer
  private static final long PATIENCE_SECONDS = 15;

  // until the command is over, until its end is told, and until that of a stopped one is
  private static final long UNTIL_TOLD_SECONDS = 3 * PATIENCE_SECONDS;

  // the manager runs the higher ones first; Spark stops between the two, file systems close after
  private static final int BEFORE_SPARK = 1000;
  private static final int BEFORE_FILE_SYSTEMS = FileSystem.SHUTDOWN_HOOK_PRIORITY + 1;

  private final CountDownLatch commandOver = new CountDownLatch(1);
  private final CountDownLatch told = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "stop-notice");
  private final Runnable awaiting = this::awaitTold;
  private volatile Supplier<String> state = () -> "Nothing was changed" + AGAIN;
  private boolean settled; // that the command tells its end itself
  private boolean stopping; // that the hook tells it
  private volatile SparkSession session;
  private volatile boolean own;
  private volatile Runnable quieting;
  private boolean keepsFileSystems;
  private ProgressDisplay progress;
  private Consumer<String> telling = text -> {};

  /** What is to be said while something is done; before and after it is what it was. */
  interface Saying extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Watches from now on, until {@link #end}.
   *
   * @param display is taken away before anything is said
   * @param listener hears what was said
   */
  void begin(ProgressDisplay display, Consumer<String> listener) {
    progress = display;
    telling = listener;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  Saying says(String text) {
    return says(() -> text);
  }

  Saying says(Supplier<String> text) {
    Supplier<String> before = state;
    state = text;
    return () -> {
      // a command that fails because it is being stopped leaves what it was about
      if (!Stopping.begun()) {
        state = before;
      }
    };
  }

  /** What holds now, as it would be said. */
  String state() {
    return TextTable.printable(state.get());
  }

  /** From now on file systems are not closed before all is told. */
  synchronized void keepsFileSystems() {
    if (!keepsFileSystems && !Stopping.begun()) {
      keepsFileSystems = true;
      ShutdownHookManager.get()
          .addShutdownHook(awaiting, BEFORE_FILE_SYSTEMS, UNTIL_TOLD_SECONDS + 1, TimeUnit.SECONDS);
    }
  }

  /**
   * From now on the command is given the time to put away what it was making with Spark.
   *
   * @param started whether the session is there for this command alone
   */
  synchronized void waitsFor(SparkSession opened, boolean started) {
    if (session != null || Stopping.begun()) {
      return;
    }
    session = opened;
    own = started;
    // that its jobs end unfinished is no news then
    quieting = () -> quiet(opened);
    ShutdownHookManager.get().addShutdownHook(quieting, BEFORE_SPARK);
    keepsFileSystems();
  }

  /**
   * The command has come to an end. From now on it is given the time to tell that, until {@link
   * #end}.
   *
   * @param success whether that end is its own, even if the process was told to stop meanwhile
   * @return false if the process is being stopped, and what there is to say is said elsewhere
   */
  synchronized boolean settles(boolean success) {
    if (stopping || (!success && Stopping.begun())) {
      commandOver.countDown();
      return false;
    }
    settled = true;
    return true;
  }

  /** All is told. */
  void end() {
    commandOver.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
      if (session != null) {
        ShutdownHookManager.get().removeShutdownHook(quieting);
      }
      if (keepsFileSystems) {
        ShutdownHookManager.get().removeShutdownHook(awaiting);
      }
    } catch (IllegalStateException e) {
      // the process is being stopped, and the hook sees that there is nothing left to say
    }
  }

  private static void quiet(SparkSession session) {
    session.sparkContext().setLogLevel("OFF");
    // Scala prints what its threads may no longer do; what we say goes another way
    System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
  }

  /**
   * Stops Spark, if it was started for the command; whoever stops the process does that himself.
   */
  void stopSpark() {
    if (own && !Stopping.begun()) {
      session.stop();
    }
  }

  private void awaitTold() {
    await(told, UNTIL_TOLD_SECONDS);
  }

  private static void await(CountDownLatch latch, long seconds) {
    try {
      latch.await(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stop() {
    try {
      progress.stop("Stopping ...");
      if (session != null) {
        await(commandOver, PATIENCE_SECONDS);
      }
      if (isSettled()) {
        await(commandOver, PATIENCE_SECONDS);
      } else {
        telling.accept(state());
      }
    } finally {
      told.countDown();
    }
  }

  /** If not, the command is not asked any more. */
  private synchronized boolean isSettled() {
    stopping = !settled;
    return settled;
  }
}
