package io.dynamodblake.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The folders, their {@code package-info.java}, CONTRIBUTING's table and the import rule agree. */
class PackagesTest {
  private static final Path SOURCES = Path.of("src/main/java/io/dynamodblake");
  private static final Path PAGE = Path.of("../CONTRIBUTING.md");
  private static final String BASE = "io.dynamodblake.";
  private static final Pattern CODE = Pattern.compile("`([a-z.]+)`");
  private static final String ANYTHING = "anything";

  /** A row of the table. */
  private record Row(String belongs, String mayImport) {
    Set<String> packages() {
      return CODE.matcher(mayImport)
          .results()
          .map(code -> code.group(1))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Map<String, Row> table() throws IOException {
    Map<String, Row> rows = new LinkedHashMap<>();
    boolean inTable = false;
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("| package | what belongs there")) {
        inTable = true;
      } else if (inTable && !line.startsWith("|")) {
        break;
      } else if (inTable && !line.startsWith("|---")) {
        String[] cells = line.split("\\|", -1);
        rows.put(cells[1].strip().replace("`", ""), new Row(cells[2].strip(), cells[3].strip()));
      }
    }
    assertThat(rows).isNotEmpty();
    return rows;
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  private static String packageOf(Path source) {
    return SOURCES.relativize(source.getParent()).toString().replace('/', '.');
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void everyFolderHasARowAndEveryRowAFolder() throws IOException {
    Set<String> folders =
        sources().stream()
            .map(PackagesTest::packageOf)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(new TreeSet<>(table().keySet())).isEqualTo(folders);
  }

  @Test
  void everyPackageSaysOfItselfWhatTheTableSays() throws IOException {
    Map<String, String> said = new TreeMap<>();
    Map<String, String> expected = new TreeMap<>();
    for (Map.Entry<String, Row> row : table().entrySet()) {
      Path info = SOURCES.resolve(row.getKey().replace('.', '/')).resolve("package-info.java");
      assertThat(info).exists();
      expected.put(row.getKey(), row.getValue().belongs());
      said.put(row.getKey(), firstParagraph(text(info)));
    }

    assertThat(said).isEqualTo(expected);
  }

  private static String firstParagraph(String info) {
    String comment = info.substring(info.indexOf("/**") + 3, info.indexOf("*/"));
    String words = comment.replaceAll("\\s*\\n \\*", "\n").split("<p>", 2)[0];
    return words.replaceAll("\\{@code ([^}]*)}", "`$1`").replaceAll("\\s+", " ").strip();
  }

  @Test
  void theImportRuleAllowsWhatTheTableAllows() throws Exception {
    Map<String, Row> table = table();
    Map<String, Set<String>> ruled = new TreeMap<>();
    Document pom =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(Path.of("pom.xml").toFile());
    NodeList groups = pom.getElementsByTagName("group");
    for (int i = 0; i < groups.getLength(); i++) {
      Element group = (Element) groups.item(i);
      String base = texts(group, "basePackage").get(0);
      if (!base.equals(BASE + "**")) {
        assertThat(texts(group, "bannedImport")).contains(BASE + "**");
        ruled.put(
            name(base),
            texts(group, "allowedImport").stream()
                .map(PackagesTest::name)
                .collect(Collectors.toCollection(TreeSet::new)));
      }
    }

    Map<String, Set<String>> expected = new TreeMap<>();
    for (Map.Entry<String, Row> row : table.entrySet()) {
      Set<String> may =
          row.getValue().mayImport().startsWith(ANYTHING)
              ? new TreeSet<>(table.keySet())
              : row.getValue().packages();
      may.add(row.getKey());
      expected.put(row.getKey(), may);
    }
    assertThat(ruled).isEqualTo(expected);
  }

  private static String name(String pattern) {
    assertThat(pattern).startsWith(BASE).endsWith(".*");
    return pattern.substring(BASE.length(), pattern.length() - 2);
  }

  private static List<String> texts(Element group, String tag) {
    List<String> texts = new ArrayList<>();
    NodeList elements = group.getElementsByTagName(tag);
    for (int i = 0; i < elements.getLength(); i++) {
      texts.add(elements.item(i).getTextContent().strip());
    }
    return texts;
  }

  /** Two packages that need each other are one package in two folders. */
  @Test
  void noPackageIsAllowedWhatIsAllowedIt() throws IOException {
    Map<String, Row> table = table();
    List<String> circles = new ArrayList<>();
    for (Map.Entry<String, Row> row : table.entrySet()) {
      Set<String> reached = new TreeSet<>();
      reach(table, row.getKey(), reached);
      if (reached.contains(row.getKey())) {
        circles.add(row.getKey());
      }
    }

    assertThat(circles).isEmpty();
  }

  private static void reach(Map<String, Row> table, String from, Set<String> reached) {
    for (String next : table.get(from).packages()) {
      assertThat(table).as("what %s may import", from).containsKey(next);
      if (reached.add(next)) {
        reach(table, next, reached);
      }
    }
  }

  /** Resources are asked for by a class of their own package, so by a name without folders. */
  @Test
  void nobodyReadsResourcesOfAnotherPackage() throws IOException {
    Pattern elsewhere = Pattern.compile("\"/?io/dynamodblake/([a-z/]+)");
    Set<String> packages = table().keySet();
    List<String> found = new ArrayList<>();
    for (Path source : sources()) {
      Matcher names = elsewhere.matcher(text(source));
      while (names.find()) {
        String folder = names.group(1).replaceAll("/$", "").replace('/', '.');
        if (packages.contains(folder) && !folder.equals(packageOf(source))) {
          found.add(source + " reads " + names.group());
        }
      }
    }

    assertThat(found).isEmpty();
  }
}
