package io.dynamodblake.schema;

import java.io.Serializable;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * How far the fields of structs become columns of their own.
 *
 * @param depth how many levels of structs; 0 for none
 * @param separator what stands between the names of attribute and keys in the name of a column
 */
public record Unnesting(int depth, String separator) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What stands between names where nobody says otherwise. */
  public static final String DEFAULT_SEPARATOR = "_";

  /** DynamoDB has no deeper maps. */
  public static final int MOST_DEPTH = SchemaPlanner.MOST_DEPTH;

  private static final Pattern SEPARATOR = Pattern.compile("[a-z0-9_]{1,8}");

  /** Structs stay columns. */
  public static final Unnesting NONE = new Unnesting(0, DEFAULT_SEPARATOR);

  /**
   * Takes both.
   *
   * @throws IllegalArgumentException if a name of a column cannot have that separator, or maps are
   *     not that deep
   */
  public Unnesting {
    Objects.requireNonNull(separator, "separator is null");
    if (depth < 0 || depth > MOST_DEPTH) {
      throw new IllegalArgumentException("the depth is not from 1 to " + MOST_DEPTH);
    }
    if (!SEPARATOR.matcher(separator).matches()) {
      throw new IllegalArgumentException(
          "the separator is not one to eight of a-z, 0-9 and _, of which names of columns are made");
    }
  }

  public boolean isNone() {
    return depth == 0;
  }

  /** Whether a struct that stands there is to be taken apart. */
  boolean reaches(Origin origin) {
    return origin.inside().size() < depth;
  }
}
