package io.dynamodblake.lake.load;

import io.dynamodblake.aws.WriteBatches;
import io.dynamodblake.spark.run.JavaBytes;
import io.dynamodblake.spark.run.KeyRuns;
import io.dynamodblake.spark.run.LookAhead;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Makes of all changes of a key one: what was before the first and what is after the last. One
 * packet a key, and at the end one with the account of the task.
 */
final class KeyCollapse extends LookAhead<byte[]> {
  private final Iterator<InternalRow> rows;
  private final boolean oldKnown;
  private final KeyRuns runs = new KeyRuns();
  private final Account account = new Account();
  private InternalRow ahead;
  private boolean ended;
  private byte[] packet;

  /** What a task has counted. */
  static final class Account implements Serializable {
    private static final long serialVersionUID = 1L;

    private final LoadFindings findings = new LoadFindings();
    private long records;
    private long puts;
    private long deletes;
    private long repeated;
    private long breaks;

    LoadFindings findings() {
      return findings;
    }

    long records() {
      return records;
    }

    long puts() {
      return puts;
    }

    long deletes() {
      return deletes;
    }

    /** Records of a key beyond one of a window. */
    long repeated() {
      return repeated;
    }

    /** Changes of a key that do not begin where the one before it ended. */
    long breaks() {
      return breaks;
    }

    void add(Account other) {
      findings.add(other.findings);
      records += other.records;
      puts += other.puts;
      deletes += other.deletes;
      repeated += other.repeated;
      breaks += other.breaks;
    }
  }

  /**
   * @param rows as {@link LoadChangeRows#SORT} brings them
   * @param oldKnown whether all changes say what was before
   */
  KeyCollapse(Iterator<InternalRow> rows, boolean oldKnown) {
    this.rows = rows;
    this.oldKnown = oldKnown;
  }

  @Override
  protected boolean advance() {
    if (ahead == null && rows.hasNext()) {
      ahead = rows.next();
      runs.begins(ahead);
    }
    if (ahead != null) {
      readKey();
      return true;
    }
    if (ended) {
      return false;
    }
    ended = true;
    packet = ChangePacket.ofAccount(JavaBytes.of(account));
    return true;
  }

  @Override
  protected byte[] take() {
    return packet;
  }

  private void readKey() {
    boolean hadBefore = ahead.getBoolean(LoadChangeRows.HAD_BEFORE);
    long beforeHigh = ahead.getLong(LoadChangeRows.BEFORE_HIGH);
    long beforeLow = ahead.getLong(LoadChangeRows.BEFORE_LOW);
    InternalRow last = ahead.copy();
    ahead = null;
    account.records++;
    while (rows.hasNext()) {
      InternalRow next = rows.next();
      if (runs.begins(next)) {
        ahead = next;
        break;
      }
      account.records++;
      account.repeated +=
          next.getLong(LoadChangeRows.MAJOR) == last.getLong(LoadChangeRows.MAJOR) ? 1 : 0;
      boolean left = !last.isNullAt(LoadChangeRows.AFTER);
      account.breaks += oldKnown && next.getBoolean(LoadChangeRows.HAD_BEFORE) != left ? 1 : 0;
      last = next.copy();
    }
    settle(last);
    packet =
        ChangePacket.of(
            last.getLong(0),
            hadBefore,
            beforeHigh,
            beforeLow,
            last.getBinary(LoadChangeRows.KEY_LINE),
            last.isNullAt(LoadChangeRows.AFTER) ? null : last.getBinary(LoadChangeRows.AFTER));
  }

  private void settle(InternalRow last) {
    LoadFindings findings = account.findings;
    boolean put = !last.isNullAt(LoadChangeRows.AFTER);
    if (!last.isNullAt(LoadChangeRows.DEFECT)) {
      findings.defect(
          last.getUTF8String(LoadChangeRows.DEFECT).toString(),
          last.getUTF8String(LoadChangeRows.PLACE).toString());
      return;
    }
    long bytes = last.getLong(LoadChangeRows.BYTES);
    findings.item(bytes, WriteBatches.units(bytes));
    // an item of nothing but its key and the delete of that key are not the same
    long high = last.getLong(LoadChangeRows.ITEM_HIGH);
    findings.digest(put ? high : ~high, last.getLong(LoadChangeRows.ITEM_LOW));
    account.puts += put ? 1 : 0;
    account.deletes += put ? 0 : 1;
  }
}
