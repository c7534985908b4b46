package io.dynamodblake.flatten;

import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.type.ItemWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Makes items of rows again, the inverse of {@link ItemDecoder}: a tree of encoders built once for
 * a schema and walked once a row. A value in {@code ddb_rescued} wins over its column, which is
 * null or holds a time whose text was kept; null is NULL where {@code ddb_nulls} says so, and
 * otherwise absent. One encoder a thread.
 */
public final class ItemEncoder {
  private final UnnestedEncoder[] entries;
  private final int columns;
  private final boolean flat; // each column is an entry of the item
  private final Encoding encoding = new Encoding();

  private ItemEncoder(List<Column> columns) {
    List<Integer> all = IntStream.range(0, columns.size()).boxed().toList();
    this.entries = entries(columns, all, 0).toArray(UnnestedEncoder[]::new);
    this.columns = columns.size();
    this.flat = columns.stream().allMatch(column -> column.inside().isEmpty());
  }

  /**
   * The entries of an item, or of a map whose entries have columns.
   *
   * @param inside ordinals of the columns that are inside of it
   * @param depth how many names lead to it
   */
  private static List<UnnestedEncoder> entries(
      List<Column> columns, List<Integer> inside, int depth) {
    Map<String, List<Integer>> byKey = new LinkedHashMap<>();
    for (int ordinal : inside) {
      byKey
          .computeIfAbsent(columns.get(ordinal).origin().name(depth), key -> new ArrayList<>())
          .add(ordinal);
    }
    List<UnnestedEncoder> entries = new ArrayList<>();
    byKey.forEach(
        (key, ordinals) -> {
          Column first = columns.get(ordinals.get(0));
          entries.add(
              first.inside().size() > depth
                  ? new UnnestedEncoder.Map(key, entries(columns, ordinals, depth + 1))
                  : new UnnestedEncoder.Leaf(key, encoder(first), ordinals.get(0)));
        });
    return entries;
  }

  private static ValueEncoder encoder(Column column) {
    return column.protection() == Protection.NONE
        ? ContainerEncoders.of(column.mapping())
        : ScalarEncoders.ofProtected();
  }

  /**
   * Encodes rows of all written columns in their order, then {@code ddb_rescued}, then {@code
   * ddb_nulls}. Dropped columns are absent from the items; of protected ones the items get the text
   * that the lake holds.
   */
  public static ItemEncoder forSchema(TableSchema schema) {
    return new ItemEncoder(schema.writtenColumns());
  }

  /**
   * Writes one row as an item.
   *
   * @throws ItemDefectException if the row contradicts itself or holds what DynamoDB cannot; the
   *     writer is then in the middle of the item
   */
  public void encode(ColumnSource row, ItemWriter writer) throws ItemDefectException {
    encoding.begin(writer);
    Overlay told = Overlay.of(row, columns, columns + 1);
    writer.beginItem();
    if (told == null && flat && row instanceof PresentColumns some && some.knowsPresent()) {
      encodePresent(some);
    } else {
      for (UnnestedEncoder entry : entries) {
        encoding.attribute(entry.key());
        entry.encode(row, told == null ? null : told.take(entry.key()), encoding);
      }
    }
    if (told != null) {
      encoding.writeLeft(told, true);
    }
    writer.endItem();
  }

  private void encodePresent(PresentColumns row) throws ItemDefectException {
    for (int i = 0; i < row.presentCount(); i++) {
      int ordinal = row.present(i);
      if (ordinal >= columns) {
        return; // what is behind them is none of the item's
      }
      encoding.attribute(entries[ordinal].key());
      entries[ordinal].encode(row, null, encoding);
    }
  }
}
