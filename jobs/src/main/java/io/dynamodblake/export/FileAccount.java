package io.dynamodblake.export;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of one data file: every line of it is an item or a bad record. Sent to the driver,
 * where a repeated task puts its account in the place of the first. The driver holds one for each
 * data file, of which there may be a million: no names, they are in the manifest.
 *
 * @param index of the data file in the manifest
 * @param items lines that were read as items
 * @param badRecords lines that were not
 * @param falseNulls how many {@code {"NULL":false}} were taken for NULL
 * @param bytes decompressed bytes read
 * @param storedBytes bytes read as they are stored
 * @param md5Verified whether the stored bytes are those that the manifest names
 * @param rescued values that did not fit their column, by column name
 */
public record FileAccount(
    int index,
    long items,
    long badRecords,
    long falseNulls,
    long bytes,
    long storedBytes,
    boolean md5Verified,
    Map<String, Long> rescued)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public FileAccount {
    rescued = rescued.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(rescued));
  }

  /** Returns the same account with other rescued values. */
  public FileAccount withRescued(Map<String, Long> other) {
    return new FileAccount(
        index, items, badRecords, falseNulls, bytes, storedBytes, md5Verified, other);
  }
}
