package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTable;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.testing.ChildProcess;
import io.dynamodblake.testing.HeldFileSystem;
import io.dynamodblake.testing.IncrementalExport;
import io.dynamodblake.testing.LostRenames;
import io.dynamodblake.testing.PlainFileSystem;
import io.dynamodblake.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Processes that write a table of Iceberg in a folder, killed at steps of publishing, two at once,
 * and renames whose answer is lost. A build kills one; {@code -Dproperties.scale=20} tries all, and
 * {@code -Diceberg.catalog=cat} beside it in a catalog on SQLite.
 */
class IcebergCrashTest extends LakeTest {
  private static final int SCALE = Integer.getInteger("properties.scale", 1);
  private static final Duration LIMIT = Duration.ofMinutes(3);
  // so long that it is frozen meanwhile; the time goes on for it
  private static final Duration FROZEN = Duration.ofSeconds(5);
  private static final String FLATTEN = "flatten";

  /** Steps, by the file that is created or read then. */
  private enum Step {
    DATA("/data/.*[.]parquet"),
    MANIFEST_LIST("/metadata/snap-"),
    STAGED_METADATA("/metadata/[^/]*[.]metadata[.]json"),
    COUNTED("/snapshots/.*/_schema[.]json"),
    INTENDED_POINTER("/snapshots/.*/_current[.]json"),
    POINTER("_current[.]json[.]writers/"),
    COPY_OF_SCHEMA("_dynamodb/[.]?schema[.]json");

    final String path;

    Step(String path) {
      this.path = path;
    }
  }

  static Stream<Arguments> kills() {
    return SCALE == 1
        ? Stream.of(Arguments.of(FLATTEN, Step.POINTER))
        : Stream.of(
                FLATTEN,
                ApplyOptions.MergeMode.COPY_ON_WRITE.name(),
                ApplyOptions.MergeMode.MERGE_ON_READ.name())
            .flatMap(what -> Arrays.stream(Step.values()).map(step -> Arguments.of(what, step)));
  }

  static boolean isCampaign() {
    return SCALE > 1;
  }

  /** Before readers see anything of the run. */
  static Stream<Arguments> overtaken() {
    return kills().filter(kill -> ((Step) kill.get()[1]).compareTo(Step.POINTER) < 0);
  }

  private String plain() {
    return "plain:" + lake();
  }

  private static boolean isInCatalog() {
    return System.getProperty(IcebergMain.CATALOG) != null;
  }

  static boolean isInFolder() {
    return !isInCatalog();
  }

  /** Of the catalog, if the tables are in one. */
  private Map<String, String> settings() {
    String catalog = "spark.sql.catalog." + System.getProperty(IcebergMain.CATALOG);
    return isInFolder()
        ? Map.of()
        : Map.of(
            catalog,
            "org.apache.iceberg.spark.SparkCatalog",
            catalog + ".type",
            "jdbc",
            catalog + ".uri",
            "jdbc:sqlite:" + temp.resolve("c.db") + "?journal_mode=WAL&busy_timeout=20000",
            catalog + ".jdbc.schema-version",
            "V1",
            catalog + ".warehouse",
            "plain:" + temp.resolve("warehouse"));
  }

  private SparkSession session(Class<? extends PlainFileSystem> files) {
    SparkSession session = SparkTest.newSession();
    settings().forEach(session.conf()::set);
    session.conf().set("fs.plain.impl", files.getName());
    session.conf().set("fs.plain.impl.disable.cache", "true");
    return session;
  }

  private Path first() {
    return export()
        .exportTime(IncrementalExport.FROM)
        .file(item("a", "\"n\":{\"N\":\"1\"}"), item("b", "\"n\":{\"N\":\"2\"}"), item("c"))
        .write();
  }

