package io.dynamodblake.spark.run;

import io.dynamodblake.aws.AwsFailureException;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.schema.DataRefusedException;
import java.io.IOException;
import java.io.ObjectStreamException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Finds out why a Spark job failed. */
public final class SparkFailures {
  private SparkFailures() {}

  /**
   * Returns the exception of this project, of a store or of AWS, that made a job fail, whatever
   * Spark has wrapped around it. A Parquet file that is damaged becomes one of this project's.
   *
   * @return the failure itself if there is no such cause, made unchecked if it is not
   */
  public static RuntimeException unwrapped(Throwable failure) {
    Optional<DataRefusedException> damaged = DamagedParquet.of(failure);
    if (damaged.isPresent()) {
      return damaged.get();
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ExportFormatException
          || cause instanceof DataRefusedException
          || cause instanceof UsageException
          || cause instanceof AwsFailureException
          || cause instanceof UncheckedIOException) {
        return (RuntimeException) cause;
      }
      if (cause instanceof IOException && !(cause instanceof ObjectStreamException)) {
        return new UncheckedIOException(cause.getMessage(), (IOException) cause);
      }
    }
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException(failure);
  }

  /**
   * Returns what a report may say of a failure: the message of an exception whose words are ours or
   * a store's, the class alone of any other, because such messages can quote values.
   */
  public static String text(RuntimeException failure) {
    boolean known =
        failure instanceof DataRefusedException
            || failure instanceof ExportFormatException
            || failure instanceof UsageException
            || failure instanceof UncheckedIOException;
    return known && failure.getMessage() != null
        ? failure.getMessage()
        : failure.getClass().getName();
  }
}
