package io.dynamodblake.lake.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.ion.IonRecordReader;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.write.ImportCompression;
import io.dynamodblake.spark.write.ImportFormat;
import io.dynamodblake.testing.RandomItems;
import io.dynamodblake.type.Descriptor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What comes back of a lake table, and into which folders. */
class RestoreTest extends RestoreRuns {
  private static List<String> randomItems(long seed, int count) {
    RandomItems items = RandomItems.plain(seed);
    List<String> lines = new ArrayList<>();
    while (lines.size() < count) {
      String line = items.line().replaceFirst("\"pk\":", "\"pk2\":");
      // DynamoDB has no empty attribute names
      if (!line.contains("\"\":") && !line.contains("\"pk\":")) {
        String comma = line.startsWith("{\"Item\":{}") ? "" : ",";
        lines.add(
            line.replaceFirst(
                "^\\{\"Item\":\\{", "{\"Item\":{\"pk\":{\"S\":\"k" + lines.size() + "\"}" + comma));
      }
    }
    return lines;
  }

  @ParameterizedTest
  @EnumSource(ImportCompression.class)
  void itemsComeBackEqualThroughParquet(ImportCompression compression) throws Exception {
    List<String> lines = randomItems(compression.ordinal(), 1_000);
    flatten(lakeOptions(export().items(lines, 3).write()).withKeys(PK));
    Wanted wanted = new Wanted();
    wanted.compression = compression;
    wanted.fileBytes = 20_000;

    RestoreReport report = wanted.run();

    List<String> restored = restoredLines(compression);
    assertThat(byKey(restored)).isEqualTo(byKey(lines));
    assertThat(report.items()).isEqualTo(1_000);
    assertThat(report.files())
        .isGreaterThan(1)
        .isEqualTo(filesBelow(target().resolve("data")).size());
  }

  @Test
  void itemsComeBackEqualAsIon() throws Exception {
    List<String> lines = randomItems(42, 1_000);
    flatten(lakeOptions(export().items(lines, 2).write()).withKeys(PK));
    Wanted wanted = new Wanted();
    wanted.format = ImportFormat.ION;

    wanted.run();

    assertThat(filesBelow(target().resolve("data")))
        .allMatch(name -> name.matches("part-[^/]*\\.ion\\.gz"));
    assertThat(json(target().resolve("import-table.json")).path("InputFormat").asText())
        .isEqualTo("ION");
    IonRecordReader reader = new IonRecordReader(1 << 20);
    List<String> restored = new ArrayList<>();
    for (String line : restoredLines(ImportCompression.GZIP)) {
      assertThat(line).startsWith("$ion_1_0 {Item:{");
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      reader.read(bytes, 0, bytes.length);
      restored.add(new String(reader.json(), 0, reader.length(), StandardCharsets.UTF_8).strip());
    }
    assertThat(byKey(restored)).isEqualTo(byKey(lines));
  }

  @Test
  void partitionColumnsComeBackFromTheirPaths() throws Exception {
    List<String> lines = new ArrayList<>();
    String[] values = {
      "{\"S\":\"\"}",
      "{\"S\":\"__HIVE_DEFAULT_PARTITION__\"}",
      "{\"S\":\"a/b %20=\\\" é\"}",
      "{\"S\":\"007\"}",
      "{\"S\":\" \"}",
      "{\"S\":\"2026-11\"}",
      "{\"N\":\"7\"}",
      "{\"NULL\":true}"
    };
    for (int i = 0; i < values.length; i++) {
      lines.add(item("p" + i, "\"status\":" + values[i], "\"n\":{\"N\":\"" + i + "\"}"));
    }
    lines.add(item("absent"));
    flatten(
        lakeOptions(export().file(lines).write())
            .withKeys(PK)
            .partitionedBy(List.of("status", "bucket(2,pk)")));

    new Wanted().run();

    assertThat(byKey(restoredLines(ImportCompression.GZIP))).isEqualTo(byKey(lines));
  }

