package io.dynamodblake.lake.load;

import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.run.DefectCounts;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a check of items found. Made by tasks for what they see, and added up. */
final class LoadFindings implements Serializable {
  private static final long serialVersionUID = 1L;

  private final DefectCounts<String> defects = new DefectCounts<>();
  private long items;
  private long bytes;
  private long writeUnits;
  private long sumHigh;
  private long sumLow;

  void item(long itemBytes, long units) {
    items++;
    bytes += itemBytes;
    writeUnits += units;
  }

  /** Adds the digest of an item; the sum is the same in whatever order they come. */
  void digest(long high, long low) {
    sumHigh += high;
    sumLow += low;
  }

  void defect(String defect, String place) {
    items++;
    defects.add(defect, 1, place);
  }

  /** Takes a key that was seen to its end; counts it if several items have it. */
  void key(long withKey) {
    if (withKey > 1) {
      defects.sameKey(1, withKey, "");
    }
  }

  /** What is thrown where the input is found to be another one than was checked. */
  static DataRefusedException changed() {
    return new DataRefusedException(
        "Cannot load: the input has changed since it was checked; run again when nobody writes to it");
  }

  void add(LoadFindings other) {
    defects.add(other.defects);
    items += other.items;
    bytes += other.bytes;
    writeUnits += other.writeUnits;
    sumHigh += other.sumHigh;
    sumLow += other.sumLow;
  }

  /** The same for the same items, another one for others. */
  String fingerprint() {
    return new Fingerprint().add(items).add(bytes).add(sumHigh).add(sumLow).hex();
  }

  long items() {
    return items;
  }

  long bytes() {
    return bytes;
  }

  long writeUnits() {
    return writeUnits;
  }

  long badItems() {
    return defects.items();
  }

  /**
   * Each kind of defect with its count and one place, most frequent first, and at the end how many
   * items share their keys.
   */
  List<String> texts() {
    List<String> texts = new ArrayList<>();
    Optional<String> sameKey = Optional.empty();
    for (Map.Entry<String, DefectCounts.Count<String>> defect : defects.mostFrequentFirst()) {
      if (defect.getKey().equals(DefectCounts.SAME_KEY)) {
        sameKey = Optional.of(sameKey(defect.getValue().items()));
      } else {
        texts.add(text(defect.getKey(), defect.getValue()));
      }
    }
    sameKey.ifPresent(texts::add);
    return texts;
  }

  private static String text(String defect, DefectCounts.Count<String> count) {
    return "%s (%,d %s, such as %s)"
        .formatted(defect, count.items(), count.items() == 1 ? "item" : "items", count.first());
  }

  private String sameKey(long sharing) {
    long keys = defects.repeatedKeys();
    return "%s (%,d items, %,d %s)"
        .formatted(DefectCounts.SAME_KEY, sharing, keys, keys == 1 ? "key" : "keys");
  }
}
