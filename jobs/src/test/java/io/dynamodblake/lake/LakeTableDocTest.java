package io.dynamodblake.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code docs/lake-table.md} says is what is written. */
class LakeTableDocTest extends LakeTest {
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private final String page;

  LakeTableDocTest() throws Exception {
    page = Files.readString(Path.of("..", "docs", "lake-table.md"));
  }

  /** What stands under a heading, up to the next one. */
  private String section(String heading) {
    int start = page.indexOf("\n" + heading + "\n");
    assertThat(start).as(heading).isNotNegative();
    int end = page.indexOf("\n#", start + heading.length());
    return page.substring(start, end < 0 ? page.length() : end);
  }

  /** The cells of the only table under a heading, without its first two lines. */
  private List<List<String>> table(String heading) {
    List<List<String>> rows =
        section(heading)
            .lines()
            .filter(line -> line.startsWith("|"))
            .map(line -> List.of(line.substring(2, line.length() - 2).split(" \\| ")))
            .toList();
    assertThat(rows.get(1)).as(heading).allMatch(cell -> cell.matches("[-|]+"));
    return rows.subList(2, rows.size());
  }

  private static List<String> code(String text) {
    return CODE.matcher(text).results().map(match -> match.group(1)).toList();
  }

  private static List<String> keys(JsonNode tree) {
    List<String> keys = new ArrayList<>();
    tree.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  @Test
  void theExampleSchemaIsOneAndPrintedAsWePrint() {
    Matcher block =
        Pattern.compile("```json\n(.*?)```", Pattern.DOTALL).matcher(section("## schema.json"));
    assertThat(block.find()).isTrue();

    TableSchema schema = TableSchemaJson.fromJson(block.group(1));

    assertThat(schema.writtenColumns()).hasSize(8);
    assertThat(TableSchemaJson.toJson(schema)).isEqualTo(block.group(1));
  }

  @Test
  void theKeysOfThePointerAreTheRowsOfItsTable() {
    CurrentPointer pointer =
        new CurrentPointer(
            "orders",
            new TableFacts(Optional.of("arn:t"), Optional.of("id"), Optional.of(Instant.EPOCH)),
            Ledger.begin(PublishedSnapshots.example("e1.1"), 1)
                .withHistory(
                    List.of(new HistoryPart("r-0", "e1", "f", 1, 1, 9, "g", List.of("2026-11-18"))),
                    Optional.of(new IcebergVersion(Optional.empty(), "u", 7))),
            PublishedSnapshots.example("e1.1"),
            List.of(PublishedSnapshots.example("e0.1").asEarlier(), EarlierSnapshot.named("e")));
    JsonNode tree = JsonDocuments.parseObject(pointer.toJson()).orElseThrow();

    List<String> told =
        table("### current.json").stream().flatMap(row -> code(row.get(0)).stream()).toList();

    assertThat(told).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(keys(tree));
    assertThat(table("### current.json").get(0).get(1))
        .isEqualTo(
            "`%s`, %d".formatted(tree.path("format").asText(), tree.path("formatVersion").asInt()));
    assertThat(CurrentPointer.fromJson(pointer.toJson(), "here")).isEqualTo(pointer);
  }

  private static final Set<String> OF_APPLY = Set.of("changes", "archive");

  @Test
  void theCountsOfChangesAndArchivesAreTheKeysOfTheirRecords() {
    Map<String, List<String>> told = new LinkedHashMap<>();
    table("### Run reports").forEach(row -> told.put(code(row.get(0)).get(0), code(row.get(1))));

    assertThat(told.get("changes")).containsAll(names(RunReport.Changes.class));
    assertThat(told.get("archive")).containsAll(names(RunReport.Archive.class));
  }

  private static List<String> names(Class<?> type) {
    return Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
  }

  @Test
  void thePartsOfARunReportAreTheRowsOfItsTable() {
    flatten(options(export().file(item("a"), "no item").write()).quarantiningAtMost(1));
    Path runs = lake().resolve("_dynamodb/runs");
    JsonNode report = json(runs.resolve(filesBelow(runs).get(0)));
    Map<String, List<String>> told = new LinkedHashMap<>();
    table("### Run reports")
        .forEach(row -> told.put(code(row.get(0)).get(0), code(row.get(1).split("\\(")[0])));

    List<String> parts =
        keys(report).stream().filter(key -> report.path(key).isContainerNode()).toList();

    assertThat(told.keySet().stream().filter(key -> !OF_APPLY.contains(key)).toList())
        .isEqualTo(parts);
    assertThat(
            code(
                table("### Run reports").stream()
                    .filter(row -> row.get(0).equals("`counts`"))
                    .toList()
                    .get(0)
                    .get(1)
                    .replaceAll("\\(.*?\\)", "")))
        .containsExactlyElementsOf(keys(report.path("counts")));
    assertThat(report.path("inputs")).hasSize(1);
    assertThat(keys(report.path("schema"))).containsExactly("source", "columns", "notes");
    assertThat(code(section("### Run reports")))
        .as("the status of this run is one that the page knows")
        .contains(report.path("status").asText());
  }

  @Test
  void aLineOfTheQuarantineHasTheKeysThatThePageNames() {
    flatten(options(export().file(item("a"), "no item").write()).quarantiningAtMost(1));
    Path quarantine = lake().resolve("_dynamodb/quarantine");
    JsonNode line = json(quarantine.resolve(filesBelow(quarantine).get(0)));
    String sentence =
        section("### Quarantine")
            .split("becomes one JSON line with ")[1]
            .split("\\. More of them")[0];

    assertThat(code(sentence)).isEqualTo(keys(line));
  }

  @Test
  void thePartitionFieldsOfThePageBecomeTheColumnsAndValuesThatItSays() {
    List<List<String>> rows = table("## Partitions");
    List<String> fields = rows.stream().map(row -> code(row.get(0)).get(0)).toList();
    Path export =
        export()
            .file(
                item(
                    "a",
                    "\"status\":{\"S\":\"open\"}",
                    "\"created\":{\"S\":\"2026-11-18T03:20:00.000Z\"}"))
            .write();

    flatten(options(export).partitionedBy(fields));

    List<String> expected = new ArrayList<>();
    for (List<String> row : rows) {
      List<String> values = code(row.get(2));
      expected.add(code(row.get(1)).get(0) + "=" + (values.isEmpty() ? "..." : values.get(0)));
    }
    List<String> folders = List.of(dataFiles().get(0).split("/"));
    assertThat(
            folders.subList(0, folders.size() - 1).stream()
                .map(folder -> folder.replaceAll("^(status|pk_bucket)=.*", "$1=...")))
        .containsExactlyElementsOf(expected);
    assertThat(folders).contains("status=open").anyMatch(name -> name.matches("pk_bucket=\\d+"));
  }

  @Test
  void aLakeTableHasTheFilesOfThePicture() {
    Path export =
        export()
            .file(item("a", "\"created\":{\"S\":\"2026-11-18T03:20:00.000Z\"}"), "no item")
            .write();
    flatten(
        options(export)
            .partitionedBy(List.of("day(created)"))
            .inDatabase("shop")
            .quarantiningAtMost(1));

    List<String> folders = new ArrayList<>();
    List<String> drawn = new ArrayList<>();
    for (String line :
        section("## Layout").lines().filter(line -> line.startsWith("    ")).toList()) {
      int depth = (line.length() - line.stripLeading().length() - 4) / 2;
      String name = line.strip().split("  ")[0];
      folders = new ArrayList<>(folders.subList(0, Math.min(depth, folders.size())));
      folders.add(name);
      if (!name.endsWith("/")) {
        drawn.add(String.join("", folders.subList(1, folders.size())));
      }
    }
    // flatten takes no archive of a stream, which is the only reason for this one
    assertThat(drawn.removeIf(file -> file.startsWith("_dynamodb/changes/"))).isTrue();
    // beside them there is what keeps writers apart, which differs by store
    assertThat(
            filesBelow(lake()).stream()
                .filter(file -> !file.endsWith(".lock"))
                .map(LakeTableDocTest::withoutWhatChanges))
        .containsExactlyInAnyOrderElementsOf(
            drawn.stream().map(LakeTableDocTest::withoutWhatChanges).toList());
  }

  private static String withoutWhatChanges(String path) {
    return path.replaceAll("\\d{8}T\\d{6}Z-[0-9a-f]{8}", "RUN")
        .replaceAll("^(snapshot=[^/]*)\\.[0-9a-f]{8}/", "$1.RUN/")
        .replaceAll("/part-.*\\.zstd\\.parquet$", "/part-*.zstd.parquet")
        .replaceAll("(quarantine/RUN)/.*\\.jsonl$", "$1/*.jsonl");
  }
}
