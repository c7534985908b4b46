package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A lake table whose metadata somebody has edited or lost, to restore and compare. */
class DamagedLakeTest {
  private static final String EARLIER = "01731900000000-0a1b2c3d";
  private static final String CURRENT = "01731999999999-0a1b2c3d";
  private static final String EDITED =
      "its schema is not the one that its files were written with, ";

  @TempDir static Path directory;
  private static Path lake;
  private static String export;

  /** What one edit leads to. */
  private record Damage(
      String name, String file, String old, String edited, int code, String message) {}

  @BeforeAll
  static void flatten() throws Exception {
    lake = directory.resolve("lake");
    for (String id : List.of(EARLIER, CURRENT)) {
      export =
          ExportFixture.in(directory.resolve("bucket"))
              .exportId(id)
              .file("{\"Item\":{\"pk\":{\"S\":\"a\"},\"note\":{\"S\":\"x\"}}}")
              .write()
              .toString();
      CapturedTerminal terminal = new CapturedTerminal();
      int code =
          terminal.run(
              "flatten", export, "--to", lake.toString(), "--table=t", "--key=pk:S", "--replace");
      assertThat(code).as(terminal.err()).isZero();
    }
  }

  private static String schemaOf(String exportId) {
    return Folders.snapshot(lake, exportId).getFileName() + "/_schema.json";
  }

  private static Damage schema(String name, String old, String edited) {
    return new Damage(name, schemaOf(CURRENT), old, edited, 4, EDITED);
  }

  private static Damage earlier(String name, String old, String edited, String message) {
    String file = schemaOf(EARLIER);
    return new Damage(name, file, old, edited, 4, message);
  }

  private static Damage pointer(String name, String old, String edited, String message) {
    return new Damage(name, "_dynamodb/current.json", old, edited, 4, message);
  }

  @TestFactory
  Stream<DynamicTest> damageIsToldWithItsPlace() {
    String current = schemaOf(CURRENT);
    return Stream.of(
            new Damage("no schema", current, null, null, 2, "it lacks "),
            new Damage("no pointer", "_dynamodb/current.json", null, null, 2, ""),
            schema("empty schema", "(?s).+", ""),
            schema("truncated schema", "(?s).{40}$", ""),
            schema("renamed column", "\"name\": \"note\"", "\"name\": \"text\""),
            schema("renamed attribute", "\"attribute\": \"note\"", "\"attribute\": \"Note\""),
            schema("other type", "\"S\", \"type\": \"string\"", "\"N\", \"type\": \"bigint\""),
            earlier("earlier: unknown type", "\"type\": \"string\"", "\"type\": \"text\"", EDITED),
            earlier("earlier: no JSON", "\\{", "", EDITED),
            pointer("empty pointer", "(?s).+", "", "not a whole document of dynamodb-lake"),
            pointer(
                "pointer without version",
                "\"formatVersion\"\\s*:\\s*2,",
                "",
                "its format version is missing"),
            pointer(
                "pointer of later version",
                "formatVersion\"\\s*:\\s*2",
                "formatVersion\": 9",
                "version 9"))
        .map(damage -> DynamicTest.dynamicTest(damage.name(), () -> check(damage)));
  }

  private void check(Damage damage) throws IOException {
    Path file = lake.resolve(damage.file());
    String before = Files.readString(file);
    try {
      if (damage.old() == null) {
        Files.delete(file);
      } else {
        Files.writeString(file, before.replaceFirst(damage.old(), damage.edited()));
        assertThat(Files.readString(file)).isNotEqualTo(before);
      }
      String snapshot = damage.file().contains(EARLIER) ? EARLIER : CURRENT;
      Path to = directory.resolve("to");
      CapturedTerminal terminal = new CapturedTerminal();
      int code = terminal.run(restore(lake, to, "--snapshot=" + snapshot));
      assertThat(code).as(terminal.err()).isEqualTo(damage.code());
      assertThat(terminal.err()).contains("error: Cannot ", damage.message(), damage.file());
      assertThat(to).doesNotExist();

      terminal = new CapturedTerminal();
      code = terminal.run("compare", lake.toString(), export, "--snapshot-a=" + snapshot);
      assertThat(code).as(terminal.err()).isEqualTo(damage.code());
      assertThat(terminal.err()).contains("error: Cannot ", damage.message());
    } finally {
      Files.writeString(file, before);
    }
  }

