package io.dynamodblake.lake.archive;

import io.dynamodblake.export.FileAccount;
import io.dynamodblake.export.ReadProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.util.AccumulatorV2;

/**
 * Collects the facts of each file on the driver. A repeated or speculative task puts its facts in
 * the place of the first ones, so nothing is counted twice.
 */
final class ArchiveFacts extends AccumulatorV2<FileFacts, List<FileFacts>> {
  private static final long serialVersionUID = 1L;

  private final Map<Integer, FileFacts> byIndex = new TreeMap<>();
  private final transient ReadProgress progress; // null on executors

  ArchiveFacts(ReadProgress progress) {
    this.progress = progress;
  }

  @Override
  public boolean isZero() {
    return byIndex.isEmpty();
  }

  @Override
  public synchronized ArchiveFacts copy() {
    ArchiveFacts copy = new ArchiveFacts(null);
    copy.byIndex.putAll(byIndex);
    return copy;
  }

  @Override
  public ArchiveFacts copyAndReset() {
    return new ArchiveFacts(null); // made for every task; the facts so far need not be copied
  }

  @Override
  public synchronized void reset() {
    byIndex.clear();
  }

  @Override
  public synchronized void add(FileFacts facts) {
    byIndex.put(facts.index(), facts);
  }

  @Override
  public void merge(AccumulatorV2<FileFacts, List<FileFacts>> other) {
    long records = 0;
    long stored = 0;
    synchronized (this) {
      ((ArchiveFacts) other).byIndex.values().forEach(this::add);
      for (FileFacts facts : byIndex.values()) {
        FileAccount account = facts.account();
        records += account.items() + account.badRecords();
        stored += account.storedBytes();
      }
    }
    if (progress != null) {
      progress.read(records, stored);
    }
  }

  /** Returns the facts so far, in the order of the files. */
  @Override
  public synchronized List<FileFacts> value() {
    return new ArrayList<>(byIndex.values());
  }
}
