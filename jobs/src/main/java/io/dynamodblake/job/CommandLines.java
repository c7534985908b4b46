package io.dynamodblake.job;

import io.dynamodblake.conf.CommandKeys;
import io.dynamodblake.conf.Option;
import io.dynamodblake.job.text.Terminal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * Makes picocli's model from the commands and their options, so that every text stands only once,
 * in the classes of keys in {@code conf}.
 */
final class CommandLines {

  private CommandLines() {}

  static CommandLine of(List<Command> commands, Terminal terminal) {
    CommandSpec root = CommandSpec.create().name(Terminal.PROGRAM);
    root.mixinStandardHelpOptions(true);
    root.versionProvider(() -> Versions.lines().toArray(String[]::new));
    root.usageMessage()
        .description(
            "Turns exports of DynamoDB tables into typed, partitioned Parquet that Athena, Spark, Trino and DuckDB query, without"
                + " losing an item.")
        .synopsisHeading("Usage: ")
        .customSynopsis(terminal.program() + " COMMAND [OPTIONS]")
        .descriptionHeading("%n")
        .optionListHeading("%nOptions:%n")
        .commandListHeading("%nCommands:%n")
        .footerHeading("%nFirst steps:%n")
        .footer(
            "  " + terminal.program() + " demo",
            "  "
                + terminal.program()
                + " inspect s3://bucket/prefix/AWSDynamoDB/01731900000000-0a1b2c3d/",
            "  "
                + terminal.program()
                + " flatten s3://bucket/prefix/ --to s3://lake/orders --table orders",
            "  " + terminal.program() + " flatten --help",
            "",
            "Exit codes: " + exitCodes(0, 4) + ",",
            "            " + exitCodes(4, ExitCode.values().length));
    CommandLine line = new CommandLine(root);
    for (Command command : commands) {
      line.addSubcommand(command.name(), spec(command, terminal));
    }
    HelpText.install(line);
    line.setUsageHelpWidth(Math.min(Math.max(80, terminal.width()), 120));
    line.setColorScheme(CommandLine.Help.defaultColorScheme(terminal.color() ? Ansi.ON : Ansi.OFF));
    return line;
  }

  private static String exitCodes(int from, int until) {
    return Arrays.stream(ExitCode.values(), from, until)
        .map(code -> code.number() + " " + code.meaning())
        .collect(Collectors.joining(", "));
  }

  private static CommandSpec spec(Command command, Terminal terminal) {
    CommandSpec spec = CommandSpec.wrapWithoutInspection(command).name(command.name());
    spec.usageMessage()
        .header(command.summary() + ".")
        .headerHeading("")
        .synopsisHeading("%nUsage: ")
        .customSynopsis(terminal.program() + " " + command.synopsis())
        .descriptionHeading("%n")
        .description(command.description().toArray(String[]::new))
        .parameterListHeading("%n")
        .optionListHeading("%nOptions:%n")
        .sortOptions(false)
        .sortSynopsis(false);
    if (!command.examples().isEmpty()) {
      spec.usageMessage()
          .footerHeading(command.examples().size() == 1 ? "%nExample:%n" : "%nExamples:%n")
          .footer(
              command.examples().stream()
                  .map(example -> "  " + terminal.program() + " " + example)
                  .toArray(String[]::new));
    }
    for (Option<?> option : allOptions(command)) {
      if (option.isPositional()) {
        spec.addPositional(positional(option));
      } else {
        spec.addOption(named(option));
      }
    }
    spec.addOption(
        OptionSpec.builder("-h", "--help")
            .usageHelp(true)
            .arity("0")
            .type(boolean.class)
            .description("Show this text")
            .build());
    return spec;
  }

  /** The command's options and those of every command, in the order of {@code --help}. */
  static List<Option<?>> allOptions(Command command) {
    return Stream.concat(command.options().stream(), CommandKeys.COMMON.stream()).toList();
  }

  private static PositionalParamSpec positional(Option<?> option) {
    // never required here: the value may stand in the file of --conf-file
    int position = option.position().orElseThrow();
    return PositionalParamSpec.builder()
        .index(option.isRepeated() ? position + "..*" : String.valueOf(position))
        .arity(option.isRepeated() ? "0..*" : "0..1")
        .hideParamSyntax(true)
        .type(option.isRepeated() ? String[].class : String.class)
        .paramLabel(option.label())
        .description(help(option))
        .build();
  }

  private static OptionSpec named(Option<?> option) {
    OptionSpec.Builder builder = OptionSpec.builder("--" + option.key()).description(help(option));
    if (option.isFlag()) {
      return builder.type(Boolean.class).arity("0").negatable(true).build();
    }
    builder.type(String.class).arity("1").paramLabel(option.label());
    if (!option.choices().isEmpty()) {
      builder.completionCandidates(option.choices());
    }
    return builder.build();
  }

  private static String[] help(Option<?> option) {
    String meaning = option.meaning().replace("`", "").replace("%", "%%");
    List<String> lines = new ArrayList<>();
    lines.add(Character.toUpperCase(meaning.charAt(0)) + meaning.substring(1) + ".");
    if (!option.isFlag()) {
      option.defaultText().ifPresent(text -> lines.add("Default: " + text.replace("%", "%%")));
    }
    return lines.toArray(String[]::new);
  }

  /** The texts that were given, by key. */
  static Map<String, String> given(Command command, ParseResult parsed) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Option<?> option : allOptions(command)) {
      Object value =
          option.isPositional()
              ? parsed.hasMatchedPositional(option.position().orElseThrow())
                  ? parsed.matchedPositional(option.position().orElseThrow()).getValue()
                  : null
              : parsed.hasMatchedOption("--" + option.key())
                  ? parsed.matchedOption("--" + option.key()).getValue()
                  : null;
      if (value != null) {
        texts.put(
            option.key(),
            value instanceof String[] values ? Option.join(List.of(values)) : value.toString());
      }
    }
    return texts;
  }
}
