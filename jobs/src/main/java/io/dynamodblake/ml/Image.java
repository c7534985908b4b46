package io.dynamodblake.ml;

import org.apache.spark.sql.catalyst.InternalRow;

/**
 * A row of what is brought together by key and time: an image of an item, which may be that there
 * is none any more, or a label that asks for one. These are the places of its columns.
 */
final class Image {
  /** Text of the key. */
  static final int KEY = 0;

  /** Of an image since when it is known, of a label its time. */
  static final int AT = 1;

  /** What comes first at one moment. */
  static final int RANK = 2;

  /** Since when it holds. */
  static final int EVENT = 3;

  /** When the table had it: by that it belongs to a chain of exports. */
  static final int TABLE_TIME = 4;

  /** Which part of the history it is of. */
  static final int PART = 5;

  /** A hash of what it has. */
  static final int TIE = 6;

  static final int DELETED = 7;

  /** Whether it becomes a row at all. */
  static final int CHOSEN = 8;

  static final int GROUP = 9;
  static final int LABEL = 10;
  static final int CARRIED = 11;
  static final int FEATURES = 12;

  /** Names of the columns in their order. */
  static final String[] NAMES = {
    "key",
    "at",
    "rank",
    "event",
    "table_time",
    "part",
    "tie",
    "deleted",
    "chosen",
    "group",
    "label",
    "carried",
    "features"
  };

  /** A label of something else than the item's own row comes after what was known at its time. */
  static final int RANK_BASE = 1;

  static final int RANK_CHANGE = 2;
  static final int RANK_LABEL = 3;

  private Image() {}

  static long event(InternalRow row) {
    return row.getLong(EVENT);
  }

  static boolean isDeleted(InternalRow row) {
    return row.getBoolean(DELETED);
  }
}
