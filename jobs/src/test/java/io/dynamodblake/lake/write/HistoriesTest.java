package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.lake.compare.Comparison;
import io.dynamodblake.lake.compare.ComparisonOptions;
import io.dynamodblake.lake.compare.ComparisonReport;
import io.dynamodblake.lake.items.Side;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.Unnesting;
import io.dynamodblake.testing.RandomHistory;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Tables whose keys have some hundred histories, others in each run: a full export and then each
 * window of changes come to the full export of the end, whatever the layout and however many
 * windows are applied at once. {@code -Dproperties.scale=20} takes twenty times as many with longer
 * histories, {@code -Dproperties.seed=...} at the same scale one of them again.
 */
abstract class HistoriesTest extends LakeTest {
  private static final List<KeyAttribute> KEYS = List.of(new KeyAttribute("pk", Descriptor.S));
  private static final int TABLES = 7;
  private static final int SCALE = Integer.getInteger("properties.scale", 1);
  // so that windows are applied one by one and together, which three can be
  private static final int MOST_WINDOWS = SCALE == 1 ? 3 : 6;
  private static final int KEYS_OF_TABLE = 90;

  // changes give items other values of part, so that they move from table to table
  private static final String RULES =
      """
      {"format": "dynamodb-lake/entities", "formatVersion": 1, "keys": ["pk"],
       "entities": [
         {"name": "agent", "match": [{"attribute": "part", "values": ["007"]}],
          "partitionBy": ["bucket(2,pk)"]},
         {"name": "tens", "match": [{"keys": {"pk": "k1{unit}"}}], "sortBy": ["unit"]},
         {"name": "blank", "match": [{"attribute": "part", "values": [" ", "a/b %20=\\" é"]}]},
         {"name": "never", "match": [{"attribute": "part", "values": ["never"]}]}]}
      """;

  /** How the table is kept. */
  abstract OutputFormat format();

  /** How changes come into the table, the same for all windows of a history. */
  abstract Consumer<ApplyOptions.Builder> merging(Random random);

  @TestFactory
  Stream<DynamicTest> whatIsAppliedComesToTheTableAsItIsThen() {
    Long given = Long.getLong("properties.seed");
    long[] seeds =
        given != null ? new long[] {given} : new Random().longs((long) TABLES * SCALE).toArray();
    List<DynamicTest> tests = new ArrayList<>();
    for (int i = 0; i < seeds.length; i++) {
      int layouts = Layout.values().length;
      // all layouts in turn, and each of its seed
      long seed = given != null ? given : seeds[i] / layouts * layouts + i % layouts;
      Layout layout = Layout.values()[Math.floorMod(seed, layouts)];
      Path folder = temp.resolve("t" + i);
      tests.add(
          DynamicTest.dynamicTest(
              "seed " + seed + ", " + layout, () -> history(seed, layout, folder)));
    }
    return tests.stream();
  }

  private enum Layout {
    PLAIN,
    SORTED,
    BUCKETS,
    PARTITIONS,
    SMALL_FILES,
    WITHOUT_KNOWN_KEYS,
    ENTITIES;

    void arrange(FlattenOptions.Builder options, Path rules) {
      switch (this) {
        case PLAIN -> options.withKeys(KEYS);
        case SORTED ->
            options.withKeys(KEYS).sortedBy(List.of("pk")).unnesting(new Unnesting(2, "_"));
        case BUCKETS -> options.withKeys(KEYS).partitionedBy(List.of("bucket(4,pk)"));
        case PARTITIONS -> options.withKeys(KEYS).partitionedBy(List.of("part"));
        case SMALL_FILES ->
            options.withKeys(KEYS).withTargetFileBytes(8 << 10).unnesting(new Unnesting(1, "__"));
        case WITHOUT_KNOWN_KEYS -> options.withKeys(List.of());
        case ENTITIES -> options.withKeys(KEYS).withEntities(rules.toString());
      }
    }
  }

  private Path rules() {
    try {
      return Files.writeString(temp.resolve("entities.json"), RULES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void history(long seed, Layout layout, Path folder) {
    Random random = new Random(seed);
    RandomHistory history = new RandomHistory(seed, folder.resolve("bucket"), KEYS_OF_TABLE);
    String lake = folder.resolve("lake").toString();
    FlattenOptions.Builder options =
        FlattenOptions.builder(history.full().toString(), lake, "orders").as(format());
    layout.arrange(options, rules());
    flatten(options);
    int windows = 1 + random.nextInt(MOST_WINDOWS);
    Consumer<ApplyOptions.Builder> merging = merging(random);
    List<String> pending = new ArrayList<>();
    for (int i = 0; i < windows; i++) {
      pending.add(history.window().toString());
      if (i == windows - 1 || random.nextInt(3) == 0) {
        ApplyOptions.Builder applying =
            ApplyOptions.builder(pending, lake)
                .strict(true)
                .comparing(ApplyOptions.OldImages.ALL)
                .allowingEmpty(true)
                .withTargetFileBytes(layout == Layout.SMALL_FILES ? 8 << 10 : 1 << 20);
        merging.accept(applying);
        RunReport report = new Apply(spark, applying.build()).run(ReadProgress.NONE);
        assertThat(report.published()).isTrue();
        assertThat(report.changes().orElseThrow().rowsAfter()).isEqualTo(history.size());
        pending.clear();
      }
    }

    ComparisonReport compared =
        new Comparison(
                spark,
                new ComparisonOptions(
                    new Side(lake, Optional.empty()),
                    new Side(history.full().toString(), Optional.empty()),
                    KEYS,
                    5,
                    true,
                    ReadOptions.defaults(),
                    1 << 20))
            .run(ReadProgress.NONE);

    assertThat(compared.equal()).as(compared.toString()).isTrue();
  }
}
