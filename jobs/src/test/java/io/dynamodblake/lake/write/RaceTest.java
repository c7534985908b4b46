package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.LakeTable;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.testing.ChildProcess;
import io.dynamodblake.testing.HeldFileSystem;
import io.dynamodblake.testing.PlainFileSystem;
import io.dynamodblake.testing.S3MockServer;
import io.dynamodblake.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Processes that write one lake table at once, are frozen at steps of publishing, and are killed at
 * moments that nobody has chosen. {@code -Dproperties.scale=20} does it as many times more often,
 * at all steps and on all kinds of stores.
 */
class RaceTest extends LakeTest {
  private static final int SCALE = Integer.getInteger("properties.scale", 1);
  private static final int ITEMS = 2_000;
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String HELD = "500";

  /** Where a lake table lies, by how the store lets one of two writers win. */
  private enum Store {
    /** By a lock of the operating system. */
    LOCAL,
    /** By files beside the pointer. */
    WITHOUT_CONDITIONS,
    /**
     * By itself. S3Mock looks at the condition and writes in two steps, where S3 does it in one: of
     * two who do it in the same millisecond both may be told that they have won, so that nothing is
     * said here of how many did.
     */
    S3_WITH_CONDITIONS;

    String lake(Path temp) {
      return switch (this) {
        case LOCAL -> temp.resolve("lake").toString();
        case WITHOUT_CONDITIONS -> "plain:" + temp.resolve("lake");
        case S3_WITH_CONDITIONS -> S3MockServer.shared().path("race" + temp.resolve("lake"));
      };
    }

    Map<String, String> settings(Class<?> plain) {
      return switch (this) {
        case LOCAL -> Map.of();
        case WITHOUT_CONDITIONS -> Map.of("fs.plain.impl", plain.getName());
        case S3_WITH_CONDITIONS -> S3MockServer.shared().settings();
      };
    }

    boolean decidesInOneStep() {
      return this != S3_WITH_CONDITIONS;
    }
  }

  /** All kinds of stores in a campaign; local files in a build. */
  static Stream<Store> stores() {
    return SCALE == 1 ? Stream.of(Store.LOCAL) : Stream.of(Store.values());
  }

  private Path day(int day) {
    return export()
        .exportId("0173190000000%d-0a1b2c3d".formatted(day))
        .exportTime(Instant.parse("2026-11-18T03:20:00Z").plus(Duration.ofDays(day)))
        .items(items(ITEMS), 4)
        .write();
  }

  private ChildProcess start(Store store, Path export, String phase, String... properties)
      throws IOException {
    List<String> settings = new ArrayList<>();
    settings.add("-D%s=%s".formatted(FlattenMain.MILLIS, HELD));
    Class<?> plain = properties.length == 0 ? PlainFileSystem.class : HeldFileSystem.class;
    store
        .settings(plain)
        .forEach((key, value) -> settings.add("-Dspark.hadoop.%s=%s".formatted(key, value)));
    settings.addAll(Arrays.asList(properties));
    return ChildProcess.spark(
        temp, settings, FlattenMain.class, List.of(export.toString(), store.lake(temp), phase));
  }

  private ChildProcess start(Store store, Path export) throws IOException {
    return start(store, export, "nowhere");
  }

  private SparkSession session(Store store) {
    SparkSession session = SparkTest.newSession();
    store.settings(PlainFileSystem.class).forEach(session.conf()::set);
    return session;
  }

  private FlattenOptions.Builder options(Store store, Path export) {
    return FlattenOptions.builder(export.toString(), store.lake(temp), "orders");
  }

  private void flatten(Store store, FlattenOptions.Builder options) {
    new Flatten(session(store), options.build()).run(ReadProgress.NONE);
  }

  private LakeTable table(Store store) {
    return LakeTable.open(session(store), store.lake(temp));
  }

  /**
   * Whatever has happened: readers see a whole snapshot, and what they saw before is still there.
   */
  private void requireSound(Store store) throws IOException {
    LakeTable table = table(store);
    assertThat(table.rows().count()).isEqualTo(ITEMS);
    LakeFiles files = files(store);
    for (String id : table.current().ids()) {
      assertThat(files.exists(store.lake(temp) + "/snapshot=" + id + "/_files.json")).isTrue();
    }
  }

  private LakeFiles files(Store store) {
    return new LakeFiles(session(store).sessionState().newHadoopConf());
  }

  /** After runs that came to their end: the statements are those of the snapshot, too. */
  private void requireSettled(Store store) throws IOException {
    requireSound(store);
    assertThat(files(store).read(store.lake(temp) + "/_dynamodb/ddl/athena.sql").orElseThrow())
        .contains(table(store).current().snapshot().id());
  }

