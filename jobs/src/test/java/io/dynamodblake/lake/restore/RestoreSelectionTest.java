package io.dynamodblake.lake.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.spark.write.ImportCompression;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which snapshot and which rows of it are restored. */
class RestoreSelectionTest extends RestoreRuns {
  @Test
  void anEarlierSnapshotIsRestoredWithItsOwnSchemaAndPartitions() throws Exception {
    flatten(
        lakeOptions(
                export()
                    .exportId("01731900000000-0a1b2c3d")
                    .exportTime(Instant.parse("2026-11-18T00:00:00Z"))
                    .file(item("a", "\"v\":{\"N\":\"1\"}", "\"s\":{\"S\":\"x\"}"))
                    .write())
            .withKeys(PK)
            .partitionedBy(List.of("s")));
    flatten(
        lakeOptions(
                export()
                    .exportId("01731999999999-0a1b2c3d")
                    .exportTime(Instant.parse("2026-11-19T00:00:00Z"))
                    .file(item("a", "\"v\":{\"N\":\"1.5\"}"))
                    .write())
            .withKeys(PK));
    Wanted wanted = new Wanted();
    wanted.snapshot = Optional.of("none");
    assertThatThrownBy(wanted::run)
        .isInstanceOf(UsageException.class)
        .hasMessageMatching(
            "Cannot open snapshot 'none': the lake table has published"
                + " 01731900000000-0a1b2c3d\\.[0-9a-f]{8}, 01731999999999-0a1b2c3d\\.[0-9a-f]{8}, in .*");

    wanted.snapshot = Optional.of("01731900000000-0a1b2c3d");
    wanted.run();

    assertThat(byKey(restoredLines(ImportCompression.GZIP)))
        .isEqualTo(byKey(List.of(item("a", "\"v\":{\"N\":\"1\"}", "\"s\":{\"S\":\"x\"}"))));
  }

  @Test
  void onlyItemsOfTheConditionAreRestoredAndOnlyTheirPartitionsRead() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String status = i % 4 == 0 ? "OPEN" : "DONE";
      lines.add(
          item(
              "p" + i,
              "\"Status\":{\"S\":\"" + status + "\"}",
              "\"n\":{\"N\":\"" + i + "\"}",
              "\"tags\":{\"SS\":[\"t" + i % 3 + "\"]}"));
    }
    flatten(
        lakeOptions(export().file(lines).write())
            .withKeys(PK)
            .partitionedBy(List.of("Status", "bucket(3,pk)")));
    // whoever reads the rows of the other partitions fails
    for (String file : dataFiles()) {
      if (file.startsWith("status=DONE")) {
        Path path = Path.of(java.net.URI.create(table().snapshotPath())).resolve(file);
        byte[] bytes = Files.readAllBytes(path);
        Arrays.fill(bytes, 4, 60, (byte) 0xFF);
        Files.write(path, bytes);
      }
    }
    Wanted wanted = new Wanted();
    wanted.where = Optional.of("status = 'DONE' AND n >= 10");
    assertThatThrownBy(wanted::run)
        .isInstanceOf(DataRefusedException.class)
        .hasMessageMatching(
            "Cannot read Parquet: the file is damaged or cut short, .*/status=DONE/.*\\.parquet; copy it"
                + " again, or make it again where it comes from");
    wanted.where =
        Optional.of("Status = 'OPEN' AND n >= 10 AND array_contains(tags, 't1') AND pk_bucket < 3");

    RestoreReport report = wanted.run();

    List<String> expected =
        List.of(lines.get(16), lines.get(28)); // 4 divides them, and they leave 1 divided by 3
    assertThat(byKey(restoredLines(ImportCompression.GZIP))).isEqualTo(byKey(expected));
    assertThat(report.items()).isEqualTo(2);
    JsonNode input = json(target().resolve("restore-report.json")).path("input");
    assertThat(input.path("where").asText()).isEqualTo(wanted.where.get());
    assertThat(input.path("rows").asLong()).isEqualTo(2);
    assertThat(input.path("allRows").asLong()).isEqualTo(40);
  }

  @Test
  void aConditionThatNoRowMeetsIsRefusedBecauseItsImportWouldBeAnEmptyTable() throws Exception {
    flatten(lakeOptions(export().items(items(5), 1).write()).withKeys(PK));
    Wanted wanted = new Wanted();
    wanted.where = Optional.of("n > 100 OR n = NULL");

    assertThatThrownBy(wanted::run)
        .isInstanceOf(DataRefusedException.class)
        .hasMessageMatching(
            "Cannot restore: no row meets the condition of --where, in .*; nothing was written, because an"
                + " import of nothing ends well, with an empty table; correct the condition, .*");
    assertThat(restoredLines(ImportCompression.GZIP)).isEmpty();
    assertThat(target().resolve("import-table.json")).doesNotExist();
  }

  @Test
  void aBadConditionIsToldBeforeAnythingIsWritten() {
    flatten(lakeOptions(export().items(items(5), 1).write()).withKeys(PK));
    Wanted wanted = new Wanted();
    wanted.where = Optional.of("nosuch = 1");

    assertThatThrownBy(wanted::run)
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot use --where: [UNRESOLVED_COLUMN.WITH_SUGGESTION] ")
        .hasMessageContaining(
            "function parameter with name `nosuch` cannot be resolved. Did you mean one of the following?");
    assertThat(target()).doesNotExist();
  }
}
