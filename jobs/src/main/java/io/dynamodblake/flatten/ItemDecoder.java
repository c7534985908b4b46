package io.dynamodblake.flatten;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.NameFinder;
import io.dynamodblake.json.NameTable;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Puts items into columns: a tree of decoders built once for a schema and walked once an item.
 * Nothing of an item is lost: what its columns do not hold goes to {@code ddb_rescued} and {@code
 * ddb_nulls}, where these are asked for. One decoder a thread.
 *
 * <pre>{@code
 * ItemDecoder decoder = ItemDecoder.forSchema(schema);
 * scanner.scan(line, start, end, tape, decoder.wantedNames());
 * decoder.decode(tape, sink);
 * }</pre>
 */
public final class ItemDecoder {
  private static final ColumnSink NOWHERE = new DiscardingSink();
  private static final int ABSENT = -1;

  /** Attributes without a column have this place in the counts, behind all columns. */
  private final int noColumn;

  private final List<Column> columns;
  private final NameTable names;
  private final NameFinder finder;
  private final ValueDecoder[] decoders; // null where a column is dropped
  private final int[] ordinals; // -1 where only misfits are wanted
  private final int rescuedOrdinal;
  private final int nullsOrdinal;
  private final Misfits misfits;

  private ItemDecoder(
      List<Column> columns, int[] ordinals, int rescuedOrdinal, int nullsOrdinal, HashKey key) {
    this.columns = List.copyOf(columns);
    this.ordinals = ordinals;
    this.rescuedOrdinal = rescuedOrdinal;
    this.nullsOrdinal = nullsOrdinal;
    this.noColumn = columns.size();
    this.names = new NameTable(columns.stream().map(Column::attribute).toList());
    this.finder = new NameFinder(names);
    this.misfits = new Misfits(columns.size() + 1);
    this.decoders = new ValueDecoder[columns.size()];
    for (int i = 0; i < decoders.length; i++) {
      Column column = columns.get(i);
      if (!column.dropped()) {
        decoders[i] =
            column.protection() == Protection.NONE
                ? ContainerDecoders.of(column.mapping())
                : new ProtectedDecoder(column.protection(), key);
      }
    }
  }

  /**
   * Decodes into all written columns in their order, then {@code ddb_rescued}, then {@code
   * ddb_nulls}.
   */
  public static ItemDecoder forSchema(TableSchema schema) {
    return forSchema(schema, HashKey.NONE);
  }

  /**
   * Makes a decoder as {@link #forSchema(TableSchema)} does, for a schema with columns that are
   * hashed with a key.
   *
   * @throws IllegalArgumentException if there are such columns and no key
   */
  public static ItemDecoder forSchema(TableSchema schema, HashKey key) {
    List<String> names = new ArrayList<>();
    schema.writtenColumns().forEach(column -> names.add(column.name()));
    names.add(TableSchema.RESCUED);
    names.add(TableSchema.NULLS);
    return forColumns(schema, names, key);
  }

  /**
   * Decodes into some columns only. Ordinals of the sink are positions in the list. With {@code
   * ddb_rescued} or {@code ddb_nulls} among them every attribute is looked at, otherwise only those
   * of the columns named.
   *
   * @param names names of written columns, {@code ddb_rescued} and {@code ddb_nulls} included; a
   *     name that is none of these is left null in every row
   */
  public static ItemDecoder forColumns(TableSchema schema, List<String> names) {
    return forColumns(schema, names, HashKey.NONE);
  }

  /**
   * Makes a decoder as {@link #forColumns(TableSchema, List)} does, for a schema with columns that
   * are hashed with a key.
   *
   * @throws IllegalArgumentException if there are such columns and no key
   */
  public static ItemDecoder forColumns(TableSchema schema, List<String> names, HashKey key) {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      places.putIfAbsent(names.get(i), i);
    }
    int rescued = places.getOrDefault(TableSchema.RESCUED, ABSENT);
    int nulls = places.getOrDefault(TableSchema.NULLS, ABSENT);
    boolean everything = rescued >= 0 || nulls >= 0;
    List<Column> columns = new ArrayList<>();
    List<Integer> ordinals = new ArrayList<>();
    for (Column column : schema.columns()) {
      int ordinal = column.dropped() ? ABSENT : places.getOrDefault(column.name(), ABSENT);
      if (ordinal >= 0 || everything) {
        columns.add(column);
        ordinals.add(ordinal);
      }
    }
    return new ItemDecoder(
        columns, ordinals.stream().mapToInt(Integer::intValue).toArray(), rescued, nulls, key);
  }

  /** Returns the attributes that have to be on the tape; null if all have. */
  public NameTable wantedNames() {
    return wantsMisfits() ? null : names;
  }

  private boolean wantsMisfits() {
    return rescuedOrdinal >= 0 || nullsOrdinal >= 0;
  }

  /** Decodes one item into the row that the sink has begun. */
  public void decode(ItemTape tape, ColumnSink sink) {
    misfits.reset(wantsMisfits());
    int item = tape.item();
    int node = tape.firstChild(item);
    int expected = 0;
    for (int i = tape.childCount(item); i > 0; i--, node = tape.next(node)) {
      int column = finder.find(tape, node, expected);
      if (column >= 0) {
        expected = column + 1;
        decodeColumn(column, tape, node, sink);
      } else if (wantsMisfits()) {
        misfits.column(noColumn);
        misfits.path().push(tape.name(node));
        misfits.rescue(node);
        misfits.path().pop();
      }
    }
    if (rescuedOrdinal >= 0) {
      misfits.putRescued(tape, sink, rescuedOrdinal);
    }
    if (nullsOrdinal >= 0) {
      misfits.putNulls(sink, nullsOrdinal);
    }
  }

  private void decodeColumn(int column, ItemTape tape, int node, ColumnSink sink) {
    ValueDecoder decoder = decoders[column];
    if (decoder == null) {
      return;
    }
    int ordinal = ordinals[column];
    misfits.column(column);
    misfits.path().push(columns.get(column).attribute());
    decoder.decode(tape, node, ordinal >= 0 ? sink : NOWHERE, ordinal, misfits);
    misfits.path().pop();
  }

  /** Returns how many values were rescued because their attributes have no column. */
  public long withoutColumn() {
    return misfits.counts()[noColumn];
  }

  /**
   * Returns how many values this decoder has rescued, by column name; attributes without a column
   * count for {@code ddb_rescued}. Counts only where {@code ddb_rescued} or {@code ddb_nulls} is
   * decoded.
   */
  public Map<String, Long> rescuedCounts() {
    Map<String, Long> counts = new LinkedHashMap<>();
    long[] byColumn = misfits.counts();
    for (int i = 0; i < byColumn.length; i++) {
      if (byColumn[i] > 0) {
        String name = i == noColumn ? TableSchema.RESCUED : columns.get(i).name();
        counts.merge(Objects.requireNonNull(name), byColumn[i], Long::sum);
      }
    }
    return counts;
  }
}
