package io.dynamodblake.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.JsonDocuments;
import java.time.Instant;
import java.util.Optional;

/**
 * What is remembered of a snapshot that was published before the current one; its folder may be
 * gone. Of those of format version 1 only the name is known.
 *
 * @param rows rows that were published
 * @param schemaFingerprint SHA-256 of {@code schema.json} as it was published
 * @param filesFingerprint SHA-256 of the list of its files
 * @param csv how CSV was written; empty of other formats
 * @param iceberg where Iceberg keeps it; empty for folders of files
 */
public record EarlierSnapshot(
    String id,
    Optional<Instant> publishedAt,
    Optional<Long> rows,
    Optional<String> schemaFingerprint,
    Optional<String> filesFingerprint,
    Optional<CsvDialect> csv,
    Optional<IcebergVersion> iceberg) {
  /** One of which nothing but the name is known. */
  static EarlierSnapshot named(String id) {
    return new EarlierSnapshot(
        id,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  void putInto(ObjectNode tree) {
    tree.put("snapshotId", id);
    JsonDocuments.putInstant(tree, "publishedAt", publishedAt);
    rows.ifPresent(count -> tree.put("rows", count));
    JsonDocuments.put(tree, "schemaFingerprint", schemaFingerprint);
    JsonDocuments.put(tree, "filesFingerprint", filesFingerprint);
    csv.ifPresent(dialect -> dialect.putInto(tree));
    iceberg.ifPresent(version -> version.putInto(tree));
  }

  static EarlierSnapshot of(JsonNode tree, PointerText text) {
    if (tree.isTextual()) {
      return named(tree.asText());
    }
    JsonNode rows = tree.path("rows");
    return new EarlierSnapshot(
        text.required(tree, "snapshotId"),
        text.instant(tree, "publishedAt"),
        rows.isIntegralNumber() ? Optional.of(rows.longValue()) : Optional.empty(),
        JsonDocuments.text(tree, "schemaFingerprint"),
        JsonDocuments.text(tree, "filesFingerprint"),
        CsvDialect.of(tree, text),
        IcebergVersion.of(tree, text));
  }
}
