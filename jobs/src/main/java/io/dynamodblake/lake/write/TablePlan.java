package io.dynamodblake.lake.write;

import io.dynamodblake.schema.TableSchema;
import java.util.List;
import java.util.Optional;

/**
 * What a table of a run is to be.
 *
 * @param choice of its columns
 * @param schema those columns, with the key that some are hashed with
 * @param partitionBy partition fields as the user wrote them
 */
record TablePlan(
    TableRun run,
    SchemaChoice choice,
    TableSchema schema,
    List<String> partitionBy,
    Arrangement arrangement) {

  /** Returns what has become of it. */
  TableOutcome outcome(SnapshotTarget.Written written) {
    return new TableOutcome(run, schema, partitionBy, arrangement, Optional.of(written));
  }
}
