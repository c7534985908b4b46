package io.dynamodblake.conf;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Goes through all texts of the program. Those that name options themselves are said by commands
 * that are known here; all others have to ask {@link Words}.
 */
class MessagesTest {
  private static final Path MAIN = Path.of("src/main/java/io/dynamodblake");
  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--([a-z][a-z-]*)");
  private static final Pattern COMMAND_CLASS = Pattern.compile("job/([A-Z][a-z]+)Command\\.java");
  private static final String ALL = "all";
  private static final String AWS = "of AWS";
  private static final String WATCHED = "that tell of their runs";

  // of picocli, of Spark's launcher, of the AWS command line, of the style of a page
  private static final Set<String> FOREIGN =
      Set.of(
          "help",
          "driver-memory",
          "executor-memory",
          "packages",
          "cli-input-json",
          "table-name",
          "stream-specification",
          "line",
          "add-opens",
          // ends of names that S3 keeps for itself
          "ol-s",
          "x-s",
          "table-s",
          "soft",
          "mark",
          // a variable of style sheets
          "w");

  /** Which commands come to the texts of a file, or to those with one option in it. */
  private static final Map<String, String> SPEAKERS =
      Map.ofEntries(
          entry("aws/AlertTopic.java", WATCHED),
          entry("aws/AwsClients.java", AWS),
          entry("aws/AwsErrors.java", AWS),
          entry("aws/AwsErrors.java --notify-topic", WATCHED),
          entry("aws/AwsErrors.java --enable-pitr", "export"),
          entry("aws/AwsErrors.java --client-token", "export import"),
          entry("aws/AwsSettings.java", AWS),
          entry("aws/GlueDifference.java", "flatten register"),
          entry("aws/RunMetrics.java", WATCHED),
          entry("aws/ExportOrder.java", "export"),
          entry("aws/PointInTimeRecovery.java", "export"),
          entry("aws/TableExports.java", "export"),
          entry("aws/TableImports.java", "import"),
          entry("aws/TableScan.java", "scan"),
          entry("aws/Watch.java", "export import"),
          entry("aws/WriteBatches.java", "load"),
          entry("job/AwsArguments.java", AWS),
          entry("job/CatchUp.java", "export"),
          entry("job/ExitCode.java", ALL),
          entry("job/ExitCode.java --show", "compare"),
          entry("job/ExportArguments.java", "flatten restore compare export"),
          entry("job/Examination.java", "doctor"),
          entry("job/Failure.java", ALL),
          entry("job/ImportSettings.java", "import"),
          entry("job/KeptSettings.java", "export scan"),
          entry("job/LoadDeletes.java", "load"),
          entry("job/Main.java", ALL),
          entry("job/MaintainCommand.java", "maintain"),
          entry("job/OutputFiles.java", "inspect restore"),
          entry("job/ReadCap.java", "scan compare load"),
          entry("job/Registration.java", "flatten apply maintain"),
          entry("job/RunWatch.java", ALL),
          entry("job/ScanForecast.java", "scan compare"),
          entry("job/SettingsComparison.java", "compare"),
          entry("job/StatusReport.java", "status"),
          entry("job/TrainingSetCommand.java", "training-set"),
          entry("job/WriteCap.java", "load"),
          entry("job/inspect/AgainstText.java", "inspect"),
          entry("job/inspect/ChangeInspectionText.java", "inspect"),
          entry("job/inspect/InspectionText.java", "inspect"),
          entry("job/inspect/LakeInspection.java", "inspect"),
          entry("job/inspect/SuggestionsShown.java", "inspect"),
          entry("job/inspect/SuggestionsShown.java --partition-by", "flatten"),
          entry("job/inspect/SuggestionsShown.java --sort-by", "flatten"),
          entry("spark/scan/ScanFolder.java", "scan"),
          entry("spark/stream/StreamFolder.java", "stream"));

  private record Text(String file, String text) {}

