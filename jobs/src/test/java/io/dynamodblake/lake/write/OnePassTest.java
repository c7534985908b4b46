package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.dynamodblake.export.ExportLocator;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.export.ExportSelection;
import io.dynamodblake.export.ReadOptions;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.RunReport;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.RandomItems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Items that are written by a guess, while they are looked at, become what they become if all are
 * looked at first: a run whose schema was made that way, and then pinned, is the other side.
 */
class OnePassTest extends LakeTest {
  private static final String AGAIN = "Writing again";
  private static final String MISTAKE = "All items were written twice: ";

  // more lines than a sample has of a file stand between the first items and the last
  private static final String KIND = "\"kind\":{\"S\":\"note\"}";
  private static final String NOTE = "\"note\":{\"S\":\"%s\"}".formatted("x".repeat(300 << 10));
  private static final int NOTES = 8;
  private static final List<String> SOME =
      List.of(
          item("a", "\"n\":{\"N\":\"1\"}", "\"Total\":{\"N\":\"9\"}"),
          item("b", "\"m\":{\"M\":{\"k\":{\"S\":\"v\"}}}"));

  private static String mapOf(int keys) {
    StringBuilder map = new StringBuilder();
    for (int i = 0; i < keys; i++) {
      map.append(i == 0 ? "" : ",").append("\"k%d\":{\"S\":\"v\"}".formatted(i));
    }
    return "\"m\":{\"M\":{" + map + "}}";
  }

  /**
   * The lines of two data files: those that a sample sees, and in the second one those it does not.
   */
  private static ExportFixture files(ExportFixture export, List<String> early, List<String> late) {
    for (List<String> last : List.of(List.<String>of(), late)) {
      List<String> lines = new ArrayList<>(early);
      for (int i = 0; i < NOTES; i++) {
        lines.add(item("note" + i + last.size(), KIND, NOTE));
      }
      lines.addAll(last);
      export.file(lines);
    }
    return export;
  }

  private Path export(List<String> early, List<String> late) {
    return files(export(), early, late).write();
  }

  private Path nextExport(List<String> early, List<String> late) {
    ExportFixture export =
        export()
            .exportId("01731990000000-0a1b2c3d")
            .exportTime(Instant.parse("2026-11-19T03:20:00Z"));
    return files(export, early, late).write();
  }

  private FlattenOptions.Builder into(String folder, Path export) {
    return FlattenOptions.builder(export.toString(), temp.resolve(folder).toString(), "orders");
  }

  /** What all items ask for, by a pass over them before anything is written. */
  private SchemaChoice asked(Path path, FlattenOptions options, Optional<TableSchema> before)
      throws IOException {
    ExportManifest export =
        new ExportLocator(
                new HadoopObjectStore(spark.sessionState().newHadoopConf()), ReadOptions.defaults())
            .locate(path.toString(), ExportSelection.newest());
    return SchemaChoice.observed(
        TableColumns.pass(
                spark, spark.sessionState().newHadoopConf(), options, options.keys(), 1L << 30)
            .run(export, ReadProgress.NONE)
            .profile(),
        before,
        options,
        export.exportTime());
  }

  /** Flattens an export by a guess and by two passes, one lake beside the other, and compares. */
  private RunReport flattenedAlike(Path export, UnaryOperator<FlattenOptions.Builder> how)
      throws IOException {
    FlattenOptions.Builder options = how.apply(options(export));
    Path schema = lake().resolve("_dynamodb/schema.json");
    Optional<TableSchema> before =
        Files.exists(schema)
            ? Optional.of(TableSchemaJson.fromJson(Files.readString(schema)))
            : Optional.empty();
    SchemaChoice asked = asked(export, options.build(), before);
    Path pinned =
        Files.writeString(temp.resolve("pinned.json"), TableSchemaJson.toJson(asked.schema()));

    RunReport report = flatten(options);
    RunReport expected =
        flatten(how.apply(into("other", export)).withSchemaFile(pinned.toString()));

    assertThat(files(report)).isEqualTo(files(expected));
    assertThat(schema).hasSameTextualContentAs(temp.resolve("other/_dynamodb/schema.json"));
    assertThat(report.counts()).isEqualTo(expected.counts());
    assertThat(report.inputs()).isEqualTo(expected.inputs());
    assertThat(report.output().bytes()).isEqualTo(expected.output().bytes());
    assertThat(report.schema().columns()).isEqualTo(expected.schema().columns());
    assertThat(report.schema().source()).isEqualTo(asked.source());
    assertThat(report.schema().notes().stream().filter(note -> !note.startsWith(MISTAKE)))
        .containsExactlyElementsOf(asked.notes());
    assertThat(isTwice(report)).isEqualTo(report.phaseMillis().containsKey(AGAIN));
    return report;
  }

