package io.dynamodblake.lake.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.OnBadRecord;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.write.ImportCompression;
import io.dynamodblake.spark.write.ImportFormat;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** {@code restore --format csv}. */
class RestoreCsvTest extends LakeTest {
  private static final List<KeyAttribute> PK = List.of(new KeyAttribute("pk", Descriptor.S));

  private Path target() {
    return temp.resolve("import");
  }

  private RestoreOptions.Builder restore(Path from) {
    return RestoreOptions.builder(from.toString(), target().toString(), "Orders")
        .as(ImportFormat.CSV)
        .inBucket(Optional.of("acme-import"));
  }

  private RestoreReport run(RestoreOptions.Builder options) {
    return new Restore(spark, options.build()).run(ReadProgress.NONE);
  }

  /**
   * The items that DynamoDB makes of the files by the request: an empty field is no attribute, what
   * the request defines has its type, all else is a string.
   */
  private Set<Map<String, String>> imported(ImportCompression compression) throws IOException {
    JsonNode request = json(target().resolve("import-table.json"));
    JsonNode csv = request.path("InputFormatOptions").path("Csv");
    Map<String, String> types = new LinkedHashMap<>();
    request
        .path("TableCreationParameters")
        .path("AttributeDefinitions")
        .forEach(
            one ->
                types.put(one.path("AttributeName").asText(), one.path("AttributeType").asText()));
    CsvParserSettings settings = new CsvParserSettings();
    settings.getFormat().setDelimiter(csv.path("Delimiter").asText().charAt(0));
    settings.getFormat().setLineSeparator("\n");
    settings.getFormat().setComment('\1');
    settings.setIgnoreLeadingWhitespaces(false);
    settings.setIgnoreTrailingWhitespaces(false);
    Set<Map<String, String>> items = new HashSet<>();
    for (String file : filesBelow(target().resolve("data"))) {
      assertThat(file).matches("part-[^/]*\\.csv" + compression.extension());
      try (InputStream stored = Files.newInputStream(target().resolve("data").resolve(file))) {
        InputStreamReader text =
            new InputStreamReader(compression.decompress(stored), StandardCharsets.UTF_8);
        for (String[] line : new CsvParser(settings).parseAll(text)) {
          assertThat(line).hasSize(csv.path("HeaderList").size());
          Map<String, String> item = new LinkedHashMap<>();
          for (int i = 0; i < line.length; i++) {
            String name = csv.path("HeaderList").path(i).asText();
            if (line[i] != null && !line[i].isEmpty()) {
              item.put(name, types.getOrDefault(name, "S") + " " + line[i]);
            }
          }
          assertThat(items.add(item)).isTrue();
        }
      }
    }
    return items;
  }

  @Test
  void csvComesBackAsTheItemsThatDynamoDbReadsOfIt() throws Exception {
    Path orders = temp.resolve("orders.csv");
    StringBuilder text = new StringBuilder("pk,at,Note,zip\n");
    Set<Map<String, String>> items = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      Map<String, String> item = new LinkedHashMap<>(Map.of("pk", "S k" + i, "at", "N " + i));
      text.append('k').append(i).append(',').append(i).append(',');
      if (i % 3 > 0) {
        text.append(i % 3 == 1 ? "\" a, \"\"b\"\" é\"" : "plain");
        item.put("Note", i % 3 == 1 ? "S  a, \"b\" é" : "S plain");
      }
      text.append(',');
      if (i % 2 == 0) {
        text.append("00").append(i);
        item.put("zip", "S 00" + i);
      }
      text.append('\n');
      items.add(item);
    }
    Files.writeString(orders, text);

    RestoreReport report =
        run(
            restore(orders)
                .from(RestoreOptions.Source.CSV)
                .withKeys(List.of(PK.get(0), new KeyAttribute("at", Descriptor.N)))
                .compressedAs(ImportCompression.ZSTD)
                .withTargetFileBytes(2_000));

