package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.testing.CancellingFileSystem;
import io.dynamodblake.testing.ChildProcess;
import io.dynamodblake.testing.HeldFileSystem;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Commands in processes of their own that are told to stop, as by Ctrl-C. */
class StoppedRunTest extends LakeTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(180);
  private static final int SIGINT = 128 + 2;
  private static final Duration FOR_EVER = Duration.ofHours(1);

  private static final int FILES = 8;

  private Path report() {
    return temp.resolve("report.json");
  }

  /** Where a run is while it is told to stop: at files of such a path, which take so long. */
  private enum Place {
    READING_TYPES("data/[^/]*[.]json[.]gz$", 0, FOR_EVER),
    // every data file was opened once before
    WRITING("data/[^/]*[.]json[.]gz$", FILES, FOR_EVER),
    PUBLISHING("athena[.]sql", 0, Duration.ofSeconds(2)),
    // it was written once before, to say that the run is running
    REPORTING("report[.]json$", 1, Duration.ofSeconds(2)),
    CHECKING_ROWS("snapshot=.*[.]parquet$", 0, Duration.ofSeconds(10));

    final String path;
    final int after;
    final Duration time;

    Place(String path, int after, Duration time) {
      this.path = path;
      this.after = after;
      this.time = time;
    }
  }

  /** Runs a command until it is at the place, tells it to stop, and returns what it said. */
  private String stop(Place place, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("-Xmx512m"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--add-opens"))
        .forEach(command::add);
    command.add("-Dspark.master=local[1]");
    for (String scheme : List.of("file", "held")) {
      command.add("-Dspark.hadoop.fs.%s.impl=%s".formatted(scheme, HeldFileSystem.class.getName()));
    }
    command.add("-D%s=%s".formatted(HeldFileSystem.AT, place.path));
    command.add("-D%s=%d".formatted(HeldFileSystem.AFTER, place.after));
    command.add("-D%s=%d".formatted(HeldFileSystem.MILLIS, place.time.toMillis()));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    Instant limit = Instant.now().plus(LIMIT);
    try (ChildProcess run = ChildProcess.java(temp, Map.of(), command)) {
      while (!run.output().contains(HeldFileSystem.WORD)) {
        assertThat(run.isAlive()).as(run.errors()).isTrue();
        assertThat(Instant.now()).as(run.errors()).isBefore(limit);
        Thread.sleep(50);
      }
      run.interrupt();
      assertThat(run.exitCode(Duration.ofSeconds(60))).as(run.errors()).isEqualTo(SIGINT);
      assertThat(run.errors())
          .doesNotContain("should not happen")
          .doesNotContain("\tat ")
          .doesNotContain("SparkException");
      return run.errors();
    }
  }

  private Path next() {
    return export()
        .exportId("01731990000000-0a1b2c3d")
        .exportTime(Instant.parse("2026-11-19T03:20:00Z"))
        .items(items(2000), FILES)
        .write();
  }

  @ParameterizedTest
  @EnumSource(names = {"READING_TYPES", "WRITING"})
  void aFlattenThatIsStoppedSaysWhatReadersSeeAndStartsOver(Place phase) throws Exception {
    flatten(options(export().file(item("old")).write()));
    String seen = table().current().snapshot().id();
    Path next = next();

    String said =
        stop(
            phase,
            "flatten",
            "held:" + next,
            "--to=" + lake(),
            "--table=orders",
            "--report=" + report());

    assertThat(said)
        .doesNotContain("error:")
        .contains(
            "stopped: Nothing was changed: readers of %s see snapshot %s as before; the same command starts over"
                .formatted(lake(), seen));
    JsonNode told = MAPPER.readTree(report().toFile());
    assertThat(told.path("status").asText()).isEqualTo("stopped");
    assertThat(told.path("outcome").asText()).isEqualTo("stopped");
    assertThat(told.has("exitCode")).as("the signal decides it").isFalse();
    assertThat(told.path("error").asText()).startsWith("Nothing was changed: readers");
    assertThat(rows("pk")).containsExactly("[old]");
    assertThat(statuses()).as("the account in the lake").containsExactly("published", "stopped");

    flatten(options(next));
    assertThat(table().rows().count()).isEqualTo(2000);
  }

  @Test
  void aFirstFlattenThatIsStoppedSaysThatReadersSeeNothingYet() throws Exception {
    String said =
        stop(Place.WRITING, "flatten", "held:" + next(), "--to=" + lake(), "--table=orders");

    assertThat(said)
        .contains("stopped: Nothing was changed: readers of %s see nothing yet".formatted(lake()));
  }

  @Test
  void aRestoreThatIsStoppedLeavesNothingToImportAndStartsOver() throws Exception {
    flatten(options(export().items(items(2000), 2).write()));
    Path target = temp.resolve("import");
    String[] restore = {
      "restore", lake().toString(), "--to=" + target, "--key=pk:S", "--report=" + report()
    };

    String said = stop(Place.CHECKING_ROWS, restore);

    assertThat(said)
        .contains(
            "stopped: %s holds nothing new to import until import-table.json is there; the same command starts over"
                .formatted(target));
    assertThat(MAPPER.readTree(report().toFile()).path("status").asText()).isEqualTo("stopped");
    assertThat(target.resolve("import-table.json")).doesNotExist();
    assertThat(new CapturedTerminal().run(restore)).isZero();
    assertThat(target.resolve("import-table.json")).exists();
  }

  @Test
  void aCommandThatOnlyReadsSaysThatNothingWasChanged() throws Exception {
    String said = stop(Place.READING_TYPES, "inspect", next().toString(), "--report=" + report());

    assertThat(said).contains("stopped: Nothing was changed; the same command starts over");
    assertThat(Files.readString(report())).contains("\"status\" : \"stopped\"");
  }

  @Test
  void aRunThatHasAlmostPublishedComesToItsEndAndReadersSeeIt() throws Exception {
    String said =
        stop(
            Place.PUBLISHING,
            "flatten",
            "held:" + next(),
            "--to=" + lake(),
            "--table=orders",
            "--report=" + report());

    assertThat(said).doesNotContain("stopped:").contains("Wrote " + report());
    assertThat(MAPPER.readTree(report().toFile()).path("status").asText()).isEqualTo("done");
    assertThat(statuses()).containsExactly("published");
    assertThat(table().rows().count()).isEqualTo(2000);
  }

  @Test
  void aCommandThatIsOverTellsItsOwnEndAndNotThatItWasStopped() throws Exception {
    String report = "--report=held:" + report();

    String said = stop(Place.REPORTING, "estimate", "--size=1GB", "--items=1000", report);

    assertThat(said).doesNotContain("stopped:").contains("Wrote held:" + report());
    assertThat(MAPPER.readTree(report().toFile()).path("status").asText()).isEqualTo("done");

    said = stop(Place.REPORTING, "ddl", temp.resolve("nothing").toString(), report);

    assertThat(said).doesNotContain("stopped:").contains("error: ", "Wrote held:" + report());
    assertThat(MAPPER.readTree(report().toFile()).path("status").asText()).isEqualTo("failed");
  }

  @Test
  void aCommandWhoseSparkJobSomebodyCancelsWasStoppedAndDidNotFail() throws Exception {
    Path next = next();
    CapturedTerminal terminal = new CapturedTerminal();

    CancellingFileSystem.with(
        spark,
        1,
        session ->
            assertThat(
                    terminal.run(
                        "flatten",
                        CancellingFileSystem.path(next),
                        "--to=" + lake(),
                        "--table=orders",
                        "--report=" + report()))
                .as(terminal.err())
                .isEqualTo(SIGINT));

    String state =
        "The Spark job was cancelled. Nothing was changed: readers of %s see nothing yet; the same command starts over"
            .formatted(lake());
    assertThat(terminal.err())
        .contains("stopped: " + state)
        .doesNotContain("error:")
        .doesNotContain("should not happen");
    JsonNode told = MAPPER.readTree(report().toFile());
    assertThat(told.path("status").asText()).isEqualTo("stopped");
    assertThat(told.path("error").asText()).isEqualTo(state);
    assertThat(told.has("exitCode")).isFalse();
  }
}
