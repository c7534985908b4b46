package io.dynamodblake.schema;

import io.dynamodblake.conf.Suggestion;
import java.io.Serializable;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The columns of a lake table, where each comes from and how it is converted: our {@code
 * schema.json}.
 *
 * @param table name of the lake table
 * @param keys key attributes of the DynamoDB table; empty when unknown
 * @param columns in order, dropped ones included
 * @param hashKey fingerprint of the key that columns are hashed with, by which nobody can find the
 *     key; empty if no column was ever hashed with one
 */
public record TableSchema(
    String table, List<KeyAttribute> keys, List<Column> columns, String hashKey)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * {@code map<string,string>}: path to DynamoDB JSON of each value that does not fit its column.
   * Always last but one.
   */
  public static final String RESCUED = "ddb_rescued";

  /**
   * {@code array<string>}: paths of the values that are NULL rather than absent. Always the last
   * column.
   */
  public static final String NULLS = "ddb_nulls";

  /** A schema without columns that are hashed with a key. */
  public TableSchema(String table, List<KeyAttribute> keys, List<Column> columns) {
    this(table, keys, columns, "");
  }

  public TableSchema {
    Objects.requireNonNull(table, "table is null");
    Objects.requireNonNull(hashKey, "hashKey is null");
    keys = List.copyOf(keys);
    columns = List.copyOf(columns);
    Set<String> names = new HashSet<>(Set.of(RESCUED, NULLS));
    Set<String> attributes = new HashSet<>();
    for (Column column : columns) {
      if (!attributes.add(column.attribute())) {
        throw new IllegalArgumentException("Two columns for one attribute: " + column.name());
      }
      if (!column.dropped() && !names.add(column.name().toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException(
            "Column '" + column.name() + "' occurs twice (names are compared without case)");
      }
    }
  }

  /**
   * Returns the columns that are written: without the dropped ones, and without {@link #RESCUED}
   * and {@link #NULLS}.
   */
  public List<Column> writtenColumns() {
    return columns.stream().filter(column -> !column.dropped()).toList();
  }

  /** Returns the same columns, hashed with the key of that fingerprint. */
  public TableSchema withHashKey(String fingerprint) {
    return new TableSchema(table, keys, columns, fingerprint);
  }

  /**
   * Returns the column of that attribute; else the one of that name, without regard to case.
   * Dropped ones are found too.
   */
  public Optional<Column> find(String attributeOrName) {
    Optional<Column> byAttribute =
        columns.stream().filter(column -> column.attribute().equals(attributeOrName)).findFirst();
    return byAttribute.isPresent()
        ? byAttribute
        : columns.stream()
            .filter(column -> column.name().equalsIgnoreCase(attributeOrName))
            // a written column may share its name with a dropped one
            .min(Comparator.comparing(Column::dropped));
  }

  /**
   * Says in words, for a message, that there is none of that name, and which was probably meant.
   */
  public String noSuchColumn(String wanted) {
    List<String> known =
        columns.stream()
            .filter(column -> !column.dropped())
            .flatMap(column -> Stream.of(column.attribute(), column.name()))
            .distinct()
            .toList();
    return "no such attribute or column"
        + Suggestion.nearest(wanted, known)
            .map(name -> "; did you mean '%s'?".formatted(name))
            .orElse("; schema.json has their names, and inspect shows them");
  }
}
