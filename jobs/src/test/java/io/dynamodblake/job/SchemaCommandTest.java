package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.testing.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaCommandTest {
  @TempDir static Path directory;
  private static String export;
  private static String lake;
  private static Path schema;

  private final CapturedTerminal terminal = new CapturedTerminal();

  @BeforeAll
  static void flatten() throws IOException {
    export = DemoExport.copyTo(directory.resolve("export")).toString();
    lake = directory.resolve("lake").toString();
    CapturedTerminal terminal = new CapturedTerminal();
    int code = terminal.run("flatten", export, "--to", lake, "--table=shop", "--key=pk:S,sk:S");
    assertThat(code).as(terminal.err()).isZero();
    schema = Path.of(lake, "_dynamodb/schema.json");
  }

  private static String edited(String name, String from, String to) throws IOException {
    String text = Files.readString(schema);
    assertThat(text).contains(from);
    return Files.writeString(directory.resolve(name), text.replace(from, to)).toString();
  }

  @Test
  void aLakeTableItsSchemaAndItsExportSayTheSame() {
    for (String other : new String[] {schema.toString(), lake}) {
      assertThat(terminal.run("schema", "diff", lake, other, "--check"))
          .as(terminal.err())
          .isZero();
      assertThat(terminal.out()).contains("A  lake table file:", "Same columns, ");
    }
    assertThat(terminal.run("schema", "diff", lake, export, "--check")).as(terminal.err()).isZero();
    assertThat(terminal.out()).contains("B  export file:", "rescued  ", "Nothing breaks");
  }

  @Test
  void whatBreaksIsNamedAndEndsACheckWith4() throws IOException {
    String narrower = edited("narrower.json", "\"decimal(38,", "\"decimal(37,");
    assertThat(terminal.run("schema", "diff", lake, narrower)).as(terminal.err()).isZero();
    assertThat(terminal.out())
        .contains("CHANGE    COLUMN", "narrowed  ", "break")
        .contains("what reads A, of ");
    assertThat(terminal.run("schema", "diff", lake, narrower, "--check")).isEqualTo(4);
    assertThat(terminal.run("schema", "diff", narrower, lake, "--check"))
        .as("the other way")
        .isZero();
    assertThat(terminal.out()).contains("Nothing breaks: what reads A reads B");
  }

  @Test
  void theDocumentSaysTheSame() throws IOException {
    String narrower = edited("other.json", "\"decimal(38,", "\"decimal(37,");
    assertThat(terminal.run("schema", "diff", lake, narrower, "--json"))
        .as(terminal.err())
        .isZero();
    JsonNode document = Documents.read(terminal.out());
    assertThat(document.path("format").asText()).isEqualTo("dynamodb-lake/schema-diff");
    assertThat(document.path("breaking").asInt()).isPositive();
    JsonNode change = document.path("changes").get(0);
    assertThat(change.path("change").asText()).isEqualTo("narrowed");
    assertThat(change.path("from").asText()).startsWith("decimal(38,");
    assertThat(change.path("to").asText()).startsWith("decimal(37,");
    assertThat(change.path("breaks").asBoolean()).isTrue();
  }

  @Test
  void whatIsNoSchemaIsSaidWithItsPlace() throws IOException {
    Path other = Files.writeString(directory.resolve("x.json"), "{}");
    assertThat(terminal.run("schema", "diff", lake, other.toString())).isEqualTo(4);
    assertThat(terminal.err()).contains("Cannot read schema", "\"format\"");
    assertThat(terminal.run("schema", "diff", lake, directory.resolve("none.json").toString()))
        .isEqualTo(2);
    assertThat(terminal.err()).contains("No such file");
    assertThat(terminal.run("schema", "dif", lake, lake)).isEqualTo(2);
    assertThat(terminal.err()).contains("dif");
  }
}
