package io.dynamodblake.lake.write;

import io.dynamodblake.lake.CurrentPointer;
import io.dynamodblake.lake.LakePointer;
import io.dynamodblake.lake.PublishedSnapshot;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What becomes of one table of a run.
 *
 * @param partitionBy partition fields as the user wrote them
 * @param written empty if the table stays as it is
 */
record TableOutcome(
    TableRun run,
    TableSchema schema,
    List<String> partitionBy,
    Arrangement arrangement,
    Optional<SnapshotTarget.Written> written) {

  /**
   * What readers see of it then; as before, if it stays as it is.
   *
   * @param database of the statements, if they should name one
   */
  PublishedSnapshot published(
      SnapshotRun.Source source, Optional<String> database, String runId, Instant now) {
    if (written.isEmpty()) {
      return run.target().current().orElseThrow().snapshot();
    }
    SnapshotTarget.Written made = written.get();
    SnapshotTarget snapshot = run.snapshot();
    String root = run.target().layout().root();
    return new PublishedSnapshot(
        snapshot.id(),
        snapshot.place().substring(root.length() + 1),
        source.exportId(),
        source.exportArn(),
        source.exportFingerprint(),
        source.exportTime(),
        Publication.fingerprint(TableSchemaJson.toJson(schema)),
        source.planFingerprint(),
        snapshot.format(),
        partitionBy,
        arrangement.sortColumns(),
        database,
        made.rows(),
        made.contents().files().size(),
        made.contents().bytes(),
        Optional.of(Publication.fingerprint(made.files().toJson(snapshot.id()))),
        snapshot.csv(),
        snapshot.iceberg(),
        runId,
        now);
  }

  /** What the report of the run says of it. */
  RunReport.EntityUse use(String lake) {
    int columns = schema.writtenColumns().size();
    if (written.isEmpty()) {
      CurrentPointer before = run.target().current().orElseThrow();
      return RunReport.EntityUse.of(run.name(), before, run.target().layout(), columns);
    }
    SnapshotTarget.Written now = written.get();
    return new RunReport.EntityUse(
        run.name(),
        LakePointer.tableOf(lake, run.name()),
        now.rows(),
        columns,
        now.contents().files().size(),
        now.contents().bytes(),
        now.contents().partitions().size(),
        run.snapshot().place(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Optional.empty());
  }
}
