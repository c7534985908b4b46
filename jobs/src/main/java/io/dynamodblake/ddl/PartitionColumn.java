package io.dynamodblake.ddl;

import java.util.Objects;

/**
 * A column whose values stand in the paths of the files, not in the files.
 *
 * @param name column name; a column of the schema with this name has moved into the path
 * @param type Athena's name of a scalar type; string lets the catalog prune best
 */
public record PartitionColumn(String name, String type) {
  public PartitionColumn {
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(type, "type is null");
  }
}
