package io.dynamodblake.lake.changes;

import io.dynamodblake.spark.run.KeySort;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of a merge before and after their keys are brought together.
 *
 * <p>Before, a row is a <em>place</em>, which says where a row of the lake table with the key lies,
 * or a <em>change</em> of the key. All of one key come in the order of their columns: places first,
 * then changes from the first to the last.
 *
 * <p>After, a row is a <em>removal</em>, the place of a row that the next snapshot has not, an
 * <em>image</em>, an item that it has instead or besides, or an <em>account</em>, what one task has
 * counted.
 */
final class MergeRows {
  private MergeRows() {}

  static final int KIND = 2;
  static final int PLACE = 0;
  static final int CHANGE = 1;

  /**
   * Of a place the position in its file; of a change what is ordered by first, such as a window.
   */
  static final int MAJOR = 3;

  /** Of a change what is ordered by where {@link #MAJOR} is equal: bytes, compared unsigned. */
  static final int MINOR = 4;

  /** Of a place the number of its file; of a change the {@link Images} that it has. */
  static final int DETAIL = 5;

  /** Of a change the item after it, as a line of an export. */
  static final int NEW_IMAGE = 6;

  /** Of a change the digest of the item before it, where somebody compares it. */
  static final int OLD_IMAGE = 7;

  /** Of a change the hash of its key as the key columns hold it; only a filter looks at it. */
  static final int KEY_HASH = 8;

  /** Rows before keys are brought together. */
  static final KeySort SORT =
      new KeySort(
          KeySort.KEY
              .add("kind", DataTypes.IntegerType, false)
              .add("major", DataTypes.LongType, false)
              .add("minor", DataTypes.BinaryType, true)
              .add("detail", DataTypes.IntegerType, false)
              .add("newImage", DataTypes.BinaryType, true)
              .add("oldImage", DataTypes.BinaryType, true)
              .add("keyHash", DataTypes.LongType, false),
          MINOR + 1);

  static final int RESULT_KIND = 0;
  static final int REMOVAL = 0;
  static final int IMAGE = 1;
  static final int ACCOUNT = 2;

  /** Of a removal the number of the file, of an image that of the table. */
  static final int FILE = 1;

  /** Of a removal the position in the file, from 0. */
  static final int POSITION = 2;

  /**
   * Of a removal the digest of the item that the row should be, if anybody knows; of an image its
   * line of an export; of an account its bytes.
   */
  static final int CONTENT = 3;

  /** Rows after. */
  static final StructType RESULT =
      new StructType()
          .add("kind", DataTypes.IntegerType, false)
          .add("file", DataTypes.IntegerType, false)
          .add("position", DataTypes.LongType, false)
          .add("content", DataTypes.BinaryType, true);

  /**
   * Which images a change has, and which it could have, as flags of one number; with them the
   * traits of a {@link ChangeFeed.Records}.
   */
  static final class Images {
    private static final int NEW = 1;
    private static final int OLD = 2;
    private static final int OLD_KNOWN = 4;

    private Images() {}

    /**
     * @param hasNew whether there is an item after the change
     * @param hasOld whether there was one before it
     * @param oldKnown whether the source says so, instead of saying nothing of the state before
     */
    static int of(boolean hasNew, boolean hasOld, boolean oldKnown) {
      return (hasNew ? NEW : 0) | (hasOld ? OLD : 0) | (oldKnown ? OLD_KNOWN : 0);
    }

    static boolean has(int images, int trait) {
      return (images & trait) != 0;
    }

    static boolean hasNew(int images) {
      return (images & NEW) != 0;
    }

    static boolean hasOld(int images) {
      return (images & OLD) != 0;
    }

    static boolean oldKnown(int images) {
      return (images & OLD_KNOWN) != 0;
    }
  }
}
