package io.dynamodblake.spark.read;

import io.dynamodblake.export.FileAccount;
import io.dynamodblake.export.ReadProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.util.AccumulatorV2;

/**
 * Collects the account of each data file on the driver. A repeated or speculative task puts its
 * accounts in the place of the first ones, so nothing is counted twice.
 */
public final class FileAccounts extends AccumulatorV2<FileAccount, List<FileAccount>> {
  private static final long serialVersionUID = 1L;

  private final Map<Integer, FileAccount> byIndex = new TreeMap<>();
  private long items;
  private long storedBytes;

  private final transient ReadProgress progress; // null on executors

  public FileAccounts(ReadProgress progress) {
    this.progress = progress;
  }

  @Override
  public boolean isZero() {
    return byIndex.isEmpty();
  }

  @Override
  public synchronized FileAccounts copy() {
    FileAccounts copy = new FileAccounts(null);
    copy.putAll(this);
    return copy;
  }

  @Override
  public FileAccounts copyAndReset() {
    return new FileAccounts(
        null); // made for every task; the accounts so far need not be copied for it
  }

  @Override
  public synchronized void reset() {
    byIndex.clear();
    items = 0;
    storedBytes = 0;
  }

  @Override
  public synchronized void add(FileAccount account) {
    FileAccount before = byIndex.put(account.index(), account);
    if (before != null) {
      items -= before.items() + before.badRecords();
      storedBytes -= before.storedBytes();
    }
    items += account.items() + account.badRecords();
    storedBytes += account.storedBytes();
  }

  @Override
  public void merge(AccumulatorV2<FileAccount, List<FileAccount>> other) {
    long nowItems;
    long nowStoredBytes;
    synchronized (this) {
      putAll((FileAccounts) other);
      nowItems = items;
      nowStoredBytes = storedBytes;
    }
    if (progress != null) {
      progress.read(nowItems, nowStoredBytes);
    }
  }

  private void putAll(FileAccounts other) {
    other.byIndex.values().forEach(this::add);
  }

  /** Returns the accounts so far, in the order of the manifest. */
  @Override
  public synchronized List<FileAccount> value() {
    return new ArrayList<>(byIndex.values());
  }
}
