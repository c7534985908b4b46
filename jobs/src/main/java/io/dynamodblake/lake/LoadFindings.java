package io.dynamodblake.lake;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a check of items found. Made by tasks for what they see, and added up. */
final class LoadFindings implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int MOST_KINDS = 100;
  private static final String OTHERS = "other defects";

  /** How often a defect was found, and one place. */
  private record Count(long items, String place) implements Serializable {
    private static final long serialVersionUID = 1L;

    Count plus(Count other) {
      return new Count(
          items + other.items, place.compareTo(other.place) <= 0 ? place : other.place);
    }
  }

  private final TreeMap<String, Count> defects = new TreeMap<>();
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
    defect(defect, new Count(1, place));
  }

  private void defect(String defect, Count count) {
    boolean known = defects.containsKey(defect) || defects.size() < MOST_KINDS;
    defects.merge(known ? defect : OTHERS, count, Count::plus);
  }

  /** Counts a key that several items have. */
  void repeated(long withKey) {
    repeatedKeys++;
    repeatedItems += withKey;
  }

  void add(LoadFindings other) {
    other.defects.forEach(this::defect);
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
    return defects.values().stream().mapToLong(Count::items).sum() + repeatedItems;
  }

  /** Each kind of defect with its count and one place, most frequent first. */
  List<String> texts() {
    List<String> texts =
        new java.util.ArrayList<>(
            defects.entrySet().stream()
                .sorted(
                    Map.Entry.comparingByValue(
                        Comparator.comparingLong((Count count) -> -count.items())))
                .map(
                    defect ->
                        "%s (%,d %s, such as %s)"
                            .formatted(
                                defect.getKey(),
                                defect.getValue().items(),
                                defect.getValue().items() == 1 ? "item" : "items",
                                defect.getValue().place()))
                .toList());
    if (repeatedKeys > 0) {
      texts.add(
          "several items have the same key (%,d items, %,d %s)"
              .formatted(repeatedItems, repeatedKeys, repeatedKeys == 1 ? "key" : "keys"));
    }
    return texts;
  }
}
