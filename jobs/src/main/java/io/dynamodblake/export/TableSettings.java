package io.dynamodblake.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/**
 * What describes a table beside its items, as it is kept beside an export: {@code table.json}. Each
 * setting is in the words of DynamoDB's API. One that could not be read is kept as not known, and
 * never as off.
 *
 * @param tableArn the table that was described
 * @param tableId changes when the table is dropped and made again; empty if nobody knows
 * @param describedAt when that was, whatever time an export beside it is of
 * @param known values by setting; a JSON null is a setting that is off
 * @param unknown why those that are not known are not; one that is in neither map was taken out by
 *     somebody
 */
public record TableSettings(
    String tableArn,
    String tableId,
    Instant describedAt,
    Map<TableSetting, JsonNode> known,
    Map<TableSetting, String> unknown) {
  /** Name of the file beside an export. */
  public static final String FILE = "table.json";

  private static final Envelope ENVELOPE = new Envelope("table-settings", 1);
  private static final String SETTINGS = "settings";
  private static final String NOT_KNOWN = "notKnown";

  public TableSettings {
    known = ordered(known);
    unknown = ordered(unknown);
  }

  private static <V> Map<TableSetting, V> ordered(Map<TableSetting, V> map) {
    Map<TableSetting, V> copy = new EnumMap<>(TableSetting.class);
    copy.putAll(map);
    return Collections.unmodifiableMap(copy);
  }

  /** Returns the value of a setting, a JSON null if it is off; empty if there is none. */
  public Optional<JsonNode> value(TableSetting setting) {
    return Optional.ofNullable(known.get(setting));
  }

  /**
   * Returns the resource policy as it would be that of another table: it names the table that it is
   * of. A JSON null if there is none; empty if it is not known.
   */
  public Optional<JsonNode> policyOf(String otherArn) {
    return value(TableSetting.POLICY).map(policy -> renamed(policy, otherArn));
  }

  private JsonNode renamed(JsonNode node, String otherArn) {
    if (node.isTextual()) {
      String text = node.textValue();
      boolean own = text.equals(tableArn) || text.startsWith(tableArn + "/");
      return own ? TextNode.valueOf(otherArn + text.substring(tableArn.length())) : node;
    }
    if (node.isArray()) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      node.forEach(element -> array.add(renamed(element, otherArn)));
      return array;
    }
    if (node.isObject()) {
      ObjectNode object = JsonDocuments.object();
      node.fields()
          .forEachRemaining(
              member -> object.set(member.getKey(), renamed(member.getValue(), otherArn)));
      return object;
    }
    return node;
  }

  /** Returns the document that is kept. */
  public String toJson() {
    ObjectNode tree = ENVELOPE.begin();
    tree.put("tableArn", tableArn);
    if (!tableId.isEmpty()) {
      tree.put("tableId", tableId);
    }
    tree.put("describedAt", describedAt.toString());
    ObjectNode settings = tree.putObject(SETTINGS);
    known.forEach((setting, value) -> settings.set(setting.key(), value));
    ObjectNode notKnown = tree.putObject(NOT_KNOWN);
    unknown.forEach((setting, reason) -> notKnown.put(setting.key(), reason));
    return JsonDocuments.print(tree);
  }

  /**
   * Reads a document that was kept, and perhaps edited since: one that was not known may have been
   * added, and whoever took one out does not want it.
   *
   * @param file how messages call it
   * @throws UsageException if it is no such document, or has a setting that nobody knows
   */
  public static TableSettings ofJson(String text, String file) {
    JsonNode tree;
    try {
      tree = JsonDocuments.parseStrictly(text);
    } catch (JsonProcessingException e) {
      throw unreadable(file, "it is no JSON", e);
    }
    if (!ENVELOPE.isOf(tree) || !tree.path(SETTINGS).isObject()) {
      throw unreadable(
          file, "it is no description of a table, as export and scan keep it in " + FILE, null);
    }
    if (ENVELOPE.isOlderThan(tree)) {
      throw unreadable(file, "it was written by a later version of this program", null);
    }
    Map<TableSetting, JsonNode> known = new EnumMap<>(TableSetting.class);
    Iterator<Map.Entry<String, JsonNode>> members = tree.path(SETTINGS).fields();
    while (members.hasNext()) {
      Map.Entry<String, JsonNode> member = members.next();
      known.put(setting(member.getKey(), file), member.getValue());
    }
    Map<TableSetting, String> unknown = new EnumMap<>(TableSetting.class);
    Iterator<Map.Entry<String, JsonNode>> missing = tree.path(NOT_KNOWN).fields();
    while (missing.hasNext()) {
      Map.Entry<String, JsonNode> member = missing.next();
      TableSetting setting = setting(member.getKey(), file);
      if (!known.containsKey(setting)) {
        unknown.put(setting, member.getValue().asText());
      }
    }
    return new TableSettings(
        JsonDocuments.text(tree, "tableArn").orElse(""),
        JsonDocuments.text(tree, "tableId").orElse(""),
        describedAt(tree, file),
        known,
        unknown);
  }

  private static TableSetting setting(String key, String file) {
    return TableSetting.ofKey(key)
        .orElseThrow(() -> unreadable(file, "nobody knows the setting '%s'".formatted(key), null));
  }

  private static Instant describedAt(JsonNode tree, String file) {
    try {
      return Instant.parse(JsonDocuments.text(tree, "describedAt").orElse(""));
    } catch (DateTimeException e) {
      throw unreadable(file, "describedAt is no time", e);
    }
  }

  private static UsageException unreadable(String file, String reason, Exception cause) {
    return new UsageException("Cannot read %s: %s".formatted(file, reason), cause);
  }

  // ---- brought together one by one

  /** Collects what is known of a table. */
  public static final class Builder {
    private final Map<TableSetting, JsonNode> known = new EnumMap<>(TableSetting.class);
    private final Map<TableSetting, String> unknown = new EnumMap<>(TableSetting.class);

    /** Adds a value that is known, and is not off. */
    public Builder with(TableSetting setting, JsonNode value) {
      known.put(setting, value);
      return this;
    }

    /** Adds a value that is known, or that the setting is off. */
    public Builder with(TableSetting setting, Optional<? extends JsonNode> value) {
      known.put(setting, value.<JsonNode>map(node -> node).orElse(NullNode.getInstance()));
      return this;
    }

    /** Adds that a value is not known. */
    public Builder without(TableSetting setting, String reason) {
      unknown.put(setting, reason);
      return this;
    }

    /** Returns what was brought together. */
    public TableSettings of(String tableArn, String tableId, Instant describedAt) {
      return new TableSettings(tableArn, tableId, describedAt, known, unknown);
    }
  }
}
