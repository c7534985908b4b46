package io.dynamodblake.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The rows of the table, in its order. */
enum RowName {
  FLATTEN(new FlattenRow()),
  FLOOR(new FloorRow()),
  SCHEMA(new SchemaRow()),
  FIRST(new FirstRunRow()),
  COLUMNS(new ColumnsRow()),
  RESTORE(new RestoreRow()),
  APPLY(new ApplyRow()),
  COUNT(new CountRow()),
  SORTED(new SortedRow()),
  ICEBERG(new IcebergRow()),
  MEMORY(new MemoryRow()),
  PLANNING(new PlanningRow()),
  BALANCE(new BalanceRow()),
  FILES(new FilesRow()),
  GROWTH(new GrowthRow());

  private final Row row;

  RowName(Row row) {
    this.row = row;
  }

  Row row() {
    return row;
  }

  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<RowName> listOf(String text) {
    return Arrays.stream(text.split(",")).map(RowName::named).toList();
  }

  private static RowName named(String text) {
    return Arrays.stream(values())
        .filter(row -> row.key().equals(text.strip()))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("Unknown row " + text));
  }

  /**
   * What stands behind them does not depend on the shape or is measured with one, of orders; growth
   * takes longer than all others together.
   */
  static List<RowName> defaultsOf(Shape shape) {
    List<RowName> all = List.of(values());
    return all.subList(0, shape == Shape.ORDERS ? GROWTH.ordinal() : COUNT.ordinal());
  }
}
