package io.dynamodblake.lake.restore;

import io.dynamodblake.conf.RestoreKeys;
import io.dynamodblake.conf.Words;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Tells which disk was full when a restore failed of that. */
final class FullDisk {
  private static final Pattern WORDS =
      Pattern.compile(
          "(?is).*(no space left on device|not enough space on the disk|disk quota exceeded).*");
  private static final List<String> SHUFFLE =
      List.of(
          "org.apache.spark.shuffle.",
          "org.apache.spark.storage.",
          "org.apache.spark.util.collection.");

  private FullDisk() {}

  /**
   * Returns what is to be said of a failure, with the disk; empty if it is not that a disk is full.
   *
   * @param target folder that is written to
   * @param localFolders where Spark keeps what it shuffles
   */
  static Optional<UncheckedIOException> of(Throwable failure, String target, String localFolders) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException
          && cause.getMessage() != null
          && WORDS.matcher(cause.getMessage()).matches()) {
        String message =
            isShuffle(cause)
                ? "Cannot restore: no space is left where Spark keeps what it shuffles, %s; make room, or name a larger disk in spark.local.dir"
                    .formatted(localFolders)
                : "Cannot restore: no space is left at %s; make room there, or choose another %s"
                    .formatted(target, Words.RESTORE.of(RestoreKeys.TO));
        return Optional.of(new UncheckedIOException(message, (IOException) cause));
      }
    }
    return Optional.empty();
  }

  /** Import files are written through Hadoop, packed lines by the shuffle. */
  private static boolean isShuffle(Throwable cause) {
    return Arrays.stream(cause.getStackTrace())
        .map(StackTraceElement::getClassName)
        .filter(type -> type.startsWith("org.apache.hadoop.") || isOf(type, SHUFFLE))
        .findFirst()
        .filter(type -> isOf(type, SHUFFLE))
        .isPresent();
  }

  private static boolean isOf(String type, List<String> packages) {
    return packages.stream().anyMatch(type::startsWith);
  }
}