  @Test
  void theSchemaOfTheNextRunIsNotAsked() throws IOException {
    Path next = lake.resolve("_dynamodb/schema.json");
    String before = Files.readString(next);
    try {
      Files.delete(next);
      CapturedTerminal terminal = new CapturedTerminal();
      assertThat(terminal.run("compare", lake.toString(), export)).as(terminal.err()).isZero();
    } finally {
      Files.writeString(next, before);
    }
  }

  @Test
  void aParquetFileThatIsCutShortIsDamagedData() throws IOException {
    Path file = parquet(Folders.snapshot(lake, CURRENT));
    byte[] before = Files.readAllBytes(file);
    try {
      Files.write(file, Arrays.copyOf(before, before.length - 50));
      CapturedTerminal terminal = new CapturedTerminal();
      String to = directory.resolve("of-cut").toString();
      assertThat(
              terminal.run(
                  "restore", lake.toString(), "--to", to, "--table=Copy", "--import-bucket=b-1"))
          .as(terminal.err())
          .isEqualTo(4);
      assertThat(terminal.err())
          .contains("error: Cannot read snapshot '" + CURRENT)
          .contains("file " + file.getFileName() + " has ")
          .contains(" were published");
      assertThat(directory.resolve("of-cut/data")).doesNotExist();
      assertThat(directory.resolve("of-cut/import-table.json")).doesNotExist();
    } finally {
      Files.write(file, before);
    }
  }

  @Test
  void aBitThatTurnedInAPageIsDamagedData() throws IOException {
    Path file = parquet(Folders.snapshot(lake, CURRENT));
    byte[] before = Files.readAllBytes(file);
    try {
      byte[] turned = before.clone();
      turned[lastByteOfFirstColumn(file)] ^= 1;
      Files.write(file, turned);
      for (String[] command :
          List.of(
              restore(lake, directory.resolve("of-bit")),
              new String[] {"compare", lake.toString(), export})) {
        CapturedTerminal terminal = new CapturedTerminal();
        assertThat(terminal.run(command)).as(terminal.err()).isEqualTo(4);
        assertThat(terminal.err())
            .contains("error: Cannot read Parquet: the file is damaged or cut short, ")
            .contains(file.getFileName().toString());
      }
      assertThat(directory.resolve("of-bit/import-table.json")).doesNotExist();
    } finally {
      Files.write(file, before);
    }
  }

  @Test
  void aFileThatIsGoneIsMissedByAllWhoRead(@TempDir Path temp) throws IOException {
    Path table = temp.resolve("lake");
    String lines = "{\"Item\":{\"pk\":{\"S\":\"a\"}}}\n{\"Item\":{\"pk\":{\"S\":\"b\"}}}";
    String ours = "";
    CapturedTerminal terminal = new CapturedTerminal();
    List<String> flatten = List.of();
    for (String id : List.of(EARLIER, CURRENT)) {
      ours =
          ExportFixture.in(temp.resolve("bucket"))
              .exportId(id)
              .file(lines.split("\n"))
              .write()
              .toString();
      flatten =
          List.of(
              "flatten",
              ours,
              "--to",
              table.toString(),
              "--table=t",
              "--key=pk:S",
              "--partition-by=pk");
      assertThat(terminal.run(flatten.toArray(String[]::new))).as(terminal.err()).isZero();
      Files.delete(parquet(Folders.snapshot(table, id).resolve("pk=a")));
    }
    Path snapshot = Folders.snapshot(table, CURRENT);
    String lost = "1 of its 2 files are gone, such as pk=a/part-";
    Path to = temp.resolve("restored");

    assertThat(terminal.run(restore(table, to))).isEqualTo(4);
    assertThat(terminal.err()).contains("error: Cannot read snapshot '" + CURRENT, lost);
    assertThat(terminal.run("compare", table.toString(), ours)).isEqualTo(4);
    assertThat(terminal.err()).contains(lost);
    assertThat(terminal.run(restore(table, to, "--snapshot=" + EARLIER))).isEqualTo(4);
    assertThat(terminal.err()).contains("Cannot read snapshot '" + EARLIER);
    assertThat(terminal.run(flatten.toArray(String[]::new))).isEqualTo(4);
    assertThat(terminal.err()).contains(lost, "in file:" + snapshot);

    // the ways out that these messages name
    String schema = "--schema=" + snapshot.resolve("_schema.json");
    assertThat(terminal.run(restore(snapshot, to, schema))).as(terminal.err()).isZero();
    assertThat(terminal.out()).contains("1 item");
    assertThat(
            terminal.run(
                Stream.concat(flatten.stream(), Stream.of("--replace")).toArray(String[]::new)))
        .as(terminal.err())
        .isZero();
    assertThat(terminal.run("compare", table.toString(), ours)).as(terminal.err()).isZero();
  }

