package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.export.ExportFormatException;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTable;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.restore.Restore;
import io.dynamodblake.lake.restore.RestoreMain;
import io.dynamodblake.lake.restore.RestoreReport;
import io.dynamodblake.testing.ChildProcess;
import io.dynamodblake.testing.SparkTest;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that dies leaves its readers alone, and the next one finishes the work. */
class CrashTest extends LakeTest {
  private final Instant limit = Instant.now().plusSeconds(300);

  private Path next(int files) {
    return export()
        .exportId("01731990000000-0a1b2c3d")
        .exportTime(Instant.parse("2026-11-19T03:20:00Z"))
        .items(items(2000), files)
        .write();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Writing", "Publishing"})
  void aKilledRunChangesNothingAndTheNextOneCompletes(String phase) throws Exception {
    flatten(options(export().file(item("old")).write()));
    Path next = next(8);

    killIn(phase, next);

    assertThat(rows("pk")).containsExactly("[old]");
    assertThat(statuses()).containsExactly("published", "running");
    assertThat(filesBelow(lake())).anyMatch(file -> file.contains("snapshot=01731990000000"));

    RunReport report = flatten(options(next));
    assertThat(report.output().snapshotId().orElseThrow()).startsWith("01731990000000-0a1b2c3d.");
    assertThat(table().rows().count()).isEqualTo(2000);
    assertThat(filesBelow(Path.of(URI.create(table().snapshotPath()))))
        .noneMatch(file -> file.contains("_temporary"));
  }

  @Test
  void aFirstRunThatWasKilledCanBeRepeated() throws Exception {
    Path next = next(8);

    killIn("Writing", next);

    assertThatThrownBy(this::table).hasMessageContaining("there is no");
    flatten(options(next));
    assertThat(table().rows().count()).isEqualTo(2000);
  }

  @Test
  void aRestoreThatWasKilledWhileItWroteCanBeRepeated() throws Exception {
    flatten(options(export().items(items(5_000), 2).write()));
    Path target = temp.resolve("import");
    Path data = target.resolve("data");

    List<String> arguments = List.of(lake().toString(), target.toString());
    try (ChildProcess run = ChildProcess.spark(temp, List.of(), RestoreMain.class, arguments)) {
      while (run.isAlive()) {
        assertThat(Instant.now()).isBefore(limit);
        Thread.sleep(50);
      }
      assertThat(run.output()).as(run.errors()).contains("halted with a file");
    }
    assertThat(data.resolve("_temporary")).exists();
    assertThat(json(target.resolve("restore-report.json")).path("status").asText())
        .isEqualTo("running");
    assertThat(target.resolve("import-table.json")).doesNotExist();

    RestoreReport report =
        new Restore(spark, RestoreMain.options(lake().toString(), target.toString()))
            .run(ReadProgress.NONE);

    assertThat(report.status()).isEqualTo(RestoreReport.Status.DONE);
    assertThat(report.items()).isEqualTo(5_000);
    assertThat(filesBelow(data)).hasSize(report.files()).noneMatch(file -> file.contains("_temp"));
  }

  @Test
  void aKilledRunChangesNoneOfSeveralTablesAndTheNextOneCompletes() throws Exception {
    Path rules = temp.resolve("entities.json");
    Files.writeString(
        rules,
        """
        {"format": "dynamodb-lake/entities", "formatVersion": 1, "keys": ["pk"],
         "entities": [{"name": "low", "match": [{"keys": {"pk": "p0000{n}"}}]}]}
        """);
    flatten(options(export().file(item("old")).write()).withEntities(rules.toString()));
    Path next = next(4);

    killIn("Publishing", next, rules.toString());

    LakeTable low = LakeTable.open(spark, lake().resolve("low").toString());
    LakeTable other = LakeTable.open(spark, lake().resolve("other").toString());
    assertThat(low.rows().count()).isZero();
    assertThat(other.rows().count()).isEqualTo(1);
    assertThat(filesBelow(lake())).anyMatch(file -> file.contains("low/snapshot=01731990000000"));

    flatten(options(next));
    assertThat(LakeTable.open(spark, lake().resolve("low").toString()).rows().count())
        .isEqualTo(100);
    assertThat(LakeTable.open(spark, lake().resolve("other").toString()).rows().count())
        .isEqualTo(1900);
  }

  private void killIn(String phase, Path export, String... more) throws Exception {
    List<String> arguments =
        Stream.concat(Stream.of(export.toString(), lake().toString(), phase), Arrays.stream(more))
            .toList();
    try (ChildProcess run = ChildProcess.spark(temp, List.of(), FlattenMain.class, arguments)) {
      while (!run.output().contains("stopped in " + phase)) {
        assertThat(run.isAlive()).as(run.errors()).isTrue();
        assertThat(Instant.now()).isBefore(limit);
        Thread.sleep(50);
      }
    } // killed here, as kill -9 does
  }

  @Test
  void aRestoreSaysWhichDiskIsFull() throws Exception {
    flatten(options(export().items(items(2_000), 2).write()));
    SparkSession session = SparkTest.newSession();
    session.conf().set("fs.full.impl", FullFileSystem.class.getName());
    String target = "full:" + temp.resolve("import");
    Restore restore = new Restore(session, RestoreMain.options(lake().toString(), target));
    FullFileSystem.SPACE.set(3000);

    assertThatThrownBy(() -> restore.run(ReadProgress.NONE))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageMatching(
            "Cannot restore: no space is left at full:/.*/import; make room there, or choose"
                + " another --to");
    assertThat(filesBelow(temp.resolve("import"))).containsExactly("restore-report.json");
  }

  @Test
  void aFullDiskChangesNothing() throws Exception {
    SparkSession session = SparkTest.newSession();
    session.conf().set("fs.full.impl", FullFileSystem.class.getName());
    String lake = "full:" + lake();
    FlattenOptions first =
        FlattenOptions.builder(export().file(item("old")).write().toString(), lake, "orders")
            .build();
    FullFileSystem.SPACE.set(1 << 20);
    new Flatten(session, first).run(ReadProgress.NONE);
    FlattenOptions second = FlattenOptions.builder(next(2).toString(), lake, "orders").build();

    FullFileSystem.SPACE.set(3000);
    assertThatThrownBy(() -> new Flatten(session, second).run(ReadProgress.NONE))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("No space left on device");
    assertThat(statuses()).containsExactly("failed", "published");
    assertThat(LakeTable.open(session, lake).rows().count()).isEqualTo(1);
    assertThat(filesBelow(lake())).noneMatch(file -> file.contains("snapshot=01731990000000"));

    FullFileSystem.SPACE.set(1 << 20);
    new Flatten(session, second).run(ReadProgress.NONE);
    assertThat(LakeTable.open(session, lake).rows().count()).isEqualTo(2000);
  }

  @Test
  void rowsThatAreMissingFromTheFilesAreMissed() {
    SparkSession session = SparkTest.newSession();
    session.conf().set("fs.full.impl", FullFileSystem.class.getName());
    FullFileSystem.SPACE.set(1 << 20);
    FlattenOptions options =
        FlattenOptions.builder(next(2).toString(), "full:" + lake(), "orders").build();

    FullFileSystem.losesFiles = true;
    try {
      assertThatThrownBy(() -> new Flatten(session, options).run(ReadProgress.NONE))
          .isInstanceOf(ExportFormatException.class)
          .hasMessageContaining("2000 items were read but the written files hold 0 rows");
    } finally {
      FullFileSystem.losesFiles = false;
    }
    assertThat(statuses()).containsExactly("failed");
    assertThat(lake().resolve("_dynamodb/current.json")).doesNotExist();
  }
}
