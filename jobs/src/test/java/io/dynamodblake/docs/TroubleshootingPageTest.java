package io.dynamodblake.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The messages of {@code docs/troubleshooting.md} are those of the program, or of the system. */
class TroubleshootingPageTest {
  private static final Path PAGE = Path.of("../docs/troubleshooting.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\|([^|]+)\\|([^|]+)\\|$");
  private static final Pattern OPTION = Pattern.compile("`(--[a-z-]+)");
  // of the operating system, which file systems hand on
  private static final List<String> OF_OTHERS = List.of("No space left on device");

  private static String page() throws IOException {
    return Files.readString(PAGE);
  }

  /** All source texts, with strings that go over several lines in one piece. */
  private static String sources() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(name -> name.toString().endsWith(".java")).toList()) {
        all.append(Files.readString(file).replaceAll("\"\\s*\\+\\s*\"", ""));
      }
    }
    return all.toString();
  }

  @TestFactory
  List<DynamicTest> eachMessageIsSaidSomewhere() throws IOException {
    String sources = sources();
    List<DynamicTest> tests = new ArrayList<>();
    for (Matcher row = ROW.matcher(page()); row.find(); ) {
      String message = row.group(1);
      tests.add(
          DynamicTest.dynamicTest(
              message,
              () ->
                  assertThat(OF_OTHERS.contains(message) || sources.contains(message))
                      .as("a message of this program has: %s", message)
                      .isTrue()));
    }
    assertThat(tests).hasSizeGreaterThan(30);
    return tests;
  }

  @Test
  void everyRowOfATableIsSuchARow() throws IOException {
    long rows =
        page()
            .lines()
            .filter(line -> line.startsWith("| ") && !line.startsWith("| message"))
            .count();

    assertThat(ROW.matcher(page()).results().count()).isEqualTo(rows);
  }

  @Test
  void everyOptionThatThePageNamesExists() throws IOException {
    String options = Files.readString(Path.of("../docs/options.md"));

    assertThat(OPTION.matcher(page()).results().map(match -> match.group(1)).distinct())
        .allSatisfy(option -> assertThat(options).contains("`" + option));
  }
}
