package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.ExportFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {
  private static final String KEYS = "--key=pk:S,sk:S";

  @TempDir static Path directory;
  private static String export;
  private static String lake;

  private final CapturedTerminal terminal = new CapturedTerminal();

  /** The export of the demo: mixed types, NULL, sets, 38 digits. */
  @BeforeAll
  static void flatten() throws IOException {
    export = DemoExport.copyTo(directory.resolve("export")).toString();
    lake = directory.resolve("lake").toString();
    CapturedTerminal terminal = new CapturedTerminal();
    int code = terminal.run("flatten", export, "--to", lake, "--table=shop", KEYS);
    assertThat(code).as(terminal.err()).isZero();
  }

  private JsonNode compare(int code, String... args) throws IOException {
    List<String> all = new ArrayList<>(List.of("compare", "--json"));
    all.addAll(List.of(args));
    assertThat(terminal.run(all.toArray(String[]::new))).as(terminal.err()).isEqualTo(code);
    return Documents.read(terminal.out());
  }

  private static String folder(String name, String... lines) throws IOException {
    Path folder = Files.createDirectories(directory.resolve(name));
    int file = 0;
    for (String line : lines) {
      Files.writeString(folder.resolve("part-" + file++ + ".json"), line + "\n");
    }
    return folder.toString();
  }

  private static String item(String pk, String rest) {
    return "{\"Item\":{\"pk\":{\"S\":\"" + pk + "\"}" + rest + "}}";
  }

  @Test
  void anExportEqualsItsLakeTableAndWhatIsRestoredFromIt() throws IOException {
    assertThat(terminal.run("compare", export, lake)).as(terminal.err()).isZero();
    assertThat(terminal.out()).startsWith("Equal").contains("By         pk:S, sk:S");
    for (String format : List.of("dynamodb-json", "ion")) {
      String to = directory.resolve("import-" + format).toString();
      CapturedTerminal restore = new CapturedTerminal();
      int code =
          restore.run(
              "restore",
              lake,
              "--to",
              to,
              "--table=Copy",
              "--import-bucket=b-1",
              "--format",
              format);
      assertThat(code).as(restore.err()).isZero();
      JsonNode report = compare(0, export, to);
      assertThat(report.path("equal").booleanValue()).isTrue();
      assertThat(report.path("equalItems").longValue())
          .isPositive()
          .isEqualTo(report.path("a").path("items").longValue());
    }
  }

  @Test
  void oneChangedNestedValueIsFoundAndNoValueIsShown() throws IOException {
    String a =
        folder(
            "nested-a",
            item("secret-key", ",\"m\":{\"M\":{\"l\":{\"L\":[{\"N\":\"1\"},{\"S\":\"hidden\"}]}}}"),
            item("x", ",\"n\":{\"N\":\"1.0\"},\"s\":{\"SS\":[\"a\",\"b\"]}"),
            item("only-a", ""));
    String b =
        folder(
            "nested-b",
            item("only-b", ""),
            "{\"Item\":{\"s\":{\"SS\":[\"b\",\"a\"]},\"n\":{\"N\":\"1\"},\"pk\":{\"S\":\"x\"}}}",
            item("secret-key", ",\"m\":{\"M\":{\"l\":{\"L\":[{\"N\":\"1\"},{\"S\":\"shown\"}]}}}"));

    assertThat(terminal.run("compare", a, b, "--key=pk:S")).as(terminal.err()).isEqualTo(6);
    assertThat(terminal.out())
        .startsWith("Different")
        .contains("Equal      1 item", "Only in A  1 key", "Only in B  1 key")
        .contains("In both    1 key, with other items", "m.l[1]: another S")
        .doesNotContain("secret", "hidden", "shown", "only-");

    JsonNode report = compare(6, a, b, "--key=pk:S");
    assertThat(report.path("keysOnlyInA").intValue()).isEqualTo(1);
    assertThat(report.path("keysOnlyInB").intValue()).isEqualTo(1);
    assertThat(report.path("differingKeys").intValue()).isEqualTo(1);
    assertThat(report.path("differences")).hasSize(3);

    assertThat(compare(6, a, b, "--key=pk:S", "--show-values").toString())
        .contains("secret-key", "hidden", "shown", "only-a", "only-b");
    assertThat(compare(6, a, b, "--key=pk:S", "--show=1").path("differences")).hasSize(1);

    JsonNode whole = compare(6, a, b);
    assertThat(whole.path("onlyInA").intValue()).isEqualTo(2);
    assertThat(whole.path("onlyInB").intValue()).isEqualTo(2);
  }

  @Test
  void howOftenAnItemOccursCounts() throws IOException {
    String once = folder("once", item("a", ""), item("b", ""));
    String twice = folder("twice", item("b", ""), item("a", ""), item("a", ""));
    for (String[] keys : new String[][] {{}, {"--key=pk:S"}}) {
      List<String> args = new ArrayList<>(List.of(once, twice));
      args.addAll(List.of(keys));
      JsonNode report = compare(6, args.toArray(String[]::new));
      assertThat(report.path("equalItems").intValue()).isEqualTo(2);
      assertThat(report.path("differences").path(0).path("inB").intValue()).isEqualTo(2);
    }
    assertThat(compare(0, twice, twice).path("equal").booleanValue()).isTrue();
  }

  @Test
  void whatCannotBeComparedIsRefused() throws IOException {
    String a = folder("refused", item("a", ""));
    assertThat(terminal.run("compare", a)).isEqualTo(2);
    assertThat(terminal.run("compare", a, a, "--key=sk:S")).isEqualTo(4);
    assertThat(terminal.err())
        .contains(
            "Cannot compare: an item of ",
            " lacks key attribute 'sk', at line 1, byte offset 0 of ");
    assertThat(terminal.run("compare", a, a, "--show=1001")).isEqualTo(2);
    assertThat(terminal.err()).contains("Cannot show 1001 differences; at most 1000");
    assertThat(terminal.run("compare", a, directory.resolve("none").toString())).isEqualTo(3);
    Files.writeString(Path.of(folder("csv")).resolve("a.csv.gz"), "");
    assertThat(terminal.run("compare", a, directory.resolve("csv").toString())).isEqualTo(2);
    assertThat(terminal.err()).contains("Cannot compare: CSV has lost the types of the items, in ");
    assertThat(terminal.run("compare", a, lake, "--snapshot-a=x")).isEqualTo(2);
    assertThat(terminal.err())
        .contains(
            "Cannot compare snapshot 'x': only lake tables have snapshots, and there is none at ");
    assertThat(terminal.run("compare", a, lake, "--snapshot-b=x")).isEqualTo(2);
    assertThat(terminal.err()).contains("Cannot open snapshot 'x': the lake table has published ");
  }

  @Test
  void keysOfAnotherTypeAreRefused() throws IOException {
    String a = folder("typed", "{\"Item\":{\"pk\":{\"N\":\"31415\"},\"sk\":{\"S\":\"x\"}}}");
    assertThat(terminal.run("compare", a, a, "--key=pk:S")).isEqualTo(4);
    assertThat(terminal.err())
        .contains("Cannot compare: key attribute 'pk' is N in an item of ", " and not S, at line ")
        .doesNotContain("31415");
    assertThat(terminal.run("compare", lake, a)).isEqualTo(4);
    assertThat(terminal.err()).contains("key attribute 'pk' is N in an item of B and not S");
    assertThat(terminal.run("compare", a, lake, "--key=pk:N,sk:S")).isEqualTo(2);
    assertThat(terminal.err()).contains("Cannot compare by pk:N: that key of the table B is S");
    assertThat(terminal.run("compare", a, a, "--key=pk:N")).isZero();
  }

  @Test
  void filesOfEveryCompressionAreRead() throws IOException {
    for (String compression : List.of("zstd", "none")) {
      String to = directory.resolve("import-" + compression).toString();
      CapturedTerminal restore = new CapturedTerminal();
      int code =
          restore.run(
              "restore",
              lake,
              "--to",
              to,
              "--table=Copy",
              "--import-bucket=b-1",
              "--compression",
              compression);
      assertThat(code).as(restore.err()).isZero();
      assertThat(compare(0, to, export).path("a").path("kind").textValue())
          .isEqualTo("import files, JSON");
      assertThat(compare(0, to + "/data", export).path("equalItems").longValue()).isPositive();
    }
  }

  @Test
  void snapshotsOfOneLakeTableAreCompared() throws IOException {
    Path before =
        ExportFixture.in(directory.resolve("before")).file(item("a", ""), item("b", "")).write();
    Path after =
        ExportFixture.in(directory.resolve("after"))
            .exportId("01731999999999-0a1b2c3d")
            .exportTime(Instant.parse("2026-11-19T03:20:00Z"))
            .file(item("b", ""), item("c", ",\"new\":{\"N\":\"1\"}"), item("d", ""))
            .write();
    String both = directory.resolve("two-snapshots").toString();
    for (Path each : List.of(before, after)) {
      CapturedTerminal flatten = new CapturedTerminal();
      int code = flatten.run("flatten", each.toString(), "--to", both, "--table=t", "--key=pk:S");
      assertThat(code).as(flatten.err()).isZero();
    }

    JsonNode report = compare(6, both, both, "--snapshot-a=01731900000000-0a1b2c3d");
    assertThat(report.path("a").path("kind").textValue())
        .startsWith("lake table, snapshot 01731900000000-0a1b2c3d.");
    assertThat(report.path("keysOnlyInA").intValue()).isEqualTo(1);
    assertThat(report.path("keysOnlyInB").intValue()).isEqualTo(2);
    compare(0, both, before.toString(), "--snapshot-a=01731900000000-0a1b2c3d");
    compare(0, after.toString(), both);
  }

  @Test
  void progressCountsTheItemsOfBothSides() {
    CapturedTerminal terminal = new CapturedTerminal();
    assertThat(terminal.run("compare", lake, export, "--progress=lines")).isZero();
    long items =
        Stream.of(terminal.err().split("\n"))
            .filter(line -> line.startsWith("Comparing: "))
            .map(line -> line.replaceAll("Comparing: ([\\d,]+) items.*", "$1").replace(",", ""))
            .mapToLong(Long::parseLong)
            .sum();
    assertThat(terminal.out()).contains("A          %,d items".formatted(items / 2));
  }
}
