package io.dynamodblake.job.inspect;

import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.Terminal;
import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.read.ChangeProfile;
import io.dynamodblake.type.Instants;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Shows a {@link ChangeInspection} on a terminal. */
public final class ChangeInspectionText {
  private static final int MOST_ROWS = 40;

  private final ChangeInspection inspection;
  private final ChangeProfile changes;
  private final Terminal terminal;
  private final boolean all;

  /**
   * @param all whether every attribute is shown, however many
   */
  public ChangeInspectionText(ChangeInspection inspection, Terminal terminal, boolean all) {
    this.inspection = inspection;
    this.changes = inspection.changes();
    this.terminal = terminal;
    this.all = all;
  }

  public List<String> lines() {
    List<String> lines = new ArrayList<>(summary());
    if (changes.changes() > 0) {
      lines.add("");
      lines.addAll(counts());
      lines.addAll(keys());
    }
    if (changes.updates() > changes.unchanged()) {
      lines.add("");
      lines.addAll(attributes());
    }
    return lines;
  }

  private List<String> summary() {
    ExportManifest export = inspection.export();
    String table = export.tableName().map(name -> "table " + name + ", ").orElse("");
    List<String> lines = new ArrayList<>();
    lines.add(
        terminal.bold(
            TextTable.printable(
                "%sincremental export %s of %s to %s"
                    .formatted(
                        table,
                        export.exportId(),
                        inspection.window().from(),
                        inspection.window().to()))));
    lines.add(TextTable.printable(export.root()));
    lines.add(
        "%s in %s%s, %s; %s"
            .formatted(
                Quantities.count(changes.changes(), "change"),
                Quantities.count(export.files().size(), "data file"),
                inspection.storedBytes() < 0
                    ? ""
                    : ", " + Quantities.bytes(inspection.storedBytes()) + " compressed",
                export.recordFormat().words(),
                InspectionText.verification(inspection.verification(), "record")));
    export.warnings().forEach(warning -> lines.add("note: " + TextTable.printable(warning)));
    return lines;
  }

  private List<String> counts() {
    List<String> lines = new ArrayList<>();
    if (inspection.tellsInserts()) {
      lines.add(count("Inserts", changes.inserts(), ""));
      lines.add(
          count(
              "Updates",
              changes.updates(),
              changes.unchanged() == 0
                  ? ""
                  : ", "
                      + Quantities.count(changes.unchanged())
                      + " of them left the item as it was"));
    } else {
      lines.add(
          count(
              "Puts",
              changes.puts(),
              ", inserts and updates, which an export of NEW_IMAGE does not tell apart"));
    }
    lines.add(count("Deletes", changes.deletes(), ""));
    if (changes.firstWriteMicros() >= 0) {
      lines.add(
          terminal.bold("Written")
              + "  "
              + time(changes.firstWriteMicros())
              + " to "
              + time(changes.lastWriteMicros()));
    }
    return lines;
  }

  private String count(String what, long number, String more) {
    return terminal.bold(what)
        + " ".repeat(9 - what.length())
        + "%9s  %6s"
            .formatted(Quantities.count(number), Quantities.share(number, changes.changes()))
        + more;
  }

  private static String time(long micros) {
    return Instants.ofMicros(micros).toString();
  }

  private List<String> keys() {
    List<String> lines = new ArrayList<>();
    for (List<KeyAttribute> key : changes.keys()) {
      String shown =
          key.stream()
              .map(attribute -> attribute.attribute() + " (" + attribute.descriptor() + ")")
              .collect(Collectors.joining(", "));
      lines.add(terminal.bold("Key") + "      " + TextTable.printable(shown));
    }
    if (changes.keys().size() > 1) {
      lines.add("note: these are the keys of several tables, or of one that was made again");
    }
    return lines;
  }

  private List<String> attributes() {
    TextTable table =
        new TextTable(
            List.of("ATTRIBUTE", "UPDATES", "", "ADDED", "CHANGED", "REMOVED"),
            List.of(
                TextTable.Column.FLEXIBLE,
                TextTable.Column.RIGHT,
                TextTable.Column.RIGHT,
                TextTable.Column.RIGHT,
                TextTable.Column.RIGHT,
                TextTable.Column.RIGHT));
    List<Map.Entry<String, ChangeProfile.AttributeChanges>> attributes = inspection.attributes();
    int shown = all ? attributes.size() : Math.min(MOST_ROWS, attributes.size());
    for (Map.Entry<String, ChangeProfile.AttributeChanges> each : attributes.subList(0, shown)) {
      ChangeProfile.AttributeChanges counts = each.getValue();
      table.add(
          each.getKey(),
          Quantities.count(counts.updates()),
          Quantities.share(counts.updates(), changes.updates()),
          cell(counts.added()),
          cell(counts.changed()),
          cell(counts.removed()));
    }
    List<String> lines = new ArrayList<>(table.lines(terminal.width(), terminal::bold));
    if (shown < attributes.size()) {
      lines.add(
          "… and "
              + Quantities.count(attributes.size() - shown, "more attribute")
              + "; --all shows them");
    }
    if (changes.otherChanges() > 0) {
      lines.add(
          "… and "
              + Quantities.count(changes.otherChanges(), "change")
              + " of still more attributes, which are not counted one by one");
    }
    lines.add(
        terminal.dim(
            "UPDATES: how many changed the attribute, and their share. Inserts and deletes are not among them."));
    return lines;
  }

  private static String cell(long count) {
    return count == 0 ? "" : Quantities.count(count);
  }
}
