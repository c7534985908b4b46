package io.dynamodblake.export;

import java.time.Instant;
import java.util.Optional;

/**
 * What {@code manifest-summary.json} alone says, its fields checked one by one but not yet against
 * anything else.
 *
 * @param folder path of the folder that the summary was read from
 * @param exportTime empty for an incremental export
 * @param bucket empty if the summary names none
 * @param prefix without slashes at its ends; empty text if there is none
 * @param manifestFilesKey key of {@code manifest-files.json}, from the bucket's root
 * @param md5 base64 MD5 of the summary's own bytes
 */
record ExportSummary(
    String folder,
    String exportId,
    String exportArn,
    String tableArn,
    Optional<String> tableId,
    Optional<Instant> exportTime,
    boolean incremental,
    Optional<String> bucket,
    String prefix,
    String manifestFilesKey,
    long itemCount,
    String outputFormat,
    Extent extent,
    String md5) {

  String tableName() {
    return tableArn.substring(tableArn.indexOf(":table/") + ":table/".length());
  }

  /** One export in words, for lists in messages. */
  String describe() {
    return exportId
        + " ("
        + (incremental ? "incremental" : "full")
        + ", table "
        + tableName()
        + exportTime.map(time -> ", " + time).orElse("")
        + ")";
  }
}
