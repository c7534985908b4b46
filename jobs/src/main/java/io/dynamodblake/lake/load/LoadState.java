package io.dynamodblake.lake.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.aws.LiveTable;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.type.Instants;
import java.io.IOException;
import java.io.Serializable;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What a load that was interrupted has to remember: which parts of the items are in the table.
 * Parts are hashes of keys, so they are the same in every run, whatever is read by which task.
 *
 * @param folder of this load, of its source and table
 * @param id made anew when a load begins; a part that was finished by another one does not count
 * @param parts how many there are
 * @param beganAnew whether an interrupted load was found, but of other items or another table
 */
record LoadState(String folder, String id, int parts, boolean beganAnew) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Envelope ENVELOPE = new Envelope("load-state", 1);
  private static final Envelope PART_ENVELOPE = new Envelope("load-part", 1);
  private static final int NAME_DIGITS = 16;
  private static final int MOST_PARTS = 1_000_000;

  /** A part that is in the table as a whole. */
  record Part(int part, long items, double writeUnits) {}

  /**
   * Finds the load of the same items into the same table that did not come to its end, or begins
   * one.
   *
   * @param path of the state of all loads
   * @param source whole path of what is loaded
   * @param fingerprint of the items
   * @param parts how many a new one has
   */
  static LoadState open(
      LakeFiles files, String path, String source, LiveTable table, String fingerprint, int parts)
      throws IOException {
    String name = new Fingerprint().add(source).add(table.arn()).hex().substring(0, NAME_DIGITS);
    String folder = new LakeLayout(files.qualify(path)).root() + "/load-" + name;
    String document = folder + "/load.json";
    Optional<JsonNode> before =
        files.read(document).flatMap(JsonDocuments::parseObject).filter(ENVELOPE::isOf);
    if (before.isPresent() && isSame(before.get(), table, fingerprint)) {
      return new LoadState(
          folder, before.get().path("id").asText(), before.get().path("parts").asInt(), false);
    }
    files.deleteFolder(folder);
    LoadState state =
        new LoadState(folder, UUID.randomUUID().toString(), parts, before.isPresent());
    ObjectNode tree = ENVELOPE.begin();
    tree.put("id", state.id);
    tree.put("source", source);
    tree.put("tableArn", table.arn());
    tree.put("tableId", table.id());
    tree.put("fingerprint", fingerprint);
    tree.put("parts", parts);
    tree.put("startedAt", Instants.now().toString());
    files.replace(document, JsonDocuments.print(tree));
    return state;
  }

  private static boolean isSame(JsonNode tree, LiveTable table, String fingerprint) {
    int parts = tree.path("parts").asInt();
    return tree.path("fingerprint").asText().equals(fingerprint)
        && tree.path("tableId").asText().equals(table.id())
        && !tree.path("id").asText().isEmpty()
        && parts >= 1
        && parts <= MOST_PARTS;
  }

  private String partFile(int part) {
    return folder + "/parts/%06d.json".formatted(part);
  }

  /** Remembers that a part is in the table. */
  void remember(LakeFiles files, Part done) throws IOException {
    ObjectNode tree = PART_ENVELOPE.begin();
    tree.put("load", id);
    tree.put("part", done.part());
    tree.put("items", done.items());
    tree.put("consumedWriteUnits", done.writeUnits());
    files.replace(partFile(done.part()), JsonDocuments.print(tree));
  }

  /** The parts that earlier runs have finished, by number. */
  Map<Integer, Part> finished(LakeFiles files) throws IOException {
    Map<Integer, Part> finished = new TreeMap<>();
    for (String name : files.childNames(folder + "/parts")) {
      Optional<JsonNode> tree =
          name.endsWith(".json")
              ? files.read(folder + "/parts/" + name).flatMap(JsonDocuments::parseObject)
              : Optional.empty();
      if (tree.isPresent()
          && PART_ENVELOPE.isOf(tree.get())
          && tree.get().path("load").asText().equals(id)) {
        int part = tree.get().path("part").asInt(-1);
        if (part >= 0 && part < parts) {
          finished.put(
              part,
              new Part(
                  part,
                  tree.get().path("items").asLong(),
                  tree.get().path("consumedWriteUnits").asDouble()));
        }
      }
    }
    return finished;
  }

  /** Forgets the load, which came to its end. */
  void forget(LakeFiles files) throws IOException {
    files.deleteFolder(folder);
  }
}
