package io.dynamodblake.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What one input has put into the history of a lake table: files in a folder of its own, which are
 * part of the history only because the pointer names the folder.
 *
 * @param id name of the folder: the run that wrote it and a number
 * @param exportId the export that the rows come from
 * @param exportFingerprint what makes two exports the same
 * @param filesFingerprint SHA-256 over names and lengths of the files
 * @param days values of its partitions
 */
public record HistoryPart(
    String id,
    String exportId,
    String exportFingerprint,
    long rows,
    int files,
    long bytes,
    String filesFingerprint,
    List<String> days) {
  // they become steps of paths, and whoever wrote the pointer may mean another place
  private static final Pattern ID = Pattern.compile("[0-9A-Za-z-]{1,100}");
  private static final Pattern DAY = Pattern.compile("-?[0-9]{4,6}-[0-9]{2}-[0-9]{2}");

  public HistoryPart {
    Objects.requireNonNull(id, "id is null");
    days = List.copyOf(days);
  }

  /**
   * Describes files that were just written.
   *
   * @param contents of the folder
   */
  public static HistoryPart of(
      String id, String exportId, String exportFingerprint, long rows, SnapshotContents contents) {
    return new HistoryPart(
        id,
        exportId,
        exportFingerprint,
        rows,
        contents.files().size(),
        contents.bytes(),
        fingerprint(contents),
        contents.partitions().keySet().stream().map(values -> values.get(0)).toList());
  }

  /** What makes two sets of files the same, by their names and lengths. */
  static String fingerprint(SnapshotContents contents) {
    Fingerprint fingerprint = new Fingerprint();
    contents.files().forEach(file -> fingerprint.add(contents.name(file)).add(file.getLen()));
    return fingerprint.hex();
  }

  void putInto(ObjectNode node) {
    node.put("id", id);
    node.put("exportId", exportId);
    node.put("exportFingerprint", exportFingerprint);
    node.put("rows", rows);
    node.put("files", files);
    node.put("bytes", bytes);
    node.put("filesFingerprint", filesFingerprint);
    days.forEach(node.putArray("days")::add);
  }

  static HistoryPart of(JsonNode node, PointerText text) {
    List<String> days = new ArrayList<>();
    for (JsonNode day : node.path("days")) {
      if (!DAY.matcher(day.asText()).matches()) {
        throw text.unreadable("a part of the history is of what is no day");
      }
      days.add(day.asText());
    }
    if (!ID.matcher(text.required(node, "id")).matches()) {
      throw text.unreadable("a part of the history has a name that no run gives");
    }
    return new HistoryPart(
        text.required(node, "id"),
        text.required(node, "exportId"),
        text.required(node, "exportFingerprint"),
        node.path("rows").asLong(),
        node.path("files").asInt(),
        node.path("bytes").asLong(),
        text.required(node, "filesFingerprint"),
        days);
  }
}
