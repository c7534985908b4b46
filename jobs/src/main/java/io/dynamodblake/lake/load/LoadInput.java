package io.dynamodblake.lake.load;

import java.util.List;
import java.util.Optional;

/**
 * Items or changes that were checked and may be written.
 *
 * @param kind what holds them, without a path
 * @param items how many keys are written
 * @param bytes their size as DynamoDB counts it
 * @param writeUnits the write units that they take, without indexes
 * @param notes what is to be told
 * @param changes what changes they come to; empty if they are items
 */
public record LoadInput(
    String kind,
    long items,
    long bytes,
    long writeUnits,
    List<String> notes,
    Optional<ChangeCounts> changes) {
  public LoadInput {
    notes = List.copyOf(notes);
  }
}
