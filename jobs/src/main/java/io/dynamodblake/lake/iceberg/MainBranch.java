package io.dynamodblake.lake.iceberg;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.ManageSnapshots;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.exceptions.CommitFailedException;

/**
 * What readers of a table see: the branch that is moved to a snapshot in one step, if it still is
 * where a run began. Driver only.
 *
 * @param head where it was then; empty if the table had no snapshot
 * @param surplus columns of the table that go with the move
 */
record MainBranch(OpenTable place, Table table, Optional<Long> head, List<String> surplus) {
  private static final int MOST_ATTEMPTS = 5;

  /** Returns where it is. */
  static Optional<Long> head(Table table) {
    return Optional.ofNullable(table.currentSnapshot()).map(Snapshot::snapshotId);
  }

  /**
   * Moves it.
   *
   * @param properties of the table, which come with it
   * @return false if it is elsewhere, and nothing was changed
   * @throws IOException if nobody knows whether it was moved
   */
  boolean move(long snapshotId, Map<String, String> properties, Optional<IcebergTable.Tag> tag)
      throws IOException {
    RuntimeException last = null;
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      table.refresh();
      if (isAt(snapshotId)) {
        place.forget();
        return true;
      }
      try {
        tryMove(snapshotId, properties, tag);
        place.forget();
        return true;
      } catch (ElsewhereException e) {
        return false;
      } catch (CommitFailedException e) {
        last = e; // another writer was there first, or an answer was lost: look again
      } catch (RuntimeException e) {
        last = e;
        attempt =
            Math.max(attempt, MOST_ATTEMPTS - 2); // of what is no conflict once more is enough
      }
    }
    table.refresh();
    if (isAt(snapshotId)) {
      return true;
    }
    throw new IOException(
        "Nobody knows whether snapshot %d of the table of Iceberg was published, %s; run again"
            .formatted(snapshotId, place.text()),
        last);
  }

  private boolean isAt(long snapshotId) {
    return head(table).equals(Optional.of(snapshotId));
  }

  private static final class ElsewhereException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ElsewhereException() {
      super("the main branch is not where it was");
    }
  }

  private void tryMove(
      long snapshotId, Map<String, String> properties, Optional<IcebergTable.Tag> tag) {
    Transaction transaction = table.newTransaction();
    if (!head(transaction.table()).equals(head)) {
      throw new ElsewhereException();
    }
    // like a fast forward it fails if the branch is not there any more when it is committed
    ManageSnapshots refs = transaction.manageSnapshots();
    if (head.isPresent()) {
      refs.replaceBranch(SnapshotRef.MAIN_BRANCH, snapshotId);
    } else {
      refs.createBranch(SnapshotRef.MAIN_BRANCH, snapshotId);
    }
    Set<String> known = table.refs().keySet();
    if (tag.isPresent() && !known.contains(tag.get().name())) {
      refs.createTag(tag.get().name(), snapshotId);
      refs.setMaxRefAgeMs(tag.get().name(), tag.get().kept().toMillis());
    }
    refs.commit();
    if (!surplus.isEmpty()) {
      UpdateSchema columns = transaction.updateSchema();
      surplus.forEach(columns::deleteColumn);
      columns.commit();
    }
    UpdateProperties update = transaction.updateProperties();
    properties.forEach(update::set);
    update.set(IcebergTable.ICEBERG_SNAPSHOT, String.valueOf(snapshotId));
    update.commit();
    transaction.commitTransaction();
  }
}
