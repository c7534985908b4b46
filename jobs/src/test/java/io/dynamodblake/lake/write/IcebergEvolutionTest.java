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
import io.dynamodblake.testing.StorableItems;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random exports, one after the other into one table of Iceberg, whose columns come, go and widen
 * by its rules: every time the table holds the export, item by item. {@code -Dproperties.scale=20}
 * takes twenty times as many tables and columns, {@code -Dproperties.seed} the one of a run that
 * failed.
 */
class IcebergEvolutionTest extends LakeTest {
  private static final List<KeyAttribute> PK = List.of(new KeyAttribute("pk", Descriptor.S));
  private static final int EXPORTS = 4;
  private static final int MOST_ITEMS = 300;
  // Spark compiles code for each
  private static final int COLUMNS = Integer.getInteger("properties.scale", 1) == 1 ? 100 : 2_000;

  static LongStream seeds() {
    long first = Long.getLong("properties.seed", System.nanoTime());
    return LongStream.range(0, Integer.getInteger("properties.scale", 1))
        .map(round -> first + 10 * round);
  }

  private Path export(int number, List<String> lines) {
    return export()
        .exportId("0173200%07d-0a1b2c3d".formatted(number))
        .exportTime(Instant.parse("2026-11-19T03:20:00Z").plusSeconds(number))
        .items(lines, 2)
        .write();
  }

  private FlattenOptions.Builder iceberg(Path export) {
    return options(export).withKeys(PK).as(OutputFormat.ICEBERG);
  }

  private void assertHolds(Path export, String name) {
    ComparisonReport report =
        new Comparison(
                spark,
                new ComparisonOptions(
                    new Side(lake().toString(), Optional.empty()),
                    new Side(export.toString(), Optional.empty()),
                    PK,
                    3,
                    true,
                    ReadOptions.defaults(),
                    32 << 20))
            .run(ReadProgress.NONE);
    assertThat(report.equal()).as("%s %s", name, report).isTrue();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyExportOfMany(long seed) throws Exception {
    Random random = new Random(seed);
    List<String> partitions = random.nextBoolean() ? List.of() : List.of("part");
    Unnesting unnesting = new Unnesting(random.nextInt(3), Unnesting.DEFAULT_SEPARATOR);
    for (int number = 0; number < EXPORTS; number++) {
      // few items have few attributes, of one type each: columns that the next ones change
      int items = random.nextBoolean() ? 1 + random.nextInt(6) : 1 + random.nextInt(MOST_ITEMS);
      if (number == 0 && !partitions.isEmpty()) {
        items = MOST_ITEMS; // of few, none may have what the table is partitioned by
      }
      List<String> lines = StorableItems.lines(random.nextLong(), items, true);
      Path export = export(number, lines);

      RunReport report = flatten(iceberg(export).unnesting(unnesting).partitionedBy(partitions));

      assertThat(report.published()).isTrue();
      assertHolds(export, "-Dproperties.seed=%d, export %d".formatted(seed, number));
    }
  }

  @Test
  void manyColumnsWithTheLongestNamesAndHostileOnesWithin() {
    String longest = "n".repeat(251);
    List<String> wide =
        new ArrayList<>(
            IntStream.range(0, COLUMNS)
                .mapToObj(i -> "\"%s%04d\":{\"N\":\"%d\"}".formatted(longest, i, i))
                .toList());
    wide.add(
        "\"m\":{\"M\":{\"a.b\":{\"S\":\"x\"},\"\":{\"N\":\"1\"},\"`\":{\"BOOL\":true},\"element\":{\"L\":[{\"M\":{\"key_value\":{\"S\":\"\"},\"\\u0000\":{\"NULL\":true}}}]}}}");
    Path first = export(1, List.of(item("a", wide.toArray(String[]::new)), item("b")));
    flatten(iceberg(first));
    assertHolds(first, "wide");

    wide.set(0, "\"more\":{\"S\":\"%s\"}".formatted("x".repeat(2_000)));
    Path second =
        export(
            2,
            List.of(
                item("a", wide.toArray(String[]::new)),
                item("c", "\"m\":{\"M\":{\"A.B\":{\"S\":\"y\"},\"new `x`\":{\"N\":\"2\"}}}")));
    flatten(iceberg(second));

    assertHolds(second, "wider");
  }

  @Test
  void valuesOfPartitionsAreKeptAsTheyAre() {
    List<String> hostile =
        List.of(
            "\\u0000",
            "x".repeat(2_000),
            "__HIVE_DEFAULT_PARTITION__",
            "a/../../b",
            "%2F=:",
            "",
            " ",
            "é\\ud83d\\ude00",
            "null");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < hostile.size(); i++) {
      lines.add(item("k" + i, "\"part\":{\"S\":\"%s\"}".formatted(hostile.get(i))));
    }
    lines.add(item("none"));
    Path export = export(1, lines);

    flatten(iceberg(export).partitionedBy(List.of("part")));

    assertHolds(export, "partitions");
    assertThat(table().rows().where("ddb_rescued is not null").count()).isZero();
    assertThat(table().rows().select("part").distinct().count()).isEqualTo(hostile.size() + 1L);
  }

  /** Iceberg's writer does not say in footers what Spark asks for before it reads such times. */
  @Test
  void timesBeforeOurCalendarAreReadFromFilesOfIcebergsWriter() throws IOException {
    Path export =
        export(1, List.of(item("a", "\"at\":{\"S\":\"1066-10-14T09:00:00.000Z\"}"), item("b")));
    Path schema = temp.resolve("schema.json");
    Files.writeString(
        schema,
        """
        {"format": "dynamodb-lake-schema", "version": 1, "table": "orders", "columns": [
          {"name": "pk", "attribute": "pk", "descriptor": "S", "type": "string"},
          {"name": "at", "attribute": "at", "descriptor": "S", "type": "timestamp", "from": "iso-8601-millis"}]}
        """);

    flatten(
        iceberg(export).withSchemaFile(schema.toString()).partitionedBy(List.of("bucket(2,pk)")));

    assertHolds(export, "times");
  }
}
