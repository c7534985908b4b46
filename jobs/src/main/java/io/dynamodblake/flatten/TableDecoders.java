package io.dynamodblake.flatten;

import io.dynamodblake.json.ItemTape;
import io.dynamodblake.schema.DerivedColumn;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.entity.EntityRules;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts each item into the columns of the table that it belongs to: of the only one, or of the one
 * that rules name. One a thread.
 *
 * <pre>{@code
 * int table = decoders.table(tape);
 * decoders.decode(tape, sinks[table]);
 * }</pre>
 */
public final class TableDecoders {
  private static final int BEHIND_COLUMNS = 2; // ddb_rescued and ddb_nulls

  private final EntityClassifier classifier; // null for one table
  private final List<String> names;
  private final ItemDecoder[] decoders;
  private final int[] firstDerived; // ordinal, by table
  private final int[][] parts; // by table the part that each derived column repeats
  private final ByteSlice part = new ByteSlice();
  private int table;

  /**
   * Prepares to decode.
   *
   * @param rules that tell which table an item belongs to; empty for one table
   * @param schemas of the tables, in the order of the rules
   * @param key for columns that are hashed with one
   */
  public TableDecoders(Optional<EntityRules> rules, List<TableSchema> schemas, HashKey key) {
    classifier = rules.map(EntityClassifier::new).orElse(null);
    names = rules.map(EntityRules::tables).orElse(List.of());
    decoders =
        schemas.stream()
            .map(schema -> ItemDecoder.forSchema(schema, key))
            .toArray(ItemDecoder[]::new);
    firstDerived = new int[decoders.length];
    parts = new int[decoders.length][];
    for (int i = 0; i < decoders.length; i++) {
      TableSchema schema = schemas.get(i);
      List<String> known =
          rules.isPresent() && i < rules.get().entities().size()
              ? rules.get().entities().get(i).parts()
              : List.of();
      firstDerived[i] = schema.writtenColumns().size() + BEHIND_COLUMNS;
      parts[i] =
          schema.derived().stream().map(DerivedColumn::part).mapToInt(known::indexOf).toArray();
    }
  }

  /** Returns the number of the table that an item belongs to. */
  public int table(ItemTape tape) {
    table = classifier == null ? 0 : classifier.classify(tape);
    return table;
  }

  /** Decodes the item of {@link #table} into the row that the sink of that table has begun. */
  public void decode(ItemTape tape, ColumnSink sink) {
    decoders[table].decode(tape, sink);
    int[] derived = parts[table];
    if (derived.length > 0 && classifier.readParts()) {
      for (int i = 0; i < derived.length; i++) {
        if (derived[i] >= 0 && classifier.part(derived[i], part)) {
          sink.putBytes(firstDerived[table] + i, part.bytes(), part.offset(), part.length());
        }
      }
    }
  }

  /** Returns whether an item of a table that was decoded so far has an attribute without column. */
  public boolean lacksColumn(int ofTable) {
    return decoders[ofTable].withoutColumn() > 0;
  }

  /**
   * Returns how many values were rescued, by column, of several tables by {@code table.column}; see
   * {@link ItemDecoder#rescuedCounts}.
   */
  public Map<String, Long> rescuedCounts() {
    if (classifier == null) {
      return decoders[0].rescuedCounts();
    }
    Map<String, Long> counts = new LinkedHashMap<>();
    for (int i = 0; i < decoders.length; i++) {
      String name = names.get(i);
      decoders[i]
          .rescuedCounts()
          .forEach((column, count) -> counts.put(name + "." + column, count));
    }
    return counts;
  }
}
