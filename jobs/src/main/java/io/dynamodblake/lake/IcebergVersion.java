package io.dynamodblake.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.JsonDocuments;
import java.util.Optional;

/**
 * Where Iceberg keeps a snapshot of a lake table.
 *
 * @param table the table's name as Spark knows it, with the catalog before it; empty if the folder
 *     of the lake table is the table itself
 * @param uuid the table's own, by which another one in its place is noticed
 * @param snapshotId Iceberg's number of the snapshot
 */
public record IcebergVersion(Optional<IcebergName> table, String uuid, long snapshotId) {
  private static final String KEY = "iceberg";

  /** Returns the same table at another snapshot. */
  public IcebergVersion at(long id) {
    return new IcebergVersion(table, uuid, id);
  }

  /** Adds what documents say of it. */
  public void putInto(ObjectNode tree) {
    putInto(tree, KEY);
  }

  void putInto(ObjectNode tree, String key) {
    ObjectNode node = tree.putObject(key);
    table.ifPresent(
        name -> {
          node.put("catalog", name.catalog());
          node.put("database", name.database());
          node.put("table", name.table());
        });
    node.put("uuid", uuid);
    node.put("snapshotId", snapshotId);
  }

  static Optional<IcebergVersion> of(JsonNode tree, PointerText text) {
    return of(tree, KEY, text);
  }

  static Optional<IcebergVersion> of(JsonNode tree, String key, PointerText text) {
    JsonNode node = tree.path(key);
    if (!node.isObject()) {
      return Optional.empty();
    }
    Optional<IcebergName> table =
        JsonDocuments.text(node, "catalog")
            .map(
                catalog ->
                    new IcebergName(
                        catalog, text.required(node, "database"), text.required(node, "table")));
    if (!node.path("snapshotId").isIntegralNumber()) {
      throw text.unreadable("key '%s' has no 'snapshotId'".formatted(key));
    }
    return Optional.of(
        new IcebergVersion(
            table, text.required(node, "uuid"), node.path("snapshotId").longValue()));
  }
}
