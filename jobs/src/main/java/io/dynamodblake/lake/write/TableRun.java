package io.dynamodblake.lake.write;

/**
 * One table that a run writes.
 *
 * @param name of its folder; empty for a table that is published alone
 * @param target the table as the run has found it
 * @param snapshot its next one
 */
record TableRun(String name, LakeTarget target, SnapshotTarget snapshot) {}
