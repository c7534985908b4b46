package io.dynamodblake.job.inspect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.Terminal;
import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.schema.Conversion;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.Suggestions;
import io.dynamodblake.schema.ValueMapping;
import java.util.ArrayList;
import java.util.List;

/** Shows {@link Suggestions}, for people and for programs. */
final class SuggestionsShown {
  private static final int MOST_ROWS = 20;

  private SuggestionsShown() {}

  /** Returns nothing if there is nothing to suggest. */
  static List<String> lines(Suggestions suggestions, Terminal terminal, boolean all) {
    if (suggestions.isEmpty()) {
      return List.of();
    }
    List<String[]> rows = rows(suggestions);
    int shown = all ? rows.size() : Math.min(rows.size(), MOST_ROWS);
    TextTable table =
        new TextTable(
            List.of("SUGGESTION", "COULD BE", "BECAUSE"),
            List.of(
                TextTable.Column.FLEXIBLE, TextTable.Column.FLEXIBLE, TextTable.Column.FLEXIBLE));
    rows.subList(0, shown).forEach(table::add);
    List<String> lines = new ArrayList<>(table.lines(terminal.width(), terminal::bold));
    if (shown < rows.size()) {
      lines.add(
          "… and "
              + Quantities.count(rows.size() - shown, "more suggestion")
              + "; --all shows them");
    }
    lines.add(
        terminal.dim(
            suggestions.changeSchema()
                ? "None of it is done unasked; --schema-out FILE --suggest writes a schema with the types and keys."
                : "None of it is done unasked."));
    return lines;
  }

  private static List<String[]> rows(Suggestions suggestions) {
    List<String[]> rows = new ArrayList<>();
    for (Suggestions.Retyped retyped : suggestions.retyped()) {
      rows.add(
          new String[] {
            retyped.path(), retyped.becomes(), counted(retyped.values(), retyped.why())
          });
    }
    for (Suggestions.Noted noted : suggestions.noted()) {
      rows.add(new String[] {noted.path(), "", counted(noted.values(), noted.what())});
    }
    if (!suggestions.keys().isEmpty()) {
      rows.add(
          new String[] {
            "--key",
            String.join(",", KeyAttribute.texts(suggestions.keys())),
            "every item has both, and their names say that they are keys"
          });
    }
    Suggestions.Layout layout = suggestions.layout();
    layout
        .partitionBy()
        .ifPresent(
            field ->
                rows.add(
                    new String[] {
                      "--partition-by",
                      field,
                      Quantities.count(layout.partitions(), "partition")
                          + " at most, each of about 100 MB or more"
                    }));
    if (!layout.sortBy().isEmpty()) {
      rows.add(
          new String[] {"--sort-by", String.join(",", layout.sortBy()), "queries look for keys"});
    }
    return rows;
  }

  private static String counted(long values, String why) {
    return Quantities.count(values, "value") + "; " + why;
  }

  static void put(ObjectNode node, Suggestions suggestions) {
    ArrayNode columns = node.putArray("types");
    for (Suggestions.Retyped retyped : suggestions.retyped()) {
      ObjectNode type = columns.addObject();
      type.put("path", retyped.path());
      type.put("values", retyped.values());
      type.put("type", Inspection.shortType(retyped.mapping()));
      if (retyped.mapping() instanceof ValueMapping.Scalar scalar) {
        if (scalar.conversion() == Conversion.FORMAT) {
          type.put("format", scalar.format().pattern());
          type.put("offset", scalar.format().offset());
        } else {
          type.put("from", scalar.conversion().key());
        }
      }
      type.put("why", retyped.why());
    }
    ArrayNode notes = node.putArray("notes");
    for (Suggestions.Noted noted : suggestions.noted()) {
      notes
          .addObject()
          .put("path", noted.path())
          .put("values", noted.values())
          .put("note", noted.what());
    }
    KeyAttribute.texts(suggestions.keys()).forEach(node.putArray("keys")::add);
    Suggestions.Layout layout = suggestions.layout();
    ArrayNode partitionBy = node.putArray("partitionBy");
    layout.partitionBy().ifPresent(partitionBy::add);
    if (layout.partitionBy().isPresent()) {
      node.put("partitions", layout.partitions());
    }
    layout.sortBy().forEach(node.putArray("sortBy")::add);
  }
}
