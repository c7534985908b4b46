package io.dynamodblake.flatten;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.NameFinder;
import io.dynamodblake.json.NameTable;
import io.dynamodblake.type.Descriptor;
import java.util.List;

/**
 * A map whose entries have columns of their own, or are such maps again. That the map is there is
 * told by any of its entries, in a column, in {@code ddb_rescued} or in {@code ddb_nulls}; where
 * none tells, because the map is empty or all of it is left out on purpose, an empty map is
 * rescued.
 */
final class UnnestedDecoder extends ValueDecoder {
  private static final ColumnSink NOWHERE = new DiscardingSink();

  private final NameFinder names;
  private final Entry[] entries;
  private final int outside;

  /**
   * What becomes of an entry.
   *
   * @param decoder null where it is left out on purpose
   * @param ordinal of the column in the row; negative where only misfits are wanted. Any that is
   *     not for a map that is unnested, too
   * @param column which one misfits count for
   */
  record Entry(String key, ValueDecoder decoder, int ordinal, int column) {}

  /**
   * Decodes a map.
   *
   * @param outside what misfits count for that are in no column
   */
  UnnestedDecoder(List<Entry> entries, int outside) {
    super(Descriptor.M);
    this.names = new NameFinder(new NameTable(entries.stream().map(Entry::key).toList()));
    this.entries = entries.toArray(Entry[]::new);
    this.outside = outside;
  }

  /**
   * Decodes a value into the row.
   *
   * @param ordinal without meaning: the entries have theirs
   */
  @Override
  void decode(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
    switch (tape.descriptor(node)) {
      case M -> decodeValue(tape, node, sink, ordinal, misfits);
      case NULL -> misfits.nullValue(node);
      case S, N, B, BOOL, L, SS, NS, BS -> rescue(node, misfits);
    }
  }

  @Override
  boolean decodeValue(ItemTape tape, int node, ColumnSink sink, int ordinal, Misfits misfits) {
    boolean told = false;
    int expected = 0;
    int child = tape.firstChild(node);
    for (int i = tape.childCount(node); i > 0; i--, child = tape.next(child)) {
      int found = names.find(tape, child, expected);
      if (found < 0) {
        rescue(child, misfits);
        told = true;
        continue;
      }
      expected = found + 1;
      Entry entry = entries[found];
      if (entry.decoder() != null) {
        misfits.column(entry.column());
        int column = entry.ordinal();
        entry.decoder().decode(tape, child, column >= 0 ? sink : NOWHERE, column, misfits);
        told = true;
      }
    }
    if (!told) {
      misfits.keepEmptyMap(node);
    }
    return true;
  }

  private void rescue(int node, Misfits misfits) {
    misfits.column(outside);
    misfits.rescue(node);
  }
}
