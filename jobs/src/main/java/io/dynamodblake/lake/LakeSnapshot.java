package io.dynamodblake.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.conf.Words;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One published snapshot of a lake table as it was written. Driver only.
 *
 * @param current what readers of the lake table see, which may be another snapshot
 * @param id the snapshot's, such as an export id
 * @param path whole path of its folder
 * @param schema the schema it was written with; {@code schema.json} may have been edited since
 */
public record LakeSnapshot(
    LakeFiles files,
    LakeLayout layout,
    CurrentPointer current,
    String id,
    String path,
    TableSchema schema) {

  /**
   * Opens a snapshot.
   *
   * @param wanted id of a snapshot that is or was published; empty for the current one
   * @throws UsageException if there is no such lake table or snapshot
   * @throws DataRefusedException if its pointer or schema was changed by other hands
   */
  public static LakeSnapshot open(LakeFiles files, String folder, Optional<String> wanted)
      throws IOException {
    LakeLayout layout = new LakeLayout(files.qualify(folder));
    CurrentPointer current =
        files
            .read(layout.current())
            .map(text -> CurrentPointer.fromJson(text, layout.current()))
            .orElseThrow(
                () ->
                    new UsageException(
                        "Cannot open lake table: there is no "
                            + layout.current()
                            + "; give the folder that flatten wrote to"));
    String id = wanted.orElse(current.snapshotId());
    if (!current.wasPublished(id)) {
      List<String> known = new ArrayList<>(current.earlier());
      known.add(current.snapshotId());
      throw new UsageException(
          "Cannot open snapshot '"
              + id
              + "': the lake table has published "
              + String.join(", ", known)
              + ", in "
              + layout.root());
    }
    String path =
        id.equals(current.snapshotId())
            ? layout.root() + "/" + current.snapshotPath()
            : layout.snapshot(id);
    String schemaPath = LakeLayout.snapshotSchema(path);
    String schema =
        files
            .read(schemaPath)
            .orElseThrow(
                () ->
                    new UsageException(
                        "Cannot open snapshot '"
                            + id
                            + "': it lacks "
                            + schemaPath
                            + "; copy the whole folder of the lake table, or flatten again"
                            + " with "
                            + Words.FLATTEN.of(FlattenKeys.REPLACE)));
    if (id.equals(current.snapshotId())
        && !Fingerprint.of(schema).equals(current.schemaFingerprint())) {
      throw new DataRefusedException(
          "Cannot open snapshot '"
              + id
              + "': its schema is not the one that its files were written with, "
              + schemaPath
              + "; put back the file as it was, or flatten again with "
              + Words.FLATTEN.of(FlattenKeys.REPLACE));
    }
    return new LakeSnapshot(files, layout, current, id, path, parse(schema, id, schemaPath));
  }

  private static TableSchema parse(String schema, String id, String place) {
    try {
      return TableSchemaJson.fromJson(schema);
    } catch (DataRefusedException e) {
      throw new DataRefusedException(
          "Cannot open snapshot '" + id + "': " + e.getMessage() + ", in " + place, e);
    }
  }

  /** Whether it holds the whole table, as the report of the run that published it says. */
  public Wholeness wholeness() throws IOException {
    return report()
        .map(Wholeness::ofRun)
        .orElseGet(
            () -> Wholeness.doubt("the report of the run that made the snapshot is missing"));
  }

  /** How many rows were published; empty if nobody knows any more. */
  public OptionalLong rows() throws IOException {
    if (id.equals(current.snapshotId())) {
      return OptionalLong.of(current.rows());
    }
    JsonNode rows =
        report()
            .map(run -> run.path("counts").path("rowsWritten"))
            .orElse(MissingNode.getInstance());
    return rows.isIntegralNumber() ? OptionalLong.of(rows.longValue()) : OptionalLong.empty();
  }

  /** The report of the run that published it. */
  private Optional<JsonNode> report() throws IOException {
    List<String> runs = new ArrayList<>();
    if (id.equals(current.snapshotId())) {
      runs.add(layout.runReport(current.runId()));
    } else {
      for (String name : files.childNames(layout.runs())) {
        runs.add(layout.runs() + "/" + name);
      }
      // the names begin with the time
      runs.sort(Comparator.reverseOrder());
    }
    for (String path : runs) {
      Optional<JsonNode> report = files.read(path).flatMap(JsonDocuments::parseObject);
      if (report.isPresent()
          && report.get().path("published").asBoolean()
          && report.get().path("output").path("snapshotId").asText().equals(id)) {
        return report;
      }
    }
    return Optional.empty();
  }

  /** Lists its files. */
  public SnapshotContents contents() throws IOException {
    return SnapshotContents.list(files, path);
  }
}
