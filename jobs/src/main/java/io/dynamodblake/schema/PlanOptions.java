package io.dynamodblake.schema;

import io.dynamodblake.conf.Words;
import java.util.List;
import java.util.Objects;

/**
 * What the user says about a table whose schema is planned from a {@link Profile}. When a map
 * counts as open-ended was already decided by the profile's {@link ProfileLimits}.
 *
 * @param table name of the lake table
 * @param keys key attributes of the DynamoDB table; empty when unknown
 * @param maxColumns most columns of the table; the most frequent attributes get them, the values of
 *     the others are rescued
 * @param rules what the kind of the table allows its columns to become
 * @param unnesting how far the fields of structs become columns; of a table that exists its schema
 *     says so
 * @param words how whoever asks writes options, for messages
 */
public record PlanOptions(
    String table,
    List<KeyAttribute> keys,
    int maxColumns,
    TypeRules rules,
    Unnesting unnesting,
    Words words) {
  public static final int DEFAULT_MAX_COLUMNS = 2000;

  public PlanOptions {
    Objects.requireNonNull(table, "table is null");
    Objects.requireNonNull(rules, "rules is null");
    Objects.requireNonNull(unnesting, "unnesting is null");
    Objects.requireNonNull(words, "words is null");
    keys = List.copyOf(keys);
    if (maxColumns < 1) {
      throw new IllegalArgumentException("At least one column is needed");
    }
  }

  /** Returns options with the usual bound for columns. */
  public static PlanOptions of(String table, List<KeyAttribute> keys) {
    return new PlanOptions(
        table, keys, DEFAULT_MAX_COLUMNS, TypeRules.LAKE, Unnesting.NONE, Words.FLATTEN);
  }

  /** The same with other keys. */
  PlanOptions withKeys(List<KeyAttribute> newKeys) {
    return new PlanOptions(table, newKeys, maxColumns, rules, unnesting, words);
  }

  public PlanOptions withWords(Words newWords) {
    return new PlanOptions(table, keys, maxColumns, rules, unnesting, newWords);
  }

  public PlanOptions withRules(TypeRules newRules) {
    return new PlanOptions(table, keys, maxColumns, newRules, unnesting, words);
  }

  /** The same with the fields of structs as columns. */
  public PlanOptions withUnnesting(Unnesting newUnnesting) {
    return new PlanOptions(table, keys, maxColumns, rules, newUnnesting, words);
  }
}
