package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.testing.DemoDayGenerator;
import io.dynamodblake.testing.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
  private final CapturedTerminal terminal = new CapturedTerminal();

  @Test
  void demoTellsTheWholeStoryAndCanBeToldAgain(@TempDir Path directory) throws IOException {
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
          .contains("Items      1,014 rows = 1,014 items written")
          .containsPattern("2024-11 +61 +21687\\.16 +355\\.53")
          .contains("Rows       1,000 before + 64 inserted - 50 deleted = 1,014; 96 updated")
          .contains("Column 'channel' is new")
          .containsPattern("2024-11 +121 +46069\\.74 +46")
          .contains(
              "The lake table of the day after and the import files hold the same 1,014 items");
    }
    for (String place :
        new String[] {
          "inspection.html",
          "schema.json",
          "lake/_dynamodb/ddl/athena.sql",
          "lake/_dynamodb/schema.json",
          "import/data",
          "import/import-table.json",
          folder.relativize(Folders.snapshot(folder.resolve("lake"), DemoExport.DAY_ID)).toString()
        }) {
      assertThat(folder.resolve(place)).exists();
      assertThat(terminal.out()).contains(folder.resolve(place).toString());
    }
    assertThat(comparedWithTheShopOfTheDayAfter(directory, folder)).as(terminal.out()).isZero();
  }

  private int comparedWithTheShopOfTheDayAfter(Path directory, Path folder) throws IOException {
    Path after = Files.createDirectories(directory.resolve("after"));
    Files.write(after.resolve("items.json"), new DemoDayGenerator().items());
    return terminal.run(
        "compare", after.toString(), folder.resolve("import").toString(), "--key=pk:S,sk:S");
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
