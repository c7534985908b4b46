package io.dynamodblake.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.RestoredItems;
import io.dynamodblake.testing.StorableItems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Exports that were damaged at random, in whatever file, and then flattened and restored, and lake
 * tables that were damaged and then restored: either that is refused in words, or every item is
 * there as it was. Nothing between, nothing published, no exception that nobody thought of. Other
 * damages in each run; {@code -Dproperties.scale=20} takes twenty times as many, {@code
 * -Dproperties.seed} those of a run that failed.
 */
class RandomDamageTest {
  private static final int ITEMS = 60;
  private static final int FILES = 3;
  private static final int DAMAGES = 12;

  @TempDir Path directory;

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
    String damage = damage(export, random);
    String described = "-Dproperties.seed=%d: %s".formatted(seed, damage);
    Path lake = directory.resolve("lake");
    CapturedTerminal terminal = new CapturedTerminal();

    int code =
        terminal.run(
            "flatten", export.toString(), "--to", lake.toString(), "--table=t", "--key=pk:S");

    if (code != 0) {
      assertRefused(code, terminal, described);
      assertThat(lake.resolve("_dynamodb/current.json")).as(described).doesNotExist();
      return;
    }
    assertThat(restore(lake, terminal)).as("%s %s", described, terminal.err()).isZero();
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
    int flattened =
        terminal.run(
            "flatten",
            export.toString(),
            "--to",
            lake.toString(),
            "--table=t",
            "--key=pk:S",
            random.nextBoolean() ? "--partition-by=bucket(3,pk)" : "--sort-by=pk");
    assertThat(flattened).as(terminal.err()).isZero();
    String described = "-Dproperties.seed=%d: %s".formatted(seed, damage(lake, random));

    int code = restore(lake, terminal);

    if (code == 0) {
      assertCameBack(lines, described);
    } else {
      assertRefused(code, terminal, described);
      assertThat(directory.resolve("restored/import-table.json")).as(described).doesNotExist();
    }
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
    assertThat(terminal.err()).as(described).startsWith("error: ").doesNotContain("\tat ");
  }

  private void assertCameBack(List<String> lines, String described) throws Exception {
    Path data = directory.resolve("restored/data");
    Map<Object, Object> back = RestoredItems.byKey(RestoredItems.lines(data));
    assertThat(RestoredItems.differences(RestoredItems.byKey(lines), back)).as(described).isEmpty();
  }

  /** Damages one file, and says how. */
  private static String damage(Path export, Random random) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.walk(export)) {
      files = found.filter(Files::isRegularFile).sorted().toList();
    }
    Path file = files.get(random.nextInt(files.size()));
    Path other = files.get(random.nextInt(files.size()));
    byte[] bytes = Files.readAllBytes(file);
    int at = random.nextInt(Math.max(1, bytes.length));
    String place = " of " + export.relativize(file);
    switch (random.nextInt(9)) {
      case 0 -> {
        return "nothing";
      }
      case 1 -> {
        Files.delete(file);
        return "missing" + place;
      }
      case 2 -> {
        Files.write(file, Arrays.copyOf(bytes, at));
        return "cut after " + at + place;
      }
      case 3 -> {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(40));
        if (random.nextBoolean()) {
          for (int i = bytes.length; i < longer.length; i++) {
            longer[i] = (byte) random.nextInt();
          }
        }
        Files.write(file, longer);
        return "longer" + place;
      }
      case 4 -> {
        Files.copy(other, file, StandardCopyOption.REPLACE_EXISTING);
        return "became " + export.relativize(other) + place;
      }
      case 5 -> {
        byte[] first = Files.readAllBytes(other);
        Files.write(other, bytes);
        Files.write(file, first);
        return "changed places with " + export.relativize(other) + place;
      }
      case 6 -> {
        Arrays.fill(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(512)), (byte) 0);
        Files.write(file, bytes);
        return "zeros from " + at + place;
      }
      default -> {
        if (bytes.length == 0) {
          return "nothing" + place;
        }
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, bytes);
        return "another bit at " + at + place;
      }
    }
  }
}
