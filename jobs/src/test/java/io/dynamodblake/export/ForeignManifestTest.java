package io.dynamodblake.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.io.hadoop.HadoopConfiguration;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.testing.ExportFixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manifests that others than DynamoDB wrote, or reformatted. */
class ForeignManifestTest {
  private static final String A = "{\"Item\":{\"id\":{\"S\":\"a\"}}}";
  private static final ExportSelection NEWEST = ExportSelection.newest();
  private static final String NEW = "01731900000000-0a1b2c3d";

  @TempDir Path temp;

  private final HadoopObjectStore local =
      new HadoopConfiguration(new Configuration(false)).connect();

  private ExportManifest locate(String path, ExportSelection selection) throws IOException {
    return new ExportLocator(local, ReadOptions.defaults()).locate(path, selection);
  }

  private ExportManifest counting(Path folder) throws IOException {
    return new ExportLocator(local, ReadOptions.defaults().withVerify(Verify.COUNTS))
        .locate(folder.toString(), NEWEST);
  }

  @Test
  void exportsThatOthersWroteAreRefusedWithAWayToReadThem() throws IOException {
    for (String field : List.of("exportArn", "tableArn", "exportTime", "manifestFilesS3Key")) {
      Path lacking =
          ExportFixture.in(temp.resolve(field)).file(A).summaryField(field, null).write();
      assertThatThrownBy(() -> locate(lacking.toString(), NEWEST))
          .hasMessageContaining(field + " is missing, in file:" + lacking + "; export again, or")
          .hasMessageEndingWith("use --verify counts to check the numbers of items alone");
      ExportManifest manifest = counting(lacking);
      assertThat(manifest.exportId()).isEqualTo(NEW);
      assertThat(manifest.hasManifest()).isTrue();
      assertThat(manifest.warnings())
          .contains("The manifest does not say " + field + ", as those of DynamoDB do")
          .hasSize(field.equals("manifestFilesS3Key") ? 2 : 1);
      assertThat(DataLines.of(local, manifest)).containsExactly(A);
    }
    Path unsummed = ExportFixture.in(temp.resolve("b")).file(A).md5(0, "").write();
    assertThatThrownBy(() -> locate(unsummed.toString(), NEWEST))
        .hasMessageEndingWith("use --verify counts to check the numbers of items alone");
    assertThat(DataLines.of(local, counting(unsummed))).containsExactly(A);
  }

  @Test
  void countsAreCheckedAloneWhereManifestsWereReformatted() throws IOException {
    Path folder =
        ExportFixture.in(temp).file(A).wrongSummaryChecksum().wrongFilesChecksum().write();
    assertThatThrownBy(() -> locate(folder.toString(), NEWEST))
        .hasMessageContaining("but its checksum object says")
        .hasMessageContaining(
            "; export again, or, if others than DynamoDB wrote or reformatted it");
    ExportManifest manifest = counting(folder);
    assertThat(manifest.warnings()).isEmpty();

    Path wrong = ExportFixture.in(temp.resolve("wrong")).file(A).wrongSum(1).write();
    assertThatThrownBy(() -> counting(wrong))
        .hasMessageContaining("item count 1 in sum over manifest-files.json")
        .hasMessageContaining("; copy it again or export again");
  }

  /** As other programs write it: the least there can be, in a folder of any name. */
  private Path foreign(String name, String summaryFields, String files) throws IOException {
    Path folder = Files.createDirectories(temp.resolve(name));
    Files.writeString(
        folder.resolve("manifest-summary.json"),
        "{\n  \"version\": \"2020-06-30\",\n  \"outputFormat\": \"DYNAMODB_JSON\","
            + summaryFields
            + "}");
    Files.writeString(folder.resolve("manifest-files.json"), files);
    Files.createDirectories(folder.resolve("data"));
    Files.write(
        folder.resolve("data/part-0.json.gz"),
        ExportFixture.gzip((A + "\n").getBytes(StandardCharsets.UTF_8)));
    return folder;
  }

  @Test
  void theLeastManifestIsReadByItsCountsWhereverItsKeysBegin() throws IOException {
    Map<String, String> keys =
        Map.of(
            "manifest-files.json", "data/part-0.json.gz",
            "dump/manifest-files.json", "dump/data/part-0.json.gz",
            "exports/dump/manifest-files.json", "data/part-0.json.gz",
            "AWSDynamoDB/dump/manifest-files.json", "dump/data/part-0.json.gz",
            "nightly/AWSDynamoDB/dump/manifest-files.json", "AWSDynamoDB/dump/data/part-0.json.gz");
    for (Map.Entry<String, String> key : keys.entrySet()) {
      Path folder =
          foreign(
              "dump",
              "\"manifestFilesS3Key\":\"" + key.getKey() + "\",\"itemCount\":1",
              "{\"itemCount\":1,\"dataFileS3Key\":\"" + key.getValue() + "\"}");
      ExportManifest manifest = counting(folder);
      assertThat(manifest.exportId()).isEqualTo("dump");
      assertThat(manifest.tableName()).isEmpty();
      assertThat(manifest.exportTime()).isEmpty();
      assertThat(manifest.files()).allMatch(file -> file.length() > 20);
      assertThat(DataLines.of(local, manifest)).as(key.toString()).containsExactly(A);
    }
  }