  private Path input(String what) {
    return what.equals(FLATTEN)
        ? export()
            .exportId("01731990000000-ffffffff")
            .exportTime(IncrementalExport.FROM.plusSeconds(60))
            .file(item("a", "\"n\":{\"N\":\"1\"}"), item("c"), item("d"))
            .write()
        : IncrementalExport.in(temp.resolve("bucket"))
            .exportId("01731990000000-0a1b2c3d")
            .keys("pk")
            .window(IncrementalExport.FROM, IncrementalExport.FROM.plusSeconds(3600))
            .deleted("{\"pk\":{\"S\":\"b\"},\"n\":{\"N\":\"2\"}}")
            .inserted("{\"pk\":{\"S\":\"d\"}}")
            .write();
  }

  private RunReport run(SparkSession session, String what, Path input) {
    return what.equals(FLATTEN)
        ? new Flatten(session, IcebergMain.flatten(input.toString(), plain()))
            .run(ReadProgress.NONE)
        : new Apply(session, IcebergMain.apply(what, input.toString(), plain()))
            .run(ReadProgress.NONE);
  }

  private ChildProcess start(String what, Path input, String... properties) throws IOException {
    Class<?> files = properties.length == 0 ? PlainFileSystem.class : HeldFileSystem.class;
    List<String> settings = new ArrayList<>(Arrays.asList(properties));
    settings.add("-Dspark.hadoop.fs.plain.impl=" + files.getName());
    settings.add("-Dspark.network.timeout=3600s"); // who is frozen gives no sign of life
    settings().forEach((key, value) -> settings.add("-D" + key + "=" + value));
    if (isInCatalog()) {
      settings.add("-D" + IcebergMain.CATALOG + "=" + System.getProperty(IcebergMain.CATALOG));
    }
    return ChildProcess.spark(
        temp, settings, IcebergMain.class, List.of(what, input.toString(), plain()));
  }

  private static List<String> keys(SparkSession session, String lake) {
    return LakeTable.open(session, lake).rows().orderBy("pk").select("pk").collectAsList().stream()
        .map(row -> row.getString(0))
        .toList();
  }

  private Table iceberg(SparkSession session) throws Exception {
    if (isInCatalog()) {
      SparkSession fresh = session(PlainFileSystem.class);
      SparkSession.setActiveSession(fresh); // in whose settings Spark looks for catalogs
      try {
        return Spark3Util.loadIcebergTable(
            fresh, System.getProperty(IcebergMain.CATALOG) + ".shop.orders");
      } finally {
        SparkSession.setActiveSession(spark);
      }
    }
    return new HadoopTables(session.sessionState().newHadoopConf()).load(plain());
  }

  /** Readers of the table and of the lake see the same snapshot, and no branch is left. */
  private void assertOneTruth(SparkSession session) throws Exception {
    Table table = iceberg(session);
    assertThat(table.refs()).containsOnlyKeys("main");
    assertThat(table.currentSnapshot().summary().get("dynamodb-lake.snapshot"))
        .isEqualTo(LakeTable.open(session, plain()).current().snapshot().id());
  }

  private static String[] heldAt(Step step, Duration time) {
    return new String[] {
      "-D%s=%s".formatted(HeldFileSystem.AT, step.path),
      "-D%s=0".formatted(HeldFileSystem.AFTER),
      "-D%s=%d".formatted(HeldFileSystem.MILLIS, time.toMillis())
    };
  }

  private static void awaitHeld(ChildProcess process) throws InterruptedException {
    Instant limit = Instant.now().plus(LIMIT);
    while (!process.output().contains(HeldFileSystem.WORD)) {
      assertThat(process.isAlive()).as(process.errors()).isTrue();
      assertThat(Instant.now()).as(process.errors()).isBefore(limit);
      Thread.sleep(20);
    }
  }

