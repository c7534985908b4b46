package io.dynamodblake.export;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What {@code manifest-summary.json} alone says, its fields checked one by one but not yet against
 * anything else. What DynamoDB always says may be missing where others wrote it.
 *
 * @param folder path of the folder that the summary was read from
 * @param exportId of the ARN, or else of the keys, or else the name of the folder
 * @param exportTime empty for an incremental export, too
 * @param increment what an incremental export says of its window; empty for a full one
 * @param bucket empty if the summary names none
 * @param prefix without slashes at its ends; empty text if there is none
 * @param manifestFilesKey key of {@code manifest-files.json}, from the bucket's root
 * @param itemCount -1 if it is missing and nobody asked for it
 * @param keys of the table, such as {@code pk:S}; DynamoDB says nothing of them
 * @param md5 base64 MD5 of the summary's own bytes
 * @param notes what a run report should mention
 */
record ExportSummary(
    String folder,
    String exportId,
    Optional<String> exportArn,
    Optional<String> tableArn,
    Optional<String> tableId,
    Optional<Instant> exportTime,
    Optional<Increment> increment,
    Optional<String> bucket,
    String prefix,
    String manifestFilesKey,
    long itemCount,
    String outputFormat,
    Extent extent,
    List<String> keys,
    String md5,
    List<String> notes) {

  ExportSummary {
    keys = List.copyOf(keys);
    notes = List.copyOf(notes);
  }

  boolean incremental() {
    return increment.isPresent();
  }

  private String tableName() {
    return tableArn.map(arn -> arn.substring(arn.lastIndexOf('/') + 1)).orElse("unnamed");
  }

  /** One export in words, for lists in messages. */
  String describe() {
    return exportId
        + " ("
        + (incremental() ? "incremental" : "full")
        + ", table "
        + tableName()
        + exportTime.map(time -> ", " + time).orElse("")
        + ")";
  }
}
