package io.dynamodblake.schema;

import io.dynamodblake.conf.Suggestion;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
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
 * @param derived columns that repeat parts of keys; of one kind of items in a single-table design
 * @param unnesting how far the fields of structs that are still to come become columns
 */
public record TableSchema(
    String table,
    List<KeyAttribute> keys,
    List<Column> columns,
    String hashKey,
    List<DerivedColumn> derived,
    Unnesting unnesting)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * {@code map<string,string>}: path to DynamoDB JSON of each value that does not fit its column.
   * Always just before {@link #NULLS}.
   */
  public static final String RESCUED = "ddb_rescued";

  /**
   * {@code array<string>}: paths of the values that are NULL rather than absent. The last column,
   * but for derived ones.
   */
  public static final String NULLS = "ddb_nulls";

  /** A schema without columns that are hashed with a key. */
  public TableSchema(String table, List<KeyAttribute> keys, List<Column> columns) {
    this(table, keys, columns, "", List.of(), Unnesting.NONE);
  }

  /** A schema without derived columns. */
  public TableSchema(String table, List<KeyAttribute> keys, List<Column> columns, String hashKey) {
    this(table, keys, columns, hashKey, List.of(), Unnesting.NONE);
  }

  public TableSchema {
    Objects.requireNonNull(table, "table is null");
    Objects.requireNonNull(hashKey, "hashKey is null");
    Objects.requireNonNull(unnesting, "unnesting is null");
    keys = List.copyOf(keys);
    columns = List.copyOf(columns);
    derived = List.copyOf(derived);
    Set<String> names = new HashSet<>(Set.of(RESCUED, NULLS));
    Set<Origin> origins = new HashSet<>();
    for (Column column : columns) {
      if (!origins.add(column.origin())) {
        throw new IllegalArgumentException("Two columns for one attribute: " + column.name());
      }
      if (!column.dropped() && !names.add(column.name().toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException(
            "Column '" + column.name() + "' occurs twice (names are compared without case)");
      }
    }
    for (DerivedColumn column : derived) {
      if (!names.add(column.name().toLowerCase(Locale.ROOT))) {
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
    return new TableSchema(table, keys, columns, fingerprint, derived, unnesting);
  }

  /** Returns the same columns, with those to come unnested so far. */
  public TableSchema withUnnesting(Unnesting other) {
    return new TableSchema(table, keys, columns, hashKey, derived, other);
  }

  /** Returns the same table with other columns. */
  public TableSchema withColumns(List<Column> others) {
    return new TableSchema(table, keys, others, hashKey, derived, unnesting);
  }

  /**
   * Returns the same table with columns for parts of keys. A part that has a column already keeps
   * its name; a new one gets one that no other column has.
   *
   * @param parts the names of the parts, in order
   * @param attributesOf the keys that a part is of. A part of a key that is protected or left out
   *     gets no column, which would tell what the other one does not.
   */
  public TableSchema withParts(List<String> parts, Function<String, List<String>> attributesOf) {
    Map<String, DerivedColumn> known = new HashMap<>();
    derived.forEach(column -> known.put(column.part(), column));
    Set<String> taken = new HashSet<>(ColumnNames.NOT_GIVEN);
    columns.forEach(column -> taken.add(column.name()));
    derived.forEach(column -> taken.add(column.name()));
    List<DerivedColumn> all = new ArrayList<>();
    for (String part : parts) {
      List<String> attributes = attributesOf.apply(part);
      if (!attributes.stream().allMatch(this::isShown)) {
        continue;
      }
      String name =
          Optional.ofNullable(known.get(part))
              .map(DerivedColumn::name)
              .orElseGet(() -> ColumnNames.free(ColumnNames.clean(part), taken));
      taken.add(name);
      all.add(new DerivedColumn(name, part, attributes));
    }
    return new TableSchema(table, keys, columns, hashKey, all, unnesting);
  }

  private boolean isShown(String attribute) {
    return columns.stream()
        .filter(column -> column.isOf(attribute))
        .allMatch(column -> !column.dropped() && column.protection() == Protection.NONE);
  }

  /**
   * Returns how the values of each attribute are converted: one whose fields are columns of their
   * own as a struct of these, called by their keys. Dropped ones are there, too.
   */
  public Map<String, ValueMapping> mappings() {
    Map<String, ValueMapping> mappings = new LinkedHashMap<>();
    for (Column column : columns) {
      mappings.put(column.attribute(), column.mapping());
    }
    Map<Origin, Set<String>> maps = Unnested.maps(columns);
    Map<Origin, ValueMapping> leaves = new HashMap<>();
    columns.forEach(column -> leaves.put(column.origin(), column.mapping()));
    maps.keySet().stream()
        .filter(Origin::isWhole)
        .forEach(map -> mappings.put(map.attribute(), Unnested.struct(map, maps, leaves)));
    return mappings;
  }

  /**
   * Returns the column of that attribute; else the one whose path inside of an attribute that is,
   * such as {@code address.city}; else the one of that name, without regard to case. Dropped ones
   * are found too.
   */
  public Optional<Column> find(String attributeOrName) {
    Optional<Column> byAttribute =
        columns.stream()
            .filter(column -> column.isOf(attributeOrName))
            .findFirst()
            .or(
                () ->
                    columns.stream()
                        .filter(column -> !column.inside().isEmpty())
                        .filter(column -> column.path().equals(attributeOrName))
                        .findFirst());
    return byAttribute.isPresent()
        ? byAttribute
        : columns.stream()
            .filter(column -> column.name().equalsIgnoreCase(attributeOrName))
            // a written column may share its name with a dropped one
            .min(Comparator.comparing(Column::dropped));
  }

  /**
   * Returns the written column of that attribute or name, as {@link #find} does, or the derived one
   * of that name or part: of it only name and type count.
   */
  public Optional<Column> findWithDerived(String attributeOrName) {
    return find(attributeOrName)
        .or(
            () ->
                derived.stream()
                    .filter(
                        column ->
                            column.name().equalsIgnoreCase(attributeOrName)
                                || column.part().equals(attributeOrName))
                    .findFirst()
                    .map(DerivedColumn::asColumn));
  }

  /** Whether a column is one that repeats a part of a key. */
  public boolean isDerived(String name) {
    return derived.stream().anyMatch(column -> column.name().equals(name));
  }

  /**
   * Says in words, for a message, that there is none of that name, and which was probably meant.
   */
  public String noSuchColumn(String wanted) {
    List<String> known =
        Stream.concat(
                columns.stream()
                    .filter(column -> !column.dropped())
                    .flatMap(
                        column ->
                            Stream.of(
                                column.inside().isEmpty() ? column.attribute() : column.path(),
                                column.name())),
                derived.stream().map(DerivedColumn::name))
            .distinct()
            .toList();
    return "no such attribute or column"
        + Suggestion.nearest(wanted, known)
            .map(name -> "; did you mean '%s'?".formatted(name))
            .orElse("; schema.json has their names, and inspect shows them");
  }
}
