package io.dynamodblake.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.schema.PlanOptions;
import io.dynamodblake.schema.SchemaSuggester;
import io.dynamodblake.schema.Suggestions;
import io.dynamodblake.testing.Profiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Runs the table of suggestions in {@code docs/inspect.md}. */
class InspectPageTest {
  private static final Path PAGE = Path.of("../docs/inspect.md");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Instant EXPORTED = Instant.parse("2026-11-18T03:20:00Z");

  private static List<String> codes(String cell) {
    return CODE.matcher(cell).results().map(code -> code.group(1)).toList();
  }

  @TestFactory
  Stream<DynamicTest> suggestsWhatThePageSays() throws IOException {
    List<String> rows =
        Files.readAllLines(PAGE).stream()
            .dropWhile(line -> !line.startsWith("| attribute | values | could be |"))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .toList();
    assertThat(rows).hasSizeGreaterThan(10);
    return rows.stream().map(row -> DynamicTest.dynamicTest(row, () -> assertSuggested(row)));
  }

  private static void assertSuggested(String row) {
    String[] cells = row.split("\\|");
    String attribute = codes(cells[1]).get(0);
    String[] items =
        codes(cells[2]).stream()
            .map(value -> "{\"%s\":%s}".formatted(attribute, value))
            .toArray(String[]::new);

    Suggestions suggestions =
        SchemaSuggester.of(
            Profiles.ofItems(items), PlanOptions.of("t", List.of()), Optional.of(EXPORTED));

    assertThat(suggestions.retyped())
        .extracting(Suggestions.Retyped::becomes)
        .isEqualTo(codes(cells[3]));
    if (codes(cells[3]).isEmpty()) {
      assertThat(cells[3]).startsWith(" nothing: ");
    }
  }
}
