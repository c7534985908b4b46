package io.dynamodblake.job.inspect;

import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.Terminal;
import io.dynamodblake.job.text.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Shows {@link Against} on a terminal. */
public final class AgainstText {
  private static final int MOST_ROWS = 40;

  private AgainstText() {}

  /**
   * Returns what is shown of it.
   *
   * @param all whether every difference is shown, however many
   */
  public static List<String> lines(Against against, Terminal terminal, boolean all) {
    List<String> lines = new ArrayList<>();
    lines.add(terminal.bold("Before") + "  " + words(against.before()));
    lines.add(terminal.bold("After ") + "  " + words(against.after()));
    lost(against).forEach(lines::add);
    lines.add("");
    if (against.differences().isEmpty()) {
      lines.add(terminal.green(NOTHING));
      return lines;
    }
    TextTable table =
        new TextTable(
            List.of("CHANGE", "ATTRIBUTE", "BEFORE", "AFTER", "BY"),
            List.of(
                TextTable.Column.LEFT,
                TextTable.Column.FLEXIBLE,
                TextTable.Column.FLEXIBLE,
                TextTable.Column.FLEXIBLE,
                TextTable.Column.RIGHT));
    int shown = all ? Integer.MAX_VALUE : MOST_ROWS;
    against.differences().stream()
        .limit(shown)
        .forEach(
            each ->
                table.add(each.kind().word(), each.path(), each.was(), each.is(), distance(each)));
    lines.addAll(table.lines(terminal.width(), terminal::bold));
    int hidden = against.differences().size() - table.size();
    if (hidden > 0) {
      lines.add("… and %s; --all shows them".formatted(Quantities.count(hidden, "more row")));
    }
    return lines;
  }

  static final String NOTHING = "Nothing appeared, vanished, changed its type or drifted.";

  /** How far both are apart, of 1; empty where there is only one. */
  static String distance(Against.Difference difference) {
    boolean both = difference.before().isPresent() && difference.after().isPresent();
    return both ? String.format(Locale.ROOT, "%.2f", difference.distance()) : "";
  }

  private static String words(ProfiledItems items) {
    return TextTable.printable(
        "%s in %s, %s%s"
            .formatted(
                Quantities.count(items.profile().items(), "item"),
                items.kind(),
                items.path(),
                items.time().map(time -> ", of " + time).orElse("")));
  }

  /** What was not compared. */
  static List<String> lost(Against against) {
    List<String> lines = new ArrayList<>();
    for (ProfiledItems items : List.of(against.before(), against.after())) {
      items
          .lost()
          .forEach(
              (attribute, reason) ->
                  lines.add(
                      TextTable.printable(
                          "note: %s is not compared: %s in the %s"
                              .formatted(attribute, reason, items.kind()))));
    }
    return lines;
  }
}
