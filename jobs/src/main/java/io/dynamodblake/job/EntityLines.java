package io.dynamodblake.job;

import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.lake.RunReport;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** What a person wants to know of several tables that a run has published together. */
final class EntityLines {
  private static final int MOST = 20;

  private EntityLines() {}

  /** Returns a line for each table; none where there is one for all items. */
  static List<String> of(RunReport report) {
    List<String> lines = new ArrayList<>();
    List<RunReport.EntityUse> entities = report.entities();
    for (RunReport.EntityUse entity : entities.subList(0, Math.min(MOST, entities.size()))) {
      List<String> parts = new ArrayList<>();
      parts.add(Quantities.count(entity.rows(), "row"));
      entity.changes().ifPresent(changes -> add(parts, changes));
      add(parts, entity.softDeleted(), "marked as deleted");
      add(parts, entity.expired(), "expired");
      lines.add(
          FlattenCommand.fact("Table")
              + TextTable.printable(entity.table())
              + ": "
              + String.join(", ", parts));
    }
    if (entities.size() > MOST) {
      lines.add(
          FlattenCommand.fact("Table")
              + "and %s, in the run report"
                  .formatted(Quantities.count(entities.size() - MOST, "more")));
    }
    return lines;
  }

  private static void add(List<String> parts, RunReport.EntityChanges changes) {
    add(parts, OptionalLong.of(changes.inserted()), "inserted");
    add(parts, OptionalLong.of(changes.updated()), "updated");
    add(parts, OptionalLong.of(changes.deleted()), "deleted");
    add(parts, OptionalLong.of(changes.movedIn()), "moved in");
    add(parts, OptionalLong.of(changes.movedOut()), "moved out");
  }

  private static void add(List<String> parts, OptionalLong count, String what) {
    if (count.orElse(0) > 0) {
      parts.add(Quantities.count(count.getAsLong()) + " " + what);
    }
  }

  /** Returns the folder that can be read as a table: that of all, or of the first entity. */
  static String readable(RunReport report) {
    String root = report.output().root();
    return report.entities().isEmpty() ? root : root + "/" + report.entities().get(0).name();
  }
}
