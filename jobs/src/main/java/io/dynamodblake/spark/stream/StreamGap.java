package io.dynamodblake.spark.stream;

import io.dynamodblake.conf.ServiceKeys;
import io.dynamodblake.export.ExportFormatException;
import java.io.Serializable;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Words what is missing where a stream cannot be read on without a hole, and how the hole is
 * filled.
 *
 * @param table its name
 * @param checkpoint path of the checkpoint
 * @param from changes before this time are in the archive
 */
record StreamGap(String table, String checkpoint, Instant from) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The service has deleted records that were not read. */
  ExportFormatException trimmed(String shard) {
    return because(
        "records of shard %s that were not read are gone, because streams keep them for 24 hours"
            .formatted(shard));
  }

  /** Nobody can tell whether the service has deleted records of a shard that were not read. */
  ExportFormatException tooLate(String shard) {
    return because(
        "records of shard %s may be gone unread, because it is more than 24 hours since the last run, and streams keep them for 24 hours"
            .formatted(shard));
  }

  /** A shard that was not read to its end is not there any more. */
  ExportFormatException vanished(String shard) {
    return because("shard %s was not read to its end and is not there any more".formatted(shard));
  }

  /** A shard continues one that was never seen. */
  ExportFormatException unseenParent(String shard, String parent) {
    return because(
        "shard %s continues shard %s, which was never read and is not there any more"
            .formatted(shard, parent));
  }

  /** The whole stream is gone. */
  ExportFormatException anotherStream(String old) {
    return because(
        "the table has another stream now, and %s was not read to its end and is not there any more"
            .formatted(old));
  }

  /** The table is another one of the same name. */
  ExportFormatException anotherTable() {
    return because("the table was dropped and made again");
  }

  private ExportFormatException because(String reason) {
    return new ExportFormatException(
        "Cannot continue the stream of table %s: %s; changes from %s on are missing: fill the gap with an export of what changed since then (export --%s %s), or of the whole table, then move %s away and run again, which begins with the oldest record that the stream still has"
            .formatted(
                table,
                reason,
                from,
                ServiceKeys.FROM.key(),
                from.truncatedTo(ChronoUnit.SECONDS),
                checkpoint));
  }
}