    assertThat(imported(ImportCompression.ZSTD)).isEqualTo(items);
    assertThat(report.files()).isGreaterThan(1);
    JsonNode request = json(target().resolve("import-table.json"));
    assertThat(request.path("InputFormat").asText()).isEqualTo("CSV");
    assertThat(request.path("InputFormatOptions").toString())
        .isEqualTo(
            "{\"Csv\":{\"Delimiter\":\",\",\"HeaderList\":[\"pk\",\"at\",\"Note\",\"zip\"]}}");
    assertThat(json(target().resolve("restore-report.json")).path("output").path("format").asText())
        .isEqualTo("csv");
  }

  @Test
  void rowsThatCsvCannotCarryAreCountedOrSetAside() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      lines.add(item("p" + i, "\"a\":{\"S\":\"x\"}"));
    }
    lines.add(item("null", "\"a\":{\"NULL\":true}"));
    lines.add(item("empty", "\"a\":{\"S\":\"\"}"));
    lines.add(item("break", "\"a\":{\"S\":\"secret\\nsecret\"}"));
    lines.add(item("number", "\"a\":{\"N\":\"1\"}"));
    lines.add(item("list", "\"a\":{\"L\":[{\"S\":\"x\"}]}"));
    lines.add(item("absent"));
    flatten(options(export().file(lines).write()).withKeys(PK));

    assertThatThrownBy(() -> run(restore(lake())))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageStartingWith(
            "Cannot restore: 5 of 306 rows cannot be written as items that DynamoDB takes: ")
        .hasMessageContaining("attribute a is NULL, which CSV cannot say (1 row, first part-")
        .hasMessageContaining("attribute a is N, which CSV cannot say (1 row, ")
        .hasMessageContaining("attribute a is L, which CSV cannot say (1 row, ")
        .hasMessageContaining("a line break in attribute a, ")
        .hasMessageContaining("attribute a is the empty text, ")
        .hasMessageNotContaining("secret");
    assertThat(filesBelow(target())).containsExactly("restore-report.json");

    RestoreReport report = run(restore(lake()).onInvalid(OnBadRecord.QUARANTINE));
    assertThat(report.items()).isEqualTo(301);
    assertThat(report.quarantined()).isEqualTo(5);
    assertThat(imported(ImportCompression.GZIP))
        .hasSize(301)
        .contains(Map.of("pk", "S absent"), Map.of("pk", "S p7", "a", "S x"));
    Set<String> setAside = new TreeSet<>();
    for (String file : filesBelow(target().resolve("quarantine"))) {
      for (String line : Files.readAllLines(target().resolve("quarantine").resolve(file))) {
        setAside.add(line.replaceFirst(".*\"item\":", ""));
      }
    }
    assertThat(setAside)
        .hasSize(5)
        .contains("{\"pk\":{\"S\":\"break\"},\"a\":{\"S\":\"secret\\nsecret\"}}}");
  }

  @Test
  void everyColumnThatCsvCannotCarryIsNamedBeforeAnythingIsWritten() throws Exception {
    flatten(
        options(
                export()
                    .file(
                        item(
                            "p",
                            "\"n\":{\"N\":\"1\"}",
                            "\"tags\":{\"SS\":[\"x\"]}",
                            "\"ok\":{\"BOOL\":true}",
                            "\"b\":{\"B\":\"AA==\"}",
                            "\"m\":{\"M\":{\"x\":{\"S\":\"x\"}}}",
                            "\"note\":{\"S\":\"x\"}"))
                    .write())
            .withKeys(PK));

    assertThatThrownBy(() -> run(restore(lake())))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(
            "Cannot restore as CSV, of which an import makes strings, and numbers for keys: ")
        .hasMessageContaining("n (N)")
        .hasMessageContaining("tags (SS)")
        .hasMessageContaining("ok (BOOL)")
        .hasMessageContaining("b (B)")
        .hasMessageContaining("m (M)")
        .hasMessageNotContaining("note")
        .hasMessageEndingWith("; give --format dynamodb-json or ion");
    assertThat(target()).doesNotExist();
  }

  @Test
  void aNumberIsCarriedWhereAnIndexHasItForAKey() throws Exception {
    flatten(
        options(export().file(item("p", "\"total\":{\"N\":\"-1.50\"}"), item("q")).write())
            .withKeys(PK));
    Path indexes =
        Files.writeString(
            temp.resolve("indexes.json"),
            """
            {"AttributeDefinitions": [{"AttributeName": "total", "AttributeType": "N"}],
             "GlobalSecondaryIndexes": [{"IndexName": "by-total",
               "KeySchema": [{"AttributeName": "total", "KeyType": "HASH"}],
               "Projection": {"ProjectionType": "ALL"}}]}
            """);
    run(restore(lake()).withIndexesFile(Optional.of(indexes.toString())));

    assertThat(imported(ImportCompression.GZIP))
        .containsExactlyInAnyOrder(Map.of("pk", "S p", "total", "N -1.5"), Map.of("pk", "S q"));
  }
}
