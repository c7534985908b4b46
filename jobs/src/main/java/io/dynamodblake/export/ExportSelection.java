package io.dynamodblake.export;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Which export of several is meant; what is empty does not matter. Of those that match the newest
 * full one is taken.
 *
 * @param exportId last segment of the export ARN, such as {@code 01731900000000-0a1b2c3d}
 * @param tableArn ARN of the exported table
 * @param atOrBefore latest export time allowed
 */
public record ExportSelection(
    Optional<String> exportId, Optional<String> tableArn, Optional<Instant> atOrBefore) {
  private static final ExportSelection NEWEST =
      new ExportSelection(Optional.empty(), Optional.empty(), Optional.empty());

  public ExportSelection {
    Objects.requireNonNull(exportId, "exportId is null");
    Objects.requireNonNull(tableArn, "tableArn is null");
    Objects.requireNonNull(atOrBefore, "atOrBefore is null");
  }

  /** Returns the selection without a condition: the newest full export. */
  public static ExportSelection newest() {
    return NEWEST;
  }

  public ExportSelection withExportId(String newExportId) {
    return new ExportSelection(Optional.of(newExportId), tableArn, atOrBefore);
  }

  public ExportSelection withTableArn(String newTableArn) {
    return new ExportSelection(exportId, Optional.of(newTableArn), atOrBefore);
  }

  public ExportSelection withAtOrBefore(Instant newAtOrBefore) {
    return new ExportSelection(exportId, tableArn, Optional.of(newAtOrBefore));
  }

  boolean isEmpty() {
    return exportId.isEmpty() && tableArn.isEmpty() && atOrBefore.isEmpty();
  }

  boolean matches(ExportSummary summary) {
    return exportId.map(summary.exportId()::equals).orElse(true)
        && (tableArn.isEmpty() || tableArn.equals(summary.tableArn()))
        && atOrBefore
            .map(limit -> summary.exportTime().map(time -> !time.isAfter(limit)).orElse(false))
            .orElse(true);
  }

  /** The conditions in words, for messages. */
  String describe() {
    StringBuilder text = new StringBuilder();
    exportId.ifPresent(id -> text.append(" with export id ").append(id));
    tableArn.ifPresent(arn -> text.append(" of table ").append(arn));
    atOrBefore.ifPresent(time -> text.append(" at or before ").append(time));
    return text.toString();
  }
}
