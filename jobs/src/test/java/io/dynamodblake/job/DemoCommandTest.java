package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.testing.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
  private final CapturedTerminal terminal = new CapturedTerminal();

  @Test
  void demoTellsTheWholeStoryAndCanBeToldAgain(@TempDir Path directory) {
    Path folder = directory.resolve("demo");
    for (int i = 0; i < 2; i++) {
      assertThat(terminal.run("demo", "--dir", folder.toString())).as(terminal.err()).isZero();
      assertThat(terminal.out())
          .contains("1,000 items in 4 data files")
          .contains("createdAt  string  -> timestamp from iso-8601-millis")
          .contains("Items      1,000 read = 1,000 rows written + 0 set aside")
          .contains("Files      6 parquet files")
          .containsPattern("2024-10 +128 +56907\\.61 +444\\.59")
          .containsPattern("F-109 +oak umbrella +49 +5716\\.34")
          .contains("O-00080  null  {\"S\":\"a dozen\"}")
          .containsPattern("92 +94 +564")
          .contains("Items      1,000 rows = 1,000 items written")
          .contains("The export and the import files hold the same 1,000 items");
    }
    for (String place :
        new String[] {
          "inspection.html",
          "schema.json",
          "lake/_dynamodb/ddl/athena.sql",
          "lake/_dynamodb/schema.json",
          "import/data",
          "import/import-table.json",
          folder
              .relativize(Folders.snapshot(folder.resolve("lake"), DemoExport.EXPORT_ID))
              .toString()
        }) {
      assertThat(folder.resolve(place)).exists();
      assertThat(terminal.out()).contains(folder.resolve(place).toString());
    }
  }

  @Test
  void folderOfSomebodyElseIsNotTouched(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("schema.json"), "theirs");
    assertThat(terminal.run("demo", "--dir", directory.toString())).isEqualTo(2);
    assertThat(terminal.err()).contains("error: Cannot write the demo: " + directory, "--dir");
    assertThat(directory.resolve("schema.json")).hasContent("theirs");
    assertThat(directory).isDirectoryNotContaining("glob:**export");
  }
}
