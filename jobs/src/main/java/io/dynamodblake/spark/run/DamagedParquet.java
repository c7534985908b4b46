package io.dynamodblake.spark.run;

import io.dynamodblake.schema.DataRefusedException;
import java.io.EOFException;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.spark.SparkThrowable;

/**
 * Tells from the failure of a job that a Parquet file is damaged: Spark says where it was reading,
 * and Parquet what it found there, in the words of whatever it stumbled over.
 */
public final class DamagedParquet {
  private static final String PATH = "path"; // what Spark calls the file in its errors
  private static final String ZSTD = "com.github.luben.zstd.";
  private static final String THRIFT = "shaded.parquet.org.apache.thrift.";

  private static final String PARQUET = ".parquet";
  private static final List<String> READERS =
      List.of(
          "org.apache.parquet.",
          "shaded.parquet.",
          "org.apache.spark.sql.execution.datasources.parquet.",
          "org.apache.spark.sql.execution.vectorized.");

  private DamagedParquet() {}

  /** What is to be said of it; empty if the job failed of something else. */
  static Optional<DataRefusedException> of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SparkThrowable known && known.getMessageParameters().containsKey(PATH)) {
        return isDamage(cause.getCause())
                || known.getMessageParameters().get(PATH).endsWith(PARQUET)
                    && isOfReader(cause.getCause())
            ? Optional.of(refused(known.getMessageParameters().get(PATH), cause))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /**
   * Whether the innermost failure was thrown by what reads Parquet itself: bits of a footer that
   * turned make it stumble in ways that have no name of their own.
   */
  private static boolean isOfReader(Throwable reading) {
    if (reading == null) {
      return false;
    }
    Throwable innermost = reading;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    for (StackTraceElement step : innermost.getStackTrace()) {
      String type = step.getClassName();
      if (READERS.stream().anyMatch(type::startsWith)) {
        return true;
      }
      if (!type.startsWith("java.")) {
        return false;
      }
    }
    return false;
  }

  /** Returns what is to be said of a failure to read a file: that it is damaged, or the failure. */
  static RuntimeException orOther(String path, RuntimeException reading) {
    return isDamage(reading) || isOfReader(reading) ? refused(path, reading) : reading;
  }

  /** Returns what is to be said of a file. */
  public static DataRefusedException refused(String path, Throwable cause) {
    return new DataRefusedException(
        "Cannot read Parquet: the file is damaged or cut short, "
            + path
            + "; copy it again, or make it again where it comes from",
        cause);
  }

  /** Whether reading a file failed of what is in it, and not of the place where it lies. */
  public static boolean isDamage(Throwable reading) {
    for (Throwable cause = reading; cause != null; cause = cause.getCause()) {
      String type = cause.getClass().getName();
      if (cause instanceof ParquetDecodingException
          || cause instanceof IndexOutOfBoundsException
          || cause instanceof NegativeArraySizeException
          || cause instanceof EOFException
          || type.startsWith(ZSTD)
          || type.startsWith(THRIFT)) {
        return true;
      }
    }
    return false;
  }
}
