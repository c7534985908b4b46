package io.dynamodblake.job.inspect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.spark.read.ChangeProfile;
import io.dynamodblake.type.Instants;

/**
 * A {@link ChangeInspection} as one JSON document, described in {@code docs/inspect.md}. Keys are
 * only ever added; a change of meaning gets another {@code formatVersion}.
 */
public final class ChangeInspectionJson {
  private ChangeInspectionJson() {}

  public static String of(ChangeInspection inspection) {
    ObjectNode tree = new Envelope("change-inspection", 1).begin();
    putExport(tree.putObject("export"), inspection);
    ChangeProfile changes = inspection.changes();
    tree.put("changes", changes.changes());
    if (inspection.tellsInserts()) {
      tree.put("inserts", changes.inserts());
      tree.put("updates", changes.updates());
      tree.put("unchanged", changes.unchanged());
    } else {
      tree.put("puts", changes.puts());
    }
    tree.put("deletes", changes.deletes());
    putTime(tree, "firstWrite", changes.firstWriteMicros());
    putTime(tree, "lastWrite", changes.lastWriteMicros());
    ArrayNode keys = tree.putArray("keys");
    changes
        .keys()
        .forEach(
            key -> {
              ArrayNode attributes = keys.addArray();
              key.forEach(
                  attribute ->
                      attributes
                          .addObject()
                          .put("attribute", attribute.attribute())
                          .put("descriptor", attribute.descriptor().name()));
            });
    ArrayNode attributes = tree.putArray("attributes");
    inspection
        .attributes()
        .forEach(
            each ->
                attributes
                    .addObject()
                    .put("attribute", each.getKey())
                    .put("updates", each.getValue().updates())
                    .put("added", each.getValue().added())
                    .put("changed", each.getValue().changed())
                    .put("removed", each.getValue().removed()));
    tree.put("changesOfOtherAttributes", changes.otherChanges());
    return JsonDocuments.printAnswer(tree) + "\n";
  }

  private static void putExport(ObjectNode node, ChangeInspection inspection) {
    ExportManifest export = inspection.export();
    node.put("root", export.root());
    node.put("exportId", export.exportId());
    export.exportArn().ifPresent(arn -> node.put("exportArn", arn));
    export.tableArn().ifPresent(arn -> node.put("tableArn", arn));
    export.tableId().ifPresent(id -> node.put("tableId", id));
    node.put("from", inspection.window().from().toString());
    node.put("to", inspection.window().to().toString());
    node.put("view", inspection.window().view().name());
    node.put("files", export.files().size());
    if (inspection.storedBytes() >= 0) {
      node.put("storedBytes", inspection.storedBytes());
    }
    node.put("verification", inspection.verification());
    ArrayNode warnings = node.putArray("warnings");
    export.warnings().forEach(warnings::add);
  }

  private static void putTime(ObjectNode tree, String key, long micros) {
    if (micros >= 0) {
      tree.put(key, Instants.ofMicros(micros).toString());
    }
  }
}
