package io.dynamodblake.lake.write;

import io.dynamodblake.conf.BuiltVersions;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.PublishedSnapshot;
import io.dynamodblake.lake.iceberg.IcebergTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a table of Iceberg and its snapshots say of where they come from, for whoever looks at them
 * without the folder of the lake table.
 */
final class IcebergLineage {
  private static final String PREFIX = "dynamodb-lake.";

  private IcebergLineage() {}

  /** Returns what a snapshot says of the inputs of its run. */
  static Map<String, String> summary(String runId, List<ExportManifest> exports) {
    Map<String, String> summary = new LinkedHashMap<>();
    summary.put(PREFIX + "run-id", runId);
    summary.put(PREFIX + "version", BuiltVersions.program());
    if (!exports.isEmpty()) {
      ExportManifest last = exports.get(exports.size() - 1);
      summary.put(
          PREFIX + "export-id",
          String.join(",", exports.stream().map(ExportManifest::exportId).toList()));
      put(summary, "export-arn", last.exportArn());
      put(summary, "table-arn", last.tableArn());
      put(summary, "table-id", last.tableId());
      put(summary, "export-time", last.exportTime().map(Object::toString));
      last.window()
          .ifPresent(
              window -> {
                summary.put(
                    PREFIX + "from", exports.get(0).window().orElse(window).from().toString());
                summary.put(PREFIX + "to", window.to().toString());
              });
    }
    return summary;
  }

  private static void put(Map<String, String> summary, String key, Optional<String> value) {
    value.ifPresent(text -> summary.put(PREFIX + key, text));
  }

  /** Returns what the table says once the snapshot is what its readers see. */
  static Map<String, String> properties(
      LakeLayout layout, CurrentPointer current, PublishedSnapshot published) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put(IcebergTable.LAKE, layout.root());
    properties.put(IcebergTable.SNAPSHOT, published.id());
    properties.put(PREFIX + "run-id", published.runId());
    properties.put(PREFIX + "export-id", published.exportId());
    properties.put(PREFIX + "ledger", current.ledger().toJson());
    current.facts().arn().ifPresent(arn -> properties.put(IcebergTable.TABLE_ARN, arn));
    current
        .facts()
        .time()
        .ifPresent(time -> properties.put(PREFIX + "table-time", time.toString()));
    return properties;
  }
}
