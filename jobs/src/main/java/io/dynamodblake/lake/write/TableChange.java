package io.dynamodblake.lake.write;

import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.PublishedSnapshot;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.SnapshotContents;
import io.dynamodblake.lake.changes.TableCounts;
import io.dynamodblake.lake.changes.TableMerge;
import io.dynamodblake.schema.TableSchema;
import java.util.List;
import java.util.Optional;

/**
 * What changes do to one table.
 *
 * @param base its snapshot before
 * @param contents the files of that
 * @param merge which of its rows go, and which items come
 * @param choice of its columns then
 * @param schema those columns
 * @param files what becomes of its files
 */
record TableChange(
    TableRun run,
    LakeSnapshot base,
    SnapshotContents contents,
    TableMerge merge,
    SchemaChoice choice,
    TableSchema schema,
    Arrangement arrangement,
    FilePlan files) {

  /** What readers see of it now. */
  PublishedSnapshot before() {
    return run.target().current().orElseThrow().snapshot();
  }

  /** Whether it has the same rows then, in the same files. */
  boolean isUntouched() {
    return files.isUntouched(contents) && merge.counts().images() == 0;
  }

  /** How many rows it has then. */
  long rowsAfter() {
    return before().rows() - merge.removedRows() + merge.counts().images();
  }

  /** What the report of the run says of it. */
  RunReport.EntityChanges counts() {
    TableCounts counts = merge.counts();
    return new RunReport.EntityChanges(
        counts.inserted(),
        counts.updated(),
        counts.deleted(),
        counts.movedIn(),
        counts.movedOut(),
        rowsAfter());
  }

  TableOutcome outcome(Optional<SnapshotTarget.Written> written) {
    List<String> partitionBy = before().partitionBy();
    return new TableOutcome(run, schema, partitionBy, arrangement, written);
  }
}
