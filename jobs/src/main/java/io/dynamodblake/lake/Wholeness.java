package io.dynamodblake.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.conf.RestoreKeys;
import io.dynamodblake.conf.Words;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.Extent;
import io.dynamodblake.spark.write.ImportLayout;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether items are all that their table held. Who deletes what is not among them has to know.
 *
 * @param gaps why they are not all, such as {@code 3 lines of the export were set aside}
 * @param doubts why nobody can say that they are all
 * @param exportArn the export by DynamoDB that they come from; only DynamoDB knows whether it was
 *     filtered
 */
public record Wholeness(List<String> gaps, List<String> doubts, Optional<String> exportArn) {
  /** Nothing speaks against it. */
  public static final Wholeness WHOLE = new Wholeness(List.of(), List.of(), Optional.empty());

  static final String PARTIAL = "they come from a partial scan, which left attributes or items out";
  static final String NO_MANIFEST =
      "they come from data files without a manifest, of which some may be missing";

  static final String NEWER_REPORT =
      "the report of the run that wrote them is of a later version of this program";

  static final String NO_ARN =
      "they come from an export whose manifest names no export by DynamoDB that could be asked whether it was filtered";

  static final String NO_BEFORE =
      "changes were applied by an earlier version of this program, which did not keep whether the rows before were all";

  static final String ARCHIVE =
      "changes were applied of an archive without a manifest, of which some may be missing";

  public static final String NO_REPORT =
      "there is no report beside the import files, of which some may be missing";

  public Wholeness {
    gaps = List.copyOf(gaps);
    doubts = List.copyOf(doubts);
  }

  public static Wholeness doubt(String reason) {
    return new Wholeness(List.of(), List.of(reason), Optional.empty());
  }

  public static Wholeness of(ExportManifest export) {
    return of(export.extent(), export.hasManifest(), export.exportArn());
  }

  private static Wholeness of(Extent extent, boolean manifest, Optional<String> exportArn) {
    if (!manifest) {
      return doubt(NO_MANIFEST);
    }
    return switch (extent) {
      case WHOLE -> WHOLE;
      case PARTIAL -> new Wholeness(List.of(PARTIAL), List.of(), Optional.empty());
      case UNSAID ->
          exportArn.isPresent() ? new Wholeness(List.of(), List.of(), exportArn) : doubt(NO_ARN);
    };
  }

  /** Of a snapshot, by the report of the run that published it. */
  static Wholeness ofRun(JsonNode report) {
    if (RunReport.ENVELOPE.isOlderThan(report)) {
      return doubt(NEWER_REPORT);
    }
    if (report.has("changes")) {
      return ofChanges(report);
    }
    // version 1 had one input, under that name
    JsonNode inputs = report.path("inputs");
    if (inputs.size() > 1) {
      return doubt("they come from %,d inputs".formatted(inputs.size()));
    }
    JsonNode input = inputs.isArray() ? inputs.path(0) : report.path("input");
    Wholeness read =
        of(
            extent(input.path("extent").asText()),
            input.path("manifest").asBoolean(),
            JsonDocuments.text(input, "exportArn"));
    List<String> gaps = new ArrayList<>(read.gaps);
    long setAside = report.path("counts").path("quarantined").asLong();
    if (setAside > 0) {
      gaps.add("%,d lines of the export were set aside".formatted(setAside));
    }
    List<String> doubts = new ArrayList<>(read.doubts);
    if (report.path("verification").path("level").asText().equals("none")) {
      doubts.add("the export was not verified");
    }
    return new Wholeness(gaps, doubts, read.exportArn);
  }