  @Test
  void onlyDataLiesUnderThePrefixAndTheRequestPointsAtIt() throws Exception {
    flatten(
        lakeOptions(export().items(items(50), 2).write())
            .withKeys(List.of(PK.get(0), new KeyAttribute("n", Descriptor.N))));
    Path indexes = temp.resolve("indexes.json");
    Files.writeString(
        indexes,
        """
        {"AttributeDefinitions": [{"AttributeName": "status", "AttributeType": "S"}],
         "GlobalSecondaryIndexes": [{"IndexName": "by-status",
           "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
           "Projection": {"ProjectionType": "ALL"}}]}
        """);
    Wanted wanted = new Wanted();
    wanted.indexes = Optional.of(indexes.toString());

    RestoreReport report = wanted.run();

    assertThat(filesBelow(target().resolve("data")))
        .allMatch(name -> name.matches("part-[^/]*\\.json\\.gz"))
        .hasSize(report.files());
    assertThat(filesBelow(target()).stream().filter(name -> !name.startsWith("data/")))
        .containsExactly("import-table.json", "restore-report.json");
    JsonNode request = json(target().resolve("import-table.json"));
    assertThat(request.path("ClientToken").asText()).isNotEmpty();
    assertThat(request.path("S3BucketSource").toString())
        .isEqualTo("{\"S3Bucket\":\"acme-import\",\"S3KeyPrefix\":\"Orders-Restore/data/part-\"}");
    assertThat(request.path("InputFormat").asText()).isEqualTo("DYNAMODB_JSON");
    assertThat(request.path("InputCompressionType").asText()).isEqualTo("GZIP");
    assertThat(request.has("InputFormatOptions")).isFalse();
    assertThat(request.path("TableCreationParameters").toString())
        .isEqualTo(
            "{\"TableName\":\"Orders-Restore\",\"AttributeDefinitions\":["
                + "{\"AttributeName\":\"pk\",\"AttributeType\":\"S\"},"
                + "{\"AttributeName\":\"n\",\"AttributeType\":\"N\"},"
                + "{\"AttributeName\":\"status\",\"AttributeType\":\"S\"}],\"KeySchema\":["
                + "{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"},"
                + "{\"AttributeName\":\"n\",\"KeyType\":\"RANGE\"}],\"BillingMode\":\"PAY_PER_REQUEST\","
                + "\"GlobalSecondaryIndexes\":[{\"IndexName\":\"by-status\",\"KeySchema\":["
                + "{\"AttributeName\":\"status\",\"KeyType\":\"HASH\"}],"
                + "\"Projection\":{\"ProjectionType\":\"ALL\"}}]}");
    JsonNode kept = json(target().resolve("restore-report.json"));
    assertThat(kept.path("status").asText()).isEqualTo("done");
    assertThat(kept.path("output").path("items").asLong()).isEqualTo(50);
  }

  @Test
  void itemsDoNotComeInTheOrderOfTheirKeys() throws Exception {
    flatten(
        lakeOptions(export().items(items(500), 1).write()).withKeys(PK).sortedBy(List.of("pk")));
    new Wanted().run();

    List<String> lines = restoredLines(ImportCompression.GZIP);

    long rising = 0;
    for (int i = 1; i < lines.size(); i++) {
      if (lines.get(i - 1).compareTo(lines.get(i)) < 0) {
        rising++;
      }
    }
    assertThat(rising).isBetween(150L, 350L);
  }

  private String notEmpty() {
    return "Cannot restore: the folder is not empty, at file:%s; an import reads everything below a prefix, so choose a new folder"
        .formatted(target());
  }

  @Test
  void aFolderThatHoldsAnythingIsRefusedButNotWhatAKilledRestoreLeft() throws Exception {
    flatten(lakeOptions(export().items(items(5), 1).write()).withKeys(PK));
    Files.createDirectories(target().resolve("data"));
    Files.writeString(target().resolve("data/part-0.gz"), "half");
    assertThatThrownBy(() -> new Wanted().run())
        .isInstanceOf(UsageException.class)
        .hasMessage(notEmpty());

    Files.writeString(
        target().resolve("restore-report.json"),
        "{\"format\":\"dynamodb-lake/restore-report\",\"status\":\"running\"}");
    new Wanted().run();
    assertThat(filesBelow(target().resolve("data"))).doesNotContain("part-0.gz");
  }

  @Test
  void aStrangeFileInASnapshotIsNamedAndNotTakenForCsv() throws Exception {
    flatten(lakeOptions(export().file(item("a")).write()).withKeys(PK));
    Path folder = Path.of(java.net.URI.create(table().snapshotPath()));
    Files.writeString(folder.resolve("part-0.parquet.crc"), "crc");

    assertThatThrownBy(() -> new Wanted().run())
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("file part-0.parquet.crc was not published with it, in ");
  }

  @Test
  void aFooterWhoseBitsHaveTurnedIsRefusedAndNeverAnotherItem() throws Exception {
    List<String> lines = List.of(item("a", "\"n\":{\"N\":\"1\"}"), item("b"));
    flatten(lakeOptions(export().file(lines).write()).withKeys(PK));
    Path file = Path.of(java.net.URI.create(table().snapshotPath())).resolve(dataFiles().get(0));
    byte[] sound = Files.readAllBytes(file);
    int footer =
        java.nio.ByteBuffer.wrap(sound)
            .order(java.nio.ByteOrder.LITTLE_ENDIAN)
            .getInt(sound.length - 8);
    for (int at = sound.length - 8 - footer; at < sound.length; at += footer / 16) {
      byte[] damaged = sound.clone();
      damaged[at] ^= 4;
      Files.write(file, damaged);
      try {
        new Wanted().run();
        assertThat(byKey(restoredLines(ImportCompression.GZIP))).isEqualTo(byKey(lines));
        Files.delete(target().resolve("restore-report.json"));
        Files.delete(target().resolve("import-table.json"));
        for (String name : filesBelow(target().resolve("data"))) {
          Files.delete(target().resolve("data").resolve(name));
        }
        Files.delete(target().resolve("data"));
      } catch (DataRefusedException e) {
        assertThat(e).as("byte %d", at).hasMessageStartingWith("Cannot ");
      }
    }
  }

  @Test
  void aRestoreThatIsDoneIsRepeatedForNothingAndNoOtherTakesItsFolder() throws Exception {
    flatten(lakeOptions(export().items(items(500), 1).write()).withKeys(PK));
    RestoreReport first = new Wanted().run();
    List<String> files = filesBelow(target());
    String kept = Files.readString(target().resolve("restore-report.json"));

    RestoreReport again = new Wanted().run();

    assertThat(again.status()).isEqualTo(RestoreReport.Status.UNCHANGED);
    assertThat(again.items()).isEqualTo(500);
    assertThat(again.bytes()).isEqualTo(first.bytes());
    assertThat(filesBelow(target())).isEqualTo(files);
    assertThat(target().resolve("restore-report.json")).hasContent(kept);

    Wanted other = new Wanted();
    other.compression = ImportCompression.ZSTD;
    assertThatThrownBy(other::run).isInstanceOf(UsageException.class).hasMessage(notEmpty());

    Files.writeString(target().resolve("data/part-of-somebody-else"), "x");
    assertThatThrownBy(() -> new Wanted().run())
        .isInstanceOf(UsageException.class)
        .hasMessage(notEmpty());
    Files.delete(target().resolve("data/part-of-somebody-else"));

    flatten(
        lakeOptions(export().exportId("01731999999999-0a1b2c3d").file(item("a")).write())
            .withKeys(PK)
            .replacing(true));
    assertThatThrownBy(() -> new Wanted().run())
        .isInstanceOf(UsageException.class)
        .hasMessage(notEmpty());
  }
}
