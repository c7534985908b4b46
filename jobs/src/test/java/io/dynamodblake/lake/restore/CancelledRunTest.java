package io.dynamodblake.lake.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.write.Flatten;
import io.dynamodblake.lake.write.FlattenOptions;
import io.dynamodblake.testing.CancellingFileSystem;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs whose Spark jobs are cancelled, as the interrupt of a notebook's cell does. */
class CancelledRunTest extends RestoreRuns {
  private static final String CANCELLED = "(?s).*Job \\d+ cancelled as part of .*";
  private static final String REASON = "The Spark job was cancelled";

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aFlattenWasStoppedAndDidNotFail(int opens) {
    Path export = export().items(items(20), 2).write();
    FlattenOptions options =
        FlattenOptions.builder(CancellingFileSystem.path(export), lake().toString(), "orders")
            .build();
    // both are opened for a look at their first items; the third is opened to be written
    CancellingFileSystem.with(
        spark,
        opens,
        session ->
            assertThatThrownBy(() -> new Flatten(session, options).run(ReadProgress.NONE))
                .hasMessageMatching(CANCELLED));
    assertThat(statuses()).containsExactly("stopped");
    String report = filesBelow(lake().resolve("_dynamodb/runs")).get(0);
    assertThat(json(lake().resolve("_dynamodb/runs").resolve(report)).path("error").asText())
        .isEqualTo(REASON);
    assertThat(lake().resolve("_dynamodb/current.json")).doesNotExist();
  }

  @Test
  void aRestoreWasStoppedAndNoRowIsBlamed() {
    flatten(lakeOptions(export().items(items(20), 2).write()).withKeys(PK));
    CancellingFileSystem.with(
        spark,
        1,
        session ->
            assertThatThrownBy(
                    () ->
                        new Restore(
                                session,
                                RestoreOptions.builder(
                                        CancellingFileSystem.path(lake()),
                                        target().toString(),
                                        "Orders")
                                    .build())
                            .run(ReadProgress.NONE))
                .hasMessageMatching(CANCELLED)
                .hasMessageNotContaining("Cannot restore"));
    assertThat(json(target().resolve("restore-report.json")).path("status").asText())
        .isEqualTo("stopped");
    assertThat(json(target().resolve("restore-report.json")).path("error").asText())
        .isEqualTo(REASON);
    assertThat(target().resolve("import-table.json")).doesNotExist();
  }

  @Test
  void aWriteOfTheDataSourceWasStoppedAndLeavesNoFiles() {
    Path export = export().items(items(20), 2).write();
    CancellingFileSystem.with(
        spark,
        1,
        session ->
            assertThatThrownBy(
                    () ->
                        session
                            .read()
                            .format("dynamodb-export")
                            .schema("pk string, n bigint")
                            .load(CancellingFileSystem.path(export))
                            .write()
                            .format("dynamodb-import")
                            .save(target().toString()))
                .hasMessageMatching(CANCELLED));
    assertThat(filesBelow(target())).containsExactly("import-report.json");
    assertThat(json(target().resolve("import-report.json")).path("status").asText())
        .isEqualTo("stopped");
    assertThat(json(target().resolve("import-report.json")).path("error").asText())
        .isEqualTo(REASON);
  }

  // ---- interrupts of the thread that waits, which Spark's jobs do not notice

  @Test
  void aFlattenWhoseThreadIsInterruptedEndsItsJobsBeforeItPutsAwayWhatTheyMade() {
    Path export = export().items(items(20), 2).write();
    FlattenOptions options =
        FlattenOptions.builder(CancellingFileSystem.path(export), lake().toString(), "orders")
            .build();

    assertEndsItsJobs(3, session -> new Flatten(session, options).run(ReadProgress.NONE));

    assertThat(statuses()).containsExactly("stopped");
    assertThat(filesBelow(lake())).allMatch(file -> file.startsWith("_dynamodb/runs/"));
  }

  @Test
  void aRestoreWhoseThreadIsInterruptedEndsItsJobs() {
    flatten(lakeOptions(export().items(items(20), 2).write()).withKeys(PK));
    RestoreOptions options =
        RestoreOptions.builder(CancellingFileSystem.path(lake()), target().toString(), "Orders")
            .build();

    assertEndsItsJobs(1, session -> new Restore(session, options).run(ReadProgress.NONE));

    assertThat(filesBelow(target())).containsExactly("restore-report.json");
    assertThat(json(target().resolve("restore-report.json")).path("status").asText())
        .isEqualTo("stopped");
  }

  private void assertEndsItsJobs(int opens, Consumer<SparkSession> run) {
    assertThat(
            CancellingFileSystem.interrupting(
                spark,
                opens,
                session ->
                    assertThatThrownBy(() -> run.accept(session))
                        .hasRootCauseInstanceOf(InterruptedException.class)))
        .as("the task was told")
        .isTrue();
    assertThat(Thread.interrupted()).as("for the run only").isFalse();
    assertThat(spark.sparkContext().statusTracker().getActiveStageIds()).isEmpty();
  }
}