  @Test
  void everyOptionOfATextExistsForEveryCommandThatCanSayIt() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Text text : texts()) {
      Matcher option = OPTION.matcher(text.text());
      while (option.find()) {
        if (!isRight(text, option)) {
          wrong.add(text.file() + ": " + option.group() + " in: " + text.text());
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void everyFileThatIsSaidToSpeakOfOptionsDoes() throws IOException {
    Set<String> speaking =
        texts().stream()
            .filter(text -> OPTION.matcher(text.text()).find())
            .map(Text::file)
            .collect(Collectors.toSet());
    for (String file : SPEAKERS.keySet()) {
      assertThat(speaking).contains(file.replaceAll(" .*", ""));
    }
  }

  @Test
  void readingWithoutAnyCheckIsNamedInOnePlaceAlone() throws IOException {
    Pattern none = Pattern.compile("VERIFY,\\s*\"none\"|--verify none");
    Set<String> files = new TreeSet<>();
    for (Path file : files()) {
      if (none.matcher(Files.readString(file)).find()) {
        files.add(name(file));
      }
    }
    // the two of job say that it was given, and advise nothing
    assertThat(files)
        .containsExactly(
            "export/WayOut.java", "job/LoadDeletes.java", "job/inspect/InspectionText.java");
  }

  private static boolean isRight(Text text, Matcher option) {
    String key = option.group(1).replaceFirst("^no-", "");
    if (FOREIGN.contains(key)) {
      return true;
    }
    String before = text.text().substring(0, option.start());
    String clause =
        before.substring(Math.max(before.lastIndexOf(';'), before.lastIndexOf(". ")) + 1);
    if (clause.contains("aws dynamodb ")) {
      return true; // a command line of AWS's own
    }
    boolean another =
        CommandKeys.commands().stream()
            .anyMatch(
                command ->
                    Pattern.compile("\\b" + command + "\\b").matcher(clause).find()
                        && has(command, key));
    Collection<String> speakers = speakers(text.file(), option.group());
    return another
        || !speakers.isEmpty() && speakers.stream().allMatch(command -> has(command, key));
  }

  private static boolean has(String command, String key) {
    return CommandKeys.ofCommand(command).stream()
        .anyMatch(option -> option.key().equals(key) && !option.isPositional());
  }

  private static Collection<String> speakers(String file, String option) {
    Matcher command = COMMAND_CLASS.matcher(file);
    if (command.matches()) {
      return List.of(command.group(1).toLowerCase(Locale.ROOT));
    }
    String named = SPEAKERS.getOrDefault(file + " " + option, SPEAKERS.getOrDefault(file, ""));
    return switch (named) {
      case "" -> List.of();
      case ALL -> CommandKeys.commands();
      case AWS -> with(AwsKeys.REGION);
      case WATCHED -> with(RunKeys.NOTIFY_TOPIC);
      default -> List.of(named.split(" "));
    };
  }

  private static List<String> with(Option<?> option) {
    return CommandKeys.commands().stream()
        .filter(command -> CommandKeys.ofCommand(command).contains(option))
        .toList();
  }

  // ---- the texts: what stands between quotes, one statement at a time

  private static List<Text> texts() throws IOException {
    List<Text> texts = new ArrayList<>();
    for (Path file : files()) {
      for (String statement : statements(Files.readString(file))) {
        texts.add(new Text(name(file), statement));
      }
    }
    return texts;
  }

  /** All but those of the options themselves, which the option table shows beside each other. */
  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(MAIN)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !name(file).startsWith("conf/"))
          .sorted()
          .toList();
    }
  }

  private static String name(Path file) {
    return MAIN.relativize(file).toString().replace('\\', '/');
  }

  private static List<String> statements(String source) {
    Matcher part =
        Pattern.compile(
                "//[^\\n]*|/\\*.*?\\*/|'(?:[^'\\\\]|\\\\.)'|\"((?:[^\"\\\\]|\\\\.)*)\"|[;{}]",
                Pattern.DOTALL)
            .matcher(source);
    List<String> statements = new ArrayList<>();
    StringBuilder statement = new StringBuilder();
    int end = 0;
    while (part.find()) {
      if (part.group(1) != null) {
        // what is not added is another text
        boolean added = source.substring(end, part.start()).contains("+");
        statement.append(added ? "" : "; ").append(part.group(1));
        end = part.end();
      } else if (part.group().length() == 1) {
        statements.add(statement.toString());
        statement.setLength(0);
      }
    }
    return statements;
  }
}
