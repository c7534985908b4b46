package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.ExportFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlattenCommandTest {
  @TempDir static Path directory;
  private static Path export;
  private static Path lake;
  private static final CapturedTerminal FIRST = new CapturedTerminal();

  private final CapturedTerminal terminal = new CapturedTerminal();

  @BeforeAll
  static void flatten() throws IOException {
    export = DemoExport.copyTo(directory.resolve("export"));
    lake = directory.resolve("lake");
    int code =
        FIRST.run(
            "flatten",
            export.toString(),
            "--to",
            lake.toString(),
            "--table=orders",
            "--key=pk:S,sk:S");
    assertThat(code).as(FIRST.err()).isZero();
  }

  private int flatten(String... more) {
    String[] args = new String[more.length + 5];
    String[] first = {"flatten", export.toString(), "--to", lake.toString(), "--table=orders"};
    System.arraycopy(first, 0, args, 0, first.length);
    System.arraycopy(more, 0, args, first.length, more.length);
    return terminal.run(args);
  }

  @Test
  void summarySaysWhatBecameOfEveryItemAndWhereThingsAre() {
    assertThat(FIRST.out())
        .contains("Published  orders, snapshot " + DemoExport.EXPORT_ID + ".")
        .contains("Items      1,000 read = 1,000 rows written + 0 set aside")
        .contains("Rescued    18 values in ddb_rescued: qty 18")
        .contains("Columns    35, observed over all items")
        .contains("Verified   checksums and item counts")
        .contains("Athena     " + lake.resolve("_dynamodb/ddl/athena.sql"))
        .contains("Read       spark.read.format(\"dynamodb-lake\").load(\"" + lake + "\")");
  }

  @Test
  void sameCommandAgainChangesNothing() {
    assertThat(flatten("--key=pk:S,sk:S")).isZero();
    assertThat(terminal.out()).contains("Unchanged  orders already holds this export");
  }

  @Test
  void jsonIsTheRunReport() throws IOException {
    assertThat(flatten("--key=pk:S,sk:S", "--json")).isZero();
    JsonNode report = Documents.read(terminal.out());
    assertThat(report.path("status").textValue()).isEqualTo("unchanged");
  }

  @Test
  void anotherPlanForAPublishedExportIsExitTwo() {
    assertThat(flatten("--sort-by=pk")).isEqualTo(2);
    assertThat(terminal.err()).contains("error: ", "--replace");
  }

  @Test
  void strictIsExitFourAndNamesTheColumn() {
    int code =
        terminal.run(
            "flatten",
            export.toString(),
            "--to=" + directory.resolve("strict"),
            "--table=orders",
            "--strict");
    assertThat(code).isEqualTo(4);
    assertThat(terminal.err()).contains("error: Cannot publish: ", "qty (18)", "--strict");
    assertThat(directory.resolve("strict/_dynamodb/current.json")).doesNotExist();
  }

  @Test
  void wrongOptionsAreRefusedBeforeAnythingIsRead() {
    assertThat(flatten("--key=pk")).isEqualTo(2);
    assertThat(terminal.err()).contains("Cannot read --key: 'pk' has no key type; write name:S");
    assertThat(flatten("--key=a:S,b:S,c:S")).isEqualTo(2);
    assertThat(flatten("--partition-by=week(createdAt)")).isEqualTo(2);
    assertThat(terminal.err()).contains("Cannot read --partition-by: 'week(createdAt)' is not");
    assertThat(terminal.run("flatten", "x", "--to", "y", "--table", "My Orders")).isEqualTo(2);
    assertThat(terminal.err())
        .contains(
            "Cannot use --table 'My Orders': Athena takes a-z, 0-9 and _, at most 255 of them, such"
                + " as my_orders");
    assertThat(terminal.run("flatten", "x", "--table", "t")).isEqualTo(2);
    assertThat(terminal.err()).contains("Missing option --to DIR");
  }

  @Test
  void whatIsAboutCsvIsRefusedForOtherFormats() {
    for (String option :
        List.of(
            "--csv-delimiter=tab",
            "--compression=none",
            "--coalesce=1",
            "--csv-bom",
            "--csv-escape-formulas")) {
      assertThat(flatten(option)).isEqualTo(2);
      assertThat(terminal.err())
          .contains(
              "Cannot use %s: that is about CSV; add --format csv, or leave it out"
                  .formatted(option.replaceAll("=.*", "")));
    }
    assertThat(flatten("--format=csv", "--csv-delimiter=ab")).isEqualTo(2);
    assertThat(terminal.err())
        .contains("Cannot read --csv-delimiter: it is one of , ; | : or the words tab and space");
    assertThat(flatten("--format=csv", "--coalesce=0")).isEqualTo(2);
    assertThat(terminal.err()).contains("--coalesce");
  }

  @Test
  void folderOfSomebodyElseIsExitTwo() throws IOException {
    Path foreign = Files.createDirectories(directory.resolve("foreign"));
    Files.writeString(foreign.resolve("theirs.txt"), "x");
    assertThat(
            terminal.run("flatten", export.toString(), "--to", foreign.toString(), "--table", "t"))
        .isEqualTo(2);
    assertThat(terminal.err()).contains("was not written by dynamodb-lake");
  }

  @Test
  void missingDataFileIsExitThreeAndNothingIsPublished() throws IOException {
    Path damaged = DemoExport.copyTo(directory.resolve("damaged"));
    Files.delete(damaged.resolve("data/k3x5q7m2n4p6r7t2v4w6y7z2a4.json.gz"));
    Path target = directory.resolve("damaged-lake");
    assertThat(
            terminal.run("flatten", damaged.toString(), "--to", target.toString(), "--table", "t"))
        .isEqualTo(3);
    assertThat(terminal.err()).contains("k3x5q7m2n4p6r7t2v4w6y7z2a4").doesNotContain("\tat ");
    assertThat(target.resolve("_dynamodb/current.json")).doesNotExist();
  }

  @Test
  void badRecordsAreSetAsideOnRequest() throws IOException {
    Path folder = Files.createDirectories(directory.resolve("bad"));
    Files.writeString(folder.resolve("a.json"), "{\"Item\":{\"pk\":{\"S\":\"a\"}}}\nnonsense\n");
    String target = directory.resolve("bad-lake").toString();
    assertThat(terminal.run("flatten", folder.toString(), "--to", target, "--table", "t"))
        .isEqualTo(4);
    assertThat(
            terminal.run(
                "flatten",
                folder.toString(),
                "--to",
                target,
                "--table=t",
                "--on-bad-record=quarantine"))
        .as(terminal.err())
        .isZero();
    assertThat(terminal.out())
        .contains("Items      2 read = 1 rows written + 1 set aside", "Set aside  ");
  }

  @Test
  void ddlOfTheLakeTableIsThatOfFlatten() throws IOException {
    assertThat(terminal.run("ddl", lake.toString())).isZero();
    assertThat(terminal.out())
        .isEqualTo(Files.readString(lake.resolve("_dynamodb/ddl/athena.sql")));
    assertThat(terminal.err()).isEmpty();
  }

  @Test
  void ddlTakesOtherNames() {
    assertThat(terminal.run("ddl", lake.toString(), "--database=shop", "--table=purchases"))
        .isZero();
    assertThat(terminal.out()).contains("shop", "purchases").doesNotContain("`default`");
  }

  @Test
  void ddlShowsTheHistoryBesideItsTable() {
    String target = directory.resolve("history-lake").toString();
    String[] flatten = {"flatten", export.toString(), "--to", target, "--table=t", "--history"};
    assertThat(terminal.run(flatten)).as(terminal.err()).isZero();
    assertThat(terminal.run("ddl", target)).isZero();
    assertThat(terminal.out()).contains("TABLE `default`.`t` (", "TABLE `default`.`t_history` (");
    assertThat(terminal.run("ddl", target, "--database=shop", "--table=purchases")).isZero();
    assertThat(terminal.out())
        .contains("TABLE `shop`.`purchases` (", "TABLE `shop`.`purchases_history` (")
        .doesNotContain("`default`");
  }

  @Test
  void ddlOfTheUntouchedExport() {
    assertThat(terminal.run("ddl", "--raw", export.toString())).isZero();
    assertThat(terminal.out())
        .contains("CREATE EXTERNAL TABLE", "orders_raw", "org.openx.data.jsonserde", "/data/'");
  }

  @Test
  void ddlOfAnUntouchedIonExportIsRefused() {
    Path ion = ExportFixture.in(directory.resolve("ion")).ion().file("{\"Item\":{}}").write();
    assertThat(terminal.run("ddl", "--raw", ion.toString())).isEqualTo(2);
    assertThat(terminal.err())
        .contains("its data files are Ion and the statement reads DynamoDB JSON; run flatten");
    assertThat(terminal.run("inspect", ion.toString())).isZero();
    assertThat(terminal.out()).contains("of Ion, ");
  }

  @Test
  void ddlWithoutALakeTableIsExitTwo() {
    assertThat(terminal.run("ddl", directory.resolve("nothing").toString())).isEqualTo(2);
    assertThat(terminal.err()).contains("error: Cannot open lake table");
    assertThat(terminal.run("ddl", lake.toString(), "--verify=none")).isEqualTo(2);
    assertThat(terminal.err()).contains("Option --verify is about exports; add --raw");
  }
}
