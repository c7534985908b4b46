package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTable;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.testing.ChildProcess;
import io.dynamodblake.testing.HeldFileSystem;
import io.dynamodblake.testing.PlainFileSystem;
import io.dynamodblake.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Processes that apply changes, killed at steps of publishing, and two at once. A build kills one;
 * {@code -Dproperties.scale=20} tries all.
 */
class ApplyCrashTest extends ApplyingTest {
  private static final int SCALE = Integer.getInteger("properties.scale", 1);
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** Steps, by the file that is created or read then. */
  private enum Step {
    REPORT_AT_BEGIN("_dynamodb/runs/"),
    NEW_ROWS("/snapshot=01731990.*part-"),
    LIST_OF_FILES("/_files[.]json"),
    ENTERING("_current[.]json[.]writers/"),
    COPY_OF_SCHEMA("_dynamodb/[.]?schema[.]json"),
    COPY_OF_STATEMENTS("_dynamodb/ddl/[.]?athena[.]sql");

    final String path;

    Step(String path) {
      this.path = path;
    }
  }

  static Stream<Step> steps() {
    return SCALE == 1 ? Stream.of(Step.ENTERING) : Stream.of(Step.values());
  }

  static boolean isCampaign() {
    return SCALE > 1;
  }

  private String plain() {
    return "plain:" + lake();
  }

  private static SparkSession session() {
    SparkSession session = SparkTest.newSession();
    session.conf().set("fs.plain.impl", PlainFileSystem.class.getName());
    return session;
  }

  private ChildProcess start(Path changes, String... properties) throws IOException {
    Class<?> files = properties.length == 0 ? PlainFileSystem.class : HeldFileSystem.class;
    List<String> settings = new ArrayList<>(Arrays.asList(properties));
    settings.add("-Dspark.hadoop.fs.plain.impl=" + files.getName());
    return ChildProcess.spark(
        temp, settings, ApplyMain.class, List.of(changes.toString(), plain()));
  }

  @ParameterizedTest
  @MethodSource("steps")
  void anApplyThatWasKilledAtAStepLeavesAWholeTableAndTheSameCommandCompletes(Step step)
      throws Exception {
    Path changes =
        window(T0, T1)
            .updated(image("a", number("n", "1"), "\"gone\":{\"S\":\"x\"}"), image("a"))
            .deleted(image("b", number("n", "2")))
            .inserted(image("d"))
            .write();
    String[] held = {
      "-D%s=%s".formatted(HeldFileSystem.AT, step.path),
      "-D%s=0".formatted(HeldFileSystem.AFTER),
      "-D%s=%d".formatted(HeldFileSystem.MILLIS, LIMIT.toMillis())
    };
    Instant limit = Instant.now().plus(LIMIT);
    try (ChildProcess run = start(changes, held)) {
      while (!run.output().contains(HeldFileSystem.WORD)) {
        assertThat(run.isAlive()).as(run.errors()).isTrue();
        assertThat(Instant.now()).as(run.errors()).isBefore(limit);
        Thread.sleep(20);
      }
    } // killed here, as kill -9 does

    long seen = LakeTable.open(session(), plain()).rows().count();
    assertThat(LakeTable.open(session(), plain()).current().snapshot().rows()).isEqualTo(seen);

    RunReport report =
        new Apply(
                session(),
                ApplyOptions.builder(List.of(changes.toString()), plain()).strict(true).build())
            .run(ReadProgress.NONE);

    assertThat(report.status()).isIn(RunReport.Status.PUBLISHED, RunReport.Status.UNCHANGED);
    assertThat(rows("pk", "n")).containsExactly("[a,null]", "[c,3]", "[d,null]");
    assertThat(table().ddl()).contains(table().current().snapshot().id());
    assertThat(table().current().ledger().entries()).hasSize(2);
  }

  @Test
  @EnabledIf("isCampaign")
  void ofTwoProcessesWithTheSameChangesBothEndWellAndOneHasPublished() throws Exception {
    Path changes = window(T0, T1).inserted(image("d")).write();

    try (ChildProcess one = start(changes);
        ChildProcess other = start(changes)) {
      assertThat(one.exitCode(LIMIT)).as(one.errors()).isZero();
      assertThat(other.exitCode(LIMIT)).as(other.errors()).isZero();
    }

    assertThat(rows("pk")).containsExactly("[a]", "[b]", "[c]", "[d]");
    assertThat(table().current().ids()).hasSize(2);
    assertThat(table().current().ledger().entries()).hasSize(2);
  }
}
