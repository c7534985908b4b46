package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dynamodblake.job.inspect.InspectionJson;
import io.dynamodblake.job.inspect.ShownValues;
import io.dynamodblake.schema.Conversion;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.schema.entity.EntityRules;
import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.SingleTables;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
  @TempDir static Path directory;
  private static Path export;

  private final CapturedTerminal terminal = new CapturedTerminal();

  @BeforeAll
  static void copy() throws IOException {
    export = DemoExport.copyTo(directory.resolve("demo"));
  }

  @BeforeEach
  void forget() throws IOException {
    Files.deleteIfExists(directory.resolve("schema.json"));
  }

  @Test
  void tableGoesToStdoutAndProgressToStderr() {
    assertThat(terminal.run("inspect", export.toString())).isZero();
    assertThat(terminal.out())
        .contains("1,000 items in 4 data files, ", " compressed, ")
        .contains("checksums and item counts agree with the manifest")
        .contains("qty              75.0%  N 732, S 18")
        .doesNotContain("Reading items");
    assertThat(terminal.err().lines())
        .allSatisfy(line -> assertThat(line).startsWith("Reading items: 1,000 items, "));
  }

  @Test
  void stdoutIsOneJsonDocumentWhenAskedFor() throws IOException {
    assertThat(terminal.run("inspect", export.toString(), "--json", "-")).isZero();
    JsonNode tree = Documents.read(terminal.out());
    assertThat(tree.path("items").longValue()).isEqualTo(1000);
    assertThat(tree.path("export").path("exportId").textValue()).isEqualTo(DemoExport.EXPORT_ID);
    assertThat(tree.path("rescued").path("values").longValue()).isEqualTo(18);
  }

  @Test
  void resultIsTheSameHoweverSparkCutsTheExport() throws IOException {
    assertThat(terminal.run("inspect", export.toString(), "--json", "-")).isZero();
    JsonNode distributed = Documents.read(terminal.out());
    JsonNode straight =
        new ObjectMapper()
            .readTree(InspectionJson.of(DemoInspection.of(), ShownValues.NONE, Optional.empty()));
    for (String key :
        new String[] {
          "items", "itemBytes", "keyCandidates", "places", "rescued", "suggestions", "entities"
        }) {
      assertThat(distributed.path(key)).as(key).isEqualTo(straight.path(key));
    }
  }

  @Test
  void filesAreWritten() throws IOException {
    Path html = directory.resolve("report.html");
    Path json = directory.resolve("report.json");
    Path schema = directory.resolve("schema.json");
    assertThat(
            terminal.run(
                "inspect",
                export.toString(),
                "--html=" + html,
                "--json=" + json,
                "--schema-out=" + schema))
        .isZero();
    assertThat(html).content(StandardCharsets.UTF_8).startsWith("<!doctype html>");
    assertThat(json).content(StandardCharsets.UTF_8).startsWith("{").endsWith("}\n");
    TableSchema read = TableSchemaJson.fromJson(Files.readString(schema));
    assertThat(read.table()).isEqualTo("orders");
    assertThat(read.find("createdAt")).isPresent();
    assertThat(terminal.out()).contains("ATTRIBUTE");
    assertThat(terminal.err()).contains("Wrote " + html, "Wrote " + json, "Wrote " + schema);
  }

  @Test
  void suggestionsAreShownAlwaysAndWrittenWhenAskedFor() throws IOException {
    Path plain = directory.resolve("plain.json");
    Path schema = directory.resolve("schema.json");
    assertThat(terminal.run("inspect", export.toString(), "--schema-out", plain.toString()))
        .isZero();
    assertThat(terminal.out()).contains("createdAt   timestamp from iso-8601-millis");
    assertThat(
            terminal.run(
                "inspect", export.toString(), "--suggest", "--schema-out", schema.toString()))
        .isZero();

    assertThat(Files.readString(plain)).doesNotContain("timestamp");
    TableSchema read = TableSchemaJson.fromJson(Files.readString(schema));
    assertThat(KeyAttribute.texts(read.keys())).containsExactly("pk:S", "sk:S");
    assertThat(read.find("createdAt").orElseThrow().mapping())
        .isEqualTo(
            new ValueMapping.Scalar(Descriptor.S, LakeType.TIMESTAMP, Conversion.ISO_8601_MILLIS));
    assertThat(read.find("updatedAt").orElseThrow().mapping())
        .isEqualTo(
            new ValueMapping.Scalar(Descriptor.N, LakeType.TIMESTAMP, Conversion.EPOCH_SECONDS));
  }

  @Test
  void suggestionsWithoutAFileForThemAreRefused() {
    assertThat(terminal.run("inspect", export.toString(), "--suggest")).isEqualTo(2);
    assertThat(terminal.err())
        .contains(
            "Cannot use --suggest: it says what is written to the file of --schema-out, and none is named; name one");
  }

  @Test
  void writtenFilesCanBeEdited() throws IOException {
    Path schema = directory.resolve("schema.json");
    assertThat(terminal.run("inspect", export.toString(), "--schema-out", schema.toString()))
        .isZero();
    assertThat(directory.resolve(".schema.json.crc")).doesNotExist();
  }

  @Test
  void editedSchemaIsNeverOverwritten() throws IOException {
    Path schema = directory.resolve("schema.json");
    Files.writeString(schema, "edited");
    assertThat(terminal.run("inspect", export.toString(), "--schema-out", schema.toString()))
        .isEqualTo(2);
    assertThat(terminal.err()).contains("error: Cannot write schema: " + schema + " exists");
    assertThat(schema).hasContent("edited");
  }

  @Test
  void kindsOfItemsAreShownAndTheirRulesWritten() throws IOException {
    Path entities = directory.resolve("entities.json");
    Files.deleteIfExists(entities);
    String table =
        ExportFixture.in(directory.resolve("single"))
            .items(SingleTables.oneTable(300), 3)
            .write()
            .toString();

    Path html = directory.resolve("single.html");
    assertThat(
            terminal.run(
                "inspect",
                table,
                "--key=pk:S,sk:S",
                "--entities-out=" + entities,
                "--html=" + html))
        .as(terminal.err())
        .isZero();
    assertThat(html).content(StandardCharsets.UTF_8).contains("4 kinds in one table");
    assertThat(terminal.out())
        .contains("Kinds of items  4, told by _type, else by keys; ")
        .contains("invoice  ", "unique  ", "user  ", "account  ");
    EntityRules rules = EntityRules.fromJson(Files.readString(entities));
    assertThat(rules.tables()).contains("invoice", "unique", "user", "account", "other");
    assertThat(terminal.run("inspect", table, "--entities-out=" + entities)).isEqualTo(2);
    assertThat(terminal.err())
        .contains("error: Cannot write entities: " + entities + " exists and may have been edited");
  }

  @Test
  void softDeletedAndExpiredItemsAreCounted() throws IOException {
    String table =
        ExportFixture.in(directory.resolve("synced"))
            .exportTime(Instant.parse("2024-06-01T00:00:00Z"))
            .items(SingleTables.appSync(200), 2)
            .write()
            .toString();
    Path html = directory.resolve("synced.html");

    assertThat(terminal.run("inspect", table, "--html=" + html)).isZero();
    assertThat(terminal.out())
        .contains("note: 20 items are marked as deleted by _deleted, and kept")
        .contains("note: 10 items are past the time to live in _ttl, and kept");
    assertThat(html).content(StandardCharsets.UTF_8).contains(">Kinds of items</h2>", "_ttl");
  }

  @Test
  void aTableOfOneKindGetsAFileWithoutEntitiesAndIsToldSo() throws IOException {
    Path entities = directory.resolve("none.json");
    String table =
        ExportFixture.in(directory.resolve("one"))
            .file("{\"Item\":{\"id\":{\"S\":\"a\"}}}", "{\"Item\":{\"id\":{\"S\":\"b\"}}}")
            .write()
            .toString();

    assertThat(terminal.run("inspect", table, "--entities-out", entities.toString())).isZero();
    assertThat(EntityRules.fromJson(Files.readString(entities)).entities()).isEmpty();
    assertThat(terminal.out()).doesNotContain("Kinds of items");
    assertThat(terminal.err()).contains("No kinds of items were found");
  }

  @Test
  void damagedExportIsExitThreeAndTheFileIsNamed() throws IOException {
    Path damaged = DemoExport.copyTo(directory.resolve("damaged"));
    String file = "k3x5q7m2n4p6r7t2v4w6y7z2a4.json.gz";
    byte[] bytes = Files.readAllBytes(damaged.resolve("data").resolve(file));
    bytes[bytes.length / 2] ^= 1;
    Files.write(damaged.resolve("data").resolve(file), bytes);
    assertThat(terminal.run("inspect", damaged.toString())).isEqualTo(3);
    assertThat(terminal.err()).contains("error: Cannot ", file).doesNotContain("\tat ");
    assertThat(terminal.out()).isEmpty();
  }

  @Test
  void missingExportIsExitThree() {
    assertThat(terminal.run("inspect", directory.resolve("nothing").toString())).isEqualTo(3);
    assertThat(terminal.err()).startsWith("error: Cannot ").contains("nothing");
  }

  @Test
  void lineThatIsNoItemIsExitFour() throws IOException {
    Path folder = Files.createDirectories(directory.resolve("bad"));
    Files.writeString(folder.resolve("a.json"), "{\"Item\":{\"pk\":{\"S\":\"secret\"}}}\nsecret\n");
    assertThat(terminal.run("inspect", folder.toString())).isEqualTo(4);
    assertThat(terminal.err())
        .contains(
            "error: ", "a.json", "; set bad lines aside with flatten --on-bad-record quarantine")
        .doesNotContain("secret", "DROPMALFORMED");
  }
}
