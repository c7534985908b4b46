package io.dynamodblake.lake.changes;

import io.dynamodblake.spark.run.JavaBytes;
import io.dynamodblake.spark.run.KeyRuns;
import io.dynamodblake.spark.run.LookAhead;
import java.util.Arrays;
import java.util.Iterator;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;

/**
 * Goes through the places and changes of a task, key by key, and says what becomes of each: which
 * rows go, which item comes. Of the changes of a key only the first and the last count; the ones
 * between are passed over, however many they are.
 */
final class KeyMerge extends LookAhead<InternalRow> {
  private final Iterator<InternalRow> rows;
  private final boolean onceEach;
  private final KeyRuns runs = new KeyRuns();
  private final Tally tally;

  // the key begun: where its rows are as far as nothing says that they stay
  private int[] files = new int[4];
  private long[] positions = new long[4];
  private int places;
  private int nextPlace;

  private long changes;
  private int firstImages;
  private byte[] firstOldImage;
  private int lastImages;
  private long lastMajor;
  private byte[] lastMinor;
  private byte[] lastNewImage;

  private InternalRow ahead; // the first row of the next key
  private boolean ended;
  private boolean imageDue;
  private boolean accountDue;
  private InternalRow result;

  /**
   * @param rows sorted as {@link MergeRows#SORT} does it
   * @param onceEach whether a source that has a key twice under one major is damaged; otherwise
   *     records with equal order are one record that came twice
   * @param files how many the snapshot has
   */
  KeyMerge(Iterator<InternalRow> rows, boolean onceEach, int files) {
    this.rows = rows;
    this.onceEach = onceEach;
    this.tally = new Tally(files);
  }

  @Override
  protected boolean advance() {
    while (true) {
      if (nextPlace < places) {
        tally.removed[files[nextPlace]]++;
        result =
            new GenericInternalRow(
                new Object[] {
                  MergeRows.REMOVAL, files[nextPlace], positions[nextPlace], firstOldImage
                });
        nextPlace++;
        return true;
      }
      if (imageDue) {
        imageDue = false;
        result = content(MergeRows.IMAGE, lastNewImage);
        return true;
      }
      if (ended) {
        if (accountDue) {
          accountDue = false;
          result = content(MergeRows.ACCOUNT, JavaBytes.of(tally.account()));
          return true;
        }
        return false;
      }
      readKey();
    }
  }

  @Override
  protected InternalRow take() {
    return result;
  }

  private static InternalRow content(int kind, byte[] bytes) {
    return new GenericInternalRow(new Object[] {kind, -1, -1L, bytes});
  }

  private void readKey() {
    places = 0;
    nextPlace = 0;
    changes = 0;
    lastNewImage = null;
    if (ahead == null && rows.hasNext()) {
      ahead = rows.next();
      runs.begins(ahead);
    }
    if (ahead == null) {
      ended = true;
      accountDue = true;
      return;
    }
    take(ahead);
    ahead = null;
    while (rows.hasNext()) {
      InternalRow next = rows.next();
      if (runs.begins(next)) {
        ahead = next;
        break;
      }
      take(next);
    }
    if (changes == 0) {
      places = 0; // a row that only looked like one of a changed key
      return;
    }
    settle();
  }

  private void take(InternalRow row) {
    if (row.getInt(MergeRows.KIND) == MergeRows.PLACE) {
      addPlace(row.getInt(MergeRows.DETAIL), row.getLong(MergeRows.MAJOR));
    } else {
      addChange(row);
    }
  }

  private void addPlace(int file, long position) {
    if (places == files.length) {
      files = Arrays.copyOf(files, places * 2);
      positions = Arrays.copyOf(positions, places * 2);
    }
    files[places] = file;
    positions[places++] = position;
  }

  private void addChange(InternalRow row) {
    long major = row.getLong(MergeRows.MAJOR);
    byte[] minor = row.isNullAt(MergeRows.MINOR) ? null : row.getBinary(MergeRows.MINOR);
    int images = row.getInt(MergeRows.DETAIL);
    if (changes > 0 && major == lastMajor && Arrays.equals(minor, lastMinor)) {
      tally.repeated++;
      if (!onceEach) {
        return; // delivered again
      }
    }
    if (changes == 0) {
      firstImages = images;
      firstOldImage = row.isNullAt(MergeRows.OLD_IMAGE) ? null : row.getBinary(MergeRows.OLD_IMAGE);
    } else if (MergeRows.Images.oldKnown(images)
        && MergeRows.Images.hasOld(images) != MergeRows.Images.hasNew(lastImages)) {
      tally.breaks++;
    }
    changes++;
    lastImages = images;
    lastMajor = major;
    lastMinor = minor;
    lastNewImage = MergeRows.Images.hasNew(images) ? row.getBinary(MergeRows.NEW_IMAGE) : null;
  }

  private void settle() {
    tally.records += changes;
    tally.keys++;
    tally.removedRows += places;
    boolean was = places > 0;
    boolean is = MergeRows.Images.hasNew(lastImages);
    boolean oldKnown = MergeRows.Images.oldKnown(firstImages);
    boolean hadOld = MergeRows.Images.hasOld(firstImages);
    if (is) {
      imageDue = true;
      if (was) {
        tally.updated++;
        tally.knownInserts += oldKnown && !hadOld ? 1 : 0;
      } else {
        tally.inserted++;
        tally.unknownUpdates += oldKnown && hadOld ? 1 : 0;
      }
    } else if (was) {
      tally.deleted++;
    } else {
      // put and deleted again before the table was told of it is nothing that it should know
      tally.unknownDeletes += hadOld || !MergeRows.Images.hasNew(firstImages) ? 1 : 0;
    }
  }

  /** What is counted on the way. */
  private static final class Tally {
    private final long[] removed;
    private long records;
    private long keys;
    private long inserted;
    private long updated;
    private long deleted;
    private long unknownDeletes;
    private long unknownUpdates;
    private long knownInserts;
    private long removedRows;
    private long repeated;
    private long breaks;

    Tally(int files) {
      this.removed = new long[files];
    }

    TaskAccount account() {
      return new TaskAccount(
          new MergeCounts(
              records,
              keys,
              inserted,
              updated,
              deleted,
              unknownDeletes,
              unknownUpdates,
              knownInserts,
              removedRows,
              repeated,
              breaks),
          removed);
    }
  }
}
