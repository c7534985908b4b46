package io.dynamodblake.lake.load;

import java.util.List;

/**
 * Items that were checked and may be put.
 *
 * @param kind what holds them, without a path
 * @param items how many there are
 * @param bytes their size as DynamoDB counts it
 * @param writeUnits the write units that they take, without indexes
 * @param notes what is to be told
 */
public record LoadInput(String kind, long items, long bytes, long writeUnits, List<String> notes) {
  public LoadInput {
    notes = List.copyOf(notes);
  }
}
