package io.dynamodblake.aws;

import java.util.List;

/**
 * What registering a table changes in the catalog.
 *
 * @param createsDatabase the database is not there yet
 * @param createsTable the table is not there yet
 * @param differences what changes in a table that is there, one line each
 * @param addedPartitions partitions to be registered
 * @param movedPartitions partitions that get another folder or other columns
 * @param removedPartitions partitions that the snapshot does not have
 */
public record CatalogChange(
    String database,
    String table,
    boolean createsDatabase,
    boolean createsTable,
    List<String> differences,
    int addedPartitions,
    int movedPartitions,
    int removedPartitions) {
  public CatalogChange {
    differences = List.copyOf(differences);
  }

  /** Returns true if the catalog already says all that is wanted. */
  public boolean isEmpty() {
    return !createsDatabase
        && !createsTable
        && differences.isEmpty()
        && addedPartitions == 0
        && movedPartitions == 0
        && removedPartitions == 0;
  }
}
