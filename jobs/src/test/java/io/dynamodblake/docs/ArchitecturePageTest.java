package io.dynamodblake.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page that says where things are, by the names of classes. */
class ArchitecturePageTest {
  private static final Path PAGE = Path.of("../docs/architecture.md");
  private static final Path SOURCES = Path.of("src/main");
  // in code marks and in the picture: a package of ours, and a class in it
  private static final Pattern CLASS =
      Pattern.compile("(?<![\\w./])((?:[a-z]+\\.)+)([A-Z]\\w+)(?!\\w)");
  private static final Pattern SIMPLE = Pattern.compile("`([A-Z][a-z0-9]+[A-Z]\\w*)`");

  private static Set<String> classes() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .map(file -> file.toString().replace('\\', '/'))
          .filter(file -> file.endsWith(".java"))
          .map(file -> file.replaceFirst(".*/io/dynamodblake/", "").replace(".java", ""))
          .map(file -> file.replace('/', '.'))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static List<String> named(Pattern pattern, int group) throws IOException {
    return pattern
        .matcher(Files.readString(PAGE))
        .results()
        .map((MatchResult found) -> found.group(group))
        .distinct()
        .toList();
  }

  @Test
  void everyClassThatThePageNamesWithItsPackageIsThere() throws IOException {
    List<String> named = named(CLASS, 0);

    assertThat(named).hasSizeGreaterThan(60).contains("lake.write.Publication");
    assertThat(classes()).containsAll(named);
  }

  @Test
  void everyClassThatThePageNamesAloneIsThereOrIsATest() throws IOException {
    Set<String> known =
        classes().stream()
            .map(name -> name.substring(name.lastIndexOf('.') + 1))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(named(SIMPLE, 1))
        .filteredOn(name -> !name.endsWith("Test"))
        .isNotEmpty()
        .allSatisfy(name -> assertThat(known).contains(name));
  }
}
