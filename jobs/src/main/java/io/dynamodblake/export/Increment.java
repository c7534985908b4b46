package io.dynamodblake.export;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * What the summary of an incremental export says of its window, as it stands there. It is checked
 * when somebody wants the changes, so that a damaged one does no harm to the full exports beside
 * it.
 *
 * @param from empty if it is missing, as the others
 * @param compacted whether an item has one change at most, as in all exports of DynamoDB
 * @param snapshot of a lake table that was compared to find the changes
 */
record Increment(String from, String to, String view, boolean compacted, String snapshot) {
  private static final String FROM = "exportFromTime";
  private static final String TO = "exportToTime";
  private static final String VIEW = "outputView";
  private static final String COMPACTED = "compacted";

  static Increment of(JsonNode summary) {
    return new Increment(
        summary.path(FROM).asText(""),
        summary.path(TO).asText(""),
        summary.path(VIEW).asText(""),
        summary.path(COMPACTED).asBoolean(true),
        summary.path(ManifestText.COMPARED).asText(""));
  }

  /**
   * Returns the window, checked.
   *
   * @throws ExportFormatException if it is none
   */
  Window window(String folder) {
    Instant begin = time(from, FROM, folder);
    Instant end = time(to, TO, folder);
    Window.View images =
        switch (view) {
          // NEW_IMAGES is what the prose of the API reference says
          case "NEW_IMAGE", "NEW_IMAGES" -> Window.View.NEW_IMAGE;
          case "NEW_AND_OLD_IMAGES" -> Window.View.NEW_AND_OLD_IMAGES;
          case "" -> throw fault(VIEW + " is missing", folder);
          default -> throw fault(VIEW + " is neither NEW_IMAGE nor NEW_AND_OLD_IMAGES", folder);
        };
    if (!begin.isBefore(end)) {
      throw fault(FROM + " is not before " + TO, folder);
    }
    return new Window(begin, end, images, compacted, snapshot);
  }

  private static Instant time(String text, String name, String folder) {
    if (text.isEmpty()) {
      throw fault(name + " is missing", folder);
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new ExportFormatException(
          fault(name + " is not a time such as 2026-11-18T03:20:00.000Z", folder).getMessage(), e);
    }
  }

  private static ExportFormatException fault(String what, String folder) {
    return new ExportFormatException(
        "Cannot read %s: %s, in %s; export again".formatted(ManifestReader.SUMMARY, what, folder));
  }
}
