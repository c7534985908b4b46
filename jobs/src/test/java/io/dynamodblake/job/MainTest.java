package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MainTest {
  private final CapturedTerminal terminal = new CapturedTerminal();

  static Stream<Arguments> wrongUsage() {
    return Stream.of(
        row("Unknown command 'inspct'; did you mean inspect?", "inspct", "x"),
        row("--htm", "inspect", "x", "--htm", "y"),
        row("did you mean --html?", "inspect", "x", "--htm=y"),
        row("Missing EXPORT: the export: its folder", "inspect"),
        row("'--html' (FILE)", "inspect", "x", "--html"),
        row("'y'", "inspect", "x", "y"),
        row(
            "Cannot read --verify: 'sha1' is not one of md5, counts, none",
            "inspect",
            "x",
            "--verify=sha1"),
        row(
            "Cannot read --max-line-bytes: '1 line' is not a size",
            "inspect",
            "x",
            "--max-line-bytes=1 line"),
        row(
            "Cannot read --export-time: 'noon' is not a time",
            "inspect",
            "x",
            "--export-time",
            "noon"),
        row("should be specified only once", "inspect", "x", "--verify=md5", "--verify=none"),
        row(
            "No such file: --conf-file nothing.properties",
            "inspect",
            "--conf-file",
            "nothing.properties"));
  }

  static Arguments row(String message, String... args) {
    return Arguments.of(message, args);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongUsage")
  void wrongUsageIsExitTwoWithTheReasonAndWhereToLook(String message, String[] args) {
    assertThat(terminal.run(args)).isEqualTo(2);
    assertThat(terminal.err()).startsWith("error: ").contains(message, "--help");
    assertThat(terminal.err().lines()).hasSizeLessThanOrEqualTo(3);
    assertThat(terminal.out()).isEmpty();
  }

  @Test
  void noCommandIsWrongUsageAndShowsTheCommands() {
    assertThat(terminal.run()).isEqualTo(2);
    assertThat(terminal.err()).contains("Usage: dynamodb-lake COMMAND", "inspect");
    assertThat(terminal.out()).isEmpty();
  }

  @Test
  void helpOfTheProgram() throws IOException {
    assertThat(terminal.run("--help")).isZero();
    Golden.check("help.txt", terminal.out());
    String help = terminal.out();
    assertThat(terminal.run("help")).isZero();
    assertThat(terminal.out()).isEqualTo(help);
  }

  static Stream<String> commands() {
    return Main.commands().stream().map(Command::name);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpOfEachCommand(String command) throws IOException {
    assertThat(terminal.run(command, "--help")).isZero();
    Golden.check("help-" + command + ".txt", terminal.out());
    assertThat(terminal.out().lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
    String help = terminal.out();
    assertThat(terminal.run("help", command)).isZero();
    assertThat(terminal.out()).isEqualTo(help);
  }

  static Stream<String> commandsAndNone() {
    return Stream.concat(Stream.of(""), commands());
  }

  @ParameterizedTest
  @MethodSource("commandsAndNone")
  void helpOnANarrowTerminalBreaksNoWordAndLeavesNoLineForTheTerminalToBreak(String command) {
    CapturedTerminal narrow = new CapturedTerminal(80);
    String[] arguments =
        command.isEmpty() ? new String[] {"--help"} : new String[] {command, "--help"};
    assertThat(terminal.run(arguments)).isZero();
    assertThat(narrow.run(arguments)).isZero();

    assertThat(words(narrow.out())).isEqualTo(words(terminal.out()));
    assertThat(narrow.out().lines().filter(line -> line.length() > 80))
        .allSatisfy(
            line ->
                assertThat(line)
                    .as("an example, which has to stay as it is, or one long word")
                    .matches("  dynamodb-lake .*|\\s+\\S+"));
  }

  private static List<String> words(String help) {
    return List.of(help.replace(" \\\n", "\n").split("\\s+"));
  }

  @Test
  void versionNamesTheProgramAndWhatItRunsWith() {
    assertThat(terminal.run("--version")).isZero();
    assertThat(terminal.out().lines())
        .hasSize(4)
        .allSatisfy(line -> assertThat(line).doesNotContain("$", "null"));
    assertThat(terminal.out())
        .startsWith("dynamodb-lake ")
        .containsPattern("Spark (3\\.5|4\\.0)")
        .contains("Hadoop 3.4", "Java 17");
  }

  @Test
  void completionScriptKnowsEveryCommandAndOption() {
    assertThat(terminal.run("completion")).isZero();
    assertThat(terminal.out()).startsWith("#!/").contains("--schema-out");
    Main.commands().forEach(command -> assertThat(terminal.out()).contains(command.name()));
  }

  @Test
  void confFileIsReadAndTheCommandLineWins(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("job.properties");
    Files.writeString(file, "export = " + directory.resolve("from-file") + "\nverify = sha1\n");
    assertThat(terminal.run("inspect", "--conf-file", file.toString())).isEqualTo(2);
    assertThat(terminal.err()).contains("Cannot read verify in " + file + ": 'sha1'");

    assertThat(terminal.run("inspect", "--conf-file", file.toString(), "--verify", "none"))
        .isEqualTo(3);
    assertThat(terminal.err()).contains("from-file");

    String other = directory.resolve("from-line").toString();
    assertThat(terminal.run("inspect", other, "--conf-file", file.toString(), "--verify=none"))
        .isEqualTo(3);
    assertThat(terminal.err()).contains("from-line").doesNotContain("from-file");
  }

  @Test
  void switchOfAConfFileCanBeTurnedOff(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("job.properties");
    Files.writeString(file, "stacktrace = true\nexport = " + directory.resolve("nothing") + "\n");
    assertThat(terminal.run("inspect", "--conf-file", file.toString())).isEqualTo(3);
    assertThat(terminal.err()).contains("\tat ");
    assertThat(terminal.run("inspect", "--conf-file", file.toString(), "--no-stacktrace"))
        .isEqualTo(3);
    assertThat(terminal.err()).doesNotContain("\tat ");
  }

  @Test
  void unknownKeyOfAConfFileIsExitTwo(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("job.properties");
    Files.writeString(file, "exprt = x\n");
    assertThat(terminal.run("inspect", "--conf-file", file.toString())).isEqualTo(2);
    assertThat(terminal.err())
        .contains("Unknown option 'exprt' in " + file + "; did you mean 'export'?");
  }

  @Test
  void stackTraceComesOnlyWhenAskedFor(@TempDir Path directory) {
    String missing = directory.resolve("nothing").toString();
    assertThat(terminal.run("inspect", missing)).isEqualTo(3);
    assertThat(terminal.err()).doesNotContain("\tat ");
    assertThat(terminal.run("inspect", missing, "--stacktrace")).isEqualTo(3);
    assertThat(terminal.err()).contains("error: ", "ExportFormatException", "\tat io.dynamodblake");
  }
}