  /** What the rows before the changes lacked, those after lack, too. */
  private static Wholeness ofChanges(JsonNode report) {
    JsonNode before = report.path("changes").path("before");
    if (!before.isObject()) {
      return doubt(NO_BEFORE);
    }
    Set<String> gaps = new LinkedHashSet<>(texts(before.path("gaps")));
    Set<String> doubts = new LinkedHashSet<>(texts(before.path("doubts")));
    long setAside = report.path("counts").path("quarantined").asLong();
    if (setAside > 0) {
      gaps.add("%,d change records were set aside".formatted(setAside));
    }
    Optional<String> exportArn = JsonDocuments.text(before, "exportArn");
    for (JsonNode input : report.path("inputs")) {
      Wholeness read =
          of(
              extent(input.path("extent").asText()),
              input.path("manifest").asBoolean(),
              JsonDocuments.text(input, "exportArn"));
      gaps.addAll(read.gaps);
      if (!input.path("manifest").asBoolean()) {
        doubts.add(ARCHIVE);
      } else {
        doubts.addAll(read.doubts);
      }
      exportArn = exportArn.or(read::exportArn);
    }
    if (report.path("verification").path("level").asText().equals("none")) {
      doubts.add("the changes were not verified");
    }
    return new Wholeness(List.copyOf(gaps), List.copyOf(doubts), exportArn);
  }

  /** Returns that of items that are these and others. */
  public Wholeness and(Wholeness other) {
    Set<String> allGaps = new LinkedHashSet<>(gaps);
    allGaps.addAll(other.gaps);
    Set<String> allDoubts = new LinkedHashSet<>(doubts);
    allDoubts.addAll(other.doubts);
    return new Wholeness(
        List.copyOf(allGaps), List.copyOf(allDoubts), exportArn.or(other::exportArn));
  }

  /** Returns the same of items of which some are left out. */
  Wholeness without(String gap) {
    return and(new Wholeness(List.of(gap), List.of(), Optional.empty()));
  }

  /** Writes it into a document. */
  void putInto(ObjectNode node) {
    ArrayNode known = node.putArray("gaps");
    gaps.forEach(known::add);
    ArrayNode open = node.putArray("doubts");
    doubts.forEach(open::add);
    JsonDocuments.put(node, "exportArn", exportArn);
  }

  /**
   * Returns the wholeness of files to be imported, by the report of whoever wrote them.
   *
   * @param items how many are in the files now
   */
  public static Wholeness ofImport(JsonNode report, long items) {
    if (ImportLayout.RESTORE_REPORT_ENVELOPE.isOf(report)
        && ImportLayout.RESTORE_REPORT_ENVELOPE.isOlderThan(report)) {
      return doubt(NEWER_REPORT);
    }
    JsonNode input = report.path("input");
    List<String> gaps = texts(input.path("gaps"));
    List<String> doubts = texts(input.path("doubts"));
    if (ImportLayout.RESTORE_REPORT_ENVELOPE.isOf(report) && !input.has("gaps")) {
      doubts.add("the report beside the import files is of an older version");
    }
    lacking(report, items).ifPresent(gaps::add);
    if (input.has("where")) {
      gaps.add("they were chosen by restore " + Words.RESTORE.of(RestoreKeys.WHERE));
    }
    long setAside = report.path("checks").path("quarantined").asLong();
    if (setAside > 0) {
      gaps.add("%,d rows were set aside when the files were written".formatted(setAside));
    }
    return new Wholeness(gaps, doubts, JsonDocuments.text(input, "exportArn"));
  }

  /**
   * Returns what such a report says that files to be imported lack.
   *
   * @param items how many are in the files now
   */
  public static Optional<String> lacking(JsonNode report, long items) {
    if (!report.path("status").asText().equals("done")) {
      return Optional.of("the files are those of a run that did not come to its end");
    }
    long written = report.path("output").path("items").asLong();
    return written == items
        ? Optional.empty()
        : Optional.of(
            "there were %,d items in the files when they were written, and %,d are there now"
                .formatted(written, items));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static Extent extent(String key) {
    for (Extent extent : Extent.values()) {
      if (extent.key().equals(key)) {
        return extent;
      }
    }
    return Extent.UNSAID;
  }

  /** Whether these are known to be a part only. */
  public boolean isPartial() {
    return !gaps.isEmpty();
  }
}
