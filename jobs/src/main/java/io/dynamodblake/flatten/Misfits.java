package io.dynamodblake.flatten;

import io.dynamodblake.json.ItemTape;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What an item holds besides its columns: the values that did not fit, and the places that are
 * NULL. Reused from item to item.
 */
final class Misfits {
  private static final byte[] EMPTY_MAP = "{\"M\":{}}".getBytes(StandardCharsets.US_ASCII);

  private final TapePath path = new TapePath();
  private boolean wanted;
  private int column;
  private final long[] counts;

  private int[] rescuedNodes = new int[8]; // complements stand for empty maps
  private int rescued;

  private int[] nullNodes = new int[8];
  private int nulls;

  Misfits(int columns) {
    this.counts = new long[columns];
  }

  /** Forgets the last item. When nothing is wanted, nothing is kept. */
  void reset(boolean nowWanted) {
    wanted = nowWanted;
    rescued = 0;
    nulls = 0;
  }

  /** The column that the next rescued values count for. */
  void column(int index) {
    column = index;
  }

  /** Keeps a value that does not fit its place. */
  void rescue(int node) {
    if (wanted) {
      keep(node);
      counts[column]++;
    }
  }

  /** Keeps a value that is in its column, but whose text the column cannot give back. */
  void keep(int node) {
    if (!wanted) {
      return;
    }
    if (rescued == rescuedNodes.length) {
      rescuedNodes = Arrays.copyOf(rescuedNodes, rescued * 2);
    }
    rescuedNodes[rescued++] = node;
  }

  /** Keeps that there is a map of which nothing is kept. */
  void keepEmptyMap(int node) {
    keep(~node);
  }

  /** Keeps that a value is NULL. */
  void nullValue(int node) {
    if (!wanted) {
      return;
    }
    if (nulls == nullNodes.length) {
      nullNodes = Arrays.copyOf(nullNodes, nulls * 2);
    }
    nullNodes[nulls++] = node;
  }

  /** Whether everything is in its column and nothing is NULL. */
  boolean isEmpty() {
    return rescued == 0 && nulls == 0;
  }

  void putRescued(ItemTape tape, ColumnSink sink, int ordinal) {
    if (rescued == 0) {
      return;
    }
    path.begin(tape);
    ColumnSink keys = sink.beginMapKeys(ordinal, rescued);
    for (int i = 0; i < rescued; i++) {
      byte[] place = path.of(isEmptyMap(i) ? ~rescuedNodes[i] : rescuedNodes[i]);
      keys.putBytes(i, place, 0, place.length);
    }
    ColumnSink values = sink.beginMapValues(ordinal);
    for (int i = 0; i < rescued; i++) {
      if (isEmptyMap(i)) {
        values.putBytes(i, EMPTY_MAP, 0, EMPTY_MAP.length);
      } else {
        int start = tape.rawStart(rescuedNodes[i]);
        values.putBytes(i, tape.line(), start, tape.rawEnd(rescuedNodes[i]) - start);
      }
    }
    sink.endMap(ordinal);
  }

  private boolean isEmptyMap(int index) {
    return rescuedNodes[index] < 0;
  }

  void putNulls(ItemTape tape, ColumnSink sink, int ordinal) {
    if (nulls == 0) {
      return;
    }
    path.begin(tape);
    ColumnSink elements = sink.beginArray(ordinal, nulls);
    for (int i = 0; i < nulls; i++) {
      byte[] place = path.of(nullNodes[i]);
      elements.putBytes(i, place, 0, place.length);
    }
    sink.endArray(ordinal);
  }

  /** Values rescued since this object was made, for each column index given to {@link #column}. */
  long[] counts() {
    return counts;
  }
}
