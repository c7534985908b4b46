package io.dynamodblake.schema;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * A top-level column of a lake table and the place that it comes from.
 *
 * @param name column name, {@code [a-z_][a-z0-9_]*}, unique in the table
 * @param attribute top-level attribute name in DynamoDB, exactly
 * @param inside keys of the maps that lead from the attribute to the values, exactly; empty where
 *     the column holds the attribute itself
 * @param mapping how values are converted; for protected columns what they were, the lake type is
 *     then string
 * @param protection hash or mask
 * @param dropped left out of the lake on purpose; neither a column nor rescued
 */
public record Column(
    String name,
    String attribute,
    List<String> inside,
    ValueMapping mapping,
    Protection protection,
    boolean dropped)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public Column {
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(attribute, "attribute is null");
    inside = List.copyOf(inside);
    Objects.requireNonNull(mapping, "mapping is null");
    Objects.requireNonNull(protection, "protection is null");
  }

  /** A column of a whole attribute. */
  public Column(
      String name, String attribute, ValueMapping mapping, Protection protection, boolean dropped) {
    this(name, attribute, List.of(), mapping, protection, dropped);
  }

  /** Returns a column of a whole attribute that is neither protected nor dropped. */
  public static Column of(String name, String attribute, ValueMapping mapping) {
    return of(name, Origin.of(attribute), mapping);
  }

  /** Returns a column that is neither protected nor dropped. */
  public static Column of(String name, Origin origin, ValueMapping mapping) {
    return new Column(name, origin.attribute(), origin.inside(), mapping, Protection.NONE, false);
  }

  /** Returns where its values stand. */
  public Origin origin() {
    return new Origin(attribute, inside);
  }

  /** Whether it holds the whole of that attribute. */
  public boolean isOf(String wholeAttribute) {
    return inside.isEmpty() && attribute.equals(wholeAttribute);
  }

  /** Returns its path as {@code ddb_rescued} and {@code ddb_nulls} have it. */
  public String path() {
    return origin().path();
  }

  /** Returns the same values under another name. */
  public Column named(String other) {
    return new Column(other, attribute, inside, mapping, protection, dropped);
  }

  /** Returns the same column with its values converted another way. */
  public Column as(ValueMapping other) {
    return new Column(name, attribute, inside, other, protection, dropped);
  }
}
