package io.dynamodblake.export;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What {@code manifest-summary.json} and {@code manifest-files.json} say of one export, checked.
 * Driver only. The keys of the documents are listed in the DynamoDB Developer Guide, "DynamoDB
 * table export output format".
 *
 * @param root path of the folder that holds the manifests, or of a plain folder of data files
 * @param exportId last segment of the export ARN, or the folder's name where there is none
 * @param exportArn empty without a manifest, and where others than DynamoDB left it out
 * @param tableArn likewise
 * @param tableId likewise
 * @param exportTime the instant the items are of; likewise, and for an incremental export
 * @param window the time whose changes an incremental export holds; empty for one that holds items
 * @param keys key attributes of the table such as {@code pk:S}, where a manifest by others than
 *     DynamoDB has them
 * @param itemCount items, or changes, of the whole export, or -1 without a manifest
 * @param outputFormat {@code DYNAMODB_JSON} or {@code ION}
 * @param extent whether it is the whole table
 * @param files all data files, those too that are said to hold no item
 * @param warnings things a run report should mention, such as a missing checksum object
 */
public record ExportManifest(
    String root,
    String exportId,
    Optional<String> exportArn,
    Optional<String> tableArn,
    Optional<String> tableId,
    Optional<Instant> exportTime,
    Optional<Window> window,
    List<String> keys,
    long itemCount,
    String outputFormat,
    Extent extent,
    List<DataFile> files,
    List<String> warnings) {
  /** What is said of an export that is known to hold a part of its table only. */
  public static final String PARTIAL_WARNING =
      "The export is partial: the scan that made it left attributes or items out, so it is not the whole table";

  public ExportManifest {
    keys = List.copyOf(keys);
    files = List.copyOf(files);
    warnings = List.copyOf(warnings);
  }

  /**
   * Returns whether there was a manifest; without, it is a folder of data files, whose completeness
   * nobody can check.
   */
  public boolean hasManifest() {
    return itemCount >= 0;
  }

  /** Returns how the lines of the data files are to be read. */
  public RecordFormat recordFormat() {
    return RecordFormat.valueOf(outputFormat);
  }

  /** Returns the table's name from its ARN, if that is known. */
  public Optional<String> tableName() {
    return tableArn.map(arn -> arn.substring(arn.indexOf(":table/") + ":table/".length()));
  }
}
