package io.dynamodblake.lake.restore;

import io.dynamodblake.lake.input.RowPlaces;
import io.dynamodblake.spark.run.DefectCounts;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a check of rows found: how many there are, which cannot be items, which have the same key.
 * Made by tasks for what they see, and added up.
 */
final class ItemFindings implements Serializable {
  private static final long serialVersionUID = 1L;

  private final DefectCounts<Long> defects = new DefectCounts<>();
  private long rows;
  private long items;
  private long keysFound;
  private long sumHigh;
  private long sumLow;
  private long packedBytes;
  private List<long[]> repeated = new ArrayList<>();

  /** Counts a row, whatever becomes of it. */
  void row() {
    rows++;
  }

  /** Counts a row that cannot be an item. */
  void defect(String defect, long place) {
    defects.add(defect, 1, place);
  }

  /**
   * Counts items that were packed.
   *
   * @param bytes that they take, packed
   */
  void packed(long count, long bytes) {
    items += count;
    packedBytes += bytes;
  }

  /** Counts the key of an item, where all items with the same one meet. */
  void key(long high, long low) {
    keysFound++;
    sumHigh += high;
    sumLow += low;
  }

  /** Adds what was found about the keys that {@link #key} counted. */
  void repeated(KeyTable keys) {
    if (keys.keys() > 0) {
      defects.sameKey(keys.keys(), keys.rows(), keys.first());
      repeated.add(keys.hashes());
    }
  }

  /** Adds what another task found. */
  void add(ItemFindings other) {
    defects.add(other.defects);
    rows += other.rows;
    items += other.items;
    keysFound += other.keysFound;
    sumHigh += other.sumHigh;
    sumLow += other.sumLow;
    packedBytes += other.packedBytes;
    repeated.addAll(other.repeated);
  }

  /** Rows read. */
  long rows() {
    return rows;
  }

  /** Rows that were packed as items. */
  long items() {
    return items;
  }

  /** Keys that were looked at: as many as items that are sound by themselves. */
  long keysFound() {
    return keysFound;
  }

  /** Sum of the first halves of all hashes of keys: another one if items are lost or repeated. */
  long sumHigh() {
    return sumHigh;
  }

  /** Sum of the second halves. */
  long sumLow() {
    return sumLow;
  }

  /** Bytes of the packed items. */
  long packedBytes() {
    return packedBytes;
  }

  /** Rows that cannot be items, or share their key. */
  long badRows() {
    return defects.items();
  }

  /** How many keys come more than once. */
  long repeatedKeyCount() {
    return defects.repeatedKeys();
  }

  /** Keys that come more than once, as many as were kept of them. */
  KeySet repeatedKeys() {
    return new KeySet(repeated.stream().flatMapToLong(Arrays::stream).toArray());
  }

  /** Each kind of defect with its count and first place, most frequent first. */
  List<String> texts(RowPlaces places) {
    return defects.mostFrequentFirst().stream()
        .map(defect -> text(defect.getKey(), defect.getValue(), places))
        .toList();
  }

  private String text(String defect, DefectCounts.Count<Long> count, RowPlaces places) {
    long keys = defects.repeatedKeys();
    String what =
        defect.equals(DefectCounts.SAME_KEY) && keys > 0
            ? "%s, %,d %s".formatted(defect, keys, keys == 1 ? "key" : "keys")
            : defect;
    String unit = count.items() == 1 ? "row" : "rows";
    return "%s (%,d %s, first %s)".formatted(what, count.items(), unit, places.text(count.first()));
  }
}
