package io.dynamodblake.bench;

import io.dynamodblake.bench.Arguments.Other;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A run that is not given a schema: against DuckDB, which looks at 20,480 lines and is told the
 * casts that the types of all items call for, and against the same columns given; also where the
 * very last item has an attribute that no other has.
 */
final class FirstRunRow implements Row {
  private static final double MOST_OF_DUCKDB = 0.50;
  private static final double MOST_OF_PINNED = 1.25;
  private static final double MOST_OF_PINNED_IF_SURPRISED = 2.1;
  private static final String OURS = "dynamodb-lake";
  private static final String PINNED = "pinned";
  private static final String SURPRISED = "surprised";
  private static final String DUCKDB = "DuckDB";

  @Override
  public Result measure(Workshop workshop) throws Exception {
    Path ours = workshop.freshTarget();
    Path schema = workshop.freshTarget();
    Path surprising = workshop.surprising().folder();
    workshop.flattenObserved(ours);
    Files.copy(ours.resolve("_dynamodb/schema.json"), schema);
    List<Contest.Side> sides =
        new ArrayList<>(
            List.of(
                new Contest.Side(OURS, workshop::flattenObserved),
                new Contest.Side(PINNED, target -> workshop.flattenPinned(target, schema)),
                new Contest.Side(
                    SURPRISED, target -> workshop.flattenObserved(surprising, target))));
    boolean duckTakesPart = workshop.arguments().others().contains(Other.DUCKDB);
    TableSchema observed = TableSchemaJson.fromJson(Files.readString(schema));
    try (DuckFlatten duck = new DuckFlatten(observed)) {
      if (duckTakesPart) {
        Path theirs = workshop.freshTarget();
        duck.writeSampled(workshop.export(), theirs);
        new ResultCheck(workshop.spark()).requireEqual(Workshop.snapshot(ours), theirs, DUCKDB);
        Directories.delete(theirs);
        sides.add(new Contest.Side(DUCKDB, target -> duck.writeSampled(workshop.export(), target)));
      }
      Contest contest = workshop.contest("first run", sides.toArray(new Contest.Side[0]));
      return Result.of(lines(contest, duckTakesPart).toArray(new Line[0]));
    } finally {
      Directories.delete(ours);
      Directories.delete(schema);
    }
  }

  private static List<Line> lines(Contest contest, boolean duckTakesPart) {
    List<Line> lines = new ArrayList<>();
    if (duckTakesPart) {
      lines.add(
          contest.line(
              "first run without a schema, against DuckDB with its sample of 20,480 lines",
              OURS,
              DUCKDB,
              MOST_OF_DUCKDB));
    }
    lines.add(
        contest.line(
            "first run without a schema, against our own with the same columns pinned",
            OURS,
            PINNED,
            MOST_OF_PINNED));
    lines.add(
        contest.line(
            "the same where the last item has an attribute that no other has",
            SURPRISED,
            PINNED,
            MOST_OF_PINNED_IF_SURPRISED));
    return lines;
  }
}
