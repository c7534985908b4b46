package io.dynamodblake.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.TableSetting;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.testing.DocumentSchemas;
import io.dynamodblake.testing.Documents;
import io.dynamodblake.testing.RandomSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The JSON Schemas in {@code docs/schemas}: those of all documents, by the list of their keys. What
 * tests write is judged by them wherever {@link Documents} reads it.
 */
class DocumentSchemasTest {
  /** What begins with no envelope, and what the schemas share. */
  private static final List<String> OTHERS =
      List.of("common", "quarantine-line", "set-aside-row", "table-schema");

  private static final Path INSPECTION = Path.of("src/test/resources/golden/inspect-demo.json");
  private static final Path LAKE_TABLE_PAGE = Path.of("..", "docs", "lake-table.md");
  private static final Pattern EXAMPLE =
      Pattern.compile("```json\n(\\{.*?\n\\})\n```", Pattern.DOTALL);

  private static final String COLUMN =
      """
      {"format": "dynamodb-lake-schema", "version": 1, "table": "t", "keys": [],
       "columns": [{"name": "a", "attribute": "a", "descriptor": "S", %s}]}
      """;

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static ObjectNode inspection() throws IOException {
    return (ObjectNode) JsonDocuments.parseStrictly(Files.readString(INSPECTION));
  }

  private static List<String> faultsOfColumn(String members) throws JsonProcessingException {
    return DocumentSchemas.faults(
        "table-schema", JsonDocuments.parseStrictly(COLUMN.formatted(members)));
  }

  @Test
  void everySchemaIsOneOfDraft202012() {
    DocumentSchemas.all()
        .forEach(
            (name, schema) -> {
              assertThat(schema.path("$schema").asText())
                  .as(name)
                  .isEqualTo("https://json-schema.org/draft/2020-12/schema");
              assertThat(DocumentSchemas.faultsOf(schema)).as(name).isEmpty();
              assertThat(DocumentSchemas.faults(name, JsonDocuments.object()))
                  .as("%s: all that it refers to is there", name)
                  .isNotNull();
            });
  }

  @Test
  void everyDocumentOfTheListHasASchemaAndNothingElseHas() {
    TreeSet<String> expected = new TreeSet<>(Documents.kinds().keySet());
    expected.addAll(OTHERS);

    assertThat(DocumentSchemas.all().keySet()).containsExactlyElementsOf(expected);
  }

  @Test
  void aSchemaHasTheKeysOfTheListInTheirOrderAndRequiresThoseThatAreAlwaysThere() {
    Documents.kinds()
        .forEach(
            (name, kind) -> {
              List<String> keys = new ArrayList<>(List.of("format", "formatVersion"));
              List<String> required = new ArrayList<>(keys);
              for (String key : kind.keys()) {
                keys.add(key.replace("?", ""));
                if (!key.endsWith("?")) {
                  required.add(key);
                }
              }
              JsonNode schema = DocumentSchemas.all().get(name);
              List<String> properties = new ArrayList<>();
              schema.path("properties").fieldNames().forEachRemaining(properties::add);

              assertThat(properties).as(name).isEqualTo(keys);
              assertThat(texts(schema.path("required"))).as(name).isEqualTo(required);
              assertThat(schema.at("/properties/format/const").asText())
                  .isEqualTo("dynamodb-lake/" + name);
              assertThat(schema.at("/properties/formatVersion/const").asInt())
                  .as(name)
                  .isEqualTo(kind.version());
            });
  }

  @Test
  void everySettingOfATableIsKnown() {
    assertThat(texts(DocumentSchemas.all().get("common").at("/$defs/setting/enum")))
        .isEqualTo(Arrays.stream(TableSetting.values()).map(TableSetting::key).toList());
  }

  @Test
  void whatIsBrokenIsRefused() throws IOException {
    assertThat(DocumentSchemas.faults("inspection", inspection())).isEmpty();
    for (String key : texts(DocumentSchemas.all().get("inspection").path("required"))) {
      assertThat(DocumentSchemas.faults("inspection", inspection().without(key)))
          .as("without %s", key)
          .hasSize(1);
    }
    assertThat(DocumentSchemas.faults("inspection", inspection().put("formatVersion", 2)))
        .hasSize(1);
    assertThat(DocumentSchemas.faults("inspection", inspection().put("items", "1000"))).hasSize(1);
    ObjectNode lateExport = inspection();
    ((ObjectNode) lateExport.path("export")).put("exportTime", "yesterday");
    assertThat(DocumentSchemas.faults("inspection", lateExport)).hasSize(1);
    ObjectNode place = inspection();
    ((ObjectNode) place.path("places").get(0).path("descriptors")).put("X", 1);
    assertThat(DocumentSchemas.faults("inspection", place)).hasSize(1);
  }