  @ParameterizedTest
  @MethodSource("kills")
  void aRunThatWasKilledAtAStepLeavesAWholeTableAndTheSameCommandCompletes(String what, Step step)
      throws Exception {
    SparkSession session = session(PlainFileSystem.class);
    run(session, FLATTEN, first());
    Path input = input(what);
    try (ChildProcess killed = start(what, input, heldAt(step, LIMIT))) {
      awaitHeld(killed);
    } // killed here, as kill -9 does

    assertThat(keys(session, plain())).isIn(List.of("a", "b", "c"), List.of("a", "c", "d"));
    RunReport again = run(session, what, input);

    assertThat(again.status()).isIn(RunReport.Status.PUBLISHED, RunReport.Status.UNCHANGED);
    assertThat(keys(session, plain())).containsExactly("a", "c", "d");
    assertOneTruth(session);
  }

  @Test
  @EnabledIf("isCampaign")
  void ofTwoProcessesWithTheSameExportBothEndWellAndOneHasPublished() throws Exception {
    SparkSession session = session(PlainFileSystem.class);
    run(session, FLATTEN, first());
    Path input = input(FLATTEN);

    try (ChildProcess one = start(FLATTEN, input);
        ChildProcess other = start(FLATTEN, input)) {
      assertThat(one.exitCode(LIMIT)).as(one.errors()).isZero();
      assertThat(other.exitCode(LIMIT)).as(other.errors()).isZero();
    }

    assertThat(keys(session, plain())).containsExactly("a", "c", "d");
    assertThat(LakeTable.open(session, plain()).current().ids()).hasSize(2);
    assertOneTruth(session);
  }

  @ParameterizedTest
  @EnabledIf("isCampaign")
  @MethodSource("overtaken")
  void ofTwoProcessesAtOnceTheOneThatIsOvertakenSaysSoAndLeavesNothing(String what, Step step)
      throws Exception {
    SparkSession session = session(PlainFileSystem.class);
    run(session, FLATTEN, first());
    Path later =
        export()
            .exportId("01732072800000-eeeeeeee")
            .exportTime(IncrementalExport.FROM.plus(Duration.ofDays(1)))
            .file(item("z"))
            .write();
    Path input = input(what);

    try (ChildProcess overtaken = start(what, input, heldAt(step, FROZEN));
        ChildProcess other = overtaking(overtaken, later)) {
      assertThat(other.exitCode(LIMIT)).as(other.errors()).isZero();
      overtaken.thaw();
      assertThat(overtaken.exitCode(LIMIT)).as(overtaken.output()).isNotZero();
      assertThat(overtaken.errors()).contains("meanwhile");
    }

    assertThat(keys(session, plain())).containsExactly("z");
    assertOneTruth(session);
    assertThat(filesBelow(lake())).noneMatch(file -> file.contains(input.getFileName().toString()));
    assertThat(filesBelow(temp.resolve("warehouse")))
        .noneMatch(file -> file.contains(input.getFileName().toString()));
  }

  /** A process that has begun after another one was stopped somewhere. */
  private ChildProcess overtaking(ChildProcess held, Path input) throws Exception {
    awaitHeld(held);
    held.freeze();
    return start(FLATTEN, input);
  }

  @ParameterizedTest
  @EnabledIf("isInFolder")
  @ValueSource(ints = {1, 2, 3}) // rows, what is staged, what is published
  void afterARenameThatWasDoneThoughItFailedReadersSeeAllOrNothing(int number) throws Exception {
    SparkSession session = session(LostRenames.class);
    run(session, FLATTEN, first());
    Path input = input(FLATTEN);
    long before = iceberg(session).currentSnapshot().snapshotId();

    LostRenames.lose(".metadata.json", number);
    try {
      run(session, FLATTEN, input);
    } catch (RuntimeException e) {
      assertThat(keys(session, plain())).containsExactly("a", "b", "c");
      assertThat(iceberg(session).currentSnapshot().snapshotId()).isEqualTo(before);
      run(session, FLATTEN, input);
    }

    assertThat(LostRenames.lost()).isTrue();
    assertThat(keys(session, plain())).containsExactly("a", "c", "d");
    assertOneTruth(session);
  }
}
