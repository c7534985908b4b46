package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.testing.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreCommandTest {
  @TempDir static Path directory;
  private static String lake;

  private final CapturedTerminal terminal = new CapturedTerminal();

  @BeforeAll
  static void flatten() throws IOException {
    Path export = Files.createDirectories(directory.resolve("export"));
    Files.writeString(
        export.resolve("a.json"),
        "{\"Item\":{\"pk\":{\"S\":\"a\"},\"tags\":{\"SS\":[\"x\"]}}}\n"
            + "{\"Item\":{\"pk\":{\"S\":\"b\"},\"tags\":{\"NULL\":true}}}\n");
    lake = directory.resolve("lake").toString();
    CapturedTerminal terminal = new CapturedTerminal();
    int code = terminal.run("flatten", export.toString(), "--to", lake, "--table=t");
    assertThat(code).as(terminal.err()).isZero();
  }

  private int restore(String to, String... more) {
    String[] args = new String[more.length + 5];
    String[] first = {"restore", lake, "--to", directory.resolve(to).toString(), "--table=Copy"};
    System.arraycopy(first, 0, args, 0, first.length);
    System.arraycopy(more, 0, args, first.length, more.length);
    return terminal.run(args);
  }

  @Test
  void summarySaysWhatWasWrittenAndHowToImportIt() {
    assertThat(restore("import", "--key=pk:S", "--import-bucket=acme-import"))
        .as(terminal.err())
        .isZero();
    Path request = directory.resolve("import/import-table.json");
    assertThat(terminal.out())
        .contains("Restored  snapshot ")
        .contains("Items      2 rows = 2 items written")
        .contains("Files      1 file, ")
        .contains(", dynamodb-json, gzip")
        .contains("aws dynamodb import-table --cli-input-json file://" + request);
    assertThat(request).exists();

    assertThat(restore("import", "--key=pk:S", "--import-bucket=acme-import")).isZero();
    assertThat(terminal.out()).contains("Unchanged  snapshot ", " is restored already");
    assertThat(restore("import", "--key=pk:S", "--import-bucket=other")).isEqualTo(2);
    assertThat(terminal.err()).contains("error: Cannot restore: the folder is not empty");
  }

  @Test
  void theConditionIsShownWithTheNumberOfRowsItTook() {
    assertThat(restore("where", "--key=pk:S", "--import-bucket=b-1", "--where", "pk = 'b'"))
        .as(terminal.err())
        .isZero();
    assertThat(terminal.out())
        .contains("Items      1 of 2 rows = 1 items written")
        .contains("Where      pk = 'b'");

    assertThat(restore("where2", "--key=pk:S", "--import-bucket=b-1", "--where", "pk ="))
        .isEqualTo(2);
    assertThat(terminal.err()).contains("error: Cannot use --where: [PARSE_SYNTAX_ERROR]");
  }

  @Test
  void jsonIsTheReport() throws IOException {
    assertThat(restore("json", "--key=pk:S", "--import-bucket=b-1", "--compression=zstd", "--json"))
        .as(terminal.err())
        .isZero();
    JsonNode report = Documents.read(terminal.out());
    assertThat(report.path("status").textValue()).isEqualTo("done");
    assertThat(report.path("output").path("items").intValue()).isEqualTo(2);
  }

  @Test
  void csvIsRefusedWhereItCannotCarryTheTypes() {
    assertThat(restore("csv", "--key=pk:S", "--import-bucket=b-1", "--format=csv")).isEqualTo(2);
    assertThat(terminal.err())
        .contains(
            "error: Cannot restore as CSV, of which an import makes strings, and numbers for keys:"
                + " tags (SS); give --format dynamodb-json or ion");
    assertThat(directory.resolve("csv")).doesNotExist();
  }

  @Test
  void aTableOfTheCatalogIsRestoredByItsName() throws IOException {
    SparkSession spark = Sessions.openWithCatalog("test");
    spark.sql("CREATE TABLE command_table USING parquet AS SELECT 'a' AS pk, 1 AS n");
    try {
      String schema = directory.resolve("proposed.json").toString();
      assertThat(terminal.run("restore", "--from-table=command_table", "--schema-out", schema))
          .as(terminal.err())
          .isZero();
      String to = directory.resolve("of-table").toString();
      String[] restore = {
        "restore",
        "--from-table=command_table",
        "--schema",
        schema,
        "--key=pk:S",
        "--to",
        to,
        "--table=Copy",
        "--import-bucket=b-1"
      };
      assertThat(terminal.run(restore)).as(terminal.err()).isZero();
      assertThat(terminal.out())
          .contains("Restored  table command_table")
          .contains("Columns    pk: S from string")
          .contains("Items      1 rows = 1 items written");
      assertThat(terminal.run(restore)).isZero();
      assertThat(terminal.out()).contains("Unchanged  table command_table is restored already");
    } finally {
      spark.sql("DROP TABLE command_table");
    }
  }

  @Test
  void oneSourceIsRestoredAndOnlyALakeTableHasSnapshots() {
    assertThat(restore("two", "--from-table=a.b", "--import-bucket=b-1")).isEqualTo(2);
    assertThat(terminal.err()).contains("Cannot restore both DIR and --from-table; give one");
    assertThat(terminal.run("restore", "--from-csv=x", "--snapshot=1", "--to=y", "--table=Copy"))
        .isEqualTo(2);
    assertThat(terminal.err()).contains("Cannot restore a --snapshot of --from-csv: only lake");
    assertThat(terminal.run("restore", "--from-table=a.b", "--to=y", "--table=Copy")).isEqualTo(2);
    assertThat(terminal.err()).contains("give --schema with a schema file");
  }

  @Test
  void wrongUsageIsExitTwo() {
    assertThat(restore("usage", "--import-bucket=b-1")).isEqualTo(2);
    assertThat(terminal.err()).contains("does not know the key attributes", "--key pk:S,sk:N");
    assertThat(restore("usage", "--key=pk:S", "--compression=lz4")).isEqualTo(2);
    assertThat(terminal.run("restore", lake, "--key=pk:S", "--to", "x")).isEqualTo(2);
    assertThat(terminal.err())
        .contains("nothing that is read says the name of its table; name the new one with --table");
  }

  @Test
  void rowsThatAreNoItemsAreExitFour() {
    assertThat(restore("refused", "--key=tags:S", "--import-bucket=b-1")).isEqualTo(4);
    assertThat(terminal.err())
        .contains("error: Cannot restore: 2 of 2 rows are no items that DynamoDB takes: ")
        .contains("key attribute tags is SS, not S as declared (1 row, first part-");
    assertThat(directory.resolve("refused/data")).doesNotExist();

    assertThat(restore("nothing", "--key=tags:S", "--import-bucket=b-1", "--on-invalid=quarantine"))
        .isEqualTo(4);
    assertThat(terminal.err()).contains("nothing was written, because nothing would be left");

    assertThat(restore("aside", "--key=tags:SS", "--import-bucket=b-1", "--on-invalid=quarantine"))
        .isEqualTo(2);
  }

  @Test
  void rowsThatWereSetAsideAreInTheSummary() throws IOException {
    Path csv = directory.resolve("aside.csv");
    Files.writeString(csv, "pk,n\na,1\nb,2\n,3\n");
    String[] restore = {
      "restore",
      "--from-csv=" + csv,
      "--key=pk:S",
      "--table=Copy",
      "--on-invalid=quarantine",
      "--to=" + directory.resolve("aside")
    };
    assertThat(terminal.run(restore)).as(terminal.err()).isZero();
    assertThat(terminal.out())
        .contains("3 rows = 2 items written + 1 set aside")
        .contains("Set aside  " + directory.resolve("aside/quarantine"))
        .contains("key attribute pk is missing (1 row, first aside.csv line 4)");
  }

  @Test
  void noCommandIsPrintedThatCannotWork() {
    assertThat(restore("no-bucket", "--key=pk:S")).as(terminal.err()).isZero();
    assertThat(terminal.out())
        .contains("The request names no bucket yet. Copy " + directory.resolve("no-bucket/data"))
        .contains("S3Bucket of " + directory.resolve("no-bucket/import-table.json"))
        .doesNotContain("aws ");

    assertThat(terminal.run("import", directory.resolve("no-bucket").toString())).isEqualTo(2);
    assertThat(terminal.err())
        .contains("Cannot import: the request names no bucket yet, at ")
        .contains("copy the data files to Copy/data/ of a bucket");
  }
}
