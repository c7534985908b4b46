package io.dynamodblake.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.testing.Documents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The sources, the list of documents that tests compare with what is written, and {@code
 * docs/documents.md} agree.
 */
class DocumentsPageTest {
  private static final Path SOURCES = Path.of("src/main/java/io/dynamodblake");
  private static final Path DOCS = Path.of("..", "docs");
  private static final Pattern ENVELOPE =
      Pattern.compile("new Envelope\\(\\s*\"([a-z-]+)\", (\\d+)\\)");
  private static final Pattern HEADING = Pattern.compile("### `([a-z-]+)`, (\\d+)");
  private static final Pattern KEY = Pattern.compile("`([^`]+)`(\\??)");
  private static final Pattern EXAMPLE =
      Pattern.compile("```json\n(\\{.*?\n\\})\n```", Pattern.DOTALL);

  /** Whose keys another page lists, and its own test compares. */
  private static final String POINTER = "current";

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> files(Path folder, String end) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
    }
  }

  private static List<String> keys(String line) {
    return KEY.matcher(line.split(" \\| ")[0])
        .results()
        .map(match -> match.group(1) + match.group(2))
        .toList();
  }

  /** The keys of the tables between two headings. */
  private static List<String> keysOfTables(String section) {
    return section
        .lines()
        .filter(line -> line.startsWith("| `"))
        .flatMap(line -> keys(line).stream())
        .toList();
  }

  private static Map<String, Integer> versions() {
    Map<String, Integer> versions = new TreeMap<>();
    Documents.kinds().forEach((name, kind) -> versions.put(name, kind.version()));
    return versions;
  }

  @Test
  void theListHasEveryDocumentThatASourceBegins() throws IOException {
    Map<String, Integer> begun = new TreeMap<>();
    for (Path source : files(SOURCES, ".java")) {
      String text = text(source);
      ENVELOPE
          .matcher(text)
          .results()
          .forEach(match -> begun.put(match.group(1), Integer.valueOf(match.group(2))));
      assertThat(text.split("new Envelope\\(", -1).length - 1)
          .as("kind and version stand in the source as they are, in %s", source)
          .isEqualTo((int) ENVELOPE.matcher(text).results().count());
      if (!source.endsWith("document/Envelope.java")) {
        assertThat(text).as(source.toString()).doesNotContain(".put(\"formatVersion\"");
      }
    }

    assertThat(begun).isEqualTo(versions());
  }

  @Test
  void thePageHasATableForEveryDocumentOfTheList() {
    String page = text(DOCS.resolve("documents.md"));
    List<String> sections = List.of(page.split("\n(?=### )"));
    Map<String, Integer> told = new TreeMap<>();
    Map<String, List<String>> keys = new TreeMap<>();
    for (String section : sections.subList(1, sections.size())) {
      MatchResult heading = HEADING.matcher(section).results().findFirst().orElseThrow();
      told.put(heading.group(1), Integer.valueOf(heading.group(2)));
      keys.put(heading.group(1), keysOfTables(section));
    }
    List<String> beginning = keysOfTables(sections.get(0));

    assertThat(told).isEqualTo(versions());
    assertThat(beginning)
        .containsExactly(
            "format",
            "formatVersion",
            "runId",
            "command",
            "status",
            "error?",
            "startedAt",
            "finishedAt?");
    Documents.kinds()
        .forEach(
            (name, kind) -> {
              List<String> own = new ArrayList<>(kind.keys());
              if (kind.isOfRun()) {
                own.removeIf(key -> beginning.contains(key) || beginning.contains(key + "?"));
              }
              if (name.equals(POINTER)) {
                own.clear();
              }
              assertThat(keys.get(name)).as(name).containsExactlyInAnyOrderElementsOf(own);
            });
  }

  @Test
  void theExamplesOfAllPagesHaveTheKeysOfTheList() throws IOException {
    int examples = 0;
    for (Path page : files(DOCS, ".md")) {
      for (MatchResult example : EXAMPLE.matcher(text(page)).results().toList()) {
        if (example.group(1).contains("\"dynamodb-lake/")) {
          Documents.read(example.group(1));
          examples++;
        }
      }
    }
    assertThat(examples).isGreaterThanOrEqualTo(2);
  }
}
