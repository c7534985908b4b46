package io.dynamodblake.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.JsonDocuments;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One snapshot as it was published: what it was made of, what it holds, and by what its files are
 * known.
 *
 * @param id name of the snapshot: the export's id and a part that only this run has
 * @param path its folder, relative to the table's folder, so that a lake table can be copied
 * @param exportId the export it was made of
 * @param exportFingerprint SHA-256 over the names, counts and checksums of the data files
 * @param exportTime the instant that the export shows
 * @param schemaFingerprint SHA-256 of {@code schema.json} as it was published
 * @param planFingerprint SHA-256 of the options that decide what is written
 * @param partitionBy partition fields in order, as the user wrote them
 * @param sortBy columns that the rows of a file are sorted by
 * @param database of the statements for Athena; empty for snapshots of versions that did not keep
 *     it
 * @param rows rows of the snapshot, proved against the written files
 * @param files data files of the snapshot
 * @param bytes stored bytes of the data files
 * @param filesFingerprint SHA-256 of the list of the files; empty for snapshots of versions before
 *     that list
 * @param csv how CSV was written; empty of other formats
 * @param iceberg where Iceberg keeps it; empty for folders of files
 * @param runId the run that published it
 */
public record PublishedSnapshot(
    String id,
    String path,
    String exportId,
    Optional<String> exportArn,
    String exportFingerprint,
    Optional<Instant> exportTime,
    String schemaFingerprint,
    String planFingerprint,
    OutputFormat dataFormat,
    List<String> partitionBy,
    List<String> sortBy,
    Optional<String> database,
    long rows,
    int files,
    long bytes,
    Optional<String> filesFingerprint,
    Optional<CsvDialect> csv,
    Optional<IcebergVersion> iceberg,
    String runId,
    Instant publishedAt) {
  public PublishedSnapshot {
    partitionBy = List.copyOf(partitionBy);
    sortBy = List.copyOf(sortBy);
  }

  /** Returns how its rows are kept. */
  SnapshotStore store() {
    return SnapshotStore.of(dataFormat, csv);
  }

  /** Returns what later pointers remember of it. */
  public EarlierSnapshot asEarlier() {
    return new EarlierSnapshot(
        id,
        Optional.of(publishedAt),
        Optional.of(rows),
        Optional.of(schemaFingerprint),
        filesFingerprint,
        csv,
        iceberg);
  }

  /**
   * Returns the same snapshot after Iceberg has put its rows into other files.
   *
   * @param version where Iceberg keeps them now
   * @param listFingerprint SHA-256 of the list of those files
   */
  public PublishedSnapshot in(
      IcebergVersion version, int fileCount, long byteCount, String listFingerprint) {
    return new PublishedSnapshot(
        id,
        path,
        exportId,
        exportArn,
        exportFingerprint,
        exportTime,
        schemaFingerprint,
        planFingerprint,
        dataFormat,
        partitionBy,
        sortBy,
        database,
        rows,
        fileCount,
        byteCount,
        Optional.of(listFingerprint),
        csv,
        Optional.of(version),
        runId,
        publishedAt);
  }

  void putInto(ObjectNode tree) {
    tree.put("snapshotId", id);
    tree.put("snapshotPath", path);
    tree.put("exportId", exportId);
    JsonDocuments.put(tree, "exportArn", exportArn);
    JsonDocuments.putInstant(tree, "exportTime", exportTime);
    tree.put("exportFingerprint", exportFingerprint);
    tree.put("schemaFingerprint", schemaFingerprint);
    tree.put("planFingerprint", planFingerprint);
    JsonDocuments.put(tree, "filesFingerprint", filesFingerprint);
    tree.put("dataFormat", dataFormat.key());
    partitionBy.forEach(tree.putArray("partitionBy")::add);
    sortBy.forEach(tree.putArray("sortBy")::add);
    JsonDocuments.put(tree, "database", database);
    tree.put("rows", rows);
    tree.put("files", files);
    tree.put("bytes", bytes);
    csv.ifPresent(dialect -> dialect.putInto(tree));
    iceberg.ifPresent(version -> version.putInto(tree));
    tree.put("runId", runId);
    tree.put("publishedAt", publishedAt.toString());
  }

  static PublishedSnapshot of(JsonNode tree, PointerText text) {
    return new PublishedSnapshot(
        text.required(tree, "snapshotId"),
        text.required(tree, "snapshotPath"),
        text.required(tree, "exportId"),
        JsonDocuments.text(tree, "exportArn"),
        text.required(tree, "exportFingerprint"),
        text.instant(tree, "exportTime"),
        text.required(tree, "schemaFingerprint"),
        text.required(tree, "planFingerprint"),
        text.dataFormat(tree, "dataFormat"),
        PointerText.texts(tree.path("partitionBy")),
        PointerText.texts(tree.path("sortBy")),
        JsonDocuments.text(tree, "database"),
        tree.path("rows").asLong(),
        tree.path("files").asInt(),
        tree.path("bytes").asLong(),
        JsonDocuments.text(tree, "filesFingerprint"),
        CsvDialect.of(tree, text),
        IcebergVersion.of(tree, text),
        text.required(tree, "runId"),
        text.instant(tree, "publishedAt")
            .orElseThrow(() -> text.unreadable("key 'publishedAt' is missing")));
  }
}
