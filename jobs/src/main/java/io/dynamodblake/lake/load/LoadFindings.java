package io.dynamodblake.lake.load;

import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.lake.items.DefectCounts;
import io.dynamodblake.schema.DataRefusedException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** What a check of items found. Made by tasks for what they see, and added up. */
final class LoadFindings implements Serializable {
  private static final long serialVersionUID = 1L;

  private final DefectCounts<String> defects = new DefectCounts<>();
  private long items;
  private long bytes;
  private long writeUnits;
  private long repeatedKeys;
  private long repeatedItems;
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

  /** Counts a key that several items have. */
  void repeated(long withKey) {
    repeatedKeys++;
    repeatedItems += withKey;
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
    repeatedKeys += other.repeatedKeys;
    repeatedItems += other.repeatedItems;
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
    return defects.items() + repeatedItems;
  }

  /** Each kind of defect with its count and one place, most frequent first. */
  List<String> texts() {
    List<String> texts =
        new ArrayList<>(
            defects.mostFrequentFirst().stream()
                .map(
                    defect ->
                        "%s (%,d %s, such as %s)"
                            .formatted(
                                defect.getKey(),
                                defect.getValue().items(),
                                defect.getValue().items() == 1 ? "item" : "items",
                                defect.getValue().first()))
                .toList());
    if (repeatedKeys > 0) {
      texts.add(
          "several items have the same key (%,d items, %,d %s)"
              .formatted(repeatedItems, repeatedKeys, repeatedKeys == 1 ? "key" : "keys"));
    }
    return texts;
  }
}
