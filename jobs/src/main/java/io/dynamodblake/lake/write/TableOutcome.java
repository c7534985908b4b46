package io.dynamodblake.lake.write;

import io.dynamodblake.lake.LakePointer;
import io.dynamodblake.lake.PublishedSnapshot;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.schema.TableSchema;
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

  /** What the report of the run says of it. */
  RunReport.EntityUse use(String lake) {
    String table = LakePointer.tableOf(lake, run.name());
    int columns = schema.writtenColumns().size();
    if (written.isPresent()) {
      SnapshotTarget.Written now = written.get();
      return new RunReport.EntityUse(
          run.name(),
          table,
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
    PublishedSnapshot before = run.target().current().orElseThrow().snapshot();
    return new RunReport.EntityUse(
        run.name(),
        table,
        before.rows(),
        columns,
        before.files(),
        before.bytes(),
        0,
        run.target().layout().root() + "/" + before.path(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Optional.empty());
  }
}
