package io.dynamodblake.lake.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.conf.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What describes a table, on its way from beside an export to the request of an import. */
class RestoreSettingsTest extends RestoreRuns {
  private static final String BY_DAY =
      "{'IndexName':'by-day','KeySchema':[{'AttributeName':'day','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}}";
  private static final String DESCRIBED =
      ("{'format':'dynamodb-lake/table-settings','formatVersion':1,'tableArn':'arn:aws:dynamodb:eu-west-1:111122223333:table/Orders','describedAt':'2026-11-18T03:20:00Z','settings':{"
              + "'keySchema':[{'AttributeName':'pk','KeyType':'HASH'}],"
              + "'attributeDefinitions':[{'AttributeName':'day','AttributeType':'S'},{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'total','AttributeType':'N'}],"
              + "'globalSecondaryIndexes':[%s],"
              + "'localSecondaryIndexes':[{'IndexName':'by-total'}]},'notKnown':{}}")
          .formatted(BY_DAY)
          .replace('\'', '"');

  /** A lake table, made of an export that has what describes its table beside it. */
  private Path lakeTable(boolean knowsKeys) throws IOException {
    Path export = export().items(List.of(item("a"), item("b")), 1).write();
    Files.writeString(export.resolve("table.json"), DESCRIBED);
    flatten(knowsKeys ? lakeOptions(export).withKeys(PK) : lakeOptions(export));
    return export;
  }

  private JsonNode made() {
    return json(target().resolve("import-table.json")).path("TableCreationParameters");
  }

  @Test
  void requestGetsIndexesAndKeysOfTheTableThatTheExportCameFrom() throws IOException {
    Path export = lakeTable(false);

    RestoreReport report = new Wanted().run();

    assertThat(made().path("GlobalSecondaryIndexes").toString())
        .isEqualTo("[" + BY_DAY.replace('\'', '"') + "]");
    assertThat(made().path("KeySchema").toString())
        .isEqualTo("[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"}]");
    assertThat(made().path("AttributeDefinitions").toString())
        .isEqualTo(
            "[{\"AttributeName\":\"pk\",\"AttributeType\":\"S\"},{\"AttributeName\":\"day\",\"AttributeType\":\"S\"}]");
    assertThat(target().resolve("table.json")).hasContent(DESCRIBED);
    assertThat(report.settings())
        .hasSize(2)
        .anyMatch(text -> text.endsWith(export.getFileName() + "/table.json"))
        .contains(
            "no import makes local indexes (by-total); create a table with them and load the files into it");
    assertThat(new Wanted().run().status()).isEqualTo(RestoreReport.Status.UNCHANGED);
  }

  @Test
  void indexesOfAFileWinAndNoneTakesNone() throws IOException {
    lakeTable(true);
    Path file = temp.resolve("indexes.json");
    Files.writeString(
        file,
        "{\"AttributeDefinitions\":[{\"AttributeName\":\"city\",\"AttributeType\":\"S\"}],\"GlobalSecondaryIndexes\":[%s]}"
            .formatted(
                BY_DAY.replace("by-day", "by-city").replace("day", "city").replace('\'', '"')));
    Wanted wanted = new Wanted();
    wanted.indexes = Optional.of(file.toString());
    wanted.run();
    assertThat(made().at("/GlobalSecondaryIndexes/0/IndexName").asText()).isEqualTo("by-city");

    Files.move(target(), temp.resolve("first"));
    wanted = new Wanted();
    wanted.settings = Optional.of("none");
    assertThat(wanted.run().settings()).isEmpty();
    assertThat(made().has("GlobalSecondaryIndexes")).isFalse();
    assertThat(target().resolve("table.json")).doesNotExist();
  }

  @Test
  void fileOfTheOptionIsReadAndSaidByItsNameIfItIsWrong() throws IOException {
    Files.delete(lakeTable(true).resolve("table.json"));
    Path file = temp.resolve("edited.json");
    Wanted wanted = new Wanted();
    wanted.settings = Optional.of(file.toString());

    assertThatThrownBy(wanted::run)
        .isInstanceOf(UsageException.class)
        .hasMessage("Cannot read --settings: there is no file " + file);
    Files.writeString(
        file,
        DESCRIBED.replace(
            "\"AttributeName\":\"day\",\"AttributeType\"",
            "\"AttributeName\":\"dag\",\"AttributeType\""));
    assertThatThrownBy(wanted::run)
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot use the file of --settings: key attribute 'day' of an index is not defined; see docs/restore.md for an example");
    Files.writeString(file, DESCRIBED);
    wanted.run();
    assertThat(made().path("GlobalSecondaryIndexes")).hasSize(1);
  }
}
