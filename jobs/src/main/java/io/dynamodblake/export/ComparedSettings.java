package io.dynamodblake.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.JsonDocuments;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the settings of two tables differ.
 *
 * @param differences the settings that both are known to have, and not alike
 * @param unknown those that are not known of one of them, and why
 */
public record ComparedSettings(List<Difference> differences, Map<TableSetting, String> unknown) {
  private static final String OFF = "off";

  /** In a policy, for the table that it is of. */
  private static final String ITSELF = "itself";

  /**
   * A setting that is not the same.
   *
   * @param a its value in the first table, a JSON null if it is off
   * @param b its value in the second table
   */
  public record Difference(TableSetting setting, JsonNode a, JsonNode b) {
    /** Returns the setting and both values, in one line. */
    public String words() {
      return "%s: A %s, B %s".formatted(setting.words(), words(a), words(b));
    }

    private static String words(JsonNode value) {
      return value.isNull() || value.isEmpty() && value.isContainerNode()
          ? OFF
          : value.isTextual() ? value.textValue() : JsonDocuments.printLine(value);
    }
  }

  public ComparedSettings {
    differences = List.copyOf(differences);
    unknown = Collections.unmodifiableMap(unknown);
  }

  /** Compares two tables. That a policy names its own table is no difference. */
  public static ComparedSettings of(TableSettings a, TableSettings b) {
    List<Difference> differences = new ArrayList<>();
    Map<TableSetting, String> unknown = new EnumMap<>(TableSetting.class);
    unknown.putAll(b.unknown());
    unknown.putAll(a.unknown());
    for (TableSetting setting : TableSetting.values()) {
      Optional<JsonNode> inA = value(a, setting);
      Optional<JsonNode> inB = value(b, setting);
      if (inA.isPresent() && inB.isPresent() && !inA.get().equals(inB.get())) {
        differences.add(new Difference(setting, inA.get(), inB.get()));
      }
    }
    return new ComparedSettings(differences, unknown);
  }

  private static Optional<JsonNode> value(TableSettings settings, TableSetting setting) {
    return setting == TableSetting.POLICY ? settings.policyOf(ITSELF) : settings.value(setting);
  }

  /** Returns whether all is alike that somebody has chosen, and known. */
  public boolean equal() {
    return unknown.isEmpty()
        && differences.stream().noneMatch(difference -> difference.setting().isChosen());
  }

  /** Adds what documents say of them. */
  public void putInto(ObjectNode tree) {
    ArrayNode array = tree.putArray("differences");
    for (Difference difference : differences) {
      ObjectNode node = array.addObject().put("setting", difference.setting().key());
      node.set("a", difference.a());
      node.set("b", difference.b());
    }
    ObjectNode notKnown = tree.putObject("notKnown");
    unknown.forEach((setting, reason) -> notKnown.put(setting.key(), reason));
  }
}
