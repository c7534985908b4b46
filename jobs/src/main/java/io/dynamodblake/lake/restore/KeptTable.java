package io.dynamodblake.lake.restore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.conf.RestoreKeys;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.TableSetting;
import io.dynamodblake.export.TableSettings;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.input.RowInput;
import io.dynamodblake.schema.KeyAttribute;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What describes the table that the rows come from, where that was kept beside an export of it.
 *
 * @param file where it lies
 * @param text the document
 */
record KeptTable(String file, String text, TableSettings settings) {
  private static final String NONE = "none";

  /**
   * Finds the document that the options name, or the one beside the export that the rows come from.
   *
   * @throws io.dynamodblake.conf.UsageException if the options name one that is not there, or it
   *     cannot be read
   */
  static Optional<KeptTable> find(LakeFiles files, RestoreOptions options, RowInput input)
      throws IOException {
    if (options.settings().isPresent()) {
      String file = options.settings().get();
      return file.equals(NONE)
          ? Optional.empty()
          : RestoreSource.text(files, options.settings(), options.words().of(RestoreKeys.SETTINGS))
              .map(text -> of(file, text));
    }
    List<String> exports = input.exports();
    // of changes that were applied together the last ones are the newest
    for (int i = exports.size() - 1; i >= 0; i--) {
      String file = exports.get(i) + "/" + TableSettings.FILE;
      Optional<String> text = readable(files, file);
      if (text.isPresent()) {
        return Optional.of(of(file, text.get()));
      }
    }
    return Optional.empty();
  }

  /** Exports are often gone when the lake table is restored, or may not be read by all. */
  private static Optional<String> readable(LakeFiles files, String file) {
    try {
      return files.read(file);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static KeptTable of(String file, String text) {
    return new KeptTable(file, text, TableSettings.ofJson(text, file));
  }

  private JsonNode value(TableSetting setting) {
    return settings.value(setting).orElse(MissingNode.getInstance());
  }

  /** The key attributes of the table; none if they were taken out. */
  List<KeyAttribute> keys() {
    List<KeyAttribute> keys = new ArrayList<>();
    for (JsonNode key : value(TableSetting.KEYS)) {
      String name = key.path("AttributeName").asText();
      definition(name)
          .ifPresent(
              type ->
                  keys.add(KeyAttribute.parse(name + ":" + type.path("AttributeType").asText())));
    }
    return keys;
  }

  private Optional<JsonNode> definition(String attribute) {
    for (JsonNode definition : value(TableSetting.ATTRIBUTES)) {
      if (definition.path("AttributeName").asText().equals(attribute)) {
        return Optional.of(definition);
      }
    }
    return Optional.empty();
  }

  /** The indexes that an import can make, as a file for {@code --indexes} has them. */
  Optional<String> indexes() {
    JsonNode indexes = value(TableSetting.GLOBAL_INDEXES);
    if (indexes.isEmpty()) {
      return Optional.empty();
    }
    Set<String> used = new TreeSet<>();
    indexes.forEach(
        index ->
            index.path("KeySchema").forEach(key -> used.add(key.path("AttributeName").asText())));
    ObjectNode tree = JsonDocuments.object();
    ArrayNode definitions = tree.putArray("AttributeDefinitions");
    used.forEach(name -> definition(name).ifPresent(definitions::add));
    tree.set("GlobalSecondaryIndexes", indexes);
    return Optional.of(JsonDocuments.print(tree));
  }

  /** What a restore takes of it, and what no import makes, in words. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    notes.add("described by " + file);
    List<String> local = new ArrayList<>();
    value(TableSetting.LOCAL_INDEXES).forEach(index -> local.add(index.path("IndexName").asText()));
    if (!local.isEmpty()) {
      notes.add(
          "no import makes local indexes (%s); create a table with them and load the files into it"
              .formatted(String.join(", ", local)));
    }
    return notes;
  }
}
