package io.dynamodblake.lake.write;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.Words;
import io.dynamodblake.export.DataFile;
import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.FileAccount;
import io.dynamodblake.export.Verify;
import io.dynamodblake.export.WayOut;
import io.dynamodblake.schema.DataRefusedException;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Whether what was promised, what was read and what was written are the same, file by file and in
 * sum.
 *
 * @param files the data files that had to be read
 * @param accounts what was read of each
 * @param promised lines that the manifest promises; empty if it does not, or is not asked
 * @param place of the input, for messages
 */
record Reconciliation(
    List<DataFile> files, List<FileAccount> accounts, OptionalLong promised, String place) {

  /** The promise of a manifest, as far as it is to be held to it. */
  static OptionalLong promised(long itemCount, Verify verify) {
    return itemCount >= 0 && verify != Verify.NONE
        ? OptionalLong.of(itemCount)
        : OptionalLong.empty();
  }

  /** Items that were read and are sound. */
  long items() {
    return accounts.stream().mapToLong(FileAccount::items).sum();
  }

  /** Lines that were read and are no items. */
  long setAside() {
    return accounts.stream().mapToLong(FileAccount::badRecords).sum();
  }

  /**
   * Settles all accounts.
   *
   * @param expectedRows rows that there have to be: the items read, of a run that writes nothing
   *     else
   * @param rows rows counted in the written files
   * @param snapshot where those lie, for messages
   * @param words how whoever asks writes options
   * @throws ExportFormatException if anything is missing or there is too much
   */
  void settle(long expectedRows, long rows, String snapshot, Words words) {
    requireFiles();
    requireRows(expectedRows, rows, snapshot);
    requirePromised(words);
  }

  /** Refuses where a data file was not read to its end. */
  void requireFiles() {
    Set<Integer> seen = new HashSet<>();
    accounts.forEach(account -> seen.add(account.index()));
    List<String> missing =
        files.stream().filter(file -> !seen.contains(file.index())).map(DataFile::key).toList();
    if (!missing.isEmpty()) {
      throw new ExportFormatException(
          "Cannot publish: %d data files were not read to their end, first %s; run again"
              .formatted(missing.size(), missing.get(0)));
    }
  }

  /** Refuses where the written files hold other rows than there have to be. */
  static void requireRows(long expectedRows, long rows, String snapshot) {
    if (rows != expectedRows) {
      throw new ExportFormatException(
          "Cannot publish: %d items were read but the written files hold %d rows, in %s; run again"
              .formatted(expectedRows, rows, snapshot));
    }
  }

  /** Refuses where the data files hold another number of lines than the manifest promises. */
  void requirePromised(Words words) {
    long lines = items() + setAside();
    if (promised.isPresent() && lines != promised.getAsLong()) {
      throw new ExportFormatException(
          "Cannot publish: the manifest promises %d items but the data files hold %d, in %s%s"
              .formatted(promised.getAsLong(), lines, place, WayOut.exportAgain(words)));
    }
  }

  /**
   * Refuses to make an empty table of something.
   *
   * @param before rows that readers see now
   * @param allowed whether the user has said that a table may become empty
   * @throws DataRefusedException if there were lines and none of them is an item, or rows and none
   *     of them is left
   */
  void refuseNothingLeft(long rows, long before, boolean allowed, Words words) {
    if (rows > 0) {
      return;
    }
    if (setAside() > 0) {
      throw new DataRefusedException(
          "Cannot publish: none of the %,d lines is an item, in %s; look at the reasons in the quarantine"
              .formatted(setAside(), place));
    }
    if (before > 0 && !allowed) {
      throw new DataRefusedException(
          "Cannot publish: the input holds no item and the lake table has %,d rows, in %s; if the DynamoDB table really is empty, give %s"
              .formatted(before, place, words.of(FlattenKeys.ALLOW_EMPTY)));
    }
  }
}
