package io.dynamodblake.lake.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.schema.DataRefusedException;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of an archive that a run has taken: {@code _dynamodb/changes/<run>.json} of a lake
 * table. The ledger knows it by its fingerprint.
 *
 * @param archive the folder of the archive
 * @param form of its records; empty if there was none that counts
 * @param files in the order of their names
 */
public record TakenFiles(String archive, String form, List<Taken> files) {
  private static final Envelope ENVELOPE = new Envelope("archive-files", 1);

  public TakenFiles {
    files = List.copyOf(files);
  }

  /**
   * A file.
   *
   * @param key its name from the folder of the archive
   * @param length in bytes
   * @param lastMicros the time of its last record, in microseconds since 1970; -1 for none
   */
  public record Taken(String key, long length, long lastMicros) {}

  /** Returns the document. */
  public String toJson() {
    ObjectNode tree = ENVELOPE.begin();
    tree.put("archive", archive);
    tree.put("form", form);
    ArrayNode array = tree.putArray("files");
    for (Taken file : files) {
      ObjectNode node = array.addObject();
      node.put("name", file.key());
      node.put("length", file.length());
      node.put("lastMicros", file.lastMicros());
    }
    return JsonDocuments.print(tree);
  }

  /**
   * Reads {@link #toJson()} back.
   *
   * @param place where the text comes from, for messages
   * @throws DataRefusedException if it is no such document
   */
  public static TakenFiles fromJson(String json, String place) {
    JsonNode tree =
        JsonDocuments.parseObject(json)
            .filter(ENVELOPE::isOf)
            .filter(found -> !ENVELOPE.isOlderThan(found))
            .orElseThrow(
                () ->
                    new DataRefusedException(
                        "Cannot read which files the lake table has taken: not a whole document of dynamodb-lake, at %s; flatten a newer full export"
                            .formatted(place)));
    List<Taken> files = new ArrayList<>();
    tree.path("files")
        .forEach(
            node ->
                files.add(
                    new Taken(
                        node.path("name").asText(),
                        node.path("length").asLong(),
                        node.path("lastMicros").asLong())));
    return new TakenFiles(tree.path("archive").asText(), tree.path("form").asText(), files);
  }
}
