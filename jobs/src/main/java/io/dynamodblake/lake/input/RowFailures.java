package io.dynamodblake.lake.input;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.spark.run.Stopping;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkException;
import org.apache.spark.SparkThrowable;
import org.apache.spark.TaskKilledException;
import org.apache.spark.shuffle.FetchFailedException;

/**
 * Says what Spark could not compute of a row, in a condition or in a table of somebody else. Its
 * own messages quote values, and what a task throws is written to Spark's event log and to the logs
 * of executors; so the words are changed where they are thrown.
 */
public final class RowFailures implements Serializable {
  private static final long serialVersionUID = 1L;

  // what Spark's messages begin with, such as [CONVERSION_INVALID_INPUT]
  private static final Pattern CONDITION = Pattern.compile("^\\[([A-Z][A-Z0-9_.]*)\\]");
  private static final String INTERNAL = "INTERNAL_ERROR";
  // of Jackson, whose messages quote what they could not read
  private static final Pattern OF_JSON = Pattern.compile("com\\.fasterxml\\.jackson\\..*");
  private static final int MOST_CAUSES = 16;

  private final String path;
  private final String wayOut;

  private RowFailures(String path, String wayOut) {
    this.path = path;
    this.wayOut = wayOut;
  }

  /** Returns what is said of the rows of an input; can be shipped to executors. */
  public static RowFailures of(RowInput input) {
    return new RowFailures(input.path(), input.wayOut());
  }

  /**
   * Returns the same rows, whose failures hold no value: for a task, which must have them before
   * anything else sees the failure. Failures of a store stay what they are.
   */
  public <T> Iterator<T> guard(Iterator<T> rows) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return guarded(rows::hasNext);
      }

      @Override
      public T next() {
        return guarded(rows::next);
      }
    };
  }

  private <T> T guarded(Supplier<T> step) {
    try {
      return step.get();
    } catch (Exception e) {
      // not only what is declared: Scala throws checked exceptions without saying so
      throw sound(e);
    }
  }

  private RuntimeException sound(Exception failure) {
    // Spark has to see these; they are its own ways to stop a task
    if (failure instanceof TaskKilledException) {
      throw (TaskKilledException) failure;
    }
    if (failure instanceof FetchFailedException || failure instanceof InterruptedException) {
      return SneakyThrow.of(failure);
    }
    RuntimeException reason = SparkFailures.unwrapped(failure);
    if (reason instanceof DataRefusedException || reason instanceof UsageException) {
      return reason;
    }
    if (reason instanceof UncheckedIOException ofStore && !quotes(ofStore.getCause())) {
      return reason;
    }
    Optional<String> word = word(failure);
    return word.isPresent()
        ? refused(word.get(), failure)
        : new IllegalStateException("A row cannot be read", withheld(failure));
  }

  private static boolean quotes(Throwable failure) {
    for (Class<?> type = failure.getClass(); type != null; type = type.getSuperclass()) {
      if (OF_JSON.matcher(type.getName()).matches()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the reason why rows could not be read: the failure itself, unwrapped, if it does not
   * come of what a row holds.
   */
  public static RuntimeException explained(Throwable failure, RowInput input) {
    RuntimeException reason = SparkFailures.unwrapped(failure);
    if (reason instanceof DataRefusedException || Stopping.reason(failure).isPresent()) {
      return reason;
    }
    // a failed job is a SparkException; from Spark 4.0 on it may be what the task has thrown
    boolean ofTasks =
        failure instanceof SparkException
            ? reason.getCause() == failure
            : failure instanceof SparkThrowable && reason == failure;
    Optional<String> word = ofTasks ? word(failure) : Optional.empty();
    return word.isEmpty() ? reason : of(input).refused(word.get(), failure);
  }

  private DataRefusedException refused(String word, Throwable failure) {
    return new DataRefusedException(
        "Cannot restore: Spark cannot read a row, %s, in %s; nothing was written; %s"
            .formatted(word, path, wayOut),
        withheld(failure));
  }

  /** What Spark calls it, or Java: of the innermost failure that has such a name. */
  private static Optional<String> word(Throwable failure) {
    Optional<String> word = Optional.empty();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      Optional<String> found = ownWord(cause);
      word = found.isPresent() ? found : word;
    }
    return word;
  }

  private static Optional<String> ownWord(Throwable cause) {
    if (cause instanceof SparkThrowable) {
      Matcher matcher = CONDITION.matcher(String.valueOf(cause.getMessage()));
      if (matcher.find()) {
        return matcher.group(1).startsWith(INTERNAL)
            ? Optional.empty()
            : Optional.of(matcher.group(1));
      }
      // Spark 4 also has failures of its own without a name, where 3.5 had Java's
    }
    boolean ofValues =
        cause instanceof IllegalArgumentException
            || cause instanceof ArithmeticException
            || cause instanceof DateTimeException;
    return ofValues ? Optional.of(cause.getClass().getSimpleName()) : Optional.empty();
  }

  /** The same failure with all its causes and places in the code, and none of its words. */
  private static Throwable withheld(Throwable failure) {
    return withheld(failure, 1);
  }

  private static Throwable withheld(Throwable failure, int depth) {
    Throwable cause = failure.getCause();
    Throwable copy =
        new IllegalStateException(
            failure.getClass().getName() + ", whose words may quote a value",
            cause == null || depth == MOST_CAUSES ? null : withheld(cause, depth + 1));
    copy.setStackTrace(failure.getStackTrace());
    return copy;
  }

  /** Throws what Java does not know to be thrown here. */
  private static final class SneakyThrow {
    private SneakyThrow() {}

    static RuntimeException of(Throwable failure) {
      throw SneakyThrow.<RuntimeException>as(failure);
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> E as(Throwable failure) throws E {
      throw (E) failure;
    }
  }
}
