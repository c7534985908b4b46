package io.dynamodblake.lake.input;

import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.run.SparkFailures;
import java.time.DateTimeException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkException;
import org.apache.spark.SparkThrowable;

/**
 * Says what Spark could not compute of a row, in a condition or in a table of somebody else. Its
 * own messages quote values.
 */
public final class RowFailures {
  // what Spark's messages begin with, such as [CONVERSION_INVALID_INPUT]
  private static final Pattern CONDITION = Pattern.compile("^\\[([A-Z][A-Z0-9_.]*)\\]");
  private static final String INTERNAL = "INTERNAL_ERROR";

  private RowFailures() {}

  /**
   * The reason why rows could not be read.
   *
   * @return the failure itself, unwrapped, if it does not come of what a row holds
   */
  public static RuntimeException explained(Throwable failure, RowInput input) {
    RuntimeException reason = SparkFailures.unwrapped(failure);
    if (reason instanceof DataRefusedException) {
      return reason;
    }
    // a failed job is a SparkException; from Spark 4.0 on it may be what the task has thrown
    boolean ofTasks =
        failure instanceof SparkException
            ? reason.getCause() == failure
            : failure instanceof SparkThrowable && reason == failure;
    Optional<String> word = Optional.empty();
    for (Throwable cause = failure; ofTasks && cause != null; cause = cause.getCause()) {
      Optional<String> found = word(cause);
      word = found.isPresent() ? found : word;
    }
    return word.isEmpty()
        ? reason
        : new DataRefusedException(
            "Cannot restore: Spark cannot read a row, %s, in %s; nothing was written; %s"
                .formatted(word.get(), input.path(), input.wayOut()),
            reason);
  }

  private static Optional<String> word(Throwable cause) {
    if (cause instanceof SparkThrowable) {
      Matcher matcher = CONDITION.matcher(String.valueOf(cause.getMessage()));
      return matcher.find() && !matcher.group(1).startsWith(INTERNAL)
          ? Optional.of(matcher.group(1))
          : Optional.empty();
    }
    boolean ofValues =
        cause instanceof IllegalArgumentException
            || cause instanceof ArithmeticException
            || cause instanceof DateTimeException;
    return ofValues ? Optional.of(cause.getClass().getSimpleName()) : Optional.empty();
  }
}
