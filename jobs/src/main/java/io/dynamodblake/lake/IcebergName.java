package io.dynamodblake.lake;

/**
 * The name of a table of Iceberg in a catalog that Spark is configured with.
 *
 * @param catalog as in {@code spark.sql.catalog.<catalog>}
 */
public record IcebergName(String catalog, String database, String table) {
  /** Returns the name of the table that keeps the history of this one. */
  public IcebergName ofHistory() {
    return new IcebergName(catalog, database, HistoryTable.name(table));
  }

  /** Returns the name as SQL writes it. */
  public String sql() {
    return "%s.%s.%s".formatted(quoted(catalog), quoted(database), quoted(table));
  }

  /** Returns a part of a name as SQL writes it, whatever is in it. */
  public static String quoted(String part) {
    return "`" + part.replace("`", "``") + "`";
  }

  /** Returns the name for people. */
  @Override
  public String toString() {
    return catalog + "." + database + "." + table;
  }
}
