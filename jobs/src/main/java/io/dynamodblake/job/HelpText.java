package io.dynamodblake.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The parts of {@code --help} whose lines have to be broken: between words only, so that what can
 * be copied, such as an address or an example, stays whole.
 */
final class HelpText {
  private static final String NAMES_INDENT = "      ";
  private static final String SHORT_NAME_INDENT = "  ";
  private static final int MEANING_COLUMN = 29;
  private static final String FURTHER = "  ";
  private static final String EXAMPLE_INDENT = "  ";
  private static final String SHELL_GOES_ON = " \\";
  private static final Pattern IN_BRACKETS = Pattern.compile("\\[[^]]*]");
  private static final char NO_BREAK = '\u00a0';

  private HelpText() {}

  /** Has a command and its subcommands use these parts. */
  static void install(CommandLine line) {
    Map<String, IHelpSectionRenderer> sections = line.getHelpSectionMap();
    sections.put(UsageMessageSpec.SECTION_KEY_SYNOPSIS, HelpText::synopsis);
    sections.put(UsageMessageSpec.SECTION_KEY_DESCRIPTION, HelpText::description);
    sections.put(UsageMessageSpec.SECTION_KEY_PARAMETER_LIST, HelpText::parameters);
    sections.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, HelpText::options);
    sections.put(UsageMessageSpec.SECTION_KEY_FOOTER, HelpText::footer);
    line.setHelpSectionMap(sections);
  }

  private static int width(Help help) {
    return help.commandSpec().usageMessage().width() - 1; // some terminals wrap a full line
  }

  /** What stands in brackets stays together. */
  private static String synopsis(Help help) {
    int heading = help.synopsisHeadingLength();
    String usage = String.join(" ", help.commandSpec().usageMessage().customSynopsis());
    if (heading + usage.length() <= width(help)) {
      return help.synopsis(heading);
    }
    String kept =
        IN_BRACKETS.matcher(usage).replaceAll(part -> part.group().replace(' ', NO_BREAK));
    List<String> lines = wrapped(kept, width(help) - heading, " ".repeat(heading));
    return text(lines.stream().map(line -> line.replace(NO_BREAK, ' ')).toList());
  }

  private static String description(Help help) {
    List<String> lines = new ArrayList<>();
    for (String paragraph : help.commandSpec().usageMessage().description()) {
      lines.addAll(wrapped(paragraph, width(help), ""));
    }
    return text(lines);
  }

  private static String parameters(Help help) {
    List<String> lines = new ArrayList<>();
    for (PositionalParamSpec parameter : help.commandSpec().positionalParameters()) {
      String name = parameter.paramLabel();
      lines.addAll(
          row(
              NAMES_INDENT + name,
              NAMES_INDENT + help.colorScheme().parameterText(name),
              parameter.description(),
              width(help)));
    }
    return text(lines);
  }

  private static String options(Help help) {
    List<String> lines = new ArrayList<>();
    for (OptionSpec option : help.commandSpec().options()) {
      String names = String.join(", ", option.names());
      if (option.negatable()) {
        names = names.replace("--", "--[no-]");
      }
      String label = option.arity().max() > 0 ? "=" + option.paramLabel() : "";
      String indent = names.startsWith("--") ? NAMES_INDENT : SHORT_NAME_INDENT;
      lines.addAll(
          row(
              indent + names + label,
              indent
                  + help.colorScheme().optionText(names)
                  + help.colorScheme().parameterText(label),
              option.description(),
              width(help)));
    }
    return text(lines);
  }

  /** A name and beside it, or below if it is long, what it means. */
  private static List<String> row(String name, String shownName, String[] meaning, int width) {
    List<String> lines = new ArrayList<>();
    for (String paragraph : meaning) {
      // doubled for the completion script, which takes them for formats
      wrapped(paragraph.replace("%%", "%"), width - MEANING_COLUMN, FURTHER)
          .forEach(line -> lines.add(" ".repeat(MEANING_COLUMN) + line));
    }
    if (name.length() < MEANING_COLUMN && !lines.isEmpty()) {
      lines.set(0, shownName + lines.get(0).substring(name.length()));
    } else {
      lines.add(0, shownName);
    }
    return lines;
  }

  private static String footer(Help help) {
    List<String> lines = new ArrayList<>();
    for (String line : help.commandSpec().usageMessage().footer()) {
      lines.addAll(
          line.startsWith(EXAMPLE_INDENT) && !line.startsWith(EXAMPLE_INDENT + " ")
              ? example(line, width(help))
              : prose(line, width(help)));
    }
    return text(lines);
  }

  /** Broken where it is meant to be, and elsewhere only if it is too long. */
  private static List<String> prose(String line, int width) {
    if (line.length() <= width) {
      return List.of(line);
    }
    String indent = " ".repeat(line.length() - line.stripLeading().length());
    return wrapped(line, width - indent.length(), "").stream().map(indent::concat).toList();
  }

  /** A command line that is too long goes on in the next line, as a shell reads it. */
  private static List<String> example(String line, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder current = new StringBuilder();
    for (String part : line.split(" (?=--)")) {
      if (current.length() > 0
          && current.length() + 1 + part.length() + SHELL_GOES_ON.length() > width) {
        lines.add(current + SHELL_GOES_ON);
        current = new StringBuilder(NAMES_INDENT);
      } else if (current.length() > 0) {
        current.append(' ');
      }
      current.append(part);
    }
    lines.add(current.toString());
    return lines;
  }

  /** The words in lines of at most that width; a word that is longer has a line of its own. */
  static List<String> wrapped(String text, int width, String further) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.strip().split(" +")) {
      boolean begun = line.length() > (lines.isEmpty() ? 0 : further.length());
      if (begun && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line = new StringBuilder(further);
        begun = false;
      }
      line.append(begun ? " " : "").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private static String text(List<String> lines) {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line).append(System.lineSeparator()));
    return text.toString();
  }
}
