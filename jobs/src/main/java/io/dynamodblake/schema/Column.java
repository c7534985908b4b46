package io.dynamodblake.schema;

import java.io.Serializable;
import java.util.Objects;

/**
 * A top-level column of a lake table and the attribute it comes from.
 *
 * @param name column name, {@code [a-z_][a-z0-9_]*}, unique in the table
 * @param attribute top-level attribute name in DynamoDB, exactly
 * @param mapping how values are converted; for protected columns what they were, the lake type is
 *     then string
 * @param protection hash or mask
 * @param dropped left out of the lake on purpose; neither a column nor rescued
 */
public record Column(
    String name, String attribute, ValueMapping mapping, Protection protection, boolean dropped)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public Column {
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(attribute, "attribute is null");
    Objects.requireNonNull(mapping, "mapping is null");
    Objects.requireNonNull(protection, "protection is null");
  }

  /** Returns a column that is neither protected nor dropped. */
  public static Column of(String name, String attribute, ValueMapping mapping) {
    return new Column(name, attribute, mapping, Protection.NONE, false);
  }
}
