package io.dynamodblake.bench;

import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A run that is not given a schema: types of all items first, then flatten; against DuckDB, which
 * looks at 20,480 lines. DuckDB is told the casts that the types of all items call for.
 */
final class FirstRunRow implements Row {
  private static final double MOST_OF_DUCKDB = 0.85;
  private static final String OURS = "dynamodb-lake";
  private static final String DUCKDB = "DuckDB";

  @Override
  public Result measure(Workshop workshop) throws Exception {
    Path ours = workshop.freshTarget();
    workshop.flattenObserved(ours);
    TableSchema observed =
        TableSchemaJson.fromJson(Files.readString(ours.resolve("_dynamodb/schema.json")));
    try (DuckFlatten duck = new DuckFlatten(observed)) {
      Path theirs = workshop.freshTarget();
      duck.writeSampled(workshop.export(), theirs);
      new ResultCheck(workshop.spark()).requireEqual(Workshop.snapshot(ours), theirs, DUCKDB);
      Directories.delete(theirs);
      Directories.delete(ours);
      Contest contest =
          workshop.contest(
              "first run",
              new Contest.Side(OURS, workshop::flattenObserved),
              new Contest.Side(DUCKDB, target -> duck.writeSampled(workshop.export(), target)));
      return Result.of(
          contest.line(
              "first run without a schema, against DuckDB with its sample of 20,480 lines",
              OURS,
              DUCKDB,
              MOST_OF_DUCKDB));
    }
  }
}
