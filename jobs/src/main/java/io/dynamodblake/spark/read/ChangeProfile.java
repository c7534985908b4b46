package io.dynamodblake.spark.read;

import io.dynamodblake.json.ChangeTape;
import io.dynamodblake.schema.KeyAttribute;
import java.io.Serializable;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What became of items in the window of an incremental export, counted. A {@link ChangeObserver}
 * fills it; profiles of parts are merged into that of the whole, in any order.
 */
public final class ChangeProfile implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Names of attributes that are counted one by one. */
  static final int MOST_ATTRIBUTES = 10_000;

  private static final int MOST_KEYS = 8;

  private long inserts;
  private long updates;
  private long puts;
  private long deletes;
  private long unchanged;
  private long firstWrite = ChangeTape.UNKNOWN_TIME;
  private long lastWrite = ChangeTape.UNKNOWN_TIME;
  private long otherChanges;
  private final Map<String, long[]> attributes = new HashMap<>();
  private final Set<List<KeyAttribute>> keys = new LinkedHashSet<>();

  private static final int ADDED = 0;
  private static final int CHANGED = 1;
  private static final int REMOVED = 2;

  /**
   * In how many updates an attribute was not there before, had another value before, or is not
   * there any more.
   */
  public record AttributeChanges(long added, long changed, long removed) {

    /** Returns how many updates changed the attribute in one way or the other. */
    public long updates() {
      return added + changed + removed;
    }
  }

  // ---- reading

  /** Returns how many items were not there before; 0 where the export does not tell. */
  public long inserts() {
    return inserts;
  }

  /** Returns how many items were there before and are after; 0 where the export does not tell. */
  public long updates() {
    return updates;
  }

  /** Returns how many items are there after, where the export has no old images; otherwise 0. */
  public long puts() {
    return puts;
  }

  public long deletes() {
    return deletes;
  }

  /** Returns how many updates left the item as it was. */
  public long unchanged() {
    return unchanged;
  }

  public long changes() {
    return inserts + updates + puts + deletes;
  }

  /** Returns the earliest time of a write in microseconds since 1970, or -1 if none is known. */
  public long firstWriteMicros() {
    return firstWrite;
  }

  /** Returns the latest time of a write in microseconds since 1970, or -1 if none is known. */
  public long lastWriteMicros() {
    return lastWrite;
  }

  /** Returns what updates did to each attribute that one of them changed, by its name. */
  public SortedMap<String, AttributeChanges> attributes() {
    SortedMap<String, AttributeChanges> all = new TreeMap<>();
    attributes.forEach(
        (name, counts) ->
            all.put(name, new AttributeChanges(counts[ADDED], counts[CHANGED], counts[REMOVED])));
    return all;
  }

  /**
   * Returns how many changes there were of still more attributes, beyond the {@value
   * #MOST_ATTRIBUTES} that are counted one by one.
   */
  public long otherChanges() {
    return otherChanges;
  }

  /**
   * Returns the key attributes of the records, sorted by name as nothing says which of two is the
   * partition key. More than one answer means that these are not the records of one table; of a
   * table's only none, where there are no records, or one can be.
   */
  public Set<List<KeyAttribute>> keys() {
    return Collections.unmodifiableSet(keys);
  }

  // ---- filling

  void insert() {
    inserts++;
  }

  void update(boolean changed) {
    updates++;
    unchanged += changed ? 0 : 1;
  }

  void put() {
    puts++;
  }

  void delete() {
    deletes++;
  }

  void written(long micros) {
    if (micros != ChangeTape.UNKNOWN_TIME) {
      firstWrite = firstWrite == ChangeTape.UNKNOWN_TIME ? micros : Math.min(firstWrite, micros);
      lastWrite = Math.max(lastWrite, micros);
    }
  }

  void added(String attribute) {
    count(attribute, ADDED, 1);
  }

  void changed(String attribute) {
    count(attribute, CHANGED, 1);
  }

  void removed(String attribute) {
    count(attribute, REMOVED, 1);
  }

  private void count(String attribute, int what, long more) {
    long[] counts = attributes.get(attribute);
    if (counts == null) {
      if (attributes.size() >= MOST_ATTRIBUTES) {
        otherChanges += more;
        return;
      }
      counts = new long[REMOVED + 1];
      attributes.put(attribute, counts);
    }
    counts[what] += more;
  }

  void keyed(List<KeyAttribute> key) {
    if (keys.size() < MOST_KEYS) {
      keys.add(key);
    }
  }

  void merge(ChangeProfile other) {
    inserts += other.inserts;
    updates += other.updates;
    puts += other.puts;
    deletes += other.deletes;
    unchanged += other.unchanged;
    written(other.firstWrite);
    written(other.lastWrite);
    otherChanges += other.otherChanges;
    other.attributes.forEach(
        (name, counts) -> {
          for (int what = 0; what < counts.length; what++) {
            if (counts[what] > 0) {
              count(name, what, counts[what]);
            }
          }
        });
    other.keys.forEach(this::keyed);
  }
}
