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
  private final ChangeMerge.Source source;
  private final boolean keptRows;
  private final MergeTables tables;
  private final MergeTables.Sorter sorter;
  private final KeyRuns runs = new KeyRuns();
  private final Tally tally;

  // the key begun: where its rows are as far as nothing says that they stay
  private int[] files = new int[4];
  private long[] positions = new long[4];
  private int places;
  private int nextPlace;

  private long changes;
  private long records; // with those that are passed over
  private int firstImages;
  private byte[] firstOldImage;
  private int lastImages;
  private boolean lastLossy;
  private long lastMajor;
  private byte[] lastMinor;
  private byte[] lastNewImage;
  private boolean passedOver; // a change that is not followed, so that nothing is known before
  private boolean endsPassedOver; // and none came after it
  private boolean tied; // nobody knows whether the last one was the last

  private InternalRow ahead; // the first row of the next key
  private boolean ended;
  private boolean imageDue;
  private int imageTable;
  private boolean accountDue;
  private InternalRow result;

  /**
   * @param rows sorted as {@link MergeRows#SORT} does it
   * @param source what the order of changes means, and what of them the table has
   * @param keptRows whether the tables may have rows of items that are gone
   * @param tables whose rows the places are of
   * @param files how many they have
   */
  KeyMerge(
      Iterator<InternalRow> rows,
      ChangeMerge.Source source,
      boolean keptRows,
      MergeTables tables,
      int files) {
    this.rows = rows;
    this.source = source;
    this.keptRows = keptRows;
    this.tables = tables;
    this.sorter = tables.sorter();
    this.tally = new Tally(tables.count(), files);
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
        result = content(MergeRows.IMAGE, imageTable, lastNewImage);
        return true;
      }
      if (ended) {
        if (accountDue) {
          accountDue = false;
          result = content(MergeRows.ACCOUNT, -1, JavaBytes.of(tally.account()));
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

  private static InternalRow content(int kind, int table, byte[] bytes) {
    return new GenericInternalRow(new Object[] {kind, table, -1L, bytes});
  }

  private void readKey() {
    places = 0;
    nextPlace = 0;
    changes = 0;
    records = 0;
    lastNewImage = null;
    passedOver = false;
    endsPassedOver = false;
    tied = false;
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
    tally.kept += endsPassedOver && (places > 0 || lastNewImage != null) ? 1 : 0;
    if (changes == 0) {
      places = 0; // a row that stays, or that only looked like one of a changed key
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
    if (records > 0 && major == lastMajor && Arrays.equals(minor, lastMinor)) {
      tally.repeated++;
      if (source != ChangeMerge.Source.WINDOWS) {
        return; // delivered again
      }
    }
    tied = records > 0 && major == lastMajor && MergeRows.Images.has(images, ChangeFeed.UNORDERED);
    records++;
    lastMajor = major;
    lastMinor = minor;
    if (MergeRows.Images.has(images, ChangeFeed.PASSED_OVER)) {
      tally.passedOver++;
      passedOver = true;
      endsPassedOver = true;
      lastImages = 0; // what follows finds no item
      return;
    }
    endsPassedOver = false;
    if (changes == 0) {
      firstImages = images;
      firstOldImage = row.isNullAt(MergeRows.OLD_IMAGE) ? null : row.getBinary(MergeRows.OLD_IMAGE);
    } else if (MergeRows.Images.oldKnown(images)
        && MergeRows.Images.hasOld(images) != MergeRows.Images.hasNew(lastImages)) {
      tally.breaks++;
    }
    changes++;
    lastImages = images;
    lastLossy = MergeRows.Images.has(images, ChangeFeed.LOSSY);
    lastNewImage = MergeRows.Images.hasNew(images) ? row.getBinary(MergeRows.NEW_IMAGE) : null;
  }

  private void settle() {
    tally.records += changes;
    tally.keys++;
    tally.ties += tied ? 1 : 0;
    if (lastLossy && lastNewImage != null && places > 0) {
      tally.lossy++;
      places = 0; // the row has what the image has lost
      return;
    }
    tally.removedRows += places;
    boolean was = places > 0;
    boolean is = lastNewImage != null;
    boolean follows = source != ChangeMerge.Source.OVERLAPPING_EVENTS && !passedOver;
    boolean oldKnown = follows && MergeRows.Images.oldKnown(firstImages);
    boolean hadOld = MergeRows.Images.hasOld(firstImages);
    int before = was ? tables.ofFile(files[0]) : -1;
    if (is) {
      imageDue = true;
      imageTable = sorter.table(lastNewImage);
      if (was && before != imageTable) {
        tally.moved++;
        tally.ofTable[before][Tally.MOVED_OUT]++;
        tally.ofTable[imageTable][Tally.MOVED_IN]++;
      } else {
        tally.ofTable[imageTable][was ? Tally.UPDATED : Tally.INSERTED]++;
      }
      if (was) {
        tally.updated++;
        tally.knownInserts += oldKnown && !hadOld && !keptRows ? 1 : 0;
      } else {
        tally.inserted++;
        tally.unknownUpdates += oldKnown && hadOld ? 1 : 0;
      }
    } else if (was) {
      tally.ofTable[before][Tally.DELETED]++;
      tally.deleted++;
    } else {
      // put and deleted again before the table was told of it is nothing that it should know
      boolean unknown = hadOld || !MergeRows.Images.hasNew(firstImages);
      tally.unknownDeletes += follows && unknown ? 1 : 0;
    }
  }

  /** What is counted on the way. */
  private static final class Tally {
    private static final int INSERTED = 0;
    private static final int UPDATED = 1;
    private static final int DELETED = 2;
    private static final int MOVED_IN = 3;
    private static final int MOVED_OUT = 4;

    private final long[][] ofTable;
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
    private long passedOver;
    private long lossy;
    private long ties;
    private long kept;
    private long moved;

    Tally(int tables, int files) {
      this.ofTable = new long[tables][MOVED_OUT + 1];
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
              breaks,
              passedOver,
              lossy,
              ties,
              kept,
              moved),
          Arrays.stream(ofTable)
              .map(
                  counts ->
                      new TableCounts(
                          counts[INSERTED],
                          counts[UPDATED],
                          counts[DELETED],
                          counts[MOVED_IN],
                          counts[MOVED_OUT]))
              .toArray(TableCounts[]::new),
          removed);
    }
  }
}
