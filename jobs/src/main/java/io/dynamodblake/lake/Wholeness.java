package io.dynamodblake.lake;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.Extent;
import io.dynamodblake.spark.write.JsonDocuments;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
  static final Wholeness WHOLE = new Wholeness(List.of(), List.of(), Optional.empty());

  static final String PARTIAL = "they come from a partial scan, which left attributes or items out";
  static final String NO_MANIFEST =
      "they come from data files without a manifest, of which some may be missing";

  public Wholeness {
    gaps = List.copyOf(gaps);
    doubts = List.copyOf(doubts);
  }

  static Wholeness doubt(String reason) {
    return new Wholeness(List.of(), List.of(reason), Optional.empty());
  }

  static Wholeness of(ExportManifest export) {
    return of(export.extent(), export.hasManifest(), export.exportArn());
  }

  private static Wholeness of(Extent extent, boolean manifest, Optional<String> exportArn) {
    if (!manifest) {
      return doubt(NO_MANIFEST);
    }
    return switch (extent) {
      case WHOLE -> WHOLE;
      case PARTIAL -> new Wholeness(List.of(PARTIAL), List.of(), Optional.empty());
      case UNSAID -> new Wholeness(List.of(), List.of(), exportArn);
    };
  }

  /** Of a snapshot, by the report of the run that published it. */
  static Wholeness ofRun(JsonNode report) {
    JsonNode input = report.path("input");
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
