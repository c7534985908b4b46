package io.dynamodblake.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.schema.DataRefusedException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code current.json}: the published snapshot of a lake table. It is replaced whole, in one step
 * and last, so it always points at a complete snapshot.
 *
 * @param table name of the lake table
 * @param snapshotId name of the snapshot
 * @param snapshotPath its folder, relative to the table's folder, so that a lake table can be
 *     copied
 * @param exportId the export it was made of
 * @param exportFingerprint SHA-256 over the names, counts and checksums of the data files
 * @param exportTime the instant the items are of
 * @param schemaFingerprint SHA-256 of {@code schema.json} as it was published
 * @param planFingerprint SHA-256 of the options that decide what is written
 * @param partitionBy partition fields in order, as the user wrote them
 * @param rows rows of the snapshot, proved against the written files
 * @param files data files of the snapshot
 * @param bytes stored bytes of the data files
 * @param runId the run that published it
 * @param earlier ids of the snapshots published before, oldest first; their folders may be deleted
 */
public record CurrentPointer(
    String table,
    String snapshotId,
    String snapshotPath,
    String exportId,
    Optional<String> exportArn,
    Optional<String> tableArn,
    Optional<String> tableId,
    String exportFingerprint,
    Optional<Instant> exportTime,
    String schemaFingerprint,
    String planFingerprint,
    OutputFormat dataFormat,
    List<String> partitionBy,
    long rows,
    int files,
    long bytes,
    String runId,
    Instant publishedAt,
    List<String> earlier) {
  static final String FORMAT = "dynamodb-lake/current";
  static final int FORMAT_VERSION = 1;

  public CurrentPointer {
    partitionBy = List.copyOf(partitionBy);
    earlier = List.copyOf(earlier);
  }

  /** Whether a snapshot of that name is or once was what readers see. */
  public boolean wasPublished(String id) {
    return snapshotId.equals(id) || earlier.contains(id);
  }

  /** The document as it stands in the lake. */
  public String toJson() {
    ObjectNode tree = JsonDocuments.object();
    tree.put("format", FORMAT);
    tree.put("formatVersion", FORMAT_VERSION);
    tree.put("table", table);
    tree.put("snapshotId", snapshotId);
    tree.put("snapshotPath", snapshotPath);
    tree.put("exportId", exportId);
    JsonDocuments.put(tree, "exportArn", exportArn);
    JsonDocuments.put(tree, "tableArn", tableArn);
    JsonDocuments.put(tree, "tableId", tableId);
    tree.put("exportFingerprint", exportFingerprint);
    JsonDocuments.putInstant(tree, "exportTime", exportTime);
    tree.put("schemaFingerprint", schemaFingerprint);
    tree.put("planFingerprint", planFingerprint);
    tree.put("dataFormat", dataFormat.key());
    ArrayNode partitions = tree.putArray("partitionBy");
    partitionBy.forEach(partitions::add);
    tree.put("rows", rows);
    tree.put("files", files);
    tree.put("bytes", bytes);
    tree.put("runId", runId);
    tree.put("publishedAt", publishedAt.toString());
    ArrayNode before = tree.putArray("earlier");
    earlier.forEach(before::add);
    return JsonDocuments.print(tree);
  }

  /**
   * Reads {@link #toJson()} back.
   *
   * @param place where the text comes from, for messages
   * @throws DataRefusedException if the text is not such a document, or one of a later version
   */
  public static CurrentPointer fromJson(String text, String place) {
    JsonNode tree =
        JsonDocuments.parseObject(text)
            .filter(node -> JsonDocuments.text(node, "format").equals(Optional.of(FORMAT)))
            .orElseThrow(() -> unreadable("not a document of dynamodb-lake", place));
    int version = tree.path("formatVersion").asInt(0);
    if (version != FORMAT_VERSION) {
      throw unreadable(
          "format version " + version + ", this program knows " + FORMAT_VERSION, place);
    }
    return new CurrentPointer(
        required(tree, "table", place),
        required(tree, "snapshotId", place),
        required(tree, "snapshotPath", place),
        required(tree, "exportId", place),
        JsonDocuments.text(tree, "exportArn"),
        JsonDocuments.text(tree, "tableArn"),
        JsonDocuments.text(tree, "tableId"),
        required(tree, "exportFingerprint", place),
        JsonDocuments.text(tree, "exportTime").map(time -> instant(time, "exportTime", place)),
        required(tree, "schemaFingerprint", place),
        required(tree, "planFingerprint", place),
        dataFormat(required(tree, "dataFormat", place), place),
        texts(tree.path("partitionBy")),
        tree.path("rows").asLong(),
        tree.path("files").asInt(),
        tree.path("bytes").asLong(),
        required(tree, "runId", place),
        instant(required(tree, "publishedAt", place), "publishedAt", place),
        texts(tree.path("earlier")));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(element.asText()));
    return texts;
  }

  private static String required(JsonNode tree, String key, String place) {
    return JsonDocuments.text(tree, key)
        .orElseThrow(() -> unreadable("key '" + key + "' is missing", place));
  }

  private static OutputFormat dataFormat(String key, String place) {
    for (OutputFormat format : OutputFormat.values()) {
      if (format.key().equals(key)) {
        return format;
      }
    }
    throw unreadable("unknown data format", place);
  }

  private static Instant instant(String text, String key, String place) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw unreadable("'" + key + "' is not an instant", place);
    }
  }

  private static DataRefusedException unreadable(String reason, String place) {
    return new DataRefusedException(
        "Cannot read the lake table's pointer: "
            + reason
            + ", in "
            + place
            + "; use a newer dynamodb-lake, or write to a new folder");
  }
}