  @Test
  void whatToolsMakeOfTheLinesIsReadByItsCounts() throws IOException {
    String entry =
        "{\"itemCount\":%s,\"md5Checksum\":null,\"dataFileS3Key\":\"data/part-0.json.gz\"}";
    String one = entry.formatted(1);
    for (String files :
        List.of(one, "[" + one + "]\n", one.replace(",", ",\n  "), "[\n\n" + one + "]")) {
      Path folder = foreign("dump", "\"itemCount\":1", files);
      assertThat(DataLines.of(local, counting(folder))).as(files).containsExactly(A);
    }
    Path listed =
        foreign(
            "listed",
            "\"itemCount\":1,\"tableArn\":\"%s\",\"exportArn\":\"%s/export/x\",\"exportTime\":\"2026-11-18T03:00:00Z\",\"manifestFilesS3Key\":\"manifest-files.json\""
                .formatted(
                    "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders",
                    "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"),
            "[" + one + "]");
    assertThatThrownBy(() -> locate(listed.toString(), NEWEST))
        .hasMessageContaining("the line is not a JSON object, at line 1")
        .hasMessageEndingWith("use --verify counts to check the numbers of items alone");
    Path unsaid = foreign("unsaid", "\"itemCount\":1", entry.formatted("null"));
    assertThatThrownBy(() -> counting(unsaid)).hasMessageContaining("itemCount is missing");
  }

  @Test
  void relativeKeysDoNotLeaveTheFolder() throws IOException {
    for (String key : List.of("../secret.json.gz", "/etc/passwd", "data/../../x.json.gz")) {
      Path folder =
          foreign("dump", "\"itemCount\":1", "{\"itemCount\":1,\"dataFileS3Key\":\"" + key + "\"}");
      assertThatThrownBy(() -> counting(folder))
          .isInstanceOf(ExportFormatException.class)
          .hasMessageContaining("nothing is read from such a place");
    }
  }

  @Test
  void anEmptyTableOfOthersIsAnEmptyTable() throws IOException {
    Path folder = foreign("dump", "\"itemCount\":0", "");
    ExportManifest manifest = counting(folder);
    assertThat(manifest.hasManifest()).isTrue();
    assertThat(manifest.itemCount()).isZero();
    assertThat(manifest.files()).isEmpty();
  }

  @Test
  void severalExportsThatDoNotSayWhatTheyAreOfAreNotChosenFrom() throws IOException {
    String files = "{\"itemCount\":1,\"dataFileS3Key\":\"data/part-0.json.gz\"}";
    foreign("AWSDynamoDB/monday", "\"itemCount\":1", files);
    assertThat(counting(temp).exportId()).isEqualTo("monday");
    foreign("AWSDynamoDB/tuesday", "\"itemCount\":1", files);
    assertThatThrownBy(() -> counting(temp))
        .hasMessageContaining("2 of 2 do not say of which table or time they are")
        .hasMessageContaining("choose by export id");
  }

  @Test
  void aManifestThatNamesTheKeysOfTheTableGivesThem() throws IOException {
    Map<String, List<String>> schemas =
        Map.of(
            "[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\",\"AttributeType\":\"S\"}]",
            List.of("pk:S"),
            "[{\"attributeName\":\"sk\",\"keyType\":\"RANGE\"},{\"attributeName\":\"pk\",\"keyType\":\"HASH\"}],"
                + "\"attributeDefinitions\":[{\"attributeName\":\"pk\",\"attributeType\":\"B\"},"
                + "{\"attributeName\":\"sk\",\"attributeType\":\"N\"}]",
            List.of("pk:B", "sk:N"),
            "[{\"attributeName\":\"pk\",\"keyType\":\"HASH\"}]",
            List.of(),
            "[]",
            List.of());
    for (Map.Entry<String, List<String>> schema : schemas.entrySet()) {
      Path folder = foreign("dump", "\"itemCount\":0,\"tableKeySchema\":" + schema.getKey(), "");
      ExportManifest manifest = counting(folder);
      assertThat(manifest.keys()).as(schema.getKey()).isEqualTo(schema.getValue());
      assertThat(manifest.warnings())
          .filteredOn(warning -> warning.contains("tableKeySchema"))
          .hasSize(schema.getValue().isEmpty() ? 1 : 0);
    }
  }
}
