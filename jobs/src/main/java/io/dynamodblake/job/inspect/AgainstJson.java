package io.dynamodblake.job.inspect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.JsonDocuments;

/** {@link Against} in the document of an inspection. */
final class AgainstJson {
  private AgainstJson() {}

  static void put(ObjectNode node, Against against) {
    side(node.putObject("before"), against.before());
    side(node.putObject("after"), against.after());
    ArrayNode differences = node.putArray("differences");
    for (Against.Difference difference : against.differences()) {
      ObjectNode each = differences.addObject();
      each.put("change", difference.kind().word());
      each.put("path", difference.path());
      if (difference.before().isPresent()) {
        each.put("from", difference.was());
      }
      if (difference.after().isPresent()) {
        each.put("to", difference.is());
      }
      each.put("distance", difference.distance());
    }
  }

  private static void side(ObjectNode node, ProfiledItems items) {
    node.put("kind", items.kind());
    node.put("path", items.path());
    JsonDocuments.putInstant(node, "time", items.time());
    node.put("items", items.profile().items());
    ObjectNode lost = node.putObject("notCompared");
    items.lost().forEach(lost::put);
  }
}
