package io.dynamodblake.lake.changes;

import java.io.Serializable;

/**
 * What one task of a merge has counted.
 *
 * @param tables the same by the number of the table
 * @param removed rows that go, by the number of their file
 */
record TaskAccount(MergeCounts counts, TableCounts[] tables, long[] removed)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Adds another one; its array may be this one's then. */
  TaskAccount plus(TaskAccount other) {
    for (int i = 0; i < removed.length; i++) {
      removed[i] += other.removed[i];
    }
    for (int i = 0; i < tables.length; i++) {
      tables[i] = tables[i].plus(other.tables[i]);
    }
    return new TaskAccount(counts.plus(other.counts), tables, removed);
  }
}
