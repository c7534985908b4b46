package io.dynamodblake.schema.entity;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A kind of items, which gets a table of its own.
 *
 * @param name of the table within the lake's folder, as {@link EntityNames#clean} leaves it
 * @param match ways to tell that an item is of this kind, of which any one suffices
 * @param partitionBy how its table is partitioned, as {@code flatten} takes it
 * @param sortBy how the rows of its files are sorted, as {@code flatten} takes it
 */
public record Entity(
    String name, List<EntityMatch> match, List<String> partitionBy, List<String> sortBy) {
  public Entity {
    Objects.requireNonNull(name, "name is null");
    match = List.copyOf(match);
    partitionBy = List.copyOf(partitionBy);
    sortBy = List.copyOf(sortBy);
  }

  /**
   * Returns the names of the parts of keys that become columns, each once, in the order in which
   * the matches name them. An item's values are those of the first match whose patterns all fit its
   * keys, whatever its marker is; it has none where no match with patterns fits.
   */
  public List<String> parts() {
    Set<String> parts = new LinkedHashSet<>();
    match.forEach(each -> parts.addAll(each.parts()));
    return List.copyOf(parts);
  }
}