  private static boolean isTwice(RunReport report) {
    return report.schema().notes().stream().anyMatch(note -> note.startsWith(MISTAKE));
  }

  /** All files of a snapshot, and what was set aside; names without what is made anew. */
  private static Map<String, String> files(RunReport report) throws IOException {
    Map<String, String> files = new TreeMap<>();
    List<String> places = new ArrayList<>(List.of(report.output().snapshotPath().orElseThrow()));
    report.output().quarantinePath().ifPresent(places::add);
    for (String place : places) {
      Path folder = Path.of(place.replaceFirst("^file:/*", "/"));
      for (String file : filesBelow(folder)) {
        assertThat(file).doesNotContain("_temporary");
        if (!file.startsWith("_")) { // documents, which name the snapshot
          files.put(
              file.replaceFirst("(part-\\d+-)[0-9a-f-]{36}", "$1"),
              new String(Files.readAllBytes(folder.resolve(file)), StandardCharsets.ISO_8859_1));
        }
      }
    }
    return files;
  }

  @Test
  void whereTheGuessHoldsItemsAreReadOnce() throws IOException {
    RunReport report = flattenedAlike(export(SOME, List.of(SOME.get(1))), how -> how);

    assertThat(report.phaseMillis().keySet())
        .containsExactly("Reading types", "Writing", "Checking", "Publishing");
    assertThat(report.schema().notes()).noneMatch(note -> note.startsWith(MISTAKE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zip: {'zip':{'S':'1'}}",
        "n: {'n':{'N':'0.5'}}",
        "n: {'n':{'N':'12345678901234567890'}}",
        "m: OPEN",
        "m: {'m':{'M':{'other':{'N':'1'}}}}",
        "total: {'total':{'S':'collides'}}",
      })
  void whatComesInTheLastLineHasAllItemsWrittenAgain(String surprise) throws IOException {
    String place = surprise.substring(0, surprise.indexOf(':'));
    String late =
        surprise.endsWith("OPEN")
            ? item("z", mapOf(101))
            : item("z", surprise.substring(place.length() + 3, surprise.length() - 1))
                .replace('\'', '"');

    RunReport report = flattenedAlike(export(SOME, List.of(late)), how -> how);

    assertThat(report.phaseMillis()).containsKey(AGAIN);
    assertThat(report.schema().notes())
        .last(InstanceOfAssertFactories.STRING)
        .matches(MISTAKE + "[0-9]+ of them had not shown all that is in .*\\b" + place + "\\b.*");
    assertThat(statuses()).containsExactly("published");
  }

  @Test
  void whoSeesThatAGuessIsWrongWritesNoMoreAndStillLooksAtTheRest() throws IOException {
    List<String> late =
        List.of(
            item("z", "\"zip\":{\"S\":\"1\"}"),
            item("y", "\"n\":{\"N\":\"0.25\"}"),
            item("x", mapOf(3)));

    RunReport report = flattenedAlike(export(SOME, late), how -> how);

    assertThat(report.counts().rescuedByColumn()).isEmpty();
    assertThat(report.schema().notes())
        .anyMatch(note -> note.endsWith(" had not shown all that is in m.k0, m.k1, m.k2, n, zip"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void anyItemsBecomeWhatTwoPassesMakeOfThem(long seed) throws IOException {
    Random random = new Random(seed);
    RandomItems items = RandomItems.any(seed);
    List<String> early = Stream.generate(items::line).limit(1 + random.nextInt(60)).toList();
    List<String> late = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      late.add(
          random.nextInt(4) == 0 ? "no item" : random.nextBoolean() ? items.line() : early.get(0));
    }

    late.add(early.get(0)); // the files must not be the same
    flattenedAlike(export(early, late), how -> how.quarantiningAtMost(4));
    RunReport next =
        flattenedAlike(nextExport(early, List.of(items.line())), how -> how.quarantiningAtMost(4));

    assertThat(next.schema().source()).isEqualTo("evolved");
  }

  @Test
  void theColumnsOfATableThatIsThereAreTheGuess() throws IOException {
    flattenedAlike(export(SOME, List.of(item("z", "\"zip\":{\"S\":\"1\"}"))), how -> how);

    RunReport next =
        flattenedAlike(nextExport(SOME, List.of(item("y", "\"zip\":{\"S\":\"2\"}"))), how -> how);

    assertThat(next.phaseMillis()).doesNotContainKey(AGAIN);
    assertThat(next.schema().source()).isEqualTo("evolved");
  }

  @Test
  void anItemWithoutItsKeyIsRefusedWithItsPlaceAndNothingStays() {
    Path export = export(SOME, List.of(item("z").replace("pk", "other")));

    assertThatThrownBy(() -> flatten(options(export).withKeys(List.of(KeyAttribute.parse("pk:S")))))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("Cannot use attribute 'pk' as key of type S: 1 of 21 items")
        .hasMessageContaining("one of them is at");
    assertThat(filesBelow(lake())).allMatch(file -> file.startsWith("_dynamodb/runs/"));
  }

  @Test
  void tooManyBadLinesAreRefusedAndSetAsideAsEver() {
    Path export = export(SOME, List.of("bad", item("z", "\"zip\":{\"S\":\"1\"}"), "worse"));

    assertThatThrownBy(() -> flatten(options(export).quarantiningAtMost(1)))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("2 bad records and at most 1 are allowed");
    assertThat(filesBelow(lake().resolve("_dynamodb")))
        .anyMatch(file -> file.endsWith("/0000000001.jsonl"));
    assertThat(filesBelow(lake())).noneMatch(file -> file.endsWith(".parquet"));
  }

  @Test
  void whatIsSortedIsLookedAtFirst() {
    RunReport report = flatten(options(export(SOME, SOME)).sortedBy(List.of("pk")));

    assertThat(report.counts().rowsWritten()).isEqualTo(22);
    assertThat(report.phaseMillis()).containsKeys("Reading types", "Writing");
    assertThat(report.schema().notes()).noneMatch(note -> note.startsWith(MISTAKE));
  }

  @Test
  void theColumnsOfATableOfIcebergAreTheGuessOfTheNextRuns() {
    UnaryOperator<FlattenOptions.Builder> iceberg = how -> how.as(OutputFormat.ICEBERG);
    RunReport first = flatten(iceberg.apply(options(export(SOME, List.of(SOME.get(0))))));
    RunReport second = flatten(iceberg.apply(options(nextExport(SOME, List.of(SOME.get(1))))));
    ExportFixture last =
        export()
            .exportId("01732990000000-0a1b2c3d")
            .exportTime(Instant.parse("2026-11-30T03:20:00Z"));
    List<String> late = List.of(item("z", "\"zip\":{\"S\":\"1\"}"));
    RunReport third = flatten(iceberg.apply(options(files(last, SOME, late).write())));

    assertThat(List.of(first, second, third))
        .extracting(report -> report.phaseMillis().containsKey(AGAIN))
        .containsExactly(false, false, true);
    assertThat(third.schema().notes())
        .contains("Column 'zip' is new")
        .anyMatch(note -> note.endsWith(" had not shown all that is in zip"));
    assertThat(table().rows().count()).isEqualTo(21);
    assertThat(rows("zip")).last().isEqualTo("[1]");
    assertThat(filesBelow(lake().resolve("data")))
        .filteredOn(file -> file.startsWith(third.output().snapshotId().orElseThrow()))
        .hasSize(third.output().files());
  }

  @Test
  void eachOfSeveralTablesHasItsGuess() throws IOException {
    Path rules =
        Files.writeString(
            temp.resolve("entities.json"),
            """
            {"format": "dynamodb-lake/entities", "formatVersion": 1, "keys": ["pk"],
             "entities": [{"name": "note", "match": [{"attribute": "kind", "values": ["note"]}]}],
             "remainder": "other"}
            """);
    List<String> late = List.of(item("note", KIND, "\"zip\":{\"S\":\"1\"}"));

    RunReport report =
        flatten(
            options(export(SOME, late))
                .withKeys(List.of(KeyAttribute.parse("pk:S")))
                .allowingRepeatedKeys(true)
                .withEntities(rules.toString()));

    assertThat(report.phaseMillis()).containsKey(AGAIN);
    assertThat(report.schema().notes()).anyMatch(note -> note.endsWith(" in note.zip"));
    assertThat(report.entities())
        .extracting(RunReport.EntityUse::name, RunReport.EntityUse::rows)
        .containsExactly(tuple("note", 17L), tuple("other", 4L));
  }
}
