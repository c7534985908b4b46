package io.dynamodblake.lake.load;

/**
 * Changes that are to be loaded, in numbers.
 *
 * @param records change records
 * @param puts keys whose items are put
 * @param deletes keys whose items are deleted
 * @param reversed whether what was before the changes is written
 */
public record ChangeCounts(long records, long puts, long deletes, boolean reversed) {}
