package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingSetCommandTest {
  @TempDir static Path directory;
  private static String lake;

  private final CapturedTerminal terminal = new CapturedTerminal();

  @BeforeAll
  static void flatten() throws IOException {
    String export = DemoExport.copyTo(directory.resolve("export")).toString();
    lake = directory.resolve("lake").toString();
    CapturedTerminal terminal = new CapturedTerminal();
    int code = terminal.run("flatten", export, "--to", lake, "--table=shop", "--key=pk:S,sk:S");
    assertThat(code).as(terminal.err()).isZero();
  }

  @Test
  void aSetOfTheDemoIsMade() throws IOException {
    Path set = directory.resolve("set");
    int code =
        terminal.run(
            "training-set", lake, "--to", set.toString(), "--label=status", "--where=entity = 'order'");
    System.out.println(terminal.out());
    System.out.println(terminal.err());
    assertThat(code).as(terminal.err()).isZero();
    System.out.println(Files.readString(set.resolve("manifest.json")));
    System.out.println(Files.readString(set.resolve("README.md")));
    System.out.println(Files.readString(set.resolve("schema.json")));
    System.out.println(Files.readString(set.resolve("stats.json")).substring(0, 3000));
  }
}
