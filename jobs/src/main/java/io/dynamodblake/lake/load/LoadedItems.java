package io.dynamodblake.lake.load;

import io.dynamodblake.aws.WriteBatches;

/**
 * What a load has put.
 *
 * @param now by this run
 * @param itemsBefore by earlier runs of the same load
 * @param beganAnew whether there was an earlier run, but of other items or into another table
 */
public record LoadedItems(WriteBatches.Totals now, long itemsBefore, boolean beganAnew) {}
