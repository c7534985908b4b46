package io.dynamodblake.lake.changes;

import java.io.Serializable;

/**
 * What a merge has found, in numbers.
 *
 * @param records change records
 * @param keys keys that they are of
 * @param inserted keys that the table has then and had not
 * @param updated keys that it had and has
 * @param deleted keys that it had and has not then
 * @param unknownDeletes keys that it had not and has not: deletes of what it does not know
 * @param unknownUpdates of those inserted, how many the source takes for updates
 * @param knownInserts of those updated, how many the source takes for inserts
 * @param removedRows rows of the table that are not in the next snapshot
 * @param repeated records beyond one of a key in a source that has one of each, or those that were
 *     delivered again
 * @param breaks changes of a key that do not begin where the one before it ended, as far as the
 *     source says what was before
 * @param passedOver changes that the table was not to follow
 * @param lossy keys whose row stays, because the item that comes has lost values
 * @param ties keys of which nobody can tell which of two changes was the last
 * @param kept keys whose row is there although the item is gone, because its delete was passed over
 * @param moved of those updated, how many are in another table then: the item is of another kind
 */
public record MergeCounts(
    long records,
    long keys,
    long inserted,
    long updated,
    long deleted,
    long unknownDeletes,
    long unknownUpdates,
    long knownInserts,
    long removedRows,
    long repeated,
    long breaks,
    long passedOver,
    long lossy,
    long ties,
    long kept,
    long moved)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Nothing was found. */
  public static final MergeCounts NONE =
      new MergeCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** Returns both together. */
  public MergeCounts plus(MergeCounts other) {
    return new MergeCounts(
        records + other.records,
        keys + other.keys,
        inserted + other.inserted,
        updated + other.updated,
        deleted + other.deleted,
        unknownDeletes + other.unknownDeletes,
        unknownUpdates + other.unknownUpdates,
        knownInserts + other.knownInserts,
        removedRows + other.removedRows,
        repeated + other.repeated,
        breaks + other.breaks,
        passedOver + other.passedOver,
        lossy + other.lossy,
        ties + other.ties,
        kept + other.kept,
        moved + other.moved);
  }

  /** Returns how many items come new into the next snapshot. */
  public long images() {
    return inserted + updated;
  }

  /** Returns how many keys the source and the table contradict each other about. */
  public long contradictions() {
    return unknownDeletes + unknownUpdates + knownInserts + breaks;
  }
}
