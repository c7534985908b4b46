package io.dynamodblake.schema.entity;

import io.dynamodblake.schema.ColumnNames;
import java.util.Optional;
import java.util.Set;

/**
 * Names of entities, which become folders of tables and, behind the name of the table, names in a
 * catalog.
 */
public final class EntityNames {
  /** Longest name, so that a catalog's name has room for the table before it. */
  public static final int MOST_LENGTH = 128;

  /** Folders that mean something else in a lake table. */
  private static final Set<String> TAKEN = Set.of("data", "metadata", "history");

  private EntityNames() {}

  /**
   * Returns the name made of a-z, 0-9 and _ alone, as columns are named, but never beginning with
   * {@code _}: engines do not see folders that do.
   *
   * @return empty if nothing is left, or only a name that a lake table has for something else
   */
  public static Optional<String> clean(String name) {
    String cleaned = ColumnNames.clean(name).replaceAll("^_+", "").replaceAll("_+$", "");
    String cut = cleaned.substring(0, Math.min(MOST_LENGTH, cleaned.length()));
    return Optional.of(cut).filter(each -> !each.isEmpty() && !TAKEN.contains(each));
  }
}
