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
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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
  private static final int IN_ROW = 0; // of unnested maps, whose entries have ordinals

  /** Attributes without a column have this place in the counts, behind all columns. */
  private final int noColumn;

  private final List<Column> columns;
  private final NameTable names;
  private final NameFinder finder;
  private final UnnestedDecoder.Entry[] attributes;
  private final int rescuedOrdinal;
  private final int nullsOrdinal;
  private final Misfits misfits;

  private ItemDecoder(
      List<Column> columns, int[] ordinals, int rescuedOrdinal, int nullsOrdinal, HashKey key) {
    this.columns = List.copyOf(columns);
    this.rescuedOrdinal = rescuedOrdinal;
    this.nullsOrdinal = nullsOrdinal;
    this.noColumn = columns.size();
    List<Integer> all = IntStream.range(0, columns.size()).boxed().toList();
    this.attributes =
        entries(all, 0, column -> decoder(columns.get(column), key), ordinals)
            .toArray(UnnestedDecoder.Entry[]::new);
    this.names = new NameTable(Stream.of(attributes).map(UnnestedDecoder.Entry::key).toList());
    this.finder = new NameFinder(names);
    this.misfits = new Misfits(columns.size() + 1);
  }

  /** The decoder of a column; null if it is dropped. */
  private static ValueDecoder decoder(Column column, HashKey key) {
    if (column.dropped()) {
      return null;
    }
    return column.protection() == Protection.NONE
        ? ContainerDecoders.of(column.mapping())
        : new ProtectedDecoder(column.protection(), key);
  }

  /**
   * The entries of an item, or of a map whose entries have columns.
   *
   * @param inside indexes of the columns that are inside of it
   * @param depth how many names lead to it
   */
  private List<UnnestedDecoder.Entry> entries(
      List<Integer> inside, int depth, IntFunction<ValueDecoder> decoders, int[] ordinals) {
    Map<String, List<Integer>> byKey = new LinkedHashMap<>();
    for (int column : inside) {
      byKey
          .computeIfAbsent(columns.get(column).origin().name(depth), key -> new ArrayList<>())
          .add(column);
    }
    List<UnnestedDecoder.Entry> entries = new ArrayList<>();
    byKey.forEach(
        (key, own) -> {
          int first = own.get(0);
          if (columns.get(first).inside().size() > depth) {
            ValueDecoder map =
                new UnnestedDecoder(entries(own, depth + 1, decoders, ordinals), noColumn);
            entries.add(new UnnestedDecoder.Entry(key, map, IN_ROW, noColumn));
          } else {
            entries.add(
                new UnnestedDecoder.Entry(key, decoders.apply(first), ordinals[first], first));
          }
        });
    return entries;
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
      int attribute = finder.find(tape, node, expected);
      if (attribute >= 0) {
        expected = attribute + 1;
        decodeAttribute(attributes[attribute], tape, node, sink);
      } else if (wantsMisfits()) {
        misfits.column(noColumn);
        misfits.rescue(node);
      }
    }
    if (rescuedOrdinal >= 0) {
      misfits.putRescued(tape, sink, rescuedOrdinal);
    }
    if (nullsOrdinal >= 0) {
      misfits.putNulls(tape, sink, nullsOrdinal);
    }
  }

  private void decodeAttribute(
      UnnestedDecoder.Entry attribute, ItemTape tape, int node, ColumnSink sink) {
    if (attribute.decoder() == null) {
      return;
    }
    int ordinal = attribute.ordinal();
    misfits.column(attribute.column());
    attribute.decoder().decode(tape, node, ordinal >= 0 ? sink : NOWHERE, ordinal, misfits);
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
