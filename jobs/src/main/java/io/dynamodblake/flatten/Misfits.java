package io.dynamodblake.flatten;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.type.ItemPath;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What an item holds besides its columns: the path just walked, the values that did not fit, and
 * the places that are NULL. Reused from item to item.
 */
final class Misfits {
  private static final byte[] EMPTY_MAP = "{\"M\":{}}".getBytes(StandardCharsets.US_ASCII);
  private static final int NO_NODE = -1; // stands for an empty map

  private final ItemPath path = new ItemPath();
  private boolean wanted;
  private int column;
  private long[] counts;

  private byte[][] rescuedPaths = new byte[8][];
  private int[] rescuedNodes = new int[8];
  private int rescued;

  private byte[][] nullPaths = new byte[8][];
  private int nulls;

  Misfits(int columns) {
    this.counts = new long[columns];
  }

  /** Forgets the last item. When nothing is wanted, nothing is kept and no path is made. */
  void reset(boolean nowWanted) {
    wanted = nowWanted;
    path.clear();
    rescued = 0;
    nulls = 0;
  }

  ItemPath path() {
    return path;
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
      rescuedPaths = Arrays.copyOf(rescuedPaths, rescued * 2);
      rescuedNodes = Arrays.copyOf(rescuedNodes, rescued * 2);
    }
    rescuedPaths[rescued] = pathBytes();
    rescuedNodes[rescued++] = node;
  }

  /** Keeps that there is a map of which nothing is kept. */
  void keepEmptyMap() {
    keep(NO_NODE);
  }

  void nullValue() {
    if (!wanted) {
      return;
    }
    if (nulls == nullPaths.length) {
      nullPaths = Arrays.copyOf(nullPaths, nulls * 2);
    }
    nullPaths[nulls++] = pathBytes();
  }

  private byte[] pathBytes() {
    return path.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Whether everything is in its column and nothing is NULL. */
  boolean isEmpty() {
    return rescued == 0 && nulls == 0;
  }

  void putRescued(ItemTape tape, ColumnSink sink, int ordinal) {
    if (rescued == 0) {
      return;
    }
    ColumnSink keys = sink.beginMapKeys(ordinal, rescued);
    for (int i = 0; i < rescued; i++) {
      keys.putBytes(i, rescuedPaths[i], 0, rescuedPaths[i].length);
    }
    ColumnSink values = sink.beginMapValues(ordinal);
    for (int i = 0; i < rescued; i++) {
      if (rescuedNodes[i] == NO_NODE) {
        values.putBytes(i, EMPTY_MAP, 0, EMPTY_MAP.length);
        continue;
      }
      int start = tape.rawStart(rescuedNodes[i]);
      values.putBytes(i, tape.line(), start, tape.rawEnd(rescuedNodes[i]) - start);
    }
    sink.endMap(ordinal);
  }

  void putNulls(ColumnSink sink, int ordinal) {
    if (nulls == 0) {
      return;
    }
    ColumnSink elements = sink.beginArray(ordinal, nulls);
    for (int i = 0; i < nulls; i++) {
      elements.putBytes(i, nullPaths[i], 0, nullPaths[i].length);
    }
    sink.endArray(ordinal);
  }

  /** Values rescued since this object was made, for each column index given to {@link #column}. */
  long[] counts() {
    return counts;
  }
}
