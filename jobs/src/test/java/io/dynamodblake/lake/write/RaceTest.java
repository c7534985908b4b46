package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.lake.LakeTable;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.testing.ChildProcess;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Processes that write one lake table at once, and are killed at moments that nobody has chosen.
 * {@code -Dproperties.scale=20} does it as many times more often.
 */
class RaceTest extends LakeTest {
  private static final int SCALE = Integer.getInteger("properties.scale", 1);
  private static final int ITEMS = 2_000;

  private Path day(int day) {
    return export()
        .exportId("0173190000000%d-0a1b2c3d".formatted(day))
        .exportTime(Instant.parse("2026-11-18T03:20:00Z").plus(Duration.ofDays(day)))
        .items(items(ITEMS), 4)
        .write();
  }

  private ChildProcess start(Path export) throws IOException {
    List<String> command = new ArrayList<>(List.of("-Xmx512m"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Dspark.master=local[1]",
            "-Dspark.app.name=race",
            "-Dspark.ui.enabled=false",
            "-Dspark.driver.host=127.0.0.1",
            "-Dspark.driver.bindAddress=127.0.0.1",
            "-cp",
            System.getProperty("java.class.path"),
            FlattenMain.class.getName(),
            export.toString(),
            lake().toString(),
            "nowhere"));
    return ChildProcess.java(temp, Map.of(), command);
  }

  /**
   * Whatever has happened: readers see a whole snapshot, and what they saw before is still there.
   */
  private void requireSound() throws IOException {
    LakeTable table = table();
    assertThat(table.rows().count()).isEqualTo(ITEMS);
    for (String id : table.current().ids()) {
      assertThat(lake().resolve("snapshot=" + id + "/_files.json")).exists();
    }
  }

  @Test
  void twoProcessesWithOneExportBothEndWell() throws Exception {
    for (int round = 0; round < SCALE; round++) {
      Path export = day(round % 10);
      try (ChildProcess one = start(export);
          ChildProcess other = start(export)) {
        assertThat(one.exitCode(Duration.ofMinutes(3))).as(one.errors()).isZero();
        assertThat(other.exitCode(Duration.ofMinutes(3))).as(other.errors()).isZero();
      }
      requireSound();
      assertThat(table().current().ids()).hasSize(round + 1);
    }
  }

  @Test
  void ofThreeProcessesWithThreeExportsTheTableShowsOneAndForgetsNone() throws Exception {
    for (int round = 0; round < SCALE; round++) {
      List<ChildProcess> runs = new ArrayList<>();
      try {
        for (int day = 1; day <= 3; day++) {
          runs.add(start(day(day)));
        }
        int published = 0;
        for (ChildProcess run : runs) {
          boolean done = run.exitCode(Duration.ofMinutes(3)) == 0;
          published += done ? 1 : 0;
          assertThat(run.errors())
              .satisfiesAnyOf(
                  text -> assertThat(done).isTrue(),
                  text -> assertThat(text).contains("meanwhile, which readers see"),
                  text -> assertThat(text).contains("older than the published one"));
        }
        assertThat(published).isPositive();
      } finally {
        runs.forEach(ChildProcess::close);
      }
      requireSound();
    }
  }

  @Test
  void aKillAtAnyMomentLeavesReadersWithAWholeTableAndTheSameCommandCompletes() throws Exception {
    flatten(options(day(0)));
    Random random = new Random();
    for (int round = 1; round <= 2 * SCALE; round++) {
      Path export = day(1 + round % 9);
      long wait = 1_500 + random.nextInt(4_000);
      try (ChildProcess run = start(export)) {
        Thread.sleep(wait);
      } // killed here, as kill -9 does
      requireSound();
    }
    Path last = day(9);
    flatten(options(last).replacing(true));
    requireSound();
    assertThat(Files.readString(lake().resolve("_dynamodb/ddl/athena.sql")))
        .contains(table().current().snapshot().id());
  }
}