  @Test
  void importFilesThatAreGoneAreMissed(@TempDir Path temp) throws IOException {
    CapturedTerminal terminal = new CapturedTerminal();
    Path to = temp.resolve("restored");
    int code = terminal.run(restore(lake, to, "--compression=none"));
    assertThat(code).as(terminal.err()).isZero();
    try (Stream<Path> files = Files.list(to.resolve("data"))) {
      Path file = files.filter(found -> found.toString().endsWith(".json")).findFirst().get();
      Files.copy(file, file.resolveSibling("part-00009-twice.json"));
    }

    assertThat(terminal.run("compare", to.toString(), export)).isEqualTo(4);
    assertThat(terminal.err())
        .contains("there were 1 items in the files when they were written, and 2 are there now, in")
        .contains("restored/data; copy or write them again, or give that folder");
    assertThat(terminal.run("compare", to.resolve("data").toString(), export)).isEqualTo(6);

    Path report = to.resolve("restore-report.json");
    Files.writeString(report, Files.readString(report).replace("\"done\"", "\"running\""));
    assertThat(terminal.run("compare", to.toString(), export)).isEqualTo(4);
    assertThat(terminal.err())
        .contains("Cannot compare: the files are those of a run that did not come to its end, in");
  }

  private static String[] restore(Path from, Path to, String... more) {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("restore", from.toString(), "--to=" + to));
    words.addAll(List.of("--table=Copy", "--import-bucket=b-1"));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private static int lastByteOfFirstColumn(Path file) throws IOException {
    HadoopInputFile input =
        HadoopInputFile.fromPath(
            new org.apache.hadoop.fs.Path(file.toUri()), new Configuration(false));
    try (ParquetFileReader reader = ParquetFileReader.open(input)) {
      ColumnChunkMetaData column = reader.getRowGroups().get(0).getColumns().get(0);
      return Math.toIntExact(column.getStartingPos() + column.getTotalSize() - 1);
    }
  }

  private static Path parquet(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
  }

  /** Spark takes such a path for a pattern, which the other table matches. */
  @Test
  void aLakeTableWhoseNameLooksLikeAPatternIsNotTakenForItsTwin() throws IOException {
    for (String format : List.of("parquet", "csv")) {
      String pattern = directory.resolve(format + "-[1]").toString();
      String twin = directory.resolve(format + "-1").toString();
      for (String table : List.of(pattern, twin)) {
        Path items = Files.createDirectories(directory.resolve("items-" + format));
        String note = table.equals(twin) ? "wrong" : "right";
        Files.writeString(
            items.resolve("a.json"),
            "{\"Item\":{\"pk\":{\"S\":\"a\"},\"note\":{\"S\":\"" + note + "\"}}}\n");
        CapturedTerminal terminal = new CapturedTerminal();
        int code =
            terminal.run(
                "flatten",
                items.toString(),
                "--to",
                table,
                "--table=t",
                "--key=pk:S",
                "--format=" + format);
        assertThat(code).as(terminal.err()).isZero();
        assertThat(terminal.out()).contains("Verified   every line, but there is no manifest");
        if (format.equals("parquet") && table.equals(twin)) {
          Path data = parquet(Path.of(pattern).resolve(snapshot(pattern)));
          Path other = parquet(Path.of(twin).resolve(snapshot(twin)));
          // so that both have one path below their folders
          Files.move(
              other.getParent(), Path.of(twin).resolve(data.getParent().getFileName().toString()));
        }
      }
    }
    CapturedTerminal terminal = new CapturedTerminal();
    String to = directory.resolve("of-pattern").toString();
    int code =
        terminal.run(
            "restore",
            directory.resolve("parquet-[1]").toString(),
            "--to",
            to,
            "--table=Copy",
            "--import-bucket=b-1",
            "--compression=none");
    assertThat(code).as(terminal.err()).isZero();
    try (Stream<Path> files = Files.list(directory.resolve("of-pattern/data"))) {
      assertThat(files.map(DamagedLakeTest::read))
          .containsExactly("{\"Item\":{\"pk\":{\"S\":\"a\"},\"note\":{\"S\":\"right\"}}}\n");
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String snapshot(String table) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(table))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("snapshot="))
          .findFirst()
          .orElseThrow();
    }
  }
}
