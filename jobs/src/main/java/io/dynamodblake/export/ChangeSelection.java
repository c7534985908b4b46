package io.dynamodblake.export;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Which incremental exports of several are meant; what is empty does not matter.
 *
 * @param exportId last segment of the export ARN, such as {@code 01731986400000-9f8e7d6c}
 * @param tableArn ARN of the exported table
 * @param endingAfter only windows that end after this instant
 */
public record ChangeSelection(
    Optional<String> exportId, Optional<String> tableArn, Optional<Instant> endingAfter) {
  private static final ChangeSelection ALL =
      new ChangeSelection(Optional.empty(), Optional.empty(), Optional.empty());

  public ChangeSelection {
    Objects.requireNonNull(exportId, "exportId is null");
    Objects.requireNonNull(tableArn, "tableArn is null");
    Objects.requireNonNull(endingAfter, "endingAfter is null");
  }

  /** Returns the selection without a condition. */
  public static ChangeSelection all() {
    return ALL;
  }

  public ChangeSelection withExportId(String newExportId) {
    return new ChangeSelection(Optional.of(newExportId), tableArn, endingAfter);
  }

  public ChangeSelection withTableArn(String newTableArn) {
    return new ChangeSelection(exportId, Optional.of(newTableArn), endingAfter);
  }

  public ChangeSelection withEndingAfter(Instant newEndingAfter) {
    return new ChangeSelection(exportId, tableArn, Optional.of(newEndingAfter));
  }

  /** Whether it is one of the exports that are asked for by name; the time does not matter. */
  boolean names(ExportSummary summary) {
    return exportId.map(summary.exportId()::equals).orElse(true)
        && (tableArn.isEmpty() || tableArn.equals(summary.tableArn()));
  }

  boolean reaches(Window window) {
    return endingAfter.map(window.to()::isAfter).orElse(true);
  }

  /** The conditions in words, for messages. */
  String describe() {
    StringBuilder text = new StringBuilder();
    exportId.ifPresent(id -> text.append(" with export id ").append(id));
    tableArn.ifPresent(arn -> text.append(" of table ").append(arn));
    return text.toString();
  }
}
