package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.RestoredItems;
import io.dynamodblake.testing.StorableItems;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Exports that were damaged at random, in whatever file, and then flattened and restored, and lake
 * tables that were damaged and then restored, or flattened into again: either that is refused in
 * words, or every item is there as it was. Nothing between, nothing published, no exception that
 * nobody thought of. Other damages in each run; {@code -Dproperties.scale=20} takes twenty times as
 * many, {@code -Dproperties.seed} those of a run that failed.
 */
class RandomDamageTest {
  private static final int ITEMS = 60;
  private static final int FILES = 3;
  private static final int DAMAGES = 6;

  /** How often each exit code was seen, of exports and of lake tables. */
  private static final Map<String, Integer> EXITS = new TreeMap<>();

  @TempDir Path directory;

  @AfterAll
  static void tellACampaign() {
    if (Integer.getInteger("properties.scale", 1) > 1) {
      System.out.println("Exit codes of damages: " + EXITS);
    }
  }

  static LongStream seeds() {
    long first = Long.getLong("properties.seed", System.nanoTime());
    return LongStream.range(0, (long) DAMAGES * Integer.getInteger("properties.scale", 1))
        .map(round -> first + round);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void ofAnExportIsRefusedOrDoesNoHarm(long seed) throws Exception {
    Random random = new Random(seed);
    List<String> lines = StorableItems.lines(seed, ITEMS, true);
    ExportFixture fixture = ExportFixture.in(directory.resolve("bucket")).items(lines, FILES);
    if (random.nextInt(4) == 0) {
      fixture.ion();
    }
    if (random.nextInt(3) == 0) {
      fixture.withoutChecksums(); // so that the manifests themselves have to be believed
    }
    Path export = fixture.emptyFile().write();
    String damage = new RandomDamage(export, random).once();
    String described = "-Dproperties.seed=%d: %s".formatted(seed, damage);
    Path lake = directory.resolve("lake");
    CapturedTerminal terminal = new CapturedTerminal();

    int code = flatten(export, lake, "--sort-by=pk", terminal);

    EXITS.merge("export " + code, 1, Integer::sum);
    if (code != 0) {
      assertRefused(code, terminal, described);
      assertThat(lake.resolve("_dynamodb/current.json")).as(described).doesNotExist();
      return;
    }
    code = restore(lake, terminal);
    if (code != 0) {
      // an item that took the place of another one, with manifests that vouch for it: of those,
      // flatten looks for keys
      // that come twice in one file, and restore in all
      assertThat(damage).endsWith("sealed again");
      assertRefused(code, terminal, described);
      assertThat(terminal.err()).as(described).contains("several items have the same key");
      return;
    }
    assertCameBack(lines, described);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void ofALakeIsRefusedOrDoesNoHarm(long seed) throws Exception {
    Random random = new Random(seed);
    List<String> lines = StorableItems.lines(seed, ITEMS, true);
    Path export = ExportFixture.in(directory.resolve("bucket")).items(lines, FILES).write();
    Path lake = directory.resolve("lake");
    CapturedTerminal terminal = new CapturedTerminal();
    String arranged = random.nextBoolean() ? "--partition-by=bucket(3,pk)" : "--sort-by=pk";
    if (random.nextBoolean()) { // the same keys once had other items
      Path earlier =
          ExportFixture.in(directory.resolve("bucket"))
              .exportId("01731800000000-0a1b2c3d")
              .exportTime(Instant.parse("2026-11-17T03:20:00Z"))
              .items(StorableItems.lines(~seed, ITEMS, true), FILES)
              .write();
      assertThat(flatten(earlier, lake, arranged, terminal)).as(terminal.err()).isZero();
    }
    assertThat(flatten(export, lake, arranged, terminal)).as(terminal.err()).isZero();
    String damage = new RandomDamage(lake, random).once();
    boolean again = random.nextInt(3) == 0;
    String described =
        "-Dproperties.seed=%d: %s%s".formatted(seed, damage, again ? ", flattened again" : "");

    int code = again ? flatten(export, lake, arranged, terminal) : 0;
    if (code == 0) {
      code = restore(lake, terminal);
    }
    EXITS.merge("lake " + code, 1, Integer::sum);

    if (code == 0) {
      assertCameBack(lines, described);
    } else {
      assertRefused(code, terminal, described);
      assertThat(directory.resolve("restored/import-table.json")).as(described).doesNotExist();
    }
  }

  private static int flatten(Path export, Path lake, String arranged, CapturedTerminal terminal) {
    return terminal.run(
        "flatten", export.toString(), "--to", lake.toString(), "--table=t", "--key=pk:S", arranged);
  }

  private int restore(Path lake, CapturedTerminal terminal) {
    return terminal.run(
        "restore",
        lake.toString(),
        "--to",
        directory.resolve("restored").toString(),
        "--table=Copy",
        "--import-bucket=acme-import");
  }

  private static void assertRefused(int code, CapturedTerminal terminal, String described) {
    assertThat(code).as("%s %s", described, terminal.err()).isBetween(2, 5);
    // what is found by the last check of all has the lines of the phases before it
    String said = terminal.err().replaceFirst("\\A((Reading|Writing|Checking)[^\n]*\n)*", "");
    assertThat(said).as(described).startsWith("error: ").doesNotContain("\tat ");
  }

  private void assertCameBack(List<String> lines, String described) throws Exception {
    Path data = directory.resolve("restored/data");
    Map<Object, Object> back = RestoredItems.byKey(RestoredItems.lines(data));
    assertThat(RestoredItems.differences(RestoredItems.byKey(lines), back)).as(described).isEmpty();
  }
}
