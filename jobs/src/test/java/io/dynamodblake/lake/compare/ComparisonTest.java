package io.dynamodblake.lake.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.items.Side;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.SparkTest;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparisonTest {
  private static final List<KeyAttribute> KEY = List.of(new KeyAttribute("pk", Descriptor.S));
  private static final int[] BUCKETS = {1, 4, 4096};
  private static final String AGAIN = "Comparing what differs";

  @TempDir Path directory;

  private final List<String> phases = new ArrayList<>();
  private int folders;

  private final ReadProgress progress =
      new ReadProgress() {
        @Override
        public void phase(String name, long totalItems, long totalStoredBytes) {
          phases.add(name);
        }

        @Override
        public void read(long items, long storedBytes) {}
      };

  /** Words of a key, a slash and a value; two files, so that there is more than one task. */
  private Path folder(List<String> words) throws IOException {
    Path folder = Files.createDirectories(directory.resolve("set-" + folders++));
    StringBuilder[] files = {new StringBuilder(), new StringBuilder()};
    for (int i = 0; i < words.size(); i++) {
      files[i % 2].append(line(words.get(i))).append('\n');
    }
    Files.writeString(folder.resolve("part-0.json"), files[0]);
    Files.writeString(folder.resolve("part-1.json"), files[1]);
    return folder;
  }

  private static String line(String word) {
    String[] parts = word.split("/");
    return "{\"Item\":{\"pk\":{\"S\":\"%s\"},\"v\":{\"S\":\"%s\"}}}".formatted(parts[0], parts[1]);
  }

  private ComparisonReport compare(Path a, Path b, List<KeyAttribute> keys, int show, int buckets) {
    phases.clear();
    return new Comparison(
            SparkTest.session(),
            new ComparisonOptions(
                new Side(a.toString(), Optional.empty()),
                new Side(b.toString(), Optional.empty()),
                keys,
                show,
                false,
                ReadOptions.defaults(),
                1),
            buckets)
        .run(progress);
  }

  @ParameterizedTest
  @CsvSource({
    "k/1 l/2 m/3,         m/3 k/1 l/2",
    "k/1 k/1 l/2,         l/2 k/1 k/1",
    "k/1 l/2 m/3,         k/1 l/2 m/4",
    "k/1 k/1 l/2,         k/1 l/2",
    "k/1 k/1 l/2,         k/1 l/2 l/2",
    "a/1 x/1 x/1 y/1,     a/1 x/1 y/1 y/1",
    "a/1 a/1,             b/1 b/1",
    "a/1 a/1 c/1 c/1,     b/1 b/1 d/1 d/1",
    "a/1 a/1,             a/2 a/2",
    "a/1 a/1 a/1,         a/1",
    "a/1 a/2,             a/3 a/3",
    "a/1 b/1 c/1,         a/2 b/2 c/2",
    "a/1 b/1 c/1 d/1 e/1, f/1 g/1",
    "a/1,                 ''",
    "'',                  a/1 a/1",
    "'',                  ''",
  })
  void countsAreThoseOfCountingOneByOne(String a, String b) throws IOException {
    List<String> wordsA = a.isEmpty() ? List.of() : List.of(a.split(" "));
    List<String> wordsB = b.isEmpty() ? List.of() : List.of(b.split(" "));
    // all in one, and each in one of its own; the random ones have also what is between
    check(wordsA, wordsB, 1, 4096);
  }

  @Test
  void countsOfManyRandomItemsAreRight() throws IOException {
    Random random = new Random(3);
    for (int most : new int[] {3, 40}) {
      List<String> a = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        a.add("k" + random.nextInt(100) + "/" + random.nextInt(most));
      }
      List<String> b = new ArrayList<>(a.subList(random.nextInt(3), a.size()));
      b.set(random.nextInt(b.size()), "k1/other");
      b.set(random.nextInt(b.size()), b.get(random.nextInt(b.size())));
      Collections.shuffle(b, random);
      check(a, b, BUCKETS);
    }
  }

  private void check(List<String> wordsA, List<String> wordsB, int... bucketCounts)
      throws IOException {
    Path folderA = folder(wordsA);
    Path folderB = folder(wordsB);
    for (int buckets : bucketCounts) {
      for (List<KeyAttribute> keys : List.of(KEY, List.<KeyAttribute>of())) {
        ComparisonReport report = compare(folderA, folderB, keys, 1000, buckets);
        TreeSet<String> words = new TreeSet<>(wordsA);
        words.addAll(wordsB);
        long equal = 0;
        TreeSet<String> differing = new TreeSet<>(); // by key, or by whole item
        for (String word : words) {
          int inA = Collections.frequency(wordsA, word);
          int inB = Collections.frequency(wordsB, word);
          equal += Math.min(inA, inB);
          if (inA != inB) {
            differing.add(keys.isEmpty() ? word : word.split("/")[0] + "/");
          }
        }
        long onlyInA = differing.stream().filter(key -> startWith(wordsB, key) == 0).count();
        long onlyInB = differing.stream().filter(key -> startWith(wordsA, key) == 0).count();
        String what = wordsA + " " + wordsB + " by " + keys + " in " + buckets;
        assertThat(report.itemsA()).as(what).isEqualTo(wordsA.size());
        assertThat(report.itemsB()).as(what).isEqualTo(wordsB.size());
        assertThat(report.equalItems()).as(what).isEqualTo(equal);
        assertThat(report.keysOnlyInA()).as(what).isEqualTo(onlyInA);
        assertThat(report.keysOnlyInB()).as(what).isEqualTo(onlyInB);
        assertThat(report.differingKeys()).as(what).isEqualTo(differing.size() - onlyInA - onlyInB);
        assertThat(report.shown()).as(what).hasSize(differing.size());
        assertThat(report.equal()).as(what).isEqualTo(differing.isEmpty());
        assertThat(phases.contains(AGAIN)).as(what).isEqualTo(!differing.isEmpty());
      }
    }
  }

  private static long startWith(List<String> words, String start) {
    return words.stream()
        .filter(start.endsWith("/") ? word -> word.startsWith(start) : start::equals)
        .count();
  }

  @Test
  void whichDifferencesAreShownDoesNotDependOnBuckets() throws IOException {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      words.add("k" + i + "/1");
    }
    Path a = folder(words);
    words.replaceAll(word -> word.endsWith("7/1") ? word.replace("/1", "/2") : word);
    Path b = folder(words);
    ComparisonReport one = compare(a, b, KEY, 4, 1);
    assertThat(one.differingKeys()).isEqualTo(6);
    assertThat(one.shown()).hasSize(4).allMatch(shown -> shown.places().size() == 1);
    for (int buckets : BUCKETS) {
      assertThat(compare(a, b, KEY, 4, buckets).shown()).isEqualTo(one.shown());
    }
  }

  @Test
  void sidesOfVeryDifferentSizesAreNotReadInVain() throws IOException {
    String[] few = {line("a/1"), line("b/1")};
    String[] many = {line("a/1"), line("b/2"), line("c/1"), line("d/1"), line("e/1")};
    many = Arrays.copyOf(many, 7);
    many[5] = line("f/1");
    many[6] = line("g/1");
    Path a = ExportFixture.in(directory.resolve("few")).file(few).write();
    Path b = ExportFixture.in(directory.resolve("many")).file(many).write();
    for (int buckets : BUCKETS) {
      ComparisonReport report = compare(a, b, KEY, 10, buckets);
      assertThat(phases.contains("Comparing")).isEqualTo(buckets > 1);
      assertThat(phases).contains(AGAIN);
      assertThat(report.equalItems()).isEqualTo(1);
      assertThat(report.differingKeys()).isEqualTo(1);
      assertThat(report.keysOnlyInB()).isEqualTo(5);
      assertThat(report.itemsB()).isEqualTo(7);
    }
  }

  @Test
  void aSideThatChangesInBetweenIsRefused() throws IOException {
    Path a = folder(List.of("a/1", "b/1"));
    Path b = folder(List.of("a/1", "b/2"));
    ReadProgress meddling =
        new ReadProgress() {
          @Override
          public void phase(String name, long totalItems, long totalStoredBytes) {
            if (name.equals(AGAIN)) {
              try {
                Files.writeString(b.resolve("part-1.json"), "\n".repeat(60));
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            }
          }

          @Override
          public void read(long items, long storedBytes) {}
        };
    Comparison comparison =
        new Comparison(
            SparkTest.session(),
            new ComparisonOptions(
                new Side(a.toString(), Optional.empty()),
                new Side(b.toString(), Optional.empty()),
                KEY,
                0,
                false,
                ReadOptions.defaults(),
                1));
    assertThatThrownBy(() -> comparison.run(meddling))
        .isInstanceOf(DataRefusedException.class)
        .hasMessage("Cannot compare: B should have 2 items but 1 were read; run again");
  }

  @Test
  void sumsAreThoseOfIntegersOf128Bits() {
    long[][] digests = {{-1, -1}, {0, 1}, {Long.MIN_VALUE, 0}, {5, -7}, {1, Long.MIN_VALUE}};
    BucketSums sums = new BucketSums(2);
    BucketSums others = new BucketSums(2);
    for (long[] digest : digests) {
      sums.addToA(1, digest[0], digest[1]);
      others.addToB(1, digest[0], digest[1]);
    }
    assertThat(sums.differing().stream()).containsExactly(1);
    sums.add(others);
    assertThat(sums.differing().isEmpty()).isTrue();
    BitSet all = new BitSet();
    all.set(0, 2);
    assertThat(sums.inA(all)).isEqualTo(digests.length).isEqualTo(sums.inB(all));

    // carries: 2^64 - 1 and 1 are 2^64
    sums.addToA(0, 0, -1);
    sums.addToA(0, 0, 1);
    sums.addToB(0, 1, 0);
    sums.addToB(0, 0, 0);
    assertThat(sums.differing().isEmpty()).isTrue();
    sums.addToB(0, 0, 0);
    assertThat(sums.differing().stream()).containsExactly(0);
  }
}
