package io.dynamodblake.lake.load;

import io.dynamodblake.aws.WriteBatches;

/**
 * What a load has written.
 *
 * @param now by this run
 * @param left what this run has looked at and not written
 * @param itemsBefore by earlier runs of the same load
 * @param beganAnew whether there was an earlier run, but of other items or into another table
 */
public record LoadedItems(
    WriteBatches.Totals now, LeftAlone left, long itemsBefore, boolean beganAnew) {}
