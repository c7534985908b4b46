package io.dynamodblake.lake.iceberg;

import io.dynamodblake.schema.DataRefusedException;
import java.util.function.Supplier;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;

/**
 * Commits that lose against somebody else's, and are tried again on what the table is then. Iceberg
 * would do so by itself; our tables tell it not to, because of what it does after a lost answer.
 * Driver only.
 */
final class Attempts {
  static final int MOST = 5;

  private Attempts() {}

  /**
   * Does work that looks at a table and then commits what is missing, if anything is.
   *
   * @throws DataRefusedException if somebody else is quicker again and again
   */
  static <T> T on(Table table, OpenTable place, Supplier<T> work) {
    CommitFailedException last = null;
    for (int attempt = 0; attempt < MOST; attempt++) {
      try {
        return work.get();
      } catch (CommitFailedException e) {
        last = e;
        table.refresh();
      }
    }
    throw overtaken(place, last);
  }

  /** Whether it failed because somebody else was quicker, whatever Spark has put around that. */
  static boolean isConflict(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CommitFailedException) {
        return true;
      }
    }
    return false;
  }

  static DataRefusedException overtaken(OpenTable place, RuntimeException reason) {
    return new DataRefusedException(
        "Cannot publish: others have changed the table of Iceberg meanwhile, %s; nothing was changed, run again"
            .formatted(place.text()),
        reason);
  }
}
