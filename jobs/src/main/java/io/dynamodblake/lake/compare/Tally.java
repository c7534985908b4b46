package io.dynamodblake.lake.compare;

import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.run.KeyRuns;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;

/** Counts of one partition, whose rows come in the order of key and item, or of all. */
final class Tally {
  private static final int COUNTS = 6;
  private static final int KEY_LONGS = 4;

  private final int show;
  private final KeyFilter filter; // of keys that differ
  private long itemsA;
  private long itemsB;
  private long equalItems;
  private long keysOnlyInA;
  private long keysOnlyInB;
  private long differingKeys;
  private List<DifferingKey> differing = new ArrayList<>();

  // of the present key, and of the present item in it
  private long keyA;
  private long keyB;
  private boolean keyDiffers;
  private long itemA;
  private long itemB;

  /**
   * @param show how many keys that differ are kept
   */
  Tally(int show) {
    this(show, KeyFilter.none());
  }

  /**
   * @param filter gets the keys that differ
   */
  Tally(int show, KeyFilter filter) {
    this.show = show;
    this.filter = filter;
  }

  /**
   * Counts rows that begin with the digest of the key.
   *
   * @param itemOrdinal of the digest of the item
   * @param sideOrdinal of whether it is the first side's
   */
  Tally of(Iterator<InternalRow> rows, int itemOrdinal, int sideOrdinal) {
    KeyRuns keys = new KeyRuns();
    KeyRuns items = new KeyRuns(itemOrdinal);
    while (rows.hasNext()) {
      InternalRow row = rows.next();
      long high = keys.high();
      long low = keys.low();
      boolean nextKey = keys.begins(row);
      boolean nextItem = items.begins(row);
      if (nextKey || nextItem) {
        endItem();
      }
      if (nextKey) {
        endKey(high, low);
      }
      if (row.getBoolean(sideOrdinal)) {
        itemA++;
      } else {
        itemB++;
      }
    }
    endItem();
    endKey(keys.high(), keys.low());
    return this;
  }

  private void endItem() {
    keyA += itemA;
    keyB += itemB;
    equalItems += Math.min(itemA, itemB);
    keyDiffers |= itemA != itemB;
    itemA = 0;
    itemB = 0;
  }

  private void endKey(long high, long low) {
    itemsA += keyA;
    itemsB += keyB;
    if (keyDiffers) {
      filter.add(high);
      if (keyB == 0) {
        keysOnlyInA++;
      } else if (keyA == 0) {
        keysOnlyInB++;
      } else {
        differingKeys++;
      }
      if (differing.size() < show) {
        differing.add(new DifferingKey(high, low, keyA, keyB));
      }
    }
    keyA = 0;
    keyB = 0;
    keyDiffers = false;
  }

  /** Counts items that are known to be equal. */
  void equal(long items) {
    itemsA += items;
    itemsB += items;
    equalItems += items;
  }

  /** How many keys are not the same on both sides. */
  long differences() {
    return keysOnlyInA + keysOnlyInB + differingKeys;
  }

  /** Returns the keys that differ, and maybe a few others. */
  KeyFilter filter() {
    return filter;
  }

  /** How many items both sides have. */
  Sides.Counts items() {
    return new Sides.Counts(itemsA, itemsB);
  }

  /** The first of the keys that differ, in their order. */
  List<DifferingKey> differing() {
    return differing;
  }

  /** As an array, which every serializer knows. */
  long[] toLongs() {
    long[] longs = new long[COUNTS + KEY_LONGS * differing.size()];
    longs[0] = itemsA;
    longs[1] = itemsB;
    longs[2] = equalItems;
    longs[3] = keysOnlyInA;
    longs[4] = keysOnlyInB;
    longs[5] = differingKeys;
    int at = COUNTS;
    for (DifferingKey key : differing) {
      longs[at++] = key.high();
      longs[at++] = key.low();
      longs[at++] = key.inA();
      longs[at++] = key.inB();
    }
    return longs;
  }

  /** The counts and the filter as arrays, which every serializer knows. */
  long[][] toArrays() {
    return new long[][] {toLongs(), filter.toLongs()};
  }

  /** Counts as {@link #toArrays} has them. */
  static Tally of(int show, long[][] arrays) {
    Tally tally = new Tally(show, new KeyFilter(arrays[1]));
    tally.add(arrays[0]);
    return tally;
  }

  /** Adds what another one has counted, and not its filter. */
  Tally plusCounts(Tally other) {
    add(other.toLongs());
    return this;
  }

  /** Adds what another one has counted. */
  Tally plus(Tally other) {
    add(other.toLongs());
    filter.or(other.filter);
    return this;
  }

  /** Adds what another one has counted, as {@link #toLongs} has it. */
  void add(long[] longs) {
    itemsA += longs[0];
    itemsB += longs[1];
    equalItems += longs[2];
    keysOnlyInA += longs[3];
    keysOnlyInB += longs[4];
    differingKeys += longs[5];
    for (int at = COUNTS; at < longs.length; at += KEY_LONGS) {
      differing.add(new DifferingKey(longs[at], longs[at + 1], longs[at + 2], longs[at + 3]));
    }
    differing.sort(DifferingKey.ORDER);
    differing = new ArrayList<>(differing.subList(0, Math.min(show, differing.size())));
  }

  /** The report of what was counted. */
  ComparisonReport report(Sides sides, List<ComparisonReport.Shown> shown) {
    return new ComparisonReport(
        sides.a().kind(),
        sides.b().kind(),
        KeyAttribute.texts(sides.keys().attributes()),
        sides.notes(),
        itemsA,
        itemsB,
        equalItems,
        keysOnlyInA,
        keysOnlyInB,
        differingKeys,
        shown,
        Optional.empty(),
        Optional.empty());
  }
}
