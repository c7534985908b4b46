package io.dynamodblake.schema.entity;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import java.util.List;

/** Writes {@code entities.json}. */
final class EntityRulesWriter {
  static final Envelope ENVELOPE = new Envelope("entities", 1);

  private EntityRulesWriter() {}

  static String write(EntityRules rules) {
    ObjectNode root = ENVELOPE.begin();
    put(root, "keys", rules.keys());
    ArrayNode entities = root.putArray("entities");
    for (Entity entity : rules.entities()) {
      ObjectNode node = entities.addObject();
      node.put("name", entity.name());
      ArrayNode match = node.putArray("match");
      entity.match().forEach(each -> put(match.addObject(), each));
      if (!entity.partitionBy().isEmpty()) {
        put(node, "partitionBy", entity.partitionBy());
      }
      if (!entity.sortBy().isEmpty()) {
        put(node, "sortBy", entity.sortBy());
      }
    }
    root.put("remainder", rules.remainder());
    return JsonDocuments.printAnswer(root) + "\n";
  }

  private static void put(ObjectNode node, EntityMatch match) {
    match
        .marker()
        .ifPresent(
            marker -> {
              node.put("attribute", marker.attribute());
              put(node, "values", marker.values());
            });
    if (!match.keys().isEmpty()) {
      ObjectNode keys = node.putObject("keys");
      match.keys().forEach((attribute, pattern) -> keys.put(attribute, pattern.text()));
    }
  }

  private static void put(ObjectNode node, String member, List<String> texts) {
    ArrayNode array = node.putArray(member);
    texts.forEach(array::add);
  }
}