  @Test
  void aKeyOfALaterReleaseIsAllowed() throws IOException {
    ObjectNode later = inspection().put("somethingNew", 1);
    ((ObjectNode) later.path("export")).put("somethingNew", 1);

    assertThat(DocumentSchemas.faults("inspection", later)).isEmpty();
  }

  @Test
  void whateverSchemaIsWrittenForATableObeysItsSchema() throws JsonProcessingException {
    Random random = new Random(18);
    for (int i = 0; i < 100; i++) {
      String text = TableSchemaJson.toJson(RandomSchemas.next(random));
      assertThat(DocumentSchemas.faults("table-schema", JsonDocuments.parseStrictly(text)))
          .as(text)
          .isEmpty();
    }
  }

  @Test
  void theExampleOfThePageObeysTheSchemaOfTables() throws IOException {
    int examples = 0;
    for (MatchResult example :
        EXAMPLE.matcher(Files.readString(LAKE_TABLE_PAGE)).results().toList()) {
      if (example.group(1).contains("\"dynamodb-lake-schema\"")) {
        JsonNode schema = JsonDocuments.parseStrictly(example.group(1));
        assertThat(DocumentSchemas.faults("table-schema", schema)).isEmpty();
        examples++;
      }
    }
    assertThat(examples).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      value = {
        "\"type\": \"string\"",
        "\"type\": \"timestamp\", \"from\": \"rfc-1123\"",
        "\"type\": \"date\", \"format\": \"dd.MM.uuuu\"",
        "\"type\": \"string\", \"protect\": \"mask\", \"drop\": true",
        "\"type\": \"json\", \"fields\": [{\"name\": \"b\", \"attribute\": \"B\", \"descriptor\": \"N\", \"type\": \"decimal(9,2)\"}]"
      })
  void anEditThatFlattenTakesIsTaken(String members) throws JsonProcessingException {
    TableSchemaJson.fromJson(COLUMN.formatted(members));

    assertThat(faultsOfColumn(members)).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      value = {
        "\"type\": \"text\"",
        "\"type\": \"decimal(9)\"",
        "\"type\": \"string\", \"from\": \"iso-8601\"",
        "\"type\": \"timestamp\", \"from\": \"iso8601\"",
        "\"type\": \"timestamp\", \"from\": \"iso-8601\", \"format\": \"dd.MM.uuuu\"",
        "\"type\": \"array\"",
        "\"type\": \"json\", \"fields\": []",
        "\"type\": \"string\", \"protect\": \"encrypt\"",
        "\"type\": \"string\", \"drop\": \"yes\"",
        "\"type\": \"string\", \"dorp\": true",
        "\"type\": \"json\", \"fields\": [{\"name\": \"b\", \"attribute\": \"B\", \"descriptor\": \"N\", \"type\": \"bigint\", \"drop\": true}]"
      })
  void anEditThatFlattenRefusesIsRefused(String members) throws JsonProcessingException {
    assertThatThrownBy(() -> TableSchemaJson.fromJson(COLUMN.formatted(members)))
        .isInstanceOf(DataRefusedException.class);

    assertThat(faultsOfColumn(members)).isNotEmpty();
  }

  @Test
  void aTableSchemaMayNameItsSchemaForEditors() throws JsonProcessingException {
    String named =
        COLUMN
            .formatted("\"type\": \"string\"")
            .replaceFirst("\\{", "{\"\\$schema\": \"table-schema.schema.json\", ");

    assertThat(TableSchemaJson.toJson(TableSchemaJson.fromJson(named)))
        .isEqualTo(
            TableSchemaJson.toJson(
                TableSchemaJson.fromJson(COLUMN.formatted("\"type\": \"string\""))));
    assertThat(DocumentSchemas.faults("table-schema", JsonDocuments.parseStrictly(named)))
        .isEmpty();
  }
}
