package io.dynamodblake.conf;

import java.util.List;

/** The option table of {@code docs/options.md}: one Markdown row for each option. */
public final class OptionTable {
  private OptionTable() {}

  /** Returns all tables, each under its heading. */
  public static String markdown() {
    StringBuilder text = new StringBuilder();
    section(text, "`inspect EXPORT`", CommandKeys.INSPECT, true);
    section(text, "`flatten EXPORT --to DIR --table NAME`", CommandKeys.FLATTEN, true);
    section(text, "`apply CHANGES... --to DIR`", CommandKeys.APPLY, true);
    section(text, "`ddl DIR` and `ddl --raw EXPORT`", CommandKeys.DDL, true);
    section(text, "`restore DIR --to DIR --table NAME`", CommandKeys.RESTORE, true);
    section(text, "`compare A B`", CommandKeys.COMPARE, true);
    section(text, "`export TABLE --bucket NAME`", CommandKeys.EXPORT, true);
    section(text, "`exports [TABLE]`", CommandKeys.EXPORTS, true);
    section(text, "`import DIR`", CommandKeys.IMPORT, true);
    section(text, "`imports [TABLE]`", CommandKeys.IMPORTS, true);
    section(text, "`load DIR TABLE`", CommandKeys.LOAD, true);
    section(text, "`register DIR`", CommandKeys.REGISTER, true);
    section(text, "`scan TABLE --to DIR`", CommandKeys.SCAN, true);
    section(text, "`stream TABLE --to DIR`", CommandKeys.STREAM, true);
    section(text, "`maintain DIR`", CommandKeys.MAINTAIN, true);
    section(text, "`status PREFIX`", CommandKeys.STATUS, true);
    section(text, "`schema diff A B`", CommandKeys.SCHEMA, true);
    section(text, "`training-set DIR --to DIR --label COLUMN`", CommandKeys.TRAINING_SET, true);
    section(text, "`doctor [TABLE]`", CommandKeys.DOCTOR, true);
    section(text, "`estimate [TABLE]`", CommandKeys.ESTIMATE, true);
    section(text, "`demo`", CommandKeys.DEMO, true);
    section(text, "Every command", CommandKeys.COMMON, true);
    section(text, "Data source `dynamodb-export`", ExportSourceKeys.ALL, false);
    section(text, "Data source `dynamodb-lake`", LakeSourceKeys.ALL, false);
    section(text, "Data source `dynamodb-import`", ImportSourceKeys.ALL, false);
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
    if (option.isPositional()) {
      return "`" + option.label() + "`";
    }
    String label = option.isFlag() ? "" : " " + option.label();
    return "`--" + option.key() + cell(label) + "`";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;");
  }
}