  private static boolean isDone(ChildProcess run) throws InterruptedException {
    boolean done = run.exitCode(LIMIT) == 0;
    assertThat(run.errors())
        .satisfiesAnyOf(
            text -> assertThat(done).isTrue(),
            text -> assertThat(text).contains("meanwhile, which readers see"),
            text -> assertThat(text).contains("older than the published one"));
    return done;
  }

  @ParameterizedTest
  @MethodSource("stores")
  void twoProcessesWithOneExportBothEndWell(Store store) throws Exception {
    for (int round = 0; round < SCALE; round++) {
      Path export = day(round % 10);
      try (ChildProcess one = start(store, export);
          ChildProcess other = start(store, export)) {
        assertThat(one.exitCode(LIMIT)).as(one.errors()).isZero();
        assertThat(other.exitCode(LIMIT)).as(other.errors()).isZero();
      }
      requireSettled(store);
      if (store.decidesInOneStep()) {
        assertThat(table(store).current().ids()).hasSize(round + 1);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("stores")
  void ofThreeProcessesWithThreeExportsTheTableShowsOneAndForgetsNone(Store store)
      throws Exception {
    int published = 0;
    for (int round = 0; round < SCALE; round++) {
      List<ChildProcess> runs = new ArrayList<>();
      try {
        for (int day = 1; day <= 3; day++) {
          runs.add(start(store, day(day)));
        }
        for (ChildProcess run : runs) {
          published += isDone(run) ? 1 : 0;
        }
        assertThat(published).isPositive();
      } finally {
        runs.forEach(ChildProcess::close);
      }
      requireSettled(store);
    }
  }

  @ParameterizedTest
  @MethodSource("stores")
  void aKillAtAnyMomentLeavesReadersWithAWholeTableAndTheSameCommandCompletes(Store store)
      throws Exception {
    flatten(store, options(store, day(0)));
    Random random = new Random();
    for (int round = 1; round <= SCALE; round++) {
      Path export = day(1 + round % 9);
      long wait = 1_500 + random.nextInt(4_000);
      try (ChildProcess run = start(store, export)) {
        Thread.sleep(wait);
      } // killed here, as kill -9 does
      requireSound(store);
    }
    flatten(store, options(store, day(9)).replacing(true));
    requireSettled(store);
  }

  /** Steps of publishing, by the file that is created or read then. */
  private enum Step {
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

  @ParameterizedTest
  @MethodSource("steps")
  void aProcessThatWasFrozenAtAStepTakesNothingBackThatOthersHavePublished(Step step)
      throws Exception {
    Store store = Store.WITHOUT_CONDITIONS;
    flatten(store, options(store, day(0)));
    try (ChildProcess run =
        start(
            store,
            day(1),
            "nowhere",
            "-D%s=%s".formatted(HeldFileSystem.AT, step.path),
            "-D%s=0".formatted(HeldFileSystem.AFTER),
            "-D%s=%s".formatted(HeldFileSystem.MILLIS, HELD))) {
      publishWhileItIsFrozen(run, HeldFileSystem.WORD, store);
    }
  }

  @Test
  void aProcessThatWasFrozenBeforeItPublishedIsRefusedByTheConditionOfTheStore() throws Exception {
    Store store = Store.S3_WITH_CONDITIONS;
    flatten(store, options(store, day(0)));
    try (ChildProcess run = start(store, day(1), "Publishing")) {
      publishWhileItIsFrozen(run, "stopped in Publishing", store);
      assertThat(run.errors()).contains("meanwhile, which readers see");
    }
  }

  @ParameterizedTest
  @MethodSource("stores")
  void aProcessThatWasFrozenAtAnyMomentTakesNothingBack(Store store) throws Exception {
    if (SCALE == 1) {
      return; // the steps are tried above
    }
    Random random = new Random();
    for (int round = 0; round < SCALE; round++) {
      try (ChildProcess run = start(store, day(1), "nowhere")) {
        Thread.sleep(1_500 + random.nextInt(4_000));
        publishWhileItIsFrozen(run, "", store);
      }
      flatten(store, options(store, day(0)).replacing(true));
    }
  }

  /** Another one publishes a later export; then the first one goes on, and all is well. */
  private void publishWhileItIsFrozen(ChildProcess run, String word, Store store) throws Exception {
    Instant limit = Instant.now().plus(LIMIT);
    while (!run.output().contains(word)) {
      assertThat(run.isAlive()).as(run.errors()).isTrue();
      assertThat(Instant.now()).as(run.errors()).isBefore(limit);
      Thread.sleep(20);
    }
    run.freeze();
    flatten(store, options(store, day(2)));
    String seen = table(store).current().snapshot().id();
    run.thaw();
    isDone(run);
    assertThat(table(store).current().snapshot().id()).isEqualTo(seen);
    requireSettled(store);
  }
}
