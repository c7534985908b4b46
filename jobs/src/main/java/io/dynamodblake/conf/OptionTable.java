package io.dynamodblake.conf;

import java.util.List;

/** The option table of {@code docs/options.md}: one Markdown row for each option. */
public final class OptionTable {
  private OptionTable() {}

  /** All tables, each under its heading. */
  public static String markdown() {
    StringBuilder text = new StringBuilder();
    section(text, "`inspect EXPORT`", Options.INSPECT, true);
    section(text, "`flatten EXPORT --to DIR --table NAME`", Options.FLATTEN, true);
    section(text, "`ddl DIR` and `ddl --raw EXPORT`", Options.DDL, true);
    section(text, "`restore DIR --to DIR --table NAME`", Options.RESTORE, true);
    section(text, "`compare A B`", Options.COMPARE, true);
    section(text, "`export TABLE --bucket NAME`", Options.EXPORT_COMMAND, true);
    section(text, "`exports [TABLE]`", Options.EXPORTS, true);
    section(text, "`import DIR`", Options.IMPORT_COMMAND, true);
    section(text, "`imports [TABLE]`", Options.IMPORTS, true);
    section(text, "`load DIR TABLE`", Options.LOAD, true);
    section(text, "`register DIR`", Options.REGISTER, true);
    section(text, "`scan TABLE --to DIR`", Options.SCAN, true);
    section(text, "`estimate [TABLE]`", Options.ESTIMATE, true);
    section(text, "`demo`", Options.DEMO, true);
    section(text, "Every command", Options.COMMON, true);
    section(text, "Data source `dynamodb-export`", Options.SOURCE, false);
    section(text, "Data source `dynamodb-import`", Options.SINK, false);
    return text.toString();
  }

  private static void section(
      StringBuilder text, String heading, List<Option<?>> options, boolean commandLine) {
    text.append("## ").append(heading).append("\n\n");
    text.append("| option | default | meaning | when to change it |\n|---|---|---|---|\n");
    for (Option<?> option : options) {
      text.append("| ").append(name(option, commandLine));
      text.append(" | ").append(option.defaultText().map(value -> "`" + value + "`").orElse(""));
      text.append(" | ").append(cell(option.meaning()));
      text.append(" | ").append(cell(option.whenToChange())).append(" |\n");
    }
    text.append('\n');
  }

  private static String name(Option<?> option, boolean commandLine) {
    if (!commandLine) {
      return "`" + option.key() + "`";
    }
    if (Options.isPositional(option)) {
      return "`" + option.label() + "`";
    }
    String label = option.isFlag() ? "" : " " + option.label();
    return "`--" + option.key() + cell(label) + "`";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;");
  }
}
