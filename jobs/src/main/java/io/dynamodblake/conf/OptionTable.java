package io.dynamodblake.conf;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The option table of {@code docs/options.md}: one Markdown row for each option. Options that
 * several commands share have a table of their own, which those of the commands name.
 */
public final class OptionTable {
  /** Options that go together. */
  private record Group(String heading, List<Option<?>> options) {
    String link() {
      return "[%s](#%s)"
          .formatted(decapitalized(), heading.toLowerCase(Locale.ROOT).replace(' ', '-'));
    }

    private String decapitalized() {
      return heading.equals("AWS")
          ? heading
          : heading.substring(0, 1).toLowerCase(Locale.ROOT) + heading.substring(1);
    }
  }

  private static final List<Group> SHARED =
      List.of(
          new Group("Which export", CommandKeys.READING),
          new Group("How a lake table is written", CommandKeys.FLATTENING),
          new Group("AWS", AwsKeys.ALL),
          new Group("Metrics and notices", CommandKeys.WATCHED));

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
    for (Group group : SHARED) {
      table(text, group.heading(), group.options(), true);
    }
    section(text, "Every command", CommandKeys.COMMON, true);
    section(text, "Data source `dynamodb-export`", ExportSourceKeys.ALL, false);
    section(text, "Data source `dynamodb-lake`", LakeSourceKeys.ALL, false);
    section(text, "Data source `dynamodb-import`", ImportSourceKeys.ALL, false);
    return text.toString();
  }

  private static void section(
      StringBuilder text, String heading, List<Option<?>> options, boolean commandLine) {
    List<Option<?>> own = new ArrayList<>(options);
    List<String> shared = new ArrayList<>();
    for (Group group : SHARED) {
      if (own.containsAll(group.options())) {
        own.removeAll(group.options());
        shared.add(group.link());
      }
    }
    table(text, heading, own, commandLine);
    if (!shared.isEmpty()) {
      text.append("And the options of ").append(String.join(", ", shared)).append(".\n\n");
    }
  }

  private static void table(
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
