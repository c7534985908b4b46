package io.dynamodblake.export;

import java.io.Serializable;
import java.time.Instant;
import java.util.Objects;

/**
 * The time whose changes an incremental export holds. Windows of a table continue each other where
 * one begins at the very instant at which another ends.
 *
 * @param from first instant; the items before the window are those of this time
 * @param to the instant after the last one; the items after the window are those of this time
 * @param view which images a change has
 * @param compacted whether an item has one change at most, and none if it was there neither before
 *     nor after; otherwise each write is a change, as a stream has them, and some that come after
 *     the window may be there, too
 * @param snapshot of a lake table whose very rows were compared to find the changes, so that they
 *     lead on from it however it came about; empty for none
 */
public record Window(Instant from, Instant to, View view, boolean compacted, String snapshot)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Which images of an item the changes of an export have. */
  public enum View {
    /** Only what the item is after the window, so that an insert cannot be told from an update. */
    NEW_IMAGE,
    /** Also what the item was before the window. */
    NEW_AND_OLD_IMAGES
  }

  /** A window of an export by DynamoDB. */
  public Window(Instant from, Instant to, View view) {
    this(from, to, view, true, "");
  }

  public Window {
    Objects.requireNonNull(from, "from is null");
    Objects.requireNonNull(to, "to is null");
    Objects.requireNonNull(view, "view is null");
    Objects.requireNonNull(snapshot, "snapshot is null");
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException("A window that does not end after it begins");
    }
  }
}
