package io.dynamodblake.spark.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dynamodblake.export.ExportLocator;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ExportSelection;
import io.dynamodblake.export.FileAccount;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.SparkTypes;
import io.dynamodblake.spark.run.SparkFailures;
import io.dynamodblake.spark.source.ExportReadContract;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.SparkTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The books that jobs keep of what they read. */
class RunAccountsTest {
  private static final String ANNA = ExportReadContract.ANNA;
  private static final String BEN = ExportReadContract.BEN;
  private static final String CARA = ExportReadContract.CARA;
  private static final String BAD = ExportReadContract.BAD;

  private final SparkSession spark = SparkTest.session();
  private final List<Long> progress = new ArrayList<>();

  @TempDir Path temp;

  private final class Heard implements ReadProgress {
    @Override
    public void phase(String name, long totalItems, long totalStoredBytes) {}

    @Override
    public synchronized void read(long items, long storedBytes) {
      progress.add(items);
    }
  }

  private ExportManifest manifest(ExportFixture fixture) throws Exception {
    HadoopObjectStore store = new HadoopObjectStore(spark.sparkContext().hadoopConfiguration());
    return new ExportLocator(store, ReadOptions.defaults())
        .locate(fixture.write().toString(), ExportSelection.newest());
  }

  private List<Row> read(RunAccounts run, Path quarantine, long mostBadRecords) throws Exception {
    TableSchema schema = SparkTypes.fromStruct("t", StructType.fromDDL("pk string, age bigint"));
    return RunItems.settingAside(
            run, schema, ReadOptions.defaults(), quarantine.toString(), mostBadRecords)
        .rows(spark, run.manifest(), 1 << 20)
        .collectAsList();
  }

  @Test
  void everyLineOfEveryFileIsAccountedForOnceHoweverOftenItIsRead() throws Exception {
    ExportFixture fixture =
        ExportFixture.in(temp).file(ANNA, BAD, BEN).emptyFile().file(CARA).file("[]", "{}");
    Path quarantine = temp.resolve("quarantine");
    try (RunAccounts run = RunAccounts.open(spark, manifest(fixture), new Heard())) {
      assertThat(read(run, quarantine, 100)).hasSize(3);
      List<FileAccount> once = run.files();
      Map<String, String> quarantinedOnce = contents(quarantine);
      assertThat(read(run, quarantine, 100)).hasSize(3);

      assertThat(once)
          .extracting(FileAccount::index, FileAccount::items, FileAccount::badRecords)
          .containsExactly(tuple(0, 2L, 1L), tuple(1, 0L, 0L), tuple(2, 1L, 0L), tuple(3, 0L, 2L));
      assertThat(once).allMatch(FileAccount::md5Verified);
      assertThat(once.get(0).rescued()).isEqualTo(Map.of("ddb_rescued", 7L));
      assertThat(once.get(2).rescued()).isEqualTo(Map.of("age", 1L, "ddb_rescued", 1L));
      assertThat(run.files()).isEqualTo(once);
      assertThat(contents(quarantine)).isEqualTo(quarantinedOnce);
      assertThat(progress.get(progress.size() - 1)).isEqualTo(6);
    }
  }

  @Test
  void badLinesAreKeptPerFileWithPlaceAndReasonAndBytes() throws Exception {
    ExportFixture fixture = ExportFixture.in(temp).file(ANNA, BAD, BEN, "{}").file(CARA);
    Path quarantine = temp.resolve("quarantine");
    ExportManifest manifest = manifest(fixture);
    try (RunAccounts run = RunAccounts.open(spark, manifest, ReadProgress.NONE)) {
      read(run, quarantine, 100);
    }

    assertThat(contents(quarantine)).containsOnlyKeys("0000000000.jsonl");
    List<String> lines = Files.readAllLines(quarantine.resolve("0000000000.jsonl"));
    assertThat(lines).hasSize(2);
    JsonNode first = new ObjectMapper().readTree(lines.get(0));
    assertThat(first.get("file").asText()).isEqualTo(fixture.dataFileKey(0));
    assertThat(first.get("line").asLong()).isEqualTo(2);
    assertThat(first.get("offset").asLong()).isEqualTo(ANNA.length() + 1);
    assertThat(first.get("reason").asText()).contains("$.Item.age");
    assertThat(
            new String(
                Base64.getDecoder().decode(first.get("bytes").asText()), StandardCharsets.UTF_8))
        .isEqualTo(BAD);
  }

  @Test
  void tooManyBadLinesFailTheReadAndLeaveNothingBehind() throws Exception {
    ExportFixture fixture = ExportFixture.in(temp).file(ANNA, BAD, BAD, BAD);
    Path quarantine = temp.resolve("quarantine");
    try (RunAccounts run = RunAccounts.open(spark, manifest(fixture), ReadProgress.NONE)) {
      assertThatThrownBy(() -> read(run, quarantine, 2))
          .satisfies(
              failure ->
                  assertThat(SparkFailures.unwrapped(failure))
                      .isInstanceOf(DataRefusedException.class)
                      .hasMessageContaining("3 bad lines and at most 2 are allowed")
                      .hasMessageContaining("line 2, byte offset")
                      .hasMessageContaining("--max-bad-records"));
      assertThat(run.files()).isEmpty();
    }
    assertThat(contents(quarantine)).isEmpty();
  }

  /** Names and contents of a folder, without what Hadoop keeps beside local files. */
  private static Map<String, String> contents(Path folder) throws Exception {
    Map<String, String> contents = new java.util.TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(file -> !file.toString().endsWith(".crc")).toList()) {
        contents.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return contents;
  }
}
