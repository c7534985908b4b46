package io.dynamodblake.flatten;

import io.dynamodblake.type.ItemPath;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What {@code ddb_rescued} and {@code ddb_nulls} say of one row, as a tree of places. A place has a
 * rescued value, or is NULL, or holds other places.
 */
final class Overlay {
  private final Map<String, Overlay> names = new LinkedHashMap<>();
  private final Map<Integer, Overlay> elements = new LinkedHashMap<>();
  private boolean marked;
  private ByteSlice rescued;

  /** Reads both columns of a row; null if both are. */
  static Overlay of(ColumnSource row, int rescuedOrdinal, int nullsOrdinal)
      throws ItemDefectException {
    boolean anyRescued = !row.isNull(rescuedOrdinal);
    boolean anyNulls = !row.isNull(nullsOrdinal);
    if (!anyRescued && !anyNulls) {
      return null;
    }
    Overlay root = new Overlay();
    ByteSlice text = new ByteSlice();
    if (anyRescued) {
      ColumnSource paths = row.mapKeysAt(rescuedOrdinal);
      ColumnSource values = row.mapValuesAt(rescuedOrdinal);
      for (int i = 0; i < paths.size(); i++) {
        if (values.isNull(i)) {
          throw new ItemDefectException("a rescued value is null in ddb_rescued");
        }
        paths.textAt(i, text);
        Overlay place = root.mark(text, "ddb_rescued");
        place.rescued = new ByteSlice();
        values.textAt(i, place.rescued);
      }
    }
    if (anyNulls) {
      ColumnSource paths = row.arrayAt(nullsOrdinal);
      for (int i = 0; i < paths.size(); i++) {
        if (paths.isNull(i)) {
          throw new ItemDefectException("a path is null in ddb_nulls");
        }
        paths.textAt(i, text);
        root.mark(text, "ddb_nulls");
      }
    }
    return root;
  }

  private Overlay mark(ByteSlice text, String column) throws ItemDefectException {
    ItemPath path;
    try {
      path =
          ItemPath.parse(
              new String(text.bytes(), text.offset(), text.length(), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new ItemDefectException("a path in " + column + " is " + e.getMessage());
    }
    Overlay place = this;
    for (int step = 0; step < path.depth(); step++) {
      place =
          path.name(step) != null
              ? place.names.computeIfAbsent(path.name(step), name -> new Overlay())
              : place.elements.computeIfAbsent(path.element(step), element -> new Overlay());
    }
    if (place.marked) {
      throw new ItemDefectException("a path stands twice in ddb_rescued and ddb_nulls");
    }
    place.marked = true;
    return place;
  }

  /** Whether the value of this place is told here. */
  boolean isMarked() {
    return marked;
  }

  /** The rescued value as DynamoDB JSON; null where the place is NULL. */
  ByteSlice rescued() {
    return rescued;
  }

  /** Takes out what is told of an entry of this map; null if nothing is. */
  Overlay take(String name) {
    return names.remove(name);
  }

  /** Takes out what is told of an element of this list; null if nothing is. */
  Overlay take(int element) {
    return elements.remove(element);
  }

  /** The entries that nobody has taken. */
  Set<Map.Entry<String, Overlay>> leftEntries() {
    return names.entrySet();
  }

  /** Whether nothing is told, or left, of places inside this one. */
  boolean isEmpty() {
    return names.isEmpty() && elements.isEmpty();
  }

  /** Whether something is told of elements that nobody has taken. */
  boolean hasElements() {
    return !elements.isEmpty();
  }
}
